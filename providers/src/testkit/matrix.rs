//! Rule 3: the kind and the effect of the error, for each way in which a network or a server can fail a create. The expected
//! results are those of the common table, unless `Subject::documented` gives others.

use std::io;
use std::time::Duration;

use super::bench::{Attempt, Bench};
use super::script::Script;
use super::server::{Behaviour, ClosedPort, Server};
use super::success::{NOT_AN_ID, report_success_without_id, without_id};
use crate::created::Created;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::Answer;

const BY_THE_TABLE: &str = "judge what has no code of the vendor's own by the common table: Exchange::success and \
                            Exchange::by_status do. If the vendor documents another meaning of the status, say it in \
                            Subject::documented.";
const BY_DOUBT: &str = "say Effect::Unknown wherever the request may have arrived and nobody said that it was refused: \
                        a lost answer, a body that broke off, any 5xx. Connection::send_draft does.";
const ASKED_TO_WAIT: Duration = Duration::from_hours(1);
/// A Wednesday, later than the time of any clock that the adapter may use.
const FAR_AWAY: &str = "Wed, 01 Jan 2200 00:00:00 GMT";
const PAGE: &str = "<!doctype html><html><head><title>Bad gateway</title></head><body></body></html>";

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    closed_port(bench).await?;
    lost_answers(bench).await?;
    successes_without_id(bench).await?;
    redirect(bench).await?;
    statuses(bench).await?;
    waits(bench).await?;
    failed_preparations(bench).await
}

async fn closed_port(bench: &mut Bench<'_>) -> io::Result<()> {
    let closed = ClosedPort::take()?;
    let attempt = bench.create_at("a port at which nobody listens", &closed.url()).await?;
    expect(bench, &attempt, ErrorKind::Unreachable, Effect::NotSent, BY_DOUBT);
    Ok(())
}

async fn lost_answers(bench: &mut Bench<'_>) -> io::Result<()> {
    let created = bench.subject.created("4242");
    for (situation, behaviour) in [
        ("a connection that is closed after the request", Behaviour::Close),
        ("a connection that is reset after the request", Behaviour::Reset),
        ("an answer that never comes", Behaviour::Hang),
        ("an answer that is not HTTP", Behaviour::Bytes(b"SSH-2.0-something\r\n".to_vec())),
        ("a success whose body breaks off", Behaviour::Cut(created)),
    ] {
        let attempt = bench.create(situation, behaviour).await?;
        expect(bench, &attempt, ErrorKind::Interrupted, Effect::Unknown, BY_DOUBT);
    }
    Ok(())
}

async fn successes_without_id(bench: &mut Bench<'_>) -> io::Result<()> {
    for (situation, answer) in without_id() {
        let attempt = bench.create(situation, Behaviour::Answer(answer)).await?;
        expect(bench, &attempt, ErrorKind::UnexpectedResponse, Effect::Unknown, NOT_AN_ID);
    }
    Ok(())
}

/// Tries a redirect, which may lead away from the vendor, so no adapter follows it.
async fn redirect(bench: &mut Bench<'_>) -> io::Result<()> {
    let created = Behaviour::Answer(bench.subject.created("4242"));
    let elsewhere = Server::start(move |_| created.clone()).await?;
    let answer = Answer::new(302).with_header("location", &elsewhere.url());
    let attempt = bench.create("a redirect (302)", Behaviour::Answer(answer)).await?;
    if !elsewhere.received().is_empty() {
        bench.report.add(
            3,
            "a redirect (302): it was followed, credential and contact included",
            "send through Connection, which follows no redirect, or turn redirects off in your client.",
        );
        return Ok(());
    }
    expect(bench, &attempt, ErrorKind::UnexpectedResponse, Effect::Unknown, BY_THE_TABLE);
    Ok(())
}

