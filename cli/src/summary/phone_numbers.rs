//! Telephone numbers that a provider does not receive in E.164: counts by reason, and the messages about them.

use std::fmt::Write;

use serde::Serialize;
use unicontact::SourceLocation;
use unicontact::providers::contact::PhoneNumberError;
use unicontact::providers::{Fate, FieldFate};

use super::first_rows::{FirstRows, InputLine};
use crate::output::{self, Line, Style, counted};

const SET_REGION: &str = "To set the country: ";

/// The numbers that one provider does not receive in E.164.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct NumbersNotE164(Vec<NumberGroup>);

/// Numbers with the same reason.
#[derive(Serialize)]
struct NumberGroup {
    #[serde(skip)]
    error: PhoneNumberError,
    reason: String,
    /// Whether the numbers are sent as they are written.
    sent_as_written: bool,
    numbers: u64,
    /// The first rows with such numbers.
    #[serde(rename = "lines")]
    rows: FirstRows,
}

impl NumbersNotE164 {
    /// Counts the numbers of the contact of this row.
    pub(crate) fn add<'a>(
        &mut self,
        source: &SourceLocation,
        fields: impl IntoIterator<Item = &'a FieldFate>,
    ) {
        for field in fields {
            if let Some(error) = field.not_e164 {
                self.group(error, field.fate == Fate::Sent).add(source);
            }
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.0.iter_mut().for_each(|group| group.rows.locate(&to_line));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn group(&mut self, error: PhoneNumberError, sent_as_written: bool) -> &mut NumberGroup {
        let is_same = |group: &NumberGroup| group.error == error && group.sent_as_written == sent_as_written;
        let index = self.0.iter().position(is_same).unwrap_or_else(|| {
            self.0.push(NumberGroup::new(error, sent_as_written));
            self.0.len() - 1
        });
        &mut self.0[index]
    }
}

impl NumberGroup {
    fn new(error: PhoneNumberError, sent_as_written: bool) -> Self {
        let reason = error.to_string();
        Self { error, reason, sent_as_written, numbers: 0, rows: FirstRows::default() }
    }

    fn add(&mut self, source: &SourceLocation) {
        self.numbers += 1;
        self.rows.add(source);
    }

    /// Returns whether another provider has the same numbers.
    fn has_same_numbers(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.error, it.numbers);
        key(self) == key(other) && self.rows == other.rows
    }
}

/// The same numbers at several providers.
struct SharedNumbers<'a> {
    group: &'a NumberGroup,
    sent_to: Vec<&'a str>,
    not_sent_to: Vec<&'a str>,
}

impl<'a> SharedNumbers<'a> {
    fn add(&mut self, provider: &'a str, is_sent: bool) {
        if is_sent { &mut self.sent_to } else { &mut self.not_sent_to }.push(provider);
    }

    /// Returns `2 numbers are not in E.164 (line 6 Dora Hall, line 8 Finn Berg): no country code`, and who gets them.
    fn message(&self, names_providers: bool) -> String {
        let Self { group, sent_to, not_sent_to } = self;
        let numbers = counted(group.numbers, "number is", "numbers are");
        let rows = group.rows.in_words();
        let rows = if rows.is_empty() { rows } else { format!(" ({rows})") };
        let mut message = format!("{numbers} not in E.164{rows}: {}", group.error);
        for (fate, providers) in [("sent as written to", sent_to), ("not sent to", not_sent_to)] {
            if names_providers && !providers.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(message, "; {fate} {}", output::and_list(providers));
            }
        }
        message
    }
}

/// Returns a message for each reason: the number of telephone numbers, their first rows, and who gets them. Providers with the
/// same numbers share a message. Without `names_providers`, another table shows who does not get them.
pub(super) fn numbers_not_e164<'a>(
    providers: impl IntoIterator<Item = (&'a str, &'a NumbersNotE164)>,
    names_providers: bool,
) -> Vec<Line> {
    let mut shared: Vec<SharedNumbers<'_>> = Vec::new();
    for (provider, numbers) in providers {
        for group in &numbers.0 {
            let index = shared.iter().position(|it| group.has_same_numbers(it.group)).unwrap_or_else(|| {
                shared.push(SharedNumbers { group, sent_to: Vec::new(), not_sent_to: Vec::new() });
                shared.len() - 1
            });
            if let Some(shared) = shared.get_mut(index) {
                shared.add(provider, group.sent_as_written);
            }
        }
    }
    let mut lines: Vec<Line> = shared.iter().map(|it| Line::new(&it.message(names_providers))).collect();
    if shared.iter().any(|it| it.group.error == PhoneNumberError::NoCountryCode) {
        lines.push(Line::new(SET_REGION).styled(Style::Command, "--set defaults.default_region=DE"));
    }
    lines
}
