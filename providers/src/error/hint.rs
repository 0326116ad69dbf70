//! Hints: one imperative sentence per kind of error that says what to do, valid for every vendor.

use super::kind::{Effect, ErrorKind};

/// The hint if the account's plan allows no more contacts.
pub(super) const PLAN_LIMIT: &str = "Raise the account's plan at the vendor, or wait until its quota is renewed; correcting the contact does not help.";
/// The hint if only the vendor's message suggests a full plan.
pub(super) const SUGGESTED_PLAN_LIMIT: &str = "The vendor's words name a limit of the account: if its plan is full, raise the plan, then create it again.";

/// Returns the hint of an error.
pub(super) fn for_error(kind: ErrorKind, effect: Effect) -> &'static str {
    if effect == Effect::Unknown {
        return "Look at the vendor before sending again, also some minutes later: the contact may have been created, or may be yet.";
    }
    match kind {
        ErrorKind::Config => "Correct the configuration of this provider.",
        ErrorKind::Unmappable => "Change the contact (the vendor's own fields go under `vendor`).",
        ErrorKind::Invalid => "Correct the fields that the vendor names, then create it again.",
        ErrorKind::AlreadyExists => "The vendor has such a contact already; look there.",
        ErrorKind::Unauthenticated => "Check the credentials: expired, revoked or mistyped?",
        ErrorKind::PermissionDenied => {
            "Ask the vendor's administrator to allow creating contacts with these credentials."
        }
        ErrorKind::NotFound => "Check the organization id and base_url of this provider.",
        ErrorKind::RateLimited => "Wait as long as the vendor asks, or lower requests_per_second.",
        ErrorKind::QuotaExhausted => "Wait until the time given; asking earlier may cost quota.",
        ErrorKind::Unavailable => "Try again later; the vendor is in trouble.",
        ErrorKind::Unreachable => "Check the network and base_url, then try again.",
        ErrorKind::Interrupted => "Try again later.",
        ErrorKind::Blocked => {
            "Something in front of the vendor refused this machine: ask for it to be let through."
        }
        ErrorKind::UnexpectedResponse => "Check base_url: this does not look like the vendor's API.",
        ErrorKind::Unsupported => "The vendor documents no such operation.",
    }
}
