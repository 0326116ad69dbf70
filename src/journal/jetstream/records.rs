//! The records of deliveries in their bucket, and the claims of this process.
//!
//! Invariant: every write names the revision that it replaces. On a conflict the record is read again and the rule applied again.
//! After a write without an answer the record is read, so that the outcome is never guessed.

mod claim;
mod settle;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream::kv::{Operation, Store};
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::watch;
use unicontact_providers::DeliveryKey;

use super::error::ErrorContext;
use super::kv::{self, WriteOutcome};
use super::lease::{Epoch, Lease};
use super::retry_budget::RetryBudget;
use super::stored;
use crate::journal::{ClaimId, Record, RecordState};
use crate::journal::{JournalError, JournalErrorKind};

/// The number of conflicts after which a write fails.
const MAX_CONFLICTS: u32 = 8;
/// How long a read or a claim is retried while the servers do not answer, as when they elect a leader.
const RETRY_LIMIT: Duration = Duration::from_secs(5);

/// The bucket of records.
pub(super) struct RecordStore {
    pub(super) store: Store,
    pub(super) lease: Lease,
    pub(super) errors: ErrorContext,
    /// The unsettled claims of this holder, by the numbers of their ids.
    claims: Mutex<HashMap<u64, OwnClaim>>,
    pending_settlements: watch::Sender<PendingSettlements>,
}

/// A claim of this holder.
struct OwnClaim {
    /// The epoch in which it was requested.
    epoch: Epoch,
    /// Whether a write of it was sent, so that the servers may store it now or later.
    is_sent: bool,
    /// The granted record, until the claim is settled.
    granted: Option<VersionedRecord>,
}

/// The number of pending settlements of each delivery that has any.
pub(super) type PendingSettlements = HashMap<DeliveryKey, usize>;

/// A record with its revision.
#[derive(Clone)]
pub(super) struct VersionedRecord {
    /// The effective record: a claim whose holder is gone is interrupted.
    pub(super) record: Record,
    /// The state that the servers store.
    stored_state: RecordState,
    /// The holder of the claim.
    holder: Option<String>,
    pub(super) revision: u64,
}

impl RecordStore {
    pub(super) fn new(store: Store, lease: Lease, errors: ErrorContext) -> Self {
        let pending_settlements = watch::Sender::new(HashMap::new());
        Self { store, lease, errors, claims: Mutex::default(), pending_settlements }
    }

    fn claims(&self) -> MutexGuard<'_, HashMap<u64, OwnClaim>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether this holder has not settled yet the claim of a state.
    pub(super) fn has_claim(&self, state: RecordState) -> bool {
        matches!(state, RecordState::Claimed(claim_id) if self.claims().contains_key(&claim_id.number()))
    }

    /// Returns whether no other holder can have this claim, or get it during an attempt that starts now.
    pub(super) fn holds(&self, claim_id: ClaimId) -> bool {
        let epoch = self.lease.epoch();
        epoch.is_some() && self.claims().get(&claim_id.number()).map(|claim| claim.epoch) == epoch
    }

    /// Returns the effective record of a delivery.
    pub(super) async fn read(&self, key: &DeliveryKey) -> Result<Option<VersionedRecord>, JournalError> {
        self.read_value(&stored::record_key(key)).await
    }

    /// Returns the effective record of a key in the bucket.
    pub(super) async fn read_value(&self, key: &str) -> Result<Option<VersionedRecord>, JournalError> {
        self.read_within(key, &RetryBudget::new(RETRY_LIMIT)).await
    }

    /// Returns whether a vendor has the contact of that key, or may have it; with a fingerprint, whether it was sent with that
    /// fingerprint. Considers the records of all providers. Records of `providers` count even if they were written a moment ago.
    pub(super) async fn may_be_at_vendor(
        &self,
        contact: &str,
        fingerprint: Option<&str>,
        providers: &[String],
    ) -> Result<bool, JournalError> {
        let mut keys = self.keys_of(contact).await?;
        let keys_at_providers = providers
            .iter()
            .map(|it| stored::record_key(&DeliveryKey::from_contact_key(it, contact.to_owned())));
        keys.extend(keys_at_providers);
        let records = try_join_all(keys.iter().map(|key| self.read_value(key))).await?;
        let matches = |record: &Record| fingerprint.is_none_or(|it| *record.fingerprint == *it);
        let mut records = records.iter().flatten().map(|version| &version.record);
        Ok(records.any(|record| record.may_be_at_vendor() && matches(record)))
    }

