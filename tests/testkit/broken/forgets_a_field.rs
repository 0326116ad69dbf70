//! Breaks rule 4: it gives the notes no fate.

use async_trait::async_trait;
use unicontact::providers::{ContactProvider as _, Draft, ProviderError, UnifiedContact};

use super::{CardIndex, Fault, caught};

#[derive(Debug, Clone)]
struct ForgetsAField;

#[async_trait]
impl Fault for ForgetsAField {
    fn draft(&self, inner: &CardIndex, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = inner.draft(contact)?;
        draft.fields.retain(|fate| fate.field != "notes");
        Ok(draft)
    }
}

#[tokio::test]
async fn a_field_without_a_fate_is_caught() {
    let report = caught(ForgetsAField).await;
    insta::assert_snapshot!(report, @r"
    Rule 4: every field of the contact has exactly one fate in the draft.
      - the subject's contact: notes has no fate
      - the contact without addresses: notes has no fate
      - the contact without birthday: notes has no fate
      - and 14 more
      What to do: give every field that UnifiedContact::fields lists one FieldFate: record each through Mapping, and drop the others with Mapping::drop_unmapped_fields.
    ");
}
