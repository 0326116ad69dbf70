//! Tables.
//!
//! Its rule: every table looks the same: no frame, one line per entry, fitted to the terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, Color, ContentArrangement};
use unicontact::Outcome;

use super::colours_stdout;

/// A table in the making.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    pub(crate) fn with_columns(names: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(names.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
        if !colours_stdout() {
            table.force_no_tty();
        }
        Self(table)
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.0.add_row(cells.into_iter().collect::<Vec<_>>());
    }

    /// The text, without blanks at the ends of lines.
    pub(crate) fn text(&self) -> String {
        self.0.trim_fmt()
    }
}

/// A word with the colour of what it means.
pub(crate) fn outcome_cell(outcome: Outcome) -> Cell {
    let colour = match outcome {
        Outcome::Created | Outcome::Existing | Outcome::Skipped => Color::Green,
        Outcome::Rejected | Outcome::Failed => Color::Red,
        Outcome::InDoubt | Outcome::Pending => Color::Yellow,
    };
    Cell::new(outcome.as_str()).fg(colour)
}
