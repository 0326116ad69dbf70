//! The fixture document: an exchange with a vendor, its provenance, and the expected result of the adapter.
//!
//! Unknown keys and contradictory expectations are errors.

mod consistency;
mod exchange;
mod expectation;
mod first;
mod present;
mod provider;
mod reserved;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::exchange::{Encoding, ExpectedRequest, Fault, FixtureAnswer, Preparation};
pub use self::expectation::{Expectation, ExpectedFieldError};
pub use self::first::NOT_RECORDED;
pub(crate) use self::first::{NOT_WRITTEN, ReadFixture, read_first_fixture};
pub use self::provider::{ProviderDocument, ProviderKeys};
pub(crate) use self::reserved::{is_account_address, is_account_name, reserved};
pub use crate::credentials::SECRET_PLACEHOLDER;

/// An exchange with a vendor, its provenance, and the expected result of the adapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The vendor: the name of the folder.
    #[serde(skip)]
    pub vendor: String,
    /// The scenario: the name of the file without `.json`.
    #[serde(skip)]
    pub scenario: String,
    /// Where the fixture comes from, and how sure that is.
    pub provenance: Provenance,
    /// The contact: the name of a file in `contacts/`, without `.json`.
    pub contact: String,
    /// The configuration that differs from the vendor's file in `providers/`.
    #[serde(default, skip_serializing_if = "ProviderKeys::is_empty")]
    pub provider: ProviderKeys,
    /// The adapter's time; 2026-11-20T10:00:00Z by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub now: Option<Timestamp>,
    /// The exchanges before the last one, such as a login.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Preparation>,
    /// The last request. Without it, the adapter sends nothing after `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<ExpectedRequest>,
    /// The answer to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<FixtureAnswer>,
    /// The expected result.
    pub expect: Expectation,
}

/// Where a fixture comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// How sure the source is.
    pub kind: ProvenanceKind,
    /// The page, code or system that the exchange was taken from.
    pub source: String,
    /// The date, as `2026-08` or `2026-08-14`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}(-\d{2})?$"))]
    pub date: String,
    /// A note: the values that were added or replaced, and what is uncertain.
    pub note: String,
    /// The kind of the account of a recording, such as `trial`, `sandbox` or `paid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_kind: Option<String>,
    /// Whether the system of a recording is a stand-in for the vendor, such as a sandbox. Such a recording proves nothing about the
    /// vendor, and counts as `inferred`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stand_in: bool,
}

impl Provenance {
    /// Returns the kind of evidence that the fixture is. It is `kind`, but a recording of a stand-in is only `inferred`.
    pub fn evidence(&self) -> ProvenanceKind {
        if self.stand_in { ProvenanceKind::Inferred } else { self.kind }
    }
}

/// The kind of evidence for a fixture, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProvenanceKind {
    /// Recorded traffic, published by the vendor or made with the vendor.
    Recorded,
    /// An example on the vendor's own pages.
    Documented,
    /// Third-party code that relies on it.
    ThirdParty,
    /// A conclusion of the project. It tests the project's reading, not the vendor.
    Inferred,
}

impl ProvenanceKind {
    /// All kinds, the best first.
    pub const ALL: [Self; 4] = [Self::Recorded, Self::Documented, Self::ThirdParty, Self::Inferred];

    /// Returns the name, as in a fixture.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::ThirdParty => "third_party",
            Self::Inferred => "inferred",
        }
    }
}

/// The operation of the adapter that a fixture tests. The name of the scenario begins with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Creates the contact.
    Create,
    /// Searches for the contact.
    Find,
    /// Checks the credentials.
    Check,
}

impl Operation {
    /// Returns the name, with which the names of scenarios begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Find => "find",
            Self::Check => "check",
        }
    }
}

impl Fixture {
    /// Returns vendor and scenario, such as `smarttask/create_full`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.vendor, self.scenario)
    }

    /// Returns the operation. Scenarios that begin with neither `find` nor `check` create the contact.
    pub fn operation(&self) -> Operation {
        match self.scenario.split('_').next() {
            Some("find") => Operation::Find,
            Some("check") => Operation::Check,
            _ => Operation::Create,
        }
    }

    /// Returns whether the scenario's name begins with the operation, and not with a special answer.
    pub(crate) fn is_named_after_operation(&self) -> bool {
        ["create", "find", "check"].contains(&self.scenario.split('_').next().unwrap_or_default())
    }

    /// Returns the order among fixtures of the same call: the best provenance first.
    pub(crate) fn rank(&self) -> (ProvenanceKind, bool) {
        (self.provenance.evidence(), !self.is_named_after_operation())
    }

    /// Returns whether the scenario is a login. Its exchange comes before every operation.
    pub(crate) fn is_login(&self) -> bool {
        self.scenario.split('_').next() == Some("login")
    }

    /// Returns the fault of the connection, if there is one.
    pub fn fault(&self) -> Option<Fault> {
        self.answer.as_ref().and_then(|answer| answer.fault)
    }

    /// Returns all exchanges in order: those of `before`, then the last one.
    pub fn exchanges(&self) -> impl Iterator<Item = (&ExpectedRequest, &FixtureAnswer)> {
        let before = self.before.iter().map(|it| (&it.request, &it.answer));
        before.chain(self.request.as_ref().zip(self.answer.as_ref()))
    }
}

/// Returns the JSON Schema of a fixture.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Fixture).to_value();
    if let Value::Object(map) = &mut schema {
        map.insert("title".to_owned(), "Fixture".into());
    }
    schema
}
