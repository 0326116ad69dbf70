//! Rule 2: `Ok` comes only with an id that the vendor returned, as the vendor wrote it. A status alone proves nothing.

use std::fmt::Display;
use std::io;

use serde_json::{Value, json};

use super::bench::{Attempt, Bench};
use super::received::Received;
use super::remedy::{self, Remedy};
use super::server::Behaviour;
use crate::created::Created;
use crate::http::Answer;

pub(super) const NOT_AN_ID: Remedy = Remedy::new(
    "return Ok only with an id that the vendor returned: for a 2xx whose body holds none return \
                                    Exchange::no_readable_id, for any other answer Exchange::by_status.",
    remedy::NO_ID_IN_FILE,
);

const ERROR_FIRST: Remedy = Remedy::new(
    "judge status and errors before the id, with Exchange::success. If the vendor documents such an answer as a success, say so in \
                                    Subject::documents_success.",
    remedy::NO_ID_IN_FILE,
);

const ID: &str = "4242";
const PAGE: &str = "<!doctype html><html><head><title>Welcome</title></head><body></body></html>";

/// Returns successes without an id.
pub(super) fn without_id() -> [(&'static str, Answer); 4] {
    let page = Answer::new(200).with_header("content-type", "text/html").with_body(PAGE);
    [
        ("HTTP 204 without a body", Answer::new(204)),
        ("HTTP 200 with an empty body", json_answer(200, "")),
        ("HTTP 201 with an empty object", json_answer(201, "{}")),
        ("HTTP 200 with a web page", page),
    ]
}

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    for id in ["4242", "90210"] {
        let answer = Behaviour::Answer(bench.subject.created(id));
        let attempt = bench.create(&format!("a success with the id {id}"), answer).await?;
        expect_id(bench, &attempt, id);
    }
    let envelope = r#"{"error": {"code": "invalid", "message": "the contract suite says no"}}"#;
    let attempt = bench
        .create("HTTP 200 with an error in its body", Behaviour::Answer(json_answer(200, envelope)))
        .await?;
    if let Some(Ok(_)) = attempt.result {
        report_ok(bench, &attempt);
    }
    errors_with_an_id(bench).await
}

/// An error that also holds the contact is no success under any status. A refusal may name the contact that exists.
async fn errors_with_an_id(bench: &mut Bench<'_>) -> io::Result<()> {
    for status in [200, 400, 422, 500] {
        let Some(answer) = with_error(bench.subject.created(ID), status) else {
            return Ok(());
        };
        if bench.subject.documents_success(&answer) {
            continue;
        }
        let situation = format!("HTTP {status} with an error beside the contact");
        let attempt = bench.create(&situation, Behaviour::Answer(answer)).await?;
        if let Some(Ok(Created { existing: false, .. })) = attempt.result {
            bench.report.add(2, format!("{situation}: the create gave Ok"), ERROR_FIRST);
        }
    }
    Ok(())
}

/// Returns the answer with an error in its body. `None` if its body is no object.
pub(super) fn with_error(created: Answer, status: u16) -> Option<Answer> {
    let Some(Value::Object(mut members)) = created.json() else {
        return None;
    };
    members.insert("error".to_owned(), json!({"message": "the contract suite says no"}));
    // The id may stand in a header.
    Some(created.with_status(status).with_body(Value::Object(members).to_string()))
}

/// Expects the id of the answer, or the one that the adapter chose and the answer confirms.
pub(super) fn expect_id(bench: &mut Bench<'_>, attempt: &Attempt<Created>, id: &str) {
    let situation = &attempt.situation;
    let chosen = attempt.changing.last().and_then(|create| bench.subject.chosen_id(create));
    let id = chosen.as_deref().unwrap_or(id);
    match &attempt.result {
        None => {}
        Some(Ok(created)) if created.id.as_str() == id => {}
        Some(Ok(created)) => {
            let what = format!("{situation}: the create gave {}", created.id);
            bench.report.add(
                2,
                what,
                Remedy::new("return the id of the answer as the vendor wrote it.", remedy::ID_IN_FILE),
            );
        }
        Some(Err(error)) => {
            let requests: Vec<String> = attempt.received.iter().map(Received::method_and_path).collect();
            let (kind, requests) = (error.kind(), requests.join(", "));
            let what = format!("{situation}: the create failed with {kind} after {requests}");
            bench.report.add(
                2,
                what,
                Remedy::new("read the id where Subject::created puts it. If a request before the create got no answer, add it \
                 to Subject::preparations.", remedy::ID_IN_FILE),
            );
        }
    }
}

/// Reports an `Ok` for an answer without an id.
pub(super) fn report_ok(bench: &mut Bench<'_>, attempt: &Attempt<Created>) {
    let what = format!("{}: the create gave Ok", attempt.situation);
    bench.report.add(2, what, NOT_AN_ID);
}

pub(super) fn json_answer(status: u16, body: &(impl Display + ?Sized)) -> Answer {
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}
