//! What is told of a delivery that ended.
//!
//! Its rule: however it ended, an outcome, and in words what a person should know.

use std::time::Duration;

use unicontact_providers::{ContactId, ContactProvider, Effect, ErrorKind, Operation, ProviderError};

use super::returned::note_on_conflict;
use super::{DeliveryContext, DeliveryEnd, Pipeline};
use crate::bulk::unsent;
use crate::delivery::{CHANGED, Delivery, Outcome};
use crate::journal::{Entry, JournalError, Known};

/// What is said of a delivery that is pending.
pub(crate) const STOPPED: &str = "stopped before it was created";
const DELIVERED: &str = "it was delivered earlier";
const LAPSED: &str = "not sent: the servers of the journal did not hear of this process for too long, so that others may have its claim";
const HELD: &str = "another run is sending it";
const RESOLVE: &str = "look at the vendor, then say how it is: unicontact deliveries resolve";

impl Pipeline {
    pub(super) fn into_delivery(
        &self,
        end: DeliveryEnd,
        context: &DeliveryContext<'_>,
        elapsed: Duration,
    ) -> Delivery {
        let progress = context.progress;
        let look_again_at = match &end {
            DeliveryEnd::Known(Known::Parked { look_again_at }) => Some(*look_again_at),
            DeliveryEnd::Known(Known::Unclaimed { look_again_at }) => *look_again_at,
            DeliveryEnd::Refused(error) if error.effect() == Effect::Unknown => {
                context.entry.and_then(Entry::look_again_at)
            }
            _ => None,
        };
        let differs_in = match &end {
            DeliveryEnd::Known(Known::Delivered { differs_in, .. }) => differs_in.clone(),
            _ => None,
        };
        let (outcome, id, error, note) = match end {
            DeliveryEnd::Done(created, note) => (Outcome::of_created(&created), Some(created.id), None, note),
            DeliveryEnd::Refused(error) => {
                let outcome = Outcome::of_error(&error);
                // The id of a rejected contact's delivery would be another person's.
                let id = error.existing_id().filter(|_| outcome != Outcome::Rejected);
                let note = note_on_conflict(&error).filter(|_| outcome == Outcome::Existing);
                (outcome, id, Some(error), note)
            }
            DeliveryEnd::Stopped => (Outcome::Pending, None, None, Some(STOPPED)),
            DeliveryEnd::Lapsed => (Outcome::Pending, None, None, Some(LAPSED)),
            DeliveryEnd::Unpermitted(error) => self.told_as_known(Known::Unusable(error)),
            DeliveryEnd::Known(known) => self.told_as_known(known),
        };
        tracing::info!(outcome = outcome.as_str(), attempts = progress.attempts(), "The delivery ended");
        Delivery {
            provider: self.provider.info().name().to_owned(),
            vendor: self.provider.info().vendor().to_owned(),
            outcome,
            id,
            attempts: progress.attempts(),
            elapsed,
            fields: progress.take_fields(),
            error,
            look_again_at,
            differs_in,
            note,
            unrecorded: None,
        }
    }

    /// Returns the delivery of a contact about which the journal gave no answer.
    pub(crate) fn unusable_journal(&self, error: JournalError) -> Delivery {
        let (outcome, _, error, _) = self.told_as_known(Known::Unusable(error));
        Delivery { error, note: None, ..unsent(self, outcome, STOPPED) }
    }

    fn told_as_known(
        &self,
        known: Known,
    ) -> (Outcome, Option<ContactId>, Option<ProviderError>, Option<&'static str>) {
        match known {
            Known::Delivered { id, differs_in } => {
                let note = if differs_in.is_some() { CHANGED } else { DELIVERED };
                (Outcome::Skipped, id, None, Some(note))
            }
            Known::Doubtful => (Outcome::InDoubt, None, Some(self.earlier_doubt()), Some(RESOLVE)),
            Known::Parked { .. } | Known::Unclaimed { .. } => {
                (Outcome::InDoubt, None, Some(self.earlier_doubt()), None)
            }
            Known::Held => (Outcome::Pending, None, None, Some(HELD)),
            Known::Unusable(error) => {
                let info = self.provider.info();
                let unsent = ProviderError::new(info, Operation::Create, ErrorKind::Config, Effect::NotSent);
                let unsent = unsent.with_message(error.to_string()).with_hint(error.hint());
                (Outcome::Failed, None, Some(unsent), None)
            }
        }
    }
}
