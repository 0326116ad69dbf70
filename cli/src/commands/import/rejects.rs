//! The rows that are no contacts.
//!
//! Its rule: each is in the file of rejects before the next row is read; the file is made for the first of them, and one
//! that is there already is put aside.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact_import::{Reading, Reject, RejectsWriter};

use super::own_file;
use super::put_aside::{are_alike, put_aside};

/// The file of rejects, and how many it may hold.
pub(super) struct RejectsFile {
    writer: RejectsWriter<Late>,
    path: PathBuf,
    /// Where that is now which was in the file before.
    aside: Option<PathBuf>,
    most: Option<u64>,
    count: u64,
}

/// A file that is made when something is written.
struct Late {
    path: PathBuf,
    file: Option<File>,
}

impl RejectsFile {
    pub(super) fn new(path: PathBuf, reading: &Reading, most: Option<u64>) -> Self {
        let late = Late { path: path.clone(), file: None };
        Self { writer: RejectsWriter::new(late, reading), path, aside: None, most, count: 0 }
    }

    /// Writes one. Whether more may follow.
    pub(super) fn write(&mut self, reject: &Reject) -> io::Result<bool> {
        if self.count == 0 {
            self.aside = put_aside(&self.path)?;
        }
        self.count += 1;
        self.writer.write(reject)?;
        Ok(self.most.is_none_or(|most| self.count <= most))
    }

    /// Where that is now which was in the file before.
    pub(super) fn aside(&self) -> Option<&Path> {
        self.aside.as_deref()
    }

    /// No more are to come. What was put aside is not kept beside a file that says the same.
    pub(super) fn complete(&mut self) {
        if let Some(aside) = &self.aside
            && are_alike(&self.path, aside).unwrap_or(false)
            && std::fs::remove_file(aside).is_ok()
        {
            self.aside = None;
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Late {
    fn file(&mut self) -> io::Result<&mut File> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(own_file::create(&self.path)?)),
        }
    }
}

impl Write for Late {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}
