//! Answers that leave open whether the contact was created, and answers that only look so, for every adapter.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::emnify::Emnify;
use unicontact::providers::http::{Answer, BaseUrl, Http};
use unicontact::providers::onecloud::OneCloud;
use unicontact::providers::testkit::{Behaviour, Server};
use unicontact::providers::{
    ConnectionOptions, ContactProvider, Created, Exchange, Operation, Provider, ProviderError,
};

use crate::support::providers::{PATIENT, by_default, create, fixtures, interpret, one_of_each};

const UNKNOWN: &str = "unknown";
const REFUSED: &str = "refused";

fn answer(status: u16, body: &Value) -> Answer {
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}

fn verdict(provider: &Provider, answer: &Answer) -> Result<Created, ProviderError> {
    let sent = json!({"name": "Mira Beispiel", "type": {"id": 1}});
    interpret(provider, &Exchange::new(Operation::Create, sent, answer.clone(), Timestamp::UNIX_EPOCH))
}

/// Asserts that every adapter gives the answer this effect, and this kind unless `kind` is empty.
#[track_caller]
fn assert_all(answer: &Answer, kind: &str, effect: &str) {
    for provider in one_of_each() {
        let vendor = provider.info().vendor();
        let shown = String::from_utf8_lossy(answer.text().as_bytes()).into_owned();
        let error = verdict(&provider, answer).expect_err(&format!("{vendor} created by {shown}"));
        let found = (error.kind().as_str(), error.effect().as_str());
        let kind = if kind.is_empty() { found.0 } else { kind };
        assert_eq!(found, (kind, effect), "{vendor}: HTTP {} {shown}", answer.status());
    }
}

/// Returns bodies that only refuse.
fn refusals() -> Vec<Value> {
    vec![
        json!({"error": "Name is required"}),
        json!({"errors": ["Name is required"]}),
        json!({"errors": {"name": ["is required"]}}),
        json!({"error": {"id": "e-1", "message": "no"}}),
        json!({"errors": [{"id": "e-1", "code": "422", "detail": "no"}]}),
        json!({"success": false, "message": "no", "request_id": "r-1", "requestId": "r-2"}),
        json!({"error": "no", "trace_id": "t-1", "correlationId": "c-1", "error_id": "e-1", "incident": 77}),
        json!({"error": "no", "request": {"id": "r-1"}, "meta": {"trace": {"id": 5}}}),
        json!({"error": "no", "contact": {"name": "x", "type": {"id": 1}, "organisation": {"id": 42}}}),
        json!({"error": "no", "id": null, "contact_id": ""}),
    ]
}

#[test]
fn a_success_that_only_refuses_is_a_refusal() {
    for body in refusals() {
        assert_all(&answer(200, &body), "invalid", REFUSED);
    }
}

#[test]
fn a_refusal_with_the_status_or_location_of_a_creation_leaves_doubt() {
    for body in refusals() {
        for status in [201, 202, 207] {
            assert_all(&answer(status, &body), "unexpected_response", UNKNOWN);
        }
        let located = answer(200, &body).with_header("location", "/contacts/42");
        assert_all(&located, "unexpected_response", UNKNOWN);
        assert_all(&answer(200, &body).with_header("location", " "), "invalid", REFUSED);
    }
}

#[test]
fn an_id_of_a_contact_at_any_depth_beside_an_error_leaves_doubt() {
    for body in [
        json!({"id": 42, "Id": "42", "record_id": "42", "error": "no"}),
        json!({"error": "no", "id": "42"}),
        json!({"success": false, "contactId": 42}),
        json!({"errors": ["no"], "data": {"contact": {"id": 42}}}),
        json!({"errors": ["no"], "data": {"contact": 42}}),
        json!({"error": {"message": "no"}, "result": {"items": [{"name": "x"}, {"uuid": "d46a122c"}]}}),
        json!({"status": 422, "records": [{"contact_id": "42"}]}),
        json!({"error": "no", "created_ids": ["42"]}),
        json!({"status": "error", "id": 42, "Id": 42, "record_id": 42}),
        json!({"Error": "no", "Id": 42, "id": 42, "record_id": 42}),
    ] {
        assert_all(&answer(200, &body), "unexpected_response", UNKNOWN);
    }
}

