//! The records of deliveries, read and written.
//!
//! Its rule: every write names the revision that it replaces, so that of two that are made from the same record one is
//! refused; whoever is refused reads and decides anew. What a write has done whose acknowledgement was lost is read, never
//! guessed.
//!
//! Servers that choose another leader give no answer for some seconds. A claim waits for them a while; a settlement for as long as
//! nobody else may settle in its stead.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::watch;
use unicontact_providers::DeliveryKey;

use super::failure::ErrorContext;
use super::patience::Patience;
use super::presence::{Presence, Tenure};
use super::stored;
use crate::journal::record::{Claim, ClaimId, Claimed, Record, RecordState, SettleOutcome, Settlement};
use crate::journal::{JournalError, JournalErrorKind, rules};

/// So often a write is made anew that another one came before.
const TRIES: u32 = 8;
/// How long is waited for servers that give no answer, before a claim or a look fails.
const PATIENCE: Duration = Duration::from_secs(5);
const UNHEARD: &str = "this process was not heard for half a lease, and others may soon take it for gone";

/// The records, and what this holder does with them.
pub(super) struct Records {
    pub(super) store: Store,
    pub(super) presence: Presence,
    pub(super) failing: ErrorContext,
    /// The claims of this holder that are under way.
    claims: Mutex<HashMap<u64, OwnClaim>>,
    /// How many settlements of each delivery are under way.
    settling: watch::Sender<HashMap<DeliveryKey, usize>>,
}

/// A claim of this holder.
struct OwnClaim {
    /// The one in which it was asked for.
    tenure: Tenure,
    /// Whether the servers may have it, or get it yet.
    is_sent: bool,
    /// What was granted, until it is settled.
    granted: Option<Version>,
}

/// A record as the servers keep it.
#[derive(Clone)]
pub(super) struct Version {
    /// As it counts now: a claim whose holder is gone is interrupted.
    pub(super) record: Record,
    /// How it stands on the servers.
    stored: RecordState,
    /// Who holds its claim there.
    holder: Option<String>,
    pub(super) revision: u64,
}

/// A claim that came to nothing.
pub(super) struct Unclaimed {
    pub(super) error: JournalError,
    /// Whether the servers may have it nevertheless, or get it yet. Then it is this holder's until it is settled.
    pub(super) is_sent: bool,
}

/// What came of a write.
pub(super) enum Written {
    /// It is kept as this revision.
    As(u64),
    /// Something else was written before.
    Refused,
}

impl Records {
    pub(super) fn new(store: Store, presence: Presence, failing: ErrorContext) -> Self {
        let settling = watch::Sender::new(HashMap::new());
        Self { store, presence, failing, claims: Mutex::default(), settling }
    }

    fn claims(&self) -> MutexGuard<'_, HashMap<u64, OwnClaim>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what this holder settles. What was asked for before is told.
    pub(super) async fn settled(&self, is_settled: impl FnMut(&HashMap<DeliveryKey, usize>) -> bool) {
        // The sender lives as long as this journal.
        let _ = self.settling.subscribe().wait_for(is_settled).await;
    }

    pub(super) fn settles(&self, key: &DeliveryKey) {
        self.settling.send_modify(|settling| *settling.entry(key.clone()).or_default() += 1);
    }

