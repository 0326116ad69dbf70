//! The errors of opening a file.
//!
//! Invariant: the text of an error names the file and what to do, and never holds contact data.

use std::io;

use thiserror::Error;

use crate::column_map::MapError;
use crate::decode::TextEncoding;
use crate::decode::guess::EncodingCandidate;
use crate::options::Format;

/// An error of opening a file. No row was read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be read.
    #[error("{name}: cannot be read: {source}")]
    Io {
        /// The name that the file was opened with.
        name: String,
        /// The error of the source.
        source: io::Error,
    },
    /// The file is empty.
    #[error("{name}: the file is empty")]
    Empty {
        /// The name that the file was opened with.
        name: String,
    },
    /// The file is not one of contacts.
    #[error("{name}: this is {found}, not a file of contacts: {advice}")]
    NotContacts {
        /// The name that the file was opened with.
        name: String,
        /// The kind of file that was recognized: "an Excel workbook".
        found: &'static str,
        /// The advice to the user: "save it as CSV (UTF-8)".
        advice: &'static str,
    },
    /// The encoding is unclear. A wrong encoding would corrupt names.
    #[error(
        "{name}: the text is not UTF-8, and its encoding is unclear. It may be {}. Pass the right one with --encoding, \
         such as --encoding {}, or save the file as UTF-8",
        listed(candidates),
        first(candidates)
    )]
    UnclearEncoding {
        /// The name that the file was opened with.
        name: String,
        /// The possible encodings, the likeliest first, each with decoded cells of the file. Show these beside the error:
        /// [`ReadError::candidates`].
        candidates: Vec<EncodingCandidate>,
    },
    /// The text is not in the encoding of the options.
    #[error(
        "{name}: the text is not in {encoding}: leave --encoding out, or pass the encoding that it is in"
    )]
    WrongEncoding {
        /// The name that the file was opened with.
        name: String,
        /// The encoding of the options.
        encoding: TextEncoding,
    },
    /// The file has two tables side by side.
    #[error(
        "{name}: line {line} is the header of two tables side by side: the second one begins in column {column}. Keep each \
         in a file of its own, or pass a mapping with --map"
    )]
    SideBySide {
        /// The name that the file was opened with.
        name: String,
        /// The line of the header.
        line: u64,
        /// The number of the second table's first column, from 1.
        column: usize,
    },
    /// The first row of a CSV is a contact, not a header.
    #[error(
        "{name}: line {line} should name the columns but looks like a contact: add a first row such as \
         name,email,phone"
    )]
    NoHeader {
        /// The name that the file was opened with.
        name: String,
        /// The line that was taken for the header.
        line: u64,
    },
    /// A CSV has a header, but no column is known.
    #[error(
        "{name}: none of the {columns} columns in line {line} is known: write a mapping with \
         {}, complete it, and pass it with --map",
        suggesting(name)
    )]
    NoKnownColumn {
        /// The name that the file was opened with.
        name: String,
        /// The line that was taken for the header.
        line: u64,
        /// The number of its columns.
        columns: usize,
    },
    /// A column mapping is set or requested, but the file has no columns.
    #[error(
        "{name}: this is {format}, which has no columns: a mapping is for CSV, workbooks and tables of JSON"
    )]
    NoColumns {
        /// The name that the file was opened with.
        name: String,
        /// The format of the file.
        format: Format,
    },
    /// A workbook cannot be read.
    #[error("{name}: {reason}")]
    Workbook {
        /// The name that the file was opened with.
        name: String,
        /// The reason and the advice to the user.
        reason: &'static str,
    },
    /// No single sheet of a workbook can be chosen.
    #[error("{name}: {reason}: name one with --sheet; there {}", listed_sheets(sheets))]
    Sheet {
        /// The name that the file was opened with.
        name: String,
        /// The reason.
        reason: &'static str,
        /// The names of the sheets to choose from.
        sheets: Vec<String>,
    },
    /// The mapping does not fit the file.
    #[error("{name}: {source}")]
    Map {
        /// The name that the file was opened with.
        name: String,
        /// The error of the mapping.
        source: MapError,
    },
    /// An invalid option.
    #[error("{0}")]
    Option(&'static str),
}

impl ReadError {
    /// Returns the possible encodings of [`ReadError::UnclearEncoding`], the likeliest first. Empty for other errors.
    ///
    /// Their samples are contact data. Neither `Display` nor `Debug` of the error shows them.
    pub fn candidates(&self) -> &[EncodingCandidate] {
        match self {
            Self::UnclearEncoding { candidates, .. } => candidates,
            _ => &[],
        }
    }
}

fn listed(candidates: &[EncodingCandidate]) -> String {
    let names: Vec<String> = candidates.iter().map(|candidate| candidate.encoding.to_string()).collect();
    if names.is_empty() { "any".to_owned() } else { format!("{} or another one", names.join(", ")) }
}

fn first(candidates: &[EncodingCandidate]) -> String {
    candidates.first().map_or_else(|| "windows-1252".to_owned(), |candidate| candidate.encoding.to_string())
}

/// Returns the command that writes a mapping. The standard input cannot be read a second time.
fn suggesting(name: &str) -> String {
    if name == "-" {
        "`unicontact import --suggest-map FILE` from a file with the same content".to_owned()
    } else {
        format!("`unicontact import --suggest-map {name}`")
    }
}

fn listed_sheets(sheets: &[String]) -> String {
    let names: Vec<String> = sheets.iter().map(|sheet| format!("\"{}\"", sheet.escape_debug())).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{verb} {}", names.join(", "))
}