#[test]
fn a_server_error_inside_a_success_leaves_doubt() {
    for body in [
        json!({"status": 503}),
        json!({"status": "503 Service Unavailable"}),
        json!({"error": {"status": "HTTP/1.1 500"}}),
        json!({"error": {"code": 500, "message": "no"}}),
        json!({"errors": [{"status": "502", "title": "no"}]}),
        json!({"success": false, "message": "Internal Server Error"}),
        json!({"error": "no", "upstream": {"statusCode": 504}}),
    ] {
        assert_all(&answer(200, &body), "unavailable", UNKNOWN);
        assert_all(&answer(201, &body), "unexpected_response", UNKNOWN);
    }
    for body in [
        json!([{"status": 201, "id": 42}, {"status": 500}]),
        json!({"responses": [{"status": "HTTP/1.1 201 Created"}, {"status": "HTTP/1.1 500 Internal Server Error"}]}),
        json!({"id": 42, "Id": 42, "record_id": 42, "responses": [{"status": 500}]}),
    ] {
        assert_all(&answer(207, &body), "unexpected_response", UNKNOWN);
    }
}

#[test]
fn a_conflict_of_a_request_in_progress_leaves_doubt_and_an_ordinary_one_does_not() {
    for body in [
        json!({"message": "A request with this key is already in progress"}),
        json!({"error": {"code": "idempotency_key_in_use"}}),
        json!({"error": "Concurrent request, try again"}),
        json!("The request is being processed"),
    ] {
        assert_all(&answer(409, &body), "interrupted", UNKNOWN);
    }
    assert_all(&Answer::new(409).with_body("Request in progress"), "interrupted", UNKNOWN);
    for body in [
        json!({"message": "Contact already exists"}),
        json!({"error": "This e-mail address is taken, try again with another"}),
        json!({}),
    ] {
        assert_all(&answer(409, &body), "already_exists", REFUSED);
    }
}

#[test]
fn byte_order_marks_in_any_number_and_encoding_do_not_hide_the_id() {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let document = json!({"id": 42, "Id": 42, "record_id": 42}).to_string();
    let wide: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [
        [MARK, MARK, document.as_bytes()].concat(),
        [MARK, b"\r\n", MARK, b" ", MARK, document.as_bytes()].concat(),
        [MARK, b"\xFF\xFE", &wide].concat(),
        [b"\xFF\xFE\xFF\xFE", wide.as_slice()].concat(),
    ] {
        for provider in one_of_each() {
            let created = verdict(&provider, &Answer::new(201).with_body(body.clone())).unwrap();
            assert_eq!(created.id.as_str(), "42", "{}", provider.info().vendor());
        }
    }
}

#[test]
fn text_before_the_json_of_a_success_leaves_doubt_and_is_reported() {
    let document = json!({"id": 42, "Id": 42, "record_id": 42});
    let warning = "<br />\n<b>Warning</b>:  Undefined index in <b>x.php</b><br />\n";
    let html = "the answer claims success, but HTML stands before its JSON";
    let text = "the answer claims success, but text stands before its JSON";
    for (body, message) in [
        (format!("{warning}{document}"), html),
        (format!("\n{warning}{warning}{document}\n"), html),
        (format!("Notice: no [x]\n{document}"), text),
        (format!("42 {document}"), text),
        (format!("while(1);{document}"), text),
        ("Saved.".to_owned(), "the answer claims success but is not JSON"),
        (format!("{warning}Saved {{0}}."), "the answer claims success but is not JSON"),
    ] {
        let answer = Answer::new(201).with_body(body);
        assert_all(&answer, "unexpected_response", UNKNOWN);
        for provider in one_of_each() {
            let error = verdict(&provider, &answer).unwrap_err();
            assert_eq!(error.message(), Some(message));
            assert!(!error.is_transient());
        }
    }
}

