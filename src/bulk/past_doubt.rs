//! What an import knows of a delivery in doubt that it delivers once more.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicontact_providers::{ContactProvider, UnifiedContact};

use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::report::{Delivery, error_from_json};

/// The deliveries of a contact to a provider so far, all of which ended in doubt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PastDoubt {
    pub(super) look_again_at: Timestamp,
    /// The requests so far that could change data.
    attempts: u32,
    /// The begin of the first delivery, by the uptime of the provider's clock.
    begun: Duration,
    /// The error that brought the doubt, as in a report.
    error: Option<Value>,
}

impl PastDoubt {
    /// Returns what is known of a delivery that ended now, if it is in doubt and can be looked for or sent again later.
    pub(super) fn from_delivery(delivery: &Delivery, target: &Pipeline) -> Option<Self> {
        let look_again_at = delivery.look_again_at.filter(|_| delivery.outcome == Outcome::InDoubt)?;
        Some(Self {
            look_again_at,
            attempts: delivery.attempts,
            begun: target.uptime().saturating_sub(delivery.elapsed),
            error: delivery.error.as_ref().and_then(|error| serde_json::to_value(error).ok()),
        })
    }

    /// Adds the earlier deliveries to the last one, so that a report tells them as one.
    pub(super) fn add_to(self, delivery: &mut Delivery, target: &Pipeline) {
        let was_only_looked_for = delivery.outcome == Outcome::InDoubt && delivery.attempts == 0;
        delivery.attempts += self.attempts;
        delivery.elapsed = target.elapsed(self.begun);
        if let Some(first) = self.error.filter(|_| was_only_looked_for) {
            let candidates = delivery.error.as_ref().map(|error| error.candidates().to_vec());
            let first = error_from_json(&first, target.provider().info());
            delivery.error = Some(first.with_candidates(candidates.unwrap_or_default()));
        }
    }

    /// Returns the delivery of `contact` as it ended last.
    pub(super) fn into_delivery(self, contact: Option<&UnifiedContact>, target: &Pipeline) -> Delivery {
        let info = target.provider().info();
        let draft = contact.filter(|_| self.attempts > 0).and_then(|it| target.provider().draft(it).ok());
        Delivery {
            attempts: self.attempts,
            elapsed: target.elapsed(self.begun),
            fields: draft.map(|draft| draft.fields).unwrap_or_default(),
            error: self.error.map(|error| error_from_json(&error, info)),
            look_again_at: Some(self.look_again_at),
            ..Delivery::new(info, Outcome::InDoubt)
        }
    }
}
