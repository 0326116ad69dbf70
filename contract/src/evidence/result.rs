//! The result of a claim, without ids and messages.

use serde::Serialize;
use unicontact_providers::{Effect, ErrorKind};

use crate::fixture::Expectation;

/// The result of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum ClaimedResult {
    /// The contact was created.
    Created,
    /// The vendor had the contact before.
    Existing,
    /// A search found the contact.
    Found,
    /// A search found nothing.
    NotFound,
    /// A search found similar contacts.
    Unclear,
    /// The vendor accepted the credentials.
    Checked,
    /// The operation failed.
    Failed(ClaimedError),
}

/// The error of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimedError {
    /// The kind.
    pub kind: ErrorKind,
    /// The effect on the vendor's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// The HTTP status, if the vendor answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl From<&Expectation> for ClaimedResult {
    fn from(expect: &Expectation) -> Self {
        if let Some(kind) = expect.kind {
            let Expectation { effect, status, code, .. } = expect;
            Self::Failed(ClaimedError { kind, effect: *effect, status: *status, code: code.clone() })
        } else if expect.created.is_some() {
            Self::Created
        } else if expect.existing.is_some() {
            Self::Existing
        } else if let Some(id) = &expect.found {
            if id.is_null() { Self::NotFound } else { Self::Found }
        } else if expect.unclear.is_some() {
            Self::Unclear
        } else {
            Self::Checked
        }
    }
}

impl ClaimedResult {
    /// Returns the name: that of the result, or the kind of the error.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Existing => "existing",
            Self::Found => "found",
            Self::NotFound => "not_found",
            Self::Unclear => "unclear",
            Self::Checked => "checked",
            Self::Failed(error) => error.kind.as_str(),
        }
    }
}
