//! Decides which registered person a contact is: pure functions, the same for every journal.
//!
//! A journal reads the candidates, calls [`decide`], and writes the decision.

use super::hashes::{Identity, IdentityHashes};

/// A registered person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The number of the person in the journal. 0 for a new one.
    pub(crate) number: u64,
    /// The contact's part of the keys of the person's deliveries.
    pub(crate) contact: String,
    pub(crate) external_id: Option<String>,
    pub(crate) traits: IdentityHashes,
}

/// The people that a contact may be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidates {
    /// The person with the contact's id.
    pub(crate) by_id: Option<Person>,
    /// The people that are registered under a decisive hash.
    pub(crate) decisive: Vec<Person>,
    /// The people that are registered under the name with one of the numbers.
    pub(crate) by_number: Vec<Person>,
}

/// The deliveries in a journal.
pub(crate) trait Deliveries {
    type Error;

    /// Returns whether a vendor has the contact of this key, or may have it.
    fn may_be_at_vendor(&mut self, contact: &str) -> Result<bool, Self::Error>;

    /// Returns whether a vendor has the contact of this key as it was sent with this fingerprint, or may have it.
    fn may_be_at_vendor_as(&mut self, contact: &str, fingerprint: &str) -> Result<bool, Self::Error>;

    /// Returns whether an earlier version may have recorded deliveries of people that are not registered.
    fn have_unknown_people(&self) -> bool;
}

/// The person that a contact is, and what to write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A new person. Its number is 0.
    New(Person),
    /// A registered person.
    Known {
        person: Person,
        /// Whether the person must be written.
        is_changed: bool,
        recognition: Recognition,
    },
    /// A registered person with the same name and address, but only other numbers. Nothing is written.
    Contradicted(Person),
    /// The contact's id is that of another person.
    Other(Person),
}

/// The way in which a contact was recognized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognition {
    /// It is a new person.
    New,
    /// By its id, or without one by its identity.
    Same,
    /// By its identity. The recorded person had no id and takes the contact's.
    TookId,
    /// By its identity. The contact has no id, the recorded person has one.
    HasId,
}

/// The answer of a journal to the question which person a contact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identification {
    /// The contact's deliveries are recorded under this key.
    Person {
        /// The contact's part of the keys of its deliveries.
        contact: String,
        /// The way in which it was recognized.
        recognition: Recognition,
        /// Whether the contact has the person's name and address but only other numbers, so that it may be another person. The
        /// person does not take the contact's id then.
        contradicts: bool,
    },
    /// The contact's id was delivered for another person: no name, address or number matches.
    OtherPerson,
    /// The contact lacks the id by which it is to be recognized.
    Unidentifiable,
}

impl Identification {
    /// Returns the answer for a new person with this key.
    pub(crate) fn new_person(contact: String) -> Self {
        Self::Person { contact, recognition: Recognition::New, contradicts: false }
    }
}

impl Decision {
    pub(crate) fn identification(&self) -> Identification {
        let (person, recognition, contradicts) = match self {
            Self::New(person) => (person, Recognition::New, false),
            Self::Known { person, recognition, .. } => (person, *recognition, false),
            Self::Contradicted(person) => (person, Recognition::Same, true),
            Self::Other(_) => return Identification::OtherPerson,
        };
        Identification::Person { contact: person.contact.clone(), recognition, contradicts }
    }
}

/// Returns who a contact is.
pub(crate) fn decide<D: Deliveries>(
    identity: &Identity,
    candidates: &Candidates,
    deliveries: &mut D,
) -> Result<Decision, D::Error> {
    match &identity.external_id {
        Some(id) => with_id(id, identity, candidates, deliveries),
        None => without_id(identity, candidates, deliveries),
    }
}

fn without_id<D: Deliveries>(
    identity: &Identity,
    candidates: &Candidates,
    deliveries: &mut D,
) -> Result<Decision, D::Error> {
    if let Some(person) = match_of(identity, candidates, |_| true) {
        let recognition = if person.external_id.is_some() { Recognition::HasId } else { Recognition::Same };
        return Ok(known(person, identity, recognition));
    }
    let earlier = earlier_key(identity, deliveries)?;
    Ok(Decision::New(new_person(identity, earlier.unwrap_or_else(|| identity.new_key.clone()))))
}

