//! The table of a file's columns: the field that each is read into, with a value. Unused columns share a line.

use textwrap::core::display_width;
use unicontact_files::{Column, ColumnPlan, ColumnTarget, UnusedReason};

use crate::arguments::Detail;
use crate::output::{self, Line, Stream, Style};

/// A limit on the used columns that are listed without `--verbose`.
const MAX_COLUMNS: usize = 16;
/// A limit on the unused columns that are listed without `--verbose`.
const MAX_UNUSED: usize = 24;
/// The least width of the values. In a narrower page, values are left out.
const MIN_SAMPLE: usize = 8;
/// The blanks before a row, around the arrow and before the value.
const INDENT: &str = "  ";
const ARROW: &str = " → ";

/// Returns the lines below the name of the file. The values are contact data, for the terminal only.
pub(super) fn column_table(plan: &ColumnPlan, with_samples: bool) -> Vec<Line> {
    let is_verbose = output::detail() == Detail::Verbose;
    let (used, unused): (Vec<&Column>, Vec<&Column>) =
        plan.columns.iter().partition(|column| matches!(column.target, ColumnTarget::Field { .. }));
    let listed: Vec<&Column> = if is_verbose { plan.columns.iter().collect() } else { first_columns(&used) };
    let mut lines = rows(&listed, with_samples);
    let more = used.len().saturating_sub(listed.len());
    if more > 0 && !is_verbose {
        let more = output::counted(more as u64, "more column is used", "more columns are used");
        lines.push(Line::new(&format!("{INDENT}{more}: ")).styled(Style::Command, "--verbose"));
    }
    for (field, value) in plan.constants() {
        lines.push(Line::new(&format!("{INDENT}every row{ARROW}{field} = {value}")));
    }
    if !unused.is_empty() && !is_verbose {
        lines.push(not_used(&unused));
    }
    lines
}

/// Returns the columns that are listed: the first ones, and of many columns those with values.
fn first_columns<'a>(used: &[&'a Column]) -> Vec<&'a Column> {
    let has_room = used.len() <= MAX_COLUMNS;
    let filled = used.iter().filter(|column| has_room || column.sample().is_some()).copied();
    let columns: Vec<&Column> = filled.take(MAX_COLUMNS).collect();
    if columns.is_empty() { used.iter().take(MAX_COLUMNS).copied().collect() } else { columns }
}

/// Returns a line for each column, aligned.
fn rows(columns: &[&Column], with_samples: bool) -> Vec<Line> {
    let texts: Vec<(String, String)> =
        columns.iter().map(|column| (header(column), column.target.to_string())).collect();
    let header_width = texts.iter().map(|(header, _)| display_width(header)).max().unwrap_or_default();
    let field_width = texts.iter().map(|(_, field)| display_width(field)).max().unwrap_or_default();
    // Messages that go to no terminal may be kept in a log, which must not hold values.
    let with_samples = with_samples && Stream::Stderr.is_terminal();
    let used = INDENT.len() + header_width + display_width(ARROW) + field_width + 2;
    let room = Stream::Stderr.width().map_or(0, |width| usize::from(width).saturating_sub(used));
    let row = |(column, (header, field)): (&&Column, &(String, String))| {
        let is_unused = matches!(column.target, ColumnTarget::Unused { .. });
        let text = format!("{INDENT}{}{ARROW}", padded(header, header_width));
        let sample = column.sample().filter(|_| with_samples && room >= MIN_SAMPLE);
        let (field, sample) = match sample {
            Some(sample) => {
                let sample = output::in_one_line(sample);
                (padded(field, field_width), format!("  {}", output::cut(&sample, room)))
            }
            None => (field.clone(), String::new()),
        };
        if is_unused {
            return Line::default().styled(Style::Muted, &format!("{text}{field}{sample}"));
        }
        Line::new(&text).text(&field).styled(Style::Muted, &sample)
    };
    columns.iter().zip(&texts).map(row).collect()
}

/// Returns the line of the unused columns. Of many columns, those that a mapping may name come first.
fn not_used(columns: &[&Column]) -> Line {
    let mut columns = columns.to_vec();
    let more = columns.len().saturating_sub(MAX_UNUSED);
    if more > 0 {
        columns.sort_by_key(|column| is_of_the_program(column));
        columns.truncate(MAX_UNUSED);
    }
    let headers: Vec<String> = columns.iter().map(|column| header(column)).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let line =
        Line::default().styled(Style::Muted, &format!("{INDENT}not used: {}{more}", headers.join(", ")));
    line.styled(Style::Muted, " (why: ").styled(Style::Command, "--verbose").styled(Style::Muted, ")")
}

/// Returns whether only the program that wrote the file can have a use for the column.
fn is_of_the_program(column: &Column) -> bool {
    let reasons = [UnusedReason::SetByProgram, UnusedReason::OtherRecord];
    matches!(&column.target, ColumnTarget::Unused { reason } if reasons.contains(reason))
}

/// Returns the header in one line, or the number of a column without one.
fn header(column: &Column) -> String {
    if column.header.is_empty() {
        return format!("column {}", column.number);
    }
    output::in_one_line(&column.header).into_owned()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}
