//! Breaks rule 2: it reads the id of any answer, whatever its status.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactId, ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct IgnoresTheStatus;

#[async_trait]
impl Fault for IgnoresTheStatus {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        let body = exchange.answer.json().unwrap_or_default();
        let id = body.pointer("/person/id").and_then(Value::as_str).and_then(ContactId::new);
        match id.filter(|_| !exchange.answer.is_success()) {
            Some(id) => Ok(Created::new(id)),
            None => inner.interpret(sent, exchange),
        }
    }
}

#[tokio::test]
async fn a_refusal_with_an_id_that_is_taken_for_a_success_is_caught() {
    let report = caught(IgnoresTheStatus).await;
    insta::assert_snapshot!(report, @r"
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 400 with an error beside the contact: the create gave Ok
      - HTTP 422 with an error beside the contact: the create gave Ok
      - HTTP 500 with an error beside the contact: the create gave Ok
      What to do: judge status and errors before the id, with Exchange::success. If the vendor documents such an answer as a success, say so in Subject::documents_success.
    ");
}
