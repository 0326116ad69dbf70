//! Breaks rule 4: it records the e-mail address as sent and does not send it.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct OmitsASentField;

#[async_trait]
impl Fault for OmitsASentField {
    fn draft(&self, inner: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = inner.draft(contact)?;
        if let Some(body) = draft.body_mut().as_object_mut() {
            body.remove("email");
        }
        Ok(draft)
    }
}

#[tokio::test]
async fn a_sent_field_that_is_not_in_the_body_is_caught() {
    let report = caught(OmitsASentField).await;
    let text = report.to_string();
    assert!(text.contains("has the fate sent to email, and the body has no email"), "{text}");
}
