//! The reports of contacts that are not sent.
//!
//! Its rule: they say that nothing was sent and why, and claim nothing of what became of another one.

use std::time::Duration;

use unicontact_providers::ContactProvider;

use super::SourceLocation;
use super::parked::Unparked;
use super::refusal::Refusal;
use crate::delivery::{Delivery, Outcome, Report};
use crate::fan_out::FanOut;
use crate::pipeline::{Pipeline, STOPPED};

const REPEATED: &str = "it came before in the same import; the first one is sent, this one is not";
const CHANGED: &str =
    "it came before in the same import with other content; the first one is sent, this one is not";
const UNREADABLE: &str = "not sent: it was put aside until the provider had room, and the temporary file cannot be read; \
                          import it again";
const UNREADABLE_DOUBT: &str =
    "in doubt: the temporary file in which it waited cannot be read; the journal knows it";
const UNKNOWN: &str = "unknown";

/// It came before in the same import.
pub(super) fn repeated(
    contact: String,
    source: SourceLocation,
    differs_in: Option<&Vec<&'static str>>,
    fan_out: &FanOut,
) -> Report {
    let note = if differs_in.is_some() { CHANGED } else { REPEATED };
    let skipped =
        |target| Delivery { differs_in: differs_in.cloned(), ..unsent(target, Outcome::Skipped, note) };
    let deliveries = fan_out.targets().iter().map(|target| skipped(target)).collect();
    Report { contact, source, deliveries, refusal: None }
}

/// Returns the report of a contact whose row is rejected.
pub(super) fn refused(contact: String, source: SourceLocation, refusal: Refusal) -> Report {
    Report { contact, source, deliveries: Vec::new(), refusal: Some(refusal) }
}

/// Returns the report of a contact about which the journal gave no answer.
pub(super) fn unrecognized(contact: String, source: SourceLocation, deliveries: Vec<Delivery>) -> Report {
    Report { contact, source, deliveries, refusal: None }
}

/// It was put aside for a provider, and nothing is sent any more.
pub(super) fn stopped(contact: Option<String>, source: SourceLocation, target: &Pipeline) -> Report {
    of_one(contact, source, unsent(target, Outcome::Pending, STOPPED))
}

/// It was put aside for a provider and is lost.
pub(super) fn unreadable(contact: Option<String>, source: SourceLocation, target: &Pipeline) -> Report {
    of_one(contact, source, unsent(target, Outcome::Pending, UNREADABLE))
}

/// Returns the report of a delivery that was parked, as it ended last.
pub(super) fn parked(unparked: Unparked, target: &Pipeline) -> Report {
    let Unparked { key, contact, doubt, source } = unparked;
    let delivery = match doubt {
        Some(doubt) => doubt.into_delivery(contact.as_ref(), target),
        None => unsent(target, Outcome::InDoubt, UNREADABLE_DOUBT),
    };
    of_one(key, source, delivery)
}

/// It goes to none of the providers.
pub(super) fn unaddressed(contact: String, source: SourceLocation) -> Report {
    Report { contact, source, deliveries: Vec::new(), refusal: None }
}

fn of_one(contact: Option<String>, source: SourceLocation, delivery: Delivery) -> Report {
    let contact = contact.unwrap_or_else(|| UNKNOWN.to_owned());
    Report { contact, source, deliveries: vec![delivery], refusal: None }
}

/// A delivery that was not sent, and why.
pub(crate) fn unsent(target: &Pipeline, outcome: Outcome, note: &'static str) -> Delivery {
    let info = target.provider().info();
    Delivery {
        provider: info.name().to_owned(),
        vendor: info.vendor().to_owned(),
        outcome,
        id: None,
        attempts: 0,
        elapsed: Duration::ZERO,
        fields: Vec::new(),
        error: None,
        look_again_at: None,
        differs_in: None,
        note: Some(note),
        unrecorded: None,
    }
}
