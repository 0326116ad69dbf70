//! Reads the input files one after the other on a thread, at most a few rows ahead of the delivery.
//!
//! Invariant: a thread that waits for its input never keeps the command from ending.

mod file_counts;
mod mixed_encodings;
mod note_counts;
mod progress;
mod row_number;
mod share;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::stream::{self, Stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use unicontact::bulk::{Refusal, SourceRow};
use unicontact_files::{ContactReader, Reject, Row};

pub(super) use self::file_counts::{FileCounts, InputCounts, ReadEnd};
pub(super) use self::note_counts::{NoteCounts, messages as note_messages};
use self::progress::ReadProgress;
use self::share::ShareRead;
use super::open::{InputFile, Inputs};
use super::write::{LateRejects, NotesFile, WriteFailure};
use crate::arguments::Import;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::summary::dropped_field;

/// A limit on the rows that are read ahead.
const READ_AHEAD: usize = 64;
/// The number of rows for which a full queue must have room before the thread continues. A wake-up costs more than a row.
const BATCH: usize = 32;

/// The input files, being read by a thread.
pub(super) struct Reader {
    source_rows: Option<mpsc::Receiver<SourceRow>>,
    /// Whether the delivery took all contacts that were read.
    is_taken: Arc<AtomicBool>,
    progress: Arc<ReadProgress>,
    late_rejects: Option<LateRejects>,
    share: ShareRead,
}

impl Reader {
    /// Starts the thread.
    pub(super) fn start(inputs: Inputs, arguments: &Import) -> Result<Self, Failure> {
        Self::start_with(inputs, arguments.max_rejects, NotesFile::new(arguments.notes.clone()))
    }

    fn start_with(inputs: Inputs, max_rejects: Option<u64>, notes: NotesFile) -> Result<Self, Failure> {
        let (sender, source_rows) = mpsc::channel(READ_AHEAD);
        let progress = Arc::new(ReadProgress::new(&inputs, max_rejects, notes));
        let Inputs { files, bytes_read, length, .. } = inputs;
        let thread = ReaderThread {
            queue: RowQueue { source_rows: sender, runtime: Handle::current() },
            bytes_read: Arc::clone(&bytes_read),
            progress: Arc::clone(&progress),
        };
        // The thread is not joined: its input may never end.
        let started = std::thread::Builder::new().name("reader".to_owned());
        started.spawn(move || thread.read_all(files)).map_err(|error| {
            Failure::new(
                FailureCode::System,
                format!("the thread that reads the files cannot start: {error}"),
            )
        })?;
        let is_taken = Arc::new(AtomicBool::new(false));
        Ok(Self {
            source_rows: Some(source_rows),
            is_taken,
            progress,
            late_rejects: None,
            share: ShareRead::new(length, bytes_read),
        })
    }

    /// Returns the stream of contacts. A second call returns an empty stream.
    pub(super) fn source_rows(&mut self) -> impl Stream<Item = SourceRow> + use<> {
        let (mut rows, is_taken) = (self.source_rows.take(), Arc::clone(&self.is_taken));
        let share = self.share.clone();
        stream::poll_fn(move |context| {
            let Some(rows) = &mut rows else {
                return std::task::Poll::Ready(None);
            };
            let next = rows.poll_recv(context);
            match &next {
                std::task::Poll::Ready(Some(row)) => share.take(row.line),
                std::task::Poll::Ready(None) => is_taken.store(true, Ordering::Relaxed),
                std::task::Poll::Pending => {}
            }
            next
        })
    }

    /// Rejects a row that the delivery refused.
    pub(super) fn reject_refused(&mut self, refusal: Refusal) {
        let Refusal { row, reason, .. } = refusal;
        let name = row.contact.display_name().map(Into::into);
        let clash = reason.clashes_with().map(|number| {
            let (file, line) = row_number::decode(number);
            let other_file = (file != row_number::decode(row.line).0).then(|| self.progress.counts(file));
            let other_file = other_file.flatten().map(|counts| counts.display_name());
            let of_file = other_file.map(|name| format!(" of {name}")).unwrap_or_default();
            format!("; it clashes with line {line}{of_file}")
        });
        let text = format!("{reason}{}. {}", clash.unwrap_or_default(), reason.hint());
        let mut reject = Reject::new(row.line, text, row.original);
        reject.name = name;
        self.reject(reject);
    }

