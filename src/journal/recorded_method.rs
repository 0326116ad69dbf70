//! The method by which a journal recognizes people. With another method, people who were delivered would be sent again.

use super::{Journal, JournalError, Selection};
use crate::identity::IdentifyBy;

/// The method by which a journal recognizes people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedMethod {
    /// The method.
    pub method: IdentifyBy,
    /// Whether the journal has deliveries and records no method, as those of version 0.1.0, which recognized people by their
    /// content.
    pub is_assumed: bool,
}

impl RecordedMethod {
    /// Reads the method. `None` for a journal without deliveries that records none.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub async fn read(journal: &dyn Journal) -> Result<Option<Self>, JournalError> {
        if let Some(method) = journal.identify_by().await? {
            return Ok(Some(Self { method, is_assumed: false }));
        }
        let first = Selection { limit: Some(1), ..Selection::default() };
        let has_records = !journal.list(&first).await?.is_empty() || !journal.take_unreadable().is_empty();
        Ok(has_records.then_some(Self { method: IdentifyBy::Content, is_assumed: true }))
    }

    /// Returns whether `method` would not recognize everyone whom the recorded method recognizes.
    pub fn conflicts_with(&self, method: IdentifyBy) -> bool {
        let is_extended = self.method == IdentifyBy::Content && method == IdentifyBy::Identity;
        self.method != method && !is_extended
    }
}
