//! How long servers that give no answer are asked again.
//!
//! Its rule: only for want of an answer; an answer that says no is one.

use std::time::{Duration, Instant};

use crate::journal::{JournalError, JournalErrorKind};

/// How long between two questions.
const PAUSE: Duration = Duration::from_millis(200);

/// Begun with the first question.
pub(crate) struct Patience {
    begun: Instant,
    length: Duration,
}

impl Patience {
    /// What opening takes when servers choose a leader, or make what is missing.
    pub(crate) const OF_OPENING: Duration = Duration::from_secs(20);

    pub(crate) fn of(length: Duration) -> Self {
        Self { begun: Instant::now(), length }
    }

    /// Waits before the next question, if there is to be one after this failure.
    pub(super) async fn after(&self, error: JournalError) -> Result<(), JournalError> {
        if error.kind() == JournalErrorKind::Unreachable && self.waits().await { Ok(()) } else { Err(error) }
    }

    /// Waits before the next question. Whether there is to be one.
    pub(crate) async fn waits(&self) -> bool {
        let goes_on = self.begun.elapsed() < self.length;
        if goes_on {
            tokio::time::sleep(PAUSE).await;
        }
        goes_on
    }
}
