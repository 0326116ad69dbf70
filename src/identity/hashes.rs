//! The hashed identity of a contact.

use std::fmt;

use unicontact_providers::identity::Traits;
use unicontact_providers::{UnifiedContact, contact_key};

use super::key::IdentityKey;
use super::method::IdentifyBy;

/// The hashes of a person's name, and of the name together with each address and number. They are in different domains, so
/// that equal hashes are of equal things.
const NAME: u8 = b'n';
const GIVEN_NAME: u8 = b'g';
const EMAIL: u8 = b'e';
const NUMBER: u8 = b'p';
const NAME_AND_EMAIL: u8 = b'E';
const NAME_AND_NUMBER: u8 = b'P';
/// The half of a hash that ends it.
const LOWER_HALF: u64 = 0xFFFF_FFFF;
/// The most hashes of each kind that are kept of a person.
const MOST: usize = 64;

/// The hashes of a person's names, e-mail addresses and telephone numbers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TraitHashes {
    pub(crate) names: Vec<u64>,
    /// Of the given names.
    pub(crate) given_names: Vec<u64>,
    pub(crate) emails: Vec<u64>,
    pub(crate) numbers: Vec<u64>,
}

/// A contact as a journal looks for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The `external_id`, where the contact is recognized by it.
    pub(crate) external_id: Option<String>,
    /// The key of a person that nobody knows yet.
    pub(crate) new_key: String,
    /// The key under which the contact was recorded if it was delivered before it had an id.
    pub(crate) key_without_id: Option<String>,
    /// The key and the fingerprint of the content under which version 0.1.0 recorded the contact, if it read another id.
    pub(crate) earlier: Option<EarlierKey>,
    pub(crate) traits: TraitHashes,
    /// Whether a person with other numbers only is somebody else, although the name and an address agree.
    pub(crate) separates: bool,
    /// Whether the name must agree, too.
    pub(crate) needs_name: bool,
    /// The hashes that decide alone: of the name with each address, or of what the contact is recognized by otherwise.
    pub(crate) decisive: Vec<u64>,
    /// The hashes of the name with each number, which do not decide against addresses.
    pub(crate) by_number: Vec<u64>,
    /// The hashes of the addresses, where no hash that decides begins with them.
    pub(crate) searchable: Vec<u64>,
}

impl Identity {
    /// Returns the identity of a contact, or `None` of one without what it is recognized by.
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
            key_without_id: external_id.as_ref().map(|_| key_without_id(contact)),
            earlier: None,
            external_id,
            traits: TraitHashes { names, given_names, emails: emails.clone(), numbers },
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

    /// Takes a person with other numbers only for somebody else, although the name and an address agree.
    #[must_use]
    pub fn separating(self) -> Self {
        Self { separates: true, ..self }
    }

    /// Returns whether a person with these traits is still known under the hashes of this identity.
    pub(crate) fn is_shared_by(&self, traits: &TraitHashes) -> bool {
        let has_name =
            !self.needs_name || self.traits.names.is_empty() || share(&self.traits.names, &traits.names);
        has_name
            && (share(&self.traits.emails, &traits.emails) || share(&self.traits.numbers, &traits.numbers))
    }

    /// Adds the key under which version 0.1.0 recorded the contact, where it is another one.
    pub(crate) fn with_earlier(self, earlier: Option<EarlierKey>) -> Self {
        Self { earlier, ..self }
    }

    /// Returns all hashes under which the contact is to be known: those that it is recognized by, and those of its addresses,
    /// by which people look for it.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.decisive.iter().chain(&self.by_number).chain(&self.searchable).copied()
    }
}

/// Returns hashes that begin with one hash and end with another, so that one entry in a table serves a search for either the
/// beginning or the whole.
fn joined(beginnings: &[u64], ends: &[u64]) -> Vec<u64> {
    let join = |(beginning, end): (&u64, &u64)| (beginning & !LOWER_HALF) | (end & LOWER_HALF);
    beginnings.iter().zip(ends).map(join).collect()
}

