//! Rule 3 for answers that look like a success or a refusal but may have created the contact, and for answers that only look
//! doubtful.

use std::io;

use serde_json::json;

use super::bench::{Attempt, Bench};
use super::matrix::{expect, refusal};
use super::remedy::{self, Remedy};
use super::script::Script;
use super::server::Behaviour;
use super::success::{expect_id, json_answer, with_error};
use crate::created::Created;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::Answer;

const BY_EXCHANGE: Remedy = Remedy::new(
    "build every verdict on an answer with Exchange::success, Exchange::error or Exchange::by_status: \
                           they recognize the answers under which a contact may have been created.",
    remedy::ERROR_ROW_IN_FILE,
);
const BY_THE_WORDS: Remedy = Remedy::new(
    "build refusals with Exchange::error, which reads whether the vendor's words name a limit of \
                            the account's plan.",
    remedy::MESSAGE_IN_FILE,
);
const AT_A_LOGIN: Remedy = Remedy::new(
    "judge a login's answer without a token with Exchange::no_readable_token.",
    remedy::LOGIN_IN_FILE,
);
const ID: &str = "4242";
const PAGE: &str =
    "<!doctype html><html><head><title>Down for maintenance</title></head><body></body></html>";

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    errors_beside_a_success(bench).await?;
    refusals_under_a_success(bench).await?;
    redirects(bench).await?;
    lost_answers(bench).await?;
    byte_order_marks(bench).await?;
    limits_of_the_plan(bench).await?;
    maintenance_at_a_login(bench).await
}

/// A success with an error in it, and with another sign that a contact was created or that the vendor failed.
async fn errors_beside_a_success(bench: &mut Bench<'_>) -> io::Result<()> {
    let no = json!({"error": {"message": "the contract suite says no"}});
    let mut situations = vec![
        ("HTTP 201 with an error in its body", json_answer(201, &no)),
        ("HTTP 202 with an error in its body", json_answer(202, &no)),
        ("HTTP 207 with an error in its body", json_answer(207, &no)),
        (
            "HTTP 200 with an error and a Location",
            json_answer(200, &no).with_header("location", "/contacts/4242"),
        ),
        (
            "HTTP 200 with an error and an id below it",
            json_answer(200, &json!({"success": false, "data": {"contact": {"id": ID}}})),
        ),
        (
            "HTTP 200 with a server error in its body",
            json_answer(200, &json!({"error": {"status": 503, "message": "the contract suite says no"}})),
        ),
        (
            "HTTP 200 with a server error as a text",
            json_answer(200, &json!({"success": false, "status": "HTTP/1.1 500 Internal Server Error"})),
        ),
        (
            "HTTP 207 with several statuses",
            json_answer(207, &json!([{"status": 201}, {"status": "HTTP/1.1 500 Internal Server Error"}])),
        ),
    ];
    if let Some(answer) = with_error(bench.subject.created(ID), 200) {
        situations.push(("HTTP 200 with the contact and an error", answer));
    }
    for (situation, answer) in situations {
        let documented = bench.subject.documented_answer(&answer);
        let attempt = bench.create(situation, Behaviour::Answer(answer)).await?;
        match documented {
            Some((kind, effect)) => expect(bench, &attempt, kind, effect, BY_EXCHANGE),
            None => expect_doubt(bench, &attempt),
        }
    }
    Ok(())
}

async fn refusals_under_a_success(bench: &mut Bench<'_>) -> io::Result<()> {
    for (situation, body) in [
        ("HTTP 200 that only refuses", json!({"error": {"message": "the contract suite says no"}})),
        (
            "HTTP 200 that refuses with the ids of the request and of the error",
            json!({"request_id": "r-1", "error": {"id": "e-1", "message": "the contract suite says no"}}),
        ),
    ] {
        let answer = json_answer(200, &body);
        let documented = bench.subject.documented_answer(&answer);
        let (kind, effect) = documented.unwrap_or((ErrorKind::Invalid, Effect::Refused));
        let attempt = bench.create(situation, Behaviour::Answer(answer)).await?;
        expect(bench, &attempt, kind, effect, BY_EXCHANGE);
    }
    Ok(())
}

async fn redirects(bench: &mut Bench<'_>) -> io::Result<()> {
    for (status, location, effect) in [
        (302, "/contacts/4242", Effect::Unknown),
        (303, "https://example.com/contacts/4242", Effect::Unknown),
        (302, "https://example.com/login?next=/contacts", Effect::Refused),
        (307, "/contacts/4242", Effect::Refused),
    ] {
        let answer = Answer::new(status).with_header("location", location);
        let situation = format!("HTTP {status} to {location}");
        let attempt = bench.create(&situation, Behaviour::Answer(answer)).await?;
        expect(bench, &attempt, ErrorKind::UnexpectedResponse, effect, BY_EXCHANGE);
    }
    Ok(())
}

