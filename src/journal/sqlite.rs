//! The journal in a file, by `SQLite`.
//!
//! Its rule: whoever opens it has either a sound journal or an error; nothing is repaired, replaced or guessed.
//!
//! Several processes may use one file. Each holds a shared lock on a file beside it (`unicontact.db-lock`) for as long
//! as it lives; whoever opens the journal and finds nobody else knows that the holders of all claims are gone, and
//! marks those as interrupted. A claim of a process that was ended while others live stays held until they have ended.

mod failure;
mod file;
mod identities;
pub(crate) mod people;
mod presence;
mod rows;
mod schema;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use unicontact_providers::DeliveryKey;

use self::failure::Failing;
use self::presence::Presence;
use self::writer::{Request, Writer};
use super::record::{Claim, Claimed, Record, Resolution, Selection, Settlement};
use super::{IdentifyRequest, Identifying, Journal, JournalError, Settling};
use crate::identity::IdentityKey;

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
        let failing = Failing::at(path);
        file::prepare(path, &failing)?;
        let (presence, is_alone) = Presence::enter(path, &failing)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| failing.of_sqlite(&error))?;
        schema::settle(&connection, is_alone, &failing)?;
        if is_alone {
            rows::interrupt_claims(&connection).map_err(|error| failing.of_sqlite(&error))?;
        }
        let of_sqlite = |error: rusqlite::Error| failing.of_sqlite(&error);
        let identity_key = identities::key(&connection).map_err(of_sqlite)?;
        identities::read_contents(&connection, &identity_key).map_err(of_sqlite)?;
        let have_unknown_people = identities::have_unknown_people(&connection).map_err(of_sqlite)?;
        let presence = presence.stay(&failing)?;
        let writer = Writer::start(connection, have_unknown_people, failing)?;
        Ok(Self { path: path.to_owned(), identity_key, writer, _presence: presence })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError> {
        self.writer.ask(|answer| Request::Look(key.clone(), answer)).await
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, JournalError> {
        self.writer.ask(|answer| Request::Claim(Box::new(claim), answer)).await
    }

    fn settle(&self, settlement: Settlement) -> Settling {
        self.writer.ask(|answer| Request::Settle(Box::new(settlement), answer)).boxed()
    }

    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        at: Timestamp,
    ) -> Result<bool, JournalError> {
        self.writer.ask(|answer| Request::Resolve(key.clone(), resolution, at, answer)).await
    }

    fn identity_key(&self) -> Option<&IdentityKey> {
        Some(&self.identity_key)
    }

    fn identify(&self, request: IdentifyRequest) -> Identifying {
        self.writer.ask(|answer| Request::Identify(Box::new(request), answer)).boxed()
    }

    fn recognize(&self, request: IdentifyRequest) -> Identifying {
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
