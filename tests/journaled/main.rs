//! Delivering with a journal: what a second run does about what the first one did.
//!
//! Its rule: every test counts the creates over all runs; a second one is the one mistake that cannot be taken back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod broken;
mod cut_off;
mod reconciling;
#[path = "../scripted/mod.rs"]
mod scripted;
mod second_run;

use std::sync::Arc;

use scripted::Scripted;
use scripted::bench::{Bench, Ended, contact};
use unicontact::journal::{Journal, MemoryJournal, Record};
use unicontact::providers::{DeliveryKey, UnifiedContact};
use unicontact::{FanOut, Outcome};

/// One journal, used by several runs.
#[derive(Default)]
pub(crate) struct Runs {
    pub(crate) journal: Arc<MemoryJournal>,
}

impl Runs {
    pub(crate) fn fan_out(&self, bench: &Bench, adapter: Scripted) -> FanOut {
        bench.fan_out(adapter).with_journal(Arc::<MemoryJournal>::clone(&self.journal))
    }

    /// One run that delivers the contact 42.
    pub(crate) async fn run(&self, adapter: Scripted) -> Ended {
        self.run_with(adapter, contact("42")).await
    }

    pub(crate) async fn run_with(&self, adapter: Scripted, contact: UnifiedContact) -> Ended {
        self.journal.reopen();
        let (bench, calls) = (Bench::new(), adapter.calls());
        let mut report = self.fan_out(&bench, adapter).deliver(contact).await;
        Ended { delivery: report.deliveries.pop().unwrap(), calls, waits: bench.clock.sleeps() }
    }

    /// One run that sends although the journal knows better.
    pub(crate) async fn again(&self, adapter: Scripted) -> Ended {
        self.journal.reopen();
        let (bench, calls) = (Bench::new(), adapter.calls());
        let mut report = self.fan_out(&bench, adapter).again().deliver(contact("42")).await;
        Ended { delivery: report.deliveries.pop().unwrap(), calls, waits: bench.clock.sleeps() }
    }

    /// A run that was ended in the middle of its create.
    pub(crate) async fn killed(&self, adapter: Scripted, contact: UnifiedContact) {
        let calls = adapter.calls();
        let bench = Bench::new();
        let running = self.fan_out(&bench, adapter).start(contact);
        scripted::bench::soon(calls.until_creates(1)).await;
        // Nothing of the process is left to settle anything.
        std::mem::forget(running);
    }

    pub(crate) async fn record(&self) -> Record {
        self.journal.look(&DeliveryKey::of("acme", "42".to_owned())).await.unwrap().expect("a record")
    }

    pub(crate) async fn outcome(&self) -> Outcome {
        self.record().await.outcome()
    }
}

pub(crate) fn changed() -> UnifiedContact {
    let json = serde_json::json!({"external_id": "42", "name": "Ada Lovelace"});
    UnifiedContact::from_json(json).unwrap()
}
