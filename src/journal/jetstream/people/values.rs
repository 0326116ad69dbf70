//! The values of the bucket of people.
//!
//! | key | value |
//! |---|---|
//! | `settings` | the key of the journal's hashes |
//! | `person.<hash of the contact's key>` | a person: the contact's part of the keys of its deliveries, its id, hashes of its traits |
//! | `id.<hash>`, `hash.<hash>` | an index entry: references to the people of an id, or of a hash of an identity |
//!
//! All hashes are keyed, so that subjects, which stand in the logs of servers, tell nothing of a contact.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicontact_providers::{bytes_of_hexadecimal, hexadecimal};

use super::super::failure::Unreadable;
use crate::identity::rules::Person;
use crate::identity::{IdentifyBy, Identity, IdentityHashes, IdentityKey};

/// The format of all values. It is raised when an older version could no longer read, or keep, what is written.
const FORMAT: u32 = 1;
/// The most people that one index entry names. A contact is recognized by the first of them; more of them are kept only for
/// numbers that people with other addresses share.
const MOST_OF_ENTRY: usize = 16;

#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// Settings of the journal that are made with it.
#[derive(Clone)]
pub(in super::super) struct Settings {
    pub(in super::super) identity_key: [u8; IdentityKey::LENGTH],
    /// Whether an earlier version recorded deliveries of people that are not known.
    pub(in super::super) has_unknown_people: bool,
    /// Whether a migration has not made all people known yet whose contacts an earlier version kept.
    pub(in super::super) is_being_migrated: bool,
    /// The method by which contacts are recognized, where it is recorded.
    pub(in super::super) identify_by: Option<IdentifyBy>,
}

#[derive(Serialize, Deserialize)]
struct StoredSettings {
    format: u32,
    /// Hexadecimal.
    identity_key: String,
    #[serde(default)]
    has_unknown_people: bool,
    #[serde(default)]
    is_being_migrated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identify_by: Option<String>,
}

impl Settings {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        bytes(&StoredSettings {
            format: FORMAT,
            identity_key: hexadecimal(&self.identity_key),
            has_unknown_people: self.has_unknown_people,
            is_being_migrated: self.is_being_migrated,
            identify_by: self.identify_by.map(|method| method.as_str().to_owned()),
        })
    }

    pub(super) fn from_bytes(value: &[u8]) -> Result<Self, Unreadable> {
        let stored: StoredSettings = read(value)?;
        let key = bytes_of_hexadecimal(&stored.identity_key).and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            identity_key: key.ok_or(Unreadable::Damaged)?,
            has_unknown_people: stored.has_unknown_people,
            is_being_migrated: stored.is_being_migrated,
            // A value of a later version counts as none.
            identify_by: stored.identify_by.and_then(|word| word.parse().ok()),
        })
    }
}

/// A reference of an index entry to a registration of a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Reference {
    /// The hash in the key of the person's value.
    pub(super) hash: String,
    /// The registration. A reference to another one than the person's is void.
    pub(super) registration: u64,
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:016x}", self.hash, self.registration)
    }
}

impl Reference {
    fn parse(text: &str) -> Option<Self> {
        let (hash, registration) = text.split_once('.')?;
        let registration = u64::from_str_radix(registration, 16).ok()?;
        Some(Self { hash: hash.to_owned(), registration })
    }

    pub(super) fn person_key(&self) -> String {
        format!("person.{}", self.hash)
    }
}

/// An index entry with its revision, which is 0 where there is none.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) references: Vec<Reference>,
    pub(super) revision: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredEntry {
    format: u32,
    people: Vec<String>,
}

impl Entry {
    pub(super) fn is_of_id(&self) -> bool {
        self.key.starts_with("id.")
    }

    /// Returns whether there is room for another person.
    pub(super) fn has_room(references: &[Reference]) -> bool {
        references.len() < MOST_OF_ENTRY
    }

    pub(super) fn to_bytes(references: &[Reference]) -> Vec<u8> {
        bytes(&StoredEntry { format: FORMAT, people: references.iter().map(ToString::to_string).collect() })
    }

    pub(super) fn references_from_bytes(value: &[u8]) -> Result<Vec<Reference>, Unreadable> {
        let stored: StoredEntry = read(value)?;
        let references: Option<Vec<Reference>> =
            stored.people.iter().map(|text| Reference::parse(text)).collect();
        references.ok_or(Unreadable::Damaged)
    }
}

/// What the value of a person holds.
#[derive(Clone)]
pub(super) enum State {
    /// Nothing: a person may be being registered.
    Empty,
    /// A registration that was given up, and never ends.
    Void { registration: u64 },
    /// A person.
    Registered(Registered),
}

/// A person as it is stored.
#[derive(Clone, PartialEq)]
pub(super) struct Registered {
    pub(super) person: Person,
    pub(super) registration: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredPerson<'a> {
    format: u32,
    /// Hexadecimal.
    registration: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<StoredTraits<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StoredTraits<'a> {
    /// 0 in the first version, whose revision is the number.
    number: u64,
    contact: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<Cow<'a, str>>,
    /// Hexadecimal.
    traits: Cow<'a, str>,
}

