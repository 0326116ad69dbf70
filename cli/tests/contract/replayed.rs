//! Tests of `unicontact contract test` with valid fixtures, and with one mistake at a time.

use serde_json::json;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};

use crate::contract::folder::{Folder, of_the_project};
use crate::program::{Ended, Program};

async fn replayed(folder: &Folder) -> Ended {
    Program::new(&["contract", "test", "--fixtures", folder.path()]).run().await
}

/// Returns stderr without the folder's path.
fn stderr_of(ended: &Ended, folder: &Folder) -> String {
    ended.stderr.replace(folder.path(), "DIR")
}

#[tokio::test]
async fn the_projects_fixtures_of_a_vendor_pass() {
    let folder = of_the_project();
    let folder = folder.to_str().unwrap();
    let arguments = ["contract", "test", "--fixtures", folder, "--vendor", "cloverhound", "--format", "json"];
    let ended = Program::new(&arguments).run().await.expect_code(0);
    let report = ended.json();
    assert_eq!(report["failed"], 0);
    assert!(report["replayed"].as_u64().unwrap() > 40, "{report}");
    assert!(report["fixtures"].as_array().unwrap().iter().all(|it| it["vendor"] == "cloverhound"));
}

#[tokio::test]
async fn a_difference_shows_the_expected_and_the_actual_value() {
    let folder = Folder::with("onecloud", "quota_exhausted");
    folder.change("onecloud/quota_exhausted.json", |fixture| {
        fixture["request"]["body"]["Phone"] = json!("+442079460199");
        fixture["request"]["body"]["Fax"] = json!("none");
        fixture["expect"]["kind"] = json!("unauthenticated");
    });
    let ended = replayed(&folder).await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r#"
    onecloud/quota_exhausted (documented)
      kind
        - unauthenticated
        + quota_exhausted
      request 1 body.Fax
        - "none"
        + nothing
      request 1 body.Phone
        - "+442079460199"
        + "+442079460123"

     vendor    fixtures  recorded  documented  third_party  inferred  failed
     onecloud  1         0         1           0            0         1
    "#);
}

#[tokio::test]
async fn a_difference_in_json_has_place_expected_and_actual() {
    let folder = Folder::with("smarttask", "create_minimal");
    folder.change("smarttask/create_minimal.json", |fixture| {
        fixture["request"]["body"]["name"] = json!("Somebody Else");
    });
    let arguments = ["contract", "test", "--fixtures", folder.path(), "--format", "json"];
    let report = Program::new(&arguments).run().await.expect_code(1).json();
    let differences = &report["fixtures"][0]["differences"];
    let first =
        json!({"place": "request 1 body.name", "expected": "\"Somebody Else\"", "actual": "\"Nell Nobody\""});
    assert_eq!(differences[0], first);
    assert_eq!((&report["replayed"], &report["failed"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn all_mistakes_of_a_folder_are_reported_with_file_and_line() {
    let folder = Folder::with("emnify", "create_minimal");
    folder.change("emnify/create_minimal.json", |fixture| fixture["expext"] = json!({}));
    folder.write("emnify/notes.txt", "to do");
    folder.write("contacts/broken.json", "{\n  \"name\": \"Ada\",\n}");
    folder.write("contacts/nameless.json", "{\"notes\": \"somebody\"}");
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @r#"
    error: 4 mistakes in the fixtures
    DIR/contacts/broken.json:3: trailing comma
    DIR/contacts/nameless.json: a contact needs a name, an organization, an e-mail or a phone
    DIR/emnify/create_minimal.json:13: unknown field `expext`, expected one of `provenance`, `contact`, `provider`, `now`, `before`, `request`, `answer`, `expect`
    DIR/emnify/notes.txt: this file is not read; rename it to end with .json, or move it away
    "#);
}

#[tokio::test]
async fn an_expectation_with_two_results_is_a_mistake() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.change("cloverhound/create_minimal.json", |fixture| fixture["expect"]["kind"] = json!("invalid"));
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @r#"
    error: 1 mistake in the fixtures
    DIR/cloverhound/create_minimal.json: expect: write exactly one of created, existing, found, unclear, checked, kind
    "#);
}

#[tokio::test]
async fn an_unknown_contact_is_a_mistake_with_a_suggestion() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.change("cloverhound/create_minimal.json", |fixture| fixture["contact"] = json!("minimall"));
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @r#"
    error: 1 mistake in the fixtures
    DIR/cloverhound/create_minimal.json: there is no contact contacts/minimall.json; did you mean minimal?
    "#);
}

#[tokio::test]
async fn a_key_that_the_adapter_rejects_is_reported_with_the_fixture() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.change("providers/cloverhound.json", |provider| provider["keys"]["organisation"] = json!(7));
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @r#"error: cloverhound/create_minimal: the adapter rejects the fixture's configuration: organisation: unknown key, did you mean `organization_id`?"#);
}

#[tokio::test]
async fn a_vendor_without_a_built_in_adapter_is_an_error_unless_others_are_selected() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.write("providers/acme.json", "{\"credentials\": []}");
    std::fs::create_dir(std::path::Path::new(folder.path()).join("acme")).unwrap();
    let ended = replayed(&folder).await.expect_usage_error();
    assert!(ended.stderr.contains("no adapter for acme"), "{}", ended.stderr);
    let arguments = ["contract", "test", "--fixtures", folder.path(), "--vendor", "cloverhound"];
    Program::new(&arguments).run().await.expect_code(0);
}

