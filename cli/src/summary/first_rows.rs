//! The first rows that a message names, each by its line and the name of its contact.

use std::path::Path;

use serde::{Serialize, Serializer};
use unicontact::SourceLocation;
use unicontact::providers::ContactId;

use crate::{input, output};

/// A limit on the rows that are kept, and on those that a message names without `--verbose`.
const MAX_ROWS: usize = 10;
const MAX_NAMED: usize = 3;
/// The width of the longest name.
const MAX_NAME: usize = 40;

/// A line of the input.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum InputLine {
    /// A line of the only file. The line 0 is that of a contact without a file.
    Number(u64),
    /// A line of one of several files.
    OfFile {
        /// The name of the file.
        file: String,
        /// The line.
        line: u64,
    },
}

/// A row of the input, or a contact of the journal. It has no `Debug`, since its name is contact data.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NamedRow {
    pub(crate) line: InputLine,
    pub(crate) name: Option<String>,
    /// The id of the vendor's contact for which this one was refused.
    existing: Option<String>,
}

/// The lowest rows, and the number of all. Memory does not grow with the number of rows.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct FirstRows {
    rows: Vec<NamedRow>,
    /// The number of rows. Each row counts once.
    count: u64,
    last: Option<NamedRow>,
}

impl InputLine {
    /// Returns `line 12`, or `people.csv:12` for a line of several files. `None` for a contact without a file.
    pub(super) fn in_words(&self) -> Option<String> {
        match self {
            Self::Number(0) => None,
            Self::Number(line) => Some(format!("line {line}")),
            Self::OfFile { file, line } => Some(format!("{}:{line}", input::display_name(Path::new(file)))),
        }
    }
}

impl NamedRow {
    /// Returns the row. Its line is a row number until [`NamedRow::locate`] replaces it.
    pub(crate) fn new(source: &SourceLocation) -> Self {
        Self::with_line(InputLine::Number(source.line), source.name.as_deref())
    }

    /// Returns the row of a line that is not a row number.
    pub(super) fn with_line(line: InputLine, name: Option<&str>) -> Self {
        let name = name.map(|name| output::cut(name, MAX_NAME).into_owned());
        Self { line, name, existing: None }
    }

    /// Replaces the row number by a line.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        if let InputLine::Number(number) = self.line
            && number > 0
        {
            self.line = to_line(number);
        }
    }

    /// Returns `line 12 Ada King`, or `line 12 Ada King (existing 4711)`.
    pub(crate) fn in_words(&self) -> String {
        let existing = self.existing.as_ref().map(|id| format!("(existing {id})"));
        let words = self.line.in_words().into_iter().chain(self.name.clone()).chain(existing);
        words.collect::<Vec<_>>().join(" ")
    }
}

impl FirstRows {
    /// Counts a row. A contact with neither line nor name is not counted.
    pub(crate) fn add(&mut self, source: &SourceLocation) {
        self.add_refused(source, None);
    }

    /// Counts a row that was refused for a contact that the vendor has. A contact with neither line nor name is not counted.
    pub(super) fn add_refused(&mut self, source: &SourceLocation, existing: Option<&ContactId>) {
        let existing = existing.map(ToString::to_string);
        let row = NamedRow { existing, ..NamedRow::new(source) };
        if source.line == 0 && row.name.is_none() || self.last.as_ref() == Some(&row) {
            return;
        }
        self.count += 1;
        let index = self.rows.partition_point(|other| other.line <= row.line);
        if index < MAX_ROWS {
            self.rows.insert(index, row.clone());
            self.rows.truncate(MAX_ROWS);
        }
        self.last = Some(row);
    }

    /// Returns whether these are the same rows as others, as far as they are kept, and as many.
    pub(super) fn has_same_rows(&self, other: &Self) -> bool {
        self.rows == other.rows && self.count == other.count
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.rows.iter_mut().for_each(|row| row.locate(&to_line));
    }

    /// Returns `line 12 Ada King, line 40 Bob Stone and 3 more`, or `lines 12, 40` where no name is known. Empty without rows.
    pub(crate) fn in_words(&self) -> String {
        self.in_words_up_to(output::limit(MAX_NAMED, MAX_ROWS))
    }

