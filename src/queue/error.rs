//! The error of a queue that cannot be opened or used.

use std::fmt;

use crate::journal::jetstream::{self, RetryBudget};
use crate::journal::{JournalError, JournalErrorKind};

/// The error of a queue that cannot be opened or used. It names the queue, and holds no contact data. Nothing in the queue is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueError {
    kind: QueueErrorKind,
    message: String,
}

/// The kind of a [`QueueError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueErrorKind {
    /// The servers did not answer, or answered that they cannot serve requests now. Try again.
    Unreachable,
    /// The servers have no queue of this name. Import into it, or start a worker, to create it.
    Missing,
    /// The server is too old. Use a newer one.
    OldServer,
    /// An existing stream does not match the options, and was not changed. Change the options or the stream.
    Differs,
    /// Version 0.1.0 created the queue. Stop all its processes, and migrate the queue.
    Outdated,
    /// The queue has reached its limits. Start workers, or raise the limits.
    Full,
    /// The queue cannot be used with this configuration, or for this contact. The message says what to change.
    Unfit,
    /// The journal of the queue cannot be opened or read.
    Journal(JournalErrorKind),
}

/// Retries an operation while the servers do not answer, as during the election of a leader.
pub(super) async fn with_retries<T, F: Future<Output = Result<T, QueueError>>>(
    operation: impl Fn() -> F,
) -> Result<T, QueueError> {
    let budget = RetryBudget::new(RetryBudget::OPENING);
    loop {
        match operation().await {
            Err(error) if error.is_unreachable() && budget.wait().await => {}
            result => return result,
        }
    }
}

impl QueueError {
    pub(super) fn new(queue: &str, kind: QueueErrorKind, detail: &str) -> Self {
        let (problem, advice) = match kind {
            QueueErrorKind::Unreachable => (
                "the servers cannot be reached, or did not answer",
                "; check that they run and that `url` in [queue] is right",
            ),
            QueueErrorKind::Missing => (
                "the servers have no queue of this name",
                "; import into it, or start a worker, to create it",
            ),
            QueueErrorKind::OldServer => ("the server is too old", "; use a newer one"),
            QueueErrorKind::Differs => (
                "a stream does not match the options, and was not changed",
                "; change the options or the stream",
            ),
            QueueErrorKind::Outdated => (
                "version 0.1.0 created it",
                "; stop all workers and imports of that version, run `unicontact migrate --queue`, and start them again",
            ),
            QueueErrorKind::Full => ("it has reached its limits", "; start workers, or raise the limits"),
            QueueErrorKind::Unfit => (detail, ""),
            QueueErrorKind::Journal(_) => ("its journal cannot be used", ""),
        };
        let is_shown = !detail.is_empty() && kind != QueueErrorKind::Unfit;
        let detail = if is_shown { format!(" ({detail})") } else { String::new() };
        Self { kind, message: format!("queue {queue}: {problem}{detail}{advice}") }
    }

    /// An error of servers that did not answer, or that cannot serve requests now.
    pub(super) fn unreachable(queue: &str, error: &dyn std::error::Error) -> Self {
        Self::new(queue, QueueErrorKind::Unreachable, &jetstream::error_chain(error))
    }

    fn is_unreachable(&self) -> bool {
        matches!(
            self.kind,
            QueueErrorKind::Unreachable | QueueErrorKind::Journal(JournalErrorKind::Unreachable)
        )
    }

    /// Returns the kind of the error.
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
