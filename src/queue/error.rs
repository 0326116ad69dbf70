//! Why a queue cannot be opened or used.
//!
//! Its rule: it names the queue and says what to do, and holds nothing of what was to be queued.

use std::fmt;

use crate::journal::jetstream::{self, RetryBudget};
use crate::journal::{JournalError, JournalErrorKind};

/// Why a queue cannot be opened or used. Nothing that was in it is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueError {
    kind: QueueErrorKind,
    message: String,
}

/// What is wrong with a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueErrorKind {
    /// Its servers gave no answer, or one that says that they cannot now. Try again.
    Unreachable,
    /// There is none of this name on these servers yet. Import something into it, or start a worker.
    Missing,
    /// Its server is too old to be relied on. Use a newer one.
    OldServer,
    /// What is there under its name is not as the options say. It was left as it is: change the options, or it.
    Differs,
    /// An earlier version made it. Stop all processes of that version, and migrate it.
    Outdated,
    /// The servers have room for no more. Start workers, or raise its limits.
    Full,
    /// The configuration does not go with the queue.
    Unfit,
    /// Its journal cannot be opened or read.
    Journal(JournalErrorKind),
}

/// Asks again while the servers give no answer, as when they choose a leader or make what is missing.
pub(super) async fn patiently<T, F: Future<Output = Result<T, QueueError>>>(
    ask: impl Fn() -> F,
) -> Result<T, QueueError> {
    let budget = RetryBudget::new(RetryBudget::OPENING);
    loop {
        match ask().await {
            Err(error) if error.is_unreachable() && budget.wait().await => {}
            answer => return answer,
        }
    }
}

impl QueueError {
    pub(super) fn new(queue: &str, kind: QueueErrorKind, detail: &str) -> Self {
        let what = match kind {
            QueueErrorKind::Unreachable => "the servers cannot be reached, or did not answer",
            QueueErrorKind::Missing => "there is none of this name on these servers yet",
            QueueErrorKind::OldServer => "the server is too old",
            QueueErrorKind::Differs => "it is not as the options say, and was left as it is",
            QueueErrorKind::Outdated => {
                "an earlier version made it; stop all workers and imports of that version, run `unicontact migrate \
                 --queue`, and start them again"
            }
            QueueErrorKind::Full => "the servers have room for no more; start workers, or raise its limits",
            QueueErrorKind::Unfit => "the configuration does not go with it",
            QueueErrorKind::Journal(_) => "its journal",
        };
        let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
        Self { kind, message: format!("queue {queue}: {what}{detail}") }
    }

    /// The servers gave no answer, or one that says that they cannot now.
    pub(super) fn unreachable(queue: &str, error: &dyn std::error::Error) -> Self {
        Self::new(queue, QueueErrorKind::Unreachable, &jetstream::error_chain(error))
    }

    fn is_unreachable(&self) -> bool {
        matches!(
            self.kind,
            QueueErrorKind::Unreachable | QueueErrorKind::Journal(JournalErrorKind::Unreachable)
        )
    }

    /// What is wrong.
    pub fn kind(&self) -> QueueErrorKind {
        self.kind
    }
}

impl From<JournalError> for QueueError {
    fn from(error: JournalError) -> Self {
        Self { kind: QueueErrorKind::Journal(error.kind()), message: error.to_string() }
    }
}

impl fmt::Display for QueueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for QueueError {}
