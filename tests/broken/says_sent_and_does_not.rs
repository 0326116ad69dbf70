//! Breaks rule 4: it tells the e-mail address as sent and leaves it out.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, found};

#[derive(Debug, Clone)]
struct SaysSentAndDoesNot;

#[async_trait]
impl Fault for SaysSentAndDoesNot {
    fn draft(&self, sound: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = sound.draft(contact)?;
        if let Some(body) = draft.body_mut().as_object_mut() {
            body.remove("email");
        }
        Ok(draft)
    }
}

#[tokio::test]
async fn a_field_that_is_told_as_sent_and_is_not_there_is_caught() {
    let report = found(SaysSentAndDoesNot).await;
    assert_eq!(report.broken_rules(), [4], "{report}");
    let text = report.to_string();
    assert!(text.contains("is reported as sent to email, but the body has no email"), "{text}");
}
