//! Tests of `unicontact contract compare` with a vendor whose answers changed, one change at a time.

use serde_json::{Value, json};
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};

use crate::contract::folder::{Folder, of_the_project};
use crate::contract::vendor::{ID, PROVIDER, Vendor, answer};
use crate::program::Program;

/// Returns the exit code, and grade and place of every finding.
async fn found(change: impl FnOnce(&mut Value)) -> (i32, Vec<(String, String)>) {
    let vendor = Vendor::answering(change).await;
    let ended = vendor.compared().await;
    (ended.code, findings(&ended.json()))
}

fn findings(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|it| (text(&it["grade"]), text(&it["place"]))).collect()
}

fn one(grade: &str, place: &str) -> Vec<(String, String)> {
    vec![(grade.to_owned(), format!("POST /v1.0/contact/create/38: {place}"))]
}

#[tokio::test]
async fn other_values_of_the_same_types_are_no_finding() {
    assert_eq!(found(|_| {}).await, (0, vec![]));
    let other_values = |body: &mut Value| {
        body["record_id"] = json!("00000000-0000-4000-8000-000000000001");
        body["created_at"] = json!("2031-01-01T00:00:00Z");
        body["organization_id"] = json!(77);
    };
    assert_eq!(found(other_values).await, (0, vec![]));
}

#[tokio::test]
async fn a_missing_key_is_breaking_if_it_was_echoed_and_cosmetic_if_nothing_reads_it() {
    let gone = |body: &mut Value| drop(body.as_object_mut().unwrap().remove("name"));
    assert_eq!(found(gone).await, (1, one("breaking", "body.name")));
    let gone = |body: &mut Value| drop(body.as_object_mut().unwrap().remove("archived"));
    assert_eq!(found(gone).await, (0, one("cosmetic", "body.archived")));
}

#[tokio::test]
async fn a_changed_type_in_a_nested_object_is_breaking() {
    let number = |body: &mut Value| body["emails"][1]["email"] = json!(7);
    assert_eq!(found(number).await, (1, one("breaking", "body.emails[].email")));
}

#[tokio::test]
async fn a_number_in_place_of_an_id_in_a_text_is_cosmetic() {
    let number = |body: &mut Value| body["record_id"] = json!(7);
    assert_eq!(found(number).await, (0, one("cosmetic", "body.record_id")));
}

#[tokio::test]
async fn an_echoed_field_that_becomes_null_is_one_breaking_finding() {
    let null = |body: &mut Value| body["designation"] = Value::Null;
    assert_eq!(found(null).await, (1, one("breaking", "body.designation")));
    let lost = |body: &mut Value| drop(body["emails"].as_array_mut().unwrap().pop());
    assert_eq!(found(lost).await, (1, one("breaking", "body.emails[].email")));
}

#[tokio::test]
async fn an_echoed_field_that_becomes_null_is_breaking_although_another_fixture_has_null() {
    let vendor = Vendor::answering(|body| body["designation"] = Value::Null).await;
    let mut other = vendor.folder.document(crate::contract::vendor::FIXTURE);
    other["provider"] = json!({"use_created": true});
    other["answer"]["body"]["designation"] = Value::Null;
    vendor.folder.write("smarttask/create_other.json", &other.to_string());
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(findings(&report), one("breaking", "body.designation"));
    assert_eq!(report["findings"][0]["scenario"], "create_full");
    assert_eq!(vendor.server.received().len(), 2);
}

#[tokio::test]
async fn fixtures_with_the_same_call_are_run_once_and_either_answer_is_accepted() {
    let vendor = Vendor::answering(|body| body["score"] = json!("7")).await;
    let mut other = vendor.folder.document(crate::contract::vendor::FIXTURE);
    other["answer"]["body"]["score"] = json!("5");
    vendor.folder.write("smarttask/create_scored.json", &other.to_string());
    let report = vendor.compared().await.expect_code(0).json();
    assert_eq!(findings(&report), []);
    assert_eq!(vendor.server.received().len(), 1);
}

#[tokio::test]
async fn a_change_that_several_calls_show_is_one_finding() {
    let vendor = Vendor::answering(|body| drop(body.as_object_mut().unwrap().remove("archived"))).await;
    let mut other = vendor.folder.document(crate::contract::vendor::FIXTURE);
    other["provider"] = json!({"use_created": true});
    other["request"]["path"] = json!("/v1.0/contact/create/38?use_created=true");
    vendor.folder.write("smarttask/create_other.json", &other.to_string());
    let report = vendor.compared().await.expect_code(0).json();
    assert_eq!(findings(&report), one("cosmetic", "body.archived"));
    assert_eq!(report["findings"][0]["scenarios"], json!(["create_full", "create_other"]));
    assert_eq!(vendor.server.received().len(), 2);
}

