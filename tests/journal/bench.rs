//! The journals under test, and requests to them that panic where the testkit returns an error.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;
use unicontact::Outcome;
pub(crate) use unicontact::journal::testkit::requests::{act, claim, key, now, settlement, stamp};
use unicontact::journal::testkit::{Subject, requests};
use unicontact::journal::{
    ClaimId, Journal, JournalError, MemoryJournal, Record, RecordState, Selection, Settlement, SqliteJournal,
};
#[cfg(feature = "queue")]
use unicontact::journal::{JetStreamJournal, JetStreamOptions};
use unicontact::providers::ContactId;

#[cfg(feature = "queue")]
use crate::journal::nats::open_journal;

/// A journal, and where it is stored.
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
            Self::in_memory(),
            Self::in_file(),
            #[cfg(feature = "queue")]
            Self::on_servers().await,
        ]
    }

    pub(crate) fn in_memory() -> Self {
        Self::InMemory(Arc::default())
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

    /// Opens the journal as the next process does.
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

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> PathBuf {
        let Self::InFile(folder, _) = self else { panic!("the journal is not in a file") };
        folder.path().join("unicontact.db")
    }

    /// Closes the journal, and returns its folder and the path of its file.
    pub(crate) fn close(self) -> (TempDir, PathBuf) {
        let Self::InFile(folder, journal) = self else { panic!("the journal is not in a file") };
        drop(journal);
        let path = folder.path().join("unicontact.db");
        (folder, path)
    }
}

#[async_trait]
impl Subject for Kept {
    fn journal(&self) -> Arc<dyn Journal> {
        self.journal()
    }

    async fn reopen(&mut self) -> Result<(), JournalError> {
        self.reopen().await;
        Ok(())
    }
}

pub(crate) fn id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}

pub(crate) fn claim_id(number: u64) -> ClaimId {
    ClaimId::from_number(number)
}

/// Claims and settles.
pub(crate) async fn deliver(journal: &dyn Journal, contact: &str, number: u64, outcome: Outcome) {
    requests::deliver(journal, contact, number, outcome).await.unwrap();
}

/// Settles, and expects that the settlement is written.
pub(crate) async fn settle(journal: &dyn Journal, settlement: Settlement) {
    requests::settle(journal, settlement).await.unwrap();
}

pub(crate) async fn look(journal: &dyn Journal, contact: &str) -> Record {
    requests::look(journal, contact).await.unwrap()
}

/// Returns the numbers of the contacts that a selection lists.
pub(crate) async fn listed(journal: &dyn Journal, selection: Selection) -> Vec<u64> {
    requests::listed(journal, selection).await.unwrap()
}

pub(crate) async fn state(journal: &dyn Journal, contact: &str) -> RecordState {
    look(journal, contact).await.state
}