#[test]
fn limits_of_a_plan_are_distinguished_from_limits_of_a_value_or_a_rate() {
    for (status, body, is_of_plan) in [
        (422, json!({"message": "You have hit your contact limit"}), true),
        (400, json!({"errors": ["The maximum number of contacts for your account is reached"]}), true),
        (403, json!({"error": {"code": "PLAN_LIMIT_REACHED", "message": "no"}}), true),
        (200, json!({"error": "Please upgrade your plan"}), true),
        (422, json!({"error": "Contact limit reached"}), true),
        (
            400,
            json!({"records": {"errorCode": 400, "userMessage": "plan limit reached"}, "error": "plan limit reached"}),
            true,
        ),
        (422, json!({"errors": [{"field": "email", "message": "exceeds the limit of your account"}]}), false),
        (422, json!({"message": "account name is limited to 50 characters"}), false),
        (403, json!({"message": "Your account exceeded its API calls per day"}), false),
        (429, json!({"message": "You have hit your contact limit"}), false),
        (201, json!({"error": "You have hit your contact limit"}), false),
        (500, json!({"message": "You have hit your contact limit"}), false),
    ] {
        for provider in one_of_each() {
            let error = verdict(&provider, &answer(status, &body)).unwrap_err();
            let vendor = provider.info().vendor();
            assert_eq!(error.suggests_plan_limit(), is_of_plan, "{vendor}: HTTP {status} {body}");
            assert_ne!(error.kind().as_str(), "quota_exhausted", "{vendor}: HTTP {status} {body}");
        }
    }
    assert_all(&answer(402, &json!({"message": "no"})), "quota_exhausted", REFUSED);
}

#[test]
fn the_documented_quota_of_onecloud_is_no_limit_of_the_plan() {
    let provider = by_default("onecloud", "http://127.0.0.1:9", PATIENT);
    for (status, message) in [
        (401, "time limit reached please try again tomorrow at 18:00 - 06:00"),
        (422, "account limit reached please try again tomorrow at 18:00 - 06:00"),
        (401, "over limit quota of this account"),
        (403, "over limit quota"),
    ] {
        let error = verdict(&provider, &answer(status, &json!({"error": message}))).unwrap_err();
        assert_eq!(error.kind().as_str(), "quota_exhausted", "HTTP {status} {message}");
        assert!(!error.suggests_plan_limit(), "HTTP {status} {message}");
        assert_eq!(error.retry_at().is_some(), message.contains("18:00"), "HTTP {status} {message}");
    }
}

/// Returns adapters that log in before a create.
fn logging_in(base_url: &BaseUrl) -> Vec<Box<dyn ContactProvider>> {
    let http = Http::new(Arc::new(SystemClock)).unwrap();
    let options = || ConnectionOptions::new("under_test").with_timeout(PATIENT);
    let emnify = json!({"base_url": base_url.to_string(), "organisation_id": 42, "contact_type": "commercial",
        "application_token": "fake-application-token"});
    let onecloud = json!({"base_url": base_url.to_string(), "email": "fake@example.com", "password": "fake-password",
        "site_id": 169});
    vec![
        Box::new(Emnify::new(options(), serde_json::from_value(emnify).unwrap(), http.clone()).unwrap()),
        Box::new(OneCloud::new(options(), serde_json::from_value(onecloud).unwrap(), http).unwrap()),
    ]
}

