//! Breaks rule 3: it says that nothing was created when nobody can know.

use async_trait::async_trait;
use unicontact::providers::{
    ContactProvider as _, Created, Effect, ErrorKind, Exchange, Operation, Prepared, ProviderError,
    SendPermit,
};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct CallsALostCreateRefused;

#[async_trait]
impl Fault for CallsALostCreateRefused {
    async fn send(
        &self,
        sound: &CardIndex,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        sound.send(prepared, permit).await.map_err(|error| refused(sound, error))
    }

    fn interpret(
        &self,
        sound: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        sound.interpret(sent, exchange).map_err(|error| refused(sound, error))
    }
}

fn refused(sound: &CardIndex, error: ProviderError) -> ProviderError {
    match error.kind() {
        ErrorKind::Interrupted => {
            ProviderError::new(sound.info(), Operation::Create, ErrorKind::Interrupted, Effect::Refused)
        }
        _ => error,
    }
}

#[tokio::test]
async fn an_effect_that_nobody_can_know_is_caught() {
    let report = found(CallsALostCreateRefused).await;
    assert_eq!(report.broken_rules(), [3], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 3: an error's kind and effect are truthful.
      - HTTP 499: expected interrupted, unknown; got interrupted, refused
      - HTTP 460: expected interrupted, unknown; got interrupted, refused
      - HTTP 409 of a request in progress: expected interrupted, unknown; got interrupted, refused
      - and 2 more
      What to do: build every verdict on an answer with Exchange::success, Exchange::error or Exchange::by_status: they know the answers under which a contact may have been created.
    Rule 3: an error's kind and effect are truthful.
      - a connection that is closed after the request: expected interrupted, unknown; got interrupted, refused
      - a connection that is reset after the request: expected interrupted, unknown; got interrupted, refused
      - an answer that never comes: expected interrupted, unknown; got interrupted, refused
      - and 2 more
      What to do: say Effect::Unknown wherever the request may have arrived and nobody said that it was refused: a lost answer, a body that broke off, any 5xx. Connection::send_draft does.
    ");
}
