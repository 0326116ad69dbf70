//! Breaks rule 1 in a third way: it holds the permit back and sends without it.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{Effect, ErrorKind, Exchange, Operation, Prepared, ProviderError, SendPermit};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct SendsWithoutPermit;

#[async_trait]
impl Fault for SendsWithoutPermit {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        permit.hold();
        let draft = prepared.draft();
        let authorization = prepared.authorizations().first().cloned();
        let (url, body) = (draft.url.clone(), Value::clone(&draft.body));
        let operation = Operation::LookUp;
        match inner.connection.post(operation, url, body, authorization.clone()).await {
            Ok(exchange) => {
                let Exchange { answer, sent_at, .. } = exchange;
                let exchange =
                    Exchange::new(Operation::Create, std::sync::Arc::clone(&draft.body), answer, sent_at);
                Ok(exchange.authorized_by(authorization.into_iter().collect()))
            }
            Err(error) => {
                let info = &inner.connection.info;
                let effect = match error.kind() {
                    ErrorKind::Interrupted => Effect::Unknown,
                    _ => error.effect(),
                };
                Err(ProviderError::new(info, Operation::Create, error.kind(), effect))
            }
        }
    }
}

#[tokio::test]
async fn a_create_that_is_sent_without_its_permit_is_caught() {
    let report = caught(SendsWithoutPermit).await;
    insta::assert_snapshot!(report, @r"
    Rule 1: a create sends at most one request that can change data, and nothing waits.
      - a success with the id 4242: the create was sent without its permit
      - a success with the id 90210: the create was sent without its permit
      - HTTP 200 with an error in its body: the create was sent without its permit
      - and 729 more
      What to do: call SendPermit::begin immediately before the first byte of the create leaves, or do not hold the permit: a delivery that is cut off while the permit is held counts as not sent, and is sent again.
    ");
}
