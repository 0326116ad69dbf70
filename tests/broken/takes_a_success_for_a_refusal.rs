//! Breaks rule 3: it takes a success with an error in it for a refusal, whatever else the answer says.

use async_trait::async_trait;
use unicontact::providers::{
    ContactProvider as _, Created, Effect, ErrorKind, Exchange, Operation, Prepared, ProviderError,
};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct TakesASuccessForARefusal;

#[async_trait]
impl Fault for TakesASuccessForARefusal {
    fn interpret(
        &self,
        sound: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        sound.interpret(sent, exchange).map_err(|error| match (error.status(), error.message()) {
            (Some(200..=299), Some("the contract suite says no")) => {
                ProviderError::new(sound.info(), Operation::Create, ErrorKind::Invalid, Effect::Refused)
            }
            _ => error,
        })
    }
}

#[tokio::test]
async fn a_doubtful_success_that_is_taken_for_a_refusal_is_caught() {
    let report = found(TakesASuccessForARefusal).await;
    assert_eq!(report.broken_rules(), [3], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 3: an error's kind and effect are truthful.
      - HTTP 201 with an error in its body: the effect is refused, expected unknown
      - HTTP 202 with an error in its body: the effect is refused, expected unknown
      - HTTP 207 with an error in its body: the effect is refused, expected unknown
      - and 3 more
      What to do: build every verdict on an answer with Exchange::success, Exchange::error or Exchange::by_status: they know the answers under which a contact may have been created.
    ");
}
