//! The attempts that an import has made for a delivery in doubt before it defers the delivery.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicontact_providers::{ContactProvider, ProviderError, UnifiedContact};

use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::report::Delivery;

/// The attempts so far for one delivery, all of which ended in doubt. Stored as JSON while the delivery is deferred.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct EarlierAttempts {
    pub(super) look_again_at: Timestamp,
    /// The number of requests sent that could change data.
    attempts: u32,
    /// The start of the first delivery, in uptime of the provider's clock.
    begun: Duration,
    /// The error that caused the doubt, as in the JSON of a report.
    error: Option<Value>,
}

impl EarlierAttempts {
    /// Returns the attempts of a delivery that has just ended. `None` unless it is in doubt and a later search or attempt can
    /// settle it.
    pub(super) fn from_delivery(delivery: &Delivery, pipeline: &Pipeline) -> Option<Self> {
        let look_again_at = delivery.look_again_at.filter(|_| delivery.outcome == Outcome::InDoubt)?;
        Some(Self {
            look_again_at,
            attempts: delivery.attempts,
            begun: pipeline.uptime().saturating_sub(delivery.elapsed),
            error: delivery.error.as_ref().and_then(|error| serde_json::to_value(error).ok()),
        })
    }

    /// Adds these attempts to the last delivery, so that one report covers them all.
    pub(super) fn add_to(self, delivery: &mut Delivery, pipeline: &Pipeline) {
        let was_only_searched = delivery.outcome == Outcome::InDoubt && delivery.attempts == 0;
        delivery.attempts += self.attempts;
        delivery.elapsed = pipeline.elapsed(self.begun);
        if let Some(first) = self.error(pipeline).filter(|_| was_only_searched) {
            let candidates = delivery.error.as_ref().map(|error| error.candidates().to_vec());
            delivery.error = Some(first.with_candidates(candidates.unwrap_or_default()));
        }
    }

    /// Returns the delivery of `contact` as the last attempt left it.
    pub(super) fn into_delivery(self, contact: Option<&UnifiedContact>, pipeline: &Pipeline) -> Delivery {
        let draft = contact.filter(|_| self.attempts > 0).and_then(|it| pipeline.provider().draft(it).ok());
        Delivery {
            attempts: self.attempts,
            elapsed: pipeline.elapsed(self.begun),
            fields: draft.map(|draft| draft.fields).unwrap_or_default(),
            error: self.error(pipeline),
            look_again_at: Some(self.look_again_at),
            ..pipeline.new_delivery(Outcome::InDoubt)
        }
    }
    /// Returns the error that caused the doubt.
    fn error(&self, pipeline: &Pipeline) -> Option<ProviderError> {
        let error = ProviderError::deserialize(self.error.as_ref()?).ok()?;
        Some(error.with_provider(pipeline.provider().info()))
    }
}
