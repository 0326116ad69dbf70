//! Tables without frames, one line for each entry. They are fitted to terminals that are wide enough.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Color, ContentArrangement};
use unicontact::Outcome;

use super::colours_stdout;
use super::plain::in_one_line;

/// The least width of a terminal for which cells are folded.
const MIN_WIDTH: u16 = 60;

/// A table.
pub(crate) struct Table(comfy_table::Table);

/// A cell of plain text.
pub(crate) struct Cell {
    text: String,
    colour: Option<Color>,
}

impl Cell {
    #[expect(clippy::needless_pass_by_value, reason = "texts and numbers alike")]
    pub(crate) fn new(content: impl ToString) -> Self {
        Self { text: in_one_line(&content.to_string()).into_owned(), colour: None }
    }

    pub(crate) fn coloured(self, colour: Color) -> Self {
        Self { colour: Some(colour), ..self }
    }
}

impl From<Cell> for comfy_table::Cell {
    fn from(cell: Cell) -> Self {
        let plain = Self::new(cell.text);
        match cell.colour {
            Some(colour) => plain.fg(colour),
            None => plain,
        }
    }
}

impl Table {
    pub(crate) fn with_columns(names: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        let header = |name: &&str| comfy_table::Cell::new(name).add_attribute(Attribute::Bold);
        table.load_style(NOTHING).set_header(names.iter().map(header));
        table.style_text_only();
        if !colours_stdout() {
            table.force_no_tty();
        }
        let arrangement = arrangement(table.width());
        table.set_content_arrangement(arrangement);
        Self(table)
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.0.add_row(cells.into_iter().map(comfy_table::Cell::from).collect::<Vec<_>>());
    }

    /// Returns the text, without spaces at the ends of lines.
    pub(super) fn text(&self) -> String {
        self.0.trim_fmt()
    }
}

/// Returns how cells are fitted. A terminal without a known width reports 0.
fn arrangement(width: Option<u16>) -> ContentArrangement {
    match width {
        Some(width) if width >= MIN_WIDTH => ContentArrangement::Dynamic,
        _ => ContentArrangement::Disabled,
    }
}

/// Returns an outcome's word in its colour.
pub(crate) fn outcome_cell(outcome: Outcome) -> Cell {
    let colour = match outcome {
        Outcome::Created | Outcome::Existing | Outcome::Skipped => Color::Green,
        Outcome::Rejected | Outcome::Failed => Color::Red,
        Outcome::InDoubt | Outcome::Pending => Color::Yellow,
    };
    Cell::new(outcome.as_str()).coloured(colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_fitted_only_to_a_terminal_that_is_wide_enough() {
        for (width, fitted) in [(None, false), (Some(0), false), (Some(59), false), (Some(60), true)] {
            let is_fitted = matches!(arrangement(width), ContentArrangement::Dynamic);
            assert_eq!(is_fitted, fitted, "{width:?}");
        }
    }
}
