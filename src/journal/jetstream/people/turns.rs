//! The order in which one process asks who its contacts are.
//!
//! Two contacts that share an index entry are asked about one after the other, in the order in which they came. So of two rows
//! of one input the first registers the person, and they never meet each other's registrations on the servers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The contacts that are asked about, by their index entries.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Last>>>);

/// The contact that came last of those with an index entry.
struct Last {
    number: u64,
    /// Closed when its question is answered.
    end: watch::Receiver<()>,
}

/// The turn of one contact. It ends when this is dropped.
pub(super) struct Turn {
    turns: Turns,
    number: u64,
    keys: Vec<String>,
    before: Vec<watch::Receiver<()>>,
    _end: watch::Sender<()>,
}

impl Turns {
    fn locked(&self) -> MutexGuard<'_, HashMap<String, Last>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a turn after all that were taken before with one of these keys.
    pub(super) fn take(&self, number: u64, keys: Vec<String>) -> Turn {
        let (sender, end) = watch::channel(());
        let mut last = self.locked();
        let before = keys.iter().filter_map(|key| {
            let before = last.insert(key.clone(), Last { number, end: end.clone() })?;
            Some(before.end)
        });
        let before = before.collect();
        Turn { turns: self.clone(), number, keys, before, _end: sender }
    }
}

impl Turn {
    /// Waits for those that were taken before.
    pub(super) async fn comes(&mut self) {
        for mut before in self.before.drain(..) {
            // It is closed and never sent to.
            let _ = before.changed().await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut last = self.turns.locked();
        for key in &self.keys {
            if last.get(key).is_some_and(|last| last.number == self.number) {
                last.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn take(turns: &Turns, number: u64, keys: &[&str]) -> Turn {
        turns.take(number, keys.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_turn_comes_after_those_before_it_with_a_key_of_its_own() {
        let turns = Turns::default();
        let mut first = take(&turns, 1, &["a", "b"]);
        let mut other = take(&turns, 2, &["c"]);
        let mut second = take(&turns, 3, &["b", "c"]);
        assert!(first.comes().now_or_never().is_some() && other.comes().now_or_never().is_some());
        let mut comes = Box::pin(second.comes());
        assert!(comes.as_mut().now_or_never().is_none());
        drop(first);
        assert!(comes.as_mut().now_or_never().is_none());
        drop(other);
        assert!(comes.as_mut().now_or_never().is_some());
        drop(comes);
        drop(second);
        assert!(turns.locked().is_empty());
    }
}
