//! A value that many tasks wait for.
//!
//! It replaces Tokio's `watch`, which wakes its receivers in a random order. Here they are woken in the order in which they
//! began to wait, so that a simulation with the same seed takes the same course.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The side that changes the value. Its clones change the same one.
#[derive(Debug, Default)]
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// The side that waits for a change.
#[derive(Debug, Clone)]
pub(crate) struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The version that this receiver has seen.
    seen: u64,
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

    /// Sets the value and wakes the receivers.
    pub(crate) fn send_replace(&self, value: T) {
        self.send_if_modified(|known| {
            *known = value;
            true
        });
    }

    /// Wakes the receivers if `modify` says that it changed the value.
    pub(crate) fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) {
        let mut known = self.0.lock();
        let is_modified = modify(&mut known.value);
        known.version += u64::from(is_modified);
        drop(known);
        if is_modified {
            self.0.changed.notify_waiters();
        }
    }

    /// Returns the value.
    pub(crate) fn get(&self) -> T {
        self.0.lock().value
    }

    /// Returns a receiver that has seen the value as it is now.
    pub(crate) fn subscribe(&self) -> Receiver<T> {
        let seen = self.0.lock().version;
        Receiver { shared: Arc::clone(&self.0), seen }
    }
}

impl<T: Copy> Receiver<T> {
    /// Returns the value.
    pub(crate) fn get(&self) -> T {
        self.shared.lock().value
    }

    /// Returns when the value is one that `is_wanted` accepts.
    pub(crate) async fn wait_for(&mut self, is_wanted: impl Fn(T) -> bool) {
        loop {
            // It notices a change from now on, also before it is polled.
            let changed = self.shared.changed.notified();
            let Versioned { value, version } = *self.shared.lock();
            self.seen = version;
            if is_wanted(value) {
                return;
            }
            changed.await;
        }
    }

    /// Returns when the value was sent that this receiver has not seen.
    #[cfg(feature = "queue")]
    pub(crate) async fn changed(&mut self) {
        loop {
            let changed = self.shared.changed.notified();
            let version = self.shared.lock().version;
            if version != self.seen {
                self.seen = version;
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
    async fn a_value_that_is_wanted_already_is_not_waited_for() {
        let sender = Sender::new(1);
        sender.send_replace(2);
        sender.subscribe().wait_for(|value| value == 2).await;
        assert_eq!(sender.get(), 2);
    }
}
