//! Waits that end when the deliveries are stopped.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use unicontact_providers::SendPermit;

use crate::watch;

/// Becomes `true` when no new attempt is to begin.
pub(crate) type StopSignal = watch::Receiver<bool>;

/// Returns the future's value, or `None` if the deliveries were stopped first.
pub(super) async fn unless_stopped<T>(stop: &mut StopSignal, future: impl Future<Output = T>) -> Option<T> {
    if stop.get() {
        return None;
    }
    // Most of these futures are ready at once. Then no wait for the stop signal is registered.
    let mut future = pin!(future);
    let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    if let Poll::Ready(value) = first {
        return Some(value);
    }
    tokio::select! {
        biased;
        () = stop.wait_for(|stopped| stopped) => None,
        value = future => Some(value),
    }
}

/// Returns the attempt's result, or `None` if the deliveries were stopped before its create began. A create that has begun is
/// waited for.
pub(super) async fn unless_revoked<T>(
    stop: &mut StopSignal,
    permit: &SendPermit,
    attempt: impl Future<Output = T>,
) -> Option<T> {
    tokio::pin!(attempt);
    tokio::select! {
        biased;
        result = &mut attempt => return Some(result),
        () = stop.wait_for(|stopped| stopped) => {}
    }
    if permit.revoke() { None } else { Some(attempt.await) }
}
