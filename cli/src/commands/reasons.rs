//! Why deliveries did not succeed and what was lost, counted by kind.
//!
//! Its rule: kinds, fields and reasons, nothing of what is in a contact; and memory does not grow with how many there are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::lines::{FirstLines, Line};
use super::numbers::NumbersNotE164;
use jiff::Timestamp;
use unicontact::providers::{ContactProvider, ProviderError};
use unicontact::{Delivery, FanOut, Note, OnLoss, Outcome, Pipeline, Report};

/// How many different ones are counted one by one.
const KINDS: usize = 200;
/// The outcomes that are explained, the worst last.
const EXPLAINED: [Outcome; 4] = [Outcome::Rejected, Outcome::Failed, Outcome::Pending, Outcome::InDoubt];

const RESEMBLING: &str = "Contacts at the vendor resemble some of these: `unicontact deliveries show` names them. Compare them, then: \
                          unicontact deliveries resolve";

/// What is told at the end of many deliveries.
pub(crate) struct Reasons {
    pub(crate) providers: Vec<OfProvider>,
}

/// The same of one provider.
pub(crate) struct OfProvider {
    pub(crate) name: String,
    tells_losses: bool,
    /// Why deliveries ended so.
    pub(crate) ended: [(Outcome, Kinds); 4],
    /// The fields that were lost of what was delivered.
    pub(crate) losses: Kinds,
    /// The telephone numbers of what was delivered that were not sent in E.164.
    pub(crate) numbers: NumbersNotE164,
    /// Why the journal does not know how deliveries ended.
    pub(crate) unrecorded: Kinds,
    /// The deliveries in doubt that can be looked for or sent again later.
    pub(crate) waiting: Waiting,
    /// Whether others are in doubt, which only a person can resolve.
    pub(crate) needs_person: bool,
}

/// Deliveries in doubt that can be resolved without a person.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) count: u64,
    /// When all of them are worth looking for.
    pub(crate) until: Option<Timestamp>,
}

impl Waiting {
    fn add(&mut self, time: Timestamp) {
        self.count += 1;
        self.until = self.until.max(Some(time));
    }
}

/// Different kinds, and how often each came.
#[derive(Default)]
pub(crate) struct Kinds {
    counts: BTreeMap<Kind, u64>,
    /// The first lines of each, where they help to find the rows.
    lines: BTreeMap<Kind, FirstLines>,
    /// How often others came.
    pub(crate) others: u64,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) hint: Option<Cow<'static, str>>,
}

impl Reasons {
    pub(crate) fn of(fan_out: &FanOut) -> Self {
        let targets = fan_out.pipelines().iter();
        let of_target = |target: &Arc<Pipeline>| {
            OfProvider::new(target.provider().info().name(), target.settings().on_loss != OnLoss::Allow)
        };
        Self { providers: targets.map(of_target).collect() }
    }

    pub(crate) fn add(&mut self, report: &Report) {
        for delivery in &report.deliveries {
            let mut providers = self.providers.iter_mut();
            if let Some(provider) = providers.find(|provider| provider.name == delivery.provider) {
                provider.add(delivery, report.source.line);
            }
        }
    }
}

impl OfProvider {
    pub(crate) fn new(name: &str, tells_losses: bool) -> Self {
        Self {
            name: name.to_owned(),
            tells_losses,
            ended: EXPLAINED.map(|outcome| (outcome, Kinds::default())),
            losses: Kinds::default(),
            numbers: NumbersNotE164::default(),
            unrecorded: Kinds::default(),
            waiting: Waiting::default(),
            needs_person: false,
        }
    }

    /// Counts a delivery of a contact that was read from this line, 0 where it comes from no file.
    pub(crate) fn add(&mut self, delivery: &Delivery, line: u64) {
        if let Some((_, kinds)) = self.ended.iter_mut().find(|(outcome, _)| *outcome == delivery.outcome) {
            let names_lines = delivery.outcome != Outcome::Pending;
            kinds.count_in(Kind::of(delivery), if names_lines { line } else { 0 });
        }
        match delivery.look_again_at {
            Some(time) => self.waiting.add(time),
            None => self.needs_person |= delivery.outcome == Outcome::InDoubt,
        }
        let is_sent = matches!(delivery.outcome, Outcome::Created | Outcome::Existing);
        if is_sent {
            self.numbers.add(line, &delivery.fields);
        }
        if is_sent && self.tells_losses {
            for field in delivery.fields.iter().filter(|field| field.fate.is_loss()) {
                let what = format!("{} ({})", without_numbers(&field.field), field.fate.as_str());
                self.losses.count(Kind { what, hint: None });
            }
        }
        if let Some(error) = &delivery.unrecorded {
            self.unrecorded.count(Kind { what: error.to_string(), hint: Some(error.hint().into()) });
        }
    }
}

