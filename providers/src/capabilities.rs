//! What a provider promises.
//!
//! Its rule: every claim is tested, and only what the vendor documents is claimed.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::draft::CowStr;
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
    pub fields: Cow<'static, [MappingRow]>,
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

/// One row of an adapter's mapping: the vendor's field that holds a field of the contact, and how we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappingRow {
    /// The field of the contact, without indices: `emails`.
    pub field: CowStr,
    /// The vendor's field.
    pub to: CowStr,
    /// The longest text that the field takes, if the vendor says.
    pub limit: Option<usize>,
    /// How many values the field takes.
    pub count: Cardinality,
    /// Where we know it from.
    pub evidence: Evidence,
}

impl MappingRow {
    /// Returns a row for one value without a limit, which the vendor documents.
    pub const fn new(field: &'static str, to: &'static str) -> Self {
        Self {
            field: Cow::Borrowed(field),
            to: Cow::Borrowed(to),
            limit: None,
            count: Cardinality::One,
            evidence: Evidence::Documented,
        }
    }

    /// Sets the longest text that the field takes.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Says that the field takes any number of values.
    #[must_use]
    pub const fn many(mut self) -> Self {
        self.count = Cardinality::Many;
        self
    }

    /// Says that nobody has confirmed the row.
    #[must_use]
    pub const fn inferred(mut self) -> Self {
        self.evidence = Evidence::Inferred;
        self
    }
}

/// How many values a vendor's field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cardinality {
    /// One.
    One,
    /// Any number.
    Many,
}

/// How sure we are of a vendor's behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The vendor's own documentation, client library or recorded traffic says so.
    Documented,
    /// Somebody else's code says so.
    ThirdParty,
    /// It follows from conventions, and nobody has confirmed it.
    Inferred,
}
