//! Whether a configuration goes with a queue.
//!
//! Its rule: what could send a contact twice is refused before anything is taken.

use std::time::Duration;

use unicontact_providers::ContactProvider;

use crate::fan_out::FanOut;
use crate::queue::Queue;
use crate::queue::error::{QueueError, QueueErrorKind};

/// An attempt is at most a login, a look-up and the create, each of which may take the timeout.
const REQUESTS: u32 = 3;

/// Refuses a fan-out that sends again what is delivered, since a queue delivers a message more than once; and providers whose attempts may outlast half of the lease: another worker would take them for interrupted.
pub(super) fn check(queue: &Queue, fan_out: &FanOut) -> Result<(), QueueError> {
    if fan_out.has_resends() {
        let detail =
            "a fan-out that sends again what was delivered would do so each time that a message comes again";
        return Err(QueueError::new(queue.name(), QueueErrorKind::Unfit, detail));
    }
    let half: Duration = queue.options().journal.lease / 2;
    for target in fan_out.pipelines() {
        let timeout = target.settings().timeout;
        if timeout.saturating_mul(REQUESTS) > half {
            let name = target.provider().info().name();
            let lease = half * 2;
            let detail = format!(
                "{name}: with a timeout of {timeout:?} an attempt of {REQUESTS} requests may outlast half of the lease of {lease:?}; \
                 make the timeout shorter or the lease longer"
            );
            return Err(QueueError::new(queue.name(), QueueErrorKind::Unfit, &detail));
        }
    }
    Ok(())
}
