//! Tests of the refusals that `unicontact contract compare` and `record` provoke.

use std::fs;

use serde_json::{Value, json};
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};
use unicontact_sandbox::{Options, Sandbox, accounts};

use crate::contract::folder::Folder;
use crate::contract::vendor::{FIXTURE, ID, PROVIDER, Vendor, answer};
use crate::program::{Ended, Program};

/// Returns a vendor with one fixture: a contact that it refuses.
async fn refusing(behaviour: impl FnOnce(&Value) -> Behaviour) -> Vendor {
    let vendor = Vendor::behaving(behaviour).await;
    vendor.folder.write_refused_contact();
    vendor.folder.remove(FIXTURE);
    vendor
}

#[tokio::test]
async fn a_contact_that_is_still_refused_is_no_finding_and_is_recorded() {
    let vendor = refusing(|_| Behaviour::Answer(answer(422, &json!({"title": "no"})))).await;
    let ended = vendor.program(&["compare"]).run().await.expect_code(0);
    assert_eq!(ended.stdout, "0 breaking, 0 additive, 0 cosmetic; 1 call\n");
    assert_eq!(ended.stderr, format!("1 refusal will be provoked at {PROVIDER}\n"));
    assert_eq!(vendor.server.received().len(), 1, "nothing is sent twice");
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    vendor.program(&["record", "--out", folder]).run().await.expect_code(0);
    let fixture = fs::read_to_string(out.path().join("smarttask/invalid_name.json")).unwrap();
    let fixture: Value = serde_json::from_str(&fixture).unwrap();
    assert_eq!((&fixture["expect"]["kind"], &fixture["answer"]["status"]), (&json!("invalid"), &json!(422)));
    Program::new(&["contract", "test", "--fixtures", folder]).run().await.expect_code(0);
}

#[tokio::test]
async fn a_contact_that_is_accepted_now_is_a_finding_and_is_named() {
    let vendor = refusing(|body| Behaviour::Answer(answer(200, body))).await;
    let ended = vendor.program(&["compare"]).run().await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r"
    breaking at acme (smarttask): result
      expected an error: invalid, effect refused, seen a contact with its id (invalid_name)

    created at acme: 5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b

    1 breaking, 0 additive, 0 cosmetic; 1 call
    ");
    assert!(ended.stderr.ends_with(&format!("created at {PROVIDER}: {ID} (contact refused)\n")), "{ended:?}");
    let out = tempfile::tempdir().unwrap();
    let recorded = vendor.program(&["record", "--format", "json", "--out", out.path().to_str().unwrap()]);
    let report = recorded.run().await.expect_code(1).json();
    assert_eq!(report["recorded"], json!([]));
    let reason = "not recorded: the vendor accepted what it is expected to refuse; remove the contact there, and change what the \
                  fixture expects";
    assert_eq!(report["not_run"][0]["reason"], reason);
    assert_eq!(report["created"][0]["id"], ID);
    assert_eq!(vendor.server.received().len(), 2, "once by each command");
}

#[tokio::test]
async fn a_refusal_of_another_kind_is_a_finding() {
    let vendor = refusing(|_| Behaviour::Answer(answer(404, &json!({})))).await;
    let report = vendor.compared().await.expect_code(1).json();
    let finding = &report["findings"][0];
    assert_eq!(
        (&finding["expected"], &finding["seen"], report["breaking"].as_u64()),
        (&json!("an error: invalid, effect refused"), &json!("an error: not_found, effect refused"), Some(2)),
        "{report}"
    );
}

#[tokio::test]
async fn an_inferred_refusal_of_a_contact_is_not_provoked() {
    let vendor = refusing(|body| Behaviour::Answer(answer(200, body))).await;
    let inferred = |fixture: &mut Value| fixture["provenance"]["kind"] = json!("inferred");
    vendor.folder.change("smarttask/invalid_name.json", inferred);
    let report = vendor.compared().await.expect_code(1).json();
    let reason = "the refusal is only inferred, so the vendor may create the contact";
    assert_eq!(report["not_run"][0]["reason"], reason, "{report}");
    assert_eq!(vendor.server.received().len(), 0);
}

#[tokio::test]
async fn wrong_credentials_that_work_are_a_finding_and_come_last() {
    let users = Answer::new(200).with_header("content-type", "application/json").with_body("[]");
    let server = Server::start(move |_| Behaviour::Answer(users.clone())).await.unwrap();
    let folder = Folder::with("smarttask", "check_good");
    folder.copy("smarttask", "check_bad");
    let url = server.url();
    let whom = ["--to", &url, "--vendor", "smarttask", "--fixtures", folder.path()];
    let arguments = [&["contract", "compare", "--format", "json"], &whom[..]].concat();
    let report = Program::new(&arguments).run().await.expect_code(1).json();
    assert_eq!(report["findings"][0]["seen"], "credentials that work", "{report}");
    let right = format!("Bearer {}", accounts::smarttask::ACCESS_TOKEN);
    let received = server.received();
    let tokens: Vec<bool> =
        received.iter().map(|it| it.header("authorization") == Some(right.as_str())).collect();
    assert_eq!(tokens, [true, false]);
}

