//! The journal on NATS `JetStream`, where many machines reach it.
//!
//! A record is a value of a bucket; a claim is a create, or an update at the revision that was read, and a settlement an update at
//! that of the claim. Every journal that is opened is a holder with a lease: a claim of a holder that the servers have not
//! heard for so long is interrupted for the others. Who is who is in a bucket of its own, under a key of its own.

mod buckets;
mod failure;
mod migration;
mod options;
mod patience;
mod people;
mod presence;
mod reading;
mod records;
mod servers_clock;
mod stored;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::ContextBuilder;
use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::Timestamp;
use unicontact_providers::clock::Clock;
use unicontact_providers::{DeliveryKey, Stamp};

use self::buckets::Buckets;
pub(crate) use self::buckets::{Making, bucket, differing, found_or_made, is_missing, too_old};
pub(crate) use self::failure::{ErrorContext, in_full};
pub use self::migration::Migration;
pub use self::options::{JetStreamOptions, Storage};
pub(crate) use self::patience::Patience;
use self::people::People;
pub use self::presence::Holder;
use self::presence::Presence;
pub(crate) use self::reading::RecordChange;
use self::records::Records;
pub(crate) use self::servers_clock::ServersClock;
pub(crate) use self::stored::{Unfinished, key_of};
#[cfg(test)]
pub(crate) use self::stored::{unfinished, written};
use super::claim::{Claim, ClaimOutcome};
use super::record::Record;
use super::resolution::{Act, Resolution};
use super::selection::Selection;
use super::settlement::Settlement;
use super::state::ClaimId;
use super::story::{Run, Story};
use super::{IdentifyFuture, IdentifyRequest, Journal, JournalError, JournalErrorKind, SettleFuture, rules};
use crate::counts::Counts;
use crate::identity::{IdentifyBy, IdentityKey};

/// Every list reads all records; so many are some tens of MiB while they hold their contacts.
const PAGE: u32 = 20_000;
/// The longest that servers are waited for within one question, unless the lease is short.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);
/// And the shortest.
const SHORTEST_ANSWER: Duration = Duration::from_millis(500);

/// A journal on NATS `JetStream`.
///
/// ```no_run
/// use unicontact::journal::{JetStreamJournal, JetStreamOptions, async_nats};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("nats://localhost:4222").await?;
/// let options = JetStreamOptions { replicas: 3, ..JetStreamOptions::default() };
/// let journal = JetStreamJournal::open(client, options).await?;
/// // … a fan-out with this journal …
/// journal.leave().await?;
/// # Ok(())
/// # }
/// ```
pub struct JetStreamJournal {
    records: Arc<Records>,
    run: Option<Arc<Run>>,
    people: Arc<People>,
    warning: Option<&'static str>,
}

impl JetStreamJournal {
    /// Opens the journal, and makes its buckets if there are none. Needs a Tokio runtime, which says that this
    /// holder lives.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached or are too old, or the buckets are not as they must be; they were left as they are.
    pub async fn open(client: async_nats::Client, options: JetStreamOptions) -> Result<Self, JournalError> {
        Self::open_as(client, options, Making::IfMissing).await
    }

    /// Opens the journal that is there, and makes none.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], and [`Missing`](super::JournalErrorKind::Missing).
    pub async fn open_existing(
        client: async_nats::Client,
        options: JetStreamOptions,
    ) -> Result<Self, JournalError> {
        Self::open_as(client, options, Making::Never).await
    }

    pub(crate) async fn open_as(
        client: async_nats::Client,
        options: JetStreamOptions,
        making: Making,
    ) -> Result<Self, JournalError> {
        let context = context(client, options.lease);
        let patience = Patience::of(Patience::OF_OPENING);
        loop {
            // Boxed: it is rare, and would enlarge every future that opens a journal.
            match Box::pin(Self::try_open(&context, &options, making, false)).await {
                Err(error) => patience.after(error).await?,
                opened => return opened,
            }
        }
    }

    async fn try_open(
        context: &Context,
        options: &JetStreamOptions,
        making: Making,
        is_migration: bool,
    ) -> Result<Self, JournalError> {
        let failing = ErrorContext::at(&options.name);
        let buckets = Buckets::open(context, options, making, &failing).await?;
        let Buckets { records, holders, people, settings, warning } = buckets;
        if settings.is_being_migrated && !is_migration {
            return Err(failing.of(JournalErrorKind::Outdated));
        }
        let holder = format!("{:016x}{:08x}", RandomState::new().hash_one(0), std::process::id());
        let called = options.called.clone();
        let presence = Presence::enter(holder, called, holders, options.lease, &failing).await?;
        let people = People::new(people, failing.clone(), &settings);
        let run = options.run.clone().map(Arc::new);
        let records = Records::new(records, presence, failing);
        Ok(Self { records: Arc::new(records), people: Arc::new(people), run, warning })
    }

