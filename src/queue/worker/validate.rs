//! Rejects a configuration with which a worker could send a contact twice.

use std::time::Duration;

use unicontact_providers::ContactProvider;

use crate::fan_out::FanOut;
use crate::queue::Queue;
use crate::queue::error::{QueueError, QueueErrorKind};

/// The largest number of requests of one attempt: a login, a look-up and the create. Each may take the timeout.
pub(super) const MAX_REQUESTS: u32 = 3;

/// Returns an error for a fan-out that sends delivered contacts again, since a queue may deliver a message twice. Returns one for a
/// provider whose attempts may outlast half of the lease, since another worker would take them for interrupted.
pub(super) fn validate(queue: &Queue, fan_out: &FanOut) -> Result<(), QueueError> {
    if fan_out.has_resends() {
        let detail = "its fan-out sends delivered contacts again, and would do so for every redelivered message; \
                      use a fan-out without `resend_delivered`";
        return Err(QueueError::new(queue.name(), QueueErrorKind::Unfit, detail));
    }
    let half_lease: Duration = queue.options().journal.lease / 2;
    for pipeline in fan_out.pipelines() {
        let timeout = pipeline.settings().timeout;
        if timeout.saturating_mul(MAX_REQUESTS) > half_lease {
            let name = pipeline.provider().info().name();
            let lease = half_lease * 2;
            let detail = format!(
                "{name}: with a timeout of {timeout:?} an attempt of {MAX_REQUESTS} requests may outlast half of the lease of {lease:?}; \
                 make the timeout shorter or the lease longer"
            );
            return Err(QueueError::new(queue.name(), QueueErrorKind::Unfit, &detail));
        }
    }
    Ok(())
}
