//! The telephone numbers that are not sent in E.164, counted by reason. Never the numbers.

use serde::Serialize;
use unicontact::providers::contact::PhoneNumberError;
use unicontact::providers::{Fate, FieldFate};

use super::lines::{FirstLines, Line};

/// The numbers that one provider does not get in E.164.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct NumbersNotE164(Vec<NumberGroup>);

/// Those of them that share a reason.
#[derive(Debug, Serialize)]
pub(crate) struct NumberGroup {
    #[serde(skip)]
    pub(crate) error: PhoneNumberError,
    reason: String,
    /// Whether they are sent as they are written.
    pub(crate) sent_as_written: bool,
    pub(crate) numbers: u64,
    /// The first lines that such numbers stand in.
    pub(crate) lines: FirstLines,
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
        self.0.iter_mut().for_each(|group| group.lines.locate(&place));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn groups(&self) -> &[NumberGroup] {
        &self.0
    }

    /// Returns the group of a reason. There are as many as reasons.
    fn group(&mut self, error: PhoneNumberError, sent_as_written: bool) -> &mut NumberGroup {
        let is_it = |group: &NumberGroup| group.error == error && group.sent_as_written == sent_as_written;
        let place = self.0.iter().position(is_it).unwrap_or_else(|| {
            self.0.push(NumberGroup::new(error, sent_as_written));
            self.0.len() - 1
        });
        &mut self.0[place]
    }
}

impl NumberGroup {
    fn new(error: PhoneNumberError, sent_as_written: bool) -> Self {
        let reason = error.to_string();
        Self { error, reason, sent_as_written, numbers: 0, lines: FirstLines::default() }
    }

    fn add(&mut self, line: u64) {
        self.numbers += 1;
        self.lines.add(line);
    }

    /// Returns whether the other provider's numbers are the same.
    pub(crate) fn is_equal(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.error, it.sent_as_written, it.numbers, it.lines.rows);
        key(self) == key(other) && self.lines.lines == other.lines.lines
    }
}
