//! Finds the person of a contact, or registers it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::{try_join, try_join_all};

use super::super::records::RecordStore;
use super::super::retry_budget::RetryBudget;
use super::unfinished::{ReadTime, UnfinishedRegistration, UnfinishedRegistrations};
use super::values::{
    IndexEntry, PersonRef, PersonState, RegisteredPerson, entry_keys, hash_key, person_hash, person_key,
};
use super::{People, PersonValue, random_number};
use crate::identity::rules::{self, Candidates, Decision, Deliveries, Person};
use crate::identity::{Identification, Identity, Recognition};
use crate::journal::{IdentifyRequest, JournalError, JournalErrorKind};

/// How long requests are retried that the servers do not answer.
const RETRY_LIMIT: Duration = Duration::from_secs(5);
/// How long one contact is retried after conflicts with other registrations.
const CONFLICT_LIMIT: Duration = Duration::from_secs(30);
/// The time between two tries after a conflict.
const PAUSE: Duration = Duration::from_millis(10);

/// The identification of one contact.
pub(super) struct IdentifyOperation<'a> {
    people: &'a People,
    records: &'a RecordStore,
    request: &'a IdentifyRequest,
    /// The number of the registration, if the person is new.
    registration: u64,
    unfinished: UnfinishedRegistrations,
}

/// The index entries of a contact, and the people to which they refer.
struct IndexLookup {
    entries: Vec<IndexEntry>,
    /// The values of these people, and of the person with the contact's own key, by the hashes of their keys.
    people: HashMap<String, PersonValue>,
}

impl<'a> IdentifyOperation<'a> {
    pub(super) fn new(
        people: &'a People,
        records: &'a RecordStore,
        request: &'a IdentifyRequest,
        registration: u64,
    ) -> Self {
        Self { people, records, request, registration, unfinished: UnfinishedRegistrations::new() }
    }

    /// Returns the person of the contact, and registers it if it is new.
    pub(super) async fn run(mut self) -> Result<Identification, JournalError> {
        let (start, budget) = (Instant::now(), RetryBudget::new(RETRY_LIMIT));
        loop {
            match self.try_identify().await {
                Ok(Some(identification)) => return Ok(identification),
                Ok(None) if start.elapsed() < CONFLICT_LIMIT => tokio::time::sleep(PAUSE).await,
                Ok(None) => return Err(self.people.errors.error(JournalErrorKind::Busy)),
                Err(error) => budget.wait_after(error).await?,
            }
        }
    }

    /// Returns the person of the contact, and writes nothing.
    pub(super) async fn recognize(self) -> Result<Identification, JournalError> {
        let decision = RetryBudget::new(RETRY_LIMIT).retry(|| self.try_recognize()).await?;
        Ok(decision.identification())
    }

    async fn try_recognize(&self) -> Result<Decision, JournalError> {
        let lookup = self.look_up().await?;
        self.decide(self.candidates(&lookup)).await
    }

