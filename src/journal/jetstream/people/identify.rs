//! Finds or registers the person of a contact.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::{try_join, try_join_all};

use super::super::patience::Patience;
use super::super::records::Records;
use super::values::{Entry, Reference, Registered, State, entry_keys, person_hash};
use super::{People, Slot, UNFINISHED_FOR, Written, random_number};
use crate::identity::rules::{self, Candidates, Decision, Deliveries, Person};
use crate::identity::{Identification, Identity, Recognition};
use crate::journal::{IdentifyRequest, JournalError, JournalErrorKind};

/// How long servers that give no answer are asked again.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one contact may meet others that are registered at the same time.
const LONGEST: Duration = Duration::from_secs(30);
/// How long between two attempts that met others.
const PAUSE: Duration = Duration::from_millis(10);

/// One question who a contact is.
pub(super) struct Identifier<'a> {
    people: &'a People,
    records: &'a Records,
    request: &'a IdentifyRequest,
    /// The registration of the person, if it is a new one.
    registration: u64,
    /// The registrations of others that were met unfinished, and since when.
    unfinished: HashMap<Reference, Instant>,
    /// How long the next one may take. It doubles, so that slow producers do not make each other's registrations void for ever.
    unfinished_for: Duration,
}

/// What is known of the people that a contact may be.
struct Found {
    /// The index entries of the contact.
    entries: Vec<Entry>,
    /// The values of the people that they name, by their hashes, and of the contact's own key.
    slots: HashMap<String, Slot>,
}

impl<'a> Identifier<'a> {
    pub(super) fn new(
        people: &'a People,
        records: &'a Records,
        request: &'a IdentifyRequest,
        registration: u64,
    ) -> Self {
        let unfinished_for = UNFINISHED_FOR;
        Self { people, records, request, registration, unfinished: HashMap::new(), unfinished_for }
    }

    pub(super) async fn run(mut self) -> Result<Identification, JournalError> {
        let (begun, patience) = (Instant::now(), Patience::of(PATIENCE));
        loop {
            match self.attempt().await {
                Ok(Some(identification)) => return Ok(identification),
                Ok(None) if begun.elapsed() < LONGEST => tokio::time::sleep(PAUSE).await,
                Ok(None) => return Err(self.people.failing.of(JournalErrorKind::Busy)),
                Err(error) => patience.after(error).await?,
            }
        }
    }

    /// Returns who the contact is, as far as it is registered, and writes nothing.
    pub(super) async fn recognize(mut self) -> Result<Identification, JournalError> {
        let patience = Patience::of(PATIENCE);
        loop {
            match self.look().await {
                Ok(decision) => return Ok(decision.identification()),
                Err(error) => patience.after(error).await?,
            }
        }
    }

    async fn look(&mut self) -> Result<Decision, JournalError> {
        let found = self.find().await?;
        self.decide(self.candidates(&found)).await
    }

