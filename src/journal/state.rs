//! The state of a delivery, and the id of the claim that may hold it.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use crate::outcome::Outcome;

/// The id of a claim, by which it is extended and settled: a fencing token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimId(u64);

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordState {
    /// A run holds it.
    Claimed(ClaimId),
    /// The run that held it ended without a settlement. The contact may have been created.
    Interrupted,
    /// It ended with this outcome.
    Settled(Outcome),
}

impl ClaimId {
    /// Creates a random id.
    #[expect(clippy::new_without_default, reason = "two new ids differ")]
    #[expect(clippy::disallowed_methods, reason = "a simulation has a journal that numbers its claims")]
    pub fn new() -> Self {
        Self(RandomState::new().hash_one(()))
    }

    /// Creates the id with this number.
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number, to be stored.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Returns whether the vendor does not have the contact of a delivery that ended so.
pub(super) fn may_be_sent(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::Pending)
}

impl fmt::Debug for ClaimId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClaimId")
    }
}
