//! Why deliveries did not succeed and which fields were lost: counts by provider and reason, and the messages about them.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use unicontact::providers::{ContactProvider, ProviderError};
use unicontact::{Delivery, FanOut, Note, OnLoss, Outcome, Pipeline, Report};

use super::counts::{Reason, ReasonCounts, error_reason, without_indexes};
use super::input_lines::{FirstLines, InputLine};
use super::phone_numbers::{NumbersNotE164, numbers_not_e164};
use super::resume::ResumeHint;
use crate::output;

/// A limit on the reasons that are listed for each provider and outcome.
const MAX_REASONS: usize = 10;
/// The outcomes with reasons, the worst last.
const EXPLAINED: [Outcome; 4] = [Outcome::Rejected, Outcome::Failed, Outcome::Pending, Outcome::InDoubt];

const RESEMBLING: &str = "Contacts at the vendor resemble some of these: `unicontact deliveries show` names them. Compare them, then: \
                          unicontact deliveries resolve";
const LOSSES: &str = "The vendor cannot hold the lost fields. Set on_loss = \"reject\" to send no such contact, or \"allow\" to hide these \
                      lines.";

/// The reasons of all providers.
pub(crate) struct Reasons {
    providers: Vec<ProviderReasons>,
}

/// The reasons of one provider.
struct ProviderReasons {
    name: String,
    shows_losses: bool,
    by_outcome: [(Outcome, ReasonCounts); 4],
    /// The lost fields of delivered contacts.
    losses: ReasonCounts,
    /// The telephone numbers of delivered contacts that were not sent in E.164.
    numbers: NumbersNotE164,
    /// Why the journal did not record outcomes.
    unrecorded: ReasonCounts,
    retryable_doubts: RetryableDoubts,
    /// Whether other deliveries are in doubt, which only a person can resolve.
    needs_person: bool,
}

/// Deliveries in doubt that a later retry can resolve.
#[derive(Default)]
struct RetryableDoubts {
    count: u64,
    /// The time from which all of them can be looked up again.
    look_again_at: Option<Timestamp>,
}

impl Reasons {
    /// Returns the reasons of a fan-out's providers, with no deliveries counted.
    pub(crate) fn new(fan_out: &FanOut) -> Self {
        let pipelines = fan_out.pipelines().iter();
        let provider = |pipeline: &Arc<Pipeline>| {
            ProviderReasons::new(
                pipeline.provider().info().name(),
                pipeline.settings().on_loss != OnLoss::Allow,
            )
        };
        Self { providers: pipelines.map(provider).collect() }
    }

    pub(crate) fn add(&mut self, report: &Report) {
        for delivery in &report.deliveries {
            let mut providers = self.providers.iter_mut();
            if let Some(provider) = providers.find(|provider| provider.name == delivery.provider) {
                provider.add(delivery, report.source.line);
            }
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        for provider in &mut self.providers {
            provider.numbers.locate(&to_line);
            provider.by_outcome.iter_mut().for_each(|(_, counts)| counts.locate(&to_line));
        }
    }

    /// Returns whether a delivery is in doubt that only a person can resolve.
    pub(crate) fn need_person(&self) -> bool {
        self.providers.iter().any(|provider| provider.needs_person)
    }

    /// Returns the telephone numbers that are not in E.164, by provider.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (&str, &NumbersNotE164)> {
        self.providers.iter().map(|provider| (provider.name.as_str(), &provider.numbers))
    }

    /// Returns the messages, the most frequent reasons first. Empty if every delivery succeeded.
    pub(crate) fn messages(&self, resume: &ResumeHint) -> Vec<String> {
        let mut lines: Vec<String> = self.providers.iter().flat_map(ProviderReasons::messages).collect();
        lines.extend(numbers_not_e164(self.numbers()));
        let unfinished: Vec<&str> =
            EXPLAINED.into_iter().filter(|outcome| self.has(*outcome)).map(Outcome::as_str).collect();
        if !unfinished.is_empty() {
            lines.push(how_to_list(&unfinished, resume));
        }
        if self.has(Outcome::Pending) {
            lines.extend(how_to_send_pending(resume));
        }
        if self.providers.iter().any(|provider| !provider.losses.is_empty()) {
            lines.push(LOSSES.to_owned());
        }
        lines
    }

    /// Returns a message for each provider with deliveries in doubt that can be retried later.
    pub(crate) fn doubts_to_retry(&self) -> Vec<String> {
        self.providers.iter().filter_map(ProviderReasons::doubts_to_retry).collect()
    }

    fn has(&self, outcome: Outcome) -> bool {
        let mut by_outcome = self.providers.iter().flat_map(|provider| &provider.by_outcome);
        by_outcome.any(|(of, counts)| *of == outcome && !counts.is_empty())
    }
}

fn how_to_list(outcomes: &[&str], resume: &ResumeHint) -> String {
    if *resume == ResumeHint::NoJournal {
        return "To see which contacts these are, import with --report FILE.".to_owned();
    }
    format!(
        "To see which contacts these are: unicontact deliveries list --outcome {}, or import with --report FILE",
        outcomes.join(",")
    )
}

fn how_to_send_pending(resume: &ResumeHint) -> Option<String> {
    match resume {
        ResumeHint::NoJournal => None,
        ResumeHint::SameCommand => {
            Some("To send the pending contacts, run the same command again.".to_owned())
        }
        ResumeHint::Command(command) => Some(format!("To send the pending contacts: {command}")),
    }
}

