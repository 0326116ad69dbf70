//! Tests of `unicontact contract compare` with the sandbox in the same process.

use serde_json::Value;
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::contract::folder::{Folder, of_the_project};
use crate::program::{Ended, Program};

async fn compared(more: &[&str]) -> Ended {
    let fixtures = of_the_project();
    let arguments = ["contract", "compare", "--fixtures", fixtures.to_str().unwrap()];
    Program::new(&[&arguments, more].concat()).run().await
}

#[tokio::test]
async fn the_sandbox_has_no_breaking_difference_from_the_fixtures() {
    let report = compared(&["--format", "json"]).await.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let breaking: Vec<&Value> = findings.filter(|it| it["grade"] == "breaking").collect();
    assert!(breaking.is_empty(), "{breaking:#?}");
    assert_eq!(report["in_doubt"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn every_created_contact_is_listed_with_its_id() {
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
async fn a_fixture_without_a_call_is_listed_with_the_reason() {
    let report = compared(&["--format", "json", "--vendor", "onecloud"]).await.expect_code(0).json();
    let reason = |scenario: &str| {
        let not_run = report["not_run"].as_array().unwrap().iter();
        not_run.clone().find(|it| it["scenario"] == scenario).map(|it| it["reason"].as_str().unwrap())
    };
    assert_eq!(reason("blocked"), Some("the block of a firewall cannot be provoked safely"));
    assert_eq!(reason("rate_limited_plain"), Some("a rate limit cannot be provoked safely"));
    assert_eq!(reason("quota_exhausted"), Some("a used-up quota cannot be provoked safely"));
    assert_eq!(reason("conflict"), Some("the contact would be sent twice, and might be created twice"));
    let typical = "by another fixture, the vendor may accept the same request";
    assert_eq!(reason("invalid_list"), Some(typical));
    let once = "wrong credentials are sent only once, by the call that risks least";
    assert_eq!(reason("unauthenticated_bad"), Some(once));
    assert_eq!(reason("check_bad"), None);
    assert_eq!(reason("check_good_with_a_token_alone"), Some("it needs exactly these credentials: token"));
    assert_eq!(reason("create_after_login"), None);
}

#[tokio::test]
async fn calls_with_the_same_configuration_share_a_login() {
    let sandbox = Sandbox::start(Options { port: 0, ..Options::default() }).await.unwrap();
    let url = sandbox.base_url(Vendor::OneCloud);
    compared(&["--to", &url, "--vendor", "onecloud"]).await.expect_code(0);
    let requests = sandbox.requests(Vendor::OneCloud);
    let logins = requests.iter().filter(|it| it.path.ends_with("/authenticate")).count();
    assert!(logins * 3 < requests.len(), "{logins} of {}", requests.len());
}

#[tokio::test]
async fn a_report_without_created_contacts_has_no_blank_line() {
    let folder = Folder::with("emnify", "check_good");
    let ended =
        Program::new(&["contract", "compare", "--fixtures", folder.path()]).run().await.expect_code(0);
    assert_eq!(ended.stdout, "0 breaking, 0 additive, 0 cosmetic; 1 call\n");
}

#[tokio::test]
async fn the_human_report_counts_findings_and_calls() {
    let folder = Folder::with("onecloud", "create_full");
    let arguments = ["contract", "compare", "--fixtures", folder.path()];
    let ended = Program::new(&arguments).run().await.expect_code(0);
    insta::assert_snapshot!(ended.stdout, @r"
    created at jakarta: 1

    0 breaking, 0 additive, 0 cosmetic; 1 call
    ");
    assert_eq!(ended.stderr, "created at jakarta: 1 (contact full)\n");
}
