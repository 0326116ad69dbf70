//! Rules 6 and 9: `check` and `find` change nothing, work where they are claimed, and are `unsupported` where they are not.

use std::io;

use super::bench::Bench;
use super::remedy::{self, Remedy};
use super::server::Behaviour;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::http::Answer;
use unicontact_model::FindOutcome;

const READ_ONLY: Remedy = Remedy::new(
    "only read: send a GET, or a POST that the vendor documents as reading, and name its path in \
                         Subject::reading_posts (a login belongs into Subject::preparations).",
    remedy::READ_IN_FILE,
);
const CLAIM: Remedy = Remedy::new(
    "claim in capabilities only what works, and return ErrorKind::Unsupported from the rest.",
    remedy::SEARCH_IN_FILE,
);
const ID: &str = "4242";

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    let capabilities = bench.alone()?.capabilities().clone();
    check(bench, capabilities.check).await?;
    find(bench, capabilities.find).await
}

async fn check(bench: &mut Bench<'_>, is_claimed: bool) -> io::Result<()> {
    for (situation, behaviour, works) in situations("check", bench.subject.checked()) {
        let attempt = bench.check(&situation, behaviour).await?;
        let writes = bench.forbidden_writes(&attempt.changing);
        if !writes.is_empty() {
            let what = format!("{situation}: it sent {}", writes.join(" and "));
            bench.report.add(6, what, READ_ONLY);
            continue;
        }
        match attempt.result {
            Some(Err(error)) => judge_error(bench, &situation, is_claimed, works, &error),
            Some(Ok(())) if is_claimed && works => {}
            Some(Ok(())) => bench.report.add(9, format!("{situation}: it gave Ok"), CLAIM),
            None => {}
        }
    }
    Ok(())
}

async fn find(bench: &mut Bench<'_>, is_claimed: bool) -> io::Result<()> {
    let found = bench.subject.found(ID);
    let can_be_found = found.is_some();
    for (situation, behaviour, works) in situations("find", found.unwrap_or_else(|| Answer::new(200))) {
        if works && is_claimed && !can_be_found {
            continue;
        }
        let attempt = bench.find(&situation, behaviour).await?;
        let writes = bench.forbidden_writes(&attempt.changing);
        if !writes.is_empty() {
            bench.report.add(9, format!("{situation}: it sent {}", writes.join(" and ")), READ_ONLY);
            continue;
        }
        match attempt.result {
            Some(Err(error)) => judge_error(bench, &situation, is_claimed, works, &error),
            Some(Ok(FindOutcome::Found(id))) if is_claimed && works && id.as_str() == ID => {}
            Some(Ok(outcome)) => {
                bench.report.add(9, format!("{situation}: it found {}", name_of(&outcome)), CLAIM);
            }
            None => {}
        }
    }
    Ok(())
}

fn name_of(outcome: &FindOutcome) -> String {
    match outcome {
        FindOutcome::Found(id) => id.to_string(),
        FindOutcome::Nothing => "nothing".to_owned(),
        FindOutcome::Unclear { .. } => "nothing certain".to_owned(),
    }
}

/// Returns the vendor's answers to a call, and whether the call should succeed with each.
fn situations(call: &str, good: Answer) -> Vec<(String, Behaviour, bool)> {
    vec![
        (format!("{call} that is answered well"), Behaviour::Answer(good), true),
        (format!("{call} that is answered with HTTP 401"), Behaviour::Answer(Answer::new(401)), false),
        (format!("{call} that is answered with HTTP 500"), Behaviour::Answer(Answer::new(500)), false),
        (format!("{call} whose connection is reset"), Behaviour::Reset, false),
        (format!("{call} that is not answered"), Behaviour::Hang, false),
    ]
}

fn judge_error(bench: &mut Bench<'_>, situation: &str, is_claimed: bool, works: bool, error: &ProviderError) {
    let is_unsupported = error.kind() == ErrorKind::Unsupported;
    if is_claimed == is_unsupported || (is_claimed && works) {
        let claim = if is_claimed { "claimed" } else { "not claimed" };
        bench.report.add(9, format!("{situation}: it is {claim} and gave {}", error.kind()), CLAIM);
    } else if error.effect() == Effect::Unknown {
        let what = format!("{situation}: the effect is unknown");
        bench.report.add(
            3,
            what,
            Remedy::of_adapter("give the error of a read Operation::Check or Operation::Find, whose effect is never unknown."),
        );
    }
}
