//! Waiting for what must come.
//!
//! Its rule: a condition is asked for until it holds; one that never holds fails with its name.

use std::time::Duration;

use tokio::time::{sleep, timeout};

const LONGEST_WAIT: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(25);

/// Asks until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            sleep(PAUSE).await;
        }
    };
    timeout(LONGEST_WAIT, asking).await.unwrap_or_else(|_| panic!("it never came that {what}"))
}
