//! Journals that break one rule each. The contract suite must refuse every one of them.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::ready;
use unicontact::identity::{Identification, IdentityKey, Recognition};
use unicontact::journal::testkit::{self, Subject};
use unicontact::journal::{
    Act, Claim, ClaimOutcome, IdentifyFuture, IdentifyRequest, Journal, JournalError, MemoryJournal, Record,
    RecordState, Resolution, Selection, SettleFuture, SettleOutcome, Settlement, Story,
};
use unicontact::providers::DeliveryKey;

/// The rule that a journal breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breakage {
    /// Grants every claim.
    GrantsAlways,
    /// Loses the claims of an ended process.
    LosesClaims,
    /// Reports an interrupted delivery as new.
    ForgetsInterruptions,
    /// Grants a delivered contact again.
    SendsAgain,
    /// Writes no settlement, and says that it did.
    WritesNothing,
    /// Writes settlements only when their future is polled.
    SettlesLazily,
    /// Lets any claim settle a delivery.
    SettlesForAnybody,
    /// Shows the contact of a delivered record.
    KeepsContacts,
    /// Ignores the state that a person saw.
    IgnoresSeen,
    /// Stores no story.
    StoresNoStory,
    /// Ignores the filters of a selection.
    ListsAll,
    /// Takes every contact for a new person.
    RecognizesNobody,
}

const BREAKAGES: [(Breakage, &str); 12] = [
    (Breakage::GrantsAlways, "an_unknown_delivery_is_granted_once"),
    (Breakage::LosesClaims, "an_unsettled_claim_is_interrupted_after_its_process"),
    (Breakage::ForgetsInterruptions, "an_unsettled_claim_is_interrupted_after_its_process"),
    (Breakage::SendsAgain, "a_delivered_contact_is_not_granted_again"),
    (Breakage::WritesNothing, "an_unfinished_delivery_is_granted_again"),
    (Breakage::SettlesLazily, "a_settlement_is_written_without_waiting_for_it"),
    (Breakage::SettlesForAnybody, "only_its_claim_settles_a_claimed_delivery"),
    (Breakage::KeepsContacts, "a_delivered_contact_is_erased"),
    (Breakage::IgnoresSeen, "a_person_changes_only_the_record_that_was_seen"),
    (Breakage::StoresNoStory, "a_story_is_stored_with_its_runs"),
    (Breakage::ListsAll, "a_list_has_the_selected_records_in_order"),
    (Breakage::RecognizesNobody, "a_person_is_recognized_by_any_address"),
];

/// A journal in memory that breaks a rule.
#[derive(Debug)]
struct Broken {
    breakage: Breakage,
    journal: Arc<MemoryJournal>,
}

impl Broken {
    fn breaks(&self, breakage: Breakage) -> bool {
        self.breakage == breakage
    }
}

#[async_trait]
impl Journal for Broken {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        let record = self.journal.look(key).await?;
        Ok(record.map(|record| match record.content {
            None if self.breaks(Breakage::KeepsContacts) => {
                Record { content: Some(testkit::requests::CONTENT.into()), ..record }
            }
            _ => record,
        }))
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        let outcome = self.journal.claim(claim).await?;
        Ok(match outcome {
            ClaimOutcome::Held if self.breaks(Breakage::GrantsAlways) => ClaimOutcome::New,
            ClaimOutcome::Interrupted(_) if self.breaks(Breakage::ForgetsInterruptions) => ClaimOutcome::New,
            ClaimOutcome::Done(_) if self.breaks(Breakage::SendsAgain) => ClaimOutcome::New,
            outcome => outcome,
        })
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        match self.breakage {
            Breakage::WritesNothing => ready(Ok(SettleOutcome::Written)).boxed(),
            Breakage::SettlesLazily => {
                let journal = Arc::clone(&self.journal);
                async move { journal.settle(settlement).await }.boxed()
            }
            Breakage::SettlesForAnybody => {
                let journal = Arc::clone(&self.journal);
                async move {
                    let held = journal.look(&settlement.key).await?.map(|record| record.state);
                    let claim_id = match held {
                        Some(RecordState::Claimed(claim_id)) => Some(claim_id),
                        _ => settlement.claim_id,
                    };
                    journal.settle(Settlement { claim_id, ..settlement }).await
                }
                .boxed()
            }
            _ => self.journal.settle(settlement),
        }
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        let seen = act.seen.filter(|_| !self.breaks(Breakage::IgnoresSeen));
        self.journal.resolve(key, resolution, Act { seen, ..act }).await
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        self.journal.forget(key).await
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        Journal::reopen(&*self.journal, key, act).await
    }

    async fn story(&self, key: &DeliveryKey) -> Result<Story, JournalError> {
        if self.breaks(Breakage::StoresNoStory) {
            Ok(Story::default())
        } else {
            self.journal.story(key).await
        }
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        let all = Selection::default();
        self.journal.list(if self.breaks(Breakage::ListsAll) { &all } else { selection }).await
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        self.journal.identity_key()
    }

    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        let identifying = self.journal.identify(request);
        if !self.breaks(Breakage::RecognizesNobody) {
            return identifying;
        }
        async {
            Ok(match identifying.await? {
                Identification::Person { contact, contradicts, .. } => {
                    Identification::Person { contact, contradicts, recognition: Recognition::New }
                }
                other => other,
            })
        }
        .boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        self.journal.recognize(request)
    }
}

struct BrokenSubject(Arc<Broken>);

#[async_trait]
impl Subject for BrokenSubject {
    fn journal(&self) -> Arc<dyn Journal> {
        Arc::<Broken>::clone(&self.0)
    }

    async fn reopen(&mut self) -> Result<(), JournalError> {
        if self.0.breaks(Breakage::LosesClaims) {
            *self = subject(self.0.breakage);
        } else {
            self.0.journal.reopen();
        }
        Ok(())
    }
}

fn subject(breakage: Breakage) -> BrokenSubject {
    BrokenSubject(Arc::new(Broken { breakage, journal: Arc::default() }))
}

#[tokio::test]
async fn the_suite_refuses_every_broken_journal() {
    for (breakage, name) in BREAKAGES {
        let check = testkit::CHECKS.iter().find(|check| check.name() == name).expect(name);
        let result = check.perform(&mut subject(breakage)).await;
        assert!(result.is_err(), "{breakage:?} passes {name}");
    }
}

#[tokio::test]
async fn a_violation_names_its_check_the_value_and_the_line() {
    let create = async || Ok(Box::new(subject(Breakage::GrantsAlways)) as Box<dyn Subject>);
    let violations = testkit::run(create).await.unwrap_err().to_string();
    let expected = "an_unknown_delivery_is_granted_once: \
                    `journal.claim(claim(\"42\", 2)).await?` is New, expected Held";
    assert!(violations.contains(expected), "{violations}");
    assert!(violations.contains("claims.rs:"), "{violations}");
}

#[tokio::test]
async fn every_check_can_be_performed_alone() {
    for check in testkit::CHECKS {
        let mut subject = crate::journal::bench::Kept::in_memory();
        check.perform(&mut subject).await.unwrap_or_else(|violation| panic!("{check:?}: {violation}"));
    }
}
