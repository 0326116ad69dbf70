//! A clock that stands still. A task that sleeps on it sleeps until it is aborted, and a test can wait for the sleep to begin.

use std::future::pending;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::watch;
use unicontact::providers::clock::Clock;

#[derive(Debug)]
pub(crate) struct FrozenClock {
    asleep: watch::Sender<usize>,
}

impl FrozenClock {
    pub(crate) fn new() -> Self {
        Self { asleep: watch::Sender::new(0) }
    }

    /// Returns when `count` sleeps have begun.
    pub(crate) async fn until_asleep(&self, count: usize) {
        let mut asleep = self.asleep.subscribe();
        asleep.wait_for(|begun| *begun >= count).await.unwrap();
    }
}

#[async_trait]
impl Clock for FrozenClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn uptime(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _duration: Duration) {
        self.asleep.send_modify(|count| *count += 1);
        pending::<()>().await;
    }
}
