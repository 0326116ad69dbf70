//! The servers' clock, as a [`Clock`] of this process. Setting the clock of this machine does not move it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use unicontact_providers::clock::{Clock, SharedClock};

use crate::journal::JetStreamJournal;

/// The wall clock is the journal's estimate of the servers' time; uptimes and sleeps are those of this machine.
pub(super) struct ServersClock {
    journal: Arc<JetStreamJournal>,
    local: SharedClock,
}

impl ServersClock {
    pub(super) fn new(journal: Arc<JetStreamJournal>, local: SharedClock) -> Self {
        Self { journal, local }
    }
}

#[async_trait]
impl Clock for ServersClock {
    fn now(&self) -> Timestamp {
        self.journal.servers_time()
    }

    fn uptime(&self) -> Duration {
        self.local.uptime()
    }

    async fn sleep(&self, duration: Duration) {
        self.local.sleep(duration).await;
    }
}

impl fmt::Debug for ServersClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ServersClock").finish_non_exhaustive()
    }
}
