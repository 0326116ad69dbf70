//! The rows that are no contacts.
//!
//! Its rule: each is in the file of rejects before the next row is read; the file is made for the first of them, and one
//! that is there already is put aside. Without a file they are only counted.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unicontact_import::{Reading, Reject, RejectsWriter};

use super::own_file;
use super::put_aside::{are_alike, put_aside};

/// The file of rejects, and how many it may hold.
pub(super) struct RejectsFile {
    written: Option<Written>,
    /// How many there may be of all files, and how many there are.
    most: Option<u64>,
    of_all_files: Arc<AtomicU64>,
    count: u64,
    /// Nothing more is written.
    is_complete: bool,
}

struct Written {
    writer: RejectsWriter<Late>,
    path: PathBuf,
    /// Where that is now which was in the file before.
    aside: Option<PathBuf>,
}

/// A file that is made when something is written.
struct Late {
    path: PathBuf,
    file: Option<File>,
}

impl RejectsFile {
    pub(super) fn new(path: Option<PathBuf>, reading: &Reading, most: Option<u64>) -> Self {
        let written = path.map(|path| {
            let late = Late { path: path.clone(), file: None };
            Written { writer: RejectsWriter::new(late, reading), path, aside: None }
        });
        Self { written, most, of_all_files: Arc::default(), count: 0, is_complete: false }
    }

    /// Counts its rejects together with those of other files.
    pub(super) fn counted_in(self, of_all_files: Arc<AtomicU64>) -> Self {
        Self { of_all_files, ..self }
    }

    /// Writes one. Whether more may follow.
    pub(super) fn write(&mut self, reject: &Reject) -> io::Result<bool> {
        if self.is_complete {
            return Ok(false);
        }
        self.count += 1;
        let of_all_files = self.of_all_files.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(written) = &mut self.written {
            if self.count == 1 {
                written.aside = put_aside(&written.path)?;
            }
            written.writer.write(reject)?;
        }
        Ok(self.most.is_none_or(|most| of_all_files <= most))
    }

    /// Where that is now which was in the file before.
    pub(super) fn aside(&self) -> Option<&Path> {
        self.written.as_ref()?.aside.as_deref()
    }

    /// No more are written. What was put aside is not kept beside a file that says the same.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
        let Some(written) = &mut self.written else { return };
        if let Some(aside) = &written.aside
            && are_alike(&written.path, aside).unwrap_or(false)
            && std::fs::remove_file(aside).is_ok()
        {
            written.aside = None;
        }
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
