//! The numbers of unfinished deliveries in the journal, as the worker that sweeps counts them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The numbers of a provider's unfinished deliveries in the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnfinishedCounts {
    /// Deliveries that a worker has begun, or that a worker delivers again. A delivery that waits and that no worker has begun is
    /// not in the journal, and does not count.
    pub pending: u64,
    /// Deliveries in doubt: a worker looks them up later, or a person resolves them.
    pub in_doubt: u64,
}

/// The counts of all providers. `None` while this worker does not sweep. Clones share them.
#[derive(Clone, Default)]
pub(super) struct SharedCounts(Arc<Mutex<Option<BTreeMap<String, UnfinishedCounts>>>>);

impl SharedCounts {
    pub(super) fn replace(&self, counts: Option<BTreeMap<String, UnfinishedCounts>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = counts;
    }

    pub(super) fn get(&self) -> Option<BTreeMap<String, UnfinishedCounts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
