//! One exchange with a vendor as a document: where it comes from, and what is expected of the adapter.
//!
//! Rule: reading is strict. An unknown key or an expectation that says two things is a mistake, never a guess.

mod consistency;
mod exchange;
mod expectation;
mod provider;
mod reserved;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::exchange::{Encoding, ExpectedRequest, Fault, GivenAnswer, HIDDEN, Preparation};
pub use self::expectation::{Expectation, ExpectedFieldError};
pub use self::provider::{ProviderDocument, ProviderKeys};
pub(crate) use self::reserved::reserved;

/// One exchange with a vendor, where it comes from, and what is expected of the adapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The vendor: the name of the folder.
    #[serde(skip)]
    pub vendor: String,
    /// The scenario: the name of the file without `.json`.
    #[serde(skip)]
    pub scenario: String,
    /// Where it comes from, and how sure that is.
    pub provenance: Provenance,
    /// The contact: the name of a file in `contacts/`, without `.json`.
    pub contact: String,
    /// What differs from the vendor's file in `providers/`.
    #[serde(default, skip_serializing_if = "ProviderKeys::is_empty")]
    pub provider: ProviderKeys,
    /// What time it is for the adapter; 2026-11-20T10:00:00Z unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub now: Option<Timestamp>,
    /// The exchanges that come first, such as a login.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Preparation>,
    /// The last request. Without it nothing is sent after those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<ExpectedRequest>,
    /// The answer to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<GivenAnswer>,
    /// What comes out.
    pub expect: Expectation,
}

/// Where a fixture comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// How sure we are.
    pub kind: ProvenanceKind,
    /// The page, the code or the system that it was taken from.
    pub source: String,
    /// When, as `2026-08` or `2026-08-14`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}(-\d{2})?$"))]
    pub date: String,
    /// What of it is ours, was replaced, or is not certain.
    pub note: String,
}

/// How sure we are of a fixture, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProvenanceKind {
    /// Traffic: the vendor's published one, or our own with the vendor.
    Recorded,
    /// The vendor's own pages show it.
    Documented,
    /// Somebody else's code relies on it.
    ThirdParty,
    /// We conclude it. It tests our reading, not the vendor.
    Inferred,
}

impl ProvenanceKind {
    /// Its name, as in a fixture.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::ThirdParty => "third_party",
            Self::Inferred => "inferred",
        }
    }
}

/// What the adapter is asked to do. The name of the scenario says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To create the contact.
    Create,
    /// To find it.
    Find,
    /// To prove its credentials.
    Check,
}

impl Fixture {
    /// Vendor and scenario, as in `smarttask/create_full`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.vendor, self.scenario)
    }

    /// What the adapter is asked to do.
    pub fn asked(&self) -> Asked {
        match self.scenario.split('_').next() {
            Some("find") => Asked::Find,
            Some("check") => Asked::Check,
            _ => Asked::Create,
        }
    }

    /// Whether its name begins with what is asked, and not with what is special about the answer.
    pub(crate) fn is_named_after_what_is_asked(&self) -> bool {
        ["create", "find", "check"].contains(&self.scenario.split('_').next().unwrap_or_default())
    }

    /// What goes wrong with the connection, if anything.
    pub fn fault(&self) -> Option<Fault> {
        self.answer.as_ref().and_then(|answer| answer.fault)
    }

    /// All exchanges in order: those before, then the last one.
    pub fn exchanges(&self) -> impl Iterator<Item = (&ExpectedRequest, &GivenAnswer)> {
        let before = self.before.iter().map(|it| (&it.request, &it.answer));
        before.chain(self.request.as_ref().zip(self.answer.as_ref()))
    }
}

/// The JSON Schema of a fixture.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Fixture).to_value();
    if let Value::Object(map) = &mut schema {
        map.insert("title".to_owned(), "Fixture".into());
    }
    schema
}

/// A key that is there with `null` is not a key that is missing.
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