    fn in_words_up_to(&self, limit: usize) -> String {
        if let Some(lines) = self.nameless_lines() {
            return lines;
        }
        let named: Vec<String> = self.rows.iter().take(limit).map(NamedRow::in_words).collect();
        format!("{}{}", named.join(", "), self.more_than(named.len()))
    }

    /// Returns `lines 12, 40 and 3 more` for rows of one file without names.
    fn nameless_lines(&self) -> Option<String> {
        let line = |row: &NamedRow| match (&row.line, &row.name, &row.existing) {
            (InputLine::Number(line), None, None) => Some(line.to_string()),
            _ => None,
        };
        let lines: Vec<String> = self.rows.iter().map(line).collect::<Option<_>>()?;
        let word = match self.count {
            0 => return Some(String::new()),
            1 => "line",
            _ => "lines",
        };
        Some(format!("{word} {}{}", lines.join(", "), self.more_than(lines.len())))
    }

    fn more_than(&self, named: usize) -> String {
        let more = self.count.saturating_sub(named as u64);
        if more > 0 { format!(" and {more} more") } else { String::new() }
    }
}

impl Serialize for FirstRows {
    /// Writes the lines. Names are for people.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = self.rows.iter().map(|row| &row.line);
        serializer.collect_seq(lines.filter(|line| **line != InputLine::Number(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(line: u64, name: Option<&str>) -> SourceLocation {
        serde_json::from_value(serde_json::json!({"line": line, "name": name})).unwrap()
    }

    fn rows<'a>(rows: impl IntoIterator<Item = (u64, Option<&'a str>)>) -> FirstRows {
        let mut first = FirstRows::default();
        rows.into_iter().for_each(|(line, name)| first.add(&source(line, name)));
        first
    }

    fn lines(lines: impl IntoIterator<Item = u64>) -> String {
        rows(lines.into_iter().map(|line| (line, None))).in_words_up_to(3)
    }

    #[test]
    fn rows_without_names_are_listed_by_their_lowest_lines() {
        assert_eq!(lines([]), "");
        assert_eq!(lines([0, 7, 7]), "line 7");
        assert_eq!(lines([9, 4]), "lines 4, 9");
        assert_eq!(lines((2..14).rev()), "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more");
    }

    #[test]
    fn rows_are_named_by_their_contacts() {
        let named =
            rows([(40, Some("Bob Stone")), (12, Some("Ada King")), (41, None), (42, None), (43, None)]);
        assert_eq!(named.in_words_up_to(3), "line 12 Ada King, line 40 Bob Stone, line 41 and 2 more");
        let of_journal = rows([(0, Some("Ada King")), (0, Some("Bob Stone")), (0, None)]);
        assert_eq!(of_journal.in_words_up_to(3), "Ada King, Bob Stone");
        let mut refused = rows([(3, Some("Ada King"))]);
        refused.add_refused(&source(4, None), ContactId::new("4711").as_ref());
        assert_eq!(refused.in_words_up_to(3), "line 3 Ada King, line 4 (existing 4711)");
        let long = rows([(3, Some(&*"Ada ".repeat(30)))]).in_words_up_to(3);
        assert_eq!(long, format!("line 3 {}…", "Ada ".repeat(10).trim_end()));
    }

    #[test]
    fn lines_of_several_files_are_named_with_their_files() {
        let mut named = rows([(4, None), (5, Some("Ada King")), (107, None)]);
        named.locate(|number| {
            let file = if number > 100 { "-" } else { "a.csv" };
            InputLine::OfFile { file: file.to_owned(), line: number % 100 }
        });
        assert_eq!(named.in_words_up_to(3), "a.csv:4, a.csv:5 Ada King, standard input:7");
    }

    #[test]
    fn the_json_has_lines_and_no_names() {
        let json = serde_json::to_string(&rows([(12, Some("Ada King")), (0, Some("Bob Stone"))])).unwrap();
        assert_eq!(json, "[12]");
    }
}
