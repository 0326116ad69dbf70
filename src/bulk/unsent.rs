//! The reports on contacts that an import does not send. Each says why nothing was sent.

use std::borrow::Cow;

use super::deferred_queue::DeferredDelivery;
use crate::fan_out::FanOut;
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::refusal::Refusal;
use crate::report::{Delivery, Note, Report};
use crate::source_row::SourceLocation;

/// The name of a contact whose key cannot be read.
const UNKNOWN: &str = "unknown";

/// Returns the report on a contact that came before in the same import.
pub(super) fn repeated(
    contact: String,
    source: SourceLocation,
    differs_in: Option<&Vec<&'static str>>,
    fan_out: &FanOut,
) -> Report {
    let note = if differs_in.is_some() { Note::RepeatedWithOtherContent } else { Note::Repeated };
    let skipped = |pipeline: &Pipeline| Delivery {
        differs_in: differs_in.map(|fields| fields.iter().copied().map(Cow::Borrowed).collect()),
        ..unsent(pipeline, Outcome::Skipped, note.clone())
    };
    let deliveries = fan_out.pipelines().iter().map(|pipeline| skipped(pipeline)).collect();
    Report::new(contact, deliveries).with_source(source)
}

/// Returns the report on a contact whose row is refused.
pub(super) fn refused(contact: String, source: SourceLocation, refusal: Refusal) -> Report {
    Report { refusal: Some(refusal), ..Report::new(contact, Vec::new()).with_source(source) }
}

/// Returns the report on a contact that waited for a provider when the import was stopped.
pub(super) fn stopped(contact: Option<String>, source: SourceLocation, pipeline: &Pipeline) -> Report {
    with_one_delivery(contact, source, unsent(pipeline, Outcome::Pending, Note::Stopped))
}

/// Returns the report on a contact that cannot be read back from the spill queue.
pub(super) fn unreadable(contact: Option<String>, source: SourceLocation, pipeline: &Pipeline) -> Report {
    with_one_delivery(contact, source, unsent(pipeline, Outcome::Pending, Note::SpillFileUnreadable))
}

/// Returns the report on a deferred delivery that this import does not resume.
pub(super) fn deferred(deferred: DeferredDelivery, pipeline: &Pipeline) -> Report {
    let DeferredDelivery { key, contact, attempts, source } = deferred;
    let delivery = match attempts {
        Some(attempts) => attempts.into_delivery(contact.as_ref(), pipeline),
        None => unsent(pipeline, Outcome::InDoubt, Note::DeferredFileUnreadable),
    };
    with_one_delivery(key, source, delivery)
}

fn with_one_delivery(contact: Option<String>, source: SourceLocation, delivery: Delivery) -> Report {
    let contact = contact.unwrap_or_else(|| UNKNOWN.to_owned());
    Report::new(contact, vec![delivery]).with_source(source)
}

fn unsent(pipeline: &Pipeline, outcome: Outcome, note: Note) -> Delivery {
    pipeline.new_delivery(outcome).with_note(note)
}
