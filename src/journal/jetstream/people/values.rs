//! Encodes and decodes the values of the bucket of people.
//!
//! | key | value |
//! |---|---|
//! | `settings` | the journal's settings: [`Settings`](super::Settings) |
//! | `person.<hash of the contact's key>` | a person: the contact's part of its delivery keys, its id, hashes of its traits |
//! | `id.<hash>`, `hash.<hash>` | an index entry: references to the people with an id, or with a hash of an identity |
//!
//! All hashes are keyed. Keys hold no contact data, because servers log them as subjects.

use std::borrow::Cow;
use std::{fmt, iter, slice};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicontact_providers::hex;

use super::super::decode;
use super::super::error::DecodeError;
use crate::identity::rules::Person;
use crate::identity::{Identity, IdentityHashes, IdentityKey};

/// The format of all values. Raise it when older versions could no longer read a value, or would lose a part of it.
pub(super) const FORMAT: u32 = 1;
/// The most references of one index entry. A contact is recognized by the first one; the others serve telephone numbers that
/// people with different addresses share.
const MAX_REFERENCES: usize = 16;

/// A reference of an index entry to a registration of a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PersonRef {
    /// The hash in the key of the person's value, `person.<hash>`.
    pub(super) hash: String,
    /// The number of the registration. The reference is void if the person has another one.
    pub(super) registration: u64,
}

impl fmt::Display for PersonRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.hash, registration_text(self.registration))
    }
}

impl PersonRef {
    fn parse(text: &str) -> Option<Self> {
        let (hash, registration) = text.split_once('.')?;
        Some(Self { hash: hash.to_owned(), registration: parse_registration(registration)? })
    }
}

/// An index entry with its revision; 0 if there is none.
#[derive(Debug, Clone)]
pub(super) struct IndexEntry {
    pub(super) key: String,
    pub(super) references: Vec<PersonRef>,
    pub(super) revision: u64,
    /// When it was last written, by the servers' clock.
    pub(super) written_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct StoredIndexEntry {
    format: u32,
    people: Vec<String>,
}

impl IndexEntry {
    /// Returns whether the entry indexes an id, and not a hash.
    pub(super) fn is_of_id(&self) -> bool {
        self.key.starts_with("id.")
    }

    /// Returns whether an entry with these references takes another one.
    pub(super) fn has_room(references: &[PersonRef]) -> bool {
        references.len() < MAX_REFERENCES
    }

    pub(super) fn to_bytes(references: &[PersonRef]) -> Vec<u8> {
        encode(&StoredIndexEntry {
            format: FORMAT,
            people: references.iter().map(ToString::to_string).collect(),
        })
    }

    pub(super) fn references_from_bytes(value: &[u8]) -> Result<Vec<PersonRef>, DecodeError> {
        let stored: StoredIndexEntry = decode(value)?;
        let references: Option<Vec<PersonRef>> =
            stored.people.iter().map(|text| PersonRef::parse(text)).collect();
        references.ok_or(DecodeError::Damaged)
    }
}

/// The state of a person's value.
#[derive(Clone)]
pub(super) enum PersonState {
    /// No value: a registration may be under way.
    Empty,
    /// Registrations that other processes voided. They can no longer complete. All of them are kept until one completes: index
    /// entries may still refer to each, and a reference to another registration counts as unfinished.
    Void { registrations: Vec<u64> },
    /// A complete registration.
    Registered(RegisteredPerson),
}

/// A person with the number of its registration.
#[derive(Clone, PartialEq)]
pub(super) struct RegisteredPerson {
    pub(super) person: Person,
    pub(super) registration: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredPerson<'a> {
    format: u32,
    /// Hexadecimal.
    registration: Cow<'a, str>,
    /// Without a person: the registrations that were voided earlier. Hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    voided_earlier: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<StoredTraits<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StoredTraits<'a> {
    /// 0 in the first revision of a person: that revision is its number.
    number: u64,
    contact: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<Cow<'a, str>>,
    /// Hexadecimal.
    traits: Cow<'a, str>,
}

impl PersonState {
    /// Returns the state in which these registrations are void, too.
    pub(super) fn voiding(&self, mut registrations: Vec<u64>) -> Self {
        if let Self::Void { registrations: earlier } = self {
            registrations.extend(earlier);
        }
        Self::Void { registrations }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (registrations, person) = match self {
            Self::Empty => (&[][..], None),
            Self::Void { registrations } => (&registrations[..], None),
            Self::Registered(registered) => (
                slice::from_ref(&registered.registration),
                Some(StoredTraits {
                    number: registered.person.number,
                    contact: (&registered.person.contact).into(),
                    external_id: registered.person.external_id.as_ref().map(Into::into),
                    traits: hex::encode(&registered.person.traits.to_bytes()).into(),
                }),
            ),
        };
        let (registration, earlier) = registrations.split_first().unwrap_or((&0, &[]));
        encode(&StoredPerson {
            format: FORMAT,
            registration: registration_text(*registration).into(),
            voided_earlier: earlier.iter().map(|it| registration_text(*it).into()).collect(),
            person,
        })
    }

