//! The journal in an `SQLite` file. A file that is damaged or foreign is an error; nothing is repaired or replaced.
//!
//! Several processes may use one file. Each holds a shared lock on a file beside it (`unicontact.db-lock`) until it ends. A
//! process that opens the journal and finds no other lock marks all claims as interrupted: their holders are gone. The claim of a
//! killed process stays held until the other processes have ended, too.

mod check;
mod clean_end;
mod column;
mod contacts;
mod delivered;
mod ended_claims;
mod error_context;
mod file;
mod forget;
mod hash_index;
mod identities;
mod indices;
mod listing;
mod migration;
mod names;
mod open_file;
mod overwrite;
mod packed;
pub(crate) mod people;
mod process_lock;
mod query;
mod recorded_keys;
mod records;
mod rows;
mod schema;
mod search;
mod settings;
mod spans;
mod story;
mod tables;
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
use rusqlite::Connection;
use unicontact_providers::DeliveryKey;

pub use self::check::{JournalCheck, JournalDefect};
use self::error_context::ErrorContext;
use self::open_file::OpenFile;
use self::recorded_keys::RecordedKeys;
use self::tables::Tables;
use self::writer::{Command, Writer};
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
/// One thread writes the file, and puts all requests that arrive during a sync into the next transaction. Dropping the journal
/// waits until every request is written.
///
/// The contact of a finished delivery is overwritten in the file. The write-ahead log beside it may hold the contact until the
/// last process closes the journal. What the disk keeps of overwritten blocks is beyond the journal's control.
pub struct SqliteJournal {
    path: PathBuf,
    identity_key: IdentityKey,
    writer: Writer,
    recorded_keys: RecordedKeys,
    run: Option<Arc<Run>>,
}

