//! The first lines of the input that a message is about.

use serde::Serialize;

/// How many lines are named.
const NAMED: usize = 10;

/// A line of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum Line {
    /// Of the only file.
    Number(u64),
    /// Of one of several files.
    OfFile {
        /// The name of the file.
        file: String,
        /// The line.
        line: u64,
    },
}

/// The first lines, and the number of all. Memory does not grow with that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct FirstLines {
    pub(crate) lines: Vec<Line>,
    /// The number of rows, each counted once.
    #[serde(skip)]
    pub(crate) rows: u64,
    #[serde(skip)]
    last_line: u64,
}

impl FirstLines {
    /// Counts a row that was read from this line, 0 where it comes from no file.
    pub(crate) fn add(&mut self, line: u64) {
        if line == 0 || line == self.last_line {
            return;
        }
        self.last_line = line;
        self.rows += 1;
        let line = Line::Number(line);
        let place = self.lines.partition_point(|other| *other < line);
        if place < NAMED {
            self.lines.insert(place, line);
            self.lines.truncate(NAMED);
        }
    }

    /// Replaces the numbers of lines by what they stand for.
    pub(crate) fn locate(&mut self, place: impl Fn(u64) -> Line) {
        for line in &mut self.lines {
            if let Line::Number(number) = line {
                *line = place(*number);
            }
        }
    }
}
