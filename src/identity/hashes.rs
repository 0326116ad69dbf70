//! The hashed identity of a contact: its name, addresses and numbers under the journal's key.

use std::fmt;

use unicontact_providers::identity::Traits;
use unicontact_providers::{UnifiedContact, contact_key};

use super::key::IdentityKey;
use super::method::IdentifyBy;

/// The domains of the hashes, so that equal hashes have equal meanings.
const NAME: u8 = b'n';
const GIVEN_NAME: u8 = b'g';
const EMAIL: u8 = b'e';
const NUMBER: u8 = b'p';
const NAME_AND_EMAIL: u8 = b'E';
const NAME_AND_NUMBER: u8 = b'P';
/// The lower half of a hash.
const LOWER_HALF: u64 = 0xFFFF_FFFF;
/// A limit on the hashes of each kind that are stored for a person.
const MOST: usize = 64;

/// The hashes of a person's names, e-mail addresses and telephone numbers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IdentityHashes {
    pub(crate) names: Vec<u64>,
    /// Of the given names.
    pub(crate) given_names: Vec<u64>,
    pub(crate) emails: Vec<u64>,
    pub(crate) numbers: Vec<u64>,
}

/// The identity by which a journal looks for a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The `external_id`, if the contact is recognized by it.
    pub(crate) external_id: Option<String>,
    /// The key for a new person.
    pub(crate) new_key: String,
    /// The contact without its id, if it is recognized by it.
    pub(crate) without_id: Option<Box<UnifiedContact>>,
    /// The key and the fingerprint of version 0.1.0, if it read the contact differently.
    pub(crate) earlier: Option<EarlierKey>,
    pub(crate) traits: IdentityHashes,
    /// Whether a person with the same name and address but only other numbers is another person.
    pub(crate) separates: bool,
    /// Whether the name must match, too.
    pub(crate) needs_name: bool,
    /// The hashes of which one match suffices: the name with each address, or the addresses or numbers alone.
    pub(crate) decisive: Vec<u64>,
    /// The hashes of the name with each number, which do not match if the addresses differ.
    pub(crate) by_number: Vec<u64>,
    /// The hashes of the addresses for searches, unless the decisive hashes begin with them.
    pub(crate) searchable: Vec<u64>,
}

impl Identity {
    /// Returns the identity of a contact. `None` if it lacks the id by which it is to be recognized.
    pub fn new(contact: &UnifiedContact, method: IdentifyBy, key: &IdentityKey) -> Option<Self> {
        let traits = Traits::from_contact(contact);
        let hash_each = |domain, texts: &[String]| -> Vec<u64> {
            texts.iter().map(|text| key.hash(domain, &[text.as_bytes()])).collect()
        };
        let hash_with_name = |domain, texts: &[String]| -> Vec<u64> {
            let name = traits.name().as_bytes();
            texts.iter().map(|text| key.hash(domain, &[name, text.as_bytes()])).collect()
        };
        let emails = hash_each(EMAIL, traits.emails());
        let numbers = hash_each(NUMBER, traits.numbers());
        let (decisive, by_number) = match method {
            IdentifyBy::Identity => (
                joined(&emails, &hash_with_name(NAME_AND_EMAIL, traits.emails())),
                hash_with_name(NAME_AND_NUMBER, traits.numbers()),
            ),
            IdentifyBy::Email => (emails.clone(), Vec::new()),
            IdentifyBy::Phone => (numbers.clone(), Vec::new()),
            IdentifyBy::Id | IdentifyBy::Content => (Vec::new(), Vec::new()),
        };
        let has_id = !matches!(method, IdentifyBy::Email | IdentifyBy::Phone);
        let external_id = contact.external_id.clone().filter(|_| has_id);
        if method == IdentifyBy::Id && external_id.is_none() {
            return None;
        }
        let names = if traits.name().is_empty() {
            Vec::new()
        } else {
            vec![key.hash(NAME, &[traits.name().as_bytes()])]
        };
        let given_names = traits.given_name().map(|name| key.hash(GIVEN_NAME, &[name.as_bytes()]));
        let given_names = given_names.into_iter().collect();
        Some(Self {
            new_key: external_id.clone().unwrap_or_else(|| content_key(contact)),
            without_id: external_id
                .as_ref()
                .map(|_| Box::new(UnifiedContact { external_id: None, ..contact.clone() })),
            earlier: None,
            external_id,
            traits: IdentityHashes { names, given_names, emails: emails.clone(), numbers },
            separates: false,
            needs_name: method == IdentifyBy::Identity,
            searchable: match method {
                IdentifyBy::Identity | IdentifyBy::Email => Vec::new(),
                IdentifyBy::Phone | IdentifyBy::Id | IdentifyBy::Content => emails,
            },
            decisive,
            by_number,
        })
    }

