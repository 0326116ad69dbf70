//! `unicontact deliveries reopen`: reverts a resolution.

use unicontact::journal::{Journal, JournalError, Record, RecordState, StoryEvent};

use super::{person, record_with_key, records_with_keys};
use crate::arguments::Reopen;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line};

pub(super) async fn run(journal: &dyn Journal, reopen: &Reopen) -> Result<Exit, Failure> {
    let records = records_with_keys(journal, &reopen.keys).await?;
    let mut exit = Exit::Done;
    for record in &records {
        let (key, name) = (&record.key, output::delivery_name(record));
        if journal.reopen(key, person::act(&reopen.person, record)).await? {
            let after = record_with_key(journal, key).await?;
            output::message(&format!("{name}: {} again.", after.outcome().as_str()));
            if let Some(time) = after.look_again_at() {
                output::styled_message(
                    &Line::new(&format!("{name}: ")).append(output::look_again(time)),
                    output::CONTINUATION,
                );
            }
            continue;
        }
        let message =
            format!("{name}: there is no resolution to take back: {}", reason(journal, record).await?);
        if let [_] = records.as_slice() {
            return Err(Failure::new(FailureCode::Conflict, message));
        }
        output::message(&message);
        exit = Exit::Incomplete;
    }
    Ok(exit)
}

/// Returns the reason why a delivery was not reopened.
async fn reason(journal: &dyn Journal, record: &Record) -> Result<&'static str, JournalError> {
    let story = journal.story(&record.key).await?;
    let was_resolved = story.entries.iter().any(|entry| matches!(entry.event, StoryEvent::Resolved { .. }));
    Ok(match record.state {
        RecordState::Claimed(_) => "another run is sending it",
        _ if record.by_person => "it has changed meanwhile",
        _ if was_resolved => "it was sent or reopened since it was resolved",
        _ => "no person has resolved it",
    })
}
