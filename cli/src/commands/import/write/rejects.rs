//! The file of rejects: the rows that are no contacts.
//!
//! Invariant: a reject is in the file before the next row is read. Without a file, rejects are only counted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unicontact_files::{ContactReader, Reject, RejectsWriter};

use super::backed_up_file::BackedUpFile;

/// The file of rejects of one input file, and the limit on rejects.
pub(in crate::commands::import) struct RejectsFile {
    writer: Option<RejectsWriter<BackedUpFile>>,
    /// The limit on the rejects of all input files.
    max_rejects: Option<u64>,
    /// The number of rejects of all input files.
    total: Arc<AtomicU64>,
    is_complete: bool,
}

impl RejectsFile {
    pub(in crate::commands::import) fn new(
        path: Option<PathBuf>,
        reading: &ContactReader,
        max_rejects: Option<u64>,
    ) -> Self {
        let writer = path.map(|path| RejectsWriter::new(BackedUpFile::new(path), reading));
        Self { writer, max_rejects, total: Arc::default(), is_complete: false }
    }

    /// Counts the rejects in `total`, which several files share.
    pub(in crate::commands::import) fn with_total(self, total: Arc<AtomicU64>) -> Self {
        Self { total, ..self }
    }

    /// Writes a reject. Returns whether the limit allows another one.
    pub(in crate::commands::import) fn write(&mut self, reject: &Reject) -> io::Result<bool> {
        if self.is_complete {
            return Ok(false);
        }
        let total = self.total.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(writer) = &mut self.writer {
            writer.write(reject)?;
        }
        Ok(self.max_rejects.is_none_or(|limit| total <= limit))
    }

    /// Returns the path of the backup of an earlier file.
    pub(in crate::commands::import) fn backup(&mut self) -> Option<PathBuf> {
        self.writer.as_mut()?.get_mut().backup().map(Path::to_owned)
    }

    /// Ends the writing. A backup with the same content as the file is removed.
    pub(in crate::commands::import) fn complete(&mut self) {
        self.is_complete = true;
        if let Some(writer) = &mut self.writer {
            writer.get_mut().complete();
        }
    }
}
