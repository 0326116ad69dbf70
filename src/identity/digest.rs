//! The digest of a contact's content: a short hash of each field, by which the changed fields are named without storing the content.

use std::fmt;
use std::sync::Arc;

use unicontact_providers::UnifiedContact;

use super::content_entries::{ContentEntries, Exactness, FIELDS};
use super::key::IdentityKey;

const DOMAIN: u8 = b'c';
/// The bytes of the bits of the fields that are present, and the bit that distinguishes a digest from the entries that earlier
/// versions stored.
const PRESENT: usize = 2;
const IS_DIGEST: u16 = 1 << 15;
const _: () = assert!(FIELDS.len() <= 15);
/// The bytes of a field's hash. A changed field has the same hash once in 16 million times; the fingerprint of the contact still
/// differs.
const HASH: usize = 3;

/// A short hash of each field of a contact, without its id.
#[derive(Clone, PartialEq, Eq)]
pub struct ContentDigest(Arc<[u8]>);

impl ContentDigest {
    /// Returns the digest of a contact.
    pub fn new(contact: &UnifiedContact, key: &IdentityKey) -> Self {
        let hash = |parts: &[&[u8]]| key.hash(DOMAIN, parts);
        Self::of_entries(&ContentEntries::new(contact, Exactness::Exact, &hash))
    }

    fn of_entries(entries: &ContentEntries) -> Self {
        let (mut present, mut hashes) = (IS_DIGEST, Vec::<u8>::with_capacity(FIELDS.len() * HASH));
        for field in numbers() {
            let mut values = entries.of_field(field).peekable();
            if values.peek().is_none() {
                continue;
            }
            present |= 1 << field;
            let sum = values.fold(0, |sum: u64, (path, value)| sum.wrapping_add(mixed(path, value)));
            hashes.extend(&sum.to_be_bytes()[..HASH]);
        }
        let mut bytes = present.to_be_bytes().to_vec();
        bytes.extend(hashes);
        Self(bytes.into())
    }

    /// Returns the digest of stored bytes. `None` for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (present, hashes) = bytes.split_at_checked(PRESENT)?;
        let present = u16::from_be_bytes(present.try_into().ok()?);
        if present & IS_DIGEST == 0 {
            return ContentEntries::from_bytes(bytes).map(|entries| Self::of_entries(&entries));
        }
        let fields = (present & !IS_DIGEST).count_ones() as usize;
        (hashes.len() == fields * HASH).then(|| Self(bytes.into()))
    }

    /// Returns the bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the names of the fields in which another digest under the same key differs.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let differs = |field: &u8| self.of_field(*field) != other.of_field(*field);
        numbers().filter(differs).map(|field| FIELDS[usize::from(field)]).collect()
    }

    /// Returns the hash of a field. `None` for a field that is absent.
    fn of_field(&self, field: u8) -> Option<&[u8]> {
        let (present, hashes) = self.0.split_at_checked(PRESENT)?;
        let present = u16::from_be_bytes(present.try_into().ok()?);
        let before = present & ((1 << field) - 1);
        let hash = hashes.chunks_exact(HASH).nth(before.count_ones() as usize);
        hash.filter(|_| present & (1 << field) != 0)
    }
}

/// Returns the numbers of all fields.
fn numbers() -> impl Iterator<Item = u8> {
    (0_u8..).zip(FIELDS).map(|(field, _)| field)
}

/// Returns a number for a hashed path and value. The sum of such numbers is different for other pairs of the same parts.
fn mixed(path: &[u8], value: &[u8]) -> u64 {
    let mut bits = path.iter().chain(value).fold(0, |bits, byte| (bits << 8) | u64::from(*byte));
    // The last steps of SplitMix64.
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

impl fmt::Debug for ContentDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ContentDigest")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn key() -> IdentityKey {
        IdentityKey::from_bytes([7; IdentityKey::LENGTH])
    }

    fn contact(value: Value) -> UnifiedContact {
        serde_json::from_value(value).unwrap()
    }

    fn differences(one: Value, other: Value) -> Vec<&'static str> {
        let digest = |value| ContentDigest::new(&contact(value), &key());
        digest(one).differences(&digest(other))
    }

    #[test]
    fn differences_name_the_changed_fields() {
        let ada =
            json!({"external_id": "1", "name": "Ada", "emails": ["a@example.com"], "notes": "met in Turin"});
        assert_eq!(differences(ada.clone(), ada.clone()), [""; 0]);
        let without_id = json!({"name": "Ada", "emails": ["a@example.com"], "notes": "met in Turin"});
        assert_eq!(differences(ada.clone(), without_id), [""; 0]);
        let changed =
            json!({"name": "Ada", "emails": ["a@example.com", "b@example.com"], "notes": "met in Rome"});
        assert_eq!(differences(ada.clone(), changed), ["emails", "notes"]);
        let custom = json!({"name": "Ada", "emails": ["a@example.com"], "custom": {"shoe": 42}});
        assert_eq!(differences(ada, custom), ["notes", "custom"]);
    }

    #[test]
    fn the_order_of_a_list_does_not_count() {
        let of = |emails: [&str; 2]| json!({"name": "Ada", "emails": emails});
        assert_eq!(
            differences(of(["a@x.example", "b@x.example"]), of(["b@x.example", "a@x.example"])),
            [""; 0]
        );
    }

    #[test]
    fn values_that_change_places_are_a_difference() {
        let of = |street: &str, city: &str| json!({"name": "Ada", "addresses": [{"street": street, "city": city}]});
        assert_eq!(differences(of("Turin", "Rome"), of("Rome", "Turin")), ["addresses"]);
    }

    #[test]
    fn a_digest_survives_storage_and_depends_on_its_key() {
        let ada = contact(json!({"name": "Ada"}));
        let digest = ContentDigest::new(&ada, &key());
        assert_eq!(ContentDigest::from_bytes(digest.as_bytes()).as_ref(), Some(&digest));
        assert_eq!(ContentDigest::from_bytes(&[1; 7]), None);
        assert_ne!(digest, ContentDigest::new(&ada, &IdentityKey::from_bytes([8; 32])));
    }

    #[test]
    fn stored_entries_of_an_earlier_version_are_the_same_digest() {
        let ada = contact(json!({"name": "Ada", "emails": ["a@x.example", "b@x.example"]}));
        let entries = ContentEntries::new(&ada, Exactness::Exact, &|parts| key().hash(DOMAIN, parts));
        let earlier = ContentDigest::from_bytes(entries.as_bytes());
        assert_eq!(earlier, Some(ContentDigest::new(&ada, &key())));
    }
}