#[tokio::test]
async fn a_missing_folder_and_a_misspelt_vendor_are_reported_with_a_hint() {
    let nowhere =
        Program::new(&["contract", "test", "--fixtures", "nowhere"]).run().await.expect_usage_error();
    insta::assert_snapshot!(nowhere.stderr, @"error: there is no folder nowhere; name a folder of fixtures with --fixtures DIR, or write those of this version to it: unicontact contract fixtures --out nowhere");
    let folder = Folder::with("cloverhound", "create_minimal");
    let arguments = ["contract", "test", "--fixtures", folder.path(), "--vendor", "clover"];
    let misspelt = Program::new(&arguments).run().await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&misspelt, &folder), @r#"error: DIR has no vendor clover; did you mean cloverhound?"#);
}

#[tokio::test]
async fn nothing_is_sent_to_a_url_in_a_fixture() {
    let server = Server::start(|_| Behaviour::Answer(Answer::new(200))).await.unwrap();
    let folder = Folder::with("smarttask", "login_refused");
    folder.change("smarttask/login_refused.json", |fixture| {
        fixture["provider"]["token_url"] = json!(server.url());
    });
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @r"
    error: 1 mistake in the fixtures
    DIR/smarttask/login_refused.json: token_url: a fixture cannot set an address or a credential; remove the key
    ");
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn an_address_of_the_account_is_for_described_vendors_only() {
    let folder = Folder::with("smarttask", "create_minimal");
    folder.change("providers/smarttask.json", |provider| {
        provider["keys"]["api_url"] = json!("https://elsewhere.example");
    });
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @"error: smarttask/create_minimal: the adapter rejects the fixture's configuration: api_url: a fixture cannot set the address of a vendor without a description");
    let folder = Folder::with("activecampaign", "create_on_the_other_domain");
    replayed(&folder).await.expect_code(0);
    folder.change("activecampaign/create_on_the_other_domain.json", |fixture| {
        fixture["provider"]["api_url"] = json!("https://elsewhere.example");
    });
    let ended = replayed(&folder).await.expect_usage_error();
    assert!(ended.stderr.contains("api_url: "), "{}", ended.stderr);
}

#[tokio::test]
async fn a_folder_of_fixtures_without_a_provider_document_is_a_mistake() {
    let folder = Folder::with("cloverhound", "create_minimal");
    let fixture = folder.document("cloverhound/create_minimal.json").to_string();
    folder.write("cloverhoud/create_minimal.json", &fixture);
    folder.write("import/contacts.json", "[{}]");
    let ended = replayed(&folder).await.expect_usage_error();
    insta::assert_snapshot!(stderr_of(&ended, &folder), @r"
    error: 1 mistake in the fixtures
    DIR/cloverhoud: these fixtures belong to no vendor: there is no providers/cloverhoud.json; did you mean cloverhound?
    ");
}

#[tokio::test]
async fn a_provenance_date_is_a_day_or_a_month() {
    let folder = Folder::with("cloverhound", "create_minimal");
    for (date, is_right) in [("2026-08", true), ("2026-08-14", true), ("2026-13", false), ("August", false)] {
        folder
            .change("cloverhound/create_minimal.json", |fixture| fixture["provenance"]["date"] = json!(date));
        let ended = replayed(&folder).await;
        assert_eq!(ended.code == 0, is_right, "{date}: {ended:?}");
    }
}

#[tokio::test]
async fn an_unknown_kind_is_a_mistake_with_its_line() {
    let folder = Folder::with("onecloud", "quota_exhausted");
    folder.change("onecloud/quota_exhausted.json", |fixture| fixture["expect"]["kind"] = json!("quota"));
    let ended = replayed(&folder).await.expect_usage_error();
    assert!(ended.stderr.contains("unknown variant `quota`, expected one of `config`"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_mistake_in_a_contact_is_reported_once() {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.write("contacts/minimal.json", "{\"nme\": 1}");
    let ended = replayed(&folder).await.expect_usage_error();
    assert!(ended.stderr.starts_with("error: 1 mistake in the fixtures\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn contract_test_rejects_a_provider_selection() {
    let folder = Folder::with("cloverhound", "create_minimal");
    let arguments = ["contract", "test", "--fixtures", folder.path(), "--to", "acme"];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"error: --to selects providers, and this command uses none; select vendors with --vendor instead");
}
