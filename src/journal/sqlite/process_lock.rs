//! The lock by which the processes that have the journal open know of each other. The system releases it when its process ends.
//!
//! The lock is on a file of its own: closing a second handle of the database would release the locks of `SQLite`.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    is_alone: bool,
}

impl ProcessLock {
    /// Acquires the lock, and returns whether no other process has the journal open. No other process can open it until
    /// [`Self::share`].
    pub(super) fn acquire(journal: &Path, errors: &ErrorContext) -> Result<(Self, bool), JournalError> {
        let file = open_private(&lock_path(journal)).map_err(|error| errors.io_error(&error))?;
        let is_alone = lock_alone(&file).map_err(|error| errors.io_error(&error))?;
        if !is_alone {
            file.lock_shared().map_err(|error| errors.io_error(&error))?;
        }
        Ok((Self { file, is_alone }, is_alone))
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
