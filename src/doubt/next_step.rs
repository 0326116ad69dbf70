//! The past attempts of a delivery in doubt, and the next step for it.

use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::Stamp;

/// The longest quiet time. Every journal can store its end.
pub(crate) const MAX_QUIET_TIME: Duration = Duration::from_hours(24 * 3650);

/// The past attempts of a delivery in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PastAttempts {
    /// No attempt began after this time.
    pub(crate) may_send_until: Stamp,
    /// The time of the last look-up.
    pub(crate) looked_at: Option<Timestamp>,
}

/// The next step for a delivery in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Look the contact up at the vendor.
    Look,
    /// Send the contact: it was not created.
    Send,
    /// Send the contact again: the vendor's dedupe covers every attempt so far. The delivery stays in doubt until the vendor has it.
    Resend,
    /// Do nothing before this time.
    Wait(Timestamp),
    /// Do nothing until a person resolves the doubt.
    AskPerson,
}

impl NextStep {
    /// Returns the time before which nothing can be done, if there is one.
    pub(crate) fn time(self) -> Option<Timestamp> {
        match self {
            Self::Wait(time) => Some(time),
            Self::Look | Self::Send | Self::Resend | Self::AskPerson => None,
        }
    }
}
