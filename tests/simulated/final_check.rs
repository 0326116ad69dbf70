//! Ends a simulation: heals the vendors, resolves all doubts, and compares every contact with the vendors and the journal.

use std::time::Duration;

use unicontact::Outcome;
use unicontact::journal::Record;
use unicontact::providers::clock::Clock;
use unicontact::providers::{DeliveryKey, contact_key};

use crate::simulated::adapter::lock;
use crate::simulated::vendor::Condition;
use crate::simulated::world::World;

/// The most imports until all doubts are resolved.
const ROUNDS: usize = 12;
/// The longest time that a process may run.
const PROCESS_LIMIT: Duration = Duration::from_hours(24);
/// The time after which no vendor processes a request any more.
const ALL_QUIET: Duration = Duration::from_hours(6);

impl World {
    /// Lets time pass until all deliveries are finished, and checks all contacts.
    pub(crate) async fn end(&mut self) {
        self.is_ending = true;
        for vendor in self.vendors.iter() {
            lock(vendor).condition = Condition::Healthy;
        }
        self.monitor.trace.note(|| "the vendors become healthy".to_owned());
        self.wait_for_processes(PROCESS_LIMIT).await;
        for _ in 0..ROUNDS {
            self.import_all(PROCESS_LIMIT).await;
            if !self.wait_for_doubts().await {
                break;
            }
        }
        tokio::time::sleep(ALL_QUIET).await;
        self.resolve_doubts(true).await;
        self.import_all(PROCESS_LIMIT).await;
        tokio::time::sleep(ALL_QUIET).await;
        self.check_all().await;
    }

    /// Waits until all doubts can be looked for again. Returns `false` if there are none that can.
    async fn wait_for_doubts(&mut self) -> bool {
        let doubts: Vec<Record> =
            self.records().await.into_iter().filter(|record| record.outcome() == Outcome::InDoubt).collect();
        for doubt in doubts.iter().filter(|doubt| doubt.look_again_at().is_none()) {
            self.check_person_is_needed(&doubt.key);
        }
        let times = doubts.iter().filter_map(Record::look_again_at);
        let Some(latest) = times.max() else { return false };
        while let Ok(left) = Duration::try_from(latest.duration_since(self.clock.now()))
            && !left.is_zero()
        {
            tokio::time::sleep(left).await;
        }
        true
    }

    fn check_person_is_needed(&self, key: &DeliveryKey) {
        let now = self.clock.true_time();
        let mut vendor = lock(self.vendor(key));
        if vendor.traits.can_resolve() && !vendor.is_unclear(now, key.contact()) {
            self.monitor.violation(format!("{key} is in doubt without a time to look again"));
        }
    }

    async fn check_all(&mut self) {
        let records = self.records().await;
        let now = self.clock.true_time();
        for vendor in self.vendors.iter() {
            let mut vendor = lock(vendor);
            for contact in &self.contacts {
                let key = DeliveryKey::from_contact_key(&vendor.name, contact_key(contact));
                let stored = vendor.stored(now, key.contact());
                let too_late = vendor.too_late(key.contact());
                let is_duplicate = stored.len() > 1 + self.monitor.allowed_repeats(&key);
                self.monitor.count(|counts| {
                    counts.too_late += too_late;
                    counts.duplicates += usize::from(is_duplicate);
                });
                if stored.len() > 1 + self.monitor.allowed_repeats(&key) + too_late {
                    self.monitor.violation(format!("{key} is at the vendor {} times", stored.len()));
                }
                if stored.is_empty() {
                    self.monitor.violation(format!("{key} is missing"));
                }
                let record = records.iter().find(|record| record.key == key);
                let is_correct = record.is_some_and(|record| {
                    let is_stored = record.id.as_ref().is_some_and(|id| stored.contains(id));
                    record.outcome().is_delivered() && is_stored
                });
                if !is_correct {
                    let outcome = record.map_or("unknown", |record| record.outcome().as_str());
                    self.monitor.violation(format!("the journal has {key} as {outcome}"));
                }
            }
        }
    }
}
