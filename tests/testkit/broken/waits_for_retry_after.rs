//! Breaks rule 1: it waits for as long as the vendor asks.

use async_trait::async_trait;
use unicontact::providers::clock::{Clock as _, SystemClock};
use unicontact::providers::{ContactProvider as _, ErrorKind, Exchange, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, caught};

/// The only wait that it keeps, so that the suite times out once.
const AN_HOUR: u64 = 3600;

#[derive(Debug, Clone)]
struct WaitsForRetryAfter;

#[async_trait]
impl Fault for WaitsForRetryAfter {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        let exchange = inner.send(prepared, permit).await?;
        if let Err(error) = inner.interpret(prepared, &exchange)
            && error.kind() == ErrorKind::RateLimited
            && let Some(wait) = error.retry_after().filter(|wait| wait.as_secs() == AN_HOUR)
        {
            SystemClock.sleep(wait).await;
        }
        Ok(exchange)
    }
}

#[tokio::test]
async fn a_create_that_waits_is_caught() {
    let report = caught(WaitsForRetryAfter).await;
    insta::assert_snapshot!(report, @r"
    Rule 1: a create sends at most one request that can change data, and nothing waits.
      - HTTP 429 with Retry-After: 3600: the call had not returned 10s after it began
      What to do: return as soon as the answer is there or the timeout has passed, without sleeping: a wait that the vendor asks for goes into the error with with_retry_after.
    ");
}
