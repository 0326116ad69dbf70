//! What is done about a contact that may be at the vendor already.
//!
//! Its rule: within the delivery that brought the doubt, finding settles it and not finding settles nothing, since the
//! vendor may still be at work on the request. In a later run the vendor has had its time: what is not found then was
//! not created. A vendor that dedupes may be sent it again; where neither works, a person decides.
//!
//! What is looked for, and sent again, is the contact as it was sent first.

use std::time::Duration;

use unicontact_providers::{
    ContactId, ContactProvider, Created, DeliveryKey, Effect, ErrorKind, Operation, ProviderError,
    UnifiedContact,
};

use super::failures::Failures;
use super::turn::Turn;
use super::{Ending, Passage, Target, unless_stopped};
use crate::journal::{Claiming, Entry, Record};

/// How long to wait before each look, in units of the settle delay.
const LOOKS: [u32; 2] = [1, 3];
const FOUND: &str =
    "the answer was lost; such a contact was found at the vendor, this one or an equal older one";
const LOOKED_UP: &str = "the vendor has it already; its id was looked up";
const FOUND_LATER: &str =
    "an earlier run left it in doubt; such a contact was found at the vendor, this one or an equal older one";
const SENT_LATER: &str =
    "an earlier run left it in doubt; it was sent again to a vendor that returns a similar contact";

/// What came of looking.
enum Looked {
    Found(ContactId),
    /// The last look worked, and it was not there.
    Nothing,
    /// Nobody knows.
    Unknown,
}

impl Target {
    /// Whether a doubt of an earlier run can be settled without a person.
    pub(crate) fn can_reconcile(&self) -> bool {
        self.capabilities.find || self.dedupes()
    }

    /// Whether it may be sent again although it may be there.
    pub(crate) fn dedupes(&self) -> bool {
        self.capabilities.dedupe.is_safe()
    }

    /// Looks for what this delivery may have created, where the vendor can be asked.
    pub(super) async fn reconcile(
        &self,
        passage: &Passage<'_>,
        error: ProviderError,
        begun: Duration,
    ) -> Ending {
        let nameless = error.kind() == ErrorKind::AlreadyExists && error.existing_id().is_none();
        if !self.capabilities.find || !(error.effect() == Effect::Unknown || nameless) {
            return Ending::Refused(error);
        }
        match self.look_for(passage.contact, passage.key, begun).await {
            Looked::Found(id) if nameless => Ending::Done(Created { id, existing: true }, Some(LOOKED_UP)),
            Looked::Found(id) => Ending::Done(Created { id, existing: false }, Some(FOUND)),
            Looked::Nothing | Looked::Unknown => Ending::Refused(error),
        }
    }

    /// Settles what an earlier run may have created, and delivers what it did not.
    pub(super) async fn reconcile_earlier(
        &self,
        passage: &Passage<'_>,
        entry: &Entry,
        record: &Record,
        turn: &mut Turn<'_>,
        begun: Duration,
    ) -> Ending {
        passage.progress.doubted();
        if entry.again() {
            return self.send_in_doubt(passage, turn, begun).await;
        }
        let Some(earlier) = record.contact() else {
            return Ending::Refused(self.earlier_doubt());
        };
        let earlier = Passage { contact: &earlier, ..*passage };
        if self.capabilities.dedupe.is_safe() {
            return match self.accept(earlier.contact, earlier.progress) {
                Ok(draft) => {
                    turn.draft = Some(draft);
                    self.send_in_doubt(&earlier, turn, begun).await
                }
                Err(_) => Ending::Refused(self.earlier_doubt()),
            };
        }
        if !self.capabilities.find {
            return Ending::Refused(self.earlier_doubt());
        }
        let looking = self.look_for(earlier.contact, earlier.key, begun);
        match unless_stopped(turn.stop, looking).await {
            Some(Looked::Found(id)) => Ending::Done(Created { id, existing: false }, Some(FOUND_LATER)),
            Some(Looked::Nothing) => self.send_what_was_not_created(passage, entry, turn).await,
            Some(Looked::Unknown) | None => Ending::Refused(self.earlier_doubt()),
        }
    }

    /// Sends it once more, and whatever is refused leaves the doubt.
    async fn send_in_doubt(&self, passage: &Passage<'_>, turn: &mut Turn<'_>, begun: Duration) -> Ending {
        let failures = Failures::after(self.earlier_doubt());
        match self.create(passage, turn, begun, failures).await {
            Ending::Done(created, None) => Ending::Done(created, Some(SENT_LATER)),
            Ending::Refused(error) => self.reconcile(passage, error, begun).await,
            ending => ending,
        }
    }

    async fn send_what_was_not_created(
        &self,
        passage: &Passage<'_>,
        entry: &Entry,
        turn: &mut Turn<'_>,
    ) -> Ending {
        match entry.claim_what_was_not_created().await {
            Claiming::New => {
                passage.progress.undoubted();
                self.create_and_reconcile(passage, turn).await
            }
            Claiming::Interrupted(_) => Ending::Refused(self.earlier_doubt()),
            Claiming::Known(known) => Ending::Known(known),
        }
    }

    async fn look_for(&self, contact: &UnifiedContact, key: &DeliveryKey, begun: Duration) -> Looked {
        let mut looked = Looked::Unknown;
        for units in LOOKS {
            looked = Looked::Unknown;
            let wait = self.settings.settle_delay.saturating_mul(units);
            if self.elapsed(begun).saturating_add(wait) >= self.settings.deadline {
                break;
            }
            self.clock.sleep(wait).await;
            self.rate_limit.wait().await;
            let left = self.settings.deadline.saturating_sub(self.elapsed(begun));
            let look = tokio::time::timeout(left, self.provider.find(contact, key)).await;
            match look.unwrap_or_else(|_| Err(self.out_of_time(true))) {
                Ok(Some(id)) => return Looked::Found(id),
                Ok(None) => looked = Looked::Nothing,
                Err(look) => {
                    tracing::info!(kind = look.kind().as_str(), "The look failed");
                    if !look.is_transient() {
                        break;
                    }
                }
            }
        }
        looked
    }

    /// What is told of a doubt that stays.
    pub(super) fn earlier_doubt(&self) -> ProviderError {
        let info = self.provider.info();
        ProviderError::new(info, Operation::Create, ErrorKind::Interrupted, Effect::Unknown)
            .with_message("an earlier run may have created it; it is not sent again")
    }
}
