//! The first lines of the input that a message names.

use std::path::Path;

use serde::Serialize;

use crate::input;

/// A limit on the lines that are named.
const MAX_LINES: usize = 10;

/// A line of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum InputLine {
    /// A line of the only file.
    Number(u64),
    /// A line of one of several files.
    OfFile {
        /// The name of the file.
        file: String,
        /// The line.
        line: u64,
    },
}

/// The lowest lines, and the number of rows. Memory does not grow with the number of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct FirstLines {
    pub(super) lines: Vec<InputLine>,
    /// The number of rows. Each row counts once.
    #[serde(skip)]
    pub(super) rows: u64,
    #[serde(skip)]
    last_line: u64,
}

impl FirstLines {
    /// Counts a row by its line. The line 0 stands for a contact without a file, which is not counted.
    pub(crate) fn add(&mut self, line: u64) {
        if line == 0 || line == self.last_line {
            return;
        }
        self.last_line = line;
        self.rows += 1;
        let line = InputLine::Number(line);
        let index = self.lines.partition_point(|other| *other < line);
        if index < MAX_LINES {
            self.lines.insert(index, line);
            self.lines.truncate(MAX_LINES);
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        for line in &mut self.lines {
            if let InputLine::Number(number) = line {
                *line = to_line(*number);
            }
        }
    }

    /// Returns ` (lines 4, 17 and 3 more)`. Lines of several files are grouped by file. Empty without lines.
    pub(super) fn in_brackets(&self) -> String {
        let mut files: Vec<(Option<&str>, Vec<u64>)> = Vec::new();
        for line in &self.lines {
            let (file, number) = match line {
                InputLine::Number(number) => (None, *number),
                InputLine::OfFile { file, line } => (Some(file.as_str()), *line),
            };
            match files.last_mut().filter(|(last, _)| *last == file) {
                Some((_, numbers)) => numbers.push(number),
                None => files.push((file, vec![number])),
            }
        }
        if files.is_empty() {
            return String::new();
        }
        let word = if self.rows == 1 { "line" } else { "lines" };
        let groups: Vec<String> = files.iter().map(|(file, numbers)| lines_of_file(*file, numbers)).collect();
        let more = self.rows - self.lines.len() as u64;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!(" ({word} {}{more})", groups.join("; "))
    }
}

fn lines_of_file(file: Option<&str>, numbers: &[u64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let of_file =
        file.map(|file| format!(" of {}", input::display_name(Path::new(file)))).unwrap_or_default();
    format!("{}{of_file}", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: impl IntoIterator<Item = u64>) -> FirstLines {
        let mut lines = FirstLines::default();
        numbers.into_iter().for_each(|number| lines.add(number));
        lines
    }

    #[test]
    fn the_lowest_lines_are_named_in_order_and_the_others_are_counted() {
        assert_eq!(lines([]).in_brackets(), "");
        assert_eq!(lines([0, 7, 7]).in_brackets(), " (line 7)");
        assert_eq!(lines([9, 4]).in_brackets(), " (lines 4, 9)");
        assert_eq!(lines((2..14).rev()).in_brackets(), " (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more)");
    }

    #[test]
    fn the_name_of_a_file_is_printed_once_for_its_lines() {
        let mut lines = lines([4, 5, 107]);
        lines.locate(|number| {
            let file = if number > 100 { "-" } else { "a.csv" };
            InputLine::OfFile { file: file.to_owned(), line: number % 100 }
        });
        assert_eq!(lines.in_brackets(), " (lines 4, 5 of a.csv; 7 of standard input)");
    }
}
