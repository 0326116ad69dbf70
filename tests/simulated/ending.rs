//! The end of a simulation: the vendors become healthy, time passes until nothing is in doubt any more, and every contact is
//! held against what the vendors and the journal say.

use std::time::Duration;

use unicontact::Outcome;
use unicontact::journal::Record;
use unicontact::providers::clock::Clock;
use unicontact::providers::{DeliveryKey, contact_key};

use crate::adapter::lock;
use crate::vendor::Mood;
use crate::world::World;

const ROUNDS: usize = 12;
const PATIENCE: Duration = Duration::from_hours(24);
/// After this time no vendor is at work on anything.
const LONG: Duration = Duration::from_hours(6);

impl World {
    /// Lets time pass until nothing is left to do, and checks all.
    pub(crate) async fn end(&mut self) {
        self.is_ending = true;
        for vendor in self.vendors.iter() {
            lock(vendor).mood = Mood::Healthy;
        }
        self.monitor.trace.note(|| "the vendors become healthy".to_owned());
        self.until_all_ended(PATIENCE).await;
        for _ in 0..ROUNDS {
            self.import_all(PATIENCE).await;
            if !self.waits_for_doubts().await {
                break;
            }
        }
        tokio::time::sleep(LONG).await;
        self.person(true).await;
        self.import_all(PATIENCE).await;
        tokio::time::sleep(LONG).await;
        self.check_all().await;
    }

    /// Waits until something can be done about the doubts, if anything can be done about any of them.
    async fn waits_for_doubts(&mut self) -> bool {
        let doubts: Vec<Record> =
            self.records().await.into_iter().filter(|record| record.outcome() == Outcome::InDoubt).collect();
        for doubt in doubts.iter().filter(|doubt| doubt.look_again_at().is_none()) {
            self.check_that_a_person_is_needed(&doubt.key);
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

    fn check_that_a_person_is_needed(&self, key: &DeliveryKey) {
        let now = self.clock.true_time();
        let mut vendor = lock(self.vendor(key));
        if vendor.traits.can_resolve() && !vendor.is_unclear(now, key.contact()) {
            self.monitor.violation(format!("{key} is in doubt, and nothing says until when"));
        }
    }

    async fn check_all(&mut self) {
        let records = self.records().await;
        let now = self.clock.true_time();
        for vendor in self.vendors.iter() {
            let mut vendor = lock(vendor);
            for contact in &self.contacts {
                let key = DeliveryKey::from_contact_key(&vendor.name, contact_key(contact));
                let held = vendor.held(now, key.contact());
                let too_late = vendor.too_late(key.contact());
                let is_twice = held.len() > 1 + self.monitor.allowed(&key);
                self.monitor.count(|counts| {
                    counts.too_late += too_late;
                    counts.twice += usize::from(is_twice);
                });
                if held.len() > 1 + self.monitor.allowed(&key) + too_late {
                    self.monitor.violation(format!("{key} is at the vendor {} times", held.len()));
                }
                if held.is_empty() {
                    self.monitor.violation(format!("{key} is missing"));
                }
                let record = records.iter().find(|record| record.key == key);
                let is_right = record.is_some_and(|record| {
                    let is_held = record.id.as_ref().is_some_and(|id| held.contains(id));
                    record.outcome().is_delivered() && is_held
                });
                if !is_right {
                    let outcome = record.map_or("unknown", |record| record.outcome().as_str());
                    self.monitor.violation(format!("the journal says of {key}: {outcome}"));
                }
            }
        }
    }
}
