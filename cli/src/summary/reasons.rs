//! Why deliveries did not succeed and which fields were lost: counts by provider and reason, and the messages about them.

use std::borrow::Cow;
use std::sync::Arc;

use unicontact::providers::{ContactProvider, ProviderError};
use unicontact::{Delivery, FanOut, Note, OnLoss, Outcome, Pipeline, Report, SourceLocation};

use super::counts::{Reason, ReasonCounts, error_reason};
use super::doubts::{DoubtsToResolve, RetryableDoubts};
use super::first_rows::InputLine;
use super::losses::{LossCounts, add_loss_table};
use super::phone_numbers::NumbersNotE164;
use super::reason_lines::{ReasonGroup, reason_lines};
use super::resume::ResumeHint;
use crate::command_line;
use crate::output::{self, Line, Page, Style};

/// The outcomes with reasons, the worst last.
const EXPLAINED: [Outcome; 4] = [Outcome::Rejected, Outcome::Failed, Outcome::Pending, Outcome::InDoubt];

const RESEMBLING: &str = "Contacts at the vendor resemble some of these: `unicontact deliveries show` names them. Compare them, then: \
                          unicontact deliveries resolve";
const ADD_BY_HAND: &str =
    "Compare these rows with the contact at the vendor, and add there what only they have.";
const NEXT_RUN: &str = "The next run treats these deliveries as interrupted.";
const LOSSES: &str = "The vendor did not get the lost fields. Set on_loss = \"reject\" to send no such contact, or \"allow\" to hide this \
                      table.";

/// The reasons of all providers.
pub(crate) struct Reasons {
    providers: Vec<ProviderReasons>,
    doubts: DoubtsToResolve,
    /// Whether a report lists every delivery.
    has_report: bool,
}

/// The reasons of one provider.
struct ProviderReasons {
    name: String,
    shows_losses: bool,
    by_outcome: [(Outcome, ReasonCounts); 4],
    /// The lost fields of delivered contacts.
    losses: LossCounts,
    /// The telephone numbers of delivered contacts that were not sent in E.164.
    numbers: NumbersNotE164,
    /// The deliveries for which the vendor returned the contact of another one.
    shared_records: ReasonCounts,
    /// Why the journal did not record outcomes.
    unrecorded: ReasonCounts,
    retryable_doubts: RetryableDoubts,
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
        let providers = pipelines.map(provider).collect();
        Self { providers, doubts: DoubtsToResolve::default(), has_report: false }
    }

    /// States whether a report lists every delivery.
    #[must_use]
    pub(crate) fn with_report(self, has_report: bool) -> Self {
        Self { has_report, ..self }
    }

    pub(crate) fn add(&mut self, report: &Report) {
        for delivery in &report.deliveries {
            self.doubts.add(report, delivery);
            let mut providers = self.providers.iter_mut();
            if let Some(provider) = providers.find(|provider| provider.name == delivery.provider) {
                provider.add(delivery, &report.source);
            }
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.doubts.locate(&to_line);
        for provider in &mut self.providers {
            provider.numbers.locate(&to_line);
            provider.by_outcome.iter_mut().for_each(|(_, counts)| counts.locate(&to_line));
            provider.shared_records.locate(&to_line);
            provider.unrecorded.locate(&to_line);
        }
    }

    /// Returns the telephone numbers that are not in E.164, by provider.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (&str, &NumbersNotE164)> {
        self.providers.iter().map(|provider| (provider.name.as_str(), &provider.numbers))
    }

    /// Returns why deliveries did not succeed or share a record, the most frequent reasons first, and what to do. Empty if every
    /// contact has a record of its own.
    pub(crate) fn failures(&self, resume: &ResumeHint) -> Vec<Line> {
        let mut groups = Vec::new();
        for provider in &self.providers {
            let existing = Outcome::Existing.as_str();
            ReasonGroup::add_all(&mut groups, &provider.name, existing, &provider.shared_records);
        }
        for index in 0..EXPLAINED.len() {
            for provider in &self.providers {
                let (outcome, counts) = &provider.by_outcome[index];
                ReasonGroup::add_all(&mut groups, &provider.name, outcome.as_str(), counts);
            }
        }
        for provider in &self.providers {
            ReasonGroup::add_all(&mut groups, &provider.name, "not in the journal", &provider.unrecorded);
        }
        let mut lines = reason_lines(&groups);
        if self.providers.iter().any(|provider| !provider.unrecorded.is_empty()) {
            lines.push(Line::new(NEXT_RUN));
        }
        lines.extend(self.next_steps(resume));
        lines
    }

    fn next_steps(&self, resume: &ResumeHint) -> Vec<Line> {
        let mut lines: Vec<Line> = self.doubts_to_retry().iter().map(|line| Line::new(line)).collect();
        let unfinished: Vec<&str> =
            EXPLAINED.into_iter().filter(|outcome| self.has(*outcome)).map(Outcome::as_str).collect();
        if !unfinished.is_empty() {
            lines.extend(how_to_list(&unfinished, resume, self.has_report));
        }
        if self.has(Outcome::Pending) {
            lines.extend(how_to_send_pending(resume));
        }
        lines
    }

    /// Returns the deliveries in doubt that only a person can resolve, with the commands.
    pub(crate) fn doubts(&self) -> Vec<Line> {
        self.doubts.lines()
    }

    /// Adds a table of the lost fields. Losses that the configuration allows are left out.
    pub(crate) fn add_losses(&self, page: &mut Page) {
        let providers: Vec<(&str, &LossCounts)> =
            self.providers.iter().map(|provider| (provider.name.as_str(), &provider.losses)).collect();
        let mut losses = Page::default();
        if add_loss_table(&mut losses, &providers) {
            page.blank_line();
            page.append(&losses);
            page.styled_line(&Line::default().styled(Style::Muted, LOSSES), 0);
        }
    }

    /// Returns a message for each provider with deliveries in doubt that can be retried later.
    pub(crate) fn doubts_to_retry(&self) -> Vec<String> {
        let message = |it: &ProviderReasons| it.retryable_doubts.message(&it.name);
        self.providers.iter().filter_map(message).collect()
    }

    fn has(&self, outcome: Outcome) -> bool {
        let mut by_outcome = self.providers.iter().flat_map(|provider| &provider.by_outcome);
        by_outcome.any(|(of, counts)| *of == outcome && !counts.is_empty())
    }
}

