//! The cells of a file that were dropped.

use std::path::Path;

use unicontact::import::DroppedField;

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
        lines.push(format!("{name}:   {times} times: {}: {}", place(field), field.reason));
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

/// Returns the name of a column: `column 3 (Email 2)`.
fn place(field: &DroppedField) -> String {
    let name = field.field.escape_debug();
    match field.column {
        Some(column) => format!("column {column} ({name})"),
        None => name.to_string(),
    }
}
