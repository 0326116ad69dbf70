//! A journal on NATS `JetStream` that several machines share.
//!
//! Each record is a value of a key-value bucket. A claim creates or updates it, and a settlement updates it, with a
//! compare-and-set on its revision. Every open journal is a holder with a lease; when the lease ends, its claims count as
//! interrupted. A second bucket stores the leases, and a third one the people.

mod buckets;
mod connection;
mod damaged;
mod decode;
mod error;
mod kv;
mod lease;
mod migration;
mod options;
mod people;
mod purge;
mod records;
mod retry_budget;
mod scan;
mod server_clock;
mod stored;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::jetstream::Context;
use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::Timestamp;
use unicontact_providers::clock::Clock;
use unicontact_providers::{DeliveryKey, Stamp};

use self::buckets::Buckets;
pub(crate) use self::buckets::{
    CreateMode, bucket, get_or_create_bucket, is_stream_missing, mismatches, unsupported_version,
};
pub(crate) use self::connection::context;
pub(crate) use self::error::{ErrorContext, error_chain};
pub use self::lease::Holder;
use self::lease::Lease;
pub use self::migration::Migration;
pub use self::options::{JetStreamOptions, Storage};
use self::people::People;
use self::records::RecordStore;
pub(crate) use self::retry_budget::RetryBudget;
pub(crate) use self::scan::RecordChange;
pub use self::scan::RecordCounts;
pub(crate) use self::server_clock::ServerClock;
pub(crate) use self::stored::{Unfinished, record_key};
#[cfg(test)]
pub(crate) use self::stored::{encode, unfinished};
use super::claim::{Claim, ClaimOutcome};
use super::record::Record;
use super::resolution::{Act, Resolution};
use super::selection::Selection;
use super::settlement::Settlement;
use super::state::ClaimId;
use super::story::{Run, Story};
use super::{
    IdentifyFuture, IdentifyRequest, Journal, JournalError, JournalErrorKind, SettleFuture, UnreadableRecord,
    rules,
};
use crate::identity::{IdentifyBy, IdentityKey};

/// The records of one page. Every list reads all records, so pages are large; with contacts one takes some tens of MiB.
const PAGE_SIZE: u32 = 20_000;
/// A journal on NATS `JetStream` that several machines share.
///
/// ```no_run
/// use unicontact::journal::{JetStreamJournal, JetStreamOptions, async_nats};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("nats://localhost:4222").await?;
/// let options = JetStreamOptions::default().with_replicas(3);
/// let journal = JetStreamJournal::open(client, options).await?;
/// // … a fan-out with this journal …
/// journal.leave().await?;
/// # Ok(())
/// # }
/// ```
pub struct JetStreamJournal {
    records: Arc<RecordStore>,
    run: Option<Arc<Run>>,
    people: Arc<People>,
    warning: Option<&'static str>,
    /// The records that lists and counts left out, by their keys in the bucket.
    unreadable: Mutex<BTreeMap<String, UnreadableRecord>>,
}

impl JetStreamJournal {
    /// Opens the journal, and creates its buckets if they are missing. Needs a Tokio runtime, on which a task renews the lease.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached or are too old, or the existing buckets differ from the options. They were not changed.
    pub async fn open(client: async_nats::Client, options: JetStreamOptions) -> Result<Self, JournalError> {
        Self::open_as(client, options, CreateMode::IfMissing).await
    }

    /// Opens an existing journal, and creates nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], and [`Missing`](super::JournalErrorKind::Missing).
    pub async fn open_existing(
        client: async_nats::Client,
        options: JetStreamOptions,
    ) -> Result<Self, JournalError> {
        Self::open_as(client, options, CreateMode::Never).await
    }

    pub(crate) async fn open_as(
        client: async_nats::Client,
        options: JetStreamOptions,
        create: CreateMode,
    ) -> Result<Self, JournalError> {
        let context = context(client, options.lease);
        // Boxed: the future is large, and would enlarge every future that opens a journal.
        let open = || Box::pin(Self::try_open(&context, &options, create, false));
        RetryBudget::new(RetryBudget::OPENING).retry(open).await
    }

