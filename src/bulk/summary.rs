//! The sum of many reports.
//!
//! Its rule: every delivery is counted once, under the word of its outcome.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Import, name};
use crate::delivery::{Outcome, Report, Verdict};

/// How many deliveries of one provider ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The contact was created.
    pub created: u64,
    /// The vendor had it before.
    pub existing: u64,
    /// It was refused for what is in it.
    pub rejected: u64,
    /// It was not created, for another reason.
    pub failed: u64,
    /// Nobody can tell whether it was created.
    pub in_doubt: u64,
    /// It was delivered earlier, or came before in the same import.
    pub skipped: u64,
    /// It was not sent yet.
    pub pending: u64,
}

/// The sum of an import, provider by provider. Serializes as an object of [`Counts`] by the providers' names, in the order
/// of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The providers by their names, in the order of the configuration.
    pub providers: Vec<(String, Counts)>,
    /// How many deliveries the journal should know and does not.
    pub unrecorded: u64,
    /// How many deliveries of each provider were skipped whose person was delivered earlier, or came before in the
    /// same input, with other content. They are among [`Counts::skipped`].
    pub changed: BTreeMap<String, u64>,
    /// How many contacts were sent to no provider, since their rows were rejected.
    pub refused: u64,
}

impl Counts {
    /// How many of them ended so.
    pub fn of(&self, outcome: Outcome) -> u64 {
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

    pub(crate) fn add(&mut self, outcome: Outcome) {
        self.add_many(outcome, 1);
    }

    /// Adds so many deliveries that ended so.
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

impl Summary {
    /// An empty one, which knows the providers of `import` already.
    pub fn of(import: &Import) -> Self {
        let targets = import.fan_out().targets().iter();
        Self {
            providers: targets.map(|target| (name(target), Counts::default())).collect(),
            ..Self::default()
        }
    }

    /// Counts the deliveries of a report.
    pub fn add(&mut self, report: &Report) {
        self.refused += u64::from(report.refusal.is_some());
        for delivery in &report.deliveries {
            self.unrecorded += u64::from(delivery.unrecorded.is_some());
            if delivery.differs_in.is_some() {
                *self.changed.entry(delivery.provider.clone()).or_default() += 1;
            }
            let mut providers = self.providers.iter_mut();
            match providers.find(|(name, _)| *name == delivery.provider) {
                Some((_, counts)) => counts.add(delivery.outcome),
                None => self.providers.push((delivery.provider.clone(), Counts::one(delivery.outcome))),
            }
        }
    }

    /// The sum of the sum. Doubt outweighs everything else.
    pub fn verdict(&self) -> Verdict {
        let any = |outcome: Outcome| self.providers.iter().any(|(_, counts)| counts.of(outcome) > 0);
        if any(Outcome::InDoubt) {
            return Verdict::InDoubt;
        }
        let is_incomplete = [Outcome::Rejected, Outcome::Failed, Outcome::Pending].into_iter().any(any);
        if is_incomplete || self.unrecorded + self.refused > 0 { Verdict::Incomplete } else { Verdict::Done }
    }
}

impl Counts {
    pub(crate) fn one(outcome: Outcome) -> Self {
        let mut counts = Self::default();
        counts.add(outcome);
        counts
    }
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.providers.len()))?;
        for (name, counts) in &self.providers {
            map.serialize_entry(name, counts)?;
        }
        map.end()
    }
}
