//! Breaks rule 4: it nests the body, and records the e-mail address as sent to a member that the object does not have.

use async_trait::async_trait;
use serde_json::json;
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct OmitsANestedField;

#[async_trait]
impl Fault for OmitsANestedField {
    fn draft(&self, inner: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = inner.draft(contact)?;
        for fate in draft.fields.iter_mut().filter(|fate| fate.to.as_deref() == Some("email")) {
            fate.to = Some("display.channels.email".into());
        }
        let body = draft.body_mut();
        body["display"] = json!({"channels": {"phone": "none"}});
        Ok(draft)
    }
}

#[tokio::test]
async fn a_sent_field_that_is_not_in_the_nested_body_is_caught() {
    let report = caught(OmitsANestedField).await;
    insta::assert_snapshot!(report, @r"
    Rule 4: every field of the contact has exactly one fate in the draft.
      - the subject's contact: emails[1].address has the fate sent to display.channels.email, and the body has no display.channels.email
      - the contact without addresses: emails[1].address has the fate sent to display.channels.email, and the body has no display.channels.email
      - the contact without birthday: emails[1].address has the fate sent to display.channels.email, and the body has no display.channels.email
      - and 14 more
      What to do: put the value into the body, or give the field another fate.
    ");
}
