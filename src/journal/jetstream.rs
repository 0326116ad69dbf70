//! The journal on NATS `JetStream`, where many machines reach it.
//!
//! Its rule: every write names the revision that it replaces, so that of two that are made from the same record one is
//! refused; whoever is refused reads and decides anew. What a write has done whose acknowledgement was lost is read, never
//! guessed.
//!
//! A record is a value of a bucket; a claim is a create, or an update at the revision that was read, and a settlement an update at
//! that of the claim. Every journal that is opened is a holder with a lease: a claim of a holder that the servers have not
//! heard for so long is interrupted for the others.

mod buckets;
mod failure;
mod presence;
mod stored;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use async_nats::jetstream::{self, consumer};
use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio::sync::watch;
use unicontact_providers::DeliveryKey;

use self::buckets::Buckets;
use self::failure::Failing;
use self::presence::Presence;
use super::record::{Claim, Claimed, Record, Resolution, Selection, Settlement, Standing, Ticket};
use super::{Journal, JournalError, JournalErrorKind, Settling, rules};

/// So often a write is made anew that another one came before, or whose acknowledgement did not come.
const TRIES: u32 = 8;
/// Every list reads the whole bucket; so many records are some tens of MiB while they hold their contacts.
const PAGE: u32 = 20_000;

/// How a journal is kept on `JetStream`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JetStreamOptions {
    /// The bucket of the records; that of the holders is called `<name>_holders`. Letters, digits, `-` and `_`.
    pub name: String,
    /// How many servers keep each record: 1, 3 or 5. Used when the buckets are made; they are never altered.
    pub replicas: usize,
    /// How long a holder that is not heard is taken to live. More than twice the longest attempt.
    pub lease: Duration,
}

impl Default for JetStreamOptions {
    fn default() -> Self {
        Self { name: "unicontact".to_owned(), replicas: 1, lease: Duration::from_mins(2) }
    }
}

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
pub struct JetStreamJournal(Arc<Inner>);

struct Inner {
    records: Store,
    presence: Presence,
    failing: Failing,
    warning: Option<&'static str>,
    /// The claims of this holder and the revisions that they were written as.
    claims: Mutex<HashMap<u64, (Record, u64)>>,
    /// How many settlements of each delivery are under way.
    settling: watch::Sender<HashMap<DeliveryKey, usize>>,
}

/// What came of a write.
enum Written {
    /// It is kept as this revision.
    As(u64),
    /// Something else was written before.
    Refused,
}

impl JetStreamJournal {
    /// Opens the journal, and makes its buckets if there are none. Needs a Tokio runtime, which says that this
    /// holder lives.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached or are too old, or the buckets are not as they must be; they were left as they are.
    pub async fn open(client: async_nats::Client, options: JetStreamOptions) -> Result<Self, JournalError> {
        let failing = Failing::at(&options.name);
        let context = jetstream::new(client);
        let Buckets { records, holders, warning } = Buckets::open(&context, &options, &failing).await?;
        let holder = format!("{:016x}{:08x}", RandomState::new().hash_one(0), std::process::id());
        let presence = Presence::enter(holder, holders, options.lease, &failing).await?;
        Ok(Self(Arc::new(Inner {
            records,
            presence,
            failing,
            warning,
            claims: Mutex::default(),
            settling: watch::Sender::new(HashMap::new()),
        })))
    }

    /// What a person should know before relying on these servers.
    pub fn warning(&self) -> Option<&'static str> {
        self.0.warning
    }

    /// Waits for the settlements that are under way, and tells the others that this holder is gone: what it claimed and did not
    /// settle is interrupted at once. Without it they learn it after the lease.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached. They forget this holder after the lease.
    pub async fn leave(&self) -> Result<(), JournalError> {
        self.0.settled(HashMap::is_empty).await;
        self.0.presence.leave(&self.0.failing).await
    }
}

impl Inner {
    fn claims(&self) -> MutexGuard<'_, HashMap<u64, (Record, u64)>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what this holder settles. What was asked for before is told.
    async fn settled(&self, is_settled: impl FnMut(&HashMap<DeliveryKey, usize>) -> bool) {
        // The sender lives as long as this journal.
        let _ = self.settling.subscribe().wait_for(is_settled).await;
    }

    fn settles(&self, key: &DeliveryKey) {
        self.settling.send_modify(|settling| *settling.entry(key.clone()).or_default() += 1);
    }

