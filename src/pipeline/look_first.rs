//! The look for a contact before it is sent, for people who are at the vendor already (`look_first`).
//!
//! It is no guarantee: others may create the contact between the look and the create.

use std::time::Duration;

use unicontact_providers::{
    ContactProvider, Created, Effect, ErrorKind, FindOutcome, Operation, ProviderError, Searchable,
};

use super::Pipeline;
use super::attempt_resources::AttemptResources;
use super::delivery_context::DeliveryContext;
use super::delivery_end::DeliveryEnd;
use super::stop::unless_stopped;
use crate::journal::JournalEntry;
use crate::report::Note;

const RESEMBLES: &str =
    "not sent: contacts at the vendor resemble it, and nothing tells whether one of them is it";
const NOT_READ: &str =
    "not sent: the vendor's contacts could not be read whole, so that it may be among them";
const NO_KEY: &str = "not sent: it has no value by which a search of the vendor proves that it is not there";
const COMPARE: &str =
    "Compare the contact with the candidates at the vendor. If none is it, send it with look_first = false.";

impl Pipeline {
    /// Looks for the contact before its first attempt. `None` where the vendor does not have it, so that it is sent.
    pub(super) async fn look_before_create(
        &self,
        context: &DeliveryContext<'_>,
        resources: &mut AttemptResources<'_>,
        begun: Duration,
    ) -> Option<DeliveryEnd> {
        // A contact that this delivery is to be a second one of does not count.
        let except = context.entry.and_then(JournalEntry::earlier_id);
        let looking = self.look_with_others(context, except, Duration::ZERO, Duration::ZERO, begun);
        let Some(looked) = unless_stopped(resources.stop, looking).await else {
            return Some(DeliveryEnd::Stopped);
        };
        match looked {
            Some(Ok(FindOutcome::Nothing)) => None,
            Some(Ok(FindOutcome::Found(id))) => {
                Some(DeliveryEnd::Done(Created::new(id).with_existing(true), Some(Note::FoundBeforeCreate)))
            }
            Some(Ok(FindOutcome::Unclear { candidates })) if candidates.is_empty() => {
                let is_readable = self.provider.searchable(context.contact) == Searchable::Fully;
                Some(DeliveryEnd::Refused(self.not_looked(if is_readable { NOT_READ } else { NO_KEY })))
            }
            Some(Ok(FindOutcome::Unclear { candidates })) => {
                let info = self.provider.info();
                let kind = ErrorKind::AlreadyExists;
                let error = ProviderError::new(info, Operation::Find, kind, Effect::Refused);
                let error = error.with_message(RESEMBLES).with_hint(COMPARE).with_candidates(candidates);
                Some(DeliveryEnd::Refused(error))
            }
            Some(Err(error)) => Some(DeliveryEnd::Refused(error)),
            None => Some(DeliveryEnd::Refused(self.out_of_time(true))),
        }
    }

    fn not_looked(&self, message: &'static str) -> ProviderError {
        let info = self.provider.info();
        ProviderError::new(info, Operation::Find, ErrorKind::UnexpectedResponse, Effect::NotSent)
            .with_message(message)
    }
}
