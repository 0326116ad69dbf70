//! The cells of a file that were dropped.

use std::path::Path;

use unicontact_files::{Column, ColumnPlan, ColumnTarget, Preview};

use super::known::counted;
use super::often;
use crate::commands::DroppedCells;

/// How many columns and reasons are told one by one.
const TOLD: usize = 10;

/// The file of `--notes`.
#[derive(Clone, Copy)]
pub(crate) enum NotesState<'a> {
    /// It was not asked for.
    Off,
    /// It holds all cells.
    Complete(&'a Path),
    /// It could not be written.
    Incomplete(&'a Path),
}

/// Returns how many cells were dropped, by column and reason, and where their values are.
pub(crate) fn dropped(name: &str, dropped: &DroppedCells, notes: NotesState<'_>) -> Vec<String> {
    if dropped.is_empty() {
        return Vec::new();
    }
    let (cells, rows) = (dropped.cells, dropped.rows);
    let mut lines =
        vec![format!("{name}: dropped cells: {cells}, of rows: {rows}; the rest of these rows is kept")];
    let counts = dropped.by_frequency();
    let (told, _) = counts.split_at(counts.len().min(TOLD));
    for (field, times) in told {
        lines.push(format!(
            "{name}:   {}: {}: {}",
            often(*times),
            place(field.column, &field.field),
            field.reason
        ));
    }
    let others = cells - told.iter().map(|(_, times)| times).sum::<u64>();
    if others > 0 {
        lines.push(format!("{name}:   {}: other columns and reasons", often(others)));
    }
    lines.push(match notes {
        NotesState::Complete(file) => format!("{name}:   their lines and values are in {}", file.display()),
        NotesState::Incomplete(file) => format!("{name}:   {} is not complete", file.display()),
        NotesState::Off => format!(
            "{name}:   --notes FILE lists their lines and values; --on-bad-cell reject rejects such rows instead"
        ),
    });
    lines
}

/// Returns how many texts look as if they were encoded twice, and what to do.
pub(crate) fn suggestions(name: &str, count: u64, notes: NotesState<'_>) -> Option<String> {
    let advice = match notes {
        _ if count == 0 => return None,
        NotesState::Complete(file) => {
            format!("mend the file: their lines and the repaired texts are in {}", file.display())
        }
        NotesState::Incomplete(file) => format!("mend the file; {} is not complete", file.display()),
        NotesState::Off => "mend the file: --notes FILE lists their lines and the repaired texts".to_owned(),
    };
    Some(format!("{name}: texts that look as if they were encoded twice: {count}; {advice}"))
}

/// Returns the warnings about columns of e-mail addresses or numbers that are not used, before anything is sent.
pub(crate) fn unused_channels(name: &str, plan: &ColumnPlan) -> Vec<String> {
    let warning = |column: &Column| {
        let place = place(Some(column.number), &column.header);
        format!("{name}: warning: {place} is not used: {} (--map)", reason_of(column))
    };
    plan.unused_channels().map(warning).collect()
}

fn reason_of(column: &Column) -> String {
    match &column.target {
        ColumnTarget::Unused { reason } => reason.to_string(),
        target => target.to_string(),
    }
}

/// Returns the warnings about columns with many cells that cannot be read, before anything is sent.
pub(crate) fn many_bad_cells(preview: &Preview, has_columns: bool) -> Vec<String> {
    let frequent = preview.frequent();
    let mut lines = Vec::new();
    for cells in &frequent {
        let what = match (cells.dropped, cells.rejected) {
            (_, 0) => "the cell is dropped".to_owned(),
            (0, _) => "the row is rejected".to_owned(),
            (dropped, rejected) => {
                let dropped = counted(dropped, "cell is dropped", "cells are dropped");
                let rejected = counted(rejected, "row is rejected", "rows are rejected");
                format!("{dropped}, {rejected}")
            }
        };
        lines.push(format!(
            "warning: {} of the first {} rows have a cell in {} that cannot be read: {}; {what}",
            cells.rows(),
            preview.rows,
            place(cells.column, &cells.field),
            cells.reason,
        ));
    }
    if !frequent.is_empty() {
        let map = if has_columns { "if the column is another one, name it with --map; " } else { "" };
        lines.push(format!(
            "  {map}--dry-run counts these cells in the whole file, and --on-bad-cell drop or reject says what becomes of them"
        ));
    }
    lines
}

/// Returns the name of a column: `column 3 (Email 2)`.
fn place(column: Option<u64>, field: &str) -> String {
    let name = field.escape_debug();
    match column {
        Some(column) => format!("column {column} ({name})"),
        None => name.to_string(),
    }
}
