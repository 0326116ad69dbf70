//! The classification of an error: its kind, its effect on the vendor's data, and the operation that failed. Their names are the
//! same for all vendors and in all output.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of an error, the same for every vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration of the provider is wrong. Nothing was created. A retry does not help; correct the configuration.
    Config,
    /// The contact lacks a field that the vendor requires, or would lose one that must not be lost. Nothing was sent. A retry
    /// does not help; complete the contact.
    Unmappable,
    /// The vendor refused a value of the contact. Nothing was created. A retry does not help; correct the fields in
    /// [`field_errors`](super::ProviderError::field_errors).
    Invalid,
    /// The vendor has an equal contact already. Nothing was created. [`existing_id`](super::ProviderError::existing_id) is its
    /// id, if the vendor returned it.
    AlreadyExists,
    /// The credentials are invalid or expired. Nothing was created. Retry once with a new token; after that, only new
    /// credentials help.
    Unauthenticated,
    /// The credentials are valid but do not permit the operation. Nothing was created. Ask the vendor's administrator.
    PermissionDenied,
    /// The organization, endpoint or record does not exist. Nothing was created. Check ids and `base_url`.
    NotFound,
    /// Too many requests. Nothing was created. Retry after [`retry_after`](super::ProviderError::retry_after).
    RateLimited,
    /// The quota of the day or of the plan is exhausted. Nothing was created. Retry at
    /// [`retry_at`](super::ProviderError::retry_at), not earlier, since requests may cost quota. If the vendor returned no time,
    /// only a larger plan may help.
    QuotaExhausted,
    /// The vendor reports a failure of its own (5xx). The contact may or may not have been created.
    Unavailable,
    /// The vendor could not be reached. Nothing was sent. A retry is safe.
    Unreachable,
    /// The request was sent and its answer was lost. The contact may or may not have been created.
    Interrupted,
    /// A firewall or bot protection in front of the vendor refused the request. Nothing was created.
    Blocked,
    /// The vendor does not document such an answer. [`effect`](super::ProviderError::effect) tells whether the contact may exist.
    UnexpectedResponse,
    /// The vendor does not support the operation. Nothing was sent.
    Unsupported,
}

impl ErrorKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 15] = [
        Self::Config,
        Self::Unmappable,
        Self::Invalid,
        Self::AlreadyExists,
        Self::Unauthenticated,
        Self::PermissionDenied,
        Self::NotFound,
        Self::RateLimited,
        Self::QuotaExhausted,
        Self::Unavailable,
        Self::Unreachable,
        Self::Interrupted,
        Self::Blocked,
        Self::UnexpectedResponse,
        Self::Unsupported,
    ];

    /// Returns the name in all output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Unmappable => "unmappable",
            Self::Invalid => "invalid",
            Self::AlreadyExists => "already_exists",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Unavailable => "unavailable",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
            Self::Blocked => "blocked",
            Self::UnexpectedResponse => "unexpected_response",
            Self::Unsupported => "unsupported",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The effect of a failed attempt on the vendor's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// No request that could change data was sent.
    NotSent,
    /// The vendor answered that it changed nothing.
    Refused,
    /// Unknown. Sending the request again may create a second contact.
    Unknown,
}

impl Effect {
    /// Returns the name in all output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The operation of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// Mapping the contact to a request.
    Draft,
    /// Fetching a token.
    Authenticate,
    /// Looking up an id at the vendor.
    LookUp,
    /// Creating the contact.
    Create,
    /// Searching for a contact that an earlier create may have left.
    Find,
    /// Checking the credentials.
    Check,
    /// Listing all contacts.
    List,
}

impl Operation {
    /// Returns the operation as a participle, for a sentence: `creating`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Draft => "drafting",
            Self::Authenticate => "authenticating",
            Self::LookUp => "looking up an id",
            Self::Create => "creating",
            Self::Find => "finding",
            Self::Check => "checking",
            Self::List => "listing the contacts",
        }
    }
}