    /// Counts a reject and hands it to the thread that writes late rejects. Its line is a row number.
    fn reject(&mut self, reject: Reject) {
        let (file, line) = row_number::decode(reject.line);
        let Some(mut counts) = self.progress.counts(file) else { return };
        let mut located = Reject::new(line, reject.reason.clone(), Vec::new());
        located.name.clone_from(&reject.name);
        counts.add_reject(&located);
        drop(counts);
        if self.late_rejects.is_none() {
            let progress = Arc::clone(&self.progress);
            match LateRejects::start(move |reject| progress.write_late_reject(reject)) {
                Ok(late_rejects) => self.late_rejects = Some(late_rejects),
                Err(error) => {
                    self.progress.stop(file, ReadEnd::RejectsUnwritten(WriteFailure::from(&error)));
                }
            }
        }
        if let Some(late_rejects) = &self.late_rejects {
            late_rejects.send(reject);
        }
    }

    /// Returns the name of the file of a row and its line. `None` if there is only one file.
    pub(super) fn file_and_line(&self, number: u64) -> Option<(String, u64)> {
        let (file, line) = row_number::decode(number);
        let name = self.progress.has_several_files().then(|| self.progress.counts(file)).flatten();
        name.map(|counts| (counts.name.clone(), line))
    }

    /// Returns the share of the files that is read, from 0 to 1. `None` if their length is unknown.
    pub(super) fn share_read(&self) -> Option<f64> {
        self.share.get()
    }

    /// Completes the output files and returns the counts. No row may be rejected afterwards.
    pub(super) fn finish(&mut self) -> InputCounts {
        if self.late_rejects.take().is_some_and(|late_rejects| !late_rejects.finish()) {
            self.progress.stop(0, ReadEnd::RejectsUnwritten(WriteFailure::too_slow()));
        }
        self.progress.finish(self.is_taken.load(Ordering::Relaxed))
    }
}

/// The queue of contacts to the delivery.
struct RowQueue {
    source_rows: mpsc::Sender<SourceRow>,
    runtime: Handle,
}

impl RowQueue {
    /// Waits for room for a batch. Returns `None` if the delivery takes no more rows.
    fn reserve(&self) -> Option<mpsc::PermitIterator<'_, SourceRow>> {
        self.runtime.block_on(self.source_rows.reserve_many(BATCH)).ok()
    }
}

/// The state of the thread.
struct ReaderThread {
    queue: RowQueue,
    bytes_read: Arc<AtomicU64>,
    progress: Arc<ReadProgress>,
}

impl ReaderThread {
    fn read_all(&self, files: Vec<InputFile>) {
        for (index, file) in files.into_iter().enumerate() {
            self.update(index, |counts| counts.is_begun = true);
            let rejects = file.rejects.clone();
            match file.into_reader(&self.bytes_read) {
                Err(reason) => self.update(index, |counts| counts.end = Some(ReadEnd::Failed(reason))),
                Ok(reader) => {
                    self.progress.open_rejects(index, rejects, &reader);
                    if !self.read_file(reader, index) {
                        return;
                    }
                }
            }
        }
    }

    /// Reads a file. Returns whether the next file is read.
    fn read_file(&self, mut reader: ContactReader, index: usize) -> bool {
        let Some(mut room) = self.queue.reserve() else { return false };
        let mut reads_next_file = true;
        for row in reader.by_ref() {
            match row {
                Ok(row) => {
                    if let Some(end) = self.progress.write_notes(index, &row) {
                        self.update(index, |counts| counts.end = Some(end));
                        reads_next_file = false;
                        break;
                    }
                    self.update(index, |counts| counts.add(&row));
                    let Some(permit) = room.next().or_else(|| {
                        room = self.queue.reserve()?;
                        room.next()
                    }) else {
                        return false;
                    };
                    permit.send(source_row(index, row));
                }
                Err(reject) if reject.reading_ended && reject.original.is_empty() => {
                    self.update(index, |counts| counts.end = Some(ReadEnd::Failed(reject.to_string())));
                }
                Err(reject) => {
                    let end = self.progress.write_reject(index, &reject);
                    self.update(index, |counts| counts.add_reject(&reject));
                    if let Some(end) = end {
                        reads_next_file = matches!(end, ReadEnd::FailedInRow);
                        self.update(index, |counts| counts.end = Some(end));
                        break;
                    }
                }
            }
            if self.progress.is_stopped() {
                self.update(index, |counts| {
                    counts.end.get_or_insert(ReadEnd::Stopped);
                });
                reads_next_file = false;
                break;
            }
        }
        self.update(index, |counts| counts.finish(&reader));
        reads_next_file
    }

    fn update(&self, index: usize, change: impl FnOnce(&mut FileCounts)) {
        if let Some(mut counts) = self.progress.counts(index) {
            change(&mut counts);
        }
    }
}

fn source_row(file: usize, row: Row) -> SourceRow {
    let mut source_row = SourceRow::from(row.contact);
    source_row.line = row_number::encode(file, row.line);
    source_row.original = row.original;
    source_row.earlier = row.earlier;
    source_row.dropped = row.dropped.iter().map(dropped_field).collect();
    source_row
}

#[cfg(test)]
mod tests;
