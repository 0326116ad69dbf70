//! The summary of an import as text or JSON, and the messages about providers that are paused at its end.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use unicontact::Outcome;
use unicontact::bulk::{Counts, Summary};
use unicontact::circuit_breaker::OpenReason;

use super::dropped_cells::DroppedCells;
use super::phone_numbers::NumbersNotE164;
use super::reasons::Reasons;
use super::resume::ResumeHint;
use crate::arguments::Format;
use crate::output::{self, Cell, MINUTE, Page, Table, outcome_counts};

/// The summary of an import.
pub(crate) struct ImportSummary<'a> {
    /// The number of contacts that were read.
    pub(crate) contacts: u64,
    /// The number of rows that are no contacts.
    pub(crate) rejects: u64,
    pub(crate) providers: &'a Summary,
    pub(crate) dropped: &'a DroppedCells,
    pub(crate) reasons: &'a Reasons,
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
    /// Returns the summary. The text ends with the messages about the reasons.
    pub(crate) fn text(&self, format: Format, messages: &[String]) -> io::Result<String> {
        match format {
            Format::Json => self.to_json(),
            Format::Human => Ok(self.to_page(messages).text().to_owned()),
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

    fn to_page(&self, messages: &[String]) -> Page {
        let mut page = Page::default();
        page.line(&format!("{} read, {} of them no contacts", self.read(), self.rejects));
        page.blank_line();
        let words = Outcome::ALL.map(Outcome::as_str);
        let columns: Vec<&str> = std::iter::once("provider").chain(words).collect();
        let mut table = Table::with_columns(&columns);
        for (name, counts) in &self.providers.providers {
            let cells = Outcome::ALL.map(|outcome| Cell::new(counts.get(outcome)));
            table.row(std::iter::once(Cell::new(name)).chain(cells));
        }
        page.table(&table);
        if !messages.is_empty() {
            page.blank_line();
        }
        for line in messages {
            page.line(line);
        }
        page
    }
}

/// Returns the summary of `deliveries retry`, in one line.
pub(crate) fn retried(summary: &Summary, contacts: u64) -> String {
    let provider = |(name, counts): &(String, Counts)| {
        let words: Vec<String> = outcome_counts(counts).collect();
        (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
    };
    let providers: Vec<String> = summary.providers.iter().filter_map(provider).collect();
    format!("{contacts} contacts retried; {}", providers.join("; "))
}

/// Returns the message about a provider that is paused at the end: the reason, the counts and what to do.
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
    format!(
        "{} is paused{in_a_row}: {}\n  {} failed, {} pending. {hint} {next}",
        pause.provider, pause.message, counts.failed, counts.pending
    )
}
