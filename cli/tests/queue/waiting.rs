//! Waits for conditions. One that does not come true in time fails the test with its name.

use std::time::Duration;

use tokio::time::{sleep, timeout};

const TIMEOUT: Duration = Duration::from_secs(90);
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Polls `ask` until it returns a value.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            sleep(POLL_INTERVAL).await;
        }
    };
    timeout(TIMEOUT, asking).await.unwrap_or_else(|_| panic!("timed out waiting until {what}"))
}
