//! Deliveries in doubt: those that a later run can settle, and those that only a person can resolve.

use jiff::Timestamp;
use unicontact::providers::DeliveryKey;
use unicontact::{Delivery, Outcome, Report};

use super::first_rows::{InputLine, NamedRow};
use crate::output::{self, Line, Style, counted};

/// A limit on the deliveries that are listed, and the limit with `--verbose`.
const MAX_LISTED: usize = 5;
const MAX_LISTED_VERBOSE: usize = 1000;

/// The first deliveries in doubt that only a person can resolve, and the number of all.
#[derive(Default)]
pub(super) struct DoubtsToResolve {
    first: Vec<(DeliveryKey, NamedRow)>,
    count: u64,
}

/// Deliveries in doubt that a later retry can settle.
#[derive(Default)]
pub(super) struct RetryableDoubts {
    count: u64,
    /// The time from which all of them can be looked up again.
    look_again_at: Option<Timestamp>,
}

impl DoubtsToResolve {
    /// Counts a delivery if it is in doubt and needs a person.
    pub(super) fn add(&mut self, report: &Report, delivery: &Delivery) {
        let Some(key) = output::key_for_person(&report.contact, delivery) else { return };
        self.count += 1;
        let limit = output::limit(MAX_LISTED, MAX_LISTED_VERBOSE);
        let row = NamedRow::new(&report.source);
        let index = self.first.partition_point(|(_, other)| other.line <= row.line);
        if index < limit {
            self.first.insert(index, (key, row));
            self.first.truncate(limit);
        }
    }

    /// Replaces row numbers by lines.
    pub(super) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.first.iter_mut().for_each(|(_, row)| row.locate(&to_line));
    }

    /// Returns each of the first deliveries with the command that resolves it. Empty without doubts.
    pub(super) fn lines(&self) -> Vec<Line> {
        if self.count == 0 {
            return Vec::new();
        }
        let count = counted(self.count, "delivery in doubt needs", "deliveries in doubt need");
        let them = if self.count == 1 { "it" } else { "each" };
        // Without a journal there is no command that resolves a delivery.
        let can_resolve = self.first.iter().any(|(key, _)| output::next_command::resolve(key).is_some());
        let next = if can_resolve { ", then record what is there" } else { "" };
        let mut lines = vec![
            Line::default()
                .styled(Style::Warning, &format!("{count} a person"))
                .text(&format!(": look {them} up at the vendor{next}:")),
        ];
        for (key, row) in &self.first {
            let provider = key.provider();
            lines.push(Line::new(&format!("  {provider}: {}", row.in_words())));
            let command = output::next_command::resolve(key);
            lines.extend(command.map(|command| Line::new("    ").styled(Style::Command, &command)));
        }
        let more = self.count.saturating_sub(self.first.len() as u64);
        let list = output::next_command::list(&[Outcome::InDoubt.as_str()]);
        match list.filter(|_| more > 0) {
            Some(list) => {
                lines.push(Line::new(&format!("  and {more} more: ")).styled(Style::Command, &list));
            }
            None if more > 0 => {
                lines.push(Line::new(&format!("  and {more} more (--report FILE lists them)")));
            }
            None => {}
        }
        lines
    }
}

impl RetryableDoubts {
    pub(super) fn add(&mut self, time: Timestamp) {
        self.count += 1;
        self.look_again_at = self.look_again_at.max(Some(time));
    }

    /// Returns when to look again. `None` without doubts.
    pub(super) fn message(&self, provider: &str) -> Option<String> {
        Some(format!("{provider}: {}", output::look_again_for_all(self.count, self.look_again_at?)))
    }
}
