//! Rules that are taken back, to see that the simulator notices.

use std::time::Duration;

use std::sync::Arc;

use async_trait::async_trait;
use unicontact::PresumeLostAfter;
use unicontact::journal::{
    Act, Claim, ClaimOutcome, Journal, JournalError, Record, RecordState, Resolution, Selection,
    SettleFuture, Settlement,
};
use unicontact::providers::{Dedupe, DeliveryKey};

use crate::traits::{Kind, Traits};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weakening {
    /// What is not found counts as not created at once.
    NoQuietTime,
    /// The adapter promises that equal requests in flight are serialized, and they are not.
    FalseSerialized,
    /// The adapter promises no lag of lists that lag for longer than the quiet time.
    FalseLag,
    /// The journal takes a claim that was never settled for none.
    ForgottenClaims,
}

impl Weakening {
    pub(crate) const ALL: [Self; 4] =
        [Self::NoQuietTime, Self::FalseSerialized, Self::FalseLag, Self::ForgottenClaims];

    /// Makes a vendor other than its adapter promises.
    pub(crate) fn weaken(self, traits: &mut Traits) {
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
                traits.lag = traits.settles_within * 3;
                traits.settles_within *= 4;
                traits.capabilities.search_lag = Duration::ZERO;
            }
            Self::ForgottenClaims => {}
        }
    }

    pub(crate) fn weaken_journal(self, journal: Arc<dyn Journal>) -> Arc<dyn Journal> {
        if self == Self::ForgottenClaims { Arc::new(Forgetful(journal)) } else { journal }
    }
}

/// A journal that takes what was interrupted for new.
#[derive(Debug)]
struct Forgetful(Arc<dyn Journal>);

#[async_trait]
impl Journal for Forgetful {
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