    fn identity(&self) -> &'a Identity {
        &self.request.identity
    }

    /// Returns the person of the contact, or `None` after a conflict with another registration.
    async fn try_identify(&mut self) -> Result<Option<Identification>, JournalError> {
        let lookup = self.look_up().await?;
        if self.has_unfinished(&lookup).await? {
            return Ok(None);
        }
        let decision = self.decide(self.candidates(&lookup)).await?;
        self.write(&lookup, decision).await
    }

    /// Reads the index entries of the contact, and then the people to which they refer.
    async fn look_up(&self) -> Result<IndexLookup, JournalError> {
        let key = &self.people.identity_key;
        let own = person_hash(&self.identity().new_key, key);
        let entries = entry_keys(self.identity(), key).into_iter().map(|key| self.people.index_entry(key));
        let (entries, own_person) = try_join(try_join_all(entries), self.people.person(&own)).await?;
        let mut hashes: Vec<&String> =
            entries.iter().flat_map(|entry| &entry.references).map(|it| &it.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.retain(|hash| **hash != own);
        let referenced = try_join_all(hashes.into_iter().map(async |hash| {
            let person = self.people.person(hash).await?;
            Ok::<_, JournalError>((hash.clone(), person))
        }));
        let mut people: HashMap<String, PersonValue> = referenced.await?.into_iter().collect();
        people.insert(own, own_person);
        Ok(IndexLookup { entries, people })
    }

    /// Returns whether another process is registering one of the people. Voids the registrations that a killed process left.
    async fn has_unfinished(&mut self, lookup: &IndexLookup) -> Result<bool, JournalError> {
        let unfinished: Vec<UnfinishedRegistration> = lookup.unfinished_except(self.registration).collect();
        let time = ReadTime { local: Instant::now(), of_servers: self.records.lease.servers_time() };
        let mut abandoned: HashMap<String, Vec<u64>> = HashMap::new();
        for reference in self.unfinished.abandoned(&unfinished, time) {
            abandoned.entry(reference.hash).or_default().push(reference.registration);
        }
        for (hash, registrations) in abandoned {
            let Some(person) = lookup.people.get(&hash) else { continue };
            let void = person.state.voiding(registrations);
            // On a conflict a registration has completed, or was voided, meanwhile.
            self.people.write(&person_key(&hash), void.to_bytes(), person.revision).await?;
        }
        Ok(!unfinished.is_empty())
    }

    fn candidates(&self, lookup: &IndexLookup) -> Candidates {
        let identity = self.identity();
        let people_of = |hashes: &[u64]| -> Vec<Person> {
            let entries = hashes.iter().filter_map(|hash| lookup.entry(&hash_key(*hash)));
            entries.flat_map(|entry| lookup.people(entry)).cloned().collect()
        };
        let decisive = people_of(&identity.decisive);
        let by_id = identity.external_id.as_deref().and_then(|id| {
            let entry = lookup.entries.iter().find(|entry| entry.is_of_id());
            let referenced = entry.into_iter().flat_map(|entry| lookup.people(entry));
            let mut all = referenced.chain(&decisive);
            all.find(|person| match &person.external_id {
                Some(other) => other == id,
                // A process wrote the reference of the id, and was killed before it gave the id to the person.
                None => {
                    entry.is_some_and(|entry| lookup.people(entry).any(|it| it == *person))
                        && person.traits.agrees_with(&identity.traits)
                }
            })
            .map(|person| Person { external_id: Some(id.to_owned()), ..person.clone() })
        });
        if by_id.as_ref().is_some_and(|person| person.traits.agrees_with(&identity.traits)) {
            return Candidates { by_id, ..Candidates::default() };
        }
        let by_number = people_of(&identity.by_number);
        Candidates { by_id, decisive, by_number }
    }

    /// Applies the rule, and reads the deliveries that it asks for until it has all of them.
    async fn decide(&self, candidates: Candidates) -> Result<Decision, JournalError> {
        let mut deliveries =
            DeliveryCache { has_unknown_people: !self.people.is_complete, may_be_at_vendor: HashMap::new() };
        loop {
            match rules::decide(self.identity(), &candidates, &mut deliveries) {
                Ok(decision) => return Ok(decision),
                Err(CacheMiss(query)) => {
                    let fingerprint = query.fingerprint.as_deref();
                    let providers = &self.request.providers;
                    let answer =
                        self.records.may_be_at_vendor(&query.contact, fingerprint, providers).await?;
                    deliveries.may_be_at_vendor.insert(query, answer);
                }
            }
        }
    }

    /// Writes the decision to the index entries and the person. Returns `None` after a conflict.
    async fn write(
        &mut self,
        lookup: &IndexLookup,
        decision: Decision,
    ) -> Result<Option<Identification>, JournalError> {
        let mut identification = decision.identification();
        let (person, is_new) = match decision {
            // Without index entries the contact is recognized by its content only, and its key is a hash of that.
            Decision::New(_) if lookup.entries.is_empty() => return Ok(Some(identification)),
            Decision::New(person) => (person, true),
            Decision::Known { person, .. } => (person, false),
            Decision::Contradicted(_) | Decision::Other(_) => {
                let is_written = self.write_entries(lookup, None, false).await?;
                return Ok(is_written.then_some(identification));
            }
        };
        let hash = person_hash(&person.contact, &self.people.identity_key);
        let current = match lookup.people.get(&hash) {
            Some(current) => current.clone(),
            None => self.people.person(&hash).await?,
        };
        let Some(registered) = self.registered(&current, person, is_new) else { return Ok(None) };
        let reference = PersonRef { hash, registration: registered.registration };
        // The id of another person, which was never delivered, stays with that person.
        let takes_id = is_new || registered.person.external_id == self.identity().external_id;
        if !self.write_entries(lookup, Some(&reference), takes_id).await? {
            return Ok(None);
        }
        let is_unchanged = matches!(&current.state, PersonState::Registered(stored) if *stored == registered);
        if !is_unchanged {
            let value = PersonState::Registered(registered).to_bytes();
            if !self.people.write(&person_key(&reference.hash), value, current.revision).await? {
                return Ok(None);
            }
        }
        // If the person has this registration, it is new, even if an earlier try without an answer wrote it.
        let is_own = reference.registration == self.registration;
        if let Identification::Person { recognition, .. } = &mut identification
            && is_own
        {
            *recognition = Recognition::New;
        }
        Ok(Some(identification))
    }

    /// Returns the new value of the person. Returns `None` and takes another number if this registration was voided.
    fn registered(
        &mut self,
        current: &PersonValue,
        person: Person,
        is_new: bool,
    ) -> Option<RegisteredPerson> {
        match &current.state {
            PersonState::Registered(stored) => {
                let mut registered = stored.clone();
                if is_new {
                    // The index did not find this person, but it has the key that the contact would get.
                    registered.person.traits.add(&person.traits);
                    registered.person.external_id =
                        registered.person.external_id.take().or(person.external_id);
                } else {
                    registered.person = person;
                }
                Some(registered)
            }
            PersonState::Void { registrations } if registrations.contains(&self.registration) => {
                self.registration = random_number();
                None
            }
            PersonState::Void { .. } | PersonState::Empty => {
                Some(RegisteredPerson { person, registration: self.registration })
            }
        }
    }

    /// Writes a reference to all index entries of the contact, to that of its id only with `takes_id`. Without a reference, removes
    /// those of this registration. Returns `false` after a conflict.
    async fn write_entries(
        &self,
        lookup: &IndexLookup,
        reference: Option<&PersonRef>,
        takes_id: bool,
    ) -> Result<bool, JournalError> {
        for entry in &lookup.entries {
            let added = reference.filter(|_| takes_id || !entry.is_of_id());
            let references = self.references(lookup, entry, added);
            if references == entry.references {
                continue;
            }
            let value = IndexEntry::to_bytes(&references);
            if !self.people.write(&entry.key, value, entry.revision).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the new references of an index entry: without void ones and earlier ones of this registration, with `added`.
    fn references(
        &self,
        lookup: &IndexLookup,
        entry: &IndexEntry,
        added: Option<&PersonRef>,
    ) -> Vec<PersonRef> {
        let is_present = added.is_some_and(|added| entry.references.contains(added));
        let is_own = |it: &&PersonRef| it.registration == self.registration && Some(*it) != added;
        if is_present && !entry.references.iter().any(|it| is_own(&it)) {
            return entry.references.clone();
        }
        let is_kept = |it: &&PersonRef| {
            let is_void = lookup.people.get(&it.hash).is_some_and(|person| person.registered(it).is_none());
            !is_void && !is_own(it) && Some(*it) != added
        };
        let mut references: Vec<PersonRef> = if entry.is_of_id() && added.is_some() {
            Vec::new()
        } else {
            entry.references.iter().filter(is_kept).cloned().collect()
        };
        if let Some(added) = added.filter(|_| is_present || IndexEntry::has_room(&references)) {
            references.push(added.clone());
        }
        references
    }
}

impl IndexLookup {
    fn entry(&self, key: &str) -> Option<&IndexEntry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Returns the registered people to which an index entry refers.
    fn people<'a>(&'a self, entry: &'a IndexEntry) -> impl Iterator<Item = &'a Person> {
        let registered = |reference: &'a PersonRef| self.people.get(&reference.hash)?.registered(reference);
        entry.references.iter().filter_map(registered).map(|registered| &registered.person)
    }

    /// Returns the references to unfinished registrations of other processes than the one with the number `own`.
    fn unfinished_except(&self, own: u64) -> impl Iterator<Item = UnfinishedRegistration> {
        let references =
            self.entries.iter().flat_map(|entry| entry.references.iter().map(move |it| (entry, it)));
        references
            .filter(move |(_, reference)| {
                let person = self.people.get(&reference.hash);
                reference.registration != own && person.is_some_and(|person| person.may_complete(reference))
            })
            .map(|(entry, reference)| UnfinishedRegistration {
                reference: reference.clone(),
                written_at: entry.written_at,
            })
    }
}

impl PersonValue {
    /// Returns the person, if the reference is to its registration.
    fn registered(&self, reference: &PersonRef) -> Option<&RegisteredPerson> {
        match &self.state {
            PersonState::Registered(it) if it.registration == reference.registration => Some(it),
            _ => None,
        }
    }

    /// Returns whether the registration of a reference may still complete.
    fn may_complete(&self, reference: &PersonRef) -> bool {
        match &self.state {
            PersonState::Registered(_) => false,
            PersonState::Void { registrations } => !registrations.contains(&reference.registration),
            PersonState::Empty => true,
        }
    }
}

/// The deliveries that were read for the rule.
struct DeliveryCache {
    has_unknown_people: bool,
    may_be_at_vendor: HashMap<DeliveryQuery, bool>,
}

/// A query for the deliveries of a contact's key; with a fingerprint, only for those that were sent with it.
#[derive(PartialEq, Eq, Hash)]
struct DeliveryQuery {
    contact: String,
    fingerprint: Option<String>,
}

/// The query that the cache cannot answer yet.
struct CacheMiss(DeliveryQuery);

impl DeliveryCache {
    fn answer(&self, contact: &str, fingerprint: Option<&str>) -> Result<bool, CacheMiss> {
        let query =
            DeliveryQuery { contact: contact.to_owned(), fingerprint: fingerprint.map(ToOwned::to_owned) };
        self.may_be_at_vendor.get(&query).copied().ok_or(CacheMiss(query))
    }
}

impl Deliveries for DeliveryCache {
    type Error = CacheMiss;

    fn may_be_at_vendor(&mut self, contact: &str) -> Result<bool, CacheMiss> {
        self.answer(contact, None)
    }

    fn may_be_at_vendor_as(&mut self, contact: &str, fingerprint: &str) -> Result<bool, CacheMiss> {
        self.answer(contact, Some(fingerprint))
    }

    fn have_unknown_people(&self) -> bool {
        self.has_unknown_people
    }
}
