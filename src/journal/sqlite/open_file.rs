//! An open file: the connection, and the lock by which other processes know of it.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::clean_end;
use super::error_context::ErrorContext;
use super::process_lock::ProcessLock;
use super::{file, overwrite, schema, totals, words};
use crate::journal::JournalError;

/// An open file of the newest version.
pub(super) struct OpenFile {
    pub(super) connection: Connection,
    process_lock: ProcessLock,
    /// The time of the last check of every page, in seconds since 1970. `None` if the file may be damaged.
    checked_at: Option<u64>,
    /// Whether no write has failed.
    is_writable: bool,
}

impl OpenFile {
    /// Opens a file or creates it, and migrates it. If no other process has it open, the claims in it are marked as interrupted.
    /// Checks every page if `is_checked`, unless the file was closed cleanly and the last check is recent.
    pub(super) fn open(path: &Path, is_checked: bool, errors: &ErrorContext) -> Result<Self, JournalError> {
        let sqlite_error = |error: rusqlite::Error| errors.sqlite_error(&error);
        file::prepare(path, errors)?;
        let mut process_lock = ProcessLock::acquire(path, errors)?;
        let is_alone = process_lock.is_alone();
        let last_check = process_lock.last_check();
        let must_check = is_checked && last_check.is_none();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(sqlite_error)?;
        schema::migrate_and_check(&connection, is_alone, must_check, errors)?;
        let checked_at = if must_check { Some(clean_end::now()) } else { last_check };
        if is_alone {
            words::interrupt_claims(&connection).map_err(sqlite_error)?;
        }
        Ok(Self { connection, process_lock, checked_at, is_writable: true })
    }

    /// Returns the providers with records. `None` if another process may be writing more.
    pub(super) fn recorded_providers(&self) -> rusqlite::Result<Option<BTreeSet<String>>> {
        if !self.process_lock.is_alone() {
            return Ok(None);
        }
        let totals = totals::all(&self.connection)?;
        Ok(Some(totals.into_iter().map(|total| total.provider).collect()))
    }

    /// Lets other processes open the file.
    pub(super) fn share(self, errors: &ErrorContext) -> Result<Self, JournalError> {
        Ok(Self { process_lock: self.process_lock.share(errors)?, ..self })
    }

    /// Records that a check of every page has just found the file sound.
    pub(super) fn set_sound(&mut self) {
        self.checked_at = Some(clean_end::now());
    }

    /// Records that the file is damaged, or may be. The next process that sends checks it.
    pub(super) fn set_doubtful(&mut self) {
        self.checked_at = None;
        self.is_writable = false;
        self.process_lock.remove_mark();
    }

    /// Closes the file, which copies the log into it, and marks a clean end. The last process overwrites what is left of erased
    /// contacts.
    pub(super) fn close(mut self) {
        let is_last = self.process_lock.is_last();
        if is_last && self.is_writable {
            // If it fails, the next process does it.
            let _ = overwrite::leftovers(&self.connection);
        }
        let is_closed = self.connection.close().is_ok();
        if let Some(checked_at) = self.checked_at.filter(|_| is_closed && is_last) {
            self.process_lock.end_cleanly(checked_at);
        }
    }
}
