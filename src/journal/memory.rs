//! A journal in memory.

mod people;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::ready;
use unicontact_providers::DeliveryKey;

pub(crate) use self::people::People;
use super::claim::{Claim, ClaimOutcome};
use super::record::Record;
use super::resolution::{Act, Resolution};
use super::selection::Selection;
use super::settlement::Settlement;
use super::story::{Run, Story};
use super::{IdentifyFuture, IdentifyRequest, Journal, JournalError, SettleFuture, rules};
use crate::counts::Counts;
use crate::identity::rules::Deliveries;
use crate::identity::{Identification, IdentifyBy, IdentityKey};

/// A journal in memory, for tests and for programs that store the records elsewhere. It keeps every rule of
/// [`Journal`] but durability: its records end with the process.
#[derive(Debug)]
pub struct MemoryJournal {
    state: Mutex<State>,
    run: Option<Arc<Run>>,
    identity_key: IdentityKey,
}

#[derive(Debug, Default)]
struct State {
    records: Records,
    people: People,
    method: Option<IdentifyBy>,
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
        Self { state: Mutex::default(), run: None, identity_key }
    }
}

impl MemoryJournal {
    /// Sets the run to which the deliveries through this journal belong from now on.
    #[must_use]
    pub fn with_run(self, run: Run) -> Self {
        Self { run: Some(Arc::new(run)), ..self }
    }

    /// Marks every claim as interrupted, as the next process finds a stored journal after this one has ended.
    pub fn reopen(&self) {
        for record in self.state().records.by_key.values_mut() {
            *record = rules::interrupt(record.clone());
        }
    }

    fn identify_now(&self, request: &IdentifyRequest) -> Identification {
        let State { records, people, .. } = &mut *self.state();
        let Ok(identification) = people.identify(&request.identity, &mut RecordedDeliveries { records });
        identification
    }

    fn recognize_now(&self, request: &IdentifyRequest) -> Identification {
        let State { records, people, .. } = &*self.state();
        let Ok(identification) = people.recognize(&request.identity, &mut RecordedDeliveries { records });
        identification
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what a record becomes by `change`. Returns whether it changed.
    fn change(&self, key: &DeliveryKey, change: impl FnOnce(Option<Record>) -> Option<Record>) -> bool {
        let records = &mut self.state().records;
        let changed = change(records.by_key.get(key).cloned());
        let is_changed = changed.is_some();
        if let Some(record) = changed {
            records.write(record);
        }
        is_changed
    }
}

impl Records {
    fn write(&mut self, mut record: Record) {
        if record.number == 0 {
            record.number = u64::try_from(self.by_key.len()).unwrap_or(u64::MAX).saturating_add(1);
        }
        if !self.providers.contains(record.key.provider()) {
            self.providers.insert(record.key.provider().to_owned());
        }
        self.by_key.insert(record.key.clone(), record);
    }
}

/// The deliveries to all providers.
struct RecordedDeliveries<'a> {
    records: &'a Records,
}

impl Deliveries for RecordedDeliveries<'_> {
    type Error = Infallible;

    fn may_be_at_vendor(&mut self, contact: &str) -> Result<bool, Infallible> {
        let key = |provider: &String| DeliveryKey::from_contact_key(provider, contact.to_owned());
        let Records { by_key, providers } = self.records;
        let mut records = providers.iter().filter_map(|provider| by_key.get(&key(provider)));
        Ok(records.any(Record::may_be_at_vendor))
    }

    fn may_be_at_vendor_as(&mut self, contact: &str, _fingerprint: &str) -> Result<bool, Infallible> {
        self.may_be_at_vendor(contact)
    }

    fn have_unknown_people(&self) -> bool {
        false
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        Ok(self.state().records.by_key.get(key).cloned())
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        let records = &mut self.state().records;
        let known = records.by_key.get(&claim.key).cloned();
        let (outcome, record) = rules::claim(known, claim);
        if let Some(record) = record {
            records.write(record);
        }
        Ok(outcome)
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        let records = &mut self.state().records;
        let known = records.by_key.get(&settlement.key);
        let rules::Settled { outcome, record } = rules::settle(known, settlement);
        if let Some(record) = record {
            records.write(record);
        }
        ready(Ok(outcome)).boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        Ok(self.change(key, |known| rules::resolve(known, resolution, act)))
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        Ok(self.change(key, |known| rules::reopen(known, act)))
    }

    async fn story(&self, key: &DeliveryKey) -> Result<Story, JournalError> {
        Ok(self.state().records.by_key.get(key).map(|record| record.story.clone()).unwrap_or_default())
    }

    fn run(&self) -> Option<Arc<Run>> {
        self.run.clone()
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        Ok(self.change(key, rules::forget))
    }

    async fn totals(&self) -> Result<Option<BTreeMap<String, Counts>>, JournalError> {
        let mut totals: BTreeMap<String, Counts> = BTreeMap::new();
        for record in self.state().records.by_key.values() {
            totals.entry(record.key.provider().to_owned()).or_default().add(record.outcome());
        }
        Ok(Some(totals))
    }

    async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        Ok(self.state().method)
    }

    async fn set_identify_by(&self, method: IdentifyBy) -> Result<(), JournalError> {
        self.state().method = Some(method);
        Ok(())
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        Some(&self.identity_key)
    }

    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        ready(Ok(self.identify_now(&request))).boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        ready(Ok(self.recognize_now(&request))).boxed()
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        let (state, is_included) = (self.state(), selection.condition());
        let mut selected: Vec<Record> =
            state.records.by_key.values().filter(|record| is_included(record)).cloned().collect();
        selected.sort_by_key(|record| record.number);
        let limit = selection.limit.and_then(|limit| usize::try_from(limit).ok());
        selected.truncate(limit.unwrap_or(usize::MAX));
        Ok(selected)
    }
}
