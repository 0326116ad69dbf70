//! Dropped cells and doubtful texts of the input: counts by column and reason, and the messages about them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Serialize, Serializer};
use unicontact::bulk::DroppedField;
use unicontact_files::{DroppedCell, Row};

use super::counts::count;
use crate::output;

/// A limit on the columns and reasons that are listed.
const MAX_LISTED: usize = 10;

/// The number of dropped cells, by column and reason. Memory does not grow with their number.
#[derive(Debug, Clone, Default)]
pub(crate) struct DroppedCells {
    /// The number of rows with dropped cells.
    rows: u64,
    cells: u64,
    counts: BTreeMap<DroppedField, u64>,
}

#[derive(Serialize)]
struct DroppedCount<'a> {
    #[serde(flatten)]
    field: &'a DroppedField,
    times: u64,
}

/// The file of `--notes`.
#[derive(Clone, Copy)]
pub(crate) enum NotesState<'a> {
    /// The command has no such file.
    Off,
    /// The file holds all cells.
    Complete(&'a Path),
    /// A write to the file failed.
    Incomplete(&'a Path),
}

impl DroppedCells {
    pub(crate) fn add(&mut self, row: &Row) {
        self.rows += u64::from(!row.dropped.is_empty());
        for cell in &row.dropped {
            self.cells += 1;
            count(&mut self.counts, dropped_field(cell));
        }
    }

    /// Adds the cells of another file.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.cells += other.cells;
        for (field, times) in &other.counts {
            *self.counts.entry(field.clone()).or_default() += times;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells == 0
    }

    /// Returns the messages: the number of cells, the most frequent columns and reasons, and where the values are. `name` is the
    /// name of the input.
    pub(crate) fn messages(&self, name: &str, notes: NotesState<'_>) -> Vec<String> {
        if self.is_empty() {
            return Vec::new();
        }
        let (cells, rows) = (self.cells, self.rows);
        let dropped = output::counted(cells, "cell is", "cells are");
        let rows = output::counted(rows, "row; its other cells are", "rows; their other cells are");
        let mut lines = vec![format!("{name}: {dropped} dropped in {rows} kept")];
        lines.extend(self.most_frequent());
        lines.push(match notes {
            NotesState::Complete(file) => format!("  their lines and values are in {}", file.display()),
            NotesState::Incomplete(file) => format!("  {} is not complete", file.display()),
            NotesState::Off => {
                "  add --notes FILE to list their lines and values, or --on-bad-cell reject to reject such rows"
                    .to_owned()
            }
        });
        lines
    }

    /// Returns a line for each of the most frequent columns and reasons, with its count.
    pub(super) fn most_frequent(&self) -> Vec<String> {
        let counts = self.by_frequency();
        let (listed, others) = counts.split_at(counts.len().min(MAX_LISTED));
        let line = |(field, times): &(&DroppedField, u64)| {
            let (times, column) = (output::times(*times), output::column_name(field.column, &field.field));
            format!("  {times}: {column}: {}", field.reason)
        };
        let mut lines: Vec<String> = listed.iter().map(line).collect();
        let others: u64 = others.iter().map(|(_, times)| times).sum();
        if others > 0 {
            lines.push(format!("  {}: other columns and reasons", output::times(others)));
        }
        lines
    }

    /// Returns the columns and reasons, the most frequent first.
    fn by_frequency(&self) -> Vec<(&DroppedField, u64)> {
        let mut counts: Vec<_> = self.counts.iter().map(|(field, times)| (field, *times)).collect();
        counts.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        counts
    }
}

impl Serialize for DroppedCells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = self.by_frequency();
        serializer.collect_seq(counts.into_iter().map(|(field, times)| DroppedCount { field, times }))
    }
}

/// Returns the entry of a dropped cell in a report. It lacks the cell's value.
pub(crate) fn dropped_field(cell: &DroppedCell) -> DroppedField {
    DroppedField { column: cell.column, field: cell.field.clone(), reason: cell.reason.clone() }
}

/// Returns the message about texts that look as if they were encoded twice. `None` if there are none.
pub(crate) fn suggestions(name: &str, count: u64, notes: NotesState<'_>) -> Option<String> {
    let advice = match notes {
        _ if count == 0 => return None,
        NotesState::Complete(file) => {
            format!("correct the file: their lines and the repaired texts are in {}", file.display())
        }
        NotesState::Incomplete(file) => format!("correct the file; {} is not complete", file.display()),
        NotesState::Off => {
            "correct the file: add --notes FILE to list their lines and the repaired texts".to_owned()
        }
    };
    let texts = output::counted(
        count,
        "text looks as if it was encoded twice",
        "texts look as if they were encoded twice",
    );
    Some(format!("{name}: {texts}; {advice}"))
}
