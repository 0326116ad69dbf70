//! Breaks rule 2: it reports every 2xx as a success, with or without an id.

use async_trait::async_trait;
use unicontact::providers::{
    ContactId, ContactProvider as _, Created, Effect, ErrorKind, Exchange, Prepared, ProviderError,
};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct MakesUpAnId;

#[async_trait]
impl Fault for MakesUpAnId {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        match inner.interpret(sent, exchange) {
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
    let report = caught(MakesUpAnId).await;
    insta::assert_snapshot!(report, @r"
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 200 with an error beside the contact: the create gave Ok
      What to do: judge status and errors before the id, with Exchange::success. If the vendor documents such an answer as a success, say so in Subject::documents_success.
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 204 without a body: the create gave Ok
      - HTTP 200 with an empty body: the create gave Ok
      - HTTP 201 with an empty object: the create gave Ok
      - and 4 more
      What to do: return Ok only with an id that the vendor returned: for a 2xx whose body holds none return Exchange::no_readable_id, for any other answer Exchange::by_status.
    Rule 2: Ok comes only with an id that the vendor returned.
      - HTTP 201 with an error in its body: the create gave unknown
      - HTTP 202 with an error in its body: the create gave unknown
      - HTTP 207 with an error in its body: the create gave unknown
      - and 4 more
      What to do: return the id of the answer as the vendor wrote it.
    ");
}