impl OfProvider {
    /// Replaces the numbers of lines by what they stand for.
    pub(crate) fn locate(&mut self, place: impl Fn(u64) -> Line) {
        self.numbers.locate(&place);
        for lines in self.ended.iter_mut().flat_map(|(_, kinds)| kinds.lines.values_mut()) {
            lines.locate(&place);
        }
    }
}

impl Kind {
    fn of(delivery: &Delivery) -> Self {
        if let Some(error) = &delivery.error {
            return Self { what: why(error), hint: hint(delivery, error) };
        }
        let what = delivery.note.as_ref().map_or("not sent", Note::as_str).to_owned();
        Self { what, hint: None }
    }
}

impl Kinds {
    fn count(&mut self, kind: Kind) {
        self.others += u64::from(!count(&mut self.counts, kind));
    }

    /// Counts one of a row that was read from this line, 0 where no line is to be named.
    fn count_in(&mut self, kind: Kind, line: u64) {
        if line > 0 && (self.counts.len() < KINDS || self.counts.contains_key(&kind)) {
            self.lines.entry(kind.clone()).or_default().add(line);
        }
        self.count(kind);
    }

    /// Returns the first lines of the rows of a kind.
    pub(crate) fn lines(&self, kind: &Kind) -> Option<&FirstLines> {
        self.lines.get(kind)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The most frequent first.
    pub(crate) fn by_frequency(&self) -> Vec<(&Kind, u64)> {
        let mut kinds: Vec<_> = self.counts.iter().map(|(kind, times)| (kind, *times)).collect();
        kinds.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        kinds
    }
}

/// Counts it in a map that does not grow for ever. Whether there was room.
pub(super) fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, what: K) -> bool {
    let has_room = counts.len() < KINDS || counts.contains_key(&what);
    if has_room {
        *counts.entry(what).or_default() += 1;
    }
    has_room
}

/// What to do about it. Of one that can be looked for later, that is said for all of them together.
fn hint(delivery: &Delivery, error: &ProviderError) -> Option<Cow<'static, str>> {
    match delivery.look_again_at {
        _ if !error.candidates().is_empty() => Some(RESEMBLING.into()),
        Some(_) => None,
        None => Some(error.hint()),
    }
}

/// The kind, and the fields or the message.
pub(super) fn why(error: &ProviderError) -> String {
    let fields: Vec<String> = error
        .field_errors()
        .iter()
        .map(|it| format!("{}: {}", without_numbers(&it.field), it.message))
        .collect();
    let told =
        if fields.is_empty() { error.message().unwrap_or_default().to_owned() } else { fields.join("; ") };
    let status = error.status().map(|status| format!(", HTTP {status}")).unwrap_or_default();
    let kind = format!("{}{status}", error.kind().as_str());
    if told.is_empty() { kind } else { format!("{kind}: {told}") }
}

/// `phones[1].number` as `phones[].number`.
pub(super) fn without_numbers(field: &str) -> String {
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
    fn kinds_beyond_the_bound_are_counted_together() {
        let mut kinds = Kinds::default();
        let kind = |number: usize| Kind { what: number.to_string(), hint: None };
        (0..KINDS + 5).for_each(|number| kinds.count(kind(number)));
        kinds.count(kind(7));
        assert_eq!((kinds.counts.len(), kinds.others), (KINDS, 5));
        assert_eq!(
            kinds.by_frequency().first().map(|(kind, times)| (kind.what.as_str(), *times)),
            Some(("7", 2))
        );
    }

    #[test]
    fn the_numbers_of_entries_are_left_out() {
        assert_eq!(without_numbers("phones[12].number2"), "phones[].number2");
    }
}
