//! The turn of a delivery at its provider.
//!
//! Its rule: what an attempt needs before it begins, and nothing of the delivery itself.

use unicontact_providers::Draft;

use super::StopSignal;
use crate::places::Place;

/// A place, the sign that no new attempt is wanted, and the draft that was judged, for the first attempt.
pub(super) struct Turn<'a> {
    pub(super) stop: &'a mut StopSignal,
    pub(super) place: Place,
    pub(super) draft: Option<Draft>,
}
