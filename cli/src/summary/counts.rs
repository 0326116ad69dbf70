//! Counts by reason, bounded in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use unicontact::SourceLocation;
use unicontact::providers::{ContactId, ProviderError};

use super::first_rows::{FirstRows, InputLine};

/// A limit on the different entries of a map of counts.
const MAX_ENTRIES: usize = 200;

/// Counts of different reasons. Reasons above a limit are counted together.
#[derive(Default)]
pub(super) struct ReasonCounts {
    /// Each reason with its count and its first rows.
    counts: BTreeMap<Reason, (u64, FirstRows)>,
    /// The count of reasons above the limit.
    pub(super) others: u64,
}

/// A reason, with advice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reason {
    pub(super) text: String,
    /// What the user can do.
    pub(super) hint: Option<Cow<'static, str>>,
}

impl ReasonCounts {
    /// Counts a reason of this row.
    pub(super) fn add(&mut self, reason: Reason, source: &SourceLocation) {
        self.add_refused(reason, source, None);
    }

    /// Counts a reason of this row, which was refused for the vendor's contact `existing`.
    pub(super) fn add_refused(
        &mut self,
        reason: Reason,
        source: &SourceLocation,
        existing: Option<&ContactId>,
    ) {
        if !has_room(&self.counts, &reason) {
            self.others += 1;
            return;
        }
        let (times, rows) = self.counts.entry(reason).or_default();
        *times += 1;
        rows.add_refused(source, existing);
    }

    /// Replaces row numbers by lines.
    pub(super) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.counts.values_mut().for_each(|(_, rows)| rows.locate(&to_line));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the reasons with their counts and first rows, the most frequent first.
    pub(super) fn by_frequency(&self) -> Vec<(&Reason, u64, &FirstRows)> {
        let mut reasons: Vec<_> =
            self.counts.iter().map(|(reason, (times, rows))| (reason, *times, rows)).collect();
        reasons.sort_by_key(|(_, times, _)| std::cmp::Reverse(*times));
        reasons
    }
}

/// Counts an entry. Returns false if the map is full and lacks the entry.
pub(super) fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, entry: K) -> bool {
    let has_room = has_room(counts, &entry);
    if has_room {
        *counts.entry(entry).or_default() += 1;
    }
    has_room
}

/// Returns whether an entry is in a map of counts, or can be added.
fn has_room<K: Ord, V>(counts: &BTreeMap<K, V>, entry: &K) -> bool {
    counts.len() < MAX_ENTRIES || counts.contains_key(entry)
}

/// Returns the kind of an error, its HTTP status, the vendor's code, and the fields or the message.
pub(super) fn error_reason(error: &ProviderError) -> String {
    let fields: Vec<String> = error
        .field_errors()
        .iter()
        .map(|it| format!("{}: {}", without_indexes(&it.field), it.message))
        .collect();
    let detail =
        if fields.is_empty() { error.message().unwrap_or_default().to_owned() } else { fields.join("; ") };
    let status = error.status().map(|status| format!(", HTTP {status}")).unwrap_or_default();
    let code = error.code().map(|code| format!(", code {code}")).unwrap_or_default();
    let kind = format!("{}{status}{code}", error.kind().as_str());
    if detail.is_empty() { kind } else { format!("{kind}: {detail}") }
}

/// Returns `phones[].number` for `phones[1].number`.
pub(super) fn without_indexes(field: &str) -> String {
    let mut inside = false;
    let keep = |character: &char| {
        let is_kept = !(inside && character.is_ascii_digit());
        inside = *character == '[' || (inside && *character != ']');
        is_kept
    };
    field.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_above_the_limit_are_counted_together() {
        let mut counts = ReasonCounts::default();
        let reason = |number: usize| Reason { text: number.to_string(), hint: None };
        let mut add = |number| counts.add(reason(number), &SourceLocation::default());
        (0..MAX_ENTRIES + 5).for_each(&mut add);
        add(7);
        assert_eq!((counts.counts.len(), counts.others), (MAX_ENTRIES, 5));
        assert_eq!(
            counts.by_frequency().first().map(|(reason, times, _)| (reason.text.as_str(), *times)),
            Some(("7", 2))
        );
    }

    #[test]
    fn indexes_of_lists_are_removed_from_field_names() {
        assert_eq!(without_indexes("phones[12].number2"), "phones[].number2");
    }
}