#[tokio::test]
async fn a_change_is_graded_by_its_shape_if_the_fixture_cannot_be_replayed() {
    let vendor = Vendor::answering(|body| drop(body.as_object_mut().unwrap().remove("archived"))).await;
    vendor.folder.change(crate::contract::vendor::FIXTURE, |fixture| {
        fixture["expect"]["created"] = json!("another id");
    });
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(findings(&report), one("breaking", "body.archived"));
    let note = "graded by its shape, because no fixture can be replayed with this change";
    assert_eq!(report["findings"][0]["note"], note);
}

#[tokio::test]
async fn a_new_key_is_additive() {
    let new = |body: &mut Value| body["score"] = json!(7);
    assert_eq!(found(new).await, (0, one("additive", "body.score")));
}

#[tokio::test]
async fn another_status_of_success_is_cosmetic() {
    let vendor = Vendor::behaving(|body| Behaviour::Answer(answer(201, body))).await;
    let ended = vendor.compared().await.expect_code(0);
    assert_eq!(findings(&ended.json()), one("cosmetic", "status"));
}

#[tokio::test]
async fn a_parameter_of_the_media_type_and_the_version_of_the_software_are_no_finding() {
    let with_header = |name: &'static str, value: &'static str| {
        Vendor::behaving(move |body| {
            let answer = Answer::new(200).with_header("content-type", "Application/JSON");
            Behaviour::Answer(answer.with_header(name, value).with_body(body.to_string()))
        })
    };
    let release = with_header("x-app-version", "2026.11.30").await.compared().await.expect_code(0);
    assert_eq!(findings(&release.json()), []);
    let version = with_header("x-api-version", "2.0").await.compared().await.expect_code(0);
    assert_eq!(findings(&version.json()), one("additive", "header x-api-version"));
}

#[tokio::test]
async fn a_refusal_is_breaking_and_names_the_error_kind() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(answer(422, &json!({"title": "no"})))).await;
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(report["breaking"], 1, "{report}");
    assert_eq!(report["findings"][0]["place"], "result");
    assert_eq!(report["findings"][0]["seen"], "an error: invalid");
    assert_eq!(report["created"], json!([]));
}

#[tokio::test]
async fn a_failure_of_account_or_quota_is_no_finding() {
    for (status, kind) in [(401, "unauthenticated"), (403, "permission_denied"), (429, "rate_limited")] {
        let vendor = Vendor::behaving(|_| Behaviour::Answer(answer(status, &json!({})))).await;
        let report = vendor.compared().await.expect_code(1).json();
        assert_eq!(report["findings"], json!([]), "{report}");
        let reason = format!("the call failed: {kind} (the vendor answered {status} with application/json)");
        assert_eq!(report["not_run"][0]["reason"], reason, "{report}");
    }
}

#[tokio::test]
async fn a_contact_that_exists_already_is_no_finding() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(answer(409, &json!({"title": "taken"})))).await;
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(report["findings"], json!([]), "{report}");
    assert_eq!(report["not_run"][0]["reason"], "the vendor has the contact already", "{report}");
}

#[tokio::test]
async fn no_other_contact_is_created_after_an_answer_without_an_id() {
    let vendor = Vendor::answering(|body| drop(body.as_object_mut().unwrap().remove("record_id"))).await;
    let mut other = vendor.folder.document(crate::contract::vendor::FIXTURE);
    other["provider"] = json!({"use_created": true});
    vendor.folder.write("smarttask/create_other.json", &other.to_string());
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(vendor.server.received().len(), 1);
    let reason = "an earlier create is in doubt";
    assert_eq!(report["not_run"][0]["reason"], reason, "{report}");
}

#[tokio::test]
async fn an_unusual_fixture_with_the_same_call_hides_no_finding() {
    let fixtures = of_the_project();
    let fixtures = fixtures.to_str().unwrap();
    let minimal = std::fs::read_to_string(of_the_project().join("smarttask/create_minimal.json")).unwrap();
    let mut body = serde_json::from_str::<Value>(&minimal).unwrap()["answer"]["body"].take();
    body.as_object_mut().unwrap().remove("created_at");
    body["name"] = Value::Null;
    let answer = Answer::new(200).with_header("content-type", "text/html").with_body(body.to_string());
    let server = Server::start(move |_| Behaviour::Answer(answer.clone())).await.unwrap();
    let url = server.url();
    let whom = ["--to", &url, "--vendor", "smarttask", "--fixtures", fixtures, "--format", "json"];
    let ended = Program::new(&[&["contract", "compare"], &whom[..]].concat()).run().await.expect_code(1);
    let report = ended.json();
    let of_minimal = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["scenarios"].as_array().unwrap().contains(&json!("create_minimal")));
    let of_minimal: Vec<(&str, &str)> =
        of_minimal.map(|it| (it["grade"].as_str().unwrap(), it["place"].as_str().unwrap())).collect();
    for (grade, place) in
        [("cosmetic", "body.created_at"), ("breaking", "body.name"), ("cosmetic", "header content-type")]
    {
        let place = format!("POST /v1.0/contact/create/38: {place}");
        assert!(of_minimal.contains(&(grade, place.as_str())), "{place}: {of_minimal:?}");
    }
}

