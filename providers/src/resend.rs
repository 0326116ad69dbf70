//! The resend rule: a create is sent again only if that cannot create a second contact.

use crate::capabilities::Capabilities;
use crate::dedupe::Doubt;
use crate::error::{Effect, ProviderError};

/// Returns whether the same create may be sent again.
///
/// This function alone decides it. Two conditions must hold: the error is transient, and a resend cannot create a second contact.
/// The latter is so if no request so far can have created the contact, or if the vendor's dedupe covers those that can
/// ([`Dedupe::covers`](crate::Dedupe::covers)). `doubt` describes these requests, including the one that ended with `error`. An
/// error with unknown effect and no `doubt` permits no resend.
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
