//! The numbers of deliveries by outcome.

use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;

/// The number of deliveries of one provider for each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The contact was created.
    pub created: u64,
    /// The vendor had the contact before.
    pub existing: u64,
    /// The content of the contact was refused.
    pub rejected: u64,
    /// The contact was not created, for another reason.
    pub failed: u64,
    /// The contact may or may not have been created.
    pub in_doubt: u64,
    /// The contact was delivered earlier, or came before in the same import.
    pub skipped: u64,
    /// The contact has not been sent yet.
    pub pending: u64,
}

impl Counts {
    /// Returns the counts of one delivery.
    pub(crate) fn from_outcome(outcome: Outcome) -> Self {
        let mut counts = Self::default();
        counts.add(outcome);
        counts
    }

    /// Returns the number of deliveries with this outcome.
    pub fn get(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Created => self.created,
            Outcome::Existing => self.existing,
            Outcome::Rejected => self.rejected,
            Outcome::Failed => self.failed,
            Outcome::InDoubt => self.in_doubt,
            Outcome::Skipped => self.skipped,
            Outcome::Pending => self.pending,
        }
    }

    /// Adds one delivery.
    pub(crate) fn add(&mut self, outcome: Outcome) {
        self.add_many(outcome, 1);
    }

    /// Adds `number` deliveries with the same outcome.
    pub fn add_many(&mut self, outcome: Outcome, number: u64) {
        let count = match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Existing => &mut self.existing,
            Outcome::Rejected => &mut self.rejected,
            Outcome::Failed => &mut self.failed,
            Outcome::InDoubt => &mut self.in_doubt,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Pending => &mut self.pending,
        };
        *count += number;
    }
}
