//! A table of fields by providers, with the fate of the field in each cell.
//!
//! The table fits the page: long names of fields are folded at their dots, and providers that do not fit follow in a further table.

use textwrap::core::display_width;
use unicontact::providers::Fate;

use super::plain::in_one_line;
use super::style::{Stream, Style};
use super::{Line, Page};

/// The blanks before a row, and between two columns.
const MARGIN: usize = 1;
const GAP: usize = 2;
/// The least width of the column of fields.
const MIN_FIELD_WIDTH: usize = 24;

/// A field with its fate at each provider, in the order of the providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FateRow {
    pub(crate) field: String,
    pub(crate) cells: Vec<FateCell>,
}

/// The text about a field at one provider, with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FateCell {
    pub(crate) style: Option<Style>,
    pub(crate) text: String,
}

impl FateCell {
    pub(crate) fn new(style: Option<Style>, text: impl Into<String>) -> Self {
        Self { style, text: text.into() }
    }

    /// Returns the cell of a field that the contact does not have, or that is not for this vendor.
    pub(crate) fn none() -> Self {
        Self::new(Some(Style::Muted), "-")
    }
}

impl From<Fate> for FateCell {
    fn from(fate: Fate) -> Self {
        match fate {
            Fate::Sent => Self::new(Some(Style::Good), fate.as_str()),
            Fate::Merged | Fate::Reformatted | Fate::Overridden => Self::new(None, fate.as_str()),
            Fate::Truncated | Fate::Dropped => Self::new(Some(Style::Warning), fate.as_str()),
            Fate::Kept => Self::none(),
        }
    }
}

/// Returns the table. `title` is the heading of the column of fields. Every row has a cell for each provider.
pub(crate) fn fates(title: &str, providers: &[&str], rows: &[FateRow]) -> Page {
    let mut page = Page::default();
    let width = Stream::Stdout.width().map(usize::from);
    for line in lines(title, providers, rows, width) {
        page.unfolded_line(&line);
    }
    page
}

fn lines(title: &str, providers: &[&str], rows: &[FateRow], width: Option<usize>) -> Vec<Line> {
    let escaped = |row: &FateRow| FateRow { field: in_one_line(&row.field).into_owned(), ..row.clone() };
    let rows: &[FateRow] = &rows.iter().map(escaped).collect::<Vec<_>>();
    let layout = Layout::new(title, providers, rows, width);
    let mut lines = Vec::new();
    for (index, group) in layout.groups.iter().enumerate() {
        if index > 0 {
            lines.push(Line::default());
        }
        lines.push(header(title, providers, &layout, group.clone()));
        for row in rows {
            add_row(&mut lines, row, &layout, group.clone());
        }
    }
    lines
}

/// The widths of the columns, and the providers of each table.
struct Layout {
    field: usize,
    columns: Vec<usize>,
    groups: Vec<std::ops::Range<usize>>,
}

impl Layout {
    fn new(title: &str, providers: &[&str], rows: &[FateRow], width: Option<usize>) -> Self {
        let fields = rows.iter().map(|row| display_width(&row.field));
        let longest = fields.chain([display_width(title)]).max().unwrap_or_default();
        let column = |(index, name): (usize, &&str)| {
            let cells = rows.iter().filter_map(|row| row.cells.get(index));
            let widths = cells.map(|cell| display_width(&cell.text));
            widths.chain([display_width(name)]).max().unwrap_or_default()
        };
        let columns: Vec<usize> = providers.iter().enumerate().map(column).collect();
        let Some(width) = width else {
            return Self { field: longest, groups: std::iter::once(0..columns.len()).collect(), columns };
        };
        let all: usize = columns.iter().map(|column| GAP + column).sum();
        let left = width.saturating_sub(MARGIN + all);
        let limit = longest.min(left.max(MIN_FIELD_WIDTH));
        let parts = rows.iter().flat_map(|row| folded(&row.field, limit)).map(|part| display_width(&part));
        let field = parts.chain([display_width(title)]).max().unwrap_or_default();
        let groups = groups(&columns, width.saturating_sub(MARGIN + field));
        Self { field, columns, groups }
    }
}

/// Returns the columns of each table, at most `width` wide.
fn groups(columns: &[usize], width: usize) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (index, column) in columns.iter().enumerate() {
        if index > start && used + GAP + column > width {
            groups.push(start..index);
            (start, used) = (index, 0);
        }
        used += GAP + column;
    }
    groups.push(start..columns.len());
    groups
}

