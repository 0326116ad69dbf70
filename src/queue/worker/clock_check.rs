//! Compares the clock of this machine with that of the servers. A wrong clock does no harm to the queue, whose times are the servers',
//! but logs and other programs of the machine have its time.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc;
use unicontact_providers::clock::SharedClock;

use super::WorkerEvent;
use crate::journal::JetStreamJournal;

const INTERVAL: Duration = Duration::from_secs(10);
/// The difference from which a clock counts as wrong. The estimate of the servers' time may be five seconds early.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(10);

/// Reports a wrong clock, once for each time that it becomes wrong, and never returns. The sender is weak, so that the channel closes
/// with the worker.
pub(super) async fn run(
    journal: Arc<JetStreamJournal>,
    clock: SharedClock,
    events: mpsc::WeakSender<WorkerEvent>,
) {
    let mut was_wrong = false;
    loop {
        let difference = clock.now().duration_since(journal.servers_time());
        let is_wrong = difference.abs() > TOLERANCE;
        if is_wrong && !was_wrong {
            tracing::warn!(
                seconds = difference.as_secs(),
                "The clock of this machine is not that of the servers; pauses and waits go by the servers' clock"
            );
            if let Some(events) = events.upgrade() {
                // The caller may have dropped the stream of events.
                let _ = events.send(WorkerEvent::ClockDiffers { difference }).await;
            }
        }
        was_wrong = is_wrong;
        clock.sleep(INTERVAL).await;
    }
}
