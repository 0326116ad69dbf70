//! What the beginning of a file says of the cells that cannot be read.

use crate::row::{DroppedCell, Reject, Row};

/// The most rows that are looked at.
pub(crate) const MOST_ROWS: usize = 200;
/// Fewer bad cells of one kind are not frequent, however few rows there are.
const FEWEST: u64 = 5;
/// One row in so many has a bad cell of one kind that is frequent.
const ONE_IN: u64 = 10;

/// The cells that cannot be read in the beginning of a file, by column and reason. No values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// How many rows were looked at.
    pub rows: u64,
    bad_cells: Vec<BadCells>,
}

/// The rows whose cell in one column cannot be read for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCells {
    /// For CSV the number of the column; the first one is 1.
    pub column: Option<u64>,
    /// The column's header, or the property or field.
    pub field: String,
    /// Why the cells cannot be read.
    pub reason: String,
    /// How many rows are kept without the cell.
    pub dropped: u64,
    /// How many rows are rejected for it.
    pub rejected: u64,
}

impl BadCells {
    /// Returns how many rows have such a cell.
    pub fn rows(&self) -> u64 {
        self.dropped + self.rejected
    }
}

impl Preview {
    pub(crate) fn from_rows(rows: impl Iterator<Item = Result<Row, Reject>>) -> Self {
        let mut preview = Self::default();
        for row in rows.take(MOST_ROWS) {
            preview.rows += 1;
            match row {
                Ok(row) => preview.add_dropped(&row.dropped),
                Err(Reject { column, field: Some(field), reason, .. }) => {
                    preview.bad_cells(column, &field, &reason).rejected += 1;
                }
                Err(_) => {}
            }
        }
        preview
    }

    /// Counts the dropped cells of a row. Several parts of one cell count once.
    fn add_dropped(&mut self, dropped: &[DroppedCell]) {
        for (place, cell) in dropped.iter().enumerate() {
            let is_alike = |other: &DroppedCell| {
                (other.column, &other.field, &other.reason) == (cell.column, &cell.field, &cell.reason)
            };
            if !dropped[..place].iter().any(is_alike) {
                self.bad_cells(cell.column, &cell.field, &cell.reason).dropped += 1;
            }
        }
    }

    /// Returns the bad cells that more than a tenth of the rows have, at least five, the most frequent first.
    pub fn frequent(&self) -> Vec<&BadCells> {
        let is_frequent = |cells: &&BadCells| cells.rows() >= FEWEST && cells.rows() * ONE_IN > self.rows;
        let mut frequent: Vec<&BadCells> = self.bad_cells.iter().filter(is_frequent).collect();
        frequent.sort_by_key(|cells| std::cmp::Reverse(cells.rows()));
        frequent
    }

    fn bad_cells(&mut self, column: Option<u64>, field: &str, reason: &str) -> &mut BadCells {
        let is_it = |it: &BadCells| it.column == column && it.field == field && it.reason == reason;
        let place = self.bad_cells.iter().position(is_it).unwrap_or_else(|| {
            let (field, reason) = (field.to_owned(), reason.to_owned());
            self.bad_cells.push(BadCells { column, field, reason, dropped: 0, rejected: 0 });
            self.bad_cells.len() - 1
        });
        &mut self.bad_cells[place]
    }
}
