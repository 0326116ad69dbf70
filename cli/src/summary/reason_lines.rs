//! Lines about the reasons of deliveries: providers, rows and reason, and once what to do.

use super::counts::{Reason, ReasonCounts};
use crate::arguments::Detail;
use crate::output::{self, Line, Style};

/// A limit on the reasons of one provider and outcome, and the limit with `--verbose`.
const MAX_REASONS: usize = 10;
const MAX_REASONS_VERBOSE: usize = 200;

/// A reason with the providers that have it for the same rows.
pub(super) struct ReasonGroup<'a> {
    providers: Vec<&'a str>,
    outcome: &'a str,
    times: u64,
    rows: String,
    /// `None` for all the reasons above the limit.
    reason: Option<&'a Reason>,
}

impl<'a> ReasonGroup<'a> {
    /// Adds the most frequent reasons of a provider. Providers with the same advice for the same rows share a group, with the
    /// reason of the first; with `--verbose` only if the reasons are equal.
    pub(super) fn add_all(
        groups: &mut Vec<Self>,
        provider: &'a str,
        outcome: &'a str,
        counts: &'a ReasonCounts,
    ) {
        let is_verbose = output::detail() == Detail::Verbose;
        let limit = if is_verbose { MAX_REASONS_VERBOSE } else { MAX_REASONS };
        let is_same_reason = |one: &Reason, other: &Reason| {
            one == other || !is_verbose && one.hint.is_some() && one.hint == other.hint
        };
        let by_frequency = counts.by_frequency();
        let (listed, rest) = by_frequency.split_at(by_frequency.len().min(limit));
        for (reason, times) in listed {
            let rows = counts.rows(reason);
            let same = groups.iter_mut().find(|group| {
                group.outcome == outcome
                    && group.times == *times
                    && group.rows == rows
                    && !group.providers.contains(&provider)
                    && group.reason.is_some_and(|it| is_same_reason(it, reason))
            });
            match same {
                Some(group) => group.providers.push(provider),
                None => groups.push(Self {
                    providers: vec![provider],
                    outcome,
                    times: *times,
                    rows,
                    reason: Some(reason),
                }),
            }
        }
        let times = rest.iter().map(|(_, times)| times).sum::<u64>() + counts.others;
        if times > 0 {
            groups.push(Self {
                providers: vec![provider],
                outcome,
                times,
                rows: String::new(),
                reason: None,
            });
        }
    }

    fn hint(&self) -> Option<&'a str> {
        self.reason.and_then(|reason| reason.hint.as_deref())
    }

    /// Returns `acme: 3 rejected: line 4 Ada King, line 9 Bo Ek and 1 more`.
    fn line(&self) -> Line {
        let Self { providers, outcome, times, rows, .. } = self;
        let style = if matches!(*outcome, "rejected" | "failed") { Style::Bad } else { Style::Warning };
        let line = Line::new(&format!("{}: ", output::and_list(providers)))
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
