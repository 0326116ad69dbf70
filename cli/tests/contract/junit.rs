//! Tests of `--junit`, with a reader of XML that follows the schema that CI systems share.

use std::fs;
use std::path::PathBuf;

use roxmltree::{Document, Node};
use serde_json::{Value, json};
use tempfile::TempDir;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};

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
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract test" tests="1" failures="1" errors="0" skipped="0">
      <testsuite name="onecloud" tests="1" failures="1" errors="0" skipped="0">
        <testcase classname="contract.onecloud" name="quota_exhausted">
          <failure message="kind and 1 more" type="difference">onecloud/quota_exhausted (documented)
      kind
        - unauthenticated
        + quota_exhausted
      request 1 body.Name
        - &quot;&lt;Somebody &amp; \&quot;Else\&quot;&gt;&quot;
        + &quot;Mira Beispiel&quot;</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
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
async fn a_fixture_that_cannot_be_run_is_an_error_beside_the_others() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.copy("cloverhound", "reset");
    folder.change("cloverhound/reset.json", |fixture| fixture["provider"] = json!({"organization_id": "x"}));
    let not_started = ["--jobs", "1", "--", "no-such-program"];
    for (command, last, scenario) in [("test", &[][..], "reset"), ("hold", &not_started, "create_minimal")] {
        let report = Report::new();
        fs::write(report.path(), "a green report of the run before").unwrap();
        let arguments = [&["contract", command, "--fixtures", folder.path()], last].concat();
        let ended = reported(&report, &arguments).run().await.expect_usage_error();
        assert!(ended.stderr.contains(&format!("cloverhound/{scenario}: ")), "{}", ended.stderr);
        let text = report.read();
        let document = Document::parse(&text).unwrap();
        let error = document.descendants().find(|it| it.has_tag_name("error")).unwrap();
        assert_eq!(error.parent().unwrap().attribute("name"), Some(scenario));
        assert_eq!(document.root_element().attribute("tests"), Some("2"));
    }
}

#[tokio::test]
async fn a_run_that_ends_before_it_has_results_is_an_error() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.write("cloverhound/create_minimal.json", "{}");
    let report = Report::new();
    fs::write(report.path(), "a green report of the run before").unwrap();
    let run = reported(&report, &["contract", "test", "--fixtures", folder.path()]).run().await;
    run.expect_usage_error();
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract" tests="1" failures="0" errors="1" skipped="0">
      <testsuite name="contract" tests="1" failures="0" errors="1" skipped="0">
        <testcase classname="contract" name="contract">
          <error message="the command ended with an error; its output has the message" type="error">the command ended with an error; its output has the message</error>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test]
async fn a_held_scenario_is_a_case() {
    let fixtures = of_the_project();
    let report = Report::new();
    let selection = ["--fixtures", fixtures.to_str().unwrap(), "--vendor", "cloverhound"];
    let script = ["--scenario", "create_minimal,reset", "--", "/bin/sh", "-c", "echo '{\"checked\": true}'"];
    reported(&report, &[&["contract", "hold"], &selection[..], &script].concat()).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract hold" tests="2" failures="2" errors="0" skipped="0">
      <testsuite name="cloverhound" tests="2" failures="2" errors="0" skipped="0">
        <testcase classname="contract.cloverhound" name="create_minimal">
          <failure message="result and 1 more" type="difference">cloverhound/create_minimal (documented)
      result
        - created 901
        + checked
      number of requests
        - 1
        + 0</failure>
        </testcase>
        <testcase classname="contract.cloverhound" name="reset">
          <failure message="result and 1 more" type="difference">cloverhound/reset (inferred)
      result
        - an error of kind interrupted
        + checked
      number of requests
        - 1
        + 0</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
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
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract serve" tests="3" failures="1" errors="0" skipped="1">
      <testsuite name="cloverhound" tests="3" failures="1" errors="0" skipped="1">
        <testcase classname="contract.cloverhound" name="create_minimal"/>
        <testcase classname="contract.cloverhound" name="create_full">
          <skipped message="not played"/>
        </testcase>
        <testcase classname="contract.cloverhound" name="requests without a scenario">
          <failure message="1 request without a scenario" type="unexpected_request">POST /7/contacts</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test]
async fn a_breaking_finding_is_a_failure_and_others_are_output() {
    let vendor = Vendor::answering(|body| {
        body["designation"] = Value::Null;
        body["score"] = json!(7);
    })
    .await;
    let mut failed = vendor.folder.document("smarttask/create_full.json");
    failed["answer"] = json!({"status": 503, "headers": {}});
    failed["expect"] = json!({"kind": "unavailable", "effect": "unknown", "transient": true, "status": 503});
    vendor.folder.write("smarttask/unavailable.json", &failed.to_string());
    let report = Report::new();
    let option = report.option();
    vendor.program(&["compare", &option[0], &option[1]]).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract compare" tests="2" failures="1" errors="0" skipped="1">
      <testsuite name="acme (smarttask)" tests="2" failures="1" errors="0" skipped="1">
        <testcase classname="contract.smarttask" name="create_full">
          <failure message="POST /v1.0/contact/create/38: body.designation" type="breaking">breaking at acme (smarttask): POST /v1.0/contact/create/38: body.designation
      expected a text, seen null (create_full)</failure>
          <system-out>additive at acme (smarttask): POST /v1.0/contact/create/38: body.score
      expected nothing, seen a number (create_full)</system-out>
        </testcase>
        <testcase classname="contract.smarttask" name="unavailable">
          <skipped message="an outage cannot be provoked"/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test]
