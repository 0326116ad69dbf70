//! The state that the reading thread, the thread of late rejects and the delivery share: counts and output files.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use unicontact_files::{ContactReader, Reject, Row};

use super::file_counts::{FileCounts, InputCounts, ReadEnd};
use super::row_number;
use crate::commands::import::open::Inputs;
use crate::commands::import::write::{NotesFile, RejectsFile, WriteFailure};

/// The shared state of all files.
pub(super) struct ReadProgress {
    files: Vec<FileProgress>,
    notes: Mutex<NotesFile>,
    is_stopped: AtomicBool,
    /// The limit on the rejects of all files, and their number.
    max_rejects: Option<u64>,
    rejects: Arc<AtomicU64>,
}

struct FileProgress {
    counts: Mutex<FileCounts>,
    rejects: Mutex<Option<RejectsFile>>,
}

impl ReadProgress {
    pub(super) fn new(inputs: &Inputs, max_rejects: Option<u64>, notes: NotesFile) -> Self {
        let file = |file| FileProgress {
            counts: Mutex::new(FileCounts::new(file, inputs.identify_by, notes.path())),
            rejects: Mutex::new(None),
        };
        Self {
            files: inputs.files.iter().map(file).collect(),
            notes: Mutex::new(notes),
            is_stopped: AtomicBool::new(false),
            max_rejects,
            rejects: Arc::default(),
        }
    }

    pub(super) fn has_several_files(&self) -> bool {
        self.files.len() > 1
    }

    /// Returns the counts of a file, or `None` for an unknown file.
    pub(super) fn counts(&self, file: usize) -> Option<MutexGuard<'_, FileCounts>> {
        self.files.get(file).map(|file| locked(&file.counts))
    }

    /// Prepares the file of rejects of an input file.
    pub(super) fn open_rejects(&self, file: usize, path: Option<std::path::PathBuf>, reader: &ContactReader) {
        if let Some(file) = self.files.get(file) {
            let rejects = RejectsFile::new(path, reader, self.max_rejects);
            *locked(&file.rejects) = Some(rejects.with_total(Arc::clone(&self.rejects)));
        }
    }

    /// Writes a reject. Returns why the reading ends, if it does.
    pub(super) fn write_reject(&self, file: usize, reject: &Reject) -> Option<ReadEnd> {
        let file = self.files.get(file)?;
        let mut rejects = locked(&file.rejects);
        let rejects = rejects.as_mut()?;
        let end = match rejects.write(reject) {
            Ok(_) if reject.reading_ended => Some(ReadEnd::FailedInRow),
            Ok(true) => None,
            Ok(false) => Some(ReadEnd::TooManyRejects),
            Err(error) => Some(ReadEnd::RejectsUnwritten(WriteFailure::from(&error))),
        };
        let mut counts = locked(&file.counts);
        counts.rejects_backup = rejects.backup();
        counts.rejects_written += u64::from(!matches!(end, Some(ReadEnd::RejectsUnwritten(_))));
        end
    }

    /// Writes the dropped cells and suggestions of a row. Returns why the reading ends, if it does.
    pub(super) fn write_notes(&self, file: usize, row: &Row) -> Option<ReadEnd> {
        if row.dropped.is_empty() && row.suggestions.is_empty() {
            return None;
        }
        let mut notes = locked(&self.notes);
        let name = if self.has_several_files() { Some(self.counts(file)?.name.clone()) } else { None };
        let written = notes.write(name.as_deref(), row);
        written.err().map(|error| ReadEnd::NotesUnwritten(WriteFailure::from(&error)))
    }

    /// Writes a reject that the delivery found. Its line is a row number.
    pub(super) fn write_late_reject(&self, mut reject: Reject) {
        let (file, line) = row_number::decode(reject.line);
        reject.line = line;
        if let Some(end) = self.write_reject(file, &reject) {
            self.stop(file, end);
        }
    }

    /// Stops the reading because of a reject that the delivery found.
    pub(super) fn stop(&self, file: usize, end: ReadEnd) {
        if let Some(mut counts) = self.counts(file) {
            counts.end = Some(match (counts.end.take(), end) {
                (Some(ReadEnd::EndOfFile), ReadEnd::RejectsUnwritten(error)) => {
                    ReadEnd::LateRejectsUnwritten(error)
                }
                (Some(earlier), _) => earlier,
                (None, end) => end,
            });
        }
        // The reading thread sees the reason once it sees the flag.
        self.is_stopped.store(true, Ordering::Release);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }

    /// Completes the output files and returns the counts.
    pub(super) fn finish(&self, is_taken: bool) -> InputCounts {
        let files = self.files.iter().map(|file| file.finish(is_taken)).collect();
        let notes_backup = self.notes.try_lock().ok().and_then(|mut notes| {
            notes.complete();
            Some((notes.path()?.to_owned(), notes.backup()?.to_owned()))
        });
        InputCounts { files, notes_backup }
    }
}

impl FileProgress {
    fn finish(&self, is_taken: bool) -> FileCounts {
        // A thread that is blocked on a pipe of rejects holds this lock. The command does not wait for it.
        if let Ok(mut rejects) = self.rejects.try_lock()
            && let Some(rejects) = rejects.as_mut()
        {
            rejects.complete();
            locked(&self.counts).rejects_backup = rejects.backup();
        }
        let mut counts = locked(&self.counts).clone();
        counts.is_taken = is_taken;
        counts
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
