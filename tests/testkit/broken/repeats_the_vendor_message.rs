//! Breaks rule 5: it does not redact the vendor's message.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct RepeatsTheVendorMessage;

#[async_trait]
impl Fault for RepeatsTheVendorMessage {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        inner.interpret(sent, exchange).map_err(|error| {
            let body = exchange.answer.json().unwrap_or_default();
            match body.pointer("/problems/0/why").and_then(Value::as_str) {
                Some(why) => error.with_message(why.to_owned()),
                None => error,
            }
        })
    }
}

#[tokio::test]
async fn an_error_with_the_unredacted_vendor_message_is_caught() {
    let report = caught(RepeatsTheVendorMessage).await;
    let text = report.to_string();
    assert!(text.contains("in the vendor's own form"), "{text}");
}
