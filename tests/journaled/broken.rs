//! Deliveries through journals that fail: after a failed claim nothing is sent, and a failed settlement is reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::ready;
use unicontact::journal::{
    Act, Claim, ClaimId, ClaimOutcome, Journal, JournalError, JournalErrorKind, MemoryJournal, Record,
    Resolution, Selection, SettleFuture, Settlement,
};
use unicontact::providers::{DeliveryKey, Effect, ErrorKind};
use unicontact::{Outcome, Policy, Report, Verdict};

use crate::scripted::bench::{Bench, contact};
use crate::scripted::{Scripted, creates, fails, rate_limited};

/// A journal that fails in one of its operations.
#[derive(Debug, Default)]
struct Broken {
    journal: MemoryJournal,
    look: bool,
    claim: bool,
    settle: bool,
    /// Before this attempt it learns that its claims are no longer its own; 0 is never.
    lost_at: u32,
    attempts: AtomicU32,
}

fn unless(broken: bool) -> Result<(), JournalError> {
    if broken { Err(JournalError::new("/data/unicontact.db", JournalErrorKind::Full)) } else { Ok(()) }
}

#[async_trait]
impl Journal for Broken {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        unless(self.look)?;
        self.journal.look(key).await
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        unless(self.claim)?;
        self.journal.claim(claim).await
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        match unless(self.settle) {
            Ok(()) => self.journal.settle(settlement),
            Err(error) => ready(Err(error)).boxed(),
        }
    }

    async fn resolve(&self, _: &DeliveryKey, _: Resolution, _: Act) -> Result<bool, JournalError> {
        Ok(false)
    }

    async fn forget(&self, _: &DeliveryKey) -> Result<bool, JournalError> {
        Ok(false)
    }

    async fn list(&self, _: &Selection) -> Result<Vec<Record>, JournalError> {
        Ok(Vec::new())
    }

    fn holds(&self, _: ClaimId) -> bool {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1 != self.lost_at
    }
}

async fn deliver(journal: Broken) -> (Report, usize) {
    let adapter = Scripted::new("acme").create(creates("17"));
    let calls = adapter.calls();
    let fan_out = Bench::new().fan_out(adapter).with_journal(Arc::new(journal));
    let report = fan_out.deliver(contact("42")).await;
    (report, calls.creates())
}

#[tokio::test]
async fn a_journal_that_cannot_be_read_or_claimed_from_sends_nothing() {
    for journal in [Broken { look: true, ..Broken::default() }, Broken { claim: true, ..Broken::default() }] {
        let (report, creates) = deliver(journal).await;
        assert_eq!(creates, 0);
        let delivery = &report.deliveries[0];
        assert_eq!((delivery.outcome, delivery.attempts), (Outcome::Failed, 0));
        let error = delivery.error.as_ref().unwrap();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Config, Effect::NotSent));
        let message = error.message().unwrap();
        assert!(message.contains("/data/unicontact.db") && message.contains("disk is full"), "{message}");
    }
}

#[tokio::test]
async fn a_created_contact_that_is_not_recorded_is_reported_as_both() {
    let (report, creates) = deliver(Broken { settle: true, ..Broken::default() }).await;
    assert_eq!(creates, 1);
    assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    assert_eq!(report.verdict(Policy::All), Verdict::Incomplete);
    assert_eq!(report.verdict(Policy::Any), Verdict::Incomplete);
    insta::assert_json_snapshot!(report.deliveries[0], @r#"
    {
      "provider": "acme",
      "vendor": "scripted",
      "outcome": "created",
      "id": "17",
      "attempts": 1,
      "elapsed_ms": 0,
      "fields": [],
      "unrecorded": "/data/unicontact.db: the disk is full, the journal cannot be written"
    }
    "#);
}

#[tokio::test]
async fn no_attempt_begins_after_the_claim_is_lost() {
    let (report, creates) = deliver(Broken { lost_at: 1, ..Broken::default() }).await;
    assert_eq!(creates, 0);
    let delivery = &report.deliveries[0];
    assert_eq!((delivery.outcome, delivery.attempts), (Outcome::Pending, 0));
    assert!(delivery.note.as_ref().unwrap().as_str().contains("others may have its claim"), "{delivery:?}");
}

#[tokio::test]
async fn no_second_attempt_begins_after_the_claim_is_lost() {
    let adapter = Scripted::new("acme").create(fails(rate_limited())).create(creates("17"));
    let calls = adapter.calls();
    let journal = Broken { lost_at: 2, ..Broken::default() };
    let fan_out = Bench::new().fan_out(adapter).with_journal(Arc::new(journal));
    let report = fan_out.deliver(contact("42")).await;
    assert_eq!(calls.creates(), 1);
    let delivery = &report.deliveries[0];
    assert_eq!((delivery.outcome, delivery.attempts), (Outcome::Failed, 1));
    assert_eq!(delivery.error.as_ref().unwrap().kind(), ErrorKind::RateLimited, "the vendor's own reason");
}