    async fn try_open(
        context: &Context,
        options: &JetStreamOptions,
        create: CreateMode,
        is_migration: bool,
    ) -> Result<Self, JournalError> {
        let errors = ErrorContext::new(&options.name);
        let buckets = Buckets::open(context, options, create, &errors).await?;
        let Buckets { records, holders, people, settings, warning } = buckets;
        if settings.is_being_migrated && !is_migration {
            return Err(errors.error(JournalErrorKind::Outdated));
        }
        let holder = format!("{:016x}{:08x}", RandomState::new().hash_one(0), std::process::id());
        let name = options.holder_name.clone();
        let lease = Lease::acquire(holder, name, holders, options.lease, &errors).await?;
        let people = People::new(people, errors.clone(), &settings);
        let run = options.run.clone().map(Arc::new);
        let records = RecordStore::new(records, lease, errors);
        Ok(Self {
            records: Arc::new(records),
            people: Arc::new(people),
            run,
            warning,
            unreadable: Mutex::default(),
        })
    }

    /// Returns a warning for the user if the servers store the journal less safely than a production system needs.
    pub fn warning(&self) -> Option<&'static str> {
        self.warning
    }

    /// Returns the processes with a name that have the journal open, or had it open within the lease, in the order of their names.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn holders(&self) -> Result<Vec<Holder>, JournalError> {
        self.records.lease.named_holders(&self.records.errors).await
    }

    /// Returns the time since this process sent the last heartbeat that the servers acknowledged. A heartbeat is sent eight times within
    /// the lease. `None` after [`Self::leave`].
    pub fn heartbeat_age(&self) -> Option<std::time::Duration> {
        self.records.lease.heartbeat_age()
    }

    /// Returns the numbers of deliveries by provider. Reads every record, which
    /// takes about a second for each hundred thousand. Records that cannot be read are left out, and [`Journal::take_unreadable`]
    /// returns them.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn counts(&self) -> Result<BTreeMap<String, RecordCounts>, JournalError> {
        self.records.wait_for_settlements(HashMap::is_empty).await;
        self.records.counts(|record| self.leave_out(record)).await
    }

    /// Deletes the records of `created` and `existing` deliveries that were written before `time` by the servers' clock, and returns
    /// their number. A contact of such a delivery is created again if it is sent again. Unfinished deliveries stay. So do the keyed
    /// hashes that identify people: a message in a queue may still refer to one.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached. Some of the records may be deleted already.
    pub async fn forget_finished_before(&self, time: Timestamp) -> Result<u64, JournalError> {
        self.records.forget_finished_before(time).await
    }

    /// Erases the contacts of deliveries that a person resolved as created more than seven days ago by the servers' clock. Such a
    /// resolution can still be taken back, but the record has no contact then. Reads every record, and leaves those alone that
    /// cannot be read.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn erase_resolved_contents(&self) -> Result<(), JournalError> {
        let until = rules::end_of_resolved_contents(self.servers_time());
        self.records.erase_resolved_contents(until).await
    }

    /// Adds a record to those that were left out because they cannot be read.
    fn leave_out(&self, record: UnreadableRecord) {
        self.unreadable().insert(record.key.clone(), record);
    }

    fn unreadable(&self) -> MutexGuard<'_, BTreeMap<String, UnreadableRecord>> {
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time by the servers' clock.
    pub(crate) fn servers_time(&self) -> Timestamp {
        self.records.lease.servers_time()
    }

    /// Returns the id of this holder.
    pub(crate) fn holder(&self) -> &str {
        self.records.lease.holder()
    }

    /// Returns the ids of all holders that have a lease.
    pub(crate) async fn live_holders(&self) -> Result<HashSet<String>, JournalError> {
        self.records.lease.live_holders(&self.records.errors).await
    }

    /// Calls `visit` for every record whose last change has that revision or a later one, in the order of the revisions. Earlier
    /// states of a record that changed again are skipped.
    pub(crate) async fn changes_since(
        &self,
        revision: u64,
        visit: impl FnMut(RecordChange<'_>),
    ) -> Result<(), JournalError> {
        self.records.changes_since(revision, visit).await
    }

    /// Returns the record of a key in the bucket, with its revision.
    pub(crate) async fn record_with_revision(
        &self,
        key: &str,
    ) -> Result<Option<(Record, u64)>, JournalError> {
        let version = self.records.read_value(key).await?;
        Ok(version.map(|version| (version.record, version.revision)))
    }

    /// Waits for pending settlements, and gives the lease back: the claims that this holder has not settled are interrupted at
    /// once. Without this call they are interrupted when the lease ends.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached. The lease ends by itself.
    pub async fn leave(&self) -> Result<(), JournalError> {
        self.records.wait_for_settlements(HashMap::is_empty).await;
        self.records.lease.release(&self.records.errors).await
    }
}