    pub(super) fn has_settled(&self, key: &DeliveryKey) {
        self.settling.send_modify(|settling| {
            if let Some(count) = settling.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    settling.remove(key);
                }
            }
        });
    }

    /// Whether a claim of this holder is one that it still means to settle.
    pub(super) fn is_held_here(&self, standing: RecordState) -> bool {
        matches!(standing, RecordState::Claimed(ticket) if self.claims().contains_key(&ticket.number()))
    }

    /// Whether nobody else can have this claim, or get it while an attempt that begins now is under way.
    pub(super) fn holds(&self, ticket: ClaimId) -> bool {
        let tenure = self.presence.tenure();
        tenure.is_some() && self.claims().get(&ticket.number()).map(|claim| claim.tenure) == tenure
    }

    /// The record as it counts now, with its revision.
    pub(super) async fn read(&self, key: &DeliveryKey) -> Result<Option<Version>, JournalError> {
        self.read_value(&stored::key_of(key)).await
    }

    /// The same, by its key in the bucket.
    pub(super) async fn read_value(&self, key: &str) -> Result<Option<Version>, JournalError> {
        self.read_patiently(key, &Patience::of(PATIENCE)).await
    }

    /// Returns whether a vendor has the contact of that key, or may have it; with a fingerprint, as it was sent with that. The
    /// records of all providers count, and those of `providers` also where they were written a moment ago.
    pub(super) async fn may_be_at_vendor(
        &self,
        contact: &str,
        fingerprint: Option<&str>,
        providers: &[String],
    ) -> Result<bool, JournalError> {
        let mut keys = self.keys_of(contact).await?;
        keys.extend(
            providers.iter().map(|it| stored::key_of(&DeliveryKey::from_contact_key(it, contact.to_owned()))),
        );
        let records = try_join_all(keys.iter().map(|key| self.read_value(key))).await?;
        let is_sought = |record: &Record| fingerprint.is_none_or(|it| *record.fingerprint == *it);
        let mut records = records.iter().flatten().map(|version| &version.record);
        Ok(records.any(|record| record.may_be_at_vendor() && is_sought(record)))
    }

    /// Returns the keys of a contact's records in the bucket, of all providers.
    async fn keys_of(&self, contact: &str) -> Result<BTreeSet<String>, JournalError> {
        let of_any = stored::key_of(&DeliveryKey::from_contact_key("*", contact.to_owned()));
        let subjects = self.store.stream.info_with_subjects(format!("{}{of_any}", self.store.prefix)).await;
        let subjects = subjects.map_err(|error| self.failing.unreachable(&error))?;
        let keys = subjects
            .map_ok(|(subject, _)| subject.strip_prefix(&*self.store.prefix).unwrap_or_default().to_owned());
        keys.try_collect().await.map_err(|error| self.failing.unreachable(&error))
    }

    async fn read_patiently(&self, key: &str, patience: &Patience) -> Result<Option<Version>, JournalError> {
        loop {
            match self.try_read(key).await {
                Err(error) => patience.after(error).await?,
                read => return read,
            }
        }
    }

    async fn try_read(&self, key: &str) -> Result<Option<Version>, JournalError> {
        let entry = self.store.entry(key).await;
        let entry = entry.map_err(|error| self.failing.unreachable(&error))?;
        let Some(entry) = entry.filter(|entry| entry.operation == Operation::Put) else {
            return Ok(None);
        };
        let written_at = Timestamp::from_nanosecond(entry.created.unix_timestamp_nanos());
        let held = stored::read(&entry.value, entry.revision, written_at.unwrap_or(Timestamp::MAX))
            .map_err(|why| self.failing.of_value(why))?;
        let is_held = match (&held.holder, held.record.standing) {
            (Some(holder), standing) if holder == self.presence.holder() => self.is_held_here(standing),
            (Some(holder), _) => self.presence.lives(holder, &self.failing).await?,
            (None, _) => true,
        };
        let (stored, holder) = (held.record.standing, held.holder.clone());
        Ok(Some(Version { record: held.counting(is_held), stored, holder, revision: entry.revision }))
    }

    /// Writes the record of this holder in the place of that revision; 0 is none.
    pub(super) async fn write(&self, record: &Record, revision: u64) -> Result<Written, JournalError> {
        self.write_of(self.presence.holder(), record, revision).await
    }

    /// Writes the record, whose claim `holder` has, in the place of that revision.
    async fn write_of(&self, holder: &str, record: &Record, revision: u64) -> Result<Written, JournalError> {
        let value = stored::written(record, holder);
        let written = self.store.update(stored::key_of(&record.key), value.into(), revision).await;
        match written {
            Ok(revision) => Ok(Written::As(revision)),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(Written::Refused),
            Err(error) => Err(self.failing.unreachable(&error)),
        }
    }

    pub(super) async fn claim(&self, claim: Claim) -> Result<Claimed, Unclaimed> {
        let ticket = claim.ticket.number();
        let granted = self.claims().get(&ticket).and_then(|own| own.granted.clone());
        let granted = granted.filter(|version| version.record.key == claim.key);
        if let Some(granted) = granted {
            // What was granted stays this holder's until it is settled, also where it is not extended.
            let extended = self.extend(&claim, granted).await;
            return extended.map_err(|error| Unclaimed { error, is_sent: false });
        }
        let Some(tenure) = self.presence.tenure() else {
            return Err(Unclaimed { error: self.unheard(), is_sent: false });
        };
        self.claims().insert(ticket, OwnClaim { tenure, is_sent: false, granted: None });
        let claimed = self.try_claim(claim).await;
        let is_granted = matches!(claimed, Ok(Claimed::New | Claimed::Interrupted(_)));
        let is_sent = claimed.is_err() && self.claims().get(&ticket).is_some_and(|claim| claim.is_sent);
        if !is_granted && !is_sent {
            self.claims().remove(&ticket);
        }
        claimed.map_err(|error| Unclaimed { error, is_sent })
    }

    async fn try_claim(&self, claim: Claim) -> Result<Claimed, JournalError> {
        let (ticket, key) = (claim.ticket.number(), stored::key_of(&claim.key));
        let patience = Patience::of(PATIENCE);
        let mut known: Option<Version> = None;
        let mut answered: Option<Claimed> = None;
        let mut tries = 0;
        while tries < TRIES {
            if !self.holds(claim.ticket) {
                return Err(self.unheard());
            }
            let is_ours =
                known.as_ref().is_some_and(|it| it.record.standing == RecordState::Claimed(claim.ticket));
            if let Some(claimed) = answered.take().filter(|_| is_ours) {
                self.granted(ticket, known);
                return Ok(claimed);
            }
            let (record, revision) = known.map_or((None, 0), |it| (Some(it.record), it.revision));
            let (claimed, record) = rules::claim(record, claim.clone());
            let Some(record) = record else { return Ok(claimed) };
            self.note_sent(ticket);
            match self.write(&record, revision).await {
                Ok(Written::As(revision)) => {
                    self.granted(ticket, Some(self.own_version(record, revision)));
                    return Ok(claimed);
                }
                Ok(Written::Refused) => tries += 1,
                Err(error) => patience.after(error).await?,
            }
            // Who holds it may have changed while there was no answer, so that this is asked anew, too.
            answered = Some(claimed);
            known = self.read_patiently(&key, &patience).await?;
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }

    /// Permits attempts for longer by a claim that was granted before, unless another holder has taken it over.
    async fn extend(&self, claim: &Claim, granted: Version) -> Result<Claimed, JournalError> {
        let (ticket, key) = (claim.ticket.number(), stored::key_of(&claim.key));
        let patience = Patience::of(PATIENCE);
        let mut known = Some(granted);
        let mut is_sent = false;
        let mut tries = 0;
        while tries < TRIES {
            if !self.holds(claim.ticket) {
                return Err(self.unheard());
            }
            let own = |it: &Version| it.record.standing == RecordState::Claimed(claim.ticket);
            let Some(version) = known.take().filter(own) else { return Ok(Claimed::Held) };
            if is_sent && version.record.may_send_until == Some(claim.may_send_until) {
                self.granted(ticket, Some(version));
                return Ok(Claimed::Extended);
            }
            let (claimed, record) = rules::claim(Some(version.record), claim.clone());
            let Some(record) = record else { return Ok(claimed) };
            match self.write(&record, version.revision).await {
                Ok(Written::As(revision)) => {
                    self.granted(ticket, Some(self.own_version(record, revision)));
                    return Ok(claimed);
                }
                Ok(Written::Refused) => tries += 1,
                Err(error) => patience.after(error).await?,
            }
            is_sent = true;
            known = self.read_patiently(&key, &patience).await?;
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }

    /// Returns the version that this holder's write made.
    fn own_version(&self, record: Record, revision: u64) -> Version {
        let number = if record.number == 0 { revision } else { record.number };
        Version {
            stored: record.standing,
            record: Record { number, ..record },
            holder: Some(self.presence.holder().to_owned()),
            revision,
        }
    }

    fn note_sent(&self, ticket: u64) {
        if let Some(claim) = self.claims().get_mut(&ticket) {
            claim.is_sent = true;
        }
    }

    fn granted(&self, ticket: u64, granted: Option<Version>) {
        if let Some(claim) = self.claims().get_mut(&ticket) {
            claim.granted = granted;
        }
    }

    fn unheard(&self) -> JournalError {
        self.failing.of(JournalErrorKind::Unreachable).with_detail(UNHEARD)
    }

    pub(super) async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome, JournalError> {
        let ticket = settlement.ticket;
        let claimed =
            ticket.and_then(|ticket: ClaimId| self.claims().get_mut(&ticket.number())?.granted.take());
        let settled = self.try_settle(settlement, claimed).await;
        if let Some(ticket) = ticket {
            self.claims().remove(&ticket.number());
        }
        settled
    }

    async fn try_settle(
        &self,
        settlement: Settlement,
        claimed: Option<Version>,
    ) -> Result<SettleOutcome, JournalError> {
        let key = stored::key_of(&settlement.key);
        let patience = Patience::of(self.presence.lease().max(PATIENCE));
        let mut known = match claimed {
            Some(claimed) => Some(claimed),
            None => self.read_patiently(&key, &patience).await?,
        };
        let mut marked = None;
        let mut tries = 0;
        while tries < TRIES {
            let record = known.as_ref().map(|it| &it.record);
            let overruns = record.map(|record| record.overruns);
            let rules::Settled { outcome, record } = rules::settle(record, settlement.clone());
            // The mark of an attempt without the claim was written by a try without an answer.
            let is_marked = outcome == SettleOutcome::NotHolder && marked.is_some() && marked == overruns;
            let Some(record) = record.filter(|_| !is_marked) else { return Ok(outcome) };
            let written = match &known {
                Some(known) if outcome == SettleOutcome::NotHolder => {
                    marked = Some(record.overruns);
                    self.write_mark(known, record).await
                }
                known => self.write(&record, known.as_ref().map_or(0, |it| it.revision)).await,
            };
            match written {
                Ok(Written::As(_)) => return Ok(outcome),
                Ok(Written::Refused) => tries += 1,
                Err(error) => patience.after(error).await?,
            }
            // What was written by a try without an answer is found here.
            known = self.read_patiently(&key, &patience).await?;
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }

    /// Writes a mark on a record that another holder may have claimed. Its claim stays, also where it is not heard now.
    async fn write_mark(&self, known: &Version, marked: Record) -> Result<Written, JournalError> {
        let marked = Record { standing: known.stored, ..marked };
        let holder = known.holder.as_deref().unwrap_or_else(|| self.presence.holder());
        self.write_of(holder, &marked, known.revision).await
    }

    /// Waits for the settlements of a delivery that are under way, and writes what its record becomes. Returns `false` where it
    /// becomes nothing else.
    pub(super) async fn change(
        &self,
        key: &DeliveryKey,
        changed: impl Fn(Option<Record>) -> Option<Record>,
    ) -> Result<bool, JournalError> {
        self.settled(|settling| !settling.contains_key(key)).await;
        let key = stored::key_of(key);
        for _ in 0..TRIES {
            let Some(Version { record, revision, .. }) = self.read_value(&key).await? else {
                return Ok(false);
            };
            let Some(record) = changed(Some(record)) else { return Ok(false) };
            if let Written::As(_) = self.write(&record, revision).await? {
                return Ok(true);
            }
        }
        Err(self.failing.of(JournalErrorKind::Busy))
    }
}
