//! The result of one delivery on its way into a queue.

use std::fmt;

use jiff::Timestamp;

use crate::queue::error::QueueError;
use crate::refusal::Refusal;

/// A delivery that [`Enqueue::run`](super::Enqueue::run) handled, and its result.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Enqueued {
    /// The contact's own id (`external_id`) if it has one, else the contact's part of the key under which the journal records
    /// its deliveries.
    pub contact: String,
    /// The provider's name.
    pub provider: String,
    /// Whether the delivery is in the queue.
    pub outcome: EnqueueOutcome,
}

/// Whether a delivery is in the queue, and why not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EnqueueOutcome {
    /// The servers acknowledged it.
    Queued,
    /// It was queued within the duplicate window before, and is in the queue still.
    AlreadyQueued,
    /// Not queued: the vendor has the contact.
    Delivered {
        /// Whether the contact has changed since it was delivered.
        has_changed: bool,
    },
    /// Not queued: a worker is sending it.
    Held,
    /// Not queued: the delivery is in doubt until a later time. A worker queues it at that time.
    InDoubt {
        /// The time from which a look-up, or another create, can resolve the doubt.
        look_again_at: Timestamp,
    },
    /// Not queued: the same stream had the contact before.
    Duplicate {
        /// Whether its content differs from that of the earlier contact.
        has_other_content: bool,
    },
    /// Not queued for any provider: the row is rejected. The stream has one entry for it, with the first provider's name.
    Refused(Box<Refusal>),
    /// Perhaps queued: no server acknowledged it. Enqueue it again.
    Unsent(QueueError),
}

impl EnqueueOutcome {
    /// Returns the word for it in output.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::AlreadyQueued => "already_queued",
            Self::Delivered { .. } | Self::Duplicate { .. } => "skipped",
            Self::Held => "held",
            Self::InDoubt { .. } => "in_doubt",
            Self::Refused(_) => "refused",
            Self::Unsent(_) => "unsent",
        }
    }
}

impl fmt::Display for EnqueueOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
