//! Lines about the reasons of deliveries: providers, rows and reason, and once what to do.

use unicontact::Outcome;

use super::counts::{Reason, ReasonCounts};
use super::first_rows::FirstRows;
use crate::output::{self, Line, Style};

/// A limit on the reasons of one provider and outcome, and the limit with `--verbose`.
const MAX_REASONS: usize = 10;
const MAX_REASONS_VERBOSE: usize = 200;

/// A reason with the providers that have it.
pub(super) struct ReasonGroup<'a> {
    /// The providers, each with its number of deliveries.
    providers: Vec<(&'a str, u64)>,
    outcome: &'a str,
    /// The rows that all of the providers have. `None` if they differ, and for the reasons above the limit.
    rows: Option<&'a FirstRows>,
    /// `None` for all the reasons above the limit.
    reason: Option<&'a Reason>,
}

impl<'a> ReasonGroup<'a> {
    /// Adds the most frequent reasons of a provider. Providers that have a reason for the same rows share a group, and so do those
    /// with pending deliveries for the same reason.
    pub(super) fn add_all(
        groups: &mut Vec<Self>,
        provider: &'a str,
        outcome: &'a str,
        counts: &'a ReasonCounts,
    ) {
        let limit = output::limit(MAX_REASONS, MAX_REASONS_VERBOSE);
        let by_frequency = counts.by_frequency();
        let (listed, rest) = by_frequency.split_at(by_frequency.len().min(limit));
        for (reason, times, rows) in listed {
            let group =
                Self { providers: vec![(provider, *times)], outcome, rows: Some(rows), reason: Some(reason) };
            match groups.iter_mut().find(|other| other.may_include(&group)) {
                Some(other) => other.include(&group),
                None => groups.push(group),
            }
        }
        let times = rest.iter().map(|(_, times, _)| times).sum::<u64>() + counts.others;
        if times > 0 {
            groups.push(Self { providers: vec![(provider, times)], outcome, rows: None, reason: None });
        }
    }

    /// Returns whether another provider's group has the same reason for the same rows. Rows of pending deliveries may differ.
    fn may_include(&self, other: &Self) -> bool {
        let has_provider =
            self.providers.iter().any(|(name, _)| other.providers.iter().any(|it| it.0 == *name));
        let is_same = self.outcome == other.outcome && self.reason.is_some() && self.reason == other.reason;
        let is_pending = self.outcome == Outcome::Pending.as_str();
        is_same && !has_provider && (is_pending || self.has_same_rows(other))
    }

    fn has_same_rows(&self, other: &Self) -> bool {
        let has_same_count = self.providers.first().map(|it| it.1) == other.providers.first().map(|it| it.1);
        let is_same = match (self.rows, other.rows) {
            (Some(one), Some(another)) => one.has_same_rows(another),
            (one, another) => one.is_none() && another.is_none(),
        };
        has_same_count && is_same
    }

    /// Adds the provider of another group.
    fn include(&mut self, other: &Self) {
        if !self.has_same_rows(other) {
            self.rows = None;
        }
        self.providers.extend_from_slice(&other.providers);
    }

    fn hint(&self) -> Option<&'a str> {
        self.reason.and_then(|reason| reason.hint.as_deref())
    }

    /// Returns `acme: 3 rejected: line 4 Ada King, line 9 Bo Ek and 1 more`, or `pending: acme 54, iot 62` for different numbers.
    fn line(&self) -> Line {
        let Self { providers, outcome, rows, .. } = self;
        let rows = rows.map(FirstRows::in_words).unwrap_or_default();
        let style = if matches!(*outcome, "rejected" | "failed") { Style::Bad } else { Style::Warning };
        let names: Vec<&str> = providers.iter().map(|(name, _)| *name).collect();
        let times = providers.first().map_or(0, |(_, times)| *times);
        if providers.iter().any(|(_, other)| *other != times) {
            let counts: Vec<String> =
                providers.iter().map(|(name, times)| format!("{name} {times}")).collect();
            return Line::default().styled(style, outcome).text(&format!(": {}", counts.join(", ")));
        }
        let line = Line::new(&format!("{}: ", output::and_list(&names)))
            .styled(style, &format!("{times} {outcome}"));
        if rows.is_empty() { line } else { line.text(&format!(": {rows}")) }
    }
}

/// Returns the lines. A hint follows the last of the neighbouring reasons that have it.
pub(super) fn reason_lines(groups: &[ReasonGroup<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        lines.push(group.line());
        lines.push(match group.reason {
            Some(reason) => Line::new(&format!("  {}", reason.text)),
            None => Line::new("  for other reasons"),
        });
        let next_hint = groups.get(index + 1).and_then(ReasonGroup::hint);
        if let Some(hint) = group.hint().filter(|hint| next_hint != Some(*hint)) {
            lines.push(Line::default().styled(Style::Muted, &format!("  {hint}")));
        }
    }
    lines
}