impl State {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (registration, person) = match self {
            Self::Empty => (0, None),
            Self::Void { registration } => (*registration, None),
            Self::Registered(registered) => (
                registered.registration,
                Some(StoredTraits {
                    number: registered.person.number,
                    contact: (&registered.person.contact).into(),
                    external_id: registered.person.external_id.as_ref().map(Into::into),
                    traits: hexadecimal(&registered.person.traits.to_bytes()).into(),
                }),
            ),
        };
        bytes(&StoredPerson { format: FORMAT, registration: format!("{registration:016x}").into(), person })
    }

    /// Returns the state of a value that was written as this revision.
    pub(super) fn from_bytes(value: &[u8], revision: u64) -> Result<Self, Unreadable> {
        let stored: StoredPerson<'_> = read(value)?;
        let registration = u64::from_str_radix(&stored.registration, 16).map_err(|_| Unreadable::Damaged)?;
        let Some(person) = stored.person else { return Ok(Self::Void { registration }) };
        let traits =
            bytes_of_hexadecimal(&person.traits).and_then(|bytes| IdentityHashes::from_bytes(&bytes));
        Ok(Self::Registered(Registered {
            person: Person {
                number: if person.number == 0 { revision } else { person.number },
                contact: person.contact.into_owned(),
                external_id: person.external_id.map(Cow::into_owned),
                traits: traits.ok_or(Unreadable::Damaged)?,
            },
            registration,
        }))
    }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    // It serializes without fail: its values are texts and numbers.
    serde_json::to_vec(value).unwrap_or_default()
}

fn read<'a, T: Deserialize<'a>>(value: &'a [u8]) -> Result<T, Unreadable> {
    let Head { format } = serde_json::from_slice(value).map_err(|_| Unreadable::Damaged)?;
    if format > FORMAT {
        return Err(Unreadable::Newer);
    }
    serde_json::from_slice(value).map_err(|_| Unreadable::Damaged)
}

/// Returns the hash of a contact's key in the key of its person.
pub(super) fn person_hash(contact: &str, key: &IdentityKey) -> String {
    wide_hash(*b"kK", contact, key)
}

/// Returns the key of the index entry of an id.
fn id_key(id: &str, key: &IdentityKey) -> String {
    format!("id.{}", wide_hash(*b"iI", id, key))
}

fn wide_hash(domains: [u8; 2], text: &str, key: &IdentityKey) -> String {
    let [first, second] = domains.map(|domain| key.hash(domain, &[text.as_bytes()]));
    format!("{first:016x}{second:016x}")
}

/// Returns the keys of the index entries of an identity, in the order in which they are written.
pub(super) fn entry_keys(identity: &Identity, key: &IdentityKey) -> Vec<String> {
    let hashes = identity.decisive.iter().chain(&identity.by_number);
    let mut keys: Vec<String> = hashes.map(|hash| hash_key(*hash)).collect();
    keys.extend(identity.external_id.as_deref().map(|id| id_key(id, key)));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Returns the key of the index entry of a hash of an identity.
pub(super) fn hash_key(hash: u64) -> String {
    format!("hash.{hash:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn traits() -> impl Strategy<Value = IdentityHashes> {
        let list = || prop::collection::vec(any::<u64>(), 0..4);
        (list(), list(), list(), list()).prop_map(|(names, given_names, emails, numbers)| IdentityHashes {
            names,
            given_names,
            emails,
            numbers,
        })
    }

    proptest! {
        #[test]
        fn a_person_is_read_as_it_was_written(
            traits in traits(),
            contact in ".{0,20}",
            external_id in prop::option::of(".{0,9}"),
            (number, registration) in (1..u64::MAX, any::<u64>()),
        ) {
            let person = Person { number, contact, external_id, traits };
            let registered = Registered { person, registration };
            let value = State::Registered(registered.clone()).to_bytes();
            let State::Registered(read) = State::from_bytes(&value, 7).ok().unwrap() else {
                panic!("it is a person");
            };
            prop_assert!(read == registered);
        }

        #[test]
        fn an_index_entry_is_read_as_it_was_written(
            references in prop::collection::vec(("[0-9a-f]{32}", any::<u64>()), 0..4),
        ) {
            let references: Vec<Reference> = references
                .into_iter()
                .map(|(hash, registration)| Reference { hash, registration })
                .collect();
            let read = Entry::references_from_bytes(&Entry::to_bytes(&references)).ok().unwrap();
            prop_assert_eq!(read, references);
        }

        #[test]
        fn any_bytes_are_a_value_or_an_error(value in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = State::from_bytes(&value, 1);
            let _ = Entry::references_from_bytes(&value);
            let _ = Settings::from_bytes(&value);
        }
    }

    #[test]
    fn the_first_version_of_a_person_is_numbered_by_its_revision() {
        let person = Person {
            number: 0,
            contact: "42".to_owned(),
            external_id: None,
            traits: IdentityHashes::default(),
        };
        let value = State::Registered(Registered { person, registration: 1 }).to_bytes();
        let Ok(State::Registered(read)) = State::from_bytes(&value, 17) else { panic!("it is a person") };
        assert_eq!(read.person.number, 17);
    }

    #[test]
    fn a_value_of_a_newer_version_is_not_taken_for_a_damaged_one() {
        let newer = br#"{"format": 2, "more": true}"#;
        assert!(matches!(State::from_bytes(newer, 1), Err(Unreadable::Newer)));
        assert!(matches!(Settings::from_bytes(newer), Err(Unreadable::Newer)));
        assert!(matches!(Entry::references_from_bytes(newer), Err(Unreadable::Newer)));
        assert!(matches!(Settings::from_bytes(br#"{"format": 1}"#), Err(Unreadable::Damaged)));
    }

    #[test]
    fn keys_tell_nothing_of_the_contact() {
        let key = IdentityKey::from_bytes([7; IdentityKey::LENGTH]);
        for text in [person_hash("ada@example.com", &key), id_key("ada@example.com", &key)] {
            assert!(!text.contains("ada") && text.len() <= 35, "{text}");
        }
        let other = IdentityKey::from_bytes([8; IdentityKey::LENGTH]);
        assert_ne!(id_key("42", &key), id_key("42", &other));
    }
}