/// Statuses by which a proxy or the vendor says that it may still be processing the request.
async fn lost_answers(bench: &mut Bench<'_>) -> io::Result<()> {
    let in_progress = json!({"message": "an identical request is in progress"});
    for (situation, behaviour) in [
        ("HTTP 499", Behaviour::Answer(refusal(499))),
        ("HTTP 460", Behaviour::Answer(refusal(460))),
        ("HTTP 409 of a request in progress", Behaviour::Answer(json_answer(409, &in_progress))),
        ("a final HTTP 101", Behaviour::Bytes(b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec())),
        ("a final HTTP 102", Behaviour::Bytes(b"HTTP/1.1 102 Processing\r\n\r\n".to_vec())),
    ] {
        let attempt = bench.create(situation, behaviour).await?;
        expect(bench, &attempt, ErrorKind::Interrupted, Effect::Unknown, BY_EXCHANGE);
    }
    Ok(())
}

async fn byte_order_marks(bench: &mut Bench<'_>) -> io::Result<()> {
    let created = bench.subject.created(ID);
    let marked = [b"\xEF\xBB\xBF\xEF\xBB\xBF".as_slice(), created.body()].concat();
    let answer = Behaviour::Answer(created.with_body(marked));
    let attempt = bench.create("a success behind two byte order marks", answer).await?;
    expect_id(bench, &attempt, ID);
    Ok(())
}

async fn limits_of_the_plan(bench: &mut Bench<'_>) -> io::Result<()> {
    let documented = bench.subject.documented(402);
    let (kind, effect) = documented.unwrap_or((ErrorKind::QuotaExhausted, Effect::Refused));
    let attempt = bench.create("HTTP 402", Behaviour::Answer(refusal(402))).await?;
    expect(bench, &attempt, kind, effect, BY_EXCHANGE);
    // Where a 422 leaves open whether the contact was created, there is no limit to raise.
    if bench.subject.documented(422).is_some_and(|(_, effect)| effect == Effect::Unknown) {
        return Ok(());
    }
    for (message, is_of_plan) in
        [("You have hit your contact limit", true), ("The value exceeds the limit of 100 characters", false)]
    {
        let situation = format!("HTTP 422 saying \"{message}\"");
        let answer = Behaviour::Answer(json_answer(422, &json!({"message": message})));
        let attempt = bench.create(&situation, answer).await?;
        if let Some(Err(error)) = &attempt.result
            && error.kind() != ErrorKind::QuotaExhausted
            && error.suggests_plan_limit() != is_of_plan
        {
            let not = if is_of_plan { " does not suggest" } else { " suggests" };
            bench.report.add(3, format!("{situation}: the error{not} a limit of the plan"), BY_THE_WORDS);
        }
    }
    Ok(())
}

/// A preparation with `POST` is taken for a login.
async fn maintenance_at_a_login(bench: &mut Bench<'_>) -> io::Result<()> {
    let preparations = bench.subject.preparations();
    for (index, login) in preparations.iter().enumerate().filter(|(_, it)| it.method == Method::Post) {
        let situation = format!("a login (POST {}) that is answered with a page of maintenance", login.path);
        let mut preparations = preparations.clone();
        preparations[index].answer =
            Answer::new(200).with_header("content-type", "text/html").with_body(PAGE);
        let reaction = Behaviour::Answer(bench.subject.created(ID)).into();
        let attempt = bench.create_by_script(&situation, Script { preparations, reaction }).await?;
        match &attempt.result {
            Some(Err(error)) if error.kind() != ErrorKind::Unavailable => {
                let what = format!("{situation}: expected unavailable; got {}", error.kind());
                bench.report.add(3, what, AT_A_LOGIN);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Expects an error with an unknown effect, or the id where the vendor documents such an answer as a success.
fn expect_doubt(bench: &mut Bench<'_>, attempt: &Attempt<Created>) {
    match &attempt.result {
        Some(Err(error)) if error.effect() != Effect::Unknown => {
            let what = format!("{}: the effect is {}, expected unknown", attempt.situation, error.effect());
            bench.report.add(3, what, BY_EXCHANGE);
        }
        Some(Ok(_)) => expect_id(bench, attempt, ID),
        _ => {}
    }
}