    fn has_settled(&self, key: &DeliveryKey) {
        self.settling.send_modify(|settling| {
            if let Some(count) = settling.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    settling.remove(key);
                }
            }
        });
    }

    /// The record as it counts now, with its revision.
    async fn read(&self, key: &DeliveryKey) -> Result<Option<(Record, u64)>, JournalError> {
        let entry = self.records.entry(stored::key_of(key)).await;
        let entry = entry.map_err(|error| self.failing.unreachable(&error))?;
        let Some(entry) = entry.filter(|entry| entry.operation == Operation::Put) else {
            return Ok(None);
        };
        let held = stored::read(&entry.value, entry.revision).map_err(|why| self.failing.of_value(why))?;
        let is_held = match &held.holder {
            Some(holder) => self.presence.lives(holder, &self.failing).await?,
            None => true,
        };
        Ok(Some((held.counting(is_held), entry.revision)))
    }

    /// Writes the record in the place of that revision; 0 is none.
    async fn write(&self, record: &Record, revision: u64) -> Result<Written, JournalError> {
        let value = stored::written(record, self.presence.holder());
        let written = self.records.update(stored::key_of(&record.key), value.into(), revision).await;
        match written {
            Ok(revision) => Ok(Written::As(revision)),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(Written::Refused),
            Err(error) => Err(self.failing.unreachable(&error)),
        }
    }

    /// Writes it, and where no acknowledgement comes once more: what was written by the first try refuses the second.
    async fn write_surely(&self, record: &Record, revision: u64) -> Result<Written, JournalError> {
        match self.write(record, revision).await {
            Err(_) => self.write(record, revision).await,
            written => written,
        }
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, JournalError> {
        let mut known: Option<(Record, u64)> = None;
        let mut answered: Option<Claimed> = None;
        for _ in 0..TRIES {
            if !self.presence.is_sure() {
                return Err(self.failing.of(JournalErrorKind::Unreachable).with_detail(UNHEARD));
            }
            let is_ours =
                known.as_ref().is_some_and(|(it, _)| it.standing == Standing::Claimed(claim.ticket));
            if let Some(claimed) = answered.take().filter(|_| is_ours) {
                self.claims().extend(known.map(|held| (claim.ticket.number(), held)));
                return Ok(claimed);
            }
            let (record, revision) = known.map_or((None, 0), |(record, revision)| (Some(record), revision));
            let (claimed, record) = rules::claim(record, claim.clone());
            let Some(record) = record else { return Ok(claimed) };
            if let Written::As(revision) = self.write_surely(&record, revision).await? {
                let number = if record.number == 0 { revision } else { record.number };
                self.claims().insert(claim.ticket.number(), (Record { number, ..record }, revision));
                return Ok(claimed);
            }
            answered = Some(claimed);
            known = self.read(&claim.key).await?;
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), JournalError> {
        let claimed = settlement.ticket.and_then(|ticket: Ticket| self.claims().remove(&ticket.number()));
        let mut known = match claimed {
            Some(claimed) => Some(claimed),
            None => self.read(&settlement.key).await?,
        };
        for _ in 0..TRIES {
            let (record, revision) = known.as_ref().map_or((None, 0), |(it, revision)| (Some(it), *revision));
            let Some(record) = rules::settle(record, settlement.clone()) else { return Ok(()) };
            if let Written::As(_) = self.write_surely(&record, revision).await? {
                return Ok(());
            }
            known = self.read(&settlement.key).await?;
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        at: Timestamp,
    ) -> Result<bool, JournalError> {
        for _ in 0..TRIES {
            let Some((record, revision)) = self.read(key).await? else { return Ok(false) };
            let Some(record) = rules::resolve(Some(record), resolution.clone(), at) else { return Ok(false) };
            if let Written::As(_) = self.write(&record, revision).await? {
                return Ok(true);
            }
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }

    /// The first of those that are asked for. What is read is not kept beyond the limit.
    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        let living = self.presence.living(&self.failing).await?;
        let limit = selection.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let mut selected = BTreeMap::new();
        let latest = consumer::pull::OrderedConfig {
            deliver_policy: consumer::DeliverPolicy::LastPerSubject,
            filter_subject: format!("{}>", self.records.prefix),
            ..Default::default()
        };
        let consumer = self.records.stream.create_consumer(latest).await;
        let mut consumer = consumer.map_err(|error| self.failing.unreachable(&error))?;
        let info = consumer.info().await.map_err(|error| self.failing.unreachable(&error))?;
        let mut left = info.num_pending;
        let messages = consumer.messages().await;
        let mut messages = messages.map_err(|error| self.failing.unreachable(&error))?;
        while left > 0 {
            let Some(message) = messages.next().await else {
                return Err(self.failing.of(JournalErrorKind::Unreachable).with_detail(BROKEN_OFF));
            };
            let message = message.map_err(|error| self.failing.unreachable(&error))?;
            let info = message.info().map_err(|error| self.failing.unreachable(&*error))?;
            let revision = info.stream_sequence;
            left = info.pending;
            if message.payload.is_empty() {
                continue;
            }
            let held = stored::read(&message.payload, revision).map_err(|why| self.failing.of_value(why))?;
            let is_held = held.holder.as_ref().is_none_or(|holder| living.contains(holder));
            let record = held.counting(is_held);
            if selection.includes(&record) {
                selected.insert(record.number, record);
                if selected.len() > limit {
                    selected.pop_last();
                }
            }
        }
        Ok(selected.into_values().collect())
    }
}

const BROKEN_OFF: &str = "the list of records broke off";
const UNHEARD: &str = "this process was not heard for half a lease, and others may soon take it for gone";

#[async_trait]
impl Journal for JetStreamJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        self.0.settled(|settling| !settling.contains_key(key)).await;
        Ok(self.0.read(key).await?.map(|(record, _)| record))
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, JournalError> {
        self.0.settled(|settling| !settling.contains_key(&claim.key)).await;
        self.0.claim(claim).await
    }

    fn settle(&self, settlement: Settlement) -> Settling {
        let inner = Arc::clone(&self.0);
        let key = settlement.key.clone();
        inner.settles(&key);
        let settling = tokio::spawn(async move {
            let settled = inner.settle(settlement).await;
            inner.has_settled(&key);
            settled
        });
        let failing = self.0.failing.clone();
        async move { settling.await.unwrap_or_else(|error| Err(failing.unreachable(&error))) }.boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        at: Timestamp,
    ) -> Result<bool, JournalError> {
        self.0.settled(|settling| !settling.contains_key(key)).await;
        self.0.resolve(key, resolution, at).await
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.0.settled(HashMap::is_empty).await;
        self.0.list(selection).await
    }

    fn page(&self) -> u32 {
        PAGE
    }

    fn holds(&self) -> bool {
        self.0.presence.is_sure()
    }
}

impl fmt::Debug for JetStreamJournal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JetStreamJournal")
            .field("bucket", &self.0.records.name)
            .finish_non_exhaustive()
    }
}
