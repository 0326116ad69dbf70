//! Comparison of a vendor's contacts with one that was sent.
//!
//! Vendors change what they store: letter case, white space, the length of a text. [`compare`] distinguishes such a change
//! from a different value, [`ContactList`] searches a vendor's contacts for the one that was sent, and [`IdentifyingValues`]
//! decides whether the contact in an answer is the one that was sent.

mod email_address;
mod identifying;
mod list;
mod member;
mod name;
mod person_name;
mod phone_number;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use self::email_address::normalized_address;
pub use self::identifying::{Comparison, IdentifyingValues};
pub use self::list::ContactList;
pub use self::member::may_identify;
use self::value::Normalized;

/// The degree to which a stored value agrees with the one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// The values differ.
    Different,
    /// The values are similar, but differ in more than a vendor changes.
    Resembling,
    /// The vendor may have changed the value, but two people's values can differ in the same way: a truncated text, words in
    /// another order, a number without its country code. Counts as the same if another identifying value of the contact is
    /// [`Same`](Self::Same).
    Altered,
    /// The values are equal except for letter case, white space, and the encoding of the same letters or digits.
    Same,
}

/// The kind of a compared value. It determines which changes a vendor may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// The name of a person or an organization, or a part of it. A vendor may reorder its words.
    Name,
    /// An e-mail address.
    EmailAddress,
    /// A telephone number. A vendor may remove its country code, extension and punctuation.
    PhoneNumber,
    /// The number of a document or an account, such as a purchase order.
    Reference,
    /// Any other text.
    Text,
    /// The vendor's id of a related record. A vendor does not change it.
    Id,
}

impl ValueKind {
    /// Returns whether one equal value of this kind is enough to make a stored contact a candidate.
    pub fn identifies_contact(self) -> bool {
        match self {
            Self::Name | Self::EmailAddress | Self::PhoneNumber | Self::Reference => true,
            Self::Text | Self::Id => false,
        }
    }
}

/// A field of a vendor's JSON contact that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparedField {
    pointer: &'static str,
    kind: ValueKind,
}

impl ComparedField {
    /// Creates a field from its JSON pointer, which is the same in the request body and in the vendor's list.
    pub const fn new(pointer: &'static str, kind: ValueKind) -> Self {
        Self { pointer, kind }
    }
}

/// Returns the degree to which the stored value agrees with the one that was sent.
///
/// ```
/// use unicontact_model::comparison::{Agreement, ValueKind, compare};
///
/// assert_eq!(compare(ValueKind::Name, "Ada King", "ADA  KING"), Agreement::Same);
/// assert_eq!(compare(ValueKind::Name, "Ada King", "King, Ada"), Agreement::Altered);
/// assert_eq!(compare(ValueKind::Name, "Ada King", "Ada"), Agreement::Resembling);
/// assert_eq!(compare(ValueKind::Name, "Ada King", "Ada Muster"), Agreement::Different);
/// ```
pub fn compare(kind: ValueKind, sent: &str, stored: &str) -> Agreement {
    Normalized::from_text(kind, sent).agreement(&Normalized::from_text(kind, stored))
}
