//! Breaks rule 5: it uses the whole answer as the message of its error.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct RepeatsTheAnswer;

#[async_trait]
impl Fault for RepeatsTheAnswer {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        inner.interpret(sent, exchange).map_err(|error| error.with_message(exchange.answer.text()))
    }
}

#[tokio::test]
async fn an_error_with_the_whole_answer_is_caught() {
    let report = caught(RepeatsTheAnswer).await;
    insta::assert_snapshot!(report, @r"
    Rule 5: errors and Debug hold no credential, no URL query and no contact data.
      - HTTP 200 that repeats the request as plain text: the error shows credential 1, the contact's emails[1].address, the contact's name.family, the contact's organization.name
      - HTTP 302 that repeats the request as plain text: the error shows credential 1, the contact's emails[1].address, the contact's name.family, the contact's organization.name
      - HTTP 400 that repeats the request as plain text: the error shows credential 1, the contact's emails[1].address, the contact's name.family, the contact's organization.name
      - and 404 more
      What to do: hold credentials as Secret, build errors with Exchange::error, which takes out everything that was sent, and never put an answer's or a request's text into with_message or a derived Debug.
    ");
}
