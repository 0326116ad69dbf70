//! Breaks rule 1: it sends the create again when a gateway gave up on the answer.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactProvider as _, Exchange, Operation, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, caught};

const GATEWAY_TIMEOUT: u16 = 504;

#[derive(Debug, Clone)]
struct ResendsOn504;

#[async_trait]
impl Fault for ResendsOn504 {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        let exchange = inner.send(prepared, permit).await?;
        if exchange.answer.status() == GATEWAY_TIMEOUT {
            let draft = prepared.draft();
            let (url, body) = (draft.url.clone(), Value::clone(&draft.body));
            let authorization = prepared.authorizations().first().cloned();
            inner.connection.post(Operation::LookUp, url, body, authorization).await?;
        }
        Ok(exchange)
    }
}

#[tokio::test]
async fn a_create_that_is_sent_again_after_one_status_is_caught() {
    let report = caught(ResendsOn504).await;
    insta::assert_snapshot!(report, @r"
    Rule 1: a create sends at most one request that can change data, and nothing waits.
      - HTTP 504: the create sent POST /people and POST /people
      - HTTP 504 that repeats the request in JSON: the create sent POST /people and POST /people
      What to do: send the create once and return the error: the pipeline decides whether to send it again. If one of these requests only prepares the create, name it in Subject::preparations.
    ");
}
