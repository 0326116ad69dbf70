//! The telephone numbers that are not sent in E.164, counted by reason. Never the numbers.

use std::fmt;

use serde::Serialize;
use unicontact::providers::contact::PhoneNumberError;
use unicontact::providers::{Fate, FieldFate};

/// How many lines are named.
const NAMED: usize = 10;

/// The numbers that one provider does not get in E.164.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct NumbersNotE164(Vec<Group>);

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

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(line) => line.fmt(formatter),
            Self::OfFile { file, line } => write!(formatter, "{line} of {file}"),
        }
    }
}

/// Those of them that share a reason.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    #[serde(skip)]
    pub(crate) error: PhoneNumberError,
    reason: String,
    /// Whether they are sent as they are written.
    pub(crate) sent_as_written: bool,
    pub(crate) numbers: u64,
    /// The first lines that such numbers stand in.
    pub(crate) lines: Vec<Line>,
    /// The number of rows, each counted once.
    #[serde(skip)]
    pub(crate) rows: u64,
    #[serde(skip)]
    last_line: u64,
}

impl NumbersNotE164 {
    /// Counts the numbers of a contact that was read from this line, 0 where it comes from no file.
    pub(crate) fn add<'a>(&mut self, line: u64, fields: impl IntoIterator<Item = &'a FieldFate>) {
        for field in fields {
            if let Some(error) = field.not_e164 {
                self.group(error, field.fate == Fate::Sent).add(line);
            }
        }
    }

    /// Replaces the numbers of lines by what they stand for.
    pub(crate) fn locate(&mut self, place: impl Fn(u64) -> Line) {
        for line in self.0.iter_mut().flat_map(|group| &mut group.lines) {
            if let Line::Number(number) = line {
                *line = place(*number);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.0
    }

    /// Returns the group of a reason. There are as many as reasons.
    fn group(&mut self, error: PhoneNumberError, sent_as_written: bool) -> &mut Group {
        let is_it = |group: &Group| group.error == error && group.sent_as_written == sent_as_written;
        let place = self.0.iter().position(is_it).unwrap_or_else(|| {
            self.0.push(Group::new(error, sent_as_written));
            self.0.len() - 1
        });
        &mut self.0[place]
    }
}

impl Group {
    fn new(error: PhoneNumberError, sent_as_written: bool) -> Self {
        let reason = error.to_string();
        Self { error, reason, sent_as_written, numbers: 0, lines: Vec::new(), rows: 0, last_line: 0 }
    }

    fn add(&mut self, line: u64) {
        self.numbers += 1;
        if line == 0 || line == self.last_line {
            return;
        }
        self.last_line = line;
        self.rows += 1;
        if self.lines.len() < NAMED {
            self.lines.push(Line::Number(line));
            self.lines.sort();
        }
    }
}