/// Returns the report on a command for three providers with the same account of emnify.
async fn compared_three_times(sandbox: &Sandbox, folder: &Folder) -> Ended {
    let provider = |name: &str| {
        format!(
            "[providers.emnify.{name}]\nbase_url = \"{}\"\norganisation_id = {}\ncontact_type = \"commercial\"\n\
             application_token = \"{}\"\n",
            sandbox.base_url(unicontact_sandbox::Vendor::Emnify),
            accounts::emnify::ORGANISATION_ID,
            accounts::emnify::APPLICATION_TOKEN,
        )
    };
    let arguments = ["contract", "compare", "--format", "json", "--to", "a,b,c", "--fixtures", folder.path()];
    Program::new(&arguments).configured(&["a", "b", "c"].map(provider).concat()).run().await
}

#[tokio::test]
async fn one_call_with_wrong_credentials_reaches_an_account() {
    let vendor = unicontact_sandbox::Vendor::Emnify;
    let sandbox =
        Sandbox::start(Options { port: 0, vendors: vec![vendor], ..Options::default() }).await.unwrap();
    let folder = Folder::with("emnify", "check_good");
    folder.copy("emnify", "login_refused");
    let report = compared_three_times(&sandbox, &folder).await.expect_code(0).json();
    assert_eq!(report["findings"], json!([]), "{report}");
    let requests = sandbox.requests(vendor);
    let refused = requests.iter().filter(|it| it.status == 401);
    assert!(refused.clone().all(|it| it.path.ends_with("/authenticate")), "{requests:?}");
    assert_eq!(refused.count(), 1);
    let not_run = report["not_run"].as_array().unwrap();
    let providers: Vec<&Value> = not_run.iter().map(|it| &it["provider"]).collect();
    assert_eq!(providers, [&json!("b"), &json!("c")]);
    let reason =
        "wrong credentials were sent to this account already, for another provider; more may lock it";
    assert_eq!(not_run[0]["reason"], reason);
}

#[tokio::test]
async fn wrong_credentials_that_are_refused_otherwise_can_be_accepted_and_recorded() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(answer(403, &json!({})))).await;
    vendor.folder.copy("smarttask", "check_bad");
    vendor.folder.remove(FIXTURE);
    let ended = vendor.program(&["compare"]).run().await.expect_code(1);
    assert!(ended.stdout.contains("seen an error: permission_denied"), "{}", ended.stdout);
    let accepted =
        "[[accepted]]\nvendor = \"smarttask\"\nplace = \"*\"\nreason = \"ticket 12\"\nuntil = 2999-12-31\n";
    vendor.folder.write("accepted.toml", accepted);
    let ended = vendor.program(&["compare"]).run().await.expect_code(0);
    assert!(ended.stdout.ends_with("accepted; 1 call\n"), "{}", ended.stdout);
    let out = tempfile::tempdir().unwrap();
    vendor.program(&["record", "--out", out.path().to_str().unwrap()]).run().await.expect_code(0);
    let fixture = fs::read_to_string(out.path().join("smarttask/check_bad.json")).unwrap();
    let fixture: Value = serde_json::from_str(&fixture).unwrap();
    assert_eq!(
        (&fixture["expect"]["kind"], &fixture["provenance"]["stand_in"]),
        (&json!("permission_denied"), &json!(true))
    );
}

#[tokio::test]
async fn a_refused_contact_that_the_vendor_has_already_is_a_finding() {
    let vendor = refusing(|_| Behaviour::Answer(answer(409, &json!({})))).await;
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(report["findings"][0]["seen"], "an error: already_exists, effect refused", "{report}");
    assert_eq!((&report["not_run"], &report["creates_not_compared"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn a_refusal_of_a_stand_in_is_not_provoked() {
    let vendor = refusing(|body| Behaviour::Answer(answer(200, body))).await;
    vendor.folder.change("smarttask/invalid_name.json", |fixture| {
        fixture["provenance"]["kind"] = json!("recorded");
        fixture["provenance"]["stand_in"] = json!(true);
    });
    let report = vendor.compared().await.expect_code(1).json();
    let reason = "the refusal is only inferred, so the vendor may create the contact";
    assert_eq!(report["not_run"][0]["reason"], reason, "{report}");
    assert_eq!(vendor.server.received().len(), 0);
}
