//! Rule 3: kind and effect of the error for each failure of the network or the server. The expectations are the common table's, or
//! those of `Subject::documented`.

use std::io;
use std::time::Duration;

use super::bench::{Attempt, Bench};
use super::remedy::{self, Remedy};
use super::script::Script;
use super::server::{Behaviour, ClosedPort, Server};
use super::success::{NOT_AN_ID, report_ok, without_id};
use crate::created::Created;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::Answer;

const BY_THE_TABLE: Remedy = Remedy::new(
    "judge an answer without a code of the vendor's own by the common table, as Exchange::success and \
                            Exchange::by_status do. If the vendor documents another meaning of the status, return it from \
                            Subject::documented.",
    remedy::ERROR_ROW_IN_FILE,
);
const BY_DOUBT: Remedy = Remedy::new(
    "return Effect::Unknown wherever the request may have arrived and the vendor did not refuse it: \
                        a lost answer, a body that broke off, any 5xx. Connection::send_prepared does.",
    remedy::ERROR_ROW_IN_FILE,
);
const AN_HOUR: &str = "3600";
/// A wait so short that an adapter may be tempted to keep it.
const A_SECOND: &str = "1";
/// A Wednesday that is later than any clock of a test.
const FAR_AWAY: &str = "Wed, 01 Jan 2200 00:00:00 GMT";
const PAGE: &str = "<!doctype html><html><head><title>Bad gateway</title></head><body></body></html>";

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    unreachable(bench).await?;
    lost_answers(bench).await?;
    successes_without_an_id(bench).await?;
    redirect(bench).await?;
    statuses(bench).await?;
    waits(bench).await?;
    failed_preparations(bench).await
}

async fn unreachable(bench: &mut Bench<'_>) -> io::Result<()> {
    let closed = ClosedPort::reserve()?;
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

async fn successes_without_an_id(bench: &mut Bench<'_>) -> io::Result<()> {
    for (situation, answer) in without_id() {
        let documented = bench.subject.documented_answer(&answer);
        let (kind, effect) = documented.unwrap_or((ErrorKind::UnexpectedResponse, Effect::Unknown));
        let attempt = bench.create(situation, Behaviour::Answer(answer)).await?;
        expect(bench, &attempt, kind, effect, NOT_AN_ID);
    }
    Ok(())
}

/// A redirect must not be followed, since its target may not be the vendor.
async fn redirect(bench: &mut Bench<'_>) -> io::Result<()> {
    let created = Behaviour::Answer(bench.subject.created("4242"));
    let elsewhere = Server::start(move |_| created.clone()).await?;
    let answer = Answer::new(302).with_header("location", &elsewhere.url());
    let attempt = bench.create("a redirect (302)", Behaviour::Answer(answer)).await?;
    if !elsewhere.received().is_empty() {
        bench.report.add(
            3,
            "a redirect (302): it was followed, credential and contact included",
            Remedy::of_adapter(
                "send through Connection, which follows no redirect, or disable redirects in your client.",
            ),
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
        (501, ErrorKind::Unavailable, Unknown),
        (504, ErrorKind::Unavailable, Unknown),
        (507, ErrorKind::Unavailable, Unknown),
        (520, ErrorKind::Unavailable, Unknown),
        (524, ErrorKind::Unavailable, Unknown),
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
    for (status, kind, effect, wait) in [
        (429, ErrorKind::RateLimited, Effect::Refused, AN_HOUR),
        (429, ErrorKind::RateLimited, Effect::Refused, A_SECOND),
        (429, ErrorKind::RateLimited, Effect::Refused, FAR_AWAY),
        (503, ErrorKind::Unavailable, Effect::Unknown, AN_HOUR),
    ] {
        let (kind, effect) = bench.subject.documented(status).unwrap_or((kind, effect));
        let situation = format!("HTTP {status} with Retry-After: {wait}");
        let answer = refusal(status).with_header("retry-after", wait);
        let attempt = bench.create(&situation, Behaviour::Answer(answer)).await?;
        expect(bench, &attempt, kind, effect, BY_THE_TABLE);
        let Some(Err(error)) = &attempt.result else {
            continue;
        };
        let retry_after = error.retry_after();
        let is_right = match wait.parse() {
            Ok(seconds) => retry_after == Some(Duration::from_secs(seconds)),
            Err(_) => retry_after > Some(Duration::from_hours(1)),
        };
        if !is_right {
            bench.report.add(
                3,
                format!("{situation}: the error's retry_after is {retry_after:?}"),
                Remedy::new("set the wait that the vendor asks for, in seconds or as a date: Exchange::error reads Retry-After, \
                 and with_retry_after sets another one.", remedy::WAIT_IN_FILE),
            );
        }
    }
    Ok(())
}

/// A failure before the create is sent has created nothing.
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
                Remedy::of_adapter("give requests before the create their own operation (Operation::Authenticate, Operation::LookUp), \
                 whose errors are never in doubt."),
            );
        }
    }
    Ok(())
}

pub(super) fn refusal(status: u16) -> Answer {
    let body = r#"{"message": "the contract suite says no"}"#;
    Answer::new(status).with_header("content-type", "application/json").with_body(body)
}

/// Expects the attempt to fail with this kind and this effect.
pub(super) fn expect(
    bench: &mut Bench<'_>,
    attempt: &Attempt<Created>,
    kind: ErrorKind,
    effect: Effect,
    what_to_do: Remedy,
) {
    let situation = &attempt.situation;
    match &attempt.result {
        None => {}
        Some(Ok(_)) => report_ok(bench, attempt),
        Some(Err(error)) if (error.kind(), error.effect()) == (kind, effect) => {}
        Some(Err(error)) => {
            let (actual_kind, actual_effect) = (error.kind(), error.effect());
            let what = format!("{situation}: expected {kind}, {effect}; got {actual_kind}, {actual_effect}");
            bench.report.add(3, what, what_to_do);
        }
    }
}
