//! Breaks rule 3: it reports every success with an error in its body as refused.

use async_trait::async_trait;
use unicontact::providers::{
    ContactProvider as _, Created, Effect, ErrorKind, Exchange, Operation, Prepared, ProviderError,
};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct ReportsADoubtfulSuccessAsRefused;

#[async_trait]
impl Fault for ReportsADoubtfulSuccessAsRefused {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        inner.interpret(sent, exchange).map_err(|error| match (error.status(), error.message()) {
            (Some(200..=299), Some("the contract suite says no")) => {
                ProviderError::new(inner.info(), Operation::Create, ErrorKind::Invalid, Effect::Refused)
            }
            _ => error,
        })
    }
}

#[tokio::test]
async fn a_doubtful_success_that_is_reported_as_refused_is_caught() {
    let report = caught(ReportsADoubtfulSuccessAsRefused).await;
    insta::assert_snapshot!(report, @r"
    Rule 3: an error's kind and effect are truthful.
      - HTTP 201 with an error in its body: the effect is refused, expected unknown
      - HTTP 202 with an error in its body: the effect is refused, expected unknown
      - HTTP 207 with an error in its body: the effect is refused, expected unknown
      - and 3 more
      What to do: build every verdict on an answer with Exchange::success, Exchange::error or Exchange::by_status: they recognize the answers under which a contact may have been created.
    ");
}
