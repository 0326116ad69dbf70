//! The summary of an import into the queue. Every delivery counts once, by its outcome.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use unicontact::journal::JournalErrorKind;
use unicontact::queue::{EnqueueOutcome, Enqueued, QueueError, QueueErrorKind};

use super::import::rows_in_words;
use crate::arguments::Format;
use crate::output::{CONTINUATION, Cell, Page, Table, counted, doubts_requeued_from, json_text};

const WORDS: [&str; 6] = ["queued", "already_queued", "skipped", "held", "in_doubt", "unsent"];

/// The deliveries of one provider, by outcome.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct EnqueueCounts {
    queued: u64,
    already_queued: u64,
    skipped: u64,
    held: u64,
    in_doubt: u64,
    unsent: u64,
    /// The time at which the first delivery in doubt is queued again.
    #[serde(skip_serializing_if = "Option::is_none")]
    look_again_at: Option<Timestamp>,
}

impl EnqueueCounts {
    /// Returns the counts in the order of [`WORDS`].
    fn in_order(self) -> [u64; 6] {
        [self.queued, self.already_queued, self.skipped, self.held, self.in_doubt, self.unsent]
    }

    fn add(&mut self, outcome: &EnqueueOutcome) {
        let count = match outcome {
            EnqueueOutcome::Queued => &mut self.queued,
            EnqueueOutcome::AlreadyQueued => &mut self.already_queued,
            EnqueueOutcome::Held => &mut self.held,
            EnqueueOutcome::InDoubt { look_again_at } => {
                let first = self.look_again_at.map_or(*look_again_at, |first| first.min(*look_again_at));
                self.look_again_at = Some(first);
                &mut self.in_doubt
            }
            EnqueueOutcome::Delivered { .. } | EnqueueOutcome::Duplicate { .. } => &mut self.skipped,
            _ => &mut self.unsent,
        };
        *count += 1;
    }
}

/// The deliveries of an import into the queue, by provider and outcome.
#[derive(Debug, Default)]
pub(crate) struct EnqueueSummary {
    providers: Vec<(String, EnqueueCounts)>,
    changed: u64,
    repeated: u64,
    clashing: u64,
    /// Why the first of the unsent deliveries is not in the queue.
    why_unsent: Option<String>,
    /// Why the record of the first delivery cannot be read that is unsent for that reason.
    why_unreadable: Option<String>,
    /// The number of deliveries that are unsent because their records cannot be read.
    unreadable: u64,
}

#[derive(Serialize)]
struct Json<'a> {
    read: u64,
    rejects: u64,
    providers: &'a EnqueueSummary,
}

impl EnqueueSummary {
    pub(crate) fn new(names: &[String]) -> Self {
        let providers = names.iter().map(|name| (name.clone(), EnqueueCounts::default())).collect();
        Self { providers, ..Self::default() }
    }

    pub(crate) fn add(&mut self, queued: &Enqueued) {
        match &queued.outcome {
            EnqueueOutcome::Delivered { has_changed: true } => self.changed += 1,
            EnqueueOutcome::Duplicate { has_other_content } => {
                self.repeated += 1;
                self.clashing += u64::from(*has_other_content);
            }
            EnqueueOutcome::Unsent(error) if concerns_one_record(error) => {
                self.unreadable += 1;
                self.why_unreadable.get_or_insert_with(|| error.to_string());
            }
            EnqueueOutcome::Unsent(error) if self.why_unsent.is_none() => {
                self.why_unsent = Some(error.to_string());
            }
            _ => {}
        }
        if let Some((_, counts)) = self.providers.iter_mut().find(|(name, _)| *name == queued.provider) {
            counts.add(&queued.outcome);
        } else {
            let mut counts = EnqueueCounts::default();
            counts.add(&queued.outcome);
            self.providers.push((queued.provider.clone(), counts));
        }
    }

    /// Returns whether a delivery is in doubt.
    pub(crate) fn has_doubts(&self) -> bool {
        self.sum(|counts| counts.in_doubt) > 0
    }

    /// Returns whether every delivery is in the queue that has to be sent.
    pub(crate) fn is_complete(&self) -> bool {
        self.sum(|counts| counts.unsent) == 0
    }

    /// Returns the sum of a count over all providers.
    fn sum(&self, count: impl Fn(&EnqueueCounts) -> u64) -> u64 {
        self.providers.iter().map(|(_, counts)| count(counts)).sum()
    }
}

