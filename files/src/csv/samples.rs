//! The first rows of a CSV file, by which columns are judged whose headers mean several things.

use std::collections::HashMap;
use std::fmt;

use crate::ids::IdText;

/// How many rows are looked at.
const ROWS: usize = 50;

/// The cells of the first rows under the header. They are contact data: `Debug` does not show them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Samples {
    rows: Vec<Vec<String>>,
}

impl Samples {
    /// Adds a row. Returns whether more are wanted.
    pub(crate) fn push(&mut self, row: Vec<String>) -> bool {
        self.rows.push(row);
        self.rows.len() < ROWS
    }

    /// Leaves out the last row, which may be cut.
    pub(crate) fn pop(&mut self) {
        self.rows.pop();
    }

    /// Returns the values of a column, without empty ones.
    pub(crate) fn values(&self, place: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| value(row, place))
    }

    /// Returns whether rows that differ have the same id in a column.
    pub(crate) fn has_repeated_ids(&self, place: usize) -> bool {
        let mut rows: HashMap<&str, &Vec<String>> = HashMap::new();
        self.rows.iter().any(|row| {
            let id = value(row, place).filter(|id| !matches!(IdText::parse(id), Some(IdText::Placeholder)));
            id.is_some_and(|id| *rows.entry(id).or_insert(row) != row)
        })
    }

    /// Returns the values of two columns in the rows that have both.
    pub(crate) fn pairs(&self, one: usize, other: usize) -> impl Iterator<Item = (&str, &str)> {
        self.rows.iter().filter_map(move |row| Some((value(row, one)?, value(row, other)?)))
    }
}

fn value(row: &[String], place: usize) -> Option<&str> {
    row.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

impl fmt::Debug for Samples {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Samples({} rows)", self.rows.len())
    }
}
