//! Values of a contact, normalized for comparison.

use serde_json::Value;

use super::agreement::{Agreement, ValueKind};
use super::email_address::AddressForms;
use super::name::NameForms;
use super::phone_number::NumberForms;
use crate::fold::{fold, is_truncated, plain_words, without_spaces};

/// The minimum length of a prefix that resembles the reference.
const MIN_REFERENCE_PREFIX: usize = 8;

/// A value of one kind in its normalized forms.
pub(super) enum Normalized {
    Absent,
    Name(NameForms),
    EmailAddress(AddressForms),
    PhoneNumber(NumberForms),
    Reference(String),
    Text(String),
    Id(String),
    /// JSON other than a text or a number.
    Other(Value),
}

impl Normalized {
    /// Normalizes the JSON value of a field. `null` and a blank text are absent.
    pub(super) fn from_member(kind: ValueKind, value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Absent,
            Some(Value::String(text)) => Self::from_text(kind, text),
            Some(Value::Number(number)) => Self::from_text(kind, &number.to_string()),
            Some(other) => Self::Other(other.clone()),
        }
    }

    pub(super) fn from_text(kind: ValueKind, text: &str) -> Self {
        if fold(text).is_empty() {
            return Self::Absent;
        }
        match kind {
            ValueKind::Name => Self::Name(NameForms::new(text)),
            ValueKind::EmailAddress => Self::EmailAddress(AddressForms::new(text)),
            ValueKind::PhoneNumber => Self::PhoneNumber(NumberForms::new(text)),
            ValueKind::Reference => Self::Reference(without_spaces(&fold(text))),
            ValueKind::Text => Self::Text(fold(text)),
            ValueKind::Id => Self::Id(text.trim().to_owned()),
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns how a stored value agrees with this one, which was sent.
    pub(super) fn agreement(&self, stored: &Self) -> Agreement {
        match (self, stored) {
            (Self::Absent, Self::Absent) => Agreement::Same,
            (Self::Absent, _) | (_, Self::Absent) => Agreement::Different,
            (Self::Name(sent), Self::Name(stored)) => sent.agreement(stored),
            (Self::EmailAddress(sent), Self::EmailAddress(stored)) => sent.agreement(stored),
            (Self::PhoneNumber(sent), Self::PhoneNumber(stored)) => sent.agreement(stored),
            (Self::Reference(sent), Self::Reference(stored)) => references(sent, stored),
            (Self::Text(sent), Self::Text(stored)) => texts(sent, stored),
            (Self::Id(sent), Self::Id(stored)) if sent == stored => Agreement::Same,
            (Self::Other(sent), Self::Other(stored)) if sent == stored => Agreement::Same,
            // The value cannot be read, so it neither confirms nor rules out the contact.
            (Self::Other(_), _) | (_, Self::Other(_)) => Agreement::Resembling,
            _ => Agreement::Different,
        }
    }
}

fn texts(sent: &str, stored: &str) -> Agreement {
    if sent == stored {
        Agreement::Same
    } else if without_spaces(sent) == without_spaces(stored) || is_truncated(sent, stored) {
        Agreement::Altered
    } else {
        Agreement::Different
    }
}

fn references(sent: &str, stored: &str) -> Agreement {
    if sent == stored {
        return Agreement::Same;
    }
    // A vendor that stores the reference as an integer drops leading zeros.
    let plain = |text: &str| plain_words(text).concat().trim_start_matches('0').to_owned();
    let (plain_sent, plain_stored) = (plain(sent), plain(stored));
    let is_plainly_equal = !plain_sent.is_empty() && plain_sent == plain_stored;
    let is_truncated_reference = stored.chars().count() >= MIN_REFERENCE_PREFIX && sent.starts_with(stored);
    if is_plainly_equal || is_truncated_reference { Agreement::Resembling } else { Agreement::Different }
}
