//! Breaks rule 11: it reads the id of the answer and nothing else.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct ForgetsWhatWasReturned;

#[async_trait]
impl Fault for ForgetsWhatWasReturned {
    fn interpret(
        &self,
        sound: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        Ok(Created::new(sound.interpret(sent, exchange)?.id))
    }
}

#[tokio::test]
async fn an_answer_of_which_only_the_id_is_read_is_caught() {
    let report = found(ForgetsWhatWasReturned).await;
    assert_eq!(report.broken_rules(), [11], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 11: Created holds the contact that the vendor returned.
      - an answer with the contact that was sent: Created does not tell whether it is the one that was sent
      - an answer with another contact: Created does not tell whether it is the one that was sent
      What to do: add the contact of the answer with Created::with_returned. Members with names of the vendor's own are written under common ones first: name, email, phone.
    ");
}
