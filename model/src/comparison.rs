//! Comparison of a vendor's contacts with one that was sent.
//!
//! Vendors change what they store: letter case, white space, the length of a text. [`compare`] distinguishes such a change
//! from a different value, [`ContactList`] searches a vendor's contacts for the one that was sent, and [`IdentifyingValues`]
//! decides whether the contact in an answer is the one that was sent.

mod agreement;
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

pub use self::agreement::{Agreement, ValueKind};
pub(crate) use self::email_address::normalized_address;
pub use self::identifying::{Comparison, IdentifyingValues};
pub use self::list::{ComparedField, ContactList};
pub use self::member::may_identify;
use self::value::Normalized;

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
