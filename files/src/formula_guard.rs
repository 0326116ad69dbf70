//! Guards the cells of a rejects file against a spreadsheet's formulas, and removes the guards when the file is read again.
//!
//! Invariant: a row that is written with guards and read again has the same cells, even if its columns or rows were moved. In a
//! row with a number in the column `_guarded`, each apostrophe before a formula is a guard: a cell that has such an apostrophe of
//! its own gets a second one.
//!
//! Without the column `_guarded` the guards are removed as those of other programs are: an apostrophe at the end of the cell is
//! removed, too.

use std::borrow::Cow;

use crate::cell_text::is_formula;
use crate::delimited::cells::Dialect;
use crate::delimited::records::Record;

/// The column that holds the numbers of the guarded cells of a row, from 1. The numbers are for people: a person may move columns.
pub(crate) const COLUMN: &str = "_guarded";
const GUARD: char = '\'';

/// Returns whether a text is a formula or looks like a guarded one.
fn needs_guard(text: &str) -> bool {
    is_formula(text.trim_start_matches(GUARD))
}

/// Returns a cell with an apostrophe before a formula, and before an apostrophe that looks like a guard.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if needs_guard(text) { format!("{GUARD}{text}").into() } else { text.into() }
}

/// Returns a header with an apostrophe before a formula. It is not removed again.
pub(crate) fn guarded_header(text: &str) -> Cow<'_, str> {
    if is_formula(text) { format!("{GUARD}{text}").into() } else { text.into() }
}

/// Returns the numbers of the cells that get an apostrophe, from 1, separated by spaces.
pub(crate) fn numbers_of_guarded(cells: &[Cow<'_, str>]) -> String {
    let numbers = cells.iter().enumerate().filter(|(_, cell)| needs_guard(cell));
    numbers.map(|(index, _)| (index + 1).to_string()).collect::<Vec<_>>().join(" ")
}

/// The columns that say which rows have guarded cells. A file of rejects of a file of rejects has several.
pub(crate) struct GuardColumns(Vec<usize>);

impl GuardColumns {
    /// Finds the columns in a header. Other files than rejects have none.
    pub(crate) fn new<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let columns = headers.enumerate().filter(|(_, header)| *header == COLUMN);
        Self(columns.map(|(index, _)| index).collect())
    }

    /// Returns a row as it was before its cells were guarded.
    pub(crate) fn unguarded(&self, mut record: Record, dialect: Dialect) -> Record {
        let mut is_changed = false;
        for column in &self.0 {
            let Some(numbers) = record.cells.get_mut(*column).map(std::mem::take) else { continue };
            if !numbers.trim_ascii().is_empty() {
                record.cells.iter_mut().for_each(remove_guard);
                is_changed = true;
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

/// Removes an apostrophe before a formula. That of a name, such as `'t Hooft`, stays.
fn remove_guard(cell: &mut Vec<u8>) {
    if std::str::from_utf8(cell).is_ok_and(|text| text.starts_with(GUARD) && needs_guard(text)) {
        cell.remove(0);
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
    fn only_formulas_and_what_looks_like_guarded_ones_get_a_guard() {
        for formula in ["=1+1", "+44 20", "-1", "@sum", "\t=1", "\r=1", "'+44", "''-"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for text in ["", "Ada", " =1", "1-2", "'t Hooft", "'", "'90s"] {
            assert_eq!(guarded(text), text);
        }
        let cells: Vec<Cow<'_, str>> = ["=1", "Ada", "'=1", "-"].map(Cow::from).to_vec();
        assert_eq!(numbers_of_guarded(&cells), "1 3 4");
    }

    #[test]
    fn a_guard_stands_before_a_formula() {
        for (cell, expected) in
            [("'=1", "=1"), ("''=1", "'=1"), ("'t Hooft", "'t Hooft"), ("=2", "=2"), ("", ""), ("'", "'")]
        {
            let mut bytes = cell.as_bytes().to_vec();
            remove_guard(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }
}
