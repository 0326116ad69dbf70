//! Mutations of the product's rules, which the simulator must detect.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use unicontact::PresumeLostAfter;
use unicontact::journal::{
    Act, Claim, ClaimOutcome, Journal, JournalError, Record, RecordState, Resolution, Selection,
    SettleFuture, Settlement,
};
use unicontact::providers::{Dedupe, DeliveryKey};

use crate::simulated::traits::{Kind, Traits};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// A contact that is not found counts as not created at once.
    NoQuietTime,
    /// The adapter claims that the vendor serializes equal requests, which it does not.
    FalseSerialized,
    /// The adapter claims that lists do not lag, which they do for longer than the quiet time.
    FalseLag,
    /// The journal grants interrupted deliveries as new.
    ForgottenClaims,
}

impl Mutation {
    pub(crate) const ALL: [Self; 4] =
        [Self::NoQuietTime, Self::FalseSerialized, Self::FalseLag, Self::ForgottenClaims];

    /// Changes the traits of a vendor or its settings.
    pub(crate) fn mutate(self, traits: &mut Traits) {
        match self {
            Self::NoQuietTime => {
                traits.settings.presume_lost_after = Some(PresumeLostAfter::After(Duration::from_millis(1)));
            }
            Self::FalseSerialized => {
                if traits.kind == Kind::ChecksFirst {
                    traits.capabilities.dedupe = Dedupe::Serialized;
                }
            }
            Self::FalseLag => {
                traits.lag = traits.quiet_time * 3;
                traits.quiet_time *= 4;
                traits.capabilities.search_lag = Duration::ZERO;
            }
            Self::ForgottenClaims => {}
        }
    }

    /// Wraps the journal, if this mutation concerns it.
    pub(crate) fn mutate_journal(self, journal: Arc<dyn Journal>) -> Arc<dyn Journal> {
        if self == Self::ForgottenClaims { Arc::new(ForgetfulJournal(journal)) } else { journal }
    }
}

/// A journal that grants interrupted deliveries as new.
#[derive(Debug)]
struct ForgetfulJournal(Arc<dyn Journal>);

#[async_trait]
impl Journal for ForgetfulJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        let record = self.0.look(key).await?;
        Ok(record.filter(|record| record.state != RecordState::Interrupted))
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        Ok(match self.0.claim(claim).await? {
            ClaimOutcome::Interrupted(record) if record.state == RecordState::Interrupted => {
                ClaimOutcome::New
            }
            claimed => claimed,
        })
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        self.0.settle(settlement)
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        self.0.resolve(key, resolution, act).await
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        self.0.forget(key).await
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        self.0.reopen(key, act).await
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.0.list(selection).await
    }
}
