//! Delivering with a journal: what a second run does after the first. Every test counts the creates of all runs: a second create
//! cannot be undone.

mod broken;
mod cut_off;
mod identity;
mod meanwhile;
mod old_looks;
mod quiet_time;
mod reconciling;
mod second_run;

use std::sync::Arc;
use std::time::Duration;

use unicontact::journal::{Journal, MemoryJournal, Record};
use unicontact::providers::clock::ManualClock;
use unicontact::providers::{DeliveryKey, UnifiedContact};
use unicontact::{FanOut, Outcome, Settings};

use crate::scripted::Scripted;
use crate::scripted::bench::{Bench, DeliveryEnd, contact, soon};

/// One journal and one clock, used by several runs.
pub(crate) struct Runs {
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) clock: Arc<ManualClock>,
    change: fn(&mut Settings),
}

impl Default for Runs {
    fn default() -> Self {
        Self { journal: Arc::default(), clock: Bench::new().clock, change: |_| {} }
    }
}

impl Runs {
    /// Returns runs with changed settings.
    pub(crate) fn with(change: fn(&mut Settings)) -> Self {
        Self { change, ..Self::default() }
    }

    /// Changes the settings of later runs.
    pub(crate) fn changing(self, change: fn(&mut Settings)) -> Self {
        Self { change, ..self }
    }

    /// Lets time pass without a run.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) fn bench(&self) -> Bench {
        Bench { clock: Arc::clone(&self.clock), ..Bench::new() }.with(self.change)
    }

    pub(crate) fn fan_out(&self, bench: &Bench, adapter: Scripted) -> FanOut {
        bench.fan_out(adapter).with_journal(Arc::<MemoryJournal>::clone(&self.journal))
    }

    /// Delivers the contact 42 in one run.
    pub(crate) async fn run(&self, adapter: Scripted) -> DeliveryEnd {
        self.run_with(adapter, contact("42")).await
    }

    pub(crate) async fn run_with(&self, adapter: Scripted, contact: UnifiedContact) -> DeliveryEnd {
        self.run_as(adapter, contact, |fan_out| fan_out).await
    }

    /// Delivers the contact in one run although the vendor has it.
    pub(crate) async fn again(&self, adapter: Scripted) -> DeliveryEnd {
        self.run_as(adapter, contact("42"), FanOut::resend_delivered).await
    }

    /// Delivers the contact in one run although the vendor may have it.
    pub(crate) async fn again_doubts(&self, adapter: Scripted) -> DeliveryEnd {
        self.run_as(adapter, contact("42"), FanOut::resend_doubts).await
    }

    async fn run_as(
        &self,
        adapter: Scripted,
        contact: UnifiedContact,
        change: fn(FanOut) -> FanOut,
    ) -> DeliveryEnd {
        self.journal.reopen();
        let calls = adapter.calls();
        let waited = self.clock.sleeps().len();
        let mut report = change(self.fan_out(&self.bench(), adapter)).deliver(contact).await;
        let waits = self.clock.sleeps().split_off(waited);
        DeliveryEnd { delivery: report.deliveries.pop().unwrap(), calls, waits }
    }

    /// Runs until the create has begun, and then kills the run.
    pub(crate) async fn killed(&self, adapter: Scripted, contact: UnifiedContact) {
        let calls = adapter.calls();
        let bench = self.bench();
        let running = self.fan_out(&bench, adapter).start(contact).await;
        soon(calls.until_creates(1)).await;
        // The killed process cannot settle its claim.
        std::mem::forget(running);
    }

    pub(crate) async fn record(&self) -> Record {
        self.journal
            .look(&DeliveryKey::from_contact_key("acme", "42".to_owned()))
            .await
            .unwrap()
            .expect("a record")
    }

    pub(crate) async fn outcome(&self) -> Outcome {
        self.record().await.outcome()
    }
}

pub(crate) fn changed() -> UnifiedContact {
    let json = serde_json::json!({"external_id": "42", "name": "Ada King", "notes": "met in Turin"});
    UnifiedContact::from_json(json).unwrap()
}
