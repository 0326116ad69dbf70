//! Tests of the targets that `unicontact contract compare` rejects. A rejected command sends nothing, not even a login.

use std::time::{Duration, Instant};

use serde_json::json;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};

use crate::contract::folder::Folder;
use crate::contract::vendor::{ID, Vendor};
use crate::program::{Ended, Program};

/// Returns a configuration whose API is on this machine and whose logins are not.
fn with_remote_login(url: &str) -> String {
    format!(
        "[providers.smarttask.crm]\nbase_url = \"{url}\"\norganization_id = 38\naccess_token = \"fake-access\"\n\
         token_url = \"https://auth.vendor.test/connect/token\"\n"
    )
}

async fn asked(vendor: &Vendor, more: &[&str]) -> Ended {
    let arguments = ["contract", "compare", "--to", "crm", "--fixtures", vendor.folder.path()];
    Program::new(&[&arguments, more].concat())
        .configured(&with_remote_login(&vendor.server.url()))
        .run()
        .await
}

#[tokio::test]
async fn nothing_is_sent_to_a_remote_vendor_without_both_live_and_yes() {
    let vendor = Vendor::answering(|_| {}).await;
    for flags in [&[][..], &["--live"], &["--yes"]] {
        let ended = asked(&vendor, flags).await.expect_usage_error();
        assert_eq!(
            ended.stderr,
            "error: 1 contact would be created at crm (127.0.0.1, auth.vendor.test); nothing was sent. The contacts would \
             not be removed again. To create them, add --live --yes\n"
        );
        assert_eq!(vendor.server.received().len(), 0);
    }
}

#[tokio::test]
async fn a_selection_without_a_stand_in_says_what_to_name() {
    let folder = Folder::with("smarttask", "create_full");
    let refused = async |arguments: &[&str]| {
        let all = [&["contract", "compare", "--fixtures", folder.path()], arguments].concat();
        Program::new(&all).run().await.expect_usage_error().stderr
    };
    insta::assert_snapshot!(refused(&["--live", "--yes"]).await, @"error: --live sends to a provider of the configuration, and none is named; name it with --to NAME");
    let empty = refused(&["--scenario", ""]).await;
    assert!(empty.contains("--scenario has an empty name"), "{empty}");
    let described = Folder::with("intercom", "create_full");
    let arguments = ["contract", "compare", "--fixtures", described.path()];
    let described = Program::new(&arguments).run().await.expect_usage_error().stderr;
    assert!(described.contains("has no stand-in for intercom; configure a provider"), "{described}");
    let file = format!("{}/contacts/full.json", folder.path());
    let arguments = ["contract", "compare", "--fixtures", &file];
    assert!(
        Program::new(&arguments)
            .run()
            .await
            .expect_usage_error()
            .stderr
            .contains("full.json is a file; name the folder")
    );
    let unknown = ["contract", "compare", "--vendor", "acmecrm"];
    let unknown = Program::new(&unknown).run().await.expect_usage_error().stderr;
    assert!(
        unknown.trim_end().ends_with("; name a folder with other fixtures with --fixtures DIR"),
        "{unknown}"
    );
}

#[tokio::test]
async fn the_message_counts_the_refusals_and_the_contacts_that_may_be_created_instead() {
    let vendor = Vendor::answering(|_| {}).await;
    vendor.folder.write_refused_contact();
    vendor.folder.copy("smarttask", "check_bad");
    let ended = asked(&vendor, &[]).await.expect_usage_error();
    let message = "error: 1 contact would be created at crm (127.0.0.1, auth.vendor.test) and 1 more if the vendor now \
                   accepts what it refused, 2 refusals (1 of wrong credentials) would be provoked; nothing was sent.";
    assert!(ended.stderr.starts_with(message), "{}", ended.stderr);
    assert_eq!(vendor.server.received().len(), 0);
}

#[tokio::test]
async fn a_remote_vendor_is_called_with_live_and_yes() {
    let vendor = Vendor::answering(|_| {}).await;
    let ended = asked(&vendor, &["--live", "--yes"]).await.expect_code(0);
    assert!(ended.stderr.contains(&format!("created at crm: {ID}")), "{}", ended.stderr);
    assert_eq!(vendor.server.received().len(), 1);
}

#[tokio::test]
async fn a_provider_on_this_machine_needs_neither_live_nor_yes() {
    let vendor = Vendor::answering(|_| {}).await;
    let configuration = format!(
        "[providers.smarttask.crm]\nbase_url = \"{}\"\norganization_id = 38\naccess_token = \"fake-access\"\n",
        vendor.server.url()
    );
    let arguments = ["contract", "compare", "--to", "crm", "--fixtures", vendor.folder.path()];
    Program::new(&arguments).configured(&configuration).run().await.expect_code(0);
    assert_eq!(vendor.server.received().len(), 1);
}

