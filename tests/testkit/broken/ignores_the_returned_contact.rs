//! Breaks rule 11: it reads only the id of the answer.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct IgnoresTheReturnedContact;

#[async_trait]
impl Fault for IgnoresTheReturnedContact {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        Ok(Created::new(inner.interpret(sent, exchange)?.id))
    }
}

#[tokio::test]
async fn a_created_without_the_returned_contact_is_caught() {
    let report = caught(IgnoresTheReturnedContact).await;
    insta::assert_snapshot!(report, @r"
    Rule 11: Created holds the contact that the vendor returned.
      - an answer with the contact that was sent: Created lacks the values that show whether it is the contact that was sent
      - an answer with another contact: Created lacks the values that show whether it is the contact that was sent
      What to do: add the contact of the answer with Created::with_returned. Where the vendor's member names are its own, use Created::with_name, with_email_address and with_phone_number.
    ");
}