#[tokio::test]
async fn a_maintenance_page_at_a_login_is_no_refusal_of_the_credentials() {
    let page = |title: &str| format!("<!doctype html><html><head><title>{title}</title></head></html>");
    for (body, kind) in [
        (page("Down for maintenance"), "unavailable"),
        (page("We'll be back soon"), "unavailable"),
        ("Service temporarily unavailable".to_owned(), "unavailable"),
        (json!({"message": "The system is under maintenance"}).to_string(), "unavailable"),
        (json!({"error": "Scheduled maintenance"}).to_string(), "unavailable"),
        (json!({"status": "maintenance"}).to_string(), "unavailable"),
        (json!({"maintenance": true}).to_string(), "unavailable"),
        (json!({"error": {"status": 503, "message": "no"}}).to_string(), "unavailable"),
        (page("Welcome"), "unexpected_response"),
        (json!({"error": "Wrong password"}).to_string(), "unauthenticated"),
        (json!({}).to_string(), "unauthenticated"),
    ] {
        let answer = Answer::new(200).with_body(body.clone());
        let server = Server::start(move |_| Behaviour::Answer(answer.clone())).await.unwrap();
        for provider in logging_in(&server.url().parse().unwrap()) {
            let contact = fixtures().contact("minimal").unwrap();
            let error = create(&*provider, contact).await.unwrap_err();
            let vendor = provider.info().vendor();
            assert_eq!(error.kind().as_str(), kind, "{vendor}: {body}");
            assert_eq!(error.operation(), Operation::Authenticate, "{vendor}: {body}");
            assert_ne!(error.effect().as_str(), UNKNOWN, "{vendor}: {body}");
        }
    }
}

#[tokio::test]
async fn a_look_up_is_never_in_doubt() {
    for (status, body) in
        [(201, json!({"error": "no", "id": 5})), (409, json!("in progress")), (499, json!({}))]
    {
        let answer = answer(status, &body).with_header("location", "/x/5");
        let server = Server::start(move |_| Behaviour::Answer(answer.clone())).await.unwrap();
        let provider = by_default("emnify", &server.url(), PATIENT);
        let error = provider.check().await.unwrap_err();
        assert_ne!(error.effect().as_str(), UNKNOWN, "HTTP {status} {body}");
    }
}

/// Names of members in which vendors return contacts. `ERRORS` are those in which they return errors.
const CONTACTS: [&str; 8] =
    ["contact", "data", "result", "results", "items", "attributes", "payload", "record"];
const ERRORS: [&str; 6] = ["error", "errors", "request", "trace", "errorDetails", "duplicate"];
const IDS: [&str; 6] = ["id", "Id", "record_id", "contactId", "uuid", "_id"];

/// Returns the value nested below these names, with each level in a list or not.
fn below(names: &[(&str, bool)], value: Value) -> Value {
    names.iter().rev().fold(
        value,
        |inner, (name, is_list)| {
            if *is_list { json!({*name: [inner]}) } else { json!({*name: inner}) }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn an_id_beside_an_error_leaves_doubt_unless_it_belongs_to_the_error(
        names in proptest::collection::vec((select(&CONTACTS[..]), any::<bool>()), 1..5),
        (error, position) in (select(&ERRORS[..]), any::<prop::sample::Index>()),
        id in select(&IDS[..]),
        value in prop_oneof![any::<u32>().prop_map(Value::from), "[a-z0-9]{1,12}".prop_map(Value::from)],
    ) {
        let mut body = below(&names, json!({id: value}));
        body["success"] = json!(false);
        let mut hidden = names.clone();
        hidden.insert(position.index(names.len() + 1), (error, false));
        let mut without = below(&hidden, json!({id: value}));
        without["success"] = json!(false);
        for provider in one_of_each() {
            let effect = |body: &Value| verdict(&provider, &answer(200, body)).unwrap_err().effect().as_str();
            prop_assert_eq!(effect(&body), UNKNOWN, "{}: {}", provider.info().vendor(), body);
            prop_assert_eq!(effect(&without), REFUSED, "{}: {}", provider.info().vendor(), without);
        }
    }
}
