//! The timeouts of requests to the servers.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::ContextBuilder;

/// The limits on the timeout of one request to the servers.
const MAX_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
const MIN_REQUEST_TIMEOUT: Duration = Duration::from_millis(500);

/// Returns a context whose requests time out early enough for the heartbeats of a lease.
pub(crate) fn context(client: async_nats::Client, lease: Duration) -> Context {
    let timeout = request_timeout(lease);
    ContextBuilder::new().timeout(timeout).ack_timeout(timeout).build(client)
}

/// Returns the timeout of one request to the servers.
pub(super) fn request_timeout(lease: Duration) -> Duration {
    (lease / 8).clamp(MIN_REQUEST_TIMEOUT, MAX_REQUEST_TIMEOUT)
}
