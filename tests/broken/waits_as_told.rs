//! Breaks rule 1 in the other way: it waits for as long as the vendor asks.

use async_trait::async_trait;
use unicontact::providers::clock::{Clock as _, SystemClock};
use unicontact::providers::{ContactProvider as _, ErrorKind, Exchange, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, found};

/// Only this wait, so that the suite is held up once.
const AN_HOUR: u64 = 3600;

#[derive(Debug, Clone)]
struct WaitsAsTold;

#[async_trait]
impl Fault for WaitsAsTold {
    async fn send(
        &self,
        sound: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        let exchange = sound.send(prepared, permit).await?;
        if let Err(error) = sound.interpret(prepared, &exchange)
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
    let report = found(WaitsAsTold).await;
    assert_eq!(report.broken_rules(), [1], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 1: create sends at most one request that can change data, and does not wait.
      - HTTP 429 with Retry-After: 3600: the call had not returned 10s after it began
      What to do: return as soon as the answer is there or the timeout has passed, without sleeping: a wait that the vendor asks for goes into the error with with_retry_after.
    ");
}
