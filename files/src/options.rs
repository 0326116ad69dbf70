//! The options of reading a file. Every option has a default: the content of the file decides, and after it the name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::column_map::ColumnMap;
use crate::decode::TextEncoding;

/// The format of a file of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A table with a header row, cells separated by a delimiter.
    Csv,
    /// One contact as JSON per line.
    Ndjson,
    /// One contact as JSON, or an array of them.
    Json,
    /// vCard 2.1, 3.0, 4.0.
    Vcard,
    /// `JSContact` (RFC 9553): one card, an array of them, or one per line.
    JsContact,
    /// A sheet of a workbook: `.xlsx`, `.xlsm`, `.xlsb`, `.xls` or `.ods`.
    Workbook,
}

/// Error of a name that no format has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("unknown format (expected csv, ndjson, json, vcard, jscontact or workbook)")]
pub struct UnknownFormat;

impl Format {
    const NAMES: [(&'static str, Self); 6] = [
        ("csv", Self::Csv),
        ("ndjson", Self::Ndjson),
        ("json", Self::Json),
        ("vcard", Self::Vcard),
        ("jscontact", Self::JsContact),
        ("workbook", Self::Workbook),
    ];

    /// Returns the name: `csv`, `ndjson`, `json`, `vcard`, `jscontact` or `workbook`.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, format)| *format).ok_or(UnknownFormat)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The reaction to a bad cell, which cannot be read into its field, such as an e-mail address without `@`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnBadCell {
    /// Drops the cell with a note where the contact keeps another value of its kind; a bad cell that is no e-mail address also
    /// where the contact keeps an e-mail address or a phone number. Always drops a bad country, date, link or picture. Rejects
    /// the row otherwise, and for a bad id.
    #[default]
    Auto,
    /// Drops the cell with a note, and keeps the rest of the row.
    Drop,
    /// Rejects the row, so that it can be corrected before anything is sent.
    Reject,
}

/// The options of reading a file. [`ReadOptions::default`] detects everything.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The format of the file. By default the content decides, and then the name.
    pub format: Option<Format>,
    /// The ASCII byte between two cells of a CSV. By default the one of `,` `;` tab `|` that fits the header best.
    pub delimiter: Option<u8>,
    /// The ASCII byte around quoted cells of a CSV. By default `"`, or `'` where it is around the header.
    pub quote: Option<u8>,
    /// The encoding of the file. By default its byte order mark decides, or it is UTF-8. For rows that are not UTF-8, the
    /// encoding is guessed; a file whose guess is uncertain is not opened
    /// ([`ReadError::UnclearEncoding`](crate::ReadError::UnclearEncoding)).
    pub encoding: Option<TextEncoding>,
    /// The name of the sheet of a workbook. By default the only sheet with contacts. Ignored for other files.
    pub sheet: Option<String>,
    /// The fields of columns that are not recognized, or that are recognized as another field.
    pub map: Option<ColumnMap>,
    /// The reaction to a bad cell.
    pub on_bad_cell: OnBadCell,
    /// A limit on the bytes of one row, card or object. By default 1 MiB. Pictures inside vCards do not count.
    pub row_limit: Option<usize>,
}

impl ReadOptions {
    pub(crate) fn limit(&self) -> usize {
        self.row_limit.unwrap_or(1 << 20).max(16)
    }
}
