//! The summary of an import as text or JSON, and the messages about providers that are paused at its end.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use unicontact::Outcome;
use unicontact::bulk::{Counts, Summary};
use unicontact::circuit_breaker::OpenReason;

use super::dropped_cells::DroppedCells;
use super::phone_numbers::{NumbersNotE164, numbers_not_e164};
use super::reasons::Reasons;
use super::resume::ResumeHint;
use crate::arguments::{Detail, Format};
use crate::output::{self, CONTINUATION, Cell, Line, MINUTE, Page, Style, Table, counted, outcome_counts};

/// The summary of an import.
pub(crate) struct ImportSummary<'a> {
    /// The number of contacts that were read.
    pub(crate) contacts: u64,
    /// The number of rows that are no contacts.
    pub(crate) rejects: u64,
    pub(crate) providers: &'a Summary,
    pub(crate) dropped: &'a DroppedCells,
    pub(crate) reasons: &'a Reasons,
    pub(crate) resume: &'a ResumeHint,
}

/// The JSON of the summary.
#[derive(Serialize)]
struct Json<'a> {
    read: u64,
    rejects: u64,
    providers: &'a Summary,
    #[serde(skip_serializing_if = "DroppedCells::is_empty")]
    dropped: &'a DroppedCells,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    numbers_not_e164: BTreeMap<&'a str, &'a NumbersNotE164>,
}

impl ImportSummary<'_> {
    pub(crate) fn text(&self, format: Format) -> io::Result<String> {
        match format {
            Format::Json => self.to_json(),
            Format::Human => Ok(self.to_page().text().to_owned()),
        }
    }

    fn read(&self) -> u64 {
        self.contacts + self.rejects
    }

    fn to_json(&self) -> io::Result<String> {
        let numbers = self.reasons.numbers().filter(|(_, numbers)| !numbers.is_empty());
        output::json_text(&Json {
            read: self.read(),
            rejects: self.rejects,
            providers: self.providers,
            dropped: self.dropped,
            numbers_not_e164: numbers.collect(),
        })
    }

    /// Returns the messages about deliveries that need attention, for the output beside the JSON.
    pub(crate) fn messages(&self) -> Vec<Line> {
        let mut lines = self.reasons.failures(self.resume);
        lines.extend(numbers_not_e164(self.reasons.numbers(), true));
        lines.extend(self.reasons.doubts());
        lines
    }

    fn to_page(&self) -> Page {
        let mut page = Page::default();
        page.styled_line(&rows_in_words(self.read(), self.rejects), CONTINUATION);
        page.blank_line();
        page.table(&outcome_table(&self.providers.providers));
        if output::detail() > Detail::Quiet {
            self.reasons.add_losses(&mut page);
        }
        page.paragraph(&self.messages());
        page
    }
}

/// Returns `11 rows: 7 contacts, 4 are no contacts`.
pub(super) fn rows_in_words(read: u64, rejects: u64) -> Line {
    let rows = counted(read, "row", "rows");
    let contacts = counted(read.saturating_sub(rejects), "contact", "contacts");
    let line = Line::default().styled(Style::Heading, &format!("{rows}: ")).text(&contacts);
    if rejects == 0 {
        return line;
    }
    line.text(", ").styled(Style::Bad, &counted(rejects, "is no contact", "are no contacts"))
}

/// Returns a table of the counts. An outcome that no provider has is left out.
fn outcome_table(providers: &[(String, Counts)]) -> Table {
    let is_shown = |outcome: &Outcome| providers.iter().any(|(_, counts)| counts.get(*outcome) > 0);
    let outcomes: Vec<Outcome> = Outcome::ALL.into_iter().filter(is_shown).collect();
    let words = outcomes.iter().map(|outcome| outcome.as_str());
    let columns: Vec<&str> = std::iter::once("provider").chain(words).collect();
    let mut table = Table::with_columns(&columns).with_numbers();
    for (name, counts) in providers {
        let cells = outcomes.iter().map(|outcome| count_cell(*outcome, counts.get(*outcome)));
        table.row(std::iter::once(Cell::new(name)).chain(cells));
    }
    table
}

fn count_cell(outcome: Outcome, count: u64) -> Cell {
    let style = if count > 0 { output::outcome_style(outcome) } else { Style::Muted };
    Cell::new(count).styled(style)
}

/// Returns the summary of `deliveries retry`, in one line.
pub(crate) fn retried(summary: &Summary, contacts: u64) -> String {
    let provider = |(name, counts): &(String, Counts)| {
        let words: Vec<String> = outcome_counts(counts).collect();
        (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
    };
    let providers: Vec<String> = summary.providers.iter().filter_map(provider).collect();
    let contacts = counted(contacts, "contact", "contacts");
    format!("{contacts} retried; {}", providers.join("; "))
}

/// Returns the message about a provider that is paused at the end: the counts and what to do. A message gave the reason when the
/// pause began.
pub(crate) fn paused_provider(pause: &OpenReason, summary: &Summary, resume: &ResumeHint) -> String {
    let mut providers = summary.providers.iter();
    let counts =
        providers.find(|(name, _)| *name == pause.provider).map(|(_, counts)| *counts).unwrap_or_default();
    let in_a_row = if pause.consecutive_failures > 1 {
        format!(" ({} failures in a row)", pause.consecutive_failures)
    } else {
        String::new()
    };
    let hint = match &pause.retry_at {
        Some(until) => format!("It will work again at {}.", until.strftime(MINUTE)),
        None => pause.hint.clone().into_owned(),
    };
    let next = resume.sentence();
    let unfinished = [Outcome::Failed, Outcome::InDoubt, Outcome::Pending].into_iter();
    let unfinished = unfinished.filter(|outcome| counts.get(*outcome) > 0);
    let unfinished: Vec<String> =
        unfinished.map(|outcome| format!("{} {}", counts.get(outcome), outcome.as_str())).collect();
    format!("{} is paused{in_a_row}: {}. {hint} {next}", pause.provider, unfinished.join(", "))
}
