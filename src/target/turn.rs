//! The turn of a delivery at its provider.
//!
//! Its rule: what an attempt needs before it begins, and nothing of the delivery itself.

use super::StopSignal;
use crate::places::Place;

/// A place, and the sign that no new attempt is wanted.
pub(super) struct Turn<'a> {
    pub(super) stop: &'a mut StopSignal,
    pub(super) place: Place,
}
