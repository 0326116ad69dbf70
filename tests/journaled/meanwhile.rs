//! Tests of records that another process writes between the read of a record and its claim.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use unicontact::Outcome;
use unicontact::journal::{
    Act, Claim, ClaimOutcome, Journal, JournalError, MemoryJournal, Record, Resolution, Selection,
    SettleFuture, Settlement,
};
use unicontact::providers::DeliveryKey;

use crate::journaled::Runs;
use crate::scripted::bench::{Bench, contact};
use crate::scripted::{Scripted, finds, id, lost};

/// A journal in which a person resolves a doubt as created just after it was read.
#[derive(Debug)]
struct ResolvedMeanwhile {
    journal: Arc<MemoryJournal>,
    is_resolved: AtomicBool,
}

#[async_trait]
impl Journal for ResolvedMeanwhile {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        let record = self.journal.look(key).await?;
        if !self.is_resolved.swap(true, Ordering::SeqCst) {
            let resolution = Resolution::Created(id("17"));
            assert!(self.journal.resolve(key, resolution, Act::new(Timestamp::UNIX_EPOCH)).await?);
        }
        Ok(record)
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        self.journal.claim(claim).await
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        self.journal.settle(settlement)
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        self.journal.resolve(key, resolution, act).await
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        self.journal.forget(key).await
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.journal.list(selection).await
    }
}

#[tokio::test]
async fn a_repeated_delivery_does_not_find_the_id_of_a_concurrent_resolution() {
    let runs = Runs::default();
    runs.run(Scripted::new("acme").create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    let journal =
        ResolvedMeanwhile { journal: Arc::clone(&runs.journal), is_resolved: AtomicBool::new(false) };
    let bench: Bench = runs.bench();
    let adapter = Scripted::new("acme").create_fails([lost()]).find(finds(Some("18")));
    let calls = adapter.calls();
    let fan_out = bench.fan_out(adapter).with_journal(Arc::new(journal)).resend_delivered();
    let report = fan_out.deliver(contact("42")).await;
    assert_eq!((calls.creates(), calls.excepted()), (1, Some(id("17"))));
    assert_eq!(report.deliveries[0].id, Some(id("18")));
}