#[async_trait]
impl Journal for JetStreamJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        self.records.wait_for_settlements(|pending| !pending.contains_key(key)).await;
        Ok(self.records.read(key).await?.map(|version| version.record))
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        self.records.wait_for_settlements(|pending| !pending.contains_key(&claim.key)).await;
        self.records.claim(claim.clone()).await.map_err(|failure| {
            if failure.is_sent {
                // The servers may store the claim later, and it would block all other holders.
                drop(self.settle(Settlement::withdrawing(claim)));
            }
            failure.error
        })
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        let records = Arc::clone(&self.records);
        let key = settlement.key.clone();
        records.settlement_begins(&key);
        let task = tokio::spawn(async move {
            let settled = records.settle(settlement).await;
            records.settlement_ended(&key);
            settled
        });
        let errors = self.records.errors.clone();
        async move { task.await.unwrap_or_else(|error| Err(errors.unreachable(&error))) }.boxed()
    }

    async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        self.people.identify_by().await
    }

    async fn set_identify_by(&self, method: IdentifyBy) -> Result<(), JournalError> {
        self.people.set_identify_by(method).await
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        Some(self.people.identity_key())
    }

    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        let task = tokio::spawn(Arc::clone(&self.people).identify(request, Arc::clone(&self.records)));
        let errors = self.records.errors.clone();
        async move { task.await.unwrap_or_else(|error| Err(errors.unreachable(&error))) }.boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        Arc::clone(&self.people).recognize(request, Arc::clone(&self.records)).boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        self.records.change(key, |record| rules::resolve(record, resolution.clone(), act.clone())).await
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        self.records.change(key, |record| rules::reopen(record, act.clone())).await
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        self.records.change(key, rules::forget).await
    }

    async fn story(&self, key: &DeliveryKey) -> Result<Story, JournalError> {
        self.records.wait_for_settlements(|pending| !pending.contains_key(key)).await;
        Ok(self.records.read(key).await?.map(|version| version.record.story).unwrap_or_default())
    }

    fn run(&self) -> Option<Arc<Run>> {
        self.run.clone()
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.records.wait_for_settlements(HashMap::is_empty).await;
        self.records.list(selection, |record| self.leave_out(record)).await
    }

    fn take_unreadable(&self) -> Vec<UnreadableRecord> {
        std::mem::take(&mut *self.unreadable()).into_values().collect()
    }

    fn page(&self) -> u32 {
        PAGE_SIZE
    }

    /// Returns the estimate of the servers' time, and ignores the clock of this machine. The estimate is never later than the
    /// servers' clock, and earlier by less than five seconds: the time that a recent write took.
    fn now(&self, _clock: &dyn Clock) -> Stamp {
        Stamp::from_time(self.servers_time())
    }

    fn holds(&self, claim_id: ClaimId) -> bool {
        self.records.holds(claim_id)
    }
}

impl fmt::Debug for JetStreamJournal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JetStreamJournal")
            .field("bucket", &self.records.store.name)
            .finish_non_exhaustive()
    }
}
