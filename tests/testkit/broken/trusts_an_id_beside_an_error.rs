//! Breaks rule 2: it reads the id before it looks for an error.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactId, ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct TrustsAnIdBesideAnError;

#[async_trait]
impl Fault for TrustsAnIdBesideAnError {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        let body = exchange.answer.json().unwrap_or_default();
        let id = body.pointer("/person/id").and_then(Value::as_str).and_then(ContactId::new);
        match id.filter(|_| exchange.answer.is_success()) {
            Some(id) => Ok(Created::new(id).with_returned(&body)),
            None => inner.interpret(sent, exchange),
        }
    }
}

#[tokio::test]
async fn an_error_with_an_id_that_is_taken_for_a_success_is_caught() {
    let report = caught(TrustsAnIdBesideAnError).await;
    insta::assert_snapshot!(report, @r"
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 200 with an error beside the contact: the create gave Ok
      What to do: judge status and errors before the id, with Exchange::success. If the vendor documents such an answer as a success, say so in Subject::documents_success.
    ");
}