/// Returns where all of these deliveries are listed. `None` where only the report of this run lists them.
fn how_to_list(outcomes: &[&str], resume: &ResumeHint, has_report: bool) -> Option<Line> {
    let command = output::next_command::list(outcomes).filter(|_| *resume != ResumeHint::NoJournal);
    match (command, has_report) {
        (Some(command), true) => Some(Line::new("To see all of them: ").styled(Style::Command, &command)),
        (Some(command), false) => {
            let line = Line::new("To see all of them, import with --report FILE, or: ");
            Some(line.styled(Style::Command, &command))
        }
        (None, true) => None,
        (None, false) => Some(Line::new("To see all of them, import with --report FILE.")),
    }
}

fn how_to_send_pending(resume: &ResumeHint) -> Option<Line> {
    match resume {
        ResumeHint::NoJournal => None,
        ResumeHint::SameCommand => {
            let line = Line::new("To send the pending contacts, run the same command again: ");
            Some(line.styled(Style::Command, &command_line::whole()))
        }
        ResumeHint::Command(command) => {
            Some(Line::new("To send the pending contacts: ").styled(Style::Command, command))
        }
    }
}

impl ProviderReasons {
    fn new(name: &str, shows_losses: bool) -> Self {
        Self {
            name: name.to_owned(),
            shows_losses,
            by_outcome: EXPLAINED.map(|outcome| (outcome, ReasonCounts::default())),
            losses: LossCounts::default(),
            numbers: NumbersNotE164::default(),
            shared_records: ReasonCounts::default(),
            unrecorded: ReasonCounts::default(),
            retryable_doubts: RetryableDoubts::default(),
        }
    }

    /// Counts a delivery of the contact of this row.
    fn add(&mut self, delivery: &Delivery, source: &SourceLocation) {
        let mut by_outcome = self.by_outcome.iter_mut();
        if let Some((_, counts)) = by_outcome.find(|(outcome, _)| *outcome == delivery.outcome) {
            let existing = delivery.error.as_ref().and_then(ProviderError::existing_id);
            counts.add_refused(Reason::from(delivery), source, existing.as_ref());
        }
        if let Some(time) = delivery.look_again_at {
            self.retryable_doubts.add(time);
        }
        let is_sent = matches!(delivery.outcome, Outcome::Created | Outcome::Existing);
        if is_sent {
            self.numbers.add(source, &delivery.fields);
        }
        if is_sent && self.shows_losses {
            self.losses.add(&delivery.fields);
        }
        if delivery.note == Some(Note::SharesRecord) {
            let text = Note::SharesRecord.as_str().to_owned();
            self.shared_records.add(Reason { text, hint: Some(ADD_BY_HAND.into()) }, source);
        }
        if let Some(error) = &delivery.unrecorded {
            let reason = Reason { text: error.to_string(), hint: Some(error.hint().into()) };
            self.unrecorded.add(reason, source);
        }
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
    use crate::output::Stream;

    #[test]
    fn unrecorded_deliveries_are_reported_with_their_consequence() {
        let mut provider = ProviderReasons::new("voice", true);
        let mut delivery = Delivery::new(&ProviderInfo::new("voice", "cloverhound"), Outcome::Created);
        delivery.unrecorded = Some(JournalError::new("unicontact.db", JournalErrorKind::Full).into());
        let source: SourceLocation = serde_json::from_str("{\"line\": 2, \"name\": \"Ada King\"}").unwrap();
        provider.add(&delivery, &source);
        provider.add(&delivery, &SourceLocation::default());
        let reasons =
            Reasons { providers: vec![provider], doubts: DoubtsToResolve::default(), has_report: false };
        let lines = reasons.failures(&ResumeHint::SameCommand);
        let lines: Vec<String> = lines.iter().map(|line| line.render(Stream::Stdout)).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        voice: 2 not in the journal: line 2 Ada King
          unicontact.db: the disk is full, the journal cannot be written
          Make room on the journal's disk, then run it again.
        The next run treats these deliveries as interrupted.
        ");
    }
}
