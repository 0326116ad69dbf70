//! Why a whole file cannot be read.
//!
//! An error says what the file looks like and what to do. It never repeats contact data.

use std::io;

use thiserror::Error;

use crate::column_map::MapError;
use crate::decode::TextEncoding;
use crate::decode::guess::EncodingCandidate;
use crate::options::Format;

/// A file that is read not at all. Nothing of it was taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The source failed.
    #[error("{name}: cannot be read: {source}")]
    Io {
        /// The name that the file was opened with.
        name: String,
        /// What the source said.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{name}: the file is empty")]
    Empty {
        /// The name that the file was opened with.
        name: String,
    },
    /// It is something else than a file of contacts.
    #[error("{name}: this is {found}, not a file of contacts: {advice}")]
    NotContacts {
        /// The name that the file was opened with.
        name: String,
        /// What it looks like: "an Excel workbook".
        found: &'static str,
        /// What to do: "save it as CSV (UTF-8)".
        advice: &'static str,
    },
    /// The encoding is unclear, and a wrong one would make wrong names. Nothing was sent.
    #[error(
        "{name}: the text is not UTF-8, and its encoding is unclear. It may be {}. Pass the right one with --encoding, \
         such as --encoding {}, or save the file as UTF-8",
        listed(candidates),
        first(candidates)
    )]
    UnclearEncoding {
        /// The name that the file was opened with.
        name: String,
        /// The encodings that it may be in, the likeliest first, each with cells of the file decoded. Show these beside the
        /// error: [`ReadError::candidates`].
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
    /// Two tables stand side by side.
    #[error(
        "{name}: line {line} is the header of two tables side by side: the second one begins in column {column}. Keep each \
         in a file of its own, or pass a mapping with --map"
    )]
    SideBySide {
        /// The name that the file was opened with.
        name: String,
        /// The line of the header.
        line: u64,
        /// The first column of the second table.
        column: usize,
    },
    /// The first row of a CSV is a contact already.
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
    /// A CSV has a header, and none of its columns is known.
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
        /// How many columns it has.
        columns: usize,
    },
    /// There is a mapping of columns, or one is asked for, and the file has none.
    #[error(
        "{name}: this is {format}, which has no columns: a mapping is for CSV, workbooks and tables of JSON"
    )]
    NoColumns {
        /// The name that the file was opened with.
        name: String,
        /// What the file turned out to be.
        format: Format,
    },
    /// A workbook cannot be read.
    #[error("{name}: {reason}")]
    Workbook {
        /// The name that the file was opened with.
        name: String,
        /// Why, and what to do.
        reason: &'static str,
    },
    /// It is not certain which sheet of a workbook is meant.
    #[error("{name}: {reason}: name one with --sheet; there {}", listed_sheets(sheets))]
    Sheet {
        /// The name that the file was opened with.
        name: String,
        /// Why not.
        reason: &'static str,
        /// The names of the sheets that can be meant.
        sheets: Vec<String>,
    },
    /// The mapping does not fit the file.
    #[error("{name}: {source}")]
    Map {
        /// The name that the file was opened with.
        name: String,
        /// What does not fit.
        source: MapError,
    },
    /// An option that nothing can be read with.
    #[error("{0}")]
    Option(&'static str),
}

impl ReadError {
    /// Returns the encodings that a file may be in whose encoding is unclear, the likeliest first. Their samples are contact
    /// data: neither the error's text nor its `Debug` shows them.
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

/// How a mapping is made. The standard input has been read by then.
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
