//! Waits that end when the deliveries are stopped.

use unicontact_providers::SendPermit;

use crate::watch;

/// Becomes `true` when no new attempt is to begin.
pub(crate) type StopSignal = watch::Receiver<bool>;

/// Returns the future's value, or `None` if the deliveries were stopped first.
pub(super) async fn unless_stopped<T>(stop: &mut StopSignal, future: impl Future<Output = T>) -> Option<T> {
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
