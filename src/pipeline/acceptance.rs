//! Decides from the draft, before anything is sent, whether a contact is sent to the provider.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use unicontact_providers::{
    ContactProvider, Draft, Effect, ErrorKind, Operation, Prepared, ProviderError, UnifiedContact,
};

use super::Pipeline;
use crate::progress::Progress;
use crate::settings::OnLoss;

/// The hint of a contact that would lose a field although `on_loss` is `reject`.
const ON_LOSS: &str = "Change the contact (the vendor's own fields go under `vendor`), or relax on_loss.";

impl Pipeline {
    /// Records the fates and returns the draft, or the refusal of a contact that the vendor cannot hold or that would lose a
    /// field although `on_loss` is `reject`.
    pub(super) fn accept(
        &self,
        contact: &UnifiedContact,
        progress: &Progress,
    ) -> Result<Draft, ProviderError> {
        let mut draft = self.draft(contact)?;
        let verdict = self.judge_losses(&draft);
        if self.settings.on_loss == OnLoss::Warn && draft.losses().next().is_some() {
            tracing::warn!(lost = lost(&draft), "The contact loses fields at this vendor");
        }
        progress.set_fields(std::mem::take(&mut draft.fields));
        verdict.map(|()| draft)
    }

    /// Returns the draft of a contact, in which every field has a fate.
    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = self.provider.draft(contact)?;
        let unsaid = draft.drop_fields_without_fate(contact);
        if unsaid > 0 && !self.has_warned_of_fates.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                fields = unsaid,
                "The adapter gives some fields no fate. They count as dropped; hold the adapter to the contract suite"
            );
        }
        Ok(draft)
    }

    /// Refuses a draft that would lose a field although `on_loss` is `reject`.
    fn judge_losses(&self, draft: &Draft) -> Result<(), ProviderError> {
        if self.settings.on_loss != OnLoss::Reject || draft.losses().next().is_none() {
            return Ok(());
        }
        let message = format!("on_loss is reject, and these would be lost: {}", lost(draft));
        let info = self.provider.info();
        let error = ProviderError::new(info, Operation::Draft, ErrorKind::Unmappable, Effect::NotSent);
        Err(error.with_message(message).with_hint(ON_LOSS))
    }

    /// Returns whether the contact is refused before anything is sent.
    pub(crate) fn refuses(&self, contact: &UnifiedContact) -> bool {
        let draft = || self.draft(contact).and_then(|draft| self.judge_losses(&draft));
        // An adapter that panics here panics again in its own delivery, which reports it.
        catch_unwind(AssertUnwindSafe(draft)).map_or(true, |verdict| verdict.is_err())
    }

    /// Returns what would be sent, as far as that is known without asking the vendor.
    ///
    /// # Errors
    ///
    /// The reason why the contact would not be sent.
    pub fn plan_offline(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let draft = self.draft(contact)?;
        self.judge_losses(&draft)?;
        Ok(draft)
    }

    /// Returns what would be sent. With `online`, the ids that only the vendor knows are read there; nothing is changed.
    ///
    /// # Errors
    ///
    /// The reason why the contact would not be sent.
    pub async fn plan(&self, contact: &UnifiedContact, online: bool) -> Result<Draft, ProviderError> {
        let draft = self.plan_offline(contact)?;
        if online && !draft.lookups.is_empty() {
            return self.provider.prepare(&draft).await.map(Prepared::into_draft);
        }
        Ok(draft)
    }
}

/// Returns the paths of the fields that a draft loses.
fn lost(draft: &Draft) -> String {
    draft.losses().map(|fate| &*fate.field).collect::<Vec<_>>().join(", ")
}
