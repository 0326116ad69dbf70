//! The header of a CSV file, and how many of its columns are known.

mod candidate;
pub(crate) mod search;
mod side_by_side;

use std::borrow::Cow;

use super::samples::Samples;
use crate::cell_text::{TextKind, unwrapped_cell};
use crate::layouts::ColumnNames;
use crate::options::ReadOptions;
use crate::version::Version;

/// The beginning of a file may end inside a row where it is longer than this, in bytes.
pub(crate) const MAX_WHOLE_HEAD: usize = 60 * 1024;

/// A text with more bytes is no column name.
const MAX_COLUMN_NAME: usize = 120;

/// The header row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) cells: Vec<String>,
    /// The first line of the row, counted from 1.
    pub(crate) line: u64,
    /// The last line of the row.
    pub(crate) last_line: u64,
    /// How many of its columns are known.
    pub(crate) known: usize,
    /// Whether the row holds contact data, so that it is a contact and the file has no header.
    pub(crate) is_a_contact: bool,
    /// The first rows under the header; empty for version 0.1.0, which did not read them.
    pub(crate) samples: Samples,
}

/// The condition on the header of a file to be opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderCheck {
    /// The file has a header.
    Present,
    /// The header names known columns.
    Recognized,
}

/// Returns whether a text is the name of a column, in a file of any layout.
pub(crate) fn is_known_column(name: &str, options: &ReadOptions) -> bool {
    known_columns(&[name.to_owned()], options, Version::Current) > 0
}

/// Returns how many cells of a row are names of columns.
fn known_columns(cells: &[String], options: &ReadOptions, version: Version) -> usize {
    let names = ColumnNames::for_version(version);
    let is_long = |cell: &String| version == Version::Current && cell.len() > MAX_COLUMN_NAME;
    if options.map.is_none() && cells.iter().all(is_long) {
        return 0;
    }
    let folded = names.fold_all(cells);
    let layout = names.detect_layout(cells, &folded);
    let is_mapped = |cell: &str| options.map.as_ref().is_some_and(|map| map.names(cell));
    let is_known = |(cell, folded): &(&String, &String)| {
        is_mapped(cell)
            || layout.is_some_and(|layout| layout.find(folded).is_some())
            || names.recognizes(cell, folded)
    };
    cells.iter().zip(&folded).filter(is_known).count()
}

/// Returns a header without the formula around it: `="Name"`.
pub(crate) fn without_formula(header: &str) -> Cow<'_, str> {
    if header.starts_with(['=', '\'']) {
        unwrapped_cell(header, TextKind::Line)
    } else {
        Cow::Borrowed(header)
    }
}
