//! What a worker did.
//!
//! Its rule: an outcome is counted when its delivery left the queue; what went back is told as such.

use std::collections::{BTreeMap, HashMap};
use std::io;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use unicontact::Report;
use unicontact::bulk::{Counts, Summary};
use unicontact::providers::ContactProvider;
use unicontact::queue::{Disposition, RequeueReason, WorkerEvent};
use unicontact::{Delivery, FanOut, Outcome};

use super::progress::counted;
use super::queued::in_doubt_until;
use super::table::Cell;
use super::{Page, Table, json_text};
use crate::arguments::Format;

/// The sums of a worker.
#[derive(Debug, Default, Serialize)]
pub(crate) struct WorkDone {
    pub(crate) providers: Summary,
    /// How often a delivery went back, by provider.
    pub(crate) put_back: BTreeMap<String, u64>,
    pub(crate) dead_letters: u64,
    /// How many deliveries this worker queued again, by why.
    requeued: BTreeMap<&'static str, u64>,
    /// The deliveries in doubt that left the queue until looking for them is worth it. In JSON, the first of these times.
    #[serde(rename = "look_again_at", serialize_with = "first", skip_serializing_if = "HashMap::is_empty")]
    parked: HashMap<(String, String), Timestamp>,
}

fn first<S: Serializer>(
    parked: &HashMap<(String, String), Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    parked.values().min().serialize(serializer)
}

impl WorkDone {
    pub(crate) fn of(fan_out: &FanOut) -> Self {
        let names = fan_out.pipelines().iter().map(|target| target.provider().info().name().to_owned());
        let put_back = names.clone().map(|name| (name, 0)).collect();
        let requeued = RequeueReason::ALL.map(|reason| (reason.as_str(), 0)).into();
        let mut done = Self { put_back, requeued, ..Self::default() };
        done.providers.providers = names.map(|name| (name, Counts::default())).collect();
        done
    }

    pub(crate) fn add(&mut self, worked: WorkerEvent) {
        match worked {
            WorkerEvent::Delivered { contact, delivery, disposition: Disposition::Ack, .. } => {
                self.note_parked(&contact, &delivery);
                self.providers.add(&Report::new(contact, vec![*delivery]));
            }
            WorkerEvent::Delivered { delivery, .. } => {
                *self.put_back.entry(delivery.provider).or_default() += 1;
            }
            WorkerEvent::Requeued { reason, .. } => *self.requeued.entry(reason.as_str()).or_default() += 1,
            WorkerEvent::DeadLetter { .. } => self.dead_letters += 1,
            _ => {}
        }
    }

    /// A delivery that was parked before counts as it ended last.
    fn note_parked(&mut self, contact: &str, delivery: &Delivery) {
        if delivery.look_again_at.is_none() && self.parked.is_empty() {
            return;
        }
        let key = (delivery.provider.clone(), contact.to_owned());
        if self.parked.remove(&key).is_some()
            && let Some((_, counts)) =
                self.providers.providers.iter_mut().find(|(name, _)| *name == delivery.provider)
        {
            counts.in_doubt = counts.in_doubt.saturating_sub(1);
        }
        if let Some(time) = delivery.look_again_at {
            self.parked.insert(key, time);
        }
    }

    /// Returns what to say of the deliveries that are parked.
    pub(crate) fn parked(&self) -> Option<String> {
        let first = self.parked.values().min()?;
        Some(format!("{} {}", self.parked.len(), in_doubt_until(*first)))
    }

    /// How many deliveries left the queue.
    pub(crate) fn ended(&self) -> u64 {
        let counts = self.providers.providers.iter();
        counts.flat_map(|(_, counts)| Outcome::ALL.map(|outcome| counts.get(outcome))).sum()
    }
}

/// What a worker did, at its end.
pub(crate) fn worked(done: &WorkDone, format: Format) -> io::Result<String> {
    if format == Format::Json {
        return json_text(done);
    }
    let mut page = Page::default();
    let words = Outcome::ALL.map(Outcome::as_str);
    let columns: Vec<&str> = std::iter::once("provider").chain(words).chain(["put back"]).collect();
    let mut table = Table::with_columns(&columns);
    for (name, counts) in &done.providers.providers {
        let counted = Outcome::ALL.map(|outcome| Cell::new(counts.get(outcome)));
        let put_back = Cell::new(done.put_back.get(name).copied().unwrap_or_default());
        table.row(std::iter::once(Cell::new(name)).chain(counted).chain([put_back]));
    }
    page.table(&table);
    if done.dead_letters > 0 {
        page.blank_line();
        page.line(&unreadable(done.dead_letters));
    }
    Ok(page.text().to_owned())
}

/// How many messages are with the dead letters.
pub(super) fn unreadable(dead_letters: u64) -> String {
    format!("{dead_letters} messages could not be read and are with the dead letters.")
}

/// How far it is, in one line.
pub(crate) fn working(done: &WorkDone, per_second: f64) -> String {
    let of_provider = |(name, counts): &(String, Counts)| {
        let put_back = done.put_back.get(name).copied().filter(|count| *count > 0);
        let put_back = put_back.map(|count| format!("{count} put back"));
        let words: Vec<String> = counted(counts).chain(put_back).collect();
        (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
    };
    let providers: Vec<String> = done.providers.providers.iter().filter_map(of_provider).collect();
    format!("{per_second:.0}/s; {}", providers.join("; "))
}
