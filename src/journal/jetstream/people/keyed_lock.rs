//! A fair lock on sets of keys, by which one process identifies contacts in the order of its input.
//!
//! Two contacts that share an index entry are identified one after the other. So the first of two rows of a file registers the
//! person, and rows of one process never find each other's unfinished registrations on the servers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Locks keys of index entries. A clone locks the same keys.
#[derive(Clone, Default)]
pub(super) struct KeyedLock(Arc<Mutex<HashMap<String, Owner>>>);

/// The last guard that locked a key, or waits for it.
struct Owner {
    number: u64,
    /// Closed when the guard is dropped.
    released: watch::Receiver<()>,
}

/// A place in the queues of some keys. Dropping it unlocks them.
pub(super) struct KeyedGuard {
    lock: KeyedLock,
    number: u64,
    keys: Vec<String>,
    predecessors: Vec<watch::Receiver<()>>,
    _release: watch::Sender<()>,
}

impl KeyedLock {
    fn owners(&self) -> MutexGuard<'_, HashMap<String, Owner>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the queues of all keys at once. `number` must differ from those of all other guards.
    pub(super) fn enqueue(&self, number: u64, keys: Vec<String>) -> KeyedGuard {
        let (release, released) = watch::channel(());
        let mut owners = self.owners();
        let predecessors = keys.iter().filter_map(|key| {
            let previous = owners.insert(key.clone(), Owner { number, released: released.clone() })?;
            Some(previous.released)
        });
        let predecessors = predecessors.collect();
        KeyedGuard { lock: self.clone(), number, keys, predecessors, _release: release }
    }
}

impl KeyedGuard {
    /// Waits until all guards that entered the queues earlier have been dropped.
    pub(super) async fn acquire(&mut self) {
        for mut predecessor in self.predecessors.drain(..) {
            // Nothing is ever sent; an error means that the guard was dropped.
            let _ = predecessor.changed().await;
        }
    }
}

impl Drop for KeyedGuard {
    fn drop(&mut self) {
        let mut owners = self.lock.owners();
        for key in &self.keys {
            if owners.get(key).is_some_and(|owner| owner.number == self.number) {
                owners.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn enqueue(lock: &KeyedLock, number: u64, keys: &[&str]) -> KeyedGuard {
        lock.enqueue(number, keys.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_guard_waits_for_all_earlier_guards_with_one_of_its_keys() {
        let lock = KeyedLock::default();
        let mut first = enqueue(&lock, 1, &["a", "b"]);
        let mut other = enqueue(&lock, 2, &["c"]);
        let mut second = enqueue(&lock, 3, &["b", "c"]);
        assert!(first.acquire().now_or_never().is_some() && other.acquire().now_or_never().is_some());
        let mut acquire = Box::pin(second.acquire());
        assert!(acquire.as_mut().now_or_never().is_none());
        drop(first);
        assert!(acquire.as_mut().now_or_never().is_none());
        drop(other);
        assert!(acquire.as_mut().now_or_never().is_some());
        drop(acquire);
        drop(second);
        assert!(lock.owners().is_empty());
    }
}