/// Returns whether a delivery is unsent because its record cannot be read, so that another try cannot succeed.
fn concerns_one_record(error: &QueueError) -> bool {
    matches!(
        error.kind(),
        QueueErrorKind::Journal(JournalErrorKind::UnreadableRecord | JournalErrorKind::NewerRecord)
    )
}

impl Serialize for EnqueueSummary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.providers.len()))?;
        for (name, counts) in &self.providers {
            map.serialize_entry(name, counts)?;
        }
        map.end()
    }
}

impl EnqueueSummary {
    /// Returns the summary as text or JSON. `read` includes the rejects.
    pub(crate) fn text(&self, read: u64, rejects: u64, format: Format) -> io::Result<String> {
        match format {
            Format::Json => json_text(&Json { read, rejects, providers: self }),
            Format::Human => Ok(self.to_page(read, rejects).text().to_owned()),
        }
    }

    fn to_page(&self, read: u64, rejects: u64) -> Page {
        let mut page = Page::default();
        page.styled_line(&rows_in_words(read, rejects), CONTINUATION);
        page.blank_line();
        let is_shown = |index: &usize| *index == 0 || self.sum(|counts| counts.in_order()[*index]) > 0;
        let shown: Vec<usize> = (0..WORDS.len()).filter(is_shown).collect();
        let words = shown.iter().map(|index| WORDS[*index]);
        let columns: Vec<&str> = std::iter::once("provider").chain(words).collect();
        let mut table = Table::with_columns(&columns).with_numbers();
        for (name, counts) in &self.providers {
            let counts = counts.in_order();
            let cells = shown.iter().map(|index| Cell::new(counts[*index]));
            table.row(std::iter::once(Cell::new(name)).chain(cells));
        }
        page.table(&table);
        let notes = self.notes();
        if !notes.is_empty() {
            page.blank_line();
        }
        for note in notes {
            page.line(&note);
        }
        page
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |count: u64, of_one: &str, of_several: &str| {
            if count > 0 {
                notes.push(counted(count, of_one, of_several));
            }
        };
        note(
            self.sum(|counts| counts.already_queued),
            "was in the queue already and is there once.",
            "were in the queue already and are there once.",
        );
        note(
            self.changed,
            "was delivered earlier and has changed since; contacts are created, not updated.",
            "were delivered earlier and have changed since; contacts are created, not updated.",
        );
        note(
            self.repeated,
            "repeats an earlier row of the input and was not queued again.",
            "repeat earlier rows of the input and were not queued again.",
        );
        note(
            self.clashing,
            "of those has other content of the same person; contacts are created, not updated.",
            "of those have other content of the same people; contacts are created, not updated.",
        );
        note(
            self.sum(|counts| counts.held),
            "is being sent by a worker now.",
            "are being sent by a worker now.",
        );
        if let Some(time) = self.providers.iter().filter_map(|(_, counts)| counts.look_again_at).min() {
            let line = doubts_requeued_from(time);
            note(self.sum(|counts| counts.in_doubt), &line, &line);
        }
        if let Some(reason) = &self.why_unsent {
            let line = format!("may not be in the queue ({reason}): run the same command again.");
            note(self.sum(|counts| counts.unsent).saturating_sub(self.unreadable), &line, &line);
        }
        if let Some(reason) = &self.why_unreadable {
            let line = format!("not queued: {reason}");
            note(self.unreadable, &line, &line);
        }
        notes
    }

    /// Returns the progress in one line. `taken` is the number of contacts that were read.
    #[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
    pub(crate) fn progress(&self, taken: u64, share_read: Option<f64>, elapsed: Duration) -> String {
        let share =
            share_read.map(|share| format!(" ({:.0} % of the file)", share * 100.0)).unwrap_or_default();
        let queued = self.sum(|counts| counts.queued);
        let rate = queued as f64 / elapsed.as_secs_f64().max(0.001);
        let others = WORDS
            .into_iter()
            .enumerate()
            .skip(1)
            .map(|(index, word)| (self.sum(|counts| counts.in_order()[index]), word));
        let others: Vec<String> =
            others.filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}")).collect();
        format!("{taken} contacts read{share}; {queued} deliveries queued, {rate:.0}/s{}", others.concat())
    }
}
