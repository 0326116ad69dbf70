//! Hints: one imperative sentence per kind of error that says what to do, valid for every vendor.

use super::kind::{Effect, ErrorKind};

/// The hint if the account's plan allows no more contacts.
pub(super) const PLAN_LIMIT: &str = "Raise the account's plan at the vendor, or wait until its quota is renewed. Correcting the contact does not help.";
/// The hint if only the vendor's message suggests a full plan.
pub(super) const SUGGESTED_PLAN_LIMIT: &str = "The vendor's message mentions a limit of the account. If its plan is full, raise the plan, then create the contact again.";

/// Returns the hint of an error.
pub(super) fn for_error(kind: ErrorKind, effect: Effect) -> &'static str {
    if effect == Effect::Unknown {
        return "Check at the vendor whether the contact exists before you send it again. Check once more some minutes later: the vendor may still create it.";
    }
    match kind {
        ErrorKind::Config => "Correct the configuration of this provider.",
        ErrorKind::Unmappable => "Change the contact (the vendor's own fields go under `vendor`).",
        ErrorKind::Invalid => "Correct the fields that the vendor names, then create it again.",
        ErrorKind::AlreadyExists => {
            "The vendor has an equal contact already. Compare it with this one at the vendor."
        }
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
            "A firewall or bot protection in front of the vendor refused this machine. Ask the vendor to allow its IP address."
        }
        ErrorKind::UnexpectedResponse => "Check base_url: the answer is not one of the vendor's API.",
        ErrorKind::Unsupported => "The vendor documents no such operation, so it is not possible here.",
    }
}
