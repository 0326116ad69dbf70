//! The telephone numbers that are not sent in E.164, counted by reason. Never the numbers.

use serde::Serialize;
use unicontact::providers::contact::PhoneNumberError;
use unicontact::providers::{Fate, FieldFate};

/// How many lines are named.
const NAMED: usize = 10;

/// The numbers that one provider does not get in E.164.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct NumbersNotE164(Vec<Group>);

/// Those of them that share a reason.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    #[serde(skip)]
    pub(crate) error: PhoneNumberError,
    reason: String,
    /// Whether they are sent as they are written.
    pub(crate) sent_as_written: bool,
    pub(crate) numbers: u64,
    /// The first lines of the file that such numbers stand in.
    pub(crate) lines: Vec<u64>,
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
            self.lines.push(line);
            self.lines.sort_unstable();
        }
    }
}
