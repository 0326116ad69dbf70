//! Breaks rule 2: it remembers the id of its first create, and returns it for every contact.

use std::sync::OnceLock;

use async_trait::async_trait;
use unicontact::providers::{ContactId, ContactProvider as _, Created, Exchange, Prepared, ProviderError};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone, Default)]
struct KeepsTheFirstId(OnceLock<ContactId>);

#[async_trait]
impl Fault for KeepsTheFirstId {
    fn interpret(
        &self,
        inner: &CardIndex,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        let mut created = inner.interpret(sent, exchange)?;
        created.id = self.0.get_or_init(|| created.id.clone()).clone();
        Ok(created)
    }
}

#[tokio::test]
async fn the_id_of_an_earlier_create_is_caught() {
    let report = caught(KeepsTheFirstId::default()).await;
    insta::assert_snapshot!(report, @r"
    Rule 2: Ok comes only with an id that the vendor returned.
      - a second create by one adapter: the create did not give the id of its own answer
      What to do: return the id of the answer to this create, and keep none in the adapter: one adapter serves all contacts of a provider.
    ");
}
