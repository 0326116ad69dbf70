//! The signal that the sandbox stops.

use tokio::sync::watch;

/// Receives the signal. The sandbox has stopped when all receivers are dropped.
pub(crate) type Stop = watch::Receiver<()>;

/// Waits until the sandbox stops. Takes a receiver of its own, because each receiver sees a change only once.
pub(crate) async fn stopped(mut stop: Stop) {
    let _ = stop.changed().await;
}
