//! The lock by which the processes that have the journal open know of each other. The system releases it when its process ends.
//!
//! The lock is on a file of its own: closing a second handle of the database would release the locks of `SQLite`. The file holds the
//! mark of a clean end.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clean_end;
use super::error_context::ErrorContext;
use super::file::open_private;
use crate::journal::JournalError;

/// The number of attempts to lock the file, and the pause between them.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(5);

/// The lock of this process.
#[derive(Debug)]
pub(super) struct ProcessLock {
    file: File,
    journal: PathBuf,
    is_alone: bool,
}

impl ProcessLock {
    /// Acquires the lock. If it is [alone](Self::is_alone), no other process can open the journal until [`Self::share`].
    pub(super) fn acquire(journal: &Path, errors: &ErrorContext) -> Result<Self, JournalError> {
        let file = open_private(&lock_path(journal)).map_err(|error| errors.io_error(&error))?;
        let is_alone = lock_alone(&file).map_err(|error| errors.io_error(&error))?;
        if !is_alone {
            file.lock_shared().map_err(|error| errors.io_error(&error))?;
        }
        Ok(Self { file, journal: journal.to_owned(), is_alone })
    }

    /// Returns whether no other process had the journal open when this one acquired the lock.
    pub(super) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Returns the time of the last check of the file, which `SQLite` has not opened yet. `None` if the file must be checked again:
    /// a process has it open, or the last one did not end cleanly.
    pub(super) fn last_check(&mut self) -> Option<u64> {
        if self.is_alone { clean_end::read(&mut self.file, &self.journal, clean_end::now()) } else { None }
    }

    /// Makes the lock a shared one, so that other processes can open the journal.
    pub(super) fn share(self, errors: &ErrorContext) -> Result<Self, JournalError> {
        if self.is_alone {
            // A process that locks the file in between finds no claim of this one, which has made none yet.
            let shared = self.file.unlock().and_then(|()| self.file.lock_shared());
            shared.map_err(|error| errors.io_error(&error))?;
        }
        Ok(self)
    }

    /// Removes the mark of the last clean end.
    pub(super) fn remove_mark(&self) {
        // If that fails, so did the system: the disk has other errors to report.
        let _ = self.file.set_len(0);
    }

    /// Returns whether no other process has the journal open. If so, none can open it until this one ends.
    pub(super) fn is_last(&mut self) -> bool {
        // A process that locks the file in between finds every request written.
        self.file.unlock().is_ok() && self.file.try_lock().is_ok()
    }

    /// Marks a clean end of the [last](Self::is_last) process. `SQLite` has closed the file.
    pub(super) fn end_cleanly(mut self, checked_at: u64) {
        // Without a mark, the next process checks the file.
        let _ = clean_end::write(&mut self.file, &self.journal, checked_at);
    }
}

/// Locks the file alone, and returns whether that was possible. It tries several times: a child process holds the locks of its
/// parent for a moment while it starts.
fn lock_alone(file: &File) -> std::io::Result<bool> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

fn lock_path(journal: &Path) -> PathBuf {
    let mut name = OsString::from(journal);
    name.push("-lock");
    PathBuf::from(name)
}
