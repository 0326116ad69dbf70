//! Turns the end of a delivery into its entry of the report: an outcome, and a note for people where it needs one.

use std::borrow::Cow;
use std::time::Duration;

use unicontact_providers::{ContactId, ContactProvider, Effect, ErrorKind, Operation, ProviderError};

use super::Pipeline;
use super::delivery_context::DeliveryContext;
use super::delivery_end::DeliveryEnd;
use super::returned::note_on_conflict;
use crate::journal::{JournalEntry, JournalError, NotSent};
use crate::outcome::Outcome;
use crate::report::{Delivery, Note};

impl Pipeline {
    pub(super) fn delivery(
        &self,
        end: DeliveryEnd,
        context: &DeliveryContext<'_>,
        elapsed: Duration,
    ) -> Delivery {
        let progress = context.progress;
        let look_again_at = match &end {
            DeliveryEnd::NotSent(NotSent::NotDue { look_again_at }) => Some(*look_again_at),
            DeliveryEnd::NotSent(NotSent::Unclaimed { look_again_at }) => *look_again_at,
            DeliveryEnd::Refused(error) if error.effect() == Effect::Unknown => {
                context.entry.and_then(JournalEntry::look_again_at)
            }
            _ => None,
        };
        let differs_in = match &end {
            DeliveryEnd::NotSent(NotSent::Delivered { differs_in, .. }) => differs_in.clone(),
            _ => None,
        };
        let (outcome, id, error, note) = match end {
            DeliveryEnd::Done(created, note) => {
                (Outcome::from_created(&created), Some(created.id), None, note)
            }
            DeliveryEnd::Refused(error) => {
                let outcome = Outcome::from_error(&error);
                // The id of a rejected contact's delivery would be another person's.
                let id = error.existing_id().filter(|_| outcome != Outcome::Rejected);
                let note = note_on_conflict(&error).filter(|_| outcome == Outcome::Existing);
                (outcome, id, Some(error), note)
            }
            DeliveryEnd::Stopped => (Outcome::Pending, None, None, Some(Note::Stopped)),
            DeliveryEnd::Lapsed => (Outcome::Pending, None, None, Some(Note::LeaseLost)),
            DeliveryEnd::Unpermitted(error) => self.reported_as_not_sent(NotSent::JournalFailed(error)),
            DeliveryEnd::NotSent(reason) => self.reported_as_not_sent(reason),
        };
        tracing::info!(outcome = outcome.as_str(), attempts = progress.attempts(), "The delivery ended");
        Delivery {
            id,
            attempts: progress.attempts(),
            elapsed,
            fields: progress.take_fields(),
            error,
            look_again_at,
            differs_in: differs_in.map(|fields| fields.into_iter().map(Cow::Borrowed).collect()),
            note,
            ..self.new_delivery(outcome)
        }
    }

    /// Returns a delivery without attempts, fields and an error.
    pub(crate) fn new_delivery(&self, outcome: Outcome) -> Delivery {
        let description = self.description_file().map(ToOwned::to_owned);
        Delivery { description, ..Delivery::new(self.provider.info(), outcome) }
    }

    /// Returns the delivery of a contact about which the journal gave no answer.
    pub(crate) fn unusable_journal(&self, error: JournalError) -> Delivery {
        let (outcome, _, error, _) = self.reported_as_not_sent(NotSent::JournalFailed(error));
        Delivery { error, ..self.new_delivery(outcome) }
    }

    fn reported_as_not_sent(
        &self,
        reason: NotSent,
    ) -> (Outcome, Option<ContactId>, Option<ProviderError>, Option<Note>) {
        match reason {
            NotSent::Delivered { id, differs_in } => {
                let note = if differs_in.is_some() { Note::Changed } else { Note::AlreadyDelivered };
                (Outcome::Skipped, id, None, Some(note))
            }
            NotSent::InDoubt => (Outcome::InDoubt, None, Some(self.earlier_doubt()), Some(Note::NeedsPerson)),
            NotSent::NotDue { .. } | NotSent::Unclaimed { .. } => {
                (Outcome::InDoubt, None, Some(self.earlier_doubt()), None)
            }
            NotSent::Held => (Outcome::Pending, None, None, Some(Note::SentByAnotherRun)),
            NotSent::JournalFailed(error) => {
                let info = self.provider.info();
                let unsent = ProviderError::new(info, Operation::Create, ErrorKind::Config, Effect::NotSent);
                let unsent = unsent.with_message(error.to_string()).with_hint(error.hint());
                (Outcome::Failed, None, Some(unsent), None)
            }
        }
    }
}
