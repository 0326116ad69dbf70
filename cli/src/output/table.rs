//! Tables without frames, one line for each entry. They are fitted to terminals that are wide enough.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, CellAlignment, ColumnConstraint, ContentArrangement, Width};
use textwrap::core::display_width;
use unicontact::Outcome;

use super::plain::in_one_line;
use super::style::{Stream, Style};

/// The widest word that is not broken: an id, and a comma.
const MAX_WORD: usize = 40;

/// A table.
pub(crate) struct Table(comfy_table::Table);

/// A cell of plain text.
pub(crate) struct Cell {
    text: String,
    style: Option<Style>,
}

impl Cell {
    #[expect(clippy::needless_pass_by_value, reason = "texts and numbers alike")]
    pub(crate) fn new(content: impl ToString) -> Self {
        Self { text: in_one_line(&content.to_string()).into_owned(), style: None }
    }

    pub(crate) fn styled(self, style: Style) -> Self {
        Self { style: Some(style), ..self }
    }
}

impl From<Cell> for comfy_table::Cell {
    fn from(cell: Cell) -> Self {
        let plain = Self::new(cell.text);
        match cell.style.and_then(Style::colour) {
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
        if Stream::Stdout.has_colours() {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if let Some(width) = Stream::Stdout.width() {
            table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
        Self(table)
    }

    /// Never folds the cells of these columns, such as ids that people copy.
    pub(crate) fn with_unbroken_columns(mut self, indices: impl IntoIterator<Item = usize>) -> Self {
        for index in indices {
            if let Some(column) = self.0.column_mut(index) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        self
    }

    /// Breaks no words of these columns, such as ids between other words, unless they are very long. The rows must be there.
    pub(crate) fn with_unbroken_words(mut self, indices: impl IntoIterator<Item = usize>) -> Self {
        let is_usual = |width: &usize| *width <= MAX_WORD;
        let widest =
            |cell: &comfy_table::Cell| cell.content().split(' ').map(display_width).filter(is_usual).max();
        for index in indices {
            let word = self.0.column_cells_iter(index).flatten().filter_map(widest).max().unwrap_or_default();
            if let Some(column) = self.0.column_mut(index) {
                // A column has a blank on both sides.
                let width = u16::try_from(word + 2).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
            }
        }
        self
    }

    /// Aligns all columns but the first to the right.
    pub(crate) fn with_numbers(mut self) -> Self {
        for column in self.0.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        self
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.0.add_row(cells.into_iter().map(comfy_table::Cell::from).collect::<Vec<_>>());
    }

    /// Returns the text, without spaces at the ends of lines.
    pub(super) fn text(&self) -> String {
        self.0.trim_fmt()
    }
}

/// Returns an outcome's word in its colour.
pub(crate) fn outcome_cell(outcome: Outcome) -> Cell {
    Cell::new(outcome.as_str()).styled(outcome_style(outcome))
}

/// Returns the meaning of an outcome.
pub(crate) fn outcome_style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Created | Outcome::Existing | Outcome::Skipped => Style::Good,
        Outcome::Rejected | Outcome::Failed => Style::Bad,
        Outcome::InDoubt | Outcome::Pending => Style::Warning,
    }
}
