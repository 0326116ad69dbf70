//! Rule 10: `find` returns `Nothing` only after everything was read, and `find_many` returns what `find` does.

use std::io;

use super::bench::Bench;
use super::remedy::{self, Remedy};
use super::server::Behaviour;
use crate::error::{ErrorKind, ProviderError};
use crate::http::{Answer, BODY_LIMIT};
use unicontact_model::{ContactId, FindOutcome};

const READ_ALL: Remedy = Remedy::new(
    "return FindOutcome::Nothing only for a list that was read whole, which Answer::json_list reports. \
                        Otherwise return FindOutcome::Unclear, or the error of the read.",
    remedy::NOTHING_IN_FILE,
);
const READ_NOTHING: Remedy = Remedy::new(
    "return FindOutcome::Nothing for an empty list, or a contact in doubt is never sent again. \
                            Subject::found_nothing must be the vendor's answer in that case.",
    remedy::NOTHING_IN_FILE,
);
const EQUAL: Remedy = Remedy::of_adapter(
    "return one outcome for each request from find_many, in their order, as find returns it.",
);
const ID: &str = "4242";
const PAGE: &str = "<!doctype html><html><head><title>Maintenance</title></head><body></body></html>";

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    if !bench.alone()?.capabilities().find {
        return Ok(());
    }
    for (situation, behaviour) in unreadable(bench.subject.found(ID)) {
        let attempt = bench.find(&situation, behaviour).await?;
        if let Some(Ok(FindOutcome::Nothing)) = attempt.result {
            bench.report.add(10, format!("{situation}: it found nothing"), READ_ALL);
        }
    }
    if let Some(answer) = bench.subject.found_nothing() {
        expect(bench, "where the vendor holds nothing", answer, &FindOutcome::Nothing).await?;
    }
    if let (Some(answer), Some(id)) = (bench.subject.found(ID), ContactId::new(ID)) {
        expect(bench, "that is answered well", answer, &FindOutcome::Found(id)).await?;
    }
    Ok(())
}

/// Expects this outcome of `find`, and of `find_many` where `find` returns it.
async fn expect(
    bench: &mut Bench<'_>,
    situation: &str,
    answer: Answer,
    expected: &FindOutcome,
) -> io::Result<()> {
    let one = bench.find(&format!("find {situation}"), Behaviour::Answer(answer.clone())).await?;
    match one.result {
        Some(Ok(outcome)) if outcome == *expected => {}
        Some(result) if *expected == FindOutcome::Nothing && !is_unsupported(&result) => {
            bench.report.add(9, format!("find {situation}: it did not return Nothing"), READ_NOTHING);
            return Ok(());
        }
        // Another module reports a find that fails.
        _ => return Ok(()),
    }
    let many = bench.find_twice(&format!("find_many {situation}"), Behaviour::Answer(answer)).await?;
    let is_equal = |result: Result<Vec<FindOutcome>, ProviderError>| {
        result.is_ok_and(|outcomes| outcomes.len() == 2 && outcomes.iter().all(|outcome| outcome == expected))
    };
    if many.result.is_some_and(|result| !is_equal(result)) {
        bench.report.add(10, format!("find_many {situation}: it does not return what find does"), EQUAL);
    }
    Ok(())
}

fn is_unsupported(result: &Result<FindOutcome, ProviderError>) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unsupported)
}

/// Returns answers that do not show what the vendor holds.
fn unreadable(found: Option<Answer>) -> Vec<(String, Behaviour)> {
    let envelope = r#"{"error": {"code": "unavailable", "message": "the contract suite says no"}}"#;
    let page = Answer::new(200).with_header("content-type", "text/html").with_body(PAGE);
    let mut situations = vec![
        ("find that is answered with an empty body".to_owned(), Behaviour::Answer(json(""))),
        ("find that is answered with an error under HTTP 200".to_owned(), Behaviour::Answer(json(envelope))),
        ("find that is answered with a web page".to_owned(), Behaviour::Answer(page)),
    ];
    if let Some(found) = found {
        let half = found.body().get(..found.body().len() / 2).unwrap_or_default().to_vec();
        let long = [vec![b' '; BODY_LIMIT], found.body().to_vec()].concat();
        let with_body = |body: Vec<u8>| Behaviour::Answer(found.clone().with_body(body));
        situations.extend([
            ("find whose answer is half a document".to_owned(), with_body(half)),
            ("find whose answer is longer than is read".to_owned(), with_body(long)),
            ("find whose answer breaks off".to_owned(), Behaviour::Cut(found.clone())),
        ]);
    }
    situations
}

fn json(body: &str) -> Answer {
    Answer::new(200).with_header("content-type", "application/json").with_body(body)
}
