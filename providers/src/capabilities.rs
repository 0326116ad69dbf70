//! What a provider promises.
//!
//! Its rule: every claim is tested, and only what the vendor documents is claimed.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::draft::MappingRow;
use crate::error::Doubt;

/// What a provider promises.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Capabilities {
    /// Whether sending the same create twice makes two contacts.
    pub dedupe: Dedupe,
    /// Whether [`find`](crate::ContactProvider::find) works.
    pub find: bool,
    /// Whether one request serves many looks, so that [`find_many`](crate::ContactProvider::find_many) is worth calling.
    #[serde(skip)]
    pub lists: bool,
    /// Whether [`check`](crate::ContactProvider::check) works.
    pub check: bool,
    /// The longest time for which the vendor works on a request, where the vendor documents it.
    #[serde(skip)]
    pub longest_request: Option<Duration>,
    /// The time after which a new contact appears in what [`find`](crate::ContactProvider::find) reads, where the vendor
    /// documents it. Zero where it documents none.
    #[serde(skip)]
    pub search_lag: Duration,
    /// The fields that it can hold, and their limits.
    pub fields: &'static [MappingRow],
}

/// How the vendor itself keeps a repeated create from making a second contact.
///
/// A vendor that looks for an equal contact before it inserts one does not see a request that is still running, so that two
/// equal requests in flight make two contacts. [`Doubt`] says how far a create may rely on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dedupe {
    /// Every create makes a contact.
    #[default]
    Never,
    /// The vendor documents that it returns a similar contact instead of making another, and not what it does with equal
    /// requests in flight.
    ByVendor,
    /// The same, and the vendor documents that equal requests in flight are serialized.
    Serialized,
    /// The vendor documents that it answers a create with the same idempotency key once within `window`, also while the
    /// first request is in flight.
    IdempotencyKey {
        /// The time for which the vendor remembers a key.
        window: Duration,
    },
}

impl Dedupe {
    /// Returns the word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::ByVendor => "by_vendor",
            Self::Serialized => "serialized",
            Self::IdempotencyKey { .. } => "idempotency_key",
        }
    }

    /// Returns whether a create may be repeated although the request of `doubt` may have created the contact.
    pub fn covers(self, doubt: &Doubt) -> bool {
        match self {
            Self::Never => false,
            Self::ByVendor => doubt.is_quiet,
            Self::Serialized => true,
            Self::IdempotencyKey { window } => doubt.since_first.is_some_and(|age| age < window),
        }
    }
}

impl Serialize for Dedupe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
