//! Breaks rule 1: it sends the create again when the vendor is in trouble.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactProvider as _, Exchange, Operation, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct SendsTwice;

#[async_trait]
impl Fault for SendsTwice {
    async fn send(
        &self,
        sound: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        let exchange = sound.send(prepared, permit).await?;
        if exchange.answer.status() >= 500 {
            let draft = prepared.draft();
            let (url, body) = (draft.url.clone(), Value::clone(&draft.body));
            let authorization = prepared.authorizations().first().cloned();
            sound.connection.post(Operation::LookUp, url, body, authorization).await?;
        }
        Ok(exchange)
    }
}

#[tokio::test]
async fn a_create_that_is_sent_twice_is_caught() {
    let report = found(SendsTwice).await;
    assert_eq!(report.broken_rules(), [1], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 1: create sends at most one request that can change data, and does not wait.
      - HTTP 500: create sent POST /people and POST /people
      - HTTP 502 with a web page: create sent POST /people and POST /people
      - HTTP 503 with Retry-After: 3600: create sent POST /people and POST /people
      - and 19 more
      What to do: send the create once and return the error: whoever called decides whether to send again. If one of these requests only prepares the create, name it in Subject::preparations.
    ");
}
