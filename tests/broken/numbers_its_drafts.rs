//! Breaks rule 7: it gives each draft a number.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, found};

static DRAFTS: AtomicU64 = AtomicU64::new(0);

#[derive(Debug, Clone)]
struct NumbersItsDrafts;

#[async_trait]
impl Fault for NumbersItsDrafts {
    fn draft(&self, sound: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = sound.draft(contact)?;
        draft.body_mut()["request_number"] = DRAFTS.fetch_add(1, Ordering::SeqCst).into();
        Ok(draft)
    }
}

#[tokio::test]
async fn a_draft_that_differs_from_the_last_is_caught() {
    let report = found(NumbersItsDrafts).await;
    assert_eq!(report.broken_rules(), [7], "{report}");
    insta::assert_snapshot!(report, @r"
    Rule 7: the same contact drafts to the same bytes every time.
      - of 8 drafts of one contact, 7 differ from the first
      What to do: let draft depend on the contact and the configuration alone: no clock, no counter, no random number, no map without an order.
    ");
}