impl ProviderReasons {
    fn new(name: &str, shows_losses: bool) -> Self {
        Self {
            name: name.to_owned(),
            shows_losses,
            by_outcome: EXPLAINED.map(|outcome| (outcome, ReasonCounts::default())),
            losses: ReasonCounts::default(),
            numbers: NumbersNotE164::default(),
            unrecorded: ReasonCounts::default(),
            retryable_doubts: RetryableDoubts::default(),
            needs_person: false,
        }
    }

    /// Counts a delivery of the contact from this line. The line is 0 for a contact without a file.
    fn add(&mut self, delivery: &Delivery, line: u64) {
        let mut by_outcome = self.by_outcome.iter_mut();
        if let Some((_, counts)) = by_outcome.find(|(outcome, _)| *outcome == delivery.outcome) {
            let has_line = delivery.outcome != Outcome::Pending;
            counts.add_at(Reason::from(delivery), if has_line { line } else { 0 });
        }
        match delivery.look_again_at {
            Some(time) => self.retryable_doubts.add(time),
            None => self.needs_person |= delivery.outcome == Outcome::InDoubt,
        }
        let is_sent = matches!(delivery.outcome, Outcome::Created | Outcome::Existing);
        if is_sent {
            self.numbers.add(line, &delivery.fields);
        }
        if is_sent && self.shows_losses {
            for field in delivery.fields.iter().filter(|field| field.fate.is_loss()) {
                let text = format!("{} ({})", without_indexes(&field.field), field.fate.as_str());
                self.losses.add(Reason { text, hint: None });
            }
        }
        if let Some(error) = &delivery.unrecorded {
            self.unrecorded.add(Reason { text: error.to_string(), hint: Some(error.hint().into()) });
        }
    }

    fn messages(&self) -> Vec<String> {
        let name = &self.name;
        let mut lines = Vec::new();
        for (outcome, counts) in &self.by_outcome {
            self.add_messages(&mut lines, outcome.as_str(), counts);
        }
        lines.extend(self.doubts_to_retry());
        self.add_messages(&mut lines, "lost", &self.losses);
        self.add_messages(&mut lines, "not in the journal", &self.unrecorded);
        if !self.unrecorded.is_empty() {
            lines.push(format!("{name}:   The next run treats these deliveries as interrupted."));
        }
        lines
    }

    fn add_messages(&self, lines: &mut Vec<String>, what: &str, counts: &ReasonCounts) {
        let provider = &self.name;
        let by_frequency = counts.by_frequency();
        let (listed, rest) = by_frequency.split_at(by_frequency.len().min(MAX_REASONS));
        let mut hints: Vec<&str> = Vec::new();
        for (reason, times) in listed {
            let rows = counts.lines(reason).map(FirstLines::in_brackets).unwrap_or_default();
            lines.push(format!("{provider}: {what}, {}: {}{rows}", output::times(*times), reason.text));
            hints.extend(reason.hint.as_deref().filter(|hint| !hints.contains(hint)));
        }
        let others = rest.iter().map(|(_, times)| times).sum::<u64>() + counts.others;
        if others > 0 {
            lines.push(format!("{provider}: {what}, {} for other reasons", output::times(others)));
        }
        lines.extend(hints.into_iter().map(|hint| format!("{provider}:   {hint}")));
    }

    fn doubts_to_retry(&self) -> Option<String> {
        let RetryableDoubts { count, look_again_at } = &self.retryable_doubts;
        Some(format!("{}: {}", self.name, output::look_again_for_all(*count, (*look_again_at)?)))
    }
}

impl RetryableDoubts {
    fn add(&mut self, time: Timestamp) {
        self.count += 1;
        self.look_again_at = self.look_again_at.max(Some(time));
    }
}

impl From<&Delivery> for Reason {
    fn from(delivery: &Delivery) -> Self {
        if let Some(error) = &delivery.error {
            return Self { text: error_reason(error), hint: hint(delivery, error) };
        }
        let text = delivery.note.as_ref().map_or("not sent", Note::as_str).to_owned();
        Self { text, hint: None }
    }
}

/// Returns the advice for an error. Deliveries in doubt that can be retried share one message instead.
fn hint(delivery: &Delivery, error: &ProviderError) -> Option<Cow<'static, str>> {
    match delivery.look_again_at {
        _ if !error.candidates().is_empty() => Some(RESEMBLING.into()),
        Some(_) => None,
        None => Some(error.hint()),
    }
}

#[cfg(test)]
mod tests {
    use unicontact::journal::{JournalError, JournalErrorKind};
    use unicontact::providers::ProviderInfo;

    use super::*;

    #[test]
    fn unrecorded_deliveries_are_reported_with_their_consequence() {
        let mut provider = ProviderReasons::new("voice", true);
        let mut delivery = Delivery::new(&ProviderInfo::new("voice", "cloverhound"), Outcome::Created);
        delivery.unrecorded = Some(JournalError::new("unicontact.db", JournalErrorKind::Full).into());
        provider.add(&delivery, 0);
        provider.add(&delivery, 0);
        let lines = Reasons { providers: vec![provider] }.messages(&ResumeHint::SameCommand);
        insta::assert_snapshot!(lines.join("\n"), @r"
        voice: not in the journal, 2 times: unicontact.db: the disk is full, the journal cannot be written
        voice:   Make room on the journal's disk, then run it again.
        voice:   The next run treats these deliveries as interrupted.
        ");
    }
}