/// Returns the first and the last hash that begin as this one.
pub(crate) fn beginning_like(hash: u64) -> (u64, u64) {
    (hash & !LOWER_HALF, hash | LOWER_HALF)
}

/// Under what version 0.1.0 recorded a contact.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EarlierKey {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
}

impl EarlierKey {
    /// Returns the key of a contact that version 0.1.0 may have read otherwise: `earlier` where it comes from a file.
    pub(crate) fn new(contact: &UnifiedContact, earlier: Option<&UnifiedContact>) -> Option<Self> {
        let key = |read: &UnifiedContact| Self { key: contact_key(read), fingerprint: read.fingerprint() };
        earlier.map(key).or_else(|| contact.as_read_by_v0_1().as_ref().map(key))
    }
}

/// Returns the hash under which everyone with an e-mail address is known.
pub(crate) fn email_hash(address: &str, key: &IdentityKey) -> u64 {
    key.hash(EMAIL, &[unicontact_providers::identity::normalized_email(address).as_bytes()])
}

/// Returns whether contacts with these numbers are different people although they have one name and address: both have numbers,
/// and none agrees.
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

fn key_without_id(contact: &UnifiedContact) -> String {
    content_key(&UnifiedContact { external_id: None, ..contact.clone() })
}

impl TraitHashes {
    /// Returns whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.emails.is_empty() && self.numbers.is_empty()
    }

    /// Returns whether a name, an address or a number agrees, or nothing is there to compare. Where neither addresses nor
    /// numbers can be compared, the given name suffices: people marry.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        self.is_empty()
            || other.is_empty()
            || share(&self.names, &other.names)
            || share(&self.emails, &other.emails)
            || share(&self.numbers, &other.numbers)
            || (!self.is_reachable_like(other) && share(&self.given_names, &other.given_names))
    }

    /// Returns whether a number in common is a match. It is none where both have addresses and none of these agrees: families and
    /// offices share lines.
    pub(crate) fn may_share_number(&self, other: &Self) -> bool {
        self.emails.is_empty() || other.emails.is_empty() || share(&self.emails, &other.emails)
    }

    /// Returns whether both have numbers and none agrees.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        contradict(&self.numbers, &other.numbers)
    }

    /// Returns whether both have addresses, or both have numbers.
    fn is_reachable_like(&self, other: &Self) -> bool {
        let both = |own: &[u64], others: &[u64]| !own.is_empty() && !others.is_empty();
        both(&self.emails, &other.emails) || both(&self.numbers, &other.numbers)
    }

    /// Adds the hashes of another contact of the same person. Returns whether there was a new one.
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
        let lists = [&self.names, &self.given_names, &self.emails, &self.numbers];
        let mut bytes: Vec<u8> =
            lists.map(|list| u8::try_from(list.len().min(MOST)).unwrap_or_default()).to_vec();
        for hash in lists.into_iter().flat_map(|list| list.iter().take(MOST)) {
            bytes.extend(hash.to_le_bytes());
        }
        bytes
    }

    /// Returns the hashes of stored bytes, or `None` where they are not such.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (lengths, rest) = bytes.split_at_checked(4)?;
        let hashes: Vec<u64> =
            rest.chunks_exact(8).filter_map(|it| it.try_into().ok().map(u64::from_le_bytes)).collect();
        let lengths: Vec<usize> = lengths.iter().copied().map(usize::from).collect();
        if rest.len() != 8 * lengths.iter().sum::<usize>() {
            return None;
        }
        let mut hashes = hashes.into_iter();
        let mut list = |length: usize| hashes.by_ref().take(length).collect();
        let (names, given_names) = (list(lengths[0]), list(lengths[1]));
        Some(Self { names, given_names, emails: list(lengths[2]), numbers: list(lengths[3]) })
    }
}

impl fmt::Debug for TraitHashes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TraitHashes")
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
