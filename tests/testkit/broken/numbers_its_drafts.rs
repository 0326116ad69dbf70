//! Breaks rule 7: it numbers its drafts.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, caught};

static DRAFTS: AtomicU64 = AtomicU64::new(0);

#[derive(Debug, Clone)]
struct NumbersItsDrafts;

#[async_trait]
impl Fault for NumbersItsDrafts {
    fn draft(&self, inner: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = inner.draft(contact)?;
        draft.body_mut()["request_number"] = DRAFTS.fetch_add(1, Ordering::SeqCst).into();
        Ok(draft)
    }
}

#[tokio::test]
async fn drafts_of_one_contact_that_differ_are_caught() {
    let report = caught(NumbersItsDrafts).await;
    insta::assert_snapshot!(report, @r"
    Rule 7: the same contact drafts to the same bytes every time.
      - of 8 drafts of one contact, 7 differ from the first
      What to do: let draft depend on the contact and the configuration alone: no clock, no counter, no random number, no map without an order.
    ");
}
