//! What a create brings.
//!
//! Its rule: there is no success without an id that the vendor returned.

use serde_json::Value;

use unicontact_model::ContactId;
use unicontact_model::comparison::IdentifyingValues;

/// A contact that is in the vendor's data now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The vendor's id of it.
    pub id: ContactId,
    /// Whether the answer proves that it was there before. `false` also when nothing proves either.
    pub existing: bool,
    /// The values of the contact in the answer that identify it, as far as the answer holds them.
    pub returned: IdentifyingValues,
}

impl Created {
    /// Returns a contact that was created, of which the answer holds only the id.
    pub fn new(id: ContactId) -> Self {
        Self { id, existing: false, returned: IdentifyingValues::default() }
    }

    /// Says whether the answer proves that the contact was there before.
    #[must_use]
    pub fn with_existing(mut self, existing: bool) -> Self {
        self.existing = existing;
        self
    }

    /// Adds the contact that the vendor returned, so that it can be compared with the one that was sent.
    #[must_use]
    pub fn with_returned(mut self, contact: &Value) -> Self {
        self.returned = IdentifyingValues::from_json(contact);
        self
    }
}