    /// Makes a person with the same name and address but only other numbers another person.
    #[must_use]
    pub fn separating(self) -> Self {
        Self { separates: true, ..self }
    }

    /// Returns whether a person has the name and an address or number of this identity. The hashes of a person may be outdated.
    pub(crate) fn is_shared_by(&self, traits: &IdentityHashes) -> bool {
        let has_name =
            !self.needs_name || self.traits.names.is_empty() || share(&self.traits.names, &traits.names);
        has_name
            && (share(&self.traits.emails, &traits.emails) || share(&self.traits.numbers, &traits.numbers))
    }

    /// Returns the key under which the contact would be recorded without its id. Computed when it is needed, which is seldom.
    pub(crate) fn key_without_id(&self) -> Option<String> {
        self.without_id.as_deref().map(content_key)
    }

    /// Sets the key of version 0.1.0, if it read the contact differently.
    pub(crate) fn with_earlier(self, earlier: Option<EarlierKey>) -> Self {
        Self { earlier, ..self }
    }

    /// Returns the identity with short traits ([`IdentityHashes::shortened`]).
    #[cfg(feature = "sqlite")]
    pub(crate) fn with_short_traits(self) -> Self {
        Self { traits: self.traits.shortened(), ..self }
    }

    /// Returns all hashes to register: those by which the contact is recognized, and those of its addresses for searches.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.decisive.iter().chain(&self.by_number).chain(&self.searchable).copied()
    }
}

/// Returns hashes with the upper half of one hash and the lower half of another, so that one entry of an index serves searches for
/// the first and for both.
fn joined(beginnings: &[u64], ends: &[u64]) -> Vec<u64> {
    let join = |(beginning, end): (&u64, &u64)| (beginning & !LOWER_HALF) | (end & LOWER_HALF);
    beginnings.iter().zip(ends).map(join).collect()
}

/// The key and the fingerprint under which version 0.1.0 recorded a contact.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EarlierKey {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
}

impl EarlierKey {
    /// Returns the key of a contact that version 0.1.0 read differently. `earlier` is its reading of a row of a file.
    pub(crate) fn new(contact: &UnifiedContact, earlier: Option<&UnifiedContact>) -> Option<Self> {
        let key = |read: &UnifiedContact| Self { key: contact_key(read), fingerprint: read.fingerprint() };
        earlier.map(key).or_else(|| contact.as_read_by_v0_1().as_ref().map(key))
    }
}

/// Returns the hash of an e-mail address.
pub(crate) fn email_hash(address: &str, key: &IdentityKey) -> u64 {
    key.hash(EMAIL, &[unicontact_providers::identity::normalized_email(address).as_bytes()])
}

/// Returns whether both lists have numbers and no number is in both: contacts with one name and address are then different
/// people.
pub(crate) fn contradict(numbers: &[u64], others: &[u64]) -> bool {
    !numbers.is_empty() && !others.is_empty() && !share(numbers, others)
}

/// Returns whether one of the hashes is among the others.
fn share(own: &[u64], others: &[u64]) -> bool {
    own.iter().any(|hash| others.contains(hash))
}

fn content_key(contact: &UnifiedContact) -> String {
    format!("sha256:{}", contact.fingerprint())
}

