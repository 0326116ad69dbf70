//! The report of a contact that came before in the same import.
//!
//! Its rule: it says that nothing was sent and why, and claims nothing of what became of the first.

use std::time::Duration;

use unicontact_providers::ContactProvider;

use crate::delivery::{Delivery, Outcome, Report};
use crate::fan_out::FanOut;
use crate::target::Target;

const REPEATED: &str = "it came before in the same import; the first one is sent, this one is not";

pub(super) fn repeated(contact: String, fan_out: &FanOut) -> Report {
    let deliveries = fan_out.targets().iter().map(|target| skipped(target)).collect();
    Report { contact, deliveries }
}

fn skipped(target: &Target) -> Delivery {
    let info = target.provider().info();
    Delivery {
        provider: info.name().to_owned(),
        vendor: info.vendor().to_owned(),
        outcome: Outcome::Skipped,
        id: None,
        attempts: 0,
        elapsed: Duration::ZERO,
        fields: Vec::new(),
        error: None,
        note: Some(REPEATED),
        unrecorded: None,
    }
}
