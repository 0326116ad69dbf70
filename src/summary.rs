//! The sum of many reports: each delivery is counted once, at its provider and outcome.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::counts::Counts;
use crate::outcome::Outcome;
use crate::report::{Report, Verdict};

/// The sum of the reports of an import.
///
/// In JSON it is an object of [`Counts`] by the providers' names, in the order of the configuration; the other fields are not
/// part of it.
///
/// ```
/// use unicontact::Outcome;
/// use unicontact::Summary;
///
/// let summary = Summary::with_providers(["acme", "iot"]);
/// assert!(summary.providers.iter().all(|(_, counts)| counts.get(Outcome::Created) == 0));
/// let json = serde_json::to_string(&summary)?;
/// assert_eq!(serde_json::from_str::<Summary>(&json)?, summary);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The counts of each provider by its name, in the order of the configuration.
    pub providers: Vec<(String, Counts)>,
    /// The number of deliveries that the journal could not record.
    pub unrecorded: u64,
    /// The number of skipped deliveries of each provider whose contact was delivered earlier, or came before in the same input,
    /// with other content. They are part of [`Counts::skipped`].
    pub changed: BTreeMap<String, u64>,
    /// The number of contacts that were sent to no provider, because their rows were refused.
    pub refused: u64,
}

impl Summary {
    /// Creates an empty summary with an entry for each provider.
    pub fn with_providers(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let providers = names.into_iter().map(|name| (name.into(), Counts::default())).collect();
        Self { providers, ..Self::default() }
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
            if let Some((_, counts)) = providers.find(|(name, _)| *name == delivery.provider) {
                counts.add(delivery.outcome);
            } else {
                let counts = Counts::from_outcome(delivery.outcome);
                self.providers.push((delivery.provider.clone(), counts));
            }
        }
    }

    /// Returns the overall result. A delivery in doubt outweighs every other one.
    pub fn verdict(&self) -> Verdict {
        let any = |outcome: Outcome| self.providers.iter().any(|(_, counts)| counts.get(outcome) > 0);
        if any(Outcome::InDoubt) {
            return Verdict::InDoubt;
        }
        let is_incomplete = [Outcome::Rejected, Outcome::Failed, Outcome::Pending].into_iter().any(any);
        if is_incomplete || self.unrecorded + self.refused > 0 { Verdict::Incomplete } else { Verdict::Done }
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

impl<'de> Deserialize<'de> for Summary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let providers = deserializer.deserialize_map(ProvidersVisitor)?;
        Ok(Self { providers, ..Self::default() })
    }
}

/// Reads the counts by provider in the order in which they are written.
struct ProvidersVisitor;

impl<'de> Visitor<'de> for ProvidersVisitor {
    type Value = Vec<(String, Counts)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of counts by the names of providers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut providers = Vec::new();
        while let Some(entry) = map.next_entry()? {
            providers.push(entry);
        }
        Ok(providers)
    }
}
