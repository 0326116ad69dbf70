//! The reports on contacts that an import does not send. They say why nothing was sent.

use std::borrow::Cow;

use unicontact_providers::ContactProvider;

use super::parked::Unparked;
use crate::fan_out::FanOut;
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::refusal::Refusal;
use crate::report::{Delivery, Note, Report};
use crate::source_row::SourceLocation;

const UNKNOWN: &str = "unknown";

/// Returns the report on a contact that came before in the same import.
pub(super) fn repeated(
    contact: String,
    source: SourceLocation,
    differs_in: Option<&Vec<&'static str>>,
    fan_out: &FanOut,
) -> Report {
    let note = if differs_in.is_some() { Note::RepeatedWithOtherContent } else { Note::Repeated };
    let skipped = |target: &Pipeline| Delivery {
        differs_in: differs_in.map(|fields| fields.iter().copied().map(Cow::Borrowed).collect()),
        ..unsent(target, Outcome::Skipped, note.clone())
    };
    let deliveries = fan_out.targets().iter().map(|target| skipped(target)).collect();
    Report::new(contact, deliveries).with_source(source)
}

/// Returns the report on a contact whose row is refused.
pub(super) fn refused(contact: String, source: SourceLocation, refusal: Refusal) -> Report {
    Report { refusal: Some(refusal), ..Report::new(contact, Vec::new()).with_source(source) }
}

/// Returns the report on a contact that waited for a provider when the import was stopped.
pub(super) fn stopped(contact: Option<String>, source: SourceLocation, target: &Pipeline) -> Report {
    of_one(contact, source, unsent(target, Outcome::Pending, Note::Stopped))
}

/// Returns the report on a contact that the spill file has lost.
pub(super) fn unreadable(contact: Option<String>, source: SourceLocation, target: &Pipeline) -> Report {
    of_one(contact, source, unsent(target, Outcome::Pending, Note::SpillFileUnreadable))
}

/// Returns the report on a delivery that was parked, with the outcome of its last attempt.
pub(super) fn parked(unparked: Unparked, target: &Pipeline) -> Report {
    let Unparked { key, contact, doubt, source } = unparked;
    let delivery = match doubt {
        Some(doubt) => doubt.into_delivery(contact.as_ref(), target),
        None => unsent(target, Outcome::InDoubt, Note::DeferredFileUnreadable),
    };
    of_one(key, source, delivery)
}

fn of_one(contact: Option<String>, source: SourceLocation, delivery: Delivery) -> Report {
    let contact = contact.unwrap_or_else(|| UNKNOWN.to_owned());
    Report::new(contact, vec![delivery]).with_source(source)
}

fn unsent(target: &Pipeline, outcome: Outcome, note: Note) -> Delivery {
    Delivery::new(target.provider().info(), outcome).with_note(note)
}
