//! Breaks rule 3: it reports a lost create as refused.

use async_trait::async_trait;
use unicontact::providers::{
    ContactProvider as _, Created, Effect, ErrorKind, Exchange, Operation, Prepared, ProviderError,
    SendPermit,
};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct ReportsALostCreateAsRefused;

#[async_trait]
impl Fault for ReportsALostCreateAsRefused {
    async fn send(
        &self,
        inner: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        inner.send(prepared, permit).await.map_err(|error| refused(inner, error))
    }

    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        inner.interpret(sent, exchange).map_err(|error| refused(inner, error))
    }
}

fn refused(inner: &CardIndex, error: ProviderError) -> ProviderError {
    match error.kind() {
        ErrorKind::Interrupted => {
            ProviderError::new(inner.info(), Operation::Create, ErrorKind::Interrupted, Effect::Refused)
        }
        _ => error,
    }
}

#[tokio::test]
async fn a_lost_create_that_is_reported_as_refused_is_caught() {
    let report = caught(ReportsALostCreateAsRefused).await;
    insta::assert_snapshot!(report, @r"
    Rule 3: an error's kind and effect are truthful.
      - HTTP 499: expected interrupted, unknown; got interrupted, refused
      - HTTP 460: expected interrupted, unknown; got interrupted, refused
      - HTTP 409 of a request in progress: expected interrupted, unknown; got interrupted, refused
      - and 2 more
      What to do: build every verdict on an answer with Exchange::success, Exchange::error or Exchange::by_status: they recognize the answers under which a contact may have been created.
    Rule 3: an error's kind and effect are truthful.
      - a connection that is closed after the request: expected interrupted, unknown; got interrupted, refused
      - a connection that is reset after the request: expected interrupted, unknown; got interrupted, refused
      - an answer that never comes: expected interrupted, unknown; got interrupted, refused
      - and 2 more
      What to do: return Effect::Unknown wherever the request may have arrived and the vendor did not refuse it: a lost answer, a body that broke off, any 5xx. Connection::send_prepared does.
    ");
}
