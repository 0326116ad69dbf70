//! The capabilities of a provider. Only what the vendor documents is claimed, and the contract suite tests every claim.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

use crate::cow_str::CowStr;
use crate::dedupe::Dedupe;

/// The capabilities of a provider.
///
/// ```
/// use unicontact_providers::{Capabilities, Dedupe};
///
/// let capabilities = Capabilities { find: true, ..Capabilities::default() };
/// assert_eq!(capabilities.dedupe, Dedupe::Never);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Capabilities {
    /// The protection of the vendor against a second contact from a repeated create.
    pub dedupe: Dedupe,
    /// By what the vendor's create replaces an equal contact: `email`, `phone`, `external_id`, `name`. Empty where it never does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overwrites: Vec<CowStr>,
    /// Whether [`find`](crate::ContactProvider::find) works.
    pub find: bool,
    /// Whether one request serves many searches, so that [`find_many`](crate::ContactProvider::find_many) is efficient.
    #[serde(skip)]
    pub lists: bool,
    /// Whether [`check`](crate::ContactProvider::check) works.
    pub check: bool,
    /// The maximum time for which the vendor processes a request, if documented.
    #[serde(skip)]
    pub longest_request: Option<Duration>,
    /// The time after which [`find`](crate::ContactProvider::find) sees a new contact. Zero if the vendor documents none.
    #[serde(skip)]
    pub search_lag: Duration,
    /// The vendor's fields and their limits.
    pub fields: Cow<'static, [MappingRow]>,
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
    /// Whether the vendor refuses a contact without the vendor's field.
    pub required: bool,
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
            required: false,
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

    /// Says that the vendor refuses a contact without the field.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
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

impl Evidence {
    /// Returns how tables name it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::ThirdParty => "third party",
            Self::Inferred => "inferred",
        }
    }
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
