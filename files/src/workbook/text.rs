//! The CSV text of a sheet, and the row of the sheet for each of its lines.

use std::io::{self, Read};
use std::sync::Arc;

use calamine::DataType;

use super::values::{CellText, text_of};

/// A limit on the text of a sheet, in bytes.
const MAX_BYTES: usize = 1 << 30;
/// The header is among this many first rows. Cells to the right of these rows are in no column.
const HEADER_ROWS: usize = 25;
/// A limit on the columns of a sheet.
const MAX_COLUMNS: u32 = 2000;

const FAILED_FORMULA: &str = "a formula has an error such as #REF!; its cell is taken as empty";
const FORMULA_WITHOUT_VALUE: &str = "a formula has no saved value; its cell is taken as empty: open the workbook in a \
                                     spreadsheet program, save it, and import it again";
const BEYOND_COLUMNS: &str = "a value to the right of the last column is dropped";

/// The CSV text of a sheet. Rows are stored without the empty cells at their end.
pub(crate) struct SheetText {
    text: Vec<u8>,
    rows: Vec<SheetRow>,
    columns: usize,
}

/// A row that has a value.
struct SheetRow {
    /// The end of its text.
    end: usize,
    /// The number of its cells.
    cells: usize,
    /// Its number in the sheet, from 1.
    number: u64,
    /// The line of the text on which it begins, from 1.
    line: u64,
    losses: Losses,
}

/// The kinds of values that a row lost.
#[derive(Clone, Copy, Default)]
struct Losses {
    failed_formula: bool,
    formula_without_value: bool,
    beyond_columns: bool,
}

/// The rows of a sheet, which can be found by the lines of its text.
#[derive(Clone)]
pub(crate) struct SheetRows(Arc<SheetText>);

/// A builder of the text of a sheet, cell by cell.
pub(super) struct SheetTextBuilder {
    text: SheetText,
    max_rows: usize,
    /// The index of the current row.
    row: Option<u32>,
    cells: Vec<String>,
    losses: Losses,
    lines: u64,
    is_too_long: bool,
}

impl SheetTextBuilder {
    pub(super) fn new(max_rows: usize) -> Self {
        let text = SheetText { text: Vec::new(), rows: Vec::new(), columns: 0 };
        let (cells, losses) = (Vec::new(), Losses::default());
        Self { text, max_rows, row: None, cells, losses, lines: 0, is_too_long: false }
    }

    /// Adds a cell at the indices of its row and column. Returns whether the sheet can hold more cells.
    pub(super) fn cell(
        &mut self,
        (row, column): (u32, u32),
        value: &impl DataType,
        is_formula: bool,
    ) -> bool {
        if self.row != Some(row) {
            self.end_row();
            self.row = Some(row);
        }
        if self.text.rows.len() >= self.max_rows || self.is_too_long {
            return false;
        }
        match text_of(value) {
            CellText::Empty => self.losses.formula_without_value |= is_formula && value.is_empty(),
            CellText::Failed => self.losses.failed_formula = true,
            CellText::Text(text) if text.is_empty() => {}
            CellText::Text(text) => self.keep(column, &text),
        }
        true
    }

    /// Returns the text. `None` if it is too long.
    pub(super) fn finish(mut self) -> Option<SheetText> {
        self.end_row();
        (!self.is_too_long).then_some(self.text)
    }

    fn keep(&mut self, column: u32, text: &str) {
        let index = column as usize;
        let is_header_region = self.text.rows.len() < HEADER_ROWS && column < MAX_COLUMNS;
        if index >= self.text.columns && !is_header_region {
            self.losses.beyond_columns = true;
            return;
        }
        if index >= self.cells.len() {
            self.cells.resize(index + 1, String::new());
        }
        self.cells[index] = text.replace("\r\n", "\n").replace('\r', "\n");
    }

    fn end_row(&mut self) {
        let (cells, losses) = (std::mem::take(&mut self.cells), std::mem::take(&mut self.losses));
        let Some(row) = self.row.take() else { return };
        if cells.is_empty() || self.text.rows.len() >= self.max_rows {
            return;
        }
        let line = self.lines + 1;
        self.lines =
            line + cells.iter().flat_map(|cell| cell.bytes()).filter(|byte| *byte == b'\n').count() as u64;
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.text.text.push(b',');
            }
            push_cell(&mut self.text.text, cell);
        }
        let (end, number) = (self.text.text.len(), u64::from(row) + 1);
        self.text.columns = self.text.columns.max(cells.len());
        self.text.rows.push(SheetRow { end, cells: cells.len(), number, line, losses });
        self.is_too_long |= end > MAX_BYTES;
    }
}

/// Appends a cell, quoted where it needs to be.
fn push_cell(text: &mut Vec<u8>, cell: &str) {
    let is_plain = |byte: u8| !matches!(byte, b',' | b'"' | b'\'' | b'\n' | b' ');
    if cell.bytes().all(is_plain) {
        text.extend_from_slice(cell.as_bytes());
        return;
    }
    text.push(b'"');
    text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
    text.push(b'"');
}

