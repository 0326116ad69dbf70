//! The rows that are no contacts.
//!
//! Invariant: each is in the file of rejects before the next row is read. Without a file they are only counted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unicontact_files::{ContactReader, Reject, RejectsWriter};

use super::kept_file::KeptFile;

/// The file of rejects, and how many it may hold.
pub(super) struct RejectsFile {
    writer: Option<RejectsWriter<KeptFile>>,
    /// How many there may be of all files, and how many there are.
    most: Option<u64>,
    of_all_files: Arc<AtomicU64>,
    /// Nothing more is written.
    is_complete: bool,
}

impl RejectsFile {
    pub(super) fn new(path: Option<PathBuf>, reading: &ContactReader, most: Option<u64>) -> Self {
        let writer = path.map(|path| RejectsWriter::new(KeptFile::new(path), reading));
        Self { writer, most, of_all_files: Arc::default(), is_complete: false }
    }

    /// Counts its rejects together with those of other files.
    pub(super) fn counted_in(self, of_all_files: Arc<AtomicU64>) -> Self {
        Self { of_all_files, ..self }
    }

    /// Writes one. Returns whether more may follow.
    pub(super) fn write(&mut self, reject: &Reject) -> io::Result<bool> {
        if self.is_complete {
            return Ok(false);
        }
        let of_all_files = self.of_all_files.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(writer) = &mut self.writer {
            writer.write(reject)?;
        }
        Ok(self.most.is_none_or(|most| of_all_files <= most))
    }

    /// Returns where that is now which was in the file before.
    pub(super) fn aside(&mut self) -> Option<PathBuf> {
        self.writer.as_mut()?.get_mut().aside().map(Path::to_owned)
    }

    /// No more are written. What was put aside is not kept beside a file that says the same.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
        if let Some(writer) = &mut self.writer {
            writer.get_mut().complete();
        }
    }
}
