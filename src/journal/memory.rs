//! A journal that lasts as long as its process.
//!
//! Its rule: everything but durability is as in every journal, so that what is tested on it holds on the others.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::ready;
use rusqlite::Connection;
use unicontact_providers::DeliveryKey;

use super::record::{Claim, Claimed, Record, Resolution, Selection, Settlement};
use super::story::{Act, Run, Story};
use super::{IdentifyRequest, Identifying, Journal, JournalError, JournalErrorKind, Settling, people, rules};
use crate::bulk::Counts;
use crate::identity::rules::Deliveries;
use crate::identity::{Identification, IdentityKey};

/// A journal in memory, for tests and for programs that keep the record elsewhere.
#[derive(Debug)]
pub struct MemoryJournal {
    records: Mutex<Records>,
    run: Option<Arc<Run>>,
    /// Opened for the first contact.
    people: OnceLock<Result<Mutex<Connection>, JournalError>>,
    identity_key: IdentityKey,
}

#[derive(Debug, Default)]
struct Records {
    by_key: HashMap<DeliveryKey, Record>,
    /// The providers of all records.
    providers: BTreeSet<String>,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        // The key is as secret as the memory that holds it.
        let identity_key = IdentityKey::from_bytes([0; IdentityKey::LENGTH]);
        Self { records: Mutex::default(), run: None, people: OnceLock::new(), identity_key }
    }
}

impl MemoryJournal {
    /// Returns the journal, whose deliveries belong to `run` from now on.
    #[must_use]
    pub fn with_run(self, run: Run) -> Self {
        Self { run: Some(Arc::new(run)), ..self }
    }

    /// What another process would find after this one had ended: what is claimed is interrupted.
    pub fn reopen(&self) {
        let mut records = self.records();
        for record in records.by_key.values_mut() {
            *record = rules::orphan(record.clone());
        }
    }

    fn identified(&self, request: &IdentifyRequest) -> Result<Identification, JournalError> {
        self.with_people(|people, deliveries| people::identify(people, &request.identity, deliveries))
    }

    fn recognized(&self, request: &IdentifyRequest) -> Result<Identification, JournalError> {
        self.with_people(|people, deliveries| people::recognize(people, &request.identity, deliveries))
    }

    fn with_people(
        &self,
        ask: impl FnOnce(&Connection, &mut Recorded<'_>) -> rusqlite::Result<Identification>,
    ) -> Result<Identification, JournalError> {
        let open = || {
            let connection = Connection::open_in_memory().and_then(|connection| {
                connection.execute_batch(people::TABLES)?;
                Ok(connection)
            });
            connection.map(Mutex::new).map_err(broken)
        };
        let people = self.people.get_or_init(open).as_ref().map_err(Clone::clone)?;
        let people = people.lock().unwrap_or_else(PoisonError::into_inner);
        let mut deliveries = Recorded { records: &self.records() };
        ask(&people, &mut deliveries).map_err(broken)
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_if_any(records: &mut Records, record: Option<Record>) -> bool {
    let is_any = record.is_some();
    if let Some(record) = record {
        write(records, record);
    }
    is_any
}

fn broken(_: rusqlite::Error) -> JournalError {
    JournalError::new("the journal in memory", JournalErrorKind::Broken)
}

/// The deliveries to all providers.
struct Recorded<'a> {
    records: &'a Records,
}

impl Deliveries for Recorded<'_> {
    type Error = rusqlite::Error;

    fn may_be_at_vendor(&mut self, contact: &str) -> rusqlite::Result<bool> {
        let key = |provider: &String| DeliveryKey::from_contact_key(provider, contact.to_owned());
        let Records { by_key, providers } = self.records;
        let mut records = providers.iter().filter_map(|provider| by_key.get(&key(provider)));
        Ok(records.any(Record::may_be_at_vendor))
    }

    fn may_be_at_vendor_as(&mut self, contact: &str, _fingerprint: &str) -> rusqlite::Result<bool> {
        self.may_be_at_vendor(contact)
    }

    fn have_unknown_people(&self) -> bool {
        false
    }
}

fn write(records: &mut Records, mut record: Record) {
    if record.number == 0 {
        record.number = u64::try_from(records.by_key.len()).unwrap_or(u64::MAX).saturating_add(1);
    }
    if !records.providers.contains(record.key.provider()) {
        records.providers.insert(record.key.provider().to_owned());
    }
    records.by_key.insert(record.key.clone(), record);
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        Ok(self.records().by_key.get(key).cloned())
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, JournalError> {
        let mut records = self.records();
        let known = records.by_key.get(&claim.key).cloned();
        let (claimed, record) = rules::claim(known, claim);
        if let Some(record) = record {
            write(&mut records, record);
        }
        Ok(claimed)
    }

    fn settle(&self, settlement: Settlement) -> Settling {
        let mut records = self.records();
        let known = records.by_key.get(&settlement.key);
        let rules::Settled { outcome, record } = rules::settle(known, settlement);
        if let Some(record) = record {
            write(&mut records, record);
        }
        ready(Ok(outcome)).boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        let mut records = self.records();
        let resolved = rules::resolve(records.by_key.get(key).cloned(), resolution, act);
        Ok(write_if_any(&mut records, resolved))
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        let mut records = self.records();
        let reopened = rules::reopen(records.by_key.get(key).cloned(), act);
        Ok(write_if_any(&mut records, reopened))
    }

    async fn story(&self, key: &DeliveryKey) -> Result<Story, JournalError> {
        Ok(self.records().by_key.get(key).map(|record| record.story.clone()).unwrap_or_default())
    }

    fn run(&self) -> Option<Arc<Run>> {
        self.run.clone()
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        let mut records = self.records();
        let forgotten = rules::forget(records.by_key.get(key).cloned());
        Ok(write_if_any(&mut records, forgotten))
    }

    async fn totals(&self) -> Result<Option<BTreeMap<String, Counts>>, JournalError> {
        let mut totals: BTreeMap<String, Counts> = BTreeMap::new();
        for record in self.records().by_key.values() {
            totals.entry(record.key.provider().to_owned()).or_default().add(record.outcome());
        }
        Ok(Some(totals))
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        Some(&self.identity_key)
    }

    fn identify(&self, request: IdentifyRequest) -> Identifying {
        ready(self.identified(&request)).boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> Identifying {
        ready(self.recognized(&request)).boxed()
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        let (records, is_included) = (self.records(), selection.condition());
        let mut selected: Vec<Record> =
            records.by_key.values().filter(|record| is_included(record)).cloned().collect();
        selected.sort_by_key(|record| record.number);
        let limit = selection.limit.and_then(|limit| usize::try_from(limit).ok());
        selected.truncate(limit.unwrap_or(usize::MAX));
        Ok(selected)
    }
}
