//! Why a circuit breaker is open, and which failures open one.

use std::borrow::Cow;

use jiff::Zoned;
use unicontact_providers::ErrorKind;

/// The reason why nothing is sent to a provider: its circuit breaker is open.
///
/// `Import::open_breakers` and `Worker::open_breakers` return one for each open breaker.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OpenReason {
    /// The provider's name.
    pub provider: String,
    /// The kind of the error that opened the breaker. `None` if a person paused the provider.
    pub kind: Option<ErrorKind>,
    /// The text of that error, or the person's reason.
    pub message: String,
    /// What a person can do about it.
    pub hint: Cow<'static, str>,
    /// The number of deliveries that failed in a row; at least 1, unless a person paused the provider.
    pub consecutive_failures: u32,
    /// The time from which the vendor accepts requests again, if the vendor stated one.
    pub retry_at: Option<Zoned>,
    /// The time at which the breaker admits one delivery as a probe. `None` if it stays open until a person acts.
    pub half_open_at: Option<Zoned>,
}

impl OpenReason {
    /// The [`Self::kind_name`] of a pause that a person ordered.
    pub const BY_PERSON: &str = "by_person";

    /// Returns the word for its kind in output.
    pub fn kind_name(&self) -> &'static str {
        self.kind.map_or(Self::BY_PERSON, ErrorKind::as_str)
    }
}

/// Returns whether every later contact would meet the same failure, until a person acts or a quota is renewed.
pub(super) fn affects_every_contact(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::QuotaExhausted)
}

/// Returns whether the vendor accepts no more requests or contacts for some time.
pub(super) fn is_limit(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::RateLimited | ErrorKind::QuotaExhausted)
}

/// Returns whether a failure of this kind passes without a person.
pub(crate) fn recovers_by_itself(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::Unavailable
            | ErrorKind::Unreachable
            | ErrorKind::Interrupted
    )
}
