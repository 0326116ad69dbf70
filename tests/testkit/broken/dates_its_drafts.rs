//! Breaks rule 7: it sends the day on which the contact is created.

use async_trait::async_trait;
use unicontact::providers::clock::{Clock as _, SystemClock};
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct DatesItsDrafts;

#[async_trait]
impl Fault for DatesItsDrafts {
    fn draft(&self, inner: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = inner.draft(contact)?;
        draft.body_mut()["entered_on"] = SystemClock.now().strftime("%Y-%m-%d").to_string().into();
        Ok(draft)
    }
}

#[tokio::test]
async fn a_draft_with_the_current_date_is_caught() {
    let report = caught(DatesItsDrafts).await;
    insta::assert_snapshot!(report, @r"
    Rule 7: the same contact drafts to the same bytes every time.
      - the draft holds the current date or time, as 0000-00-00
      What to do: let draft depend on the contact and the configuration alone: no clock, no counter, no random number, no map without an order.
    ");
}
