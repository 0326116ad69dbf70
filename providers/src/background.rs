//! Work that must come to its end although whoever waits for it was cut off.
//!
//! Its rule: there is one such thing, keeping a rotated refresh token; and a program that is about to end can wait for it.

use std::sync::LazyLock;

use tokio::sync::watch;
use tokio::task::JoinHandle;

static UNDER_WAY: LazyLock<watch::Sender<usize>> = LazyLock::new(|| watch::Sender::new(0));

struct Counted;

impl Counted {
    fn new() -> Self {
        UNDER_WAY.send_modify(|count| *count += 1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        UNDER_WAY.send_modify(|count| *count -= 1);
    }
}

/// Runs `work` to its end, whether or not anybody waits for it.
pub(crate) fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let counted = Counted::new();
    tokio::spawn(async move {
        let output = work.await;
        drop(counted);
        output
    })
}

/// Returns when no such work of this process is under way. Each bounds itself by its provider's timeout.
///
/// A program that ends its runtime right after cutting deliveries off awaits this first; otherwise a refresh token
/// that the vendor has just handed out may be lost.
pub async fn settled() {
    let mut count = UNDER_WAY.subscribe();
    // The sender is static, so waiting cannot fail.
    let _ = count.wait_for(|count| *count == 0).await;
}