fn with_id<D: Deliveries>(
    id: &str,
    identity: &Identity,
    candidates: &Candidates,
    deliveries: &mut D,
) -> Result<Decision, D::Error> {
    let undelivered = match &candidates.by_id {
        Some(person) if person.traits.agrees_with(&identity.traits) => {
            return Ok(known(person.clone(), identity, Recognition::Same));
        }
        Some(person) if deliveries.may_be_at_vendor(&person.contact)? => {
            return Ok(Decision::Other(person.clone()));
        }
        // Nothing was delivered under the id: the whole contact may have been corrected.
        undelivered => undelivered.clone(),
    };
    if let Some(key) = recorded_key(id, identity, deliveries)? {
        return Ok(Decision::New(new_person(identity, key)));
    }
    if let Some(person) = match_of(identity, candidates, |person| person.external_id.is_none()) {
        return Ok(if undelivered.is_some() {
            // The id stays with the person who was never delivered.
            Decision::Known { person, is_changed: false, recognition: Recognition::Same }
        } else {
            taking_id(id, person, identity)
        });
    }
    // A contact without an address and a number, or of an earlier version, was recorded under its content.
    let is_known_by_content = identity.hashes().next().is_none() || deliveries.have_unknown_people();
    if is_known_by_content
        && undelivered.is_none()
        && let Some(key) = identity.key_without_id()
        && deliveries.may_be_at_vendor(&key)?
    {
        return Ok(Decision::New(new_person(identity, key)));
    }
    Ok(match undelivered {
        Some(person) => {
            let person = Person { traits: identity.traits.clone(), ..person };
            Decision::Known { person, is_changed: true, recognition: Recognition::Same }
        }
        None => Decision::New(new_person(identity, id.to_owned())),
    })
}

/// Returns the key under which an earlier version recorded a contact with this id.
fn recorded_key<D: Deliveries>(
    id: &str,
    identity: &Identity,
    deliveries: &mut D,
) -> Result<Option<String>, D::Error> {
    if !deliveries.have_unknown_people() {
        return Ok(None);
    }
    // An earlier version may have read a number with decimals.
    let with_decimals = format!("{id}.0");
    for key in [id, &with_decimals] {
        if deliveries.may_be_at_vendor(key)? {
            return Ok(Some(key.to_owned()));
        }
    }
    earlier_key(identity, deliveries)
}

/// Returns the key under which version 0.1.0 recorded a contact that it read differently. A placeholder that it took for an id
/// stands for many people; the fingerprint of the content tells them apart.
fn earlier_key<D: Deliveries>(identity: &Identity, deliveries: &mut D) -> Result<Option<String>, D::Error> {
    let Some(earlier) = identity.earlier.as_ref().filter(|_| deliveries.have_unknown_people()) else {
        return Ok(None);
    };
    let is_recorded = match identity.external_id {
        Some(_) => deliveries.may_be_at_vendor(&earlier.key)?,
        None => deliveries.may_be_at_vendor_as(&earlier.key, &earlier.fingerprint)?,
    };
    Ok(is_recorded.then(|| earlier.key.clone()))
}

/// Returns the decision that the contact is a person without an id, who takes this one.
fn taking_id(id: &str, person: Person, identity: &Identity) -> Decision {
    let person = Person { external_id: Some(id.to_owned()), ..person };
    match known(person, identity, Recognition::TookId) {
        Decision::Known { person, recognition, .. } => {
            Decision::Known { person, is_changed: true, recognition }
        }
        Decision::Contradicted(person) => Decision::Contradicted(Person { external_id: None, ..person }),
        decision => decision,
    }
}

fn known(mut person: Person, identity: &Identity, recognition: Recognition) -> Decision {
    let is_by_id = person.external_id.is_some() && person.external_id == identity.external_id;
    let took_id = recognition == Recognition::TookId;
    if (!is_by_id || took_id) && person.traits.contradicts(&identity.traits) {
        return Decision::Contradicted(person);
    }
    let is_changed = person.traits.add(&identity.traits);
    Decision::Known { person, is_changed, recognition }
}

fn new_person(identity: &Identity, contact: String) -> Person {
    Person { number: 0, contact, external_id: identity.external_id.clone(), traits: identity.traits.clone() }
}

/// Returns the person with the contact's identity. Of several, one whose numbers do not contradict the contact's comes first, then
/// the one with the same content, then the one that was registered first.
fn match_of(
    identity: &Identity,
    candidates: &Candidates,
    may_be: impl Fn(&Person) -> bool,
) -> Option<Person> {
    let contradicts = |person: &Person| person.traits.contradicts(&identity.traits);
    let by_number =
        candidates.by_number.iter().filter(|person| person.traits.may_share_number(&identity.traits));
    let matching = candidates.decisive.iter().chain(by_number).filter(|person| {
        // The index may still have old hashes of a person whose whole contact was corrected.
        may_be(person)
            && identity.is_shared_by(&person.traits)
            && !(identity.separates && contradicts(person))
    });
    matching.min_by_key(|it| (contradicts(it), it.contact != identity.new_key, it.number)).cloned()
}
