//! Breaks rule 1: it loses the answer and never returns.

use std::time::Duration;

use async_trait::async_trait;
use unicontact::providers::testkit::run_within;
use unicontact::providers::{ContactProvider as _, Exchange, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, expect_documented, subject};

/// Enough for the drafts, and less than one call may take.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
struct NeverReturns;

#[async_trait]
impl Fault for NeverReturns {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        inner.send(prepared, permit).await?;
        std::future::pending().await
    }
}

#[tokio::test]
async fn the_suite_ends_in_time_and_names_the_call_that_it_waits_for() {
    let report = run_within(&subject(NeverReturns), LIMIT).await.unwrap();
    expect_documented::<NeverReturns>(&report);
    insta::assert_snapshot!(report, @r"
    Rule 1: a create sends at most one request that can change data, and nothing waits.
      - the suite was stopped 5s after it began. It was waiting for: a success with the id 4242. What comes after it is untested
      What to do: return from every call as soon as the answer is there. If only the machine is busy, give the suite more time with testkit::run_within.
    ");
}