#[tokio::test]
async fn an_answer_without_an_id_is_breaking_and_listed_in_doubt() {
    let vendor = Vendor::answering(|body| drop(body.as_object_mut().unwrap().remove("record_id"))).await;
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(report["breaking"], 2, "{report}");
    assert_eq!(
        report["in_doubt"],
        json!([{"provider": PROVIDER, "vendor": "smarttask", "contact": "full", "answered": true}])
    );
}

#[tokio::test]
async fn a_create_with_a_lost_answer_is_in_doubt_and_not_sent_again() {
    let vendor = Vendor::behaving(|_| Behaviour::Reset).await;
    let report = vendor.compared().await.expect_code(3).json();
    assert_eq!(
        report["in_doubt"],
        json!([{"provider": PROVIDER, "vendor": "smarttask", "contact": "full", "answered": false}])
    );
    assert_eq!(vendor.server.received().len(), 1);
}

#[tokio::test]
async fn a_created_contact_is_listed_with_its_id() {
    let report = Vendor::answering(|_| {}).await.compared().await.json();
    assert_eq!(
        report["created"],
        json!([{
            "provider": PROVIDER, "vendor": "smarttask", "contact": "full", "id": ID, "existing": false
        }])
    );
}

#[tokio::test]
async fn a_finding_about_an_inferred_fixture_says_so() {
    let vendor = Vendor::answering(|body| body["name"] = json!(7)).await;
    vendor.folder.change(crate::contract::vendor::FIXTURE, |fixture| {
        fixture["provenance"]["kind"] = json!("inferred");
    });
    let report = vendor.compared().await.expect_code(1).json();
    assert_eq!(report["findings"][0]["note"], "the fixture was inferred");
    assert_eq!(report["findings"][0]["provenance"], "inferred");
}

#[tokio::test]
async fn the_human_report_lists_the_worst_findings_first_and_created_contacts() {
    let vendor = Vendor::answering(|body| {
        body["score"] = json!(7);
        body["archived"] = json!("no");
        body["name"] = Value::Null;
    })
    .await;
    let ended = vendor.program(&["compare"]).run().await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r"
    breaking at acme (smarttask): POST /v1.0/contact/create/38: body.name
      expected a text, seen null (create_full)
    additive at acme (smarttask): POST /v1.0/contact/create/38: body.score
      expected nothing, seen a number (create_full)
    cosmetic at acme (smarttask): POST /v1.0/contact/create/38: body.archived
      expected a boolean, seen a text (create_full)

    created at acme: 5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b

    1 breaking, 1 additive, 1 cosmetic; 1 call
    ");
    assert_eq!(ended.stderr, format!("created at {PROVIDER}: {ID} (contact full)\n"));
}

#[tokio::test]
async fn no_value_of_an_answer_is_printed() {
    let values = [
        "Grace Boss",
        "boss@engines.test",
        "sandbox-access-token",
        "graceboss",
        "GraceBoss",
        "grace_boss",
        "contact_471147",
    ];
    let vendor = Vendor::answering(|body| {
        body["name"] = json!([values[0]]);
        body["other"] = json!({values[1]: values[2]});
        for key in &values[3..] {
            body[key] = json!(1);
            body["emails"][0][key] = json!(1);
        }
    })
    .await;
    for format in ["human", "json"] {
        let ended = vendor.program(&["compare", "--format", format]).run().await.expect_code(1);
        for value in values {
            assert!(!ended.stdout.contains(value) && !ended.stderr.contains(value), "{value}: {ended:#?}");
        }
    }
}

#[tokio::test]
async fn a_web_page_in_answer_to_a_check_is_a_finding() {
    let page = Answer::new(200).with_header("content-type", "text/html; charset=utf-8");
    let page = page.with_body("<!DOCTYPE html><title>Sign in</title>");
    let vendor = Vendor::behaving(|_| Behaviour::Answer(page)).await;
    vendor.folder.copy("smarttask", "check_good");
    let ended = vendor.program(&["compare"]).run().await.expect_code(1);
    let finding = "breaking at acme (smarttask): POST /v1.0/organization-user/filter-users/38: body\n  expected JSON, seen a web page (check_good)\n";
    assert!(ended.stdout.contains(finding), "{}", ended.stdout);
}

#[tokio::test]
async fn a_call_without_an_answer_says_at_which_host_and_why() {
    let folder = Folder::with("smarttask", "create_full");
    let whom = ["--to", "http://127.0.0.1:9", "--vendor", "smarttask", "--fixtures", folder.path()];
    let ended = Program::new(&[&["contract", "compare"], &whom[..]].concat()).run().await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r"
    not run at acme: create_full: the call failed: unreachable (127.0.0.1:9: the connection was refused)

    0 breaking, 0 additive, 0 cosmetic; 1 call, 1 create not compared
    not complete: a call failed or was not made
    ");
}