async fn statuses(bench: &mut Bench<'_>) -> io::Result<()> {
    use Effect::{Refused, Unknown};
    for (status, kind, effect) in [
        (400, ErrorKind::Invalid, Refused),
        (401, ErrorKind::Unauthenticated, Refused),
        (403, ErrorKind::PermissionDenied, Refused),
        (404, ErrorKind::NotFound, Refused),
        (409, ErrorKind::AlreadyExists, Refused),
        (422, ErrorKind::Invalid, Refused),
        (500, ErrorKind::Unavailable, Unknown),
    ] {
        let (kind, effect) = bench.subject.documented(status).unwrap_or((kind, effect));
        let attempt = bench.create(&format!("HTTP {status}"), Behaviour::Answer(refusal(status))).await?;
        expect(bench, &attempt, kind, effect, BY_THE_TABLE);
    }
    let (kind, effect) = bench.subject.documented(502).unwrap_or((ErrorKind::Unavailable, Unknown));
    let page = Answer::new(502).with_header("content-type", "text/html").with_body(PAGE);
    let attempt = bench.create("HTTP 502 with a web page", Behaviour::Answer(page)).await?;
    expect(bench, &attempt, kind, effect, BY_THE_TABLE);
    Ok(())
}

async fn waits(bench: &mut Bench<'_>) -> io::Result<()> {
    let seconds = ASKED_TO_WAIT.as_secs().to_string();
    for (status, kind, effect, wait) in [
        (429, ErrorKind::RateLimited, Effect::Refused, &*seconds),
        (429, ErrorKind::RateLimited, Effect::Refused, FAR_AWAY),
        (503, ErrorKind::Unavailable, Effect::Unknown, &*seconds),
    ] {
        let (kind, effect) = bench.subject.documented(status).unwrap_or((kind, effect));
        let situation = format!("HTTP {status} with Retry-After: {wait}");
        let answer = refusal(status).with_header("retry-after", wait);
        let attempt = bench.create(&situation, Behaviour::Answer(answer)).await?;
        expect(bench, &attempt, kind, effect, BY_THE_TABLE);
        let Some(Err(error)) = &attempt.result else {
            continue;
        };
        let reported = error.retry_after();
        let is_right =
            if wait == seconds { reported == Some(ASKED_TO_WAIT) } else { reported > Some(ASKED_TO_WAIT) };
        if !is_right {
            bench.report.add(
                3,
                format!("{situation}: the error's retry_after is {reported:?}"),
                "pass the vendor's wait on, in seconds or as a date: Exchange::error reads Retry-After, \
                 with_retry_after sets it.",
            );
        }
    }
    Ok(())
}

/// Tries failures before the create, after which no contact was created.
async fn failed_preparations(bench: &mut Bench<'_>) -> io::Result<()> {
    let preparations = bench.subject.preparations();
    for (index, failing) in preparations.iter().enumerate() {
        let method = if failing.method == Method::Get { "GET" } else { "POST" };
        let situation = format!("a preparation ({method} {}) that is answered with HTTP 500", failing.path);
        let mut preparations = preparations.clone();
        preparations[index].answer = refusal(500);
        let reaction = Behaviour::Answer(bench.subject.created("4242")).into();
        let attempt = bench.create_by_script(&situation, Script { preparations, reaction }).await?;
        let Some(Err(error)) = &attempt.result else {
            continue;
        };
        if attempt.changing.is_empty() && error.effect() == Effect::Unknown {
            bench.report.add(
                3,
                format!("{situation}: the effect is unknown, and the create was never sent"),
                "give what is done before the create its own operation (Operation::Authenticate, Operation::LookUp): \
                 an error of those has created nothing.",
            );
        }
    }
    Ok(())
}

pub(super) fn refusal(status: u16) -> Answer {
    let body = r#"{"message": "the contract suite says no"}"#;
    Answer::new(status).with_header("content-type", "application/json").with_body(body)
}

/// Reports an attempt that did not fail with this kind and effect.
pub(super) fn expect(
    bench: &mut Bench<'_>,
    attempt: &Attempt<Created>,
    kind: ErrorKind,
    effect: Effect,
    what_to_do: &str,
) {
    let situation = &attempt.situation;
    match &attempt.result {
        None => {}
        Some(Ok(_)) => report_success_without_id(bench, attempt),
        Some(Err(error)) if (error.kind(), error.effect()) == (kind, effect) => {}
        Some(Err(error)) => {
            let (seen_kind, seen_effect) = (error.kind(), error.effect());
            let what = format!("{situation}: expected {kind}, {effect}; got {seen_kind}, {seen_effect}");
            bench.report.add(3, what, what_to_do);
        }
    }
}