    /// Returns the keys in the bucket of a contact's records at all providers.
    async fn keys_of(&self, contact: &str) -> Result<BTreeSet<String>, JournalError> {
        let pattern = stored::record_key(&DeliveryKey::from_contact_key("*", contact.to_owned()));
        let subjects = self.store.stream.info_with_subjects(format!("{}{pattern}", self.store.prefix)).await;
        let subjects = subjects.map_err(|error| self.errors.unreachable(&error))?;
        let keys = subjects
            .map_ok(|(subject, _)| subject.strip_prefix(&*self.store.prefix).unwrap_or_default().to_owned());
        keys.try_collect().await.map_err(|error| self.errors.unreachable(&error))
    }

    async fn read_within(
        &self,
        key: &str,
        budget: &RetryBudget,
    ) -> Result<Option<VersionedRecord>, JournalError> {
        budget.retry(|| self.try_read(key)).await
    }

    async fn try_read(&self, key: &str) -> Result<Option<VersionedRecord>, JournalError> {
        let entry = self.store.entry(key).await;
        let entry = entry.map_err(|error| self.errors.unreachable(&error))?;
        let Some(entry) = entry.filter(|entry| entry.operation == Operation::Put) else {
            return Ok(None);
        };
        let written_at = Timestamp::from_nanosecond(entry.created.unix_timestamp_nanos());
        let decoded = stored::decode(&entry.value, entry.revision, written_at.unwrap_or(Timestamp::MAX));
        let decoded = decoded.map_err(|error| {
            let record = stored::unreadable(&self.store.name, key, entry.revision, &entry.value, error);
            self.errors.unreadable(&record)
        })?;
        let is_held = match (&decoded.holder, decoded.record.state) {
            (Some(holder), state) if holder == self.lease.holder() => self.has_claim(state),
            (Some(holder), _) => self.lease.is_alive(holder, &self.errors).await?,
            (None, _) => true,
        };
        let (stored_state, holder) = (decoded.record.state, decoded.holder.clone());
        let record = decoded.into_effective(is_held);
        Ok(Some(VersionedRecord { record, stored_state, holder, revision: entry.revision }))
    }

    /// Writes a record if its revision is still `revision`; 0 means that there is none. A claim becomes this holder's.
    pub(super) async fn write(&self, record: &Record, revision: u64) -> Result<WriteOutcome, JournalError> {
        self.write_for(self.lease.holder(), record, revision).await
    }

    /// Writes a record as [`Self::write`] does. A claim becomes that of `holder`.
    async fn write_for(
        &self,
        holder: &str,
        record: &Record,
        revision: u64,
    ) -> Result<WriteOutcome, JournalError> {
        let (key, value) = (stored::record_key(&record.key), stored::encode(record, holder));
        kv::compare_and_set(&self.store, key, value, revision, &self.errors).await
    }

    /// Waits for the pending settlements of a delivery, and writes the record that `change` returns. Returns `false` if `change` returns
    /// `None`.
    pub(super) async fn change(
        &self,
        key: &DeliveryKey,
        change: impl Fn(Option<Record>) -> Option<Record>,
    ) -> Result<bool, JournalError> {
        self.wait_for_settlements(|pending| !pending.contains_key(key)).await;
        let key = stored::record_key(key);
        for _ in 0..MAX_CONFLICTS {
            let (known, revision) = match self.read_value(&key).await? {
                Some(VersionedRecord { record, revision, .. }) => (Some(record), revision),
                None => (None, 0),
            };
            let Some(record) = change(known) else { return Ok(false) };
            if let WriteOutcome::Written(_) = self.write(&record, revision).await? {
                return Ok(true);
            }
        }
        Err(self.errors.error(JournalErrorKind::Busy))
    }
}
