//! The degree to which two values agree, and the kinds of values that are compared.

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
