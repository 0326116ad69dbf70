//! The values of a row: the source, the kind and the attributes of each.

use unicontact_model::contact::{ChannelKind, DialCode};

use crate::row::DroppedCell;

/// The source of a value: the column's header or the property, and the number of the column.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) name: &'a str,
    pub(crate) column: Option<u64>,
}

/// The attributes of an e-mail address, a phone number or a postal address.
#[derive(Clone, Default)]
pub(crate) struct Attributes {
    pub(crate) kind: Option<ChannelKind>,
    pub(crate) label: Option<String>,
    pub(crate) primary: bool,
}

/// The parts of a telephone number that have columns of their own.
#[derive(Clone, Copy, Default)]
pub(crate) struct PhoneParts<'a> {
    pub(crate) extension: Option<&'a str>,
    pub(crate) dial_code: Option<DialCode>,
    pub(crate) area_code: Option<&'a str>,
}

/// The kind of value that a cell should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Email,
    Phone,
    Id,
    Other,
}

/// A cell that cannot be read. It is dropped or rejects its row when the whole row has been read.
pub(super) struct BadCell {
    pub(super) kind: ValueKind,
    pub(super) cell: DroppedCell,
}

/// Returns the trimmed text. `None` if nothing is left of it.
pub(crate) fn present(text: &str) -> Option<&str> {
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    (!text.is_empty()).then_some(text)
}
