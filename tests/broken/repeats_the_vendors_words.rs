//! Breaks rule 5: it puts the vendor's own words into the message as they came.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::http::Authorization;
use unicontact::providers::{
    ContactProvider as _, Created, DeliveryKey, Operation, ProviderError, UnifiedContact,
};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct RepeatsTheVendorsWords;

#[async_trait]
impl Fault for RepeatsTheVendorsWords {
    async fn create(
        &self,
        sound: &CardIndex,
        contact: &UnifiedContact,
        _key: &DeliveryKey,
    ) -> Result<Created, ProviderError> {
        let draft = sound.draft(contact)?;
        let authorization = Some(Authorization::Bearer(sound.token.clone()));
        let exchange = sound.connection.send_draft(Operation::Create, draft, authorization).await?;
        sound.interpret(&exchange).map_err(|error| {
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
