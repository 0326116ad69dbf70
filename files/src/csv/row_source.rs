//! Reads the rows of a CSV that may be contacts: leaves out empty rows and rows of the table itself, and repairs quoting.

use std::io;

use super::structure::{RowClass, RowClassifier, SkippedRows};
use crate::decode::rows::RowDecoder;
use crate::delimited::cells::{Dialect, parse_row};
use crate::delimited::records::{Record, Records};
use crate::formula_guard::GuardColumns;
use crate::row::Reject;
use crate::workbook::SheetRows;

const ESCAPED_QUOTES: &str =
    "the quotes inside a cell are escaped with backslashes; the backslashes are removed";
const QUOTED_ROW: &str = "the whole row is quoted; the quotes are removed";
const FEWER_CELLS: &str = "fewer cells than columns; the missing cells are read as empty";
const STRAY_QUOTE: &str = "a quote inside a cell is not doubled; the cell may lack quotes";

/// The next row or reject of a file.
pub(super) enum Item {
    Row(SourceRow),
    Reject(Reject),
}

/// A row that may be a contact.
pub(super) struct SourceRow {
    pub(super) record: Record,
    /// The note on a row whose cells were parsed again.
    pub(super) correction: Option<&'static str>,
    pub(super) is_below_empty_row: bool,
}

/// The rows of a file that may be contacts.
pub(super) struct RowSource {
    pub(super) records: Records,
    pub(super) classifier: RowClassifier,
    pub(super) dialect: Dialect,
    pub(super) guard_columns: GuardColumns,
    /// How many columns the header has.
    pub(super) columns: usize,
    pub(super) empty_rows: u64,
}

impl RowSource {
    pub(super) fn use_sheet_rows(&mut self, sheet: SheetRows) {
        self.classifier.use_sheet_rows(sheet);
    }

    pub(super) fn skipped(&self) -> &[SkippedRows] {
        &self.classifier.skipped
    }

    pub(super) fn line(&self) -> u64 {
        self.records.line()
    }

    /// Returns the next row that may be a contact, or a reject.
    pub(super) fn next_item(&mut self, decoder: &RowDecoder) -> io::Result<Option<Item>> {
        let mut is_below_empty_row = false;
        loop {
            let record = match self.records.next_record()? {
                None => return Ok(None),
                Some(Err(mut reject)) => {
                    reject.original = decoder.original(reject.original, self.dialect.delimiter);
                    return Ok(Some(Item::Reject(reject)));
                }
                Some(Ok(record)) => record,
            };
            if record.is_empty() {
                self.empty_rows += 1;
                is_below_empty_row = true;
                continue;
            }
            let (record, is_unquoted) = self.without_row_quotes(record);
            match self.classifier.classify(&record, is_below_empty_row) {
                RowClass::Contact => {}
                RowClass::Skipped => continue,
                RowClass::Rejected(reason) => {
                    let original = decoder.original(record.original, self.dialect.delimiter);
                    return Ok(Some(Item::Reject(Reject::new(record.line, reason, original))));
                }
            }
            let (record, is_unescaped) = self.without_backslashes(record);
            let record = self.guard_columns.unguarded(record, self.dialect);
            let correction = match (is_unquoted, is_unescaped) {
                (true, _) => Some(QUOTED_ROW),
                (_, true) => Some(ESCAPED_QUOTES),
                _ => None,
            };
            return Ok(Some(Item::Row(SourceRow { record, correction, is_below_empty_row })));
        }
    }

    /// Removes quotes around the whole row, where the row then has a cell for each column.
    fn without_row_quotes(&self, record: Record) -> (Record, bool) {
        if self.columns < 2 || record.cells.len() != 1 {
            return (record, false);
        }
        match record.cells_inside(self.dialect).filter(|cells| cells.len() == self.columns) {
            Some(cells) => (Record { cells, ..record }, true),
            None => (record, false),
        }
    }

    /// Parses a row with backslashes before its quotes again, where the row only then has a cell for each column.
    fn without_backslashes(&self, record: Record) -> (Record, bool) {
        let dialect = self.dialect;
        let is_suspect = record.stray_quote && !dialect.has_backslashes && record.cells.len() != self.columns;
        if !is_suspect || !record.original.windows(2).any(|pair| pair == [b'\\', dialect.quote]) {
            return (record, false);
        }
        let (cells, stray_quote) = parse_row(&record.original, Dialect { has_backslashes: true, ..dialect });
        if cells.len() != self.columns || stray_quote {
            return (record, false);
        }
        (Record { cells, stray_quote, ..record }, true)
    }

    /// Checks that the cells of a row fit under the columns, and returns notes on the row.
    ///
    /// # Errors
    ///
    /// The reason to reject the row.
    pub(super) fn check_cells(&self, record: &Record) -> Result<Vec<&'static str>, String> {
        let (cells, columns) = (record.cells.len(), self.columns);
        if record.cells.iter().any(|cell| cell.contains(&0)) {
            return Err("the row has a NUL byte: remove it, or export the file again".to_owned());
        }
        let filled =
            record.cells.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |it| it + 1);
        if filled > columns {
            let reason = "is the delimiter inside a cell that is not quoted?";
            return Err(format!("{filled} cells under {columns} columns: {reason}"));
        }
        if cells < columns && record.follows_broken_row {
            return Err(format!("{cells} cells under {columns} columns, after a row with a broken quote"));
        }
        if cells < columns && filled <= 1 && columns > 2 {
            return Err(format!("{cells} cells under {columns} columns: is it a part of another row?"));
        }
        let notes = [(cells < columns, FEWER_CELLS), (record.stray_quote, STRAY_QUOTE)];
        Ok(notes.into_iter().filter(|(applies, _)| *applies).map(|(_, note)| note).collect())
    }
}
