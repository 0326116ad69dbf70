//! Warnings about columns before anything is sent: columns that are not used, and columns with many unreadable cells.

use unicontact_files::{Column, ColumnPlan, ColumnTarget, Preview};

use crate::output::{column_name, counted};

/// Returns a warning for each column of e-mail addresses or telephone numbers that is not used.
pub(super) fn unused_channels(name: &str, plan: &ColumnPlan) -> Vec<String> {
    let warning = |column: &Column| {
        let column_name = column_name(Some(column.number), &column.header);
        format!("{name}: warning: {column_name} is not used: {} (--map)", reason(column))
    };
    plan.unused_channels().map(warning).collect()
}

fn reason(column: &Column) -> String {
    match &column.target {
        ColumnTarget::Unused { reason } => reason.to_string(),
        target => target.to_string(),
    }
}

/// Returns the warnings about columns with many unreadable cells. Empty if there are none.
pub(super) fn many_bad_cells(preview: &Preview, has_columns: bool) -> Vec<String> {
    let frequent = preview.frequent();
    let mut lines = Vec::new();
    for cells in &frequent {
        let consequence = match (cells.dropped, cells.rejected) {
            (_, 0) => "the cell is dropped".to_owned(),
            (0, _) => "the row is rejected".to_owned(),
            (dropped, rejected) => {
                let dropped = counted(dropped, "cell is dropped", "cells are dropped");
                let rejected = counted(rejected, "row is rejected", "rows are rejected");
                format!("{dropped}, {rejected}")
            }
        };
        lines.push(format!(
            "warning: {} of the first {} rows have an unreadable cell in {}: {}; {consequence}",
            cells.rows(),
            preview.rows,
            column_name(cells.column, &cells.field),
            cells.reason,
        ));
    }
    if !frequent.is_empty() {
        let map = if has_columns { "if the column has another meaning, map it with --map; " } else { "" };
        lines.push(format!(
            "  {map}count these cells in the whole file with --dry-run; drop the cells or reject the rows with --on-bad-cell"
        ));
    }
    lines
}
