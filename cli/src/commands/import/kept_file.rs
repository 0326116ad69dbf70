//! A file that is made when the first line is written to it. What was there before is put aside and kept.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::own_file;
use super::put_aside::{are_alike, put_aside};

/// A file of contact data that is made for its first line.
pub(super) struct KeptFile {
    path: PathBuf,
    file: Option<File>,
    is_begun: bool,
    /// Where that is now which was in the file before.
    aside: Option<PathBuf>,
}

impl KeptFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, is_begun: false, aside: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns where that is now which was in the file before.
    pub(super) fn aside(&self) -> Option<&Path> {
        self.aside.as_deref()
    }

    /// Removes what was put aside if the file says the same. Nothing may be written afterwards.
    pub(super) fn complete(&mut self) {
        if let Some(aside) = &self.aside
            && are_alike(&self.path, aside).unwrap_or(false)
            && std::fs::remove_file(aside).is_ok()
        {
            self.aside = None;
        }
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if !self.is_begun {
            self.aside = put_aside(&self.path)?;
            self.is_begun = true;
        }
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(own_file::create(&self.path)?)),
        }
    }
}

impl Write for KeptFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}
