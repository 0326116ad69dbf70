//! Who else has the journal open.
//!
//! Its rule: a process that lives is present, however busy it is; one that was ended is not, however it ended. The system
//! sees to both, since a lock ends with its process.
//!
//! The lock is on a file of its own: closing a second handle on the database's file would undo `SQLite`'s locks.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::failure::ErrorContext;
use super::file::open_private;
use crate::journal::JournalError;

/// How often the lock is tried before somebody else is taken to be there, and the pause in between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(5);

/// Being known to others as somebody who has the journal open.
#[derive(Debug)]
pub(super) struct Presence {
    file: File,
    is_alone: bool,
}

impl Presence {
    /// Enters, and tells whether nobody else is there. Nobody else comes in until [`Self::stay`].
    pub(super) fn enter(journal: &Path, failing: &ErrorContext) -> Result<(Self, bool), JournalError> {
        let file = open_private(&lock_of(journal)).map_err(|error| failing.of_system(&error))?;
        let is_alone = lock_alone(&file).map_err(|error| failing.of_system(&error))?;
        if !is_alone {
            file.lock_shared().map_err(|error| failing.of_system(&error))?;
        }
        Ok((Self { file, is_alone }, is_alone))
    }

    /// Lets others in.
    pub(super) fn stay(self, failing: &ErrorContext) -> Result<Self, JournalError> {
        if self.is_alone {
            // Whoever is alone in between finds no claim of this process: it has made none.
            let shared = self.file.unlock().and_then(|()| self.file.lock_shared());
            shared.map_err(|error| failing.of_system(&error))?;
        }
        Ok(self)
    }
}

/// Locks the file and returns whether that was possible. A child process that is just being started holds every lock of its
/// parent for a moment, also one that the parent has given up.
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

fn lock_of(journal: &Path) -> PathBuf {
    let mut name = OsString::from(journal);
    name.push("-lock");
    PathBuf::from(name)
}
