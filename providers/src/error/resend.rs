//! The resend rule.
//!
//! Its rule is the product's: a create goes out again only if that cannot make a second contact.

use super::{Effect, ProviderError};
use crate::capabilities::Capabilities;

/// Whether the same create may be sent again.
///
/// This is the only judge of it in the whole product. It needs a reason to hope (the error is
/// transient) and proof that no second contact can come of it: either nothing was created, or the
/// vendor itself returns the first contact instead of making a second.
///
/// ```
/// use unicontact_providers::{
///     Capabilities, Dedupe, Effect, ErrorKind, Operation, ProviderError, ProviderInfo, may_resend,
/// };
///
/// let info = ProviderInfo::new("voice", "cloverhound");
/// let lost = ProviderError::new(&info, Operation::Create, ErrorKind::Interrupted, Effect::Unknown);
/// let mut capabilities = Capabilities::default();
/// assert!(!may_resend(&lost, &capabilities), "it may have been created");
///
/// capabilities.dedupe = Dedupe::ByVendor;
/// assert!(may_resend(&lost, &capabilities), "the vendor would return the first one");
/// ```
pub fn may_resend(error: &ProviderError, capabilities: &Capabilities) -> bool {
    error.is_transient() && (error.effect() != Effect::Unknown || capabilities.dedupe.is_safe())
}
