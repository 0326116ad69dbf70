//! The events that a worker reports.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use unicontact_providers::ErrorKind;

use crate::report::Delivery;

/// An event of a worker. Most events concern one message.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkerEvent {
    /// A delivery ended in this worker.
    Delivered {
        /// The contact's part of the delivery's key.
        contact: String,
        /// The delivery.
        delivery: Box<Delivery>,
        /// Whether its message left the queue.
        disposition: Disposition,
        /// The time at which the delivery was queued, by the servers' clock.
        queued_at: Timestamp,
    },
    /// This worker changed the number of a provider's deliveries that all workers together may have in flight.
    Adjusted {
        /// The provider's name.
        provider: String,
        /// The new number.
        in_flight: i64,
        /// The previous number.
        before: i64,
    },
    /// This worker queued a delivery again that had left the queue unfinished.
    Requeued {
        /// The provider's name.
        provider: String,
        /// The contact's part of the delivery's key.
        contact: String,
        /// Why it was queued again.
        reason: RequeueReason,
    },
    /// A delivery of this worker opened the circuit breaker of its provider, or opened it again as a failed probe. No worker sends to
    /// the provider while it is open.
    Paused {
        /// The provider's name.
        provider: String,
        /// The kind of the error.
        kind: ErrorKind,
    },
    /// A delivery of this worker was the probe of a half-open circuit breaker.
    Probed {
        /// The provider's name.
        provider: String,
        /// Whether it reached the provider, so that the breaker is closed.
        succeeded: bool,
    },
    /// The clock of this machine is not that of the servers. The queue's times are the servers', so that nothing is sent too early
    /// or late.
    ClockDiffers {
        /// How much this machine's clock is ahead; negative if it is behind.
        difference: SignedDuration,
    },
    /// A message is with the dead letters, since it could not be parsed, or the record of its delivery is damaged.
    DeadLetter {
        /// The name of the provider on whose subject it arrived.
        provider: String,
        /// Why it could not be delivered.
        reason: String,
    },
    /// A message returned to the queue, since a newer version of this program wrote it or the record of its delivery.
    LeftToNewer {
        /// The name of the provider on whose subject it arrived.
        provider: String,
        /// What this version cannot read.
        reason: String,
    },
}

/// The reason why a delivery was queued again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequeueReason {
    /// It was in doubt, and the time has come to look it up.
    Parked,
    /// It is pending in the journal, or the holder of its claim is gone, and no message of the queue holds it.
    Lost,
}

impl RequeueReason {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Parked, Self::Lost];

    /// Returns the word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parked => "parked",
            Self::Lost => "lost",
        }
    }
}

/// The answer of a worker to a message of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Acknowledged: the message left the queue.
    Ack,
    /// Negatively acknowledged: the servers redeliver the message after this delay.
    Nak(Duration),
}
