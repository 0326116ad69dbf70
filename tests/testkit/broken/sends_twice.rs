//! Breaks rule 1: it sends the create again after a server error.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactProvider as _, Exchange, Operation, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct SendsTwice;

#[async_trait]
impl Fault for SendsTwice {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        let exchange = inner.send(prepared, permit).await?;
        if exchange.answer.status() >= 500 {
            let draft = prepared.draft();
            let (url, body) = (draft.url.clone(), Value::clone(&draft.body));
            let authorization = prepared.authorizations().first().cloned();
            inner.connection.post(Operation::LookUp, url, body, authorization).await?;
        }
        Ok(exchange)
    }
}

#[tokio::test]
async fn a_create_that_is_sent_twice_is_caught() {
    let report = caught(SendsTwice).await;
    insta::assert_snapshot!(report, @r"
    Rule 1: a create sends at most one request that can change data, and nothing waits.
      - HTTP 500 with an error beside the contact: the create sent POST /people and POST /people
      - HTTP 500: the create sent POST /people and POST /people
      - HTTP 501: the create sent POST /people and POST /people
      - and 124 more
      What to do: send the create once and return the error: the pipeline decides whether to send it again. If one of these requests only prepares the create, name it in Subject::preparations.
    ");
}
