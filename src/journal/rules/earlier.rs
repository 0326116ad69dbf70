//! The parts of a record that a rule takes over from the earlier record: its run, its story, and its first delivery.

use std::sync::Arc;

use crate::journal::record::Record;
use crate::journal::state::{RecordState, may_be_sent};
use crate::journal::story::{Run, RunId, Story, StoryEntry};
use crate::outcome::Outcome;

/// Returns the run of a change, else the run of the record.
pub(super) fn run_of(run: Option<&Arc<Run>>, known: &Record) -> Option<RunId> {
    run.map(|run| run.id).or(known.run)
}

/// Returns the story with further entries.
pub(super) fn appended(
    mut story: Story,
    entries: impl IntoIterator<Item = StoryEntry>,
    run: Option<&Arc<Run>>,
) -> Story {
    story.append(entries, run);
    story
}

/// Returns the record of the first delivery, if this is one of a repetition that failed: the vendor still has the first contact.
pub(super) fn with_earlier_delivery(record: Record) -> Record {
    match record.state {
        RecordState::Settled(outcome) if may_be_sent(outcome) && record.id.is_some() => {
            let state = RecordState::Settled(Outcome::Existing);
            Record { state, error: None, content: None, ..record }
        }
        _ => record,
    }
}