async fn a_call_that_fails_for_its_account_is_an_error() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(Answer::new(401))).await;
    let report = Report::new();
    let option = report.option();
    vendor.program(&["compare", &option[0], &option[1]]).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract compare" tests="1" failures="0" errors="1" skipped="0">
      <testsuite name="acme (smarttask)" tests="1" failures="0" errors="1" skipped="0">
        <testcase classname="contract.smarttask" name="create_full">
          <error message="the call failed: unauthenticated (the vendor answered 401)" type="unauthenticated">the call failed: unauthenticated (the vendor answered 401)</error>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test]
async fn each_fixture_of_a_call_has_its_findings_also_after_a_failure() {
    let page = Answer::new(302).with_header("location", "https://app.example.com/login");
    let vendor = Vendor::behaving(|_| Behaviour::Answer(page)).await;
    let other = vendor.folder.document("smarttask/create_full.json");
    vendor.folder.write("smarttask/create_other.json", &other.to_string());
    let report = Report::new();
    let option = report.option();
    let ended = vendor.program(&["compare", &option[0], &option[1]]).run().await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r"
    breaking at acme (smarttask): result
      expected a contact with its id, seen an error: unexpected_response (create_full, create_other; the vendor answered 302, effect refused)

    1 breaking, 0 additive, 0 cosmetic; 1 call
    ");
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract compare" tests="2" failures="2" errors="0" skipped="0">
      <testsuite name="acme (smarttask)" tests="2" failures="2" errors="0" skipped="0">
        <testcase classname="contract.smarttask" name="create_full">
          <failure message="result" type="breaking">breaking at acme (smarttask): result
      expected a contact with its id, seen an error: unexpected_response (create_full, create_other; the vendor answered 302, effect refused)</failure>
        </testcase>
        <testcase classname="contract.smarttask" name="create_other">
          <failure message="result" type="breaking">breaking at acme (smarttask): result
      expected a contact with its id, seen an error: unexpected_response (create_full, create_other; the vendor answered 302, effect refused)</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test]
async fn a_login_without_a_token_is_a_failure() {
    let page = Answer::new(200).with_header("content-type", "application/json").with_body("{}");
    let server = Server::start(move |_| Behaviour::Answer(page.clone())).await.unwrap();
    let folder = Folder::with("onecloud", "create_after_login");
    let report = Report::new();
    let url = server.url();
    let arguments =
        ["contract", "compare", "--to", &url, "--vendor", "onecloud", "--fixtures", folder.path()];
    reported(&report, &arguments).run().await.expect_code(1);
    insta::assert_snapshot!(report.read(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="unicontact contract compare" tests="1" failures="1" errors="0" skipped="0">
      <testsuite name="jakarta (onecloud)" tests="1" failures="1" errors="0" skipped="0">
        <testcase classname="contract.onecloud" name="create_after_login">
          <failure message="POST /api/authenticate: body.token" type="breaking">breaking at jakarta (onecloud): POST /api/authenticate: body.token
      expected a text, seen nothing (create_after_login)</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test]
async fn a_search_that_finds_nothing_is_skipped_unless_it_has_a_finding() {
    for announcement in ["", "true"] {
        let server = Server::start(move |request| {
            let is_login = request.path().ends_with("/authenticate");
            let body = if is_login { r#"{"auth_token": "token"}"# } else { "[]" };
            let answer = Answer::new(200).with_header("content-type", "application/json").with_body(body);
            let is_announced = !is_login && !announcement.is_empty();
            let announced = || answer.clone().with_header("deprecation", announcement);
            Behaviour::Answer(if is_announced { announced() } else { answer.clone() })
        });
        let (server, folder, report) =
            (server.await.unwrap(), Folder::with("emnify", "find_found"), Report::new());
        let url = server.url();
        let whom = ["--to", &url, "--vendor", "emnify", "--fixtures", folder.path()];
        let ended = reported(&report, &[&["contract", "compare"], &whom[..]].concat()).run().await;
        let ended = ended.expect_code(0);
        let text = report.read();
        let is_skipped = announcement.is_empty();
        let results =
            (text.contains("<skipped"), text.contains("<system-out"), ended.stdout.contains("not run"));
        assert_eq!(results, (is_skipped, !is_skipped, is_skipped), "{}{text}", ended.stdout);
    }
}

#[tokio::test]
async fn nothing_is_sent_if_the_file_cannot_be_written() {
    let vendor = Vendor::answering(|_| {}).await;
    let ended =
        vendor.program(&["compare", "--junit", "missing/report.xml"]).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"error: the JUnit file missing/report.xml cannot be written: No such file or directory (os error 2); name another one with --junit");
    if cfg!(target_os = "linux") {
        let ended = vendor.program(&["compare", "--junit", "/dev/full"]).run().await.expect_usage_error();
        assert!(ended.stderr.contains("/dev/full cannot be written: No space left"), "{}", ended.stderr);
    }
    assert_eq!(vendor.server.received().len(), 0);
}
