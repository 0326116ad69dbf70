//! Detects two tables side by side in one sheet, with an empty column between them.

use super::Header;
use crate::delimited::column_names::is_name_column;
use crate::layouts::fold;

impl Header {
    /// Returns the first column of a second table, counted from 1: the columns of names repeat after a column without a header
    /// and without values.
    pub(crate) fn second_table(&self) -> Option<usize> {
        let folded: Vec<String> = self.cells.iter().map(|cell| fold(cell)).collect();
        let is_empty =
            |column: usize| self.cells[column].is_empty() && self.samples.values(column).next().is_none();
        let is_gap =
            |column: &usize| is_empty(*column) && folded[..*column].iter().any(|cell| !cell.is_empty());
        (0..folded.len()).filter(is_gap).find_map(|gap| {
            let (first, second) = folded.split_at(gap);
            let mut names = first.iter().filter(|cell| is_name_column(cell)).peekable();
            let is_repeated = names.peek().is_some() && names.all(|cell| second.contains(cell));
            let start = second.iter().position(|cell| !cell.is_empty())?;
            is_repeated.then_some(gap + start + 1)
        })
    }
}
