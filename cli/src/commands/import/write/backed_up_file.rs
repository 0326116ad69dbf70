//! A file that is created at its first write. An earlier file of this name is kept as a backup.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::backup;
use crate::private_file;

/// A file of contact data that is created at its first write.
pub(super) struct BackedUpFile {
    path: PathBuf,
    file: Option<File>,
    is_begun: bool,
    backup: Option<PathBuf>,
}

impl BackedUpFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, is_begun: false, backup: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of the backup, if an earlier file had content.
    pub(super) fn backup(&self) -> Option<&Path> {
        self.backup.as_deref()
    }

    /// Removes a backup with the same content as the file. Nothing may be written afterwards.
    pub(super) fn complete(&mut self) {
        if let Some(backup) = &self.backup
            && backup::have_same_content(&self.path, backup).unwrap_or(false)
            && std::fs::remove_file(backup).is_ok()
        {
            self.backup = None;
        }
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if !self.is_begun {
            self.backup = backup::back_up(&self.path)?;
            self.is_begun = true;
        }
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(private_file::create(&self.path)?)),
        }
    }
}

impl Write for BackedUpFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}
