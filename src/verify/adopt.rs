//! Adopts listed contacts into the journal, so that they are not created again.

use std::pin::pin;

use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use unicontact_providers::{ContactProvider, DeliveryKey, UnifiedContact};

use super::compare::AdoptAs;
use super::match_keys::{MatchKeys, namesake_identity};
use super::{Adoptable, OnStep, Verification, Verifier, VerifyStep};
use crate::identity::{IdentifyBy, Identity};
use crate::journal::{Content, JournalEntry, JournalError, NotSent, ResendOptions};
use crate::outcome::Outcome;
use crate::report::{Delivery, Note};

/// A limit on concurrent adoptions.
const MAX_ADOPTIONS: usize = 64;

/// The numbers of contacts that were adopted or left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Adoption {
    /// The number of contacts that the journal did not know and has recorded as existing.
    pub recorded: u64,
    /// The number of deliveries in doubt that were settled as existing.
    pub settled: u64,
    /// The number of recorded contacts without a value that identifies them, such as an e-mail address. They are recognized only
    /// by the same content.
    pub recognized_by_content: u64,
    /// The number of contacts that were left out: they are being sent, were delivered meanwhile, or cannot be told apart from
    /// another person with the same name and number.
    pub left: u64,
    /// The number of contacts that cannot be recognized at all: `identify_by` is `id`, and a vendor's list has no ids of the user.
    pub unidentifiable: u64,
}

/// The result of one contact.
enum Adopted {
    Recorded { is_recognizable: bool },
    Settled,
    Left,
    Unidentifiable,
}

impl Verifier {
    /// Returns whether the journal can adopt contacts: it must recognize them when they are delivered.
    pub fn can_adopt(&self) -> bool {
        self.journal.identity_key().is_some()
    }

    /// Adopts the contacts that a comparison found: settles deliveries in doubt as existing, and records unknown contacts as existing
    /// with the vendor's id. Of several equal contacts the first one is recorded. Contacts with one name and address whose numbers
    /// differ are recorded as different people. A delivery that is being sent is left out.
    ///
    /// # Errors
    ///
    /// The journal cannot be written. Contacts that were adopted before stay recorded.
    pub async fn adopt(
        &self,
        verification: &Verification,
        on_step: OnStep<'_>,
    ) -> Result<Adoption, JournalError> {
        let all = verification.adoptable.len();
        let (namesakes, others): (Vec<&Adoptable>, Vec<&Adoptable>) =
            verification.adoptable.iter().partition(|it| it.adopt_as == AdoptAs::Namesake);
        let others = stream::iter(others.into_iter().map(|it| self.adopt_one(it))).buffered(MAX_ADOPTIONS);
        // Namesakes follow the people that they are distinguished from.
        let namesakes = stream::iter(namesakes).then(|it| self.adopt_one(it));
        let mut adoptions = pin!(others.chain(namesakes));
        let (mut adoption, mut done) = (Adoption::default(), 0);
        while let Some(adopted) = adoptions.next().await {
            adoption.add(&adopted?);
            done += 1;
            on_step(VerifyStep::Adopting { done, all });
        }
        Ok(adoption)
    }

    async fn adopt_one(&self, adoptable: &Adoptable) -> Result<Adopted, JournalError> {
        let contact = adoptable.contact.contact();
        let key = match &adoptable.adopt_as {
            AdoptAs::Doubt(key) => {
                let is_settled = self.record(key.clone(), contact, adoptable).await?;
                return Ok(if is_settled { Adopted::Settled } else { Adopted::Left });
            }
            AdoptAs::Recognized => self.registered_key(contact).await?,
            AdoptAs::Namesake if !self.may_be_namesake(contact).await? => return Ok(Adopted::Left),
            AdoptAs::Namesake => self.registered_key_of_namesake(contact).await?,
        };
        let Some(key) = key else { return Ok(Adopted::Unidentifiable) };
        let is_recorded = self.record(key, contact, adoptable).await?;
        let is_recognizable = self.is_recognizable(contact);
        Ok(if is_recorded { Adopted::Recorded { is_recognizable } } else { Adopted::Left })
    }

    async fn registered_key(&self, contact: &UnifiedContact) -> Result<Option<DeliveryKey>, JournalError> {
        self.delivery_key(contact, |journal, request| journal.identify(request)).await
    }

    async fn registered_key_of_namesake(
        &self,
        contact: &UnifiedContact,
    ) -> Result<Option<DeliveryKey>, JournalError> {
        match self.namesake_identity(contact) {
            Some(identity) => self.key_of(identity, |journal, request| journal.identify(request)).await,
            None => self.registered_key(contact).await,
        }
    }

    /// Returns whether the journal knows no person by the name and a number of the contact, or only one with its address.
    async fn may_be_namesake(&self, contact: &UnifiedContact) -> Result<bool, JournalError> {
        let Some(identity) = self.namesake_identity(contact) else { return Ok(true) };
        let new_key = identity.new_key.clone();
        let by_number = self.key_of(identity, |journal, request| journal.recognize(request)).await?;
        let by_address = self.delivery_key(contact, |journal, request| journal.recognize(request)).await?;
        Ok(by_number == by_address || by_number.is_some_and(|key| key.contact() == new_key))
    }

    /// Returns the identity of a contact as a person other than those with its name and address. `None` where the journal does not
    /// recognize people by name and address.
    fn namesake_identity(&self, contact: &UnifiedContact) -> Option<Identity> {
        let key = self.journal.identity_key().filter(|_| self.method == IdentifyBy::Identity)?;
        namesake_identity(contact, self.method, key)
    }

    /// Records that the vendor has a contact. Returns `false` where its delivery is being sent or has ended as delivered.
    async fn record(
        &self,
        key: DeliveryKey,
        contact: &UnifiedContact,
        adoptable: &Adoptable,
    ) -> Result<bool, JournalError> {
        let content = Content::from_contact(contact, self.journal.identity_key());
        let vendor = self.pipeline.provider().info().vendor();
        let (policy, clock) = (self.pipeline.doubt_policy(), self.pipeline.clock());
        let entry =
            JournalEntry::new(&self.journal, key, vendor, &content, ResendOptions::default(), policy, clock);
        match entry.claim().await {
            Ok(_) => {}
            Err(NotSent::JournalFailed(error)) => return Err(error),
            Err(_) => return Ok(false),
        }
        let provider = self.pipeline.provider().info();
        let existing = Delivery::new(provider, Outcome::Existing).with_note(Note::FoundInList);
        let existing = Delivery { id: Some(adoptable.contact.id().clone()), ..existing };
        entry.settle(&existing).await.map(|()| true)
    }

    fn is_recognizable(&self, contact: &UnifiedContact) -> bool {
        self.method != IdentifyBy::Content
            && MatchKeys::from_contact(contact, self.method, &self.identity_key()).is_recognizable()
    }
}

impl Adoption {
    fn add(&mut self, adopted: &Adopted) {
        match adopted {
            Adopted::Recorded { is_recognizable } => {
                self.recorded += 1;
                self.recognized_by_content += u64::from(!is_recognizable);
            }
            Adopted::Settled => self.settled += 1,
            Adopted::Left => self.left += 1,
            Adopted::Unidentifiable => self.unidentifiable += 1,
        }
    }
}
