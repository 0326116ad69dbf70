//! Claims deliveries, and extends claims that were granted.

use super::{MAX_CONFLICTS, OwnClaim, RETRY_LIMIT, RecordStore, VersionedRecord};
use crate::journal::jetstream::kv::WriteOutcome;
use crate::journal::jetstream::retry_budget::RetryBudget;
use crate::journal::jetstream::stored;
use crate::journal::{Claim, ClaimOutcome, Record, RecordState};
use crate::journal::{JournalError, JournalErrorKind, rules};

const LEASE_LOST: &str = "no heartbeat of this process was acknowledged for half its lease, so that another process may take its \
                          deliveries over; check the connection to the servers";

/// An error of a claim.
pub(in super::super) struct ClaimError {
    pub(in super::super) error: JournalError,
    /// Whether the servers may store the claim nevertheless, now or later. It is this holder's then until it is settled.
    pub(in super::super) is_sent: bool,
}

impl RecordStore {
    pub(in super::super) async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, ClaimError> {
        let claim_id = claim.claim_id.number();
        let granted = self.claims().get(&claim_id).and_then(|own| own.granted.clone());
        let granted = granted.filter(|version| version.record.key == claim.key);
        if let Some(granted) = granted {
            // The granted claim stays this holder's until it is settled, even if the extension fails.
            let extended = self.extend(&claim, granted).await;
            return extended.map_err(|error| ClaimError { error, is_sent: false });
        }
        let Some(epoch) = self.lease.epoch() else {
            return Err(ClaimError { error: self.lease_lost(), is_sent: false });
        };
        self.claims().insert(claim_id, OwnClaim { epoch, is_sent: false, granted: None });
        let claimed = self.try_claim(claim).await;
        let is_granted = matches!(claimed, Ok(ClaimOutcome::New | ClaimOutcome::Interrupted(_)));
        let is_sent = claimed.is_err() && self.claims().get(&claim_id).is_some_and(|claim| claim.is_sent);
        if !is_granted && !is_sent {
            self.claims().remove(&claim_id);
        }
        claimed.map_err(|error| ClaimError { error, is_sent })
    }

    async fn try_claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        let (claim_id, key) = (claim.claim_id.number(), stored::record_key(&claim.key));
        let budget = RetryBudget::new(RETRY_LIMIT);
        let mut current: Option<VersionedRecord> = None;
        let mut unconfirmed: Option<ClaimOutcome> = None;
        let mut conflicts = 0;
        while conflicts < MAX_CONFLICTS {
            if !self.holds(claim.claim_id) {
                return Err(self.lease_lost());
            }
            let is_own =
                current.as_ref().is_some_and(|it| it.record.state == RecordState::Claimed(claim.claim_id));
            if let Some(claimed) = unconfirmed.take().filter(|_| is_own) {
                self.set_granted(claim_id, current);
                return Ok(claimed);
            }
            let (record, revision) = current.map_or((None, 0), |it| (Some(it.record), it.revision));
            let (claimed, record) = rules::claim(record, claim.clone());
            let Some(record) = record else { return Ok(claimed) };
            self.set_sent(claim_id);
            match self.write(&record, revision).await {
                Ok(WriteOutcome::Written(revision)) => {
                    self.set_granted(claim_id, Some(self.own_version(record, revision)));
                    return Ok(claimed);
                }
                Ok(WriteOutcome::Conflict) => conflicts += 1,
                Err(error) => budget.wait_after(error).await?,
            }
            // The holder may have changed while the servers did not answer, so the record is read again in this case, too.
            unconfirmed = Some(claimed);
            current = self.read_within(&key, &budget).await?;
        }
        Err(self.errors.error(JournalErrorKind::Busy))
    }

    /// Extends the time for which a granted claim permits attempts. Returns [`ClaimOutcome::Held`] if another holder has taken it over.
    async fn extend(&self, claim: &Claim, granted: VersionedRecord) -> Result<ClaimOutcome, JournalError> {
        let (claim_id, key) = (claim.claim_id.number(), stored::record_key(&claim.key));
        let budget = RetryBudget::new(RETRY_LIMIT);
        let mut current = Some(granted);
        let mut is_sent = false;
        let mut conflicts = 0;
        while conflicts < MAX_CONFLICTS {
            if !self.holds(claim.claim_id) {
                return Err(self.lease_lost());
            }
            let is_own = |it: &VersionedRecord| it.record.state == RecordState::Claimed(claim.claim_id);
            let Some(version) = current.take().filter(is_own) else { return Ok(ClaimOutcome::Held) };
            if is_sent && version.record.may_send_until == Some(claim.may_send_until) {
                self.set_granted(claim_id, Some(version));
                return Ok(ClaimOutcome::Extended);
            }
            let (claimed, record) = rules::claim(Some(version.record), claim.clone());
            let Some(record) = record else { return Ok(claimed) };
            match self.write(&record, version.revision).await {
                Ok(WriteOutcome::Written(revision)) => {
                    self.set_granted(claim_id, Some(self.own_version(record, revision)));
                    return Ok(claimed);
                }
                Ok(WriteOutcome::Conflict) => conflicts += 1,
                Err(error) => budget.wait_after(error).await?,
            }
            is_sent = true;
            current = self.read_within(&key, &budget).await?;
        }
        Err(self.errors.error(JournalErrorKind::Busy))
    }

    /// Returns the version that a write of this holder created.
    fn own_version(&self, record: Record, revision: u64) -> VersionedRecord {
        let number = if record.number == 0 { revision } else { record.number };
        VersionedRecord {
            stored_state: record.state,
            record: Record { number, ..record },
            holder: Some(self.lease.holder().to_owned()),
            revision,
        }
    }

    fn set_sent(&self, claim_id: u64) {
        if let Some(claim) = self.claims().get_mut(&claim_id) {
            claim.is_sent = true;
        }
    }

    fn set_granted(&self, claim_id: u64, granted: Option<VersionedRecord>) {
        if let Some(claim) = self.claims().get_mut(&claim_id) {
            claim.granted = granted;
        }
    }

    fn lease_lost(&self) -> JournalError {
        self.errors.error(JournalErrorKind::Unreachable).with_detail(LEASE_LOST)
    }
}