impl IdentityHashes {
    /// Returns whether there are no hashes.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.emails.is_empty() && self.numbers.is_empty()
    }

    /// Returns whether a name, an address or a number matches, or there is nothing to compare. If neither addresses nor numbers
    /// can be compared, the given name suffices: people marry.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        self.is_empty()
            || other.is_empty()
            || share(&self.names, &other.names)
            || share(&self.emails, &other.emails)
            || share(&self.numbers, &other.numbers)
            || (!self.is_reachable_like(other) && share(&self.given_names, &other.given_names))
    }

    /// Returns whether a common number is a match. It is not if both have addresses and none is common: families and offices share
    /// lines.
    pub(crate) fn may_share_number(&self, other: &Self) -> bool {
        self.emails.is_empty() || other.emails.is_empty() || share(&self.emails, &other.emails)
    }

    /// Returns whether both have numbers and none is common.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        contradict(&self.numbers, &other.numbers)
    }

    /// Returns whether both have addresses, or both have numbers.
    fn is_reachable_like(&self, other: &Self) -> bool {
        let both = |own: &[u64], others: &[u64]| !own.is_empty() && !others.is_empty();
        both(&self.emails, &other.emails) || both(&self.numbers, &other.numbers)
    }

    /// Adds the hashes of another contact of the same person. Returns whether one was new.
    pub(crate) fn add(&mut self, other: &Self) -> bool {
        let mut is_changed = false;
        let lists = [
            (&mut self.names, &other.names),
            (&mut self.given_names, &other.given_names),
            (&mut self.emails, &other.emails),
            (&mut self.numbers, &other.numbers),
        ];
        for (own, others) in lists {
            for hash in others {
                if !own.contains(hash) && own.len() < MOST {
                    own.push(*hash);
                    is_changed = true;
                }
            }
        }
        is_changed
    }

    /// Returns the bytes to store: the lengths of the lists, then eight bytes for each hash.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes);
        bytes
    }

    /// Appends the bytes to store.
    pub(crate) fn write_to(&self, bytes: &mut Vec<u8>) {
        let lists = self.stored_lists();
        bytes.reserve(lists.len() + 8 * lists.iter().map(|list| list.len()).sum::<usize>());
        bytes.extend(Self::lengths(lists));
        for hash in lists.into_iter().flatten() {
            bytes.extend_from_slice(&hash.to_le_bytes());
        }
    }

    fn stored_lists(&self) -> [&[u64]; 4] {
        [&self.names, &self.given_names, &self.emails, &self.numbers]
            .map(|list| &list[..list.len().min(MOST)])
    }

    fn lengths(lists: [&[u64]; 4]) -> [u8; 4] {
        lists.map(|list| u8::try_from(list.len()).unwrap_or_default())
    }

    /// Returns the hashes of stored bytes. `None` for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::read::<8>(bytes, |bytes| bytes.try_into().ok().map(u64::from_le_bytes))
    }

    /// Reads hashes of `N` bytes each, behind the lengths of the lists.
    fn read<const N: usize>(bytes: &[u8], hash: impl Fn(&[u8]) -> Option<u64>) -> Option<Self> {
        let (lengths, rest) = bytes.split_at_checked(4)?;
        let hashes: Vec<u64> = rest.chunks_exact(N).filter_map(hash).collect();
        let lengths: Vec<usize> = lengths.iter().copied().map(usize::from).collect();
        if rest.len() != N * lengths.iter().sum::<usize>() {
            return None;
        }
        let mut hashes = hashes.into_iter();
        let mut list = |length: usize| hashes.by_ref().take(length).collect();
        let (names, given_names) = (list(lengths[0]), list(lengths[1]));
        Some(Self { names, given_names, emails: list(lengths[2]), numbers: list(lengths[3]) })
    }
}

#[cfg(feature = "sqlite")]
impl IdentityHashes {
    /// Returns the short form of a hash: the lower half of each of its halves.
    pub(crate) fn shortened_hash(hash: u64) -> u64 {
        (hash >> 16 & 0xFFFF_0000) | (hash & 0xFFFF)
    }

    /// Returns the hashes in a short form, which is compared only with other short ones.
    pub(crate) fn shortened(&self) -> Self {
        let shorten = |list: &[u64]| list.iter().copied().map(Self::shortened_hash).collect();
        Self {
            names: shorten(&self.names),
            given_names: shorten(&self.given_names),
            emails: shorten(&self.emails),
            numbers: shorten(&self.numbers),
        }
    }

    /// Returns the bytes to store of short hashes: the lengths of the lists, then four bytes for each hash.
    pub(crate) fn to_short_bytes(&self) -> Vec<u8> {
        let lists = self.stored_lists();
        let mut bytes: Vec<u8> = Self::lengths(lists).to_vec();
        for hash in lists.into_iter().flatten() {
            bytes.extend(u32::try_from(*hash).unwrap_or_default().to_le_bytes());
        }
        bytes
    }

    /// Returns the short hashes of stored bytes. `None` for other bytes.
    pub(crate) fn from_short_bytes(bytes: &[u8]) -> Option<Self> {
        Self::read::<4>(bytes, |bytes| bytes.try_into().ok().map(|it| u64::from(u32::from_le_bytes(it))))
    }
}

impl fmt::Debug for IdentityHashes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdentityHashes")
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("has_id", &self.external_id.is_some())
            .finish_non_exhaustive()
    }
}
