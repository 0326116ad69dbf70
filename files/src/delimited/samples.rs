//! The first rows of a CSV file, by which headers with several meanings are resolved.

use std::collections::HashMap;
use std::fmt;

use crate::ids::IdText;

/// At most so many rows are kept.
const MAX_ROWS: usize = 50;

/// The cells of the first rows under the header. They are contact data, which `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Samples {
    rows: Vec<Vec<String>>,
}

impl Samples {
    /// Adds a row. Returns whether there is room for another one.
    pub(crate) fn push(&mut self, row: Vec<String>) -> bool {
        self.rows.push(row);
        self.rows.len() < MAX_ROWS
    }

    /// Removes the last row, which may be incomplete.
    pub(crate) fn pop(&mut self) {
        self.rows.pop();
    }

    /// Returns the values of a column without empty cells.
    pub(crate) fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| value(row, column))
    }

    /// Returns whether different rows have the same id in a column.
    pub(crate) fn has_repeated_ids(&self, column: usize) -> bool {
        let mut rows: HashMap<&str, &Vec<String>> = HashMap::new();
        self.rows.iter().any(|row| {
            let id = value(row, column).filter(|id| !matches!(IdText::parse(id), Some(IdText::Placeholder)));
            id.is_some_and(|id| *rows.entry(id).or_insert(row) != row)
        })
    }

    /// Returns the values of two columns in the rows that have both values.
    pub(crate) fn pairs(&self, one: usize, other: usize) -> impl Iterator<Item = (&str, &str)> {
        self.rows.iter().filter_map(move |row| Some((value(row, one)?, value(row, other)?)))
    }
}

fn value(row: &[String], column: usize) -> Option<&str> {
    row.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

impl fmt::Debug for Samples {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Samples({} rows)", self.rows.len())
    }
}
