//! `unicontact contract compare` with the sandbox in its own process.
//!
//! Its rule: the sandbox is written from the vendors' pages and the fixtures from whatever is known, so that every
//! difference between them is a mistake in one of the two.

use serde_json::Value;
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::folder::{Folder, of_the_project};
use crate::program::{Ended, Program};

async fn compared(more: &[&str]) -> Ended {
    let fixtures = of_the_project();
    let arguments = ["contract", "compare", "--fixtures", fixtures.to_str().unwrap()];
    Program::new(&[&arguments, more].concat()).run().await
}

#[tokio::test]
async fn nothing_in_the_sandbox_breaks_what_the_fixtures_show() {
    let report = compared(&["--format", "json"]).await.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let breaking: Vec<&Value> = findings.filter(|it| it["grade"] == "breaking").collect();
    assert!(breaking.is_empty(), "{breaking:#?}");
    assert_eq!(report["in_doubt"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn every_vendor_gets_contacts_and_each_is_listed_with_its_id() {
    let ended = compared(&["--format", "json"]).await.expect_code(0);
    let report = ended.json();
    for vendor in ["smarttask", "emnify", "cloverhound", "onecloud"] {
        let created = report["created"].as_array().unwrap().iter().filter(|it| it["vendor"] == vendor);
        let ids: Vec<&str> = created.map(|it| it["id"].as_str().unwrap()).collect();
        assert!(ids.len() > 5, "{vendor}: {ids:?}");
        for id in ids {
            assert!(ended.stderr.contains(&format!(": {id} (contact ")), "{id}: {}", ended.stderr);
        }
    }
    assert_eq!(ended.files, [""; 0]);
}

#[tokio::test]
async fn a_fixture_is_asked_or_listed_with_the_reason() {
    let report = compared(&["--format", "json", "--vendor", "onecloud"]).await.expect_code(0).json();
    let reason = |scenario: &str| {
        let not_run = report["not_run"].as_array().unwrap().iter();
        not_run.clone().find(|it| it["scenario"] == scenario).map(|it| it["reason"].as_str().unwrap())
    };
    assert_eq!(reason("blocked"), Some("it expects a failure, and a live vendor cannot be asked for one"));
    assert_eq!(
        reason("check_good_with_a_token_alone"),
        Some("it wants these credentials and no others: token")
    );
    assert_eq!(reason("create_after_login"), None);
}

#[tokio::test]
async fn a_login_is_not_repeated_for_each_question() {
    let sandbox = Sandbox::start(Options { port: 0, ..Options::default() }).await.unwrap();
    let url = sandbox.base_url(Vendor::OneCloud);
    compared(&["--to", &url, "--vendor", "onecloud"]).await.expect_code(0);
    let requests = sandbox.requests(Vendor::OneCloud);
    let logins = requests.iter().filter(|it| it.path.ends_with("/authenticate")).count();
    assert!(logins * 3 < requests.len(), "{logins} of {}", requests.len());
}

#[tokio::test]
async fn where_nothing_was_created_there_is_no_gap() {
    let folder = Folder::with("emnify", "check_good");
    let ended =
        Program::new(&["contract", "compare", "--fixtures", folder.path()]).run().await.expect_code(0);
    assert_eq!(ended.stdout, "0 breaking, 0 additive, 0 cosmetic; 1 question was asked\n");
}

#[tokio::test]
async fn a_person_reads_that_nothing_is_breaking() {
    let folder = Folder::with("onecloud", "create_full");
    let arguments = ["contract", "compare", "--fixtures", folder.path()];
    let ended = Program::new(&arguments).run().await.expect_code(0);
    insta::assert_snapshot!(ended.stdout, @r"
    created at jakarta: 1

    0 breaking, 0 additive, 0 cosmetic; 1 question was asked
    ");
    assert_eq!(ended.stderr, "created at jakarta: 1 (contact full)\n");
}
