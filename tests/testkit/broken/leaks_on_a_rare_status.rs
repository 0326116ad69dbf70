//! Breaks rule 5: it repeats the answer for a single status that no table of errors has.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

const LEGAL_REASONS: u16 = 451;

#[derive(Debug, Clone)]
struct LeaksOnARareStatus;

#[async_trait]
impl Fault for LeaksOnARareStatus {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        inner.interpret(sent, exchange).map_err(|error| match exchange.answer.status() {
            LEGAL_REASONS => error.with_message(exchange.answer.text()),
            _ => error,
        })
    }
}

#[tokio::test]
async fn a_leak_under_any_status_is_caught() {
    let report = caught(LeaksOnARareStatus).await;
    insta::assert_snapshot!(report, @r"
    Rule 5: errors and Debug hold no credential, no URL query and no contact data.
      - HTTP 451 that repeats the request in JSON: the error shows credential 1, the contact's emails[1].address, the contact's name.family, the contact's organization.name
      What to do: hold credentials as Secret, build errors with Exchange::error, which takes out everything that was sent, and never put an answer's or a request's text into with_message or a derived Debug.
    ");
}
