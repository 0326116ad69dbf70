//! Faults of single vendors: a 401 for a used-up quota, errors under a 2xx status, and conflicts that name the contact.

use serde_json::{Value, json};

use crate::faults::case::{Case, Verdict, expect_all};
use crate::hostile::{Answer, Listing, Reply, Script, Vendor, refusal};

/// Returns the body that `OneCloud` documents under "Over limit quota".
fn quota_used_up(code: &Value) -> Value {
    json!({
        "_meta": {"status": "ERROR", "count": 1},
        "records": {"errorCode": code,
            "userMessage": "time limit reached please try again tomorrow at 18:00 - 06:00",
            "devMessage": "", "more": null, "applicationCode": ""},
    })
}

#[tokio::test]
async fn onecloud_with_a_used_up_quota_gets_one_login_and_one_create() {
    for (status, code) in [(401, json!(401)), (401, json!("401")), (200, json!(401))] {
        let answer = Answer::json(status, &quota_used_up(&code));
        let script = Script::always(Reply::Answer(answer));
        let verdict = Verdict::failed("quota_exhausted", "refused", 1);
        let case = Case::new("quota", Vendor::OneCloud, script, verdict);
        let finished = case.run().await;
        let error = &finished.delivery["error"];
        assert_eq!(finished.ended.code, 1);
        assert_eq!(error["kind"], "quota_exhausted", "{error}");
        assert_eq!(error["effect"], "refused", "{error}");
        let retry_at = error["retry_at"].as_str().unwrap();
        assert!(retry_at.ends_with("T18:00:00+07:00"), "{retry_at}");
        let paths: Vec<String> =
            finished.stand_in.received().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/api/authenticate", "/api/contactrz"]);
        expect_all([case]).await;
    }
}

#[tokio::test]
async fn an_error_under_a_2xx_is_a_refusal() {
    let envelopes = [
        (Vendor::SmartTask, json!({"title": "Not valid", "status": 400, "errors": {"Name": ["no"]}})),
        (
            Vendor::Emnify,
            json!({"error_code": 1400, "error_token": "InputValidationFailed", "message": "no"}),
        ),
        (Vendor::Cloverhound, json!({"errors": {"full_name": ["can't be blank"]}})),
        (Vendor::OneCloud, json!({"error": "Name is required"})),
    ];
    let cases = envelopes.map(|(vendor, body)| {
        let script = Script::always(Reply::Answer(Answer::json(200, &body)));
        Case::new("2xx with an error", vendor, script, Verdict::rejected("invalid"))
    });
    expect_all(cases).await;
}

#[tokio::test]
async fn a_server_error_under_a_2xx_is_in_doubt() {
    let mut body = quota_used_up(&json!(500));
    body["records"]["userMessage"] = json!("Internal error");
    let script = Script::always(Reply::Answer(Answer::json(200, &body)));
    let verdict = Verdict::in_doubt("unavailable");
    expect_all([Case::new("200 with errorCode 500", Vendor::OneCloud, script, verdict)]).await;
}

#[tokio::test]
async fn a_conflict_that_names_the_contact_is_existing() {
    let named = [
        (Vendor::SmartTask, json!({"title": "Conflict", "record_id": Vendor::SmartTask.id()})),
        (Vendor::Emnify, json!({"error_code": 1405, "message": "Duplicated", "contact_id": "9001"})),
        (Vendor::Cloverhound, json!({"error": "has already been taken", "contact": {"id": 9001}})),
    ];
    let existing = Verdict { outcome: "existing", code: 0, ..Verdict::rejected("already_exists") };
    let cases = named.map(|(vendor, body)| {
        let script = Script::always(Reply::Answer(Answer::json(409, &body)));
        Case::new("409 with an id", vendor, script, existing)
    });
    expect_all(cases).await;
}

#[tokio::test]
async fn a_conflict_at_emnify_is_existing_when_its_list_shows_the_contact() {
    let script =
        Script::always(Reply::Answer(refusal(Vendor::Emnify, 409))).listing(Listing::ReceivedCreates);
    let existing = Verdict { outcome: "existing", ..Verdict::created(1) };
    expect_all([Case::new("409", Vendor::Emnify, script, existing)]).await;
}

#[tokio::test]
async fn an_earlier_contact_that_smarttask_returns_is_existing() {
    let body = json!({"record_id": Vendor::SmartTask.id(), "name": "Ada King",
        "created_at": "2024-11-21T13:43:02.472", "modified_at": "2025-05-23T09:46:54.64"});
    let script = Script::always(Reply::Answer(Answer::json(200, &body)));
    let existing = Verdict { outcome: "existing", ..Verdict::created(1) };
    expect_all([Case::new("200", Vendor::SmartTask, script, existing).keys(crate::hostile::USE_CREATED)])
        .await;
}
