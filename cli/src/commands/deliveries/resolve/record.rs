//! Records the resolution of many deliveries, and reports progress and the sum.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use unicontact::Outcome;
use unicontact::journal::{Journal, JournalError, Record, RecordState, Resolution};

use super::super::person;
use super::by_provider;
use crate::arguments::{Format, Person};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line, Style, next_command};

/// A limit on concurrent writes, which share a transaction.
const MAX_WRITES: usize = 256;
/// The time between two progress messages.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// Records the resolution of all deliveries in order. One that cannot be resolved does not stop the others.
pub(super) async fn all(
    journal: &dyn Journal,
    records: &[Record],
    resolution: &Resolution,
    person: &Person,
    is_filtered: bool,
    format: Format,
) -> Result<Exit, Failure> {
    let resolve = async |record| {
        let act = person::act(person, record);
        (record, journal.resolve(&record.key, resolution.clone(), act).await)
    };
    let mut resolving = stream::iter(records).map(resolve).buffered(MAX_WRITES);
    let mut done: Vec<&Record> = Vec::with_capacity(records.len());
    let mut failure: Option<JournalError> = None;
    let (mut reported_at, mut refused) = (Instant::now(), 0_usize);
    while let Some((record, resolved)) = resolving.next().await {
        match resolved {
            Ok(true) => {
                done.push(record);
                report_one(record, resolution, is_filtered);
            }
            Ok(false) => {
                refused += 1;
                let reason = refusal(journal, record).await?;
                if records.len() == 1 {
                    return Err(Failure::new(FailureCode::Conflict, reason));
                }
                output::message(&reason);
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        if reported_at.elapsed() >= PROGRESS_INTERVAL {
            reported_at = Instant::now();
            output::message(&format!("{} of {} recorded", done.len() + refused, records.len()));
        }
    }
    let failure = failure.map(Failure::from);
    if done.is_empty()
        && let Some(failure) = failure
    {
        return Err(failure);
    }
    if is_filtered || records.len() > 1 {
        output::styled_message(&Line::new(&sum(&done, records.len(), resolution)), 2);
    }
    if let Some(line) = sending(&done, resolution, is_filtered) {
        output::styled_message(&line, 2);
    }
    if let Some(failure) = failure {
        failure.print(format);
    }
    Ok(if done.len() == records.len() { Exit::Done } else { Exit::Incomplete })
}

/// Returns the line with the command that sends the deliveries that were not created.
fn sending(done: &[&Record], resolution: &Resolution, is_filtered: bool) -> Option<Line> {
    let is_unsent = |record: &&&Record| outcome_after(record, resolution) == Outcome::Pending;
    let unsent: Vec<&Record> = done.iter().filter(is_unsent).copied().collect();
    let it = match unsent.as_slice() {
        [] => return None,
        [_] => "it",
        _ => "them",
    };
    let chosen = if is_filtered || unsent.len() > next_command::MAX_KEYS {
        let providers: BTreeSet<&str> = unsent.iter().map(|record| record.key.provider()).collect();
        next_command::to_option(&providers.into_iter().collect::<Vec<_>>())
    } else {
        next_command::keys(unsent.iter().map(|record| &record.key))
    };
    let command = next_command::of_deliveries(&format!("retry {chosen}"));
    Some(Line::new(&format!("To send {it}: ")).styled(Style::Command, &command))
}

fn report_one(record: &Record, resolution: &Resolution, is_filtered: bool) {
    if is_filtered {
        return;
    }
    let (name, outcome) = (output::delivery_name(record), outcome_after(record, resolution));
    output::message(&format!("{name}: recorded as {}.", outcome.as_str()));
}

fn sum(done: &[&Record], count: usize, resolution: &Resolution) -> String {
    let mut parts: Vec<String> = Vec::new();
    for outcome in [Outcome::Created, Outcome::Existing, Outcome::Pending] {
        let of_outcome = || done.iter().copied().filter(|it| outcome_after(it, resolution) == outcome);
        if of_outcome().next().is_some() {
            parts.push(format!("{} ({})", outcome.as_str(), by_provider(of_outcome())));
        }
    }
    let as_what = if parts.is_empty() { String::new() } else { format!(" as {}", parts.join(", ")) };
    format!("{} of {count} recorded{as_what}.", done.len())
}

/// Returns the outcome of a delivery after its resolution. Where a resend was not created, the contact of the first delivery stays.
fn outcome_after(record: &Record, resolution: &Resolution) -> Outcome {
    match resolution {
        Resolution::Created(_) => Outcome::Created,
        Resolution::NotCreated if record.id.is_some() => Outcome::Existing,
        Resolution::NotCreated => Outcome::Pending,
    }
}

/// Returns the message that a delivery was not resolved, with the reason.
async fn refusal(journal: &dyn Journal, record: &Record) -> Result<String, JournalError> {
    let (key, name) = (&record.key, output::delivery_name(record));
    let reason = match journal.look(key).await? {
        Some(now) if now.outcome().is_delivered() => "the vendor has it",
        Some(now) if matches!(now.state, RecordState::Claimed(_)) => "another run is sending it",
        Some(_) => {
            let show = next_command::show(key);
            return Ok(format!(
                "{name}: not recorded: it has changed meanwhile; run `{show}` and decide again"
            ));
        }
        None => "the journal does not have it any more",
    };
    Ok(format!("{name}: there is nothing to resolve: {reason}"))
}
