//! The reports of contacts that are not sent.
//!
//! Its rule: they say that nothing was sent and why, and claim nothing of what became of another one.

use std::time::Duration;

use unicontact_providers::ContactProvider;

use crate::delivery::{Delivery, Outcome, Report};
use crate::fan_out::FanOut;
use crate::target::Target;

const REPEATED: &str = "it came before in the same import; the first one is sent, this one is not";
const UNREADABLE: &str = "not sent: it was put aside until the provider had room, and the temporary file cannot be read; \
                          import it again";
const UNKNOWN: &str = "unknown";

/// It came before in the same import.
pub(super) fn repeated(contact: String, fan_out: &FanOut) -> Report {
    let skipped = |target| unsent(target, Outcome::Skipped, REPEATED);
    Report { contact, deliveries: fan_out.targets().iter().map(|target| skipped(target)).collect() }
}

/// It was put aside for a provider and is lost.
pub(super) fn unreadable(target: &Target) -> Report {
    let delivery = unsent(target, Outcome::Pending, UNREADABLE);
    Report { contact: UNKNOWN.to_owned(), deliveries: vec![delivery] }
}

fn unsent(target: &Target, outcome: Outcome, note: &'static str) -> Delivery {
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
        note: Some(note),
        unrecorded: None,
    }
}
