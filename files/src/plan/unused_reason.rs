//! The reasons why a column is not read, and their texts.

use std::fmt;

use unicontact_model::contact::EmailAddress;

use crate::delimited::samples::Samples;
use crate::field_path::FieldPath;

/// The reason why a column is not read. Its `Display` names the remedy, where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusedReason {
    /// The column has no header.
    NoHeader,
    /// The mapping leaves the column out.
    IgnoredByMapping,
    /// The header is not a known name, and no mapping was passed.
    Unknown,
    /// The header is neither a known name nor in the mapping.
    NotInMapping,
    /// The header is not a known name, and the cells hold e-mail addresses.
    HoldsEmails,
    /// The header is not a known name, and the cells hold phone numbers.
    HoldsPhones,
    /// The header names ids, and several contacts have the same value.
    RepeatedIds,
    /// The header names ids, and the cells hold row numbers or other values that are not ids.
    NotIds,
    /// The header names the kind of contact, and the cells hold other words.
    NoContactKind,
    /// The file of rejects adds the column.
    RejectsColumn,
    /// The layout of the file has the column, and a contact has no such field.
    NoSuchField,
    /// The program that wrote the file sets the column itself, such as the date of a record.
    SetByProgram,
    /// The column refers to another record of the program that wrote the file, such as an owner.
    OtherRecord,
    /// Another column is read into the same field.
    Duplicate {
        /// The path of the field, such as `title`.
        field: String,
    },
}

impl UnusedReason {
    pub(super) fn duplicate(path: &FieldPath) -> Self {
        Self::Duplicate { field: path.to_string() }
    }

    /// Returns the text without the advice to write a mapping, for a reader who is writing one.
    pub(crate) fn without_advice(&self) -> String {
        match self {
            Self::Unknown => NOT_KNOWN.to_owned(),
            Self::HoldsEmails => HOLDS_EMAILS.to_owned(),
            Self::HoldsPhones => HOLDS_PHONES.to_owned(),
            Self::RepeatedIds => REPEATED_IDS.to_owned(),
            other => other.to_string(),
        }
    }
}

const NOT_KNOWN: &str = "not a known column";
const HOLDS_EMAILS: &str = "it holds e-mail addresses and is not a known column";
const HOLDS_PHONES: &str = "it holds telephone numbers and is not a known column";
const REPEATED_IDS: &str = "several contacts have the same value, so that it is no id";

impl fmt::Display for UnusedReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Unknown | Self::HoldsEmails | Self::HoldsPhones | Self::RepeatedIds => {
                return write!(formatter, "{}; name it in a mapping", self.without_advice());
            }
            Self::Duplicate { field } => {
                return write!(formatter, "another column is already read into {field}");
            }
            Self::NoHeader => "it has no header",
            Self::IgnoredByMapping => "the mapping leaves it out",
            Self::NotInMapping => "neither a known column nor in the mapping",
            Self::NotIds => "its values are row numbers or no ids",
            Self::NoContactKind => "its values do not say whether a contact is a person",
            Self::RejectsColumn => "the file of rejects adds it",
            Self::NoSuchField => "not a field of a contact",
            Self::SetByProgram => "the program that wrote the file sets it; a new contact cannot have it",
            Self::OtherRecord => "it refers to another record of the program that wrote the file",
        };
        formatter.write_str(text)
    }
}

/// Longer values are neither e-mail addresses nor phone numbers.
const MAX_CHANNEL_BYTES: usize = 254;

/// Returns the reason for a column with an unknown header, by its first values.
pub(super) fn by_values(samples: &Samples, column: usize) -> UnusedReason {
    let are_mostly = |is_channel: fn(&str) -> bool| {
        let is_channel = |value: &&str| value.len() <= MAX_CHANNEL_BYTES && is_channel(value);
        let count = samples.values(column).filter(is_channel).count();
        count > 0 && count * 2 >= samples.values(column).count()
    };
    if are_mostly(|value| value.parse::<EmailAddress>().is_ok()) {
        UnusedReason::HoldsEmails
    } else if are_mostly(is_phone) {
        UnusedReason::HoldsPhones
    } else {
        UnusedReason::Unknown
    }
}

/// Returns whether a text is a phone number rather than an id or a date.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let has_prefix = text.starts_with('+') || text.starts_with("(0") || text.starts_with('0') && digits >= 9;
    let is_of_phone = |it: char| it.is_ascii_digit() || matches!(it, '+' | '(' | ')' | ' ' | '-' | '/' | '.');
    has_prefix && text.chars().all(is_of_phone) && (8..=15).contains(&digits)
}
