//! Records a resolution of many deliveries.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use unicontact::Outcome;
use unicontact::journal::{Journal, JournalError, Record, RecordState, Resolution};

use super::super::person;
use super::by_provider;
use crate::arguments::Person;
use crate::exit::{Exit, Failure};
use crate::output;

/// How many are written at once, so that they share a transaction.
const AT_ONCE: usize = 256;
/// How often is told how far it is.
const TICK: Duration = Duration::from_secs(5);

/// Records the resolution of all, in order, and tells the sum. One that cannot be resolved keeps none of the others.
pub(super) async fn all(
    journal: &dyn Journal,
    records: &[Record],
    resolution: &Resolution,
    person: &Person,
    is_filtered: bool,
) -> Result<Exit, Failure> {
    let resolve = async |record| {
        let act = person::act(person, record);
        (record, journal.resolve(&record.key, resolution.clone(), act).await)
    };
    let mut resolving = stream::iter(records).map(resolve).buffered(AT_ONCE);
    let mut done: Vec<&Record> = Vec::with_capacity(records.len());
    let mut failure: Option<JournalError> = None;
    let (mut told_at, mut refused) = (Instant::now(), 0_usize);
    while let Some((record, resolved)) = resolving.next().await {
        match resolved {
            Ok(true) => {
                done.push(record);
                tell_one(record, resolution, records.len(), is_filtered);
            }
            Ok(false) => {
                refused += 1;
                let why = refusal(journal, record).await?;
                if records.len() == 1 {
                    return Err(Failure::new(why));
                }
                output::message(&why);
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        if told_at.elapsed() >= TICK {
            told_at = Instant::now();
            output::message(&format!("{} of {} recorded", done.len() + refused, records.len()));
        }
    }
    if let Some(error) = failure {
        if done.is_empty() {
            return Err(error.into());
        }
        output::message(&format!("error: {error}"));
    }
    if is_filtered || records.len() > 1 {
        output::message(&sum(&done, records.len(), resolution));
    }
    Ok(if done.len() == records.len() { Exit::Done } else { Exit::Incomplete })
}

fn tell_one(record: &Record, resolution: &Resolution, count: usize, is_filtered: bool) {
    if is_filtered {
        return;
    }
    let which = if count > 1 { format!("{}: ", record.key) } else { String::new() };
    output::message(&format!("{which}Recorded as {}.", outcome_after(record, resolution).as_str()));
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

/// Returns the outcome of a delivery whose resolution was recorded. Of another one that was not created, the first stays.
fn outcome_after(record: &Record, resolution: &Resolution) -> Outcome {
    match resolution {
        Resolution::Created(_) => Outcome::Created,
        Resolution::NotCreated if record.id.is_some() => Outcome::Existing,
        Resolution::NotCreated => Outcome::Pending,
    }
}

/// Returns why a delivery was not resolved.
async fn refusal(journal: &dyn Journal, record: &Record) -> Result<String, JournalError> {
    let key = &record.key;
    let why = match journal.look(key).await? {
        Some(now) if now.outcome().is_delivered() => "the vendor has it",
        Some(now) if matches!(now.state, RecordState::Claimed(_)) => "another run is sending it",
        Some(_) => return Ok(format!("{key}: not recorded: it has changed meanwhile; look at it once more")),
        None => "the journal does not have it any more",
    };
    Ok(format!("{key}: there is nothing to resolve: {why}"))
}
