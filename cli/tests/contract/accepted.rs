//! Tests of `unicontact contract compare` with accepted findings.

use serde_json::{Value, json};
use unicontact::providers::testkit::Behaviour;

use crate::contract::vendor::{Vendor, answer};

#[tokio::test]
async fn an_accepted_finding_does_not_count_until_its_last_day_is_over() {
    let vendor = Vendor::answering(|body| body["name"] = Value::Null).await;
    let entry = |until: &str| {
        let place = "POST /v1.0/contact/create/38: body.*";
        format!(
            "[[accepted]]\nvendor = \"smarttask\"\nplace = \"{place}\"\nreason = \"ticket 12\"\nuntil = {until}\n"
        )
    };
    let unused =
        "\n[[accepted]]\nvendor = \"smarttask\"\nplace = \"result\"\nreason = \"old\"\nuntil = 2999-12-31\n";
    vendor.folder.write("accepted.toml", &format!("{}{unused}", entry("2999-12-31")));
    let ended = vendor.program(&["compare"]).run().await.expect_code(0);
    insta::assert_snapshot!(ended.stdout, @r"
    breaking at acme (smarttask): POST /v1.0/contact/create/38: body.name
      expected a text, seen null (create_full)
      accepted until 2999-12-31: ticket 12

    created at acme: 5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b

    0 breaking, 0 additive, 0 cosmetic; 1 accepted; 1 call
    ");
    let note = "accepted.toml:7: no finding of smarttask is at `result`; remove this entry";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
    let report = vendor.compared().await.expect_code(0).json();
    assert_eq!((&report["breaking"], &report["accepted"]), (&json!(0), &json!(1)));
    assert_eq!(
        report["findings"][0]["accepted"],
        json!({"reason": "ticket 12", "until": "2999-12-31", "ended": false})
    );
    vendor.folder.write("other.toml", &entry("2001-01-31"));
    let other = format!("{}/other.toml", vendor.folder.path());
    let ended = vendor.program(&["compare", "--accepted", &other]).run().await.expect_code(1);
    assert!(ended.stdout.contains("\n  accepted until 2001-01-31 (ended): ticket 12\n"), "{}", ended.stdout);
}

#[tokio::test]
async fn a_mistake_in_the_accepted_findings_names_its_line_and_sends_nothing() {
    let vendor = Vendor::answering(|_| {}).await;
    vendor
        .folder
        .write("accepted.toml", "[[accepted]]\nvendor = \"smarttask\"\nplace = \"result\"\nwhy = \"\"\n");
    let ended = vendor.program(&["compare"]).run().await.expect_code(2);
    for mistake in ["accepted.toml:4: unknown key `why`", "accepted.toml:1: `reason` is missing"] {
        assert!(ended.stderr.contains(mistake), "{}", ended.stderr);
    }
    assert_eq!(vendor.server.received().len(), 0);
}

#[tokio::test]
async fn an_entry_is_unused_only_if_every_call_was_compared() {
    let entry =
        "[[accepted]]\nvendor = \"smarttask\"\nplace = \"result\"\nreason = \"old\"\nuntil = 2999-12-31\n";
    let vendor = Vendor::answering(|_| {}).await;
    vendor.folder.write("accepted.toml", entry);
    let selected = vendor.program(&["compare", "--scenario", "create_full"]).run().await.expect_code(0);
    assert!(!selected.stderr.contains("remove this entry"), "{}", selected.stderr);
    let existing = Vendor::behaving(|_| Behaviour::Answer(answer(409, &json!({"title": "taken"})))).await;
    existing.folder.write("accepted.toml", entry);
    let skipped = existing.program(&["compare"]).run().await.expect_code(1);
    assert!(!skipped.stderr.contains("remove this entry"), "{}", skipped.stderr);
    let missing = vendor.program(&["compare", "--accepted", "missing.toml"]).run().await.expect_code(2);
    insta::assert_snapshot!(missing.stderr, @"error: the accepted findings missing.toml cannot be read: No such file or directory (os error 2); make it readable, or name another file with --accepted");
}

#[tokio::test]
async fn an_entry_of_an_unknown_vendor_is_named_and_an_accepted_lost_id_says_why_the_run_fails() {
    let vendor = Vendor::answering(|body| drop(body.as_object_mut().unwrap().remove("record_id"))).await;
    let entry = |vendor: &str| {
        format!("[[accepted]]\nvendor = \"{vendor}\"\nplace = \"*\"\nreason = \"x\"\nuntil = 2999-12-31\n")
    };
    vendor.folder.write("accepted.toml", &format!("{}{}", entry("smarttask"), entry("smarttaks")));
    let ended = vendor.program(&["compare"]).run().await.expect_code(1);
    let last = "not complete: a contact was created whose id is unknown; look for it at the vendor\n";
    assert!(ended.stdout.ends_with(last), "{}", ended.stdout);
    let note =
        "accepted.toml:6: no selected provider is of the vendor `smarttaks`; did you mean `smarttask`?";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
}
