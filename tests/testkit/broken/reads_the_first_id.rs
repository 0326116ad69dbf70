//! Breaks rule 2: it takes the first `id` of the answer, which may be that of another contact.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::{ContactId, ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct ReadsTheFirstId;

#[async_trait]
impl Fault for ReadsTheFirstId {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        let mut created = inner.interpret(sent, exchange)?;
        let body = exchange.answer.json().unwrap_or_default();
        if let Some(id) = first_id(&body).and_then(ContactId::new) {
            created.id = id;
        }
        Ok(created)
    }
}

fn first_id(value: &Value) -> Option<&str> {
    match value {
        Value::Object(members) => {
            members.get("id").and_then(Value::as_str).or_else(|| members.values().find_map(first_id))
        }
        Value::Array(entries) => entries.iter().find_map(first_id),
        _ => None,
    }
}

#[tokio::test]
async fn the_id_of_another_contact_is_caught() {
    let report = caught(ReadsTheFirstId).await;
    insta::assert_snapshot!(report, @r"
    Rule 2: Ok comes only with an id that the vendor returned.
      - an answer that also names other contacts: the create gave 70701 instead of 4242
      What to do: read the id from its documented place, and not from the first member called id: an answer may name other contacts.
    ");
}
