//! What a delivery holds while its attempts run.

use unicontact_providers::{Draft, ProviderError};

use super::stop::StopSignal;
use crate::limit::{Permit, Slot};

/// The permit of the concurrency limiter, the stop signal, and what the first attempt sends.
pub(super) struct AttemptResources<'a> {
    pub(super) stop: &'a mut StopSignal,
    pub(super) permit: Permit,
    /// The draft of the first attempt, or the error that rejects the current contact. After an error, the delivery runs only to
    /// resolve an earlier doubt.
    pub(super) accepted: Option<Result<Draft, ProviderError>>,
    /// The rate limit's slot for the first attempt.
    pub(super) slot: Option<Slot>,
}
