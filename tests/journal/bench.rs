//! Journals to be tested, and what they are asked.
//!
//! Its rule: no time passes; every request says when it is.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;
use unicontact::Outcome;
use unicontact::journal::{
    Act, Claim, ClaimId, ClaimOutcome, Journal, MemoryJournal, Record, RecordState, Selection, SettleOutcome,
    Settlement, SqliteJournal,
};
#[cfg(feature = "queue")]
use unicontact::journal::{JetStreamJournal, JetStreamOptions};
use unicontact::providers::{ContactId, DeliveryKey, Stamp};

#[cfg(feature = "queue")]
use crate::nats::open_journal;

pub(crate) const CONTENT: &str = r#"{"external_id":"42","kind":"person","name":{"full":"Ada King"}}"#;

/// One journal, wherever it is.
pub(crate) enum Kept {
    InMemory(Arc<MemoryJournal>),
    InFile(TempDir, Option<Arc<SqliteJournal>>),
    #[cfg(feature = "queue")]
    OnServers(JetStreamOptions, Arc<JetStreamJournal>),
}

impl Kept {
    #[cfg_attr(not(feature = "queue"), expect(clippy::unused_async, reason = "only servers are waited for"))]
    pub(crate) async fn all() -> Vec<Self> {
        vec![
            Self::InMemory(Arc::default()),
            Self::in_file(),
            #[cfg(feature = "queue")]
            Self::on_servers().await,
        ]
    }

    pub(crate) fn in_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(&folder.path().join("unicontact.db")).unwrap();
        Self::InFile(folder, Some(Arc::new(journal)))
    }

    pub(crate) fn journal(&self) -> Arc<dyn Journal> {
        match self {
            Self::InMemory(journal) => Arc::<MemoryJournal>::clone(journal),
            Self::InFile(_, journal) => Arc::<SqliteJournal>::clone(journal.as_ref().unwrap()),
            #[cfg(feature = "queue")]
            Self::OnServers(_, journal) => Arc::<JetStreamJournal>::clone(journal),
        }
    }

    /// What the next process finds.
    #[cfg_attr(not(feature = "queue"), expect(clippy::unused_async, reason = "only servers are waited for"))]
    pub(crate) async fn reopen(&mut self) {
        match self {
            Self::InMemory(journal) => journal.reopen(),
            Self::InFile(folder, journal) => {
                *journal = None;
                let path = folder.path().join("unicontact.db");
                *journal = Some(Arc::new(SqliteJournal::open(&path).unwrap()));
            }
            #[cfg(feature = "queue")]
            Self::OnServers(options, journal) => {
                journal.leave().await.unwrap();
                *journal = Arc::new(open_journal(options).await);
            }
        }
    }

    /// Returns where it is.
    pub(crate) fn path(&self) -> PathBuf {
        let Self::InFile(folder, _) = self else { panic!("it is in memory") };
        folder.path().join("unicontact.db")
    }

    /// Closes it, and tells where it is.
    pub(crate) fn close(self) -> (TempDir, PathBuf) {
        let Self::InFile(folder, journal) = self else { panic!("it is in memory") };
        drop(journal);
        let path = folder.path().join("unicontact.db");
        (folder, path)
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

pub(crate) fn stamp() -> Stamp {
    Stamp::from_time(now())
}

/// An act of nobody in particular.
pub(crate) fn act() -> Act {
    Act::new(now())
}

pub(crate) fn key(contact: &str) -> DeliveryKey {
    DeliveryKey::from_contact_key("acme", contact.to_owned())
}

pub(crate) fn id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}

pub(crate) fn claim_id(number: u64) -> ClaimId {
    ClaimId::from_number(number)
}

pub(crate) fn claim(contact: &str, number: u64) -> Claim {
    Claim {
        key: key(contact),
        claim_id: claim_id(number),
        vendor: "scripted".into(),
        fingerprint: "f1".into(),
        content: CONTENT.into(),
        digest: None,
        again: None,
        extends: false,
        at: stamp(),
        may_send_until: stamp().after(Duration::from_secs(150)),
        look_again_at: None,
        run: None,
        story: Vec::new(),
    }
}

pub(crate) fn settlement(contact: &str, by: Option<u64>, outcome: Outcome) -> Settlement {
    let has_id = matches!(outcome, Outcome::Created | Outcome::Existing);
    let went_wrong = matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::InDoubt);
    Settlement {
        key: key(contact),
        claim_id: by.map(claim_id),
        vendor: "scripted".into(),
        fingerprint: "f1".into(),
        content: CONTENT.into(),
        digest: None,
        outcome,
        id: has_id.then(|| id("17")),
        attempts: 1,
        error: went_wrong.then(|| serde_json::json!({"kind": "unavailable", "message": "away"})),
        last_attempt: (outcome == Outcome::InDoubt).then(stamp),
        looked_at: None,
        look_again_at: None,
        at: now(),
        run: None,
        story: Vec::new(),
    }
}

/// Claims and settles.
pub(crate) async fn deliver(journal: &dyn Journal, contact: &str, number: u64, outcome: Outcome) {
    let claimed = journal.claim(claim(contact, number)).await.unwrap();
    assert!(matches!(claimed, ClaimOutcome::New | ClaimOutcome::Interrupted(_)), "{claimed:?}");
    settle(journal, settlement(contact, Some(number), outcome)).await;
}

/// Settles, and expects that it is written.
pub(crate) async fn settle(journal: &dyn Journal, settlement: Settlement) {
    assert_eq!(journal.settle(settlement).await.unwrap(), SettleOutcome::Written);
}

pub(crate) async fn look(journal: &dyn Journal, contact: &str) -> Record {
    journal.look(&key(contact)).await.unwrap().expect("a record")
}

/// Returns the numbers of the contacts that a selection lists.
pub(crate) async fn listed(journal: &dyn Journal, selection: Selection) -> Vec<u64> {
    let records = journal.list(&selection).await.unwrap();
    records.iter().map(|record| record.key.contact().parse().unwrap()).collect()
}

pub(crate) async fn state(journal: &dyn Journal, contact: &str) -> RecordState {
    look(journal, contact).await.state
}
