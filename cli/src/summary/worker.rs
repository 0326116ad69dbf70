//! The summary of a worker. An outcome counts when its delivery has left the queue; other deliveries count as put back.

use std::collections::{BTreeMap, HashMap};
use std::io;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use unicontact::Report;
use unicontact::bulk::{Counts, Summary};
use unicontact::providers::ContactProvider;
use unicontact::queue::{Disposition, RequeueReason, WorkerEvent};
use unicontact::{Delivery, FanOut, Outcome};

use crate::arguments::Format;
use crate::metrics::is_overrun;
use crate::output::{
    Cell, Page, Table, counted, dead_letters_message, doubts_requeued_from, json_text, outcome_counts,
};

/// The counts of a worker.
#[derive(Debug, Default, Serialize)]
pub(crate) struct WorkerSummary {
    pub(crate) providers: Summary,
    /// The number of times that a delivery was put back, by provider.
    put_back: BTreeMap<String, u64>,
    pub(crate) dead_letters: u64,
    /// The number of deliveries whose end the journal did not record.
    pub(crate) unrecorded: u64,
    /// The number of deliveries that may have been created after another worker had taken them over.
    pub(crate) overruns: u64,
    /// The number of deliveries that this worker queued again, by reason.
    requeued: BTreeMap<&'static str, u64>,
    /// The deliveries in doubt that left the queue until their next look-up, by provider and contact. JSON has the first time.
    #[serde(
        rename = "look_again_at",
        serialize_with = "first_time",
        skip_serializing_if = "HashMap::is_empty"
    )]
    deferred: HashMap<(String, String), Timestamp>,
}

fn first_time<S: Serializer>(
    deferred: &HashMap<(String, String), Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    deferred.values().min().serialize(serializer)
}

impl WorkerSummary {
    pub(crate) fn new(fan_out: &FanOut) -> Self {
        let names = fan_out.pipelines().iter().map(|target| target.provider().info().name().to_owned());
        let put_back = names.clone().map(|name| (name, 0)).collect();
        let requeued = RequeueReason::ALL.map(|reason| (reason.as_str(), 0)).into();
        let mut summary = Self { put_back, requeued, ..Self::default() };
        summary.providers.providers = names.map(|name| (name, Counts::default())).collect();
        summary
    }

    pub(crate) fn add(&mut self, event: WorkerEvent) {
        if let WorkerEvent::Delivered { delivery, .. } = &event {
            self.unrecorded += u64::from(delivery.unrecorded.is_some());
            self.overruns += u64::from(is_overrun(delivery));
        }
        match event {
            WorkerEvent::Delivered { contact, delivery, disposition: Disposition::Ack, .. } => {
                self.update_deferred(&contact, &delivery);
                self.providers.add(&Report::new(contact, vec![*delivery]));
            }
            WorkerEvent::Delivered { delivery, .. } => {
                *self.put_back.entry(delivery.provider).or_default() += 1;
            }
            WorkerEvent::LeftToNewer { provider, .. } => *self.put_back.entry(provider).or_default() += 1,
            WorkerEvent::Requeued { reason, .. } => *self.requeued.entry(reason.as_str()).or_default() += 1,
            WorkerEvent::DeadLetter { .. } => self.dead_letters += 1,
            _ => {}
        }
    }

    /// Records a deferred delivery. A delivery that was deferred before counts only with its last outcome.
    fn update_deferred(&mut self, contact: &str, delivery: &Delivery) {
        if delivery.look_again_at.is_none() && self.deferred.is_empty() {
            return;
        }
        let key = (delivery.provider.clone(), contact.to_owned());
        if self.deferred.remove(&key).is_some()
            && let Some((_, counts)) =
                self.providers.providers.iter_mut().find(|(name, _)| *name == delivery.provider)
        {
            counts.in_doubt = counts.in_doubt.saturating_sub(1);
        }
        if let Some(time) = delivery.look_again_at {
            self.deferred.insert(key, time);
        }
    }

    /// Returns the message about deferred deliveries.
    ///
    /// Other workers may have settled those whose time has come.
    pub(crate) fn deferred_message(&self, now: Timestamp) -> Option<String> {
        let later: Vec<&Timestamp> = self.deferred.values().filter(|time| **time > now).collect();
        let first = later.iter().min()?;
        Some(format!("{} {}", later.len(), doubts_requeued_from(**first)))
    }

    /// Returns the number of deliveries that left the queue.
    pub(crate) fn finished(&self) -> u64 {
        let counts = self.providers.providers.iter();
        counts.flat_map(|(_, counts)| Outcome::ALL.map(|outcome| counts.get(outcome))).sum()
    }

    /// Returns the summary as text or JSON.
    pub(crate) fn text(&self, format: Format) -> io::Result<String> {
        match format {
            Format::Json => json_text(self),
            Format::Human => Ok(self.to_page().text().to_owned()),
        }
    }

    fn to_page(&self) -> Page {
        let mut page = Page::default();
        let words = Outcome::ALL.map(Outcome::as_str);
        let columns: Vec<&str> = std::iter::once("provider").chain(words).chain(["put back"]).collect();
        let mut table = Table::with_columns(&columns);
        for (name, counts) in &self.providers.providers {
            let cells = Outcome::ALL.map(|outcome| Cell::new(counts.get(outcome)));
            let put_back = Cell::new(self.put_back.get(name).copied().unwrap_or_default());
            table.row(std::iter::once(Cell::new(name)).chain(cells).chain([put_back]));
        }
        page.table(&table);
        for message in self.for_a_person() {
            page.blank_line();
            page.line(&message);
        }
        page
    }

    /// Returns what a person has to look at.
    fn for_a_person(&self) -> Vec<String> {
        let mut messages = Vec::new();
        if self.dead_letters > 0 {
            messages.push(dead_letters_message(self.dead_letters));
        }
        if self.unrecorded > 0 {
            let deliveries = counted(self.unrecorded, "delivery ended and is", "deliveries ended and are");
            messages.push(format!(
                "{deliveries} not recorded: the next worker settles them, or they become in doubt."
            ));
        }
        if self.overruns > 0 {
            let deliveries = counted(self.overruns, "delivery was", "deliveries were");
            messages.push(format!(
                "{deliveries} attempted after another worker had taken over: look at the vendor for second contacts \
                 (unicontact deliveries list --queue --format json, overruns)."
            ));
        }
        messages
    }

    /// Returns whether a person has to look at something beside the outcomes.
    pub(crate) fn needs_person(&self) -> bool {
        self.dead_letters > 0 || self.unrecorded > 0 || self.overruns > 0
    }

    /// Returns the progress in one line.
    pub(crate) fn progress(&self, per_second: f64) -> String {
        let provider = |(name, counts): &(String, Counts)| {
            let put_back = self.put_back.get(name).copied().filter(|count| *count > 0);
            let put_back = put_back.map(|count| format!("{count} put back"));
            let words: Vec<String> = outcome_counts(counts).chain(put_back).collect();
            (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
        };
        let providers: Vec<String> = self.providers.providers.iter().filter_map(provider).collect();
        format!("{per_second:.0}/s; {}", providers.join("; "))
    }
}
