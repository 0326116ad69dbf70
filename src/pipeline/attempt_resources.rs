//! The turn of a delivery at its provider.
//!
//! Its rule: what an attempt needs before it begins, and nothing of the delivery itself.

use unicontact_providers::{Draft, ProviderError};

use super::StopSignal;
use crate::limit::Permit;
use crate::limit::Slot;

/// A place, the sign that no new attempt is wanted, and for the first attempt the draft that was judged and its moment.
pub(super) struct AttemptResources<'a> {
    pub(super) stop: &'a mut StopSignal,
    pub(super) place: Permit,
    pub(super) draft: Option<Draft>,
    /// Why the contact is not sent as it is now, if only an earlier doubt is to be settled.
    pub(super) refusal: Option<ProviderError>,
    pub(super) slot: Option<Slot>,
}