    /// What a person should know before relying on these servers.
    pub fn warning(&self) -> Option<&'static str> {
        self.warning
    }

    /// Those that have the journal open now, or had it within the lease, and have a name.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn holders(&self) -> Result<Vec<Holder>, JournalError> {
        self.records.presence.named(&self.records.failing).await
    }

    /// How many deliveries of each provider ended how, without those that somebody sends now. Reads every record once: about a second for each hundred thousand.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached, or a record cannot be read.
    pub async fn counts(&self) -> Result<BTreeMap<String, Counts>, JournalError> {
        self.records.settled(HashMap::is_empty).await;
        self.records.counts().await
    }

    /// Forgets the deliveries that the vendors have, where that was recorded before `time` by the servers' clock, and says how many. Sent once more, such a
    /// contact is created once more. What is unfinished is kept. The keyed hashes by which people are recognized are kept, too: a
    /// message that waits in a queue may still be of such a person.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached; what was forgotten until then is forgotten.
    pub async fn forget_finished_before(&self, time: Timestamp) -> Result<u64, JournalError> {
        self.records.forget_finished_before(time).await
    }

    /// Erases the contacts of deliveries that a person resolved as created more than seven days ago by the servers' clock.
    /// Reads every record once. Such a resolution can still be taken back, without the contact.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached, or a record cannot be read.
    pub async fn erase_resolved_contents(&self) -> Result<(), JournalError> {
        let until = rules::end_of_resolved_contents(self.servers_time());
        self.records.erase_resolved_contents(until).await
    }

    /// Returns the time by the servers' clock.
    pub(crate) fn servers_time(&self) -> Timestamp {
        self.records.presence.servers_time()
    }

    /// Returns the name by which the others know this holder.
    pub(crate) fn holder(&self) -> &str {
        self.records.presence.holder()
    }

    /// Returns the names of the holders that were heard within the lease.
    pub(crate) async fn living_holders(&self) -> Result<HashSet<String>, JournalError> {
        self.records.presence.living(&self.records.failing).await
    }

    /// Meets every change of a record from that revision on once, in order.
    pub(crate) async fn changes_since(
        &self,
        revision: u64,
        meet: impl FnMut(RecordChange<'_>),
    ) -> Result<(), JournalError> {
        self.records.changes_since(revision, meet).await
    }

    /// Returns the record of that key in the bucket, with its revision.
    pub(crate) async fn record_of(&self, key: &str) -> Result<Option<(Record, u64)>, JournalError> {
        let version = self.records.read_value(key).await?;
        Ok(version.map(|version| (version.record, version.revision)))
    }

    /// Waits for the settlements that are under way, and tells the others that this holder is gone: what it claimed and did not
    /// settle is interrupted at once. Without it they learn it after the lease.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached. They forget this holder after the lease.
    pub async fn leave(&self) -> Result<(), JournalError> {
        self.records.settled(HashMap::is_empty).await;
        self.records.presence.leave(&self.records.failing).await
    }
}

/// Servers that are waited for no longer than a fraction of the lease, within which all must be told.
pub(crate) fn context(client: async_nats::Client, lease: Duration) -> Context {
    let answer = longest_answer(lease);
    ContextBuilder::new().timeout(answer).ack_timeout(answer).build(client)
}

/// Returns the longest time that one answer of the servers is waited for.
fn longest_answer(lease: Duration) -> Duration {
    (lease / 8).clamp(SHORTEST_ANSWER, LONGEST_ANSWER)
}

#[async_trait]
impl Journal for JetStreamJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        self.records.settled(|settling| !settling.contains_key(key)).await;
        Ok(self.records.read(key).await?.map(|version| version.record))
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        self.records.settled(|settling| !settling.contains_key(&claim.key)).await;
        self.records.claim(claim.clone()).await.map_err(|unclaimed| {
            if unclaimed.is_sent {
                // It may reach the servers yet, and would keep everybody from the delivery.
                drop(self.settle(Settlement::withdrawing(claim)));
            }
            unclaimed.error
        })
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        let records = Arc::clone(&self.records);
        let key = settlement.key.clone();
        records.settles(&key);
        let settling = tokio::spawn(async move {
            let settled = records.settle(settlement).await;
            records.has_settled(&key);
            settled
        });
        let failing = self.records.failing.clone();
        async move { settling.await.unwrap_or_else(|error| Err(failing.unreachable(&error))) }.boxed()
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
        let identifying = Arc::clone(&self.people).identify(request, Arc::clone(&self.records));
        let identifying = tokio::spawn(identifying);
        let failing = self.records.failing.clone();
        async move { identifying.await.unwrap_or_else(|error| Err(failing.unreachable(&error))) }.boxed()
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
        self.records.settled(|settling| !settling.contains_key(key)).await;
        Ok(self.records.read(key).await?.map(|version| version.record.story).unwrap_or_default())
    }

    fn run(&self) -> Option<Arc<Run>> {
        self.run.clone()
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.records.settled(HashMap::is_empty).await;
        self.records.list(selection).await
    }

    fn page(&self) -> u32 {
        PAGE
    }

    /// Returns the servers' time, whatever the clock of this machine shows: never later than it is there, and earlier by at most
    /// the time that a write took lately, which is less than five seconds.
    fn now(&self, _clock: &dyn Clock) -> Stamp {
        Stamp::from_time(self.servers_time())
    }

    fn holds(&self, ticket: ClaimId) -> bool {
        self.records.holds(ticket)
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
