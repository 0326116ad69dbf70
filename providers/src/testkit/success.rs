//! Rule 2: `Ok` comes only with an id that the vendor returned, as the vendor wrote it. A status alone proves nothing.

use std::io;

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

const PAGE: &str = "<!doctype html><html><head><title>Welcome</title></head><body></body></html>";

/// Returns successes without an id.
pub(super) fn without_id() -> [(&'static str, Answer); 4] {
    let page = Answer::new(200).with_header("content-type", "text/html").with_body(PAGE);
    [
        ("HTTP 204 without a body", Answer::new(204)),
        ("HTTP 200 with an empty body", json(200, "")),
        ("HTTP 201 with an empty object", json(201, "{}")),
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
    let attempt =
        bench.create("HTTP 200 with an error in its body", Behaviour::Answer(json(200, envelope))).await?;
    if let Some(Ok(_)) = attempt.result {
        report_ok(bench, &attempt);
    }
    Ok(())
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

fn json(status: u16, body: &str) -> Answer {
    Answer::new(status).with_header("content-type", "application/json").with_body(body)
}
