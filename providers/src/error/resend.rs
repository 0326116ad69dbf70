//! The resend rule: a create is sent again only if that cannot make a second contact.

use std::time::Duration;

use super::{Effect, ProviderError};
use crate::capabilities::Capabilities;

/// The requests of a create whose effect is unknown: each may have created the contact, or may do so yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// The time since the first of them was sent. `None` where it is not known.
    pub since_first: Option<Duration>,
    /// Whether the quiet time of the last of them is over: the vendor is presumed to have finished or dropped it.
    pub is_quiet: bool,
}

/// Returns whether the same create may be sent again.
///
/// This function alone decides it. A resend needs a reason to hope: the error is transient. And it must not be able to make
/// a second contact: no request so far can have created it, or the vendor's dedupe covers those that can
/// ([`Dedupe::covers`](crate::Dedupe::covers)). `doubt` describes those requests, the one that `error` ended included; an
/// error with unknown effect and no `doubt` permits nothing.
///
/// ```
/// use std::time::Duration;
/// use unicontact_providers::{
///     Capabilities, Dedupe, Doubt, Effect, ErrorKind, Operation, ProviderError, ProviderInfo, may_resend,
/// };
///
/// let info = ProviderInfo::new("acme", "smarttask");
/// let lost = ProviderError::new(&info, Operation::Create, ErrorKind::Interrupted, Effect::Unknown);
/// let capabilities = Capabilities { dedupe: Dedupe::ByVendor, ..Capabilities::default() };
///
/// let just_now = Doubt { since_first: Some(Duration::from_secs(2)), is_quiet: false };
/// assert!(!may_resend(&lost, &capabilities, Some(just_now)), "the first request may still be running");
///
/// let long_ago = Doubt { since_first: Some(Duration::from_secs(900)), is_quiet: true };
/// assert!(may_resend(&lost, &capabilities, Some(long_ago)), "the vendor would return the first contact");
/// ```
pub fn may_resend(error: &ProviderError, capabilities: &Capabilities, doubt: Option<Doubt>) -> bool {
    let is_safe = match doubt {
        Some(doubt) => capabilities.dedupe.covers(&doubt),
        None => error.effect() != Effect::Unknown,
    };
    error.is_transient() && is_safe
}
