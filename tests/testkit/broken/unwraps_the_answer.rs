//! Breaks rule 8: it panics at a success that is not JSON.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct UnwrapsTheAnswer;

#[async_trait]
impl Fault for UnwrapsTheAnswer {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        if exchange.answer.is_success() {
            let _person: Value = serde_json::from_str(&exchange.answer.text()).unwrap();
        }
        inner.interpret(sent, exchange)
    }
}

#[tokio::test]
async fn a_panic_is_caught() {
    let report = caught(UnwrapsTheAnswer).await;
    insta::assert_snapshot!(report, @r"
    Rule 8: any bytes as an answer give an Err or an Ok, never a panic.
      - a success whose body breaks off: the adapter panicked
      - HTTP 204 without a body: the adapter panicked
      - HTTP 200 with an empty body: the adapter panicked
      - and 4 more
      What to do: read answers without unwrap, expect or indexing, and turn what cannot be read into an error: Exchange::no_readable_id for a success, Exchange::by_status for anything else.
    ");
}
