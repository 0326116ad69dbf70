//! What the caller knows about a file before it is read.
//!
//! Every option may be left out; the content of the file decides then, and after it the name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::column_map::ColumnMap;
use crate::decode::TextEncoding;

/// The form of a file of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// No format has this name.
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

    /// `csv`, `ndjson`, `json`, `vcard`, `jscontact` or `workbook`.
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

/// What becomes of a row with a cell that cannot be read, such as an e-mail address that is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnBadCell {
    /// The cell is dropped with a note where another one of its kind stays, and where it is no e-mail address and an e-mail
    /// address or a telephone number stays. Otherwise the row is rejected, and so it is for a bad id. A country, a date, a
    /// link or a picture that cannot be read is dropped always.
    #[default]
    Auto,
    /// The cell is dropped with a note, and the rest of the row is kept.
    Drop,
    /// The row is rejected, so that it can be mended before anything is sent.
    Reject,
}

/// How to read a file. [`ReadOptions::default`] finds everything out by itself.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The file's form. By default the content decides, then the name.
    pub format: Option<Format>,
    /// What separates the cells of a CSV row, one ASCII byte. By default whichever of `,` `;` tab `|` fits the
    /// header best.
    pub delimiter: Option<u8>,
    /// What CSV cells are quoted with, one ASCII byte. By default `"`, or `'` when the header is quoted with it.
    pub quote: Option<u8>,
    /// The file's encoding. By default its byte order mark decides, else it is UTF-8. Rows that are not are in the encoding
    /// that fits them; where none fits with certainty, the file is not opened
    /// ([`ReadError::UnclearEncoding`](crate::ReadError::UnclearEncoding)).
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook, by its name. By default the only one that has contacts. Other files have none.
    pub sheet: Option<String>,
    /// What the columns of a CSV are, where it differs from what is recognised.
    pub map: Option<ColumnMap>,
    /// What becomes of a row with a cell that cannot be read.
    pub on_bad_cell: OnBadCell,
    /// How many bytes one row, card or object may have. By default 1 MiB. Pictures inside vCards do not count.
    pub row_limit: Option<usize>,
}

impl ReadOptions {
    pub(crate) fn limit(&self) -> usize {
        self.row_limit.unwrap_or(1 << 20).max(16)
    }
}
