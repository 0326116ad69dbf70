//! Telephone numbers that a provider does not receive in E.164: counts by reason, and the messages about them.

use serde::Serialize;
use unicontact::providers::contact::PhoneNumberError;
use unicontact::providers::{Fate, FieldFate};

use super::input_lines::{FirstLines, InputLine};

const SET_REGION: &str = "Set default_region to the country of these numbers, in the configuration or with --set \
                          defaults.default_region=DE.";

/// The numbers that one provider does not receive in E.164.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct NumbersNotE164(Vec<NumberGroup>);

/// Numbers with the same reason.
#[derive(Debug, Serialize)]
struct NumberGroup {
    #[serde(skip)]
    error: PhoneNumberError,
    reason: String,
    /// Whether the numbers are sent as they are written.
    sent_as_written: bool,
    numbers: u64,
    /// The first lines with such numbers.
    lines: FirstLines,
}

impl NumbersNotE164 {
    /// Counts the numbers of a contact that was read from this line. The line is 0 for a contact without a file.
    pub(crate) fn add<'a>(&mut self, line: u64, fields: impl IntoIterator<Item = &'a FieldFate>) {
        for field in fields {
            if let Some(error) = field.not_e164 {
                self.group(error, field.fate == Fate::Sent).add(line);
            }
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.0.iter_mut().for_each(|group| group.lines.locate(&to_line));
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
        Self { error, reason, sent_as_written, numbers: 0, lines: FirstLines::default() }
    }

    fn add(&mut self, line: u64) {
        self.numbers += 1;
        self.lines.add(line);
    }

    /// Returns whether another provider has the same numbers.
    fn has_same_numbers(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.error, it.sent_as_written, it.numbers, it.lines.rows);
        key(self) == key(other) && self.lines.lines == other.lines.lines
    }

    fn message(&self, providers: &[&str]) -> String {
        let providers = match providers {
            [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
            _ => providers.concat(),
        };
        let fate = if self.sent_as_written { "sent as written" } else { "not sent" };
        let lines = self.lines.in_brackets();
        format!("{providers}: numbers not in E.164, {fate}: {}: {}{lines}", self.numbers, self.error)
    }
}

/// Returns a message for each reason: the providers, the number of telephone numbers and their first lines. Providers with the
/// same numbers share a message.
pub(super) fn numbers_not_e164<'a>(
    providers: impl IntoIterator<Item = (&'a str, &'a NumbersNotE164)>,
) -> Vec<String> {
    let mut groups: Vec<(&NumberGroup, Vec<&str>)> = Vec::new();
    for (provider, numbers) in providers {
        for group in &numbers.0 {
            match groups.iter_mut().find(|(other, _)| group.has_same_numbers(other)) {
                Some((_, names)) => names.push(provider),
                None => groups.push((group, vec![provider])),
            }
        }
    }
    let mut lines: Vec<String> = groups.iter().map(|(group, names)| group.message(names)).collect();
    if groups.iter().any(|(group, _)| group.error == PhoneNumberError::NoCountryCode) {
        lines.push(SET_REGION.to_owned());
    }
    lines
}
