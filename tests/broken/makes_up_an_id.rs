//! Breaks rule 2: it takes a 2xx for a success whatever is in it.

use async_trait::async_trait;
use unicontact::providers::{
    ContactId, ContactProvider as _, Created, Effect, ErrorKind, Exchange, Prepared, ProviderError,
};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct MakesUpAnId;

#[async_trait]
impl Fault for MakesUpAnId {
    fn interpret(
        &self,
        sound: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        match sound.interpret(sent, exchange) {
            Err(error)
                if (error.kind(), error.effect()) == (ErrorKind::UnexpectedResponse, Effect::Unknown) =>
            {
                Ok(Created::new(ContactId::new("unknown").unwrap()))
            }
            result => result,
        }
    }
}

#[tokio::test]
async fn an_id_that_the_vendor_did_not_return_is_caught() {
    let report = found(MakesUpAnId).await;
    assert_eq!(report.broken_rules(), [2], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 204 without a body: create gave Ok
      - HTTP 200 with an empty body: create gave Ok
      - HTTP 201 with an empty object: create gave Ok
      - and 4 more
      What to do: Ok needs an id that the vendor returned: of a 2xx whose body holds none, return Exchange::no_readable_id, of any other answer Exchange::by_status.
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 201 with an error in its body: create gave unknown
      - HTTP 202 with an error in its body: create gave unknown
      - HTTP 207 with an error in its body: create gave unknown
      - and 4 more
      What to do: return the id of the answer as the vendor wrote it, and no other.
    ");
}
