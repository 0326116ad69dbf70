//! What a provider promises.
//!
//! Its rule: every claim is tested, and only what the vendor documents is claimed.

use serde::Serialize;

use crate::draft::MappingRow;

/// What a provider promises.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Capabilities {
    /// Whether sending the same create twice makes two contacts.
    pub dedupe: Dedupe,
    /// Whether [`find`](crate::ContactProvider::find) works.
    pub find: bool,
    /// Whether [`check`](crate::ContactProvider::check) works.
    pub check: bool,
    /// The fields that it can hold, and their limits.
    pub fields: &'static [MappingRow],
}

/// Whether the vendor itself keeps a create from making a second contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// Every create makes a contact.
    #[default]
    Never,
    /// The vendor documents that it returns a similar contact instead of making another.
    ByVendor,
}

impl Dedupe {
    /// Whether a create may be repeated although the first may have worked.
    pub fn is_safe(self) -> bool {
        self == Self::ByVendor
    }
}