fn header(title: &str, providers: &[&str], layout: &Layout, group: std::ops::Range<usize>) -> Line {
    let line = Line::new(&" ".repeat(MARGIN)).styled(Style::Heading, title);
    let names: Vec<FateCell> =
        providers.iter().map(|name| FateCell::new(Some(Style::Heading), *name)).collect();
    with_cells(line, display_width(title), &names, layout, group)
}

fn add_row(lines: &mut Vec<Line>, row: &FateRow, layout: &Layout, group: std::ops::Range<usize>) {
    let mut names = folded(&row.field, layout.field).into_iter();
    let name = names.next().unwrap_or_default();
    let line = Line::new(&" ".repeat(MARGIN)).text(&name);
    lines.push(with_cells(line, display_width(&name), &row.cells, layout, group));
    lines.extend(names.map(|name| Line::new(&format!("{}{name}", " ".repeat(MARGIN + GAP)))));
}

/// Appends the cells of a group of columns to a line whose first text is `end` wide.
fn with_cells(
    mut line: Line,
    mut end: usize,
    cells: &[FateCell],
    layout: &Layout,
    group: std::ops::Range<usize>,
) -> Line {
    let mut column = layout.field;
    for index in group {
        let Some(cell) = cells.get(index) else { continue };
        line = line.text(&" ".repeat((column + GAP).saturating_sub(end)));
        line = match cell.style {
            Some(style) => line.styled(style, &cell.text),
            None => line.text(&cell.text),
        };
        end = display_width(&cell.text);
        column = layout.columns.get(index).copied().unwrap_or_default();
    }
    line
}

/// Returns the name in parts of at most `width`, folded after dots and blanks. A part without them may be longer.
fn folded(name: &str, width: usize) -> Vec<String> {
    if display_width(name) <= width {
        return vec![name.to_owned()];
    }
    let mut parts: Vec<String> = Vec::new();
    for piece in name.split_inclusive(['.', ' ']) {
        let width = if parts.len() > 1 { width.saturating_sub(GAP) } else { width };
        match parts.last_mut() {
            Some(last) if display_width(last) + display_width(piece.trim_end()) <= width => {
                last.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts.iter().map(|part| part.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Stream;
    use super::*;

    fn rendered(providers: &[&str], rows: &[FateRow], width: Option<usize>) -> String {
        let lines = lines("field", providers, rows, width);
        lines.iter().map(|line| line.render(Stream::Stdout)).collect::<Vec<_>>().join("\n")
    }

    fn rows() -> Vec<FateRow> {
        let row = |field: &str, cells: Vec<FateCell>| FateRow { field: field.to_owned(), cells };
        vec![
            row("name", vec![Fate::Sent.into(), Fate::Reformatted.into(), FateCell::none()]),
            row(
                "vendor.emnify.purchase_order_number",
                vec![FateCell::none(), Fate::Dropped.into(), FateCell::new(None, "1 of 2")],
            ),
        ]
    }

    #[test]
    fn names_are_folded_and_further_providers_follow_in_a_further_table() {
        let providers = ["acme", "iot", "jakarta"];
        insta::assert_snapshot!(rendered(&providers, &rows(), None), @r"
         field                                acme  iot          jakarta
         name                                 sent  reformatted  -
         vendor.emnify.purchase_order_number  -     dropped      1 of 2
        ");
        insta::assert_snapshot!(rendered(&providers, &rows(), Some(60)), @r"
         field                  acme  iot          jakarta
         name                   sent  reformatted  -
         vendor.emnify.         -     dropped      1 of 2
           purchase_order_number
        ");
        insta::assert_snapshot!(rendered(&providers, &rows(), Some(46)), @r"
         field                  acme  iot
         name                   sent  reformatted
         vendor.emnify.         -     dropped
           purchase_order_number

         field                  jakarta
         name                   -
         vendor.emnify.         1 of 2
           purchase_order_number
        ");
    }

    proptest! {
        #[test]
        fn a_folded_name_keeps_its_text_and_its_width(name in "[a-z]{1,9}([.][a-z]{1,9}){0,6}", width in 24..40_usize) {
            let parts = folded(&name, width);
            prop_assert_eq!(parts.concat(), name);
            prop_assert!(parts.iter().all(|part| display_width(part) <= width), "{:?}", parts);
        }

        #[test]
        fn every_provider_is_in_one_table_that_fits(columns in proptest::collection::vec(1..20_usize, 0..9), width in 20..80_usize) {
            let groups = groups(&columns, width);
            let all: Vec<usize> = groups.iter().flat_map(Clone::clone).collect();
            prop_assert_eq!(all, (0..columns.len()).collect::<Vec<_>>());
            for group in groups.into_iter().filter(|group| group.len() > 1) {
                prop_assert!(columns[group].iter().map(|column| GAP + column).sum::<usize>() <= width);
            }
        }
    }
}