#[tokio::test]
async fn a_fixture_cannot_set_an_address_or_a_credential() {
    let elsewhere = Server::start(|_| Behaviour::Answer(Answer::new(200))).await.unwrap();
    let url = elsewhere.url();
    for (key, value) in [
        ("base_url", url.as_str()),
        ("token_url", url.as_str()),
        ("access_token", "somebody-elses"),
        ("access_token_file", "/etc/hostname"),
        ("refresh_token_store", "newest"),
        ("client_id", "somebody-elses"),
    ] {
        let vendor = Vendor::answering(|_| {}).await;
        for (file, place) in
            [(crate::contract::vendor::FIXTURE, "provider"), ("providers/smarttask.json", "keys")]
        {
            let before = vendor.folder.document(file);
            vendor.folder.change(file, |document| document[place][key] = json!(value));
            let ended = vendor.program(&["compare"]).run().await.expect_usage_error();
            let message =
                format!("{file}: {key}: a fixture cannot set an address or a credential; remove the key");
            assert!(ended.stderr.contains(&message), "{}", ended.stderr);
            vendor.folder.write(file, &before.to_string());
        }
        assert_eq!(vendor.server.received().len(), 0, "{key}");
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn a_key_that_the_provider_rejects_is_reported_with_its_file() {
    for (file, place) in
        [(crate::contract::vendor::FIXTURE, "provider"), ("providers/smarttask.json", "keys")]
    {
        let vendor = Vendor::answering(|_| {}).await;
        vendor.folder.change(file, |document| document[place]["use_createt"] = json!(true));
        let ended = vendor.program(&["compare"]).run().await.expect_usage_error();
        assert!(ended.stderr.contains(&format!("error: {file}: use_createt: ")), "{}", ended.stderr);
        assert!(!ended.stderr.contains("--set"), "{}", ended.stderr);
        assert_eq!(vendor.server.received().len(), 0);
    }
}

#[tokio::test]
async fn after_refused_credentials_no_other_call_is_made() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(Answer::new(401))).await;
    let fixtures = crate::contract::folder::of_the_project();
    let url = vendor.server.url();
    let whom = ["--to", &url, "--vendor", "smarttask", "--format", "json", "--fixtures"];
    let arguments = [&["contract", "compare"], &whom[..], &[fixtures.to_str().unwrap()]].concat();
    let report = Program::new(&arguments).run().await.expect_code(1).json();
    assert_eq!(vendor.server.received().len(), 1);
    let reasons: Vec<&str> =
        report["not_run"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert!(
        reasons
            .iter()
            .any(|it| it.starts_with("an earlier call failed: unauthenticated (the vendor answered 401")),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn calls_keep_to_the_configured_rate() {
    let vendor = Vendor::answering(|_| {}).await;
    let mut other = vendor.folder.document(crate::contract::vendor::FIXTURE);
    other["provider"] = json!({"use_created": true});
    vendor.folder.write("smarttask/create_other.json", &other.to_string());
    let began = Instant::now();
    let pace = "providers.smarttask.acme.requests_per_second=2";
    vendor.program(&["compare", "--set", pace]).run().await.expect_code(0);
    assert_eq!(vendor.server.received().len(), 2);
    assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_remote_url_is_rejected_with_a_hint_at_live() {
    let fixtures = crate::contract::folder::of_the_project();
    let whom = ["--to", "https://api.vendor.test", "--vendor", "smarttask", "--fixtures"];
    let arguments = [&["contract", "compare"], &whom[..], &[fixtures.to_str().unwrap()]].concat();
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains("--to NAME --live --yes"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_url_needs_a_vendor() {
    let fixtures = crate::contract::folder::of_the_project();
    let arguments =
        ["contract", "compare", "--to", "http://127.0.0.1:9", "--fixtures", fixtures.to_str().unwrap()];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains("--vendor VENDOR"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_missing_folder_is_reported_with_a_hint_at_fixtures() {
    let arguments = ["contract", "compare", "--fixtures", "nowhere"];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains("--fixtures DIR"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_folder_without_a_fixture_is_reported_with_a_first_one() {
    let vendor = Vendor::answering(|_| {}).await;
    let (url, first) =
        (vendor.server.url(), "write a first one: contacts/ada.json with a contact, providers/");
    let empty = tempfile::tempdir().unwrap();
    for (files, vendor) in [(&[][..], "VENDOR"), (&["contacts", "providers", "smarttask"], "smarttask")] {
        for name in files {
            std::fs::create_dir(empty.path().join(name)).unwrap();
        }
        if !files.is_empty() {
            std::fs::write(empty.path().join("providers/smarttask.json"), "{}").unwrap();
        }
        let folder = empty.path().to_str().unwrap();
        let arguments = ["contract", "compare", "--to", &url, "--vendor", "smarttask", "--fixtures", folder];
        let ended = Program::new(&arguments).run().await.expect_usage_error();
        assert!(ended.stderr.contains(&format!("{first}{vendor}.json")), "{}", ended.stderr);
    }
    assert_eq!(vendor.server.received().len(), 0);
}
