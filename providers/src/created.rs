//! What a create brings.
//!
//! Its rule: there is no success without an id that the vendor returned.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::comparison::IdentifyingValues;

/// The vendor's id of a contact. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContactId(String);

impl ContactId {
    /// The id, unless it is blank, longer than 256 characters, or holds control characters.
    pub fn new(id: impl Into<String>) -> Option<Self> {
        let id = id.into();
        let is_sound =
            !id.trim().is_empty() && id.chars().count() <= 256 && !id.chars().any(char::is_control);
        is_sound.then_some(Self(id))
    }

    /// The id as the vendor wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

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