    /// Decodes a value. Its revision is the number of a new person.
    pub(super) fn from_bytes(value: &[u8], revision: u64) -> Result<Self, DecodeError> {
        let stored: StoredPerson<'_> = decode(value)?;
        let registration = parse_registration(&stored.registration).ok_or(DecodeError::Damaged)?;
        let Some(person) = stored.person else {
            let earlier = stored.voided_earlier.iter().map(|text| parse_registration(text));
            let registrations = iter::once(Some(registration)).chain(earlier).collect::<Option<Vec<u64>>>();
            return Ok(Self::Void { registrations: registrations.ok_or(DecodeError::Damaged)? });
        };
        let traits = hex::decode(&person.traits).and_then(|bytes| IdentityHashes::from_bytes(&bytes));
        Ok(Self::Registered(RegisteredPerson {
            person: Person {
                number: if person.number == 0 { revision } else { person.number },
                contact: person.contact.into_owned(),
                external_id: person.external_id.map(Cow::into_owned),
                traits: traits.ok_or(DecodeError::Damaged)?,
            },
            registration,
        }))
    }
}

fn registration_text(registration: u64) -> String {
    format!("{registration:016x}")
}

fn parse_registration(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

pub(super) fn encode(value: &impl Serialize) -> Vec<u8> {
    // Texts and numbers always serialize.
    serde_json::to_vec(value).unwrap_or_default()
}

pub(super) fn decode<'a, T: Deserialize<'a>>(value: &'a [u8]) -> Result<T, DecodeError> {
    decode::decode(value, FORMAT)
}

/// Returns the hash of a contact's key, by which its person is stored.
pub(super) fn person_hash(contact: &str, key: &IdentityKey) -> String {
    wide_hash(*b"kK", contact, key)
}

/// Returns the key of the value of a person.
pub(super) fn person_key(hash: &str) -> String {
    format!("person.{hash}")
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
        fn a_decoded_person_equals_the_encoded_one(
            traits in traits(),
            contact in ".{0,20}",
            external_id in prop::option::of(".{0,9}"),
            (number, registration) in (1..u64::MAX, any::<u64>()),
        ) {
            let person = Person { number, contact, external_id, traits };
            let registered = RegisteredPerson { person, registration };
            let value = PersonState::Registered(registered.clone()).to_bytes();
            let PersonState::Registered(read) = PersonState::from_bytes(&value, 7).ok().unwrap() else {
                panic!("it is a person");
            };
            prop_assert!(read == registered);
        }

        #[test]
        fn a_decoded_void_person_has_the_registrations_of_the_encoded_one_and_of_every_later_void(
            registrations in prop::collection::vec(any::<u64>(), 1..4),
            later in prop::collection::vec(any::<u64>(), 1..4),
        ) {
            let void = PersonState::Empty.voiding(registrations.clone());
            let void = PersonState::from_bytes(&void.to_bytes(), 7).ok().unwrap().voiding(later.clone());
            let PersonState::Void { registrations: read } = PersonState::from_bytes(&void.to_bytes(), 8).ok().unwrap()
            else {
                panic!("it is void");
            };
            prop_assert_eq!(read, [later, registrations].concat());
        }

        #[test]
        fn a_decoded_index_entry_equals_the_encoded_one(
            references in prop::collection::vec(("[0-9a-f]{32}", any::<u64>()), 0..4),
        ) {
            let references: Vec<PersonRef> = references
                .into_iter()
                .map(|(hash, registration)| PersonRef { hash, registration })
                .collect();
            let read = IndexEntry::references_from_bytes(&IndexEntry::to_bytes(&references)).ok().unwrap();
            prop_assert_eq!(read, references);
        }

        #[test]
        fn decoding_any_bytes_does_not_panic(value in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = PersonState::from_bytes(&value, 1);
            let _ = IndexEntry::references_from_bytes(&value);
        }
    }

    #[test]
    fn a_new_person_takes_its_revision_as_its_number() {
        let person = Person {
            number: 0,
            contact: "42".to_owned(),
            external_id: None,
            traits: IdentityHashes::default(),
        };
        let value = PersonState::Registered(RegisteredPerson { person, registration: 1 }).to_bytes();
        let Ok(PersonState::Registered(read)) = PersonState::from_bytes(&value, 17) else {
            panic!("it is a person")
        };
        assert_eq!(read.person.number, 17);
    }

    #[test]
    fn a_void_person_without_earlier_ones_is_read() {
        let value = br#"{"format": 1, "registration": "00000000000000ff"}"#;
        let Ok(PersonState::Void { registrations }) = PersonState::from_bytes(value, 1) else {
            panic!("it is void")
        };
        assert_eq!(registrations, [255]);
    }

    #[test]
    fn values_of_a_newer_version_are_not_reported_as_damaged() {
        let newer = br#"{"format": 2, "more": true}"#;
        assert!(matches!(PersonState::from_bytes(newer, 1), Err(DecodeError::Newer { .. })));
        assert!(matches!(IndexEntry::references_from_bytes(newer), Err(DecodeError::Newer { .. })));
        assert!(matches!(PersonState::from_bytes(br#"{"format": 1}"#, 1), Err(DecodeError::Damaged)));
    }

    #[test]
    fn keys_hold_no_contact_data() {
        let key = IdentityKey::from_bytes([7; IdentityKey::LENGTH]);
        for text in [person_hash("ada@example.com", &key), id_key("ada@example.com", &key)] {
            assert!(!text.contains("ada") && text.len() <= 35, "{text}");
        }
        let other = IdentityKey::from_bytes([8; IdentityKey::LENGTH]);
        assert_ne!(id_key("42", &key), id_key("42", &other));
    }
}
