//! Guards the cells of a rejects file against a spreadsheet's formulas, and removes the guards when the file is read again.
//!
//! Invariant: a row that is written with guards and read again has the same cells. The column `_guarded` holds the numbers of the
//! guarded cells, so an apostrophe of the cell itself is never removed.

use std::borrow::Cow;

use crate::delimited::cells::Dialect;
use crate::delimited::records::Record;

/// The column that holds the numbers of the guarded cells of a row, from 1.
pub(crate) const COLUMN: &str = "_guarded";
/// The column before it.
const COLUMN_BEFORE: &str = "_original";
const GUARD: char = '\'';

/// Returns whether a spreadsheet may run a text as a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Returns a text with an apostrophe before a formula.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { format!("{GUARD}{text}").into() } else { text.into() }
}

/// Returns the numbers of the cells that get an apostrophe, from 1, separated by spaces.
pub(crate) fn numbers_of_guarded(cells: &[Cow<'_, str>]) -> String {
    let numbers = cells.iter().enumerate().filter(|(_, cell)| is_formula(cell));
    numbers.map(|(index, _)| (index + 1).to_string()).collect::<Vec<_>>().join(" ")
}

/// The columns that say which cells of a row are guarded. A file of rejects of a file of rejects has several.
pub(crate) struct GuardColumns(Vec<usize>);

impl GuardColumns {
    /// Finds the columns in a header. Other files than rejects have none.
    pub(crate) fn new<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let headers: Vec<&str> = headers.collect();
        let pairs = headers.windows(2).enumerate();
        // The last one was added last, and is undone first.
        let found = pairs.filter(|(_, pair)| *pair == [COLUMN_BEFORE, COLUMN]).map(|(index, _)| index + 1);
        Self(found.rev().collect())
    }

    /// Returns a row as it was before its cells were guarded.
    pub(crate) fn unguarded(&self, mut record: Record, dialect: Dialect) -> Record {
        let mut is_changed = false;
        for column in &self.0 {
            let Some(cell) = record.cells.get_mut(*column) else { continue };
            let numbers = String::from_utf8(std::mem::take(cell)).unwrap_or_default();
            for index in
                numbers.split_whitespace().filter_map(|number| number.parse::<usize>().ok()?.checked_sub(1))
            {
                if let Some(cell) = record.cells.get_mut(index).filter(|cell| cell.starts_with(b"'")) {
                    cell.remove(0);
                    is_changed = true;
                }
            }
        }
        if is_changed {
            let cells: Vec<&[u8]> = record.cells.iter().map(Vec::as_slice).collect();
            if let Ok(original) = row(dialect, &cells) {
                record.original = original;
            }
        }
        record
    }
}

/// Returns cells as a row with its line end.
pub(crate) fn row(dialect: Dialect, cells: &[&[u8]]) -> csv::Result<Vec<u8>> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(dialect.delimiter).quote(dialect.quote).from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formulas_are_guarded() {
        for formula in ["=1+1", "+44 20", "-1", "@sum", "\t=1", "\r=1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for text in ["", "'+44", "Ada", " =1", "1-2"] {
            assert_eq!(guarded(text), text);
        }
        let cells: Vec<Cow<'_, str>> = ["=1", "Ada", "'=1", "-"].map(Cow::from).to_vec();
        assert_eq!(numbers_of_guarded(&cells), "1 4");
    }

    #[test]
    fn a_column_of_another_file_is_no_guard_column() {
        let columns = |headers: &[&'static str]| GuardColumns::new(headers.iter().copied()).0;
        assert_eq!(columns(&["Name", "_guarded"]), [0_usize; 0]);
        assert_eq!(columns(&["Name", "_original", "_guarded"]), [2]);
        assert_eq!(columns(&["_original", "_guarded", "x", "_original", "_guarded"]), [4, 1]);
    }
}
