//! Compares the contacts that a vendor holds with one that was sent.
//!
//! A vendor may store a text in another form than the one that it was sent: in another case, with other white space, cut
//! at a limit. [`compare`] tells such a change from another value; [`ContactList`] compares whole contacts and answers a
//! look ([`FindOutcome`](crate::FindOutcome)). [`IdentifyingValues`] tells whether the contact in an answer is the one that
//! was sent.

mod email_address;
pub(crate) mod fold;
mod identifying;
mod list;
mod member;
mod name;
mod person_name;
mod phone_number;
#[cfg(test)]
mod tests;
mod value;

pub use self::email_address::normalize as normalized_address;
pub use self::identifying::{Comparison, IdentifyingValues};
pub use self::list::ContactList;
pub use self::member::may_identify;
pub(crate) use self::phone_number::with_ascii_digits;
use self::value::Normalized;

/// How a stored value agrees with the one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Another value.
    Different,
    /// A value that has much in common with it, and more changed than a vendor changes.
    Resembling,
    /// The value after a change that a vendor may make but that can also separate two people: cut at a limit, its words in
    /// another order, a number without its country code. It counts as the same beside another value that identifies the
    /// contact and is the same.
    Altered,
    /// The value, at most in another case, with other white space, or in another form of the same letters or digits.
    Same,
}

/// The kind of a compared value. It decides which changes a vendor may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A person's or an organization's name, or a part of it. Its words may change their order.
    Name,
    /// An e-mail address.
    EmailAddress,
    /// A telephone number. It may lose its country code, its extension or its punctuation.
    PhoneNumber,
    /// A number of a document or an account, such as that of a purchase order.
    Reference,
    /// Any other text.
    Text,
    /// The vendor's id of something that the contact refers to. It does not change.
    Id,
}

impl ValueKind {
    /// Returns whether a stored contact that shares only this value may be the one that was sent.
    pub fn identifies_contact(self) -> bool {
        match self {
            Self::Name | Self::EmailAddress | Self::PhoneNumber | Self::Reference => true,
            Self::Text | Self::Id => false,
        }
    }
}

/// A member of a vendor's contact that takes part in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparedField {
    pointer: &'static str,
    kind: ValueKind,
}

impl ComparedField {
    /// Creates a field from the JSON pointer of the member, which is the same in what is sent and in what is listed.
    pub const fn new(pointer: &'static str, kind: ValueKind) -> Self {
        Self { pointer, kind }
    }
}

/// Returns how the stored value agrees with the one that was sent.
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