    fn identity(&self) -> &'a Identity {
        &self.request.identity
    }

    /// Returns who the contact is, or `None` where something was written meanwhile.
    async fn attempt(&mut self) -> Result<Option<Identification>, JournalError> {
        let found = self.find().await?;
        if self.meets_unfinished(&found).await? {
            return Ok(None);
        }
        let decision = self.decide(self.candidates(&found)).await?;
        self.write(&found, decision).await
    }

    async fn find(&self) -> Result<Found, JournalError> {
        let key = &self.people.identity_key;
        let own = person_hash(&self.identity().new_key, key);
        let entries = entry_keys(self.identity(), key).into_iter().map(|key| self.people.entry(key));
        let (entries, slot) = try_join(try_join_all(entries), self.people.slot(&own)).await?;
        let mut hashes: Vec<&String> =
            entries.iter().flat_map(|entry| &entry.references).map(|it| &it.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.retain(|hash| **hash != own);
        let named = try_join_all(hashes.into_iter().map(async |hash| {
            let slot = self.people.slot(hash).await?;
            Ok::<_, JournalError>((hash.clone(), slot))
        }));
        let mut slots: HashMap<String, Slot> = named.await?.into_iter().collect();
        slots.insert(own, slot);
        Ok(Found { entries, slots })
    }

    /// Returns whether another producer registers one of the people at this moment. One that takes too long was killed, say, and
    /// its registration is made void.
    async fn meets_unfinished(&mut self, found: &Found) -> Result<bool, JournalError> {
        let mut meets_one = false;
        for reference in found.entries.iter().flat_map(|entry| &entry.references) {
            let Some(slot) = found.slots.get(&reference.hash) else { continue };
            if reference.registration == self.registration || !slot.may_become(reference) {
                continue;
            }
            meets_one = true;
            let since = *self.unfinished.entry(reference.clone()).or_insert_with(Instant::now);
            if since.elapsed() >= self.unfinished_for {
                self.unfinished_for = self.unfinished_for.saturating_mul(2).min(LONGEST / 2);
                let void = State::Void { registration: reference.registration };
                // Where it is refused the registration has ended meanwhile.
                self.people.write(&reference.person_key(), void.to_bytes(), slot.revision).await?;
            }
        }
        Ok(meets_one)
    }

    fn candidates(&self, found: &Found) -> Candidates {
        let identity = self.identity();
        let people_of = |hashes: &[u64]| -> Vec<Person> {
            let entries = hashes.iter().filter_map(|hash| found.entry(&super::values::hash_key(*hash)));
            entries.flat_map(|entry| found.people(entry)).cloned().collect()
        };
        let decisive = people_of(&identity.decisive);
        let by_id = identity.external_id.as_deref().and_then(|id| {
            let entry = found.entries.iter().find(|entry| entry.is_of_id());
            let named = entry.into_iter().flat_map(|entry| found.people(entry));
            let mut all = named.chain(&decisive);
            all.find(|person| match &person.external_id {
                Some(other) => other == id,
                // The producer was killed that took the id over for this person.
                None => {
                    entry.is_some_and(|entry| found.people(entry).any(|it| it == *person))
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

    async fn decide(&self, candidates: Candidates) -> Result<Decision, JournalError> {
        let mut known = KnownDeliveries {
            have_unknown_people: !self.people.knows_everybody,
            may_be_at_vendor: HashMap::new(),
        };
        loop {
            match rules::decide(self.identity(), &candidates, &mut known) {
                Ok(decision) => return Ok(decision),
                Err(NotRead(sought)) => {
                    let fingerprint = sought.fingerprint.as_deref();
                    let providers = &self.request.providers;
                    let answer =
                        self.records.may_be_at_vendor(&sought.contact, fingerprint, providers).await?;
                    known.may_be_at_vendor.insert(sought, answer);
                }
            }
        }
    }

    /// Writes what is new. Returns `None` where something was written meanwhile.
    async fn write(
        &mut self,
        found: &Found,
        decision: Decision,
    ) -> Result<Option<Identification>, JournalError> {
        let mut identification = decision.identification();
        let (person, is_new) = match decision {
            // Nothing recognizes it but the content, which is its key.
            Decision::New(_) if found.entries.is_empty() => return Ok(Some(identification)),
            Decision::New(person) => (person, true),
            Decision::Known { person, .. } => (person, false),
            Decision::Contradicted(_) | Decision::Other(_) => {
                let is_released = self.write_entries(found, None).await?;
                return Ok(is_released.then_some(identification));
            }
        };
        let hash = person_hash(&person.contact, &self.people.identity_key);
        let slot = match found.slots.get(&hash) {
            Some(slot) => slot.clone(),
            None => self.people.slot(&hash).await?,
        };
        let Some(registered) = self.registered(&slot, person, is_new) else { return Ok(None) };
        let reference = Reference { hash, registration: registered.registration };
        if !self.write_entries(found, Some(&reference)).await? {
            return Ok(None);
        }
        let is_unchanged = matches!(&slot.state, State::Registered(stored) if *stored == registered);
        if !is_unchanged {
            let value = State::Registered(registered).to_bytes();
            let written = self.people.write(&reference.person_key(), value, slot.revision).await?;
            if written == Written::Refused {
                return Ok(None);
            }
        }
        // An attempt without an answer registered it before.
        let is_own = reference.registration == self.registration;
        if let Identification::Person { recognition, .. } = &mut identification
            && is_own
        {
            *recognition = Recognition::New;
        }
        Ok(Some(identification))
    }

    /// Returns the value of the person. `None` where the registration was made void, and another one is to be begun.
    fn registered(&mut self, slot: &Slot, person: Person, is_new: bool) -> Option<Registered> {
        match &slot.state {
            State::Registered(stored) => {
                let mut registered = stored.clone();
                if is_new {
                    // It is not found by this identity, but has the same key.
                    registered.person.traits.add(&person.traits);
                    registered.person.external_id =
                        registered.person.external_id.take().or(person.external_id);
                } else {
                    registered.person = person;
                }
                Some(registered)
            }
            State::Void { registration } if *registration == self.registration => {
                self.registration = random_number();
                None
            }
            State::Void { .. } | State::Empty => Some(Registered { person, registration: self.registration }),
        }
    }

    /// Writes the reference to all index entries of the contact, or only takes back those of this registration. Returns whether
    /// nothing was written meanwhile.
    async fn write_entries(
        &self,
        found: &Found,
        reference: Option<&Reference>,
    ) -> Result<bool, JournalError> {
        for entry in &found.entries {
            let references = self.references(found, entry, reference);
            if references == entry.references {
                continue;
            }
            let value = Entry::to_bytes(&references);
            if self.people.write(&entry.key, value, entry.revision).await? == Written::Refused {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the references that an index entry is to have.
    fn references(&self, found: &Found, entry: &Entry, wanted: Option<&Reference>) -> Vec<Reference> {
        let is_named = wanted.is_some_and(|wanted| entry.references.contains(wanted));
        let is_own = |it: &&Reference| it.registration == self.registration && Some(*it) != wanted;
        if is_named && !entry.references.iter().any(|it| is_own(&it)) {
            return entry.references.clone();
        }
        let is_left = |it: &&Reference| {
            let is_void = found.slots.get(&it.hash).is_some_and(|slot| slot.registered(it).is_none());
            !is_void && !is_own(it) && Some(*it) != wanted
        };
        let mut references: Vec<Reference> = if entry.is_of_id() && wanted.is_some() {
            Vec::new()
        } else {
            entry.references.iter().filter(is_left).cloned().collect()
        };
        if let Some(wanted) = wanted.filter(|_| is_named || Entry::has_room(&references)) {
            references.push(wanted.clone());
        }
        references
    }
}

impl Found {
    fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Returns the people that an index entry names.
    fn people<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Person> {
        let slot = |reference: &'a Reference| self.slots.get(&reference.hash)?.registered(reference);
        entry.references.iter().filter_map(slot).map(|registered| &registered.person)
    }
}

impl Slot {
    /// Returns the person, if the reference is to its registration.
    fn registered(&self, reference: &Reference) -> Option<&Registered> {
        match &self.state {
            State::Registered(it) if it.registration == reference.registration => Some(it),
            _ => None,
        }
    }

    /// Returns whether the registration of the reference may end yet.
    fn may_become(&self, reference: &Reference) -> bool {
        match &self.state {
            State::Registered(_) => false,
            State::Void { registration } => *registration != reference.registration,
            State::Empty => true,
        }
    }
}

/// The deliveries that were read.
struct KnownDeliveries {
    have_unknown_people: bool,
    may_be_at_vendor: HashMap<Sought, bool>,
}

/// The deliveries of a contact's key, or only those that were sent with a fingerprint.
#[derive(PartialEq, Eq, Hash)]
struct Sought {
    contact: String,
    fingerprint: Option<String>,
}

/// These deliveries were not read.
struct NotRead(Sought);

impl KnownDeliveries {
    fn answer(&self, contact: &str, fingerprint: Option<&str>) -> Result<bool, NotRead> {
        let sought = Sought { contact: contact.to_owned(), fingerprint: fingerprint.map(ToOwned::to_owned) };
        self.may_be_at_vendor.get(&sought).copied().ok_or(NotRead(sought))
    }
}

impl Deliveries for KnownDeliveries {
    type Error = NotRead;

    fn may_be_at_vendor(&mut self, contact: &str) -> Result<bool, NotRead> {
        self.answer(contact, None)
    }

    fn may_be_at_vendor_as(&mut self, contact: &str, fingerprint: &str) -> Result<bool, NotRead> {
        self.answer(contact, Some(fingerprint))
    }

    fn have_unknown_people(&self) -> bool {
        self.have_unknown_people
    }
}
