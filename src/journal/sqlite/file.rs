//! Creates the journal's file before `SQLite` opens it, readable by its owner only. `SQLite` gives the files beside it the same
//! permissions.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use super::error_context::ErrorContext;
use crate::journal::JournalError;

/// Creates the file if there is none, and closes it to other users.
pub(super) fn prepare(path: &Path, errors: &ErrorContext) -> Result<(), JournalError> {
    let prepared = open_private(path).and_then(|file| close_to_others(&file));
    prepared.map_err(|error| errors.io_error(&error))
}

/// Opens a file for writing. A new file can be read by its owner only.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(unix)]
fn close_to_others(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = file.metadata()?.permissions();
    let private = permissions.mode() & !0o077;
    if permissions.mode() != private {
        permissions.set_mode(private);
        file.set_permissions(permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_file: &File) -> io::Result<()> {
    Ok(())
}
