//! The journal in a file, by `SQLite`.
//!
//! Its rule: whoever opens it has either a sound journal or an error; nothing is repaired, replaced or guessed.
//!
//! Several processes may use one file. Each holds a shared lock on a file beside it (`unicontact.db-lock`) for as long
//! as it lives; whoever opens the journal and finds nobody else knows that the holders of all claims are gone, and
//! marks those as interrupted. A claim of a process that was ended while others live stays held until they have ended.

mod contacts;
mod failure;
mod file;
mod forget;
mod identities;
mod indices;
pub(crate) mod people;
mod presence;
mod query;
mod rows;
mod schema;
mod search;
mod story;
mod totals;
mod words;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use unicontact_providers::DeliveryKey;

use self::failure::ErrorContext;
use self::presence::Presence;
use self::writer::{Request, Writer};
use super::claim::{Claim, ClaimOutcome};
use super::record::Record;
use super::resolution::{Act, Resolution};
use super::selection::Selection;
use super::settlement::Settlement;
use super::story::{Run, Story};
use super::{ContactPage, IdentifyFuture, IdentifyRequest, Journal, JournalError, SettleFuture, rules};
use crate::counts::Counts;
use crate::identity::{IdentifyBy, IdentityKey};

/// A journal in a file that only its owner can read.
///
/// All writes go through one thread of its own, which puts whatever is asked for meanwhile into one transaction and
/// one sync to disk. Dropping it waits until everything that was asked for is written.
///
/// The contact of a delivery that has ended is overwritten in the file. The log beside it may hold it until the last
/// process closes the journal, which empties the log; what the disk itself keeps of overwritten blocks is not in its
/// power.
pub struct SqliteJournal {
    path: PathBuf,
    identity_key: IdentityKey,
    writer: Writer,
    run: Option<Arc<Run>>,
    // After the writer: whoever finds nobody present must find everything written.
    _presence: Presence,
}

impl SqliteJournal {
    /// Opens the journal at `path`, and makes one if there is none. A file that others can read is closed to them.
    /// It blocks while another process opens it, too.
    ///
    /// ```
    /// use unicontact::journal::SqliteJournal;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let journal = SqliteJournal::open(&folder.path().join("unicontact.db"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The file is damaged, foreign, newer, cannot be written, or its disk is full. It was left as it is.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, true)
    }

    /// The same, without checking every page of the file, which takes about a second for a million records. For a process
    /// that sends nothing: a damaged page could hide a record, and what has no record would be sent.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], except that damage may be found only when it is read.
    pub fn open_unchecked(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, false)
    }

    fn open_with(path: &Path, is_checked: bool) -> Result<Self, JournalError> {
        let failing = ErrorContext::at(path);
        let of_sqlite = |error: rusqlite::Error| failing.of_sqlite(&error);
        file::prepare(path, &failing)?;
        let (presence, is_alone) = Presence::enter(path, &failing)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(of_sqlite)?;
        schema::settle(&connection, is_alone, is_checked, &failing)?;
        if is_alone {
            words::interrupt_claims(&connection).map_err(of_sqlite)?;
        }
        let identity_key = identities::key(&connection).map_err(of_sqlite)?;
        identities::read_contents(&connection, &identity_key).map_err(of_sqlite)?;
        let have_unknown_people = identities::have_unknown_people(&connection).map_err(of_sqlite)?;
        let presence = presence.stay(&failing)?;
        let writer = Writer::start(connection, have_unknown_people, failing)?;
        Ok(Self { path: path.to_owned(), identity_key, writer, run: None, _presence: presence })
    }

    /// Returns the journal, whose deliveries belong to `run` from now on.
    #[must_use]
    pub fn with_run(self, run: Run) -> Self {
        Self { run: Some(Arc::new(run)), ..self }
    }

    /// Deletes what the journal no longer has to keep at `now`: the contacts of old resolutions, and finished deliveries that are
    /// older than `retention`. Returns how many deliveries were deleted.
    ///
    /// # Errors
    ///
    /// The journal cannot be written.
    pub async fn keep_up(&self, retention: Option<Duration>, now: Timestamp) -> Result<u64, JournalError> {
        self.erase_resolved_contents(now).await?;
        match retention.and_then(|age| now.checked_sub(age).ok()) {
            Some(before) => self.forget_finished_before(before).await,
            None => Ok(0),
        }
    }

    /// Erases the contacts of deliveries that a person resolved as created more than seven days before `now`. Such a
    /// resolution can still be taken back, without the contact.
    ///
    /// # Errors
    ///
    /// The journal cannot be written.
    pub async fn erase_resolved_contents(&self, now: Timestamp) -> Result<(), JournalError> {
        let until = rules::end_of_resolved_contents(now);
        self.writer.ask(|answer| Request::Erase(until, answer)).await
    }

    /// Deletes the deliveries that the vendors have, where that was recorded before `time`, and returns how many. Sent once more,
    /// such a contact is created once more. What is unfinished is kept.
    ///
    /// # Errors
    ///
    /// The journal cannot be written; what was deleted until then is deleted.
    pub async fn forget_finished_before(&self, time: Timestamp) -> Result<u64, JournalError> {
        let (mut deleted, mut from) = (0, None);
        loop {
            let batch =
                self.writer.ask(|answer| Request::DeleteFinished { from, before: time, answer }).await?;
            deleted += batch.deleted;
            match batch.next {
                Some(next) => from = Some(next),
                None => return Ok(deleted),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Runs `work` in a transaction, which is committed if it succeeds and rolled back if it fails.
fn in_transaction(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let result = work(connection);
    connection.execute_batch(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        self.writer.ask(|answer| Request::Look(key.clone(), answer)).await
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        self.writer.ask(|answer| Request::Claim(Box::new(claim), answer)).await
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        self.writer.ask(|answer| Request::Settle(Box::new(settlement), answer)).boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Request::Resolve(key.clone(), resolution, act, answer)).await
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Request::Reopen(key.clone(), act, answer)).await
    }

    async fn story(&self, key: &DeliveryKey) -> Result<Story, JournalError> {
        self.writer.ask(|answer| Request::Story(key.clone(), answer)).await
    }

    fn run(&self) -> Option<Arc<Run>> {
        self.run.clone()
    }

    async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        self.writer.ask(Request::Method).await
    }

    async fn set_identify_by(&self, method: IdentifyBy) -> Result<(), JournalError> {
        self.writer.ask(|answer| Request::SetMethod(method, answer)).await
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Request::Forget(key.clone(), answer)).await
    }

    async fn totals(&self) -> Result<Option<BTreeMap<String, Counts>>, JournalError> {
        self.writer.ask(Request::Totals).await.map(Some)
    }

    async fn contacts(&self, selection: &Selection, after: &str) -> Result<ContactPage, JournalError> {
        let (selection, after, limit) = (selection.clone(), after.to_owned(), self.page());
        self.writer.ask(|answer| Request::Contacts { selection, after, limit, answer }).await
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        Some(&self.identity_key)
    }

    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        self.writer.ask(|answer| Request::Identify(Box::new(request), answer)).boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        self.writer.ask(|answer| Request::Recognize(Box::new(request), answer)).boxed()
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.writer.ask(|answer| Request::List(selection.clone(), answer)).await
    }
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteJournal").field("path", &self.path).finish_non_exhaustive()
    }
}