impl SqliteJournal {
    /// Opens the journal at `path`, or creates it. A file that other users can read is closed to them. Blocks while another process
    /// opens the journal.
    ///
    /// Every page is checked, which takes about a second for a million records, unless the last process ended cleanly and the last
    /// check is less than a day old.
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
    /// The file is damaged, foreign, of a newer version, or cannot be written, or its disk is full. It stays as it is.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, true)
    }

    /// Opens the journal without the check of every page. Only for a process that sends nothing: a damaged page could hide a
    /// record, and a contact without a record is sent.
    ///
    /// # Errors
    ///
    /// As [`Self::open`]. Damage may be found later, when a page is read.
    pub fn open_unchecked(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, false)
    }

    fn open_with(path: &Path, is_checked: bool) -> Result<Self, JournalError> {
        let errors = ErrorContext::new(path);
        let sqlite_error = |error: rusqlite::Error| errors.sqlite_error(&error);
        let file = OpenFile::open(path, is_checked, &errors)?;
        let identity_key = identities::key(&file.connection).map_err(sqlite_error)?;
        identities::read_contents(&file.connection, &identity_key).map_err(sqlite_error)?;
        let have_unknown_people = identities::have_unknown_people(&file.connection).map_err(sqlite_error)?;
        let recorded_providers = file.recorded_providers().map_err(sqlite_error)?;
        let file = file.share(&errors)?;
        let tables = Tables::new(&identity_key);
        let writer = Writer::start(file, tables, have_unknown_people, errors)?;
        let recorded_keys = RecordedKeys::new(recorded_providers);
        Ok(Self { path: path.to_owned(), identity_key, writer, recorded_keys, run: None })
    }

    /// Checks every page of the journal at `path`, and that the indices, the totals and the words of searches agree with the
    /// records. Takes several seconds for a million records. Other processes may use the journal meanwhile.
    ///
    /// # Errors
    ///
    /// There is no file, or it cannot be read, or it is foreign or of a newer version, or so damaged that it cannot be opened.
    pub fn check(path: &Path) -> Result<JournalCheck, JournalError> {
        let errors = ErrorContext::new(path);
        std::fs::metadata(path).map_err(|error| errors.io_error(&error))?;
        let mut file = OpenFile::open(path, false, &errors)?.share(&errors)?;
        let identity_key = identities::key(&file.connection).map_err(|error| errors.sqlite_error(&error))?;
        let checked = check::run(&file.connection, &mut Tables::new(&identity_key));
        match &checked {
            Ok(checked) if checked.defects.is_empty() => file.set_sound(),
            _ => file.set_doubtful(),
        }
        file.close();
        checked.map_err(|error| errors.sqlite_error(&error))
    }

    /// Sets the run to which the deliveries through this journal belong from now on.
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

    /// Erases the contacts of deliveries that a person resolved as created more than seven days before `now`. These
    /// resolutions can still be taken back, without the contact.
    ///
    /// # Errors
    ///
    /// The journal cannot be written.
    pub async fn erase_resolved_contents(&self, now: Timestamp) -> Result<(), JournalError> {
        let until = rules::end_of_resolved_contents(now);
        self.writer.ask(|answer| Command::Erase(until, answer)).await
    }

    /// Deletes the records of contacts that were delivered before `time`, and returns their number. Such a contact is created again
    /// if it is sent again. Unfinished deliveries stay.
    ///
    /// # Errors
    ///
    /// The journal cannot be written. The records that were deleted before stay deleted.
    pub async fn forget_finished_before(&self, time: Timestamp) -> Result<u64, JournalError> {
        let (mut deleted, mut after) = (0, 0);
        loop {
            let batch =
                self.writer.ask(|answer| Command::DeleteFinished { after, before: time, answer }).await?;
            deleted += batch.deleted;
            match batch.next {
                Some(next) => after = next,
                None => return Ok(deleted),
            }
        }
    }

    /// Returns the path of the file.
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
        self.writer.ask(|answer| Command::Look(key.clone(), answer)).await
    }

    fn may_have_record(&self, key: &DeliveryKey) -> bool {
        self.recorded_keys.may_contain(key)
    }

    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError> {
        self.recorded_keys.add(&claim.key);
        self.writer.ask(|answer| Command::Claim(Box::new(claim), answer)).await
    }

    fn settle(&self, settlement: Settlement) -> SettleFuture {
        self.recorded_keys.add(&settlement.key);
        self.writer.ask(|answer| Command::Settle(Box::new(settlement), answer)).boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Command::Resolve(key.clone(), resolution, act, answer)).await
    }

    async fn reopen(&self, key: &DeliveryKey, act: Act) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Command::Reopen(key.clone(), act, answer)).await
    }

    async fn story(&self, key: &DeliveryKey) -> Result<Story, JournalError> {
        self.writer.ask(|answer| Command::Story(key.clone(), answer)).await
    }

    fn run(&self) -> Option<Arc<Run>> {
        self.run.clone()
    }

    async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        self.writer.ask(Command::Method).await
    }

    async fn set_identify_by(&self, method: IdentifyBy) -> Result<(), JournalError> {
        self.writer.ask(|answer| Command::SetMethod(method, answer)).await
    }

    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Command::Forget(key.clone(), answer)).await
    }

    async fn totals(&self) -> Result<Option<BTreeMap<String, Counts>>, JournalError> {
        self.writer.ask(Command::Totals).await.map(Some)
    }

    async fn contacts(&self, selection: &Selection, after: u64) -> Result<ContactPage, JournalError> {
        let (selection, limit) = (selection.clone(), self.page());
        self.writer.ask(|answer| Command::Contacts { selection, after, limit, answer }).await
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        Some(&self.identity_key)
    }

    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        self.writer.ask(|answer| Command::Identify(Box::new(request), answer)).boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        self.writer.ask(|answer| Command::Recognize(Box::new(request), answer)).boxed()
    }

    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        self.writer.ask(|answer| Command::List(selection.clone(), answer)).await
    }
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteJournal").field("path", &self.path).finish_non_exhaustive()
    }
}
