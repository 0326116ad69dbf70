//! Breaks rule 5: it puts the vendor's own words into the message as they came.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct RepeatsTheVendorsWords;

#[async_trait]
impl Fault for RepeatsTheVendorsWords {
    fn interpret(
        &self,
        sound: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        sound.interpret(sent, exchange).map_err(|error| {
            let body = exchange.answer.json().unwrap_or_default();
            match body.pointer("/problems/0/why").and_then(Value::as_str) {
                Some(why) => error.with_message(why.to_owned()),
                None => error,
            }
        })
    }
}

#[tokio::test]
async fn an_error_that_repeats_the_vendors_own_words_is_caught() {
    let report = found(RepeatsTheVendorsWords).await;
    assert_eq!(report.broken_rules(), [5], "{report}");
    let text = report.to_string();
    assert!(text.contains("in the vendor's own form"), "{text}");
}
