//! A watch channel: a value that many tasks can wait for.
//!
//! It replaces Tokio's `watch`, which wakes receivers in a random order. This one wakes them in the order in which they began to
//! wait, so that a simulation is reproducible from its seed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The sender of a value. Its clones send the same one.
#[derive(Debug, Default)]
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// The receiver of a value.
#[derive(Debug, Clone)]
pub(crate) struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The version that this receiver returned last.
    seen_version: u64,
}

#[derive(Debug, Default)]
struct Shared<T> {
    value: Mutex<Versioned<T>>,
    changed: Notify,
}

#[derive(Debug, Clone, Copy, Default)]
struct Versioned<T> {
    value: T,
    version: u64,
}

impl<T: Copy> Sender<T> {
    pub(crate) fn new(value: T) -> Self {
        let value = Mutex::new(Versioned { value, version: 0 });
        Self(Arc::new(Shared { value, changed: Notify::new() }))
    }

    /// Replaces the value and wakes the receivers.
    pub(crate) fn send_replace(&self, value: T) {
        self.send_if_modified(|current| {
            *current = value;
            true
        });
    }

    /// Modifies the value, and wakes the receivers if `modify` returns true.
    pub(crate) fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) {
        let mut current = self.0.lock();
        let is_modified = modify(&mut current.value);
        current.version += u64::from(is_modified);
        drop(current);
        if is_modified {
            self.0.changed.notify_waiters();
        }
    }

    /// Returns the value.
    pub(crate) fn get(&self) -> T {
        self.0.lock().value
    }

    /// Returns a receiver to which the current value is not a change.
    pub(crate) fn subscribe(&self) -> Receiver<T> {
        let seen_version = self.0.lock().version;
        Receiver { shared: Arc::clone(&self.0), seen_version }
    }
}

impl<T: Copy> Receiver<T> {
    /// Returns the value.
    pub(crate) fn get(&self) -> T {
        self.shared.lock().value
    }

    /// Waits until `predicate` accepts the value.
    pub(crate) async fn wait_for(&mut self, predicate: impl Fn(T) -> bool) {
        loop {
            // Created before the check, so that no later change is missed.
            let changed = self.shared.changed.notified();
            let Versioned { value, version } = *self.shared.lock();
            self.seen_version = version;
            if predicate(value) {
                return;
            }
            changed.await;
        }
    }

    /// Waits for a value that was sent after the last one that this receiver returned.
    #[cfg(feature = "queue")]
    pub(crate) async fn changed(&mut self) {
        loop {
            let changed = self.shared.changed.notified();
            let version = self.shared.lock().version;
            if version != self.seen_version {
                self.seen_version = version;
                return;
            }
            changed.await;
        }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Versioned<T>> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[tokio::test]
    async fn receivers_are_woken_in_the_order_in_which_they_began_to_wait() {
        let sender = Sender::new(false);
        let woken = Arc::new(Mutex::new(Vec::new()));
        let waiting = (0..40).map(|number| {
            let (mut receiver, woken) = (sender.subscribe(), Arc::clone(&woken));
            tokio::spawn(async move {
                receiver.wait_for(|value| value).await;
                woken.lock().unwrap().push(number);
            })
        });
        let waiting: Vec<_> = waiting.collect();
        tokio::task::yield_now().await;
        sender.send_replace(true);
        for task in waiting {
            task.await.unwrap();
        }
        assert_eq!(*woken.lock().unwrap(), (0..40).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn wait_for_returns_at_once_for_an_accepted_value() {
        let sender = Sender::new(1);
        sender.send_replace(2);
        sender.subscribe().wait_for(|value| value == 2).await;
        assert_eq!(sender.get(), 2);
    }
}
