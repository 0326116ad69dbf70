//! The errors of attempts in the model.

use unicontact_providers::{Effect, ErrorKind, Operation, ProviderError, ProviderInfo};

/// An error of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Failure {
    /// The answer was lost.
    Lost,
    /// Refused because of the contact's content.
    Invalid,
    /// Refused for a temporary reason.
    Unavailable,
    /// Throttled alone: the delivery waits where it is.
    Throttled,
    /// Throttled in a row, so that the provider is paused.
    RateLimited,
}

impl Failure {
    pub(super) fn error(self) -> ProviderError {
        let (kind, effect) = match self {
            Self::Lost => (ErrorKind::Interrupted, Effect::Unknown),
            Self::Invalid => (ErrorKind::Invalid, Effect::Refused),
            Self::Unavailable => (ErrorKind::Unavailable, Effect::Refused),
            Self::Throttled | Self::RateLimited => (ErrorKind::RateLimited, Effect::Refused),
        };
        ProviderError::new(&ProviderInfo::new("acme", "emnify"), Operation::Create, kind, effect)
    }
}