impl SheetText {
    /// Returns the number of rows with a value.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl SheetRows {
    pub(crate) fn new(text: SheetText) -> Self {
        Self(Arc::new(text))
    }

    /// Returns a reader of the CSV text. All its rows have the same number of cells.
    pub(crate) fn reader(&self) -> impl Read + Send + 'static {
        SheetReader { text: Arc::clone(&self.0), row: 0, buffer: Vec::new(), read: 0 }
    }

    /// Returns the number of the row that a line of the text belongs to.
    pub(crate) fn number(&self, line: u64) -> u64 {
        self.row(line).map_or(line, |row| row.number)
    }

    /// Returns the notes about the values that a row lost.
    pub(crate) fn loss_notes(&self, line: u64) -> impl Iterator<Item = &'static str> {
        let losses = self.row(line).map(|row| row.losses).unwrap_or_default();
        let notes = [
            (losses.failed_formula, FAILED_FORMULA),
            (losses.formula_without_value, FORMULA_WITHOUT_VALUE),
            (losses.beyond_columns, BEYOND_COLUMNS),
        ];
        notes.into_iter().filter(|(is_lost, _)| *is_lost).map(|(_, note)| note)
    }

    fn row(&self, line: u64) -> Option<&SheetRow> {
        let next = self.0.rows.partition_point(|row| row.line <= line);
        self.0.rows.get(next.checked_sub(1)?)
    }
}

struct SheetReader {
    text: Arc<SheetText>,
    row: usize,
    buffer: Vec<u8>,
    read: usize,
}

impl SheetReader {
    /// Fills the buffer with the next row. Returns whether there is one.
    fn next_row(&mut self) -> bool {
        let SheetText { text, rows, columns } = &*self.text;
        let Some(row) = rows.get(self.row) else { return false };
        let start = self.row.checked_sub(1).map_or(0, |previous| rows[previous].end);
        self.buffer.clear();
        self.buffer.extend_from_slice(&text[start..row.end]);
        self.buffer.resize(self.buffer.len() + columns.saturating_sub(row.cells), b',');
        self.buffer.push(b'\n');
        self.read = 0;
        self.row += 1;
        true
    }
}

impl Read for SheetReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() && (self.read < self.buffer.len() || self.next_row()) {
            let count = (self.buffer.len() - self.read).min(into.len() - filled);
            into[filled..filled + count].copy_from_slice(&self.buffer[self.read..self.read + count]);
            self.read += count;
            filled += count;
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use calamine::Data;

    use super::*;

    fn sheet(cells: &[(u32, u32, &str)]) -> SheetRows {
        let mut builder = SheetTextBuilder::new(usize::MAX);
        for (row, column, text) in cells {
            assert!(builder.cell((*row, *column), &Data::String((*text).to_owned()), false));
        }
        SheetRows::new(builder.finish().unwrap())
    }

    fn text(rows: &SheetRows) -> String {
        let mut text = String::new();
        rows.reader().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn rows_are_padded_and_found_by_their_lines() {
        let rows =
            sheet(&[(3, 0, "Name"), (3, 2, "Note"), (9, 0, "Ada, K"), (9, 1, "a\r\nb\rc"), (12, 0, "Bo")]);
        assert_eq!(text(&rows), "Name,,Note\n\"Ada, K\",\"a\nb\nc\",\nBo,,\n");
        assert_eq!([1, 2, 3, 4, 5].map(|line| rows.number(line)), [4, 10, 10, 10, 13]);
    }

    #[test]
    fn a_stray_cell_far_away_costs_no_memory_and_is_noted() {
        let mut cells = vec![(0, 0, "Name"), (0, 16_383, "x")];
        let people: Vec<_> = (1..40).map(|row| (row, 0, "Ada")).collect();
        cells.extend(people);
        cells.push((1_048_575, 16_383, "y"));
        cells.push((1_048_575, 0, "Bo"));
        let rows = sheet(&cells);
        assert_eq!(text(&rows).lines().count(), 41);
        assert_eq!(text(&rows).lines().next_back(), Some("Bo"));
        assert_eq!(rows.loss_notes(41).count(), 1);
        assert_eq!(rows.loss_notes(2).count(), 0);
        assert_eq!(rows.number(41), 1_048_576);
    }

    #[test]
    fn a_formula_without_a_saved_value_is_noted() {
        let mut builder = SheetTextBuilder::new(usize::MAX);
        builder.cell((0, 0), &Data::String("Name".to_owned()), false);
        builder.cell((1, 0), &Data::String("Ada".to_owned()), false);
        builder.cell((1, 1), &Data::Empty, true);
        builder.cell((2, 0), &Data::String("Bo".to_owned()), false);
        builder.cell((2, 1), &Data::String(String::new()), true);
        let rows = SheetRows::new(builder.finish().unwrap());
        assert_eq!([1, 2, 3].map(|line| rows.loss_notes(line).count()), [0, 1, 0]);
    }
}
