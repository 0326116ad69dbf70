//! The words for what went wrong, what it may have done, and what was being done.
//!
//! Its rule: the words are the same for every vendor and in all output, and each says what it means for the data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, in one of fifteen words that are the same for every vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The provider is set up wrongly. Nothing was created. Trying again does not help; correct the configuration.
    Config,
    /// The contact lacks what the vendor requires, or would lose a field that it must not. Nothing was sent.
    /// Trying again does not help; complete the contact.
    Unmappable,
    /// The vendor refused what is in the contact. Nothing was created. Trying again does not help; correct the
    /// fields that [`field_errors`](super::ProviderError::field_errors) names.
    Invalid,
    /// The vendor has such a contact already. Nothing was created;
    /// [`existing_id`](super::ProviderError::existing_id) says which it is, where the vendor told.
    AlreadyExists,
    /// The credentials are bad or expired. Nothing was created. It helps to try again once after a new token
    /// was fetched; after that, only new credentials do.
    Unauthenticated,
    /// The credentials are good, but not for this. Nothing was created. Ask the vendor's administrator.
    PermissionDenied,
    /// The organization, endpoint or record does not exist. Nothing was created. Check ids and `base_url`.
    NotFound,
    /// Too many requests for now. Nothing was created. It helps to try again after
    /// [`retry_after`](super::ProviderError::retry_after).
    RateLimited,
    /// The quota of the day or the plan is used up. Nothing was created. Nothing helps before
    /// [`retry_at`](super::ProviderError::retry_at), and asking earlier may cost quota; where the vendor names no time,
    /// only a larger plan may help.
    QuotaExhausted,
    /// The vendor is in trouble (5xx). The contact may or may not have been created.
    Unavailable,
    /// The vendor could not be reached. Nothing was sent; trying again is safe.
    Unreachable,
    /// The request went out and its answer was lost. The contact may or may not have been created.
    Interrupted,
    /// Something in front of the vendor (a firewall, a bot wall) turned the request away. Nothing was created.
    Blocked,
    /// The answer is not one that the vendor documents. See [`effect`](super::ProviderError::effect) for what it means.
    UnexpectedResponse,
    /// The vendor has no such operation. Nothing was sent.
    Unsupported,
}

impl ErrorKind {
    /// Every kind, in the order of the documentation.
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

    /// The word for it in all output.
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

/// What a failed attempt may have done to the vendor's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing left this machine that could change data.
    NotSent,
    /// The vendor answered that it did nothing.
    Refused,
    /// Nobody can tell. Sending again may make a second contact.
    Unknown,
}

impl Effect {
    /// The word for it in all output.
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

/// What the adapter was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Putting the request together.
    Draft,
    /// Fetching a token.
    Authenticate,
    /// Resolving an id that only the vendor knows.
    LookUp,
    /// Creating the contact.
    Create,
    /// Looking for what an earlier create may have left.
    Find,
    /// Proving that the credentials work.
    Check,
    /// Reading all contacts.
    List,
}

impl Operation {
    /// What was being done, for a sentence.
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
