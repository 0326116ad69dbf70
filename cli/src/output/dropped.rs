//! The cells of a file that were dropped.

use std::path::Path;

use unicontact_import::{Column, ColumnPlan, Preview, Taken};

use crate::commands::DroppedCells;

/// How many columns and reasons are told one by one.
const TOLD: usize = 10;

/// Returns how many cells were dropped, by column and reason, and where their values are.
pub(crate) fn dropped(name: &str, dropped: &DroppedCells, notes: Option<&Path>) -> Vec<String> {
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
            "{name}:   {times} times: {}: {}",
            place(field.column, &field.field),
            field.reason
        ));
    }
    let others = cells - told.iter().map(|(_, times)| times).sum::<u64>();
    if others > 0 {
        lines.push(format!("{name}:   {others} times: other columns and reasons"));
    }
    lines.push(match notes {
        Some(notes) => format!("{name}:   their lines and values are in {}", notes.display()),
        None => format!(
            "{name}:   --notes FILE lists their lines and values; --on-bad-cell reject rejects such rows instead"
        ),
    });
    lines
}

/// Returns where the repaired forms are of the texts that look as if they were encoded twice.
pub(crate) fn suggestions(name: &str, count: u64, notes: Option<&Path>) -> Option<String> {
    let place = match notes {
        _ if count == 0 => return None,
        Some(notes) => format!("their lines and what they should probably be are in {}", notes.display()),
        None => "--notes FILE lists their lines and what they should probably be".to_owned(),
    };
    Some(format!("{name}: texts that look as if they were encoded twice: {count}; {place}"))
}

/// Returns the warnings about columns of e-mail addresses or numbers that are not used, before anything is sent.
pub(crate) fn unused_channels(name: &str, plan: &ColumnPlan) -> Vec<String> {
    let warning = |column: &Column| {
        let place = place(Some(column.number), &column.header);
        format!("{name}: warning: {place} is not used: {} (--map)", reason_of(column))
    };
    plan.unused_channels().map(warning).collect()
}

fn reason_of(column: &Column) -> &str {
    match &column.taken {
        Taken::Not { reason } => reason,
        Taken::For { field, .. } => field,
    }
}

/// Returns the warnings about columns with many cells that cannot be read, before anything is sent.
pub(crate) fn many_bad_cells(name: &str, preview: &Preview, has_columns: bool) -> Vec<String> {
    let frequent = preview.frequent();
    let mut lines = Vec::new();
    for cells in &frequent {
        let what = match (cells.dropped, cells.rejected) {
            (_, 0) => "the cell is dropped".to_owned(),
            (0, _) => "the row is rejected".to_owned(),
            (dropped, rejected) => format!("{dropped} cells are dropped, {rejected} rows are rejected"),
        };
        lines.push(format!(
            "{name}: warning: {} of the first {} rows have a cell in {} that cannot be read: {}; {what}",
            cells.rows(),
            preview.rows,
            place(cells.column, &cells.field),
            cells.reason,
        ));
    }
    if !frequent.is_empty() {
        let map = if has_columns { "if the column is another one, name it with --map; " } else { "" };
        lines.push(format!(
            "{name}:   {map}--dry-run counts these cells in the whole file, and --on-bad-cell drop or reject says what becomes of them"
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
