//! Counts the bad cells in the beginning of a file, and finds rows in another encoding than the others.

use crate::row::{DroppedCell, Reject, Row};

/// Bad cells are counted in at most so many rows.
const MAX_ROWS: u64 = 200;
/// Bad cells of one kind are frequent only from this count on.
const MIN_FREQUENT: u64 = 5;
/// Bad cells of one kind are frequent in more than one of so many rows.
const ONE_IN: u64 = 10;

/// The bad cells in the beginning of a file, counted by column and reason, and its rows in another encoding. It holds no values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// How many rows were searched for bad cells.
    pub rows: u64,
    /// The lines of the rows that are not UTF-8, in a file with other rows in UTF-8.
    pub lines_in_another_encoding: Vec<u64>,
    bad_cells: Vec<BadCells>,
}

/// The bad cells of one column for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadCells {
    /// The number of the column in a table, counted from 1.
    pub column: Option<u64>,
    /// The header of the column, or the property or field.
    pub field: String,
    /// Why the cells cannot be read.
    pub reason: String,
    /// How many rows lose the cell.
    pub dropped: u64,
    /// How many rows are rejected because of the cell.
    pub rejected: u64,
}

impl BadCells {
    /// Returns the number of rows with such a cell.
    pub fn rows(&self) -> u64 {
        self.dropped + self.rejected
    }
}

impl Preview {
    /// Reads 200 rows, or all of them if the file may have two encodings.
    pub(crate) fn from_rows(
        rows: impl Iterator<Item = Result<Row, Reject>>,
        may_have_two_encodings: bool,
    ) -> Self {
        let mut preview = Self::default();
        for row in rows {
            if let Some(row) = row.as_ref().ok().filter(|row| row.other_encoding().is_some()) {
                preview.lines_in_another_encoding.push(row.line);
            }
            if preview.rows < MAX_ROWS {
                preview.rows += 1;
                preview.add(row);
            } else if !may_have_two_encodings {
                break;
            }
        }
        preview
    }

    /// Counts the bad cells of a row.
    fn add(&mut self, row: Result<Row, Reject>) {
        match row {
            Ok(row) => self.add_dropped(&row.dropped),
            Err(Reject { column, field: Some(field), reason, .. }) => {
                self.bad_cells(column, &field, &reason).rejected += 1;
            }
            Err(_) => {}
        }
    }

    /// Counts the dropped cells of a row. Several parts of one cell count once.
    fn add_dropped(&mut self, dropped: &[DroppedCell]) {
        for (index, cell) in dropped.iter().enumerate() {
            let is_alike = |other: &DroppedCell| {
                (other.column, &other.field, &other.reason) == (cell.column, &cell.field, &cell.reason)
            };
            if !dropped[..index].iter().any(is_alike) {
                self.bad_cells(cell.column, &cell.field, &cell.reason).dropped += 1;
            }
        }
    }

    /// Returns the bad cells of at least five rows and of more than a tenth of the rows, the most frequent first.
    pub fn frequent(&self) -> Vec<&BadCells> {
        let is_frequent =
            |cells: &&BadCells| cells.rows() >= MIN_FREQUENT && cells.rows() * ONE_IN > self.rows;
        let mut frequent: Vec<&BadCells> = self.bad_cells.iter().filter(is_frequent).collect();
        frequent.sort_by_key(|cells| std::cmp::Reverse(cells.rows()));
        frequent
    }

    fn bad_cells(&mut self, column: Option<u64>, field: &str, reason: &str) -> &mut BadCells {
        let is_same = |it: &BadCells| it.column == column && it.field == field && it.reason == reason;
        let index = self.bad_cells.iter().position(is_same).unwrap_or_else(|| {
            let (field, reason) = (field.to_owned(), reason.to_owned());
            self.bad_cells.push(BadCells { column, field, reason, dropped: 0, rejected: 0 });
            self.bad_cells.len() - 1
        });
        &mut self.bad_cells[index]
    }
}
