//! The people of a journal in memory.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::identity::rules::{self, Candidates, Decision, Deliveries, Person};
use crate::identity::{Identification, Identity, IdentityHashes};

/// The people that were registered, by number, id and hash.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// The number of a person is the index plus one.
    persons: Vec<StoredPerson>,
    /// Hashed ids with the numbers of their people. Different ids may have one hash.
    numbers_by_id: BTreeSet<(u64, u64)>,
    numbers_by_hash: BTreeSet<(u64, u64)>,
    bytes: usize,
}

/// A person with its traits as bytes, which take a third of the memory.
#[derive(Debug)]
struct StoredPerson {
    contact: Box<str>,
    external_id: Option<Box<str>>,
    traits: Box<[u8]>,
}

/// The bytes of an entry in an index, a third of which are empty on average.
#[cfg(feature = "sqlite")]
const BYTES_OF_ENTRY: usize = size_of::<(u64, u64)>() * 3 / 2;
/// The bytes that an allocation adds.
const BYTES_OF_ALLOCATION: usize = 16;

impl People {
    /// Returns who a contact is, and registers it.
    pub(crate) fn identify<D: Deliveries>(
        &mut self,
        identity: &Identity,
        deliveries: &mut D,
    ) -> Result<Identification, D::Error> {
        let decision = rules::decide(identity, &self.candidates(identity), deliveries)?;
        let identification = decision.identification();
        self.write(identity, decision);
        Ok(identification)
    }

    /// Returns who a contact is, and registers nobody.
    pub(crate) fn recognize<D: Deliveries>(
        &self,
        identity: &Identity,
        deliveries: &mut D,
    ) -> Result<Identification, D::Error> {
        let decision = rules::decide(identity, &self.candidates(identity), deliveries)?;
        Ok(decision.identification())
    }

    /// Returns the bytes that the people take in memory.
    #[cfg(feature = "sqlite")]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes + (self.numbers_by_id.len() + self.numbers_by_hash.len()) * BYTES_OF_ENTRY
    }

    /// Returns the people in the order of their numbers.
    #[cfg(feature = "sqlite")]
    pub(crate) fn persons(&self) -> impl Iterator<Item = Person> {
        (1..).zip(&self.persons).filter_map(|(number, person)| person.read(number))
    }

    /// Returns the hashes of people with their numbers.
    #[cfg(feature = "sqlite")]
    pub(crate) fn hashes(&self) -> impl Iterator<Item = (u64, u64)> {
        self.numbers_by_hash.iter().copied()
    }

    fn candidates(&self, identity: &Identity) -> Candidates {
        let by_id = identity.external_id.as_ref().and_then(|id| self.with_id(id));
        if by_id.as_ref().is_some_and(|person| person.traits.agrees_with(&identity.traits)) {
            return Candidates { by_id, ..Candidates::default() };
        }
        Candidates {
            by_id,
            decisive: self.with_hashes(&identity.decisive),
            by_number: self.with_hashes(&identity.by_number),
        }
    }

    fn with_id(&self, id: &str) -> Option<Person> {
        let people = with_hash(&self.numbers_by_id, hash(id)).filter_map(|number| self.person(number));
        people.filter(|person| person.external_id.as_deref() == Some(id)).last()
    }

    fn with_hashes(&self, hashes: &[u64]) -> Vec<Person> {
        let numbers = hashes.iter().flat_map(|hash| with_hash(&self.numbers_by_hash, *hash));
        numbers.filter_map(|number| self.person(number)).collect()
    }

    fn person(&self, number: u64) -> Option<Person> {
        self.persons.get(index(number)?)?.read(number)
    }

    fn write(&mut self, identity: &Identity, decision: Decision) {
        let number = match decision {
            Decision::New(person) => self.add(&person),
            Decision::Known { person, is_changed, .. } => {
                if is_changed {
                    self.replace(&person);
                }
                person.number
            }
            Decision::Contradicted(_) | Decision::Other(_) => return,
        };
        self.numbers_by_hash.extend(identity.hashes().map(|hash| (hash, number)));
    }

    /// Adds a new person, and returns its number.
    fn add(&mut self, person: &Person) -> u64 {
        let stored = StoredPerson::new(person);
        self.bytes += stored.bytes();
        self.persons.push(stored);
        let number = u64::try_from(self.persons.len()).unwrap_or(u64::MAX);
        self.index_id(person, number);
        number
    }

    fn replace(&mut self, person: &Person) {
        let Some(place) = index(person.number).and_then(|index| self.persons.get_mut(index)) else { return };
        let stored = StoredPerson::new(person);
        self.bytes = (self.bytes + stored.bytes()).saturating_sub(place.bytes());
        *place = stored;
        self.index_id(person, person.number);
    }

    fn index_id(&mut self, person: &Person, number: u64) {
        if let Some(id) = &person.external_id {
            self.numbers_by_id.insert((hash(id), number));
        }
    }
}

impl StoredPerson {
    fn new(person: &Person) -> Self {
        Self {
            contact: person.contact.as_str().into(),
            external_id: person.external_id.as_deref().map(Into::into),
            traits: person.traits.to_bytes().into(),
        }
    }

    fn read(&self, number: u64) -> Option<Person> {
        Some(Person {
            number,
            contact: self.contact.to_string(),
            external_id: self.external_id.as_deref().map(Into::into),
            traits: IdentityHashes::from_bytes(&self.traits)?,
        })
    }

    fn bytes(&self) -> usize {
        let texts = self.contact.len() + self.external_id.as_ref().map_or(0, |id| id.len());
        size_of::<Self>() + texts + self.traits.len() + 3 * BYTES_OF_ALLOCATION
    }
}

/// Returns the numbers of the people in an index with this hash.
fn with_hash(index: &BTreeSet<(u64, u64)>, hash: u64) -> impl Iterator<Item = u64> {
    index.range((hash, 0)..=(hash, u64::MAX)).map(|(_, number)| *number)
}

fn index(number: u64) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
