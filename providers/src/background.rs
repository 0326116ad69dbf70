//! Background tasks that finish even if the future that awaits them is dropped, such as storing a rotated refresh token. A
//! program waits for them before it ends its runtime.

use std::sync::LazyLock;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The number of running tasks in this process.
static RUNNING: LazyLock<watch::Sender<usize>> = LazyLock::new(|| watch::Sender::new(0));

/// Counts a task as long as it exists.
struct TaskGuard;

impl TaskGuard {
    fn new() -> Self {
        RUNNING.send_modify(|count| *count += 1);
        Self
    }
}

impl Drop for TaskGuard {
    fn drop(&mut self) {
        RUNNING.send_modify(|count| *count -= 1);
    }
}

/// Spawns a task that finishes even if the returned handle is dropped.
pub(crate) fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let guard = TaskGuard::new();
    tokio::spawn(async move {
        let output = future.await;
        drop(guard);
        output
    })
}

/// Waits until no background task of this process is running. Each task ends within its provider's timeout.
///
/// Await this after aborting deliveries and before ending the runtime. Otherwise a refresh token that the vendor has just issued
/// may be lost.
pub async fn settled() {
    let mut count = RUNNING.subscribe();
    // The sender is static, so waiting cannot fail.
    let _ = count.wait_for(|count| *count == 0).await;
}
