//! Tests of `--junit`, with a reader of XML that follows the schema that CI systems share.

use std::fs;
use std::path::PathBuf;

use roxmltree::{Document, Node};
use serde_json::{Value, json};
use tempfile::TempDir;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::Behaviour;

use crate::contract::client::Request;
use crate::contract::folder::{Folder, of_the_project};
use crate::contract::vendor::Vendor;
use crate::program::Program;

/// A folder for the file of a run.
struct Report(TempDir);

impl Report {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("report.xml")
    }

    /// Returns the options of a run.
    fn option(&self) -> [String; 2] {
        ["--junit".to_owned(), self.path().to_str().unwrap().to_owned()]
    }

    /// Reads the file, which must be the only one, and checks its form.
    fn read(&self) -> String {
        assert_eq!(fs::read_dir(self.0.path()).unwrap().count(), 1);
        let text = fs::read_to_string(self.path()).unwrap();
        assert_form(&text);
        text
    }
}

/// Returns a run with these arguments and the file of the report.
fn reported(report: &Report, arguments: &[&str]) -> Program {
    let option = report.option();
    let option = option.each_ref().map(String::as_str);
    // The options stand before the command of `contract hold`.
    let (command, others) = arguments.split_at(2);
    Program::new(&[command, &option, others].concat())
}

/// Fails unless the counts are those of the cases, and every element has its place and its attributes.
#[track_caller]
fn assert_form(text: &str) {
    let document = Document::parse(text).unwrap();
    let root = document.root_element();
    assert_counts(root, "testsuites");
    for suite in root.children().filter(Node::is_element) {
        assert_counts(suite, "testsuite");
        for case in suite.children().filter(Node::is_element) {
            assert!(case.has_tag_name("testcase"), "{case:?}");
            assert_eq!(attributes(case), ["classname", "name"]);
            for child in case.children().filter(Node::is_element) {
                let expected: &[&str] = match child.tag_name().name() {
                    "failure" | "error" => &["message", "type"],
                    "skipped" => &["message"],
                    "system-out" => &[],
                    other => panic!("{other}"),
                };
                assert_eq!(attributes(child), expected);
            }
        }
    }
}

fn attributes<'a>(node: Node<'a, '_>) -> Vec<&'a str> {
    node.attributes().map(|it| it.name()).collect()
}

#[track_caller]
fn assert_counts(node: Node<'_, '_>, name: &str) {
    assert!(node.has_tag_name(name), "{node:?}");
    assert_eq!(attributes(node), ["name", "tests", "failures", "errors", "skipped"]);
    let elements =
        [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")];
    for (attribute, element) in elements {
        let count = node.descendants().filter(|it| it.has_tag_name(element)).count();
        assert_eq!(node.attribute(attribute), Some(count.to_string().as_str()), "{attribute} of {name}");
    }
}

#[tokio::test]
async fn a_replayed_fixture_that_differs_is_a_failure_and_its_text_that_of_the_page() {
    let folder = Folder::with("onecloud", "quota_exhausted");
    folder.change("onecloud/quota_exhausted.json", |fixture| {
        fixture["request"]["body"]["Name"] = json!("<Somebody & \"Else\">");
        fixture["expect"]["kind"] = json!("unauthenticated");
    });
    let report = Report::new();
    fs::write(report.path(), "an older report").unwrap();
    let run = reported(&report, &["contract", "test", "--fixtures", folder.path()]).run().await;
    let ended = run.expect_code(1);
    assert!(ended.stdout.starts_with("onecloud/quota_exhausted (documented)\n"), "{}", ended.stdout);
    insta::assert_snapshot!(report.read(), @"");
}

#[tokio::test]
async fn every_vendor_has_a_suite_and_every_fixture_a_case() {
    let fixtures = of_the_project();
    let report = Report::new();
    let arguments = ["contract", "test", "--fixtures", fixtures.to_str().unwrap(), "--vendor", "keap,odoo"];
    reported(&report, &arguments).run().await.expect_code(0);
    let text = report.read();
    let document = Document::parse(&text).unwrap();
    let suites = document.root_element().children().filter(Node::is_element);
    let suites = suites.map(|suite| (suite.attribute("name").unwrap(), suite.attribute("tests").unwrap()));
    let files = |vendor: &str| fs::read_dir(fixtures.join(vendor)).unwrap().count().to_string();
    let (keap, odoo) = (files("keap"), files("odoo"));
    assert_eq!(suites.collect::<Vec<_>>(), [("keap", keap.as_str()), ("odoo", odoo.as_str())]);
}

#[tokio::test]
async fn a_held_scenario_is_a_case() {
    let fixtures = of_the_project();
    let report = Report::new();
    let selection = ["--fixtures", fixtures.to_str().unwrap(), "--vendor", "cloverhound"];
    let script = ["--scenario", "create_minimal,reset", "--", "/bin/sh", "-c", "echo '{\"checked\": true}'"];
    reported(&report, &[&["contract", "hold"], &selection[..], &script].concat()).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @"");
}

#[tokio::test]
async fn a_served_scenario_that_was_not_played_is_skipped() {
    let report = Report::new();
    let serve = ["contract", "serve", "--vendor", "cloverhound", "--format", "json", "--by", "header"];
    let scenarios = ["--scenario", "create_minimal,create_full"];
    let mut running = reported(&report, &[&serve[..], &scenarios].concat()).start().await;
    let listed: Value = serde_json::from_str(&running.line().await).unwrap();
    let url = listed["listening"][0]["url"].as_str().unwrap();
    let minimal = Request::create(&json!({"full_name": "Nell Nobody"}));
    let named = minimal.clone().with_header("X-Unicontact-Scenario", "create_minimal");
    assert_eq!(named.send(url).await.unwrap().status, 201);
    assert_eq!(minimal.send(url).await.unwrap().status, 418);
    running.wait_for_message("no scenario: POST /7/contacts").await;
    running.interrupt();
    running.end().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @"");
}

#[tokio::test]
async fn a_breaking_finding_is_a_failure_and_others_are_output() {
    let vendor = Vendor::answering(|body| {
        body["archived"] = json!("no");
        body["score"] = json!(7);
    })
    .await;
    let mut refused = vendor.folder.document("smarttask/create_full.json");
    refused["answer"] = json!({"status": 401, "headers": {}});
    refused["expect"] = json!({"kind": "unauthenticated", "effect": "refused", "status": 401});
    vendor.folder.write("smarttask/unauthenticated_full.json", &refused.to_string());
    let report = Report::new();
    let option = report.option();
    vendor.program(&["compare", &option[0], &option[1]]).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @"");
}

#[tokio::test]
async fn a_call_that_fails_for_its_account_is_an_error() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(Answer::new(401))).await;
    let report = Report::new();
    let option = report.option();
    vendor.program(&["compare", &option[0], &option[1]]).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @"");
}

#[tokio::test]
async fn nothing_is_sent_if_the_file_cannot_be_written() {
    let vendor = Vendor::answering(|_| {}).await;
    let ended =
        vendor.program(&["compare", "--junit", "missing/report.xml"]).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"");
    assert_eq!(vendor.server.received().len(), 0);
}
