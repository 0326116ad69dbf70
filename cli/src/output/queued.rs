//! What went into the queue.
//!
//! Its rule: every delivery is counted once, under the word of what became of it.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use unicontact::queue::{EnqueueOutcome, Enqueued};

use super::known::counted;
use super::table::Cell;
use super::{Page, Table, json_text};
use crate::arguments::Format;

const WORDS: [&str; 6] = ["queued", "already_queued", "skipped", "held", "in_doubt", "unsent"];

/// How many deliveries of one provider are in the queue, or why not.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Fates {
    queued: u64,
    already_queued: u64,
    skipped: u64,
    held: u64,
    in_doubt: u64,
    unsent: u64,
    /// When the first of those that are in doubt is queued again.
    #[serde(skip_serializing_if = "Option::is_none")]
    look_again_at: Option<Timestamp>,
}

impl Fates {
    /// In the order of [`WORDS`].
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

/// What became of the deliveries of an import on their way into the queue, by provider.
#[derive(Debug, Default)]
pub(crate) struct IntoQueue {
    providers: Vec<(String, Fates)>,
    changed: u64,
    repeated: u64,
    clashing: u64,
    /// Why the first of those is not in the queue that are not.
    why_unsent: Option<String>,
}

#[derive(Serialize)]
struct Told<'a> {
    read: u64,
    rejects: u64,
    providers: &'a IntoQueue,
}

impl IntoQueue {
    pub(crate) fn of(names: &[String]) -> Self {
        let providers = names.iter().map(|name| (name.clone(), Fates::default())).collect();
        Self { providers, ..Self::default() }
    }

    pub(crate) fn add(&mut self, queued: &Enqueued) {
        match &queued.outcome {
            EnqueueOutcome::Delivered { has_changed: true } => self.changed += 1,
            EnqueueOutcome::Duplicate { has_other_content } => {
                self.repeated += 1;
                self.clashing += u64::from(*has_other_content);
            }
            EnqueueOutcome::Unsent(error) if self.why_unsent.is_none() => {
                self.why_unsent = Some(error.to_string());
            }
            _ => {}
        }
        if let Some((_, fates)) = self.providers.iter_mut().find(|(name, _)| *name == queued.provider) {
            fates.add(&queued.outcome);
        } else {
            let mut fates = Fates::default();
            fates.add(&queued.outcome);
            self.providers.push((queued.provider.clone(), fates));
        }
    }

    /// Whether something is in doubt and waits for its time.
    pub(crate) fn has_doubts(&self) -> bool {
        self.sum(|fates| fates.in_doubt) > 0
    }

    /// Whether everything is in the queue that has to be.
    pub(crate) fn is_whole(&self) -> bool {
        self.sum(|fates| fates.unsent) == 0
    }

    /// How many there are of all providers.
    fn sum(&self, of: impl Fn(&Fates) -> u64) -> u64 {
        self.providers.iter().map(|(_, fates)| of(fates)).sum()
    }
}

impl Serialize for IntoQueue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.providers.len()))?;
        for (name, counts) in &self.providers {
            map.serialize_entry(name, counts)?;
        }
        map.end()
    }
}

/// The sum.
pub(crate) fn queued(sums: &IntoQueue, read: u64, rejects: u64, format: Format) -> io::Result<String> {
    if format == Format::Json {
        return json_text(&Told { read, rejects, providers: sums });
    }
    let mut page = Page::default();
    page.line(&format!("{read} read, {rejects} of them no contacts"));
    page.blank_line();
    let columns: Vec<&str> = std::iter::once("provider").chain(WORDS).collect();
    let mut table = Table::with_columns(&columns);
    for (name, counts) in &sums.providers {
        let counted = counts.in_order().map(Cell::new);
        table.row(std::iter::once(Cell::new(name)).chain(counted));
    }
    page.table(&table);
    let notes = notes(sums);
    if !notes.is_empty() {
        page.blank_line();
    }
    for note in notes {
        page.line(&note);
    }
    Ok(page.text().to_owned())
}

fn notes(sums: &IntoQueue) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |count: u64, of_one: &str, of_several: &str| {
        if count > 0 {
            notes.push(counted(count, of_one, of_several));
        }
    };
    note(
        sums.sum(|fates| fates.already_queued),
        "was put into the queue before and waits there still: it is there once.",
        "were put into the queue before and wait there still: they are there once.",
    );
    note(
        sums.changed,
        "was delivered earlier and has changed since; contacts are created, not updated.",
        "were delivered earlier and have changed since; contacts are created, not updated.",
    );
    note(
        sums.repeated,
        "came before in the same input and was not queued again.",
        "came before in the same input and were not queued again.",
    );
    note(
        sums.clashing,
        "of those has other content of the same person; contacts are created, not updated.",
        "of those have other content of the same people; contacts are created, not updated.",
    );
    note(sums.sum(|fates| fates.held), "is being sent by a worker now.", "are being sent by a worker now.");
    if let Some(time) = sums.providers.iter().filter_map(|(_, fates)| fates.look_again_at).min() {
        let line = in_doubt_until(time);
        note(sums.sum(|fates| fates.in_doubt), &line, &line);
    }
    if let Some(why) = &sums.why_unsent {
        let line = format!("may not be in the queue: run the same command again ({why}).");
        note(sums.sum(|fates| fates.unsent), &line, &line);
    }
    notes
}

/// What is said of deliveries in doubt that are not in the queue.
pub(super) fn in_doubt_until(time: Timestamp) -> String {
    let time = time.strftime("%Y-%m-%d %H:%M:%SZ");
    format!(
        "in doubt and not in the queue: workers queue them again when looking is worth it, from {time} on."
    )
}

/// How far it is.
#[expect(clippy::cast_precision_loss, reason = "a pace is an estimate")]
pub(crate) fn filling(sums: &IntoQueue, taken: u64, share_read: Option<f64>, elapsed: Duration) -> String {
    let share = share_read.map(|share| format!(" ({:.0} % of the file)", share * 100.0)).unwrap_or_default();
    let queued = sums.sum(|fates| fates.queued);
    let pace = queued as f64 / elapsed.as_secs_f64().max(0.001);
    let others = WORDS
        .into_iter()
        .enumerate()
        .skip(1)
        .map(|(place, word)| (sums.sum(|it| it.in_order()[place]), word));
    let others: Vec<String> =
        others.filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}")).collect();
    format!("{taken} contacts read{share}; {queued} deliveries queued, {pace:.0}/s{}", others.concat())
}
