//! Limits how long requests that the servers do not answer are retried.

use std::time::{Duration, Instant};

use crate::journal::{JournalError, JournalErrorKind};

/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// A limit on the time that one operation retries. It starts when the budget is created.
pub(crate) struct RetryBudget {
    start: Instant,
    limit: Duration,
}

impl RetryBudget {
    /// The limit for opening a journal or a queue: servers that elect a leader or create a stream need so long.
    pub(crate) const OPENING: Duration = Duration::from_secs(20);

    pub(crate) fn new(limit: Duration) -> Self {
        Self { start: Instant::now(), limit }
    }

    /// Retries an operation while the servers do not answer, until the budget is spent.
    pub(super) async fn retry<T, F: Future<Output = Result<T, JournalError>>>(
        &self,
        operation: impl Fn() -> F,
    ) -> Result<T, JournalError> {
        loop {
            match operation().await {
                Err(error) => self.wait_after(error).await?,
                result => return result,
            }
        }
    }

    /// Waits before the next try. Returns the error if it is not [`Unreachable`](JournalErrorKind::Unreachable), or the budget
    /// is spent.
    pub(super) async fn wait_after(&self, error: JournalError) -> Result<(), JournalError> {
        if error.kind() == JournalErrorKind::Unreachable && self.wait().await { Ok(()) } else { Err(error) }
    }

    /// Waits before the next try. Returns `false` at once if the budget is spent.
    pub(crate) async fn wait(&self) -> bool {
        let has_time = self.start.elapsed() < self.limit;
        if has_time {
            tokio::time::sleep(PAUSE).await;
        }
        has_time
    }
}
