//! Breaks rule 1: it keeps a short `Retry-After` itself, and only then returns the error.

use std::time::Duration;

use async_trait::async_trait;
use unicontact::providers::clock::{Clock as _, SystemClock};
use unicontact::providers::{ContactProvider as _, Exchange, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, caught};

const SHORT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
struct WaitsAMoment;

#[async_trait]
impl Fault for WaitsAMoment {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        let exchange = inner.send(prepared, permit).await?;
        if let Err(error) = inner.interpret(prepared, &exchange)
            && let Some(wait) = error.retry_after().filter(|wait| *wait < SHORT)
        {
            SystemClock.sleep(wait).await;
        }
        Ok(exchange)
    }
}

#[tokio::test]
async fn a_short_wait_inside_of_the_adapter_is_caught() {
    let report = caught(WaitsAMoment).await;
    insta::assert_snapshot!(report, @r"
    Rule 1: a create sends at most one request that can change data, and nothing waits.
      - HTTP 429 with Retry-After: 1: the call took longer than 500ms each of 4 times, although the answer was there at once
      What to do: return as soon as the answer is there or the timeout has passed, without sleeping: a wait that the vendor asks for goes into the error with with_retry_after.
    ");
}
