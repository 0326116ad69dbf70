//! The thread that reads the files, one after the other.
//!
//! It reads no further ahead than a few rows, and a thread that waits for its input never keeps the command from ending.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream::{self, Stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use unicontact::Report;
use unicontact::bulk::{Refusal, SourceRow};
use unicontact_files::{ContactReader, Reject, Row};

use super::dropped::dropped_field;
use super::late_rejects::LateRejects;
use super::lines::{located, numbered};
use super::notes::NotesFile;
use super::rejects::RejectsFile;
use super::rows::{AllRows, End, Rows};
use super::source::{Source, Sources};
use super::write_failure::WriteFailure;
use crate::exit::Failure;
use crate::output;

/// How many rows are read ahead.
const AHEAD: usize = 64;
/// Once as many are read, it goes on when there is room for so many: to be woken costs more than to read a row.
const ROOM: usize = 32;

/// Files being read.
pub(super) struct Reader {
    source_rows: Option<mpsc::Receiver<SourceRow>>,
    /// Whether all contacts that were read were taken.
    is_taken: Arc<AtomicBool>,
    progress: Arc<Progress>,
    late: Option<LateRejects>,
    read: Arc<AtomicU64>,
    length: Option<u64>,
}

/// What the threads of a reader share.
struct Progress {
    files: Vec<FileProgress>,
    notes: Mutex<NotesFile>,
    /// No more rows are read: too many were rejected, or a reject could not be written.
    is_stopped: AtomicBool,
    /// How many rejects there may be, and how many there are.
    most_rejects: Option<u64>,
    rejects: Arc<AtomicU64>,
}

/// What the threads share of a file.
struct FileProgress {
    rows: Mutex<Rows>,
    rejects: Mutex<Option<RejectsFile>>,
}

impl Reader {
    pub(super) fn start(
        sources: Sources,
        most_rejects: Option<u64>,
        notes: NotesFile,
    ) -> Result<Self, Failure> {
        let (sender, source_rows) = mpsc::channel(AHEAD);
        let Sources { files, read, length, identify_by } = sources;
        let file = |source: &Source| FileProgress {
            rows: Mutex::new(Rows::new(source, identify_by, notes.path())),
            rejects: Mutex::new(None),
        };
        let progress = Arc::new(Progress {
            files: files.iter().map(file).collect(),
            notes: Mutex::new(notes),
            is_stopped: AtomicBool::new(false),
            most_rejects,
            rejects: Arc::default(),
        });
        let thread = std::thread::Builder::new().name("reader".to_owned());
        // Nobody waits for it: it may wait for an input that never ends.
        let started = thread.spawn({
            let (progress, read) = (Arc::clone(&progress), Arc::clone(&read));
            let queue = Queue { source_rows: sender, runtime: Handle::current() };
            move || read_all(files, &read, &queue, &progress)
        });
        started
            .map_err(|error| Failure::new(format!("no thread can be started to read the file: {error}")))?;
        let is_taken = Arc::new(AtomicBool::new(false));
        Ok(Self { source_rows: Some(source_rows), is_taken, progress, late: None, read, length })
    }

    /// Returns the rows that are contacts. They can be taken once.
    pub(super) fn source_rows(&mut self) -> impl Stream<Item = SourceRow> + use<> {
        let (mut rows, is_taken) = (self.source_rows.take(), Arc::clone(&self.is_taken));
        stream::poll_fn(move |context| {
            let Some(rows) = &mut rows else {
                return std::task::Poll::Ready(None);
            };
            let next = rows.poll_recv(context);
            if matches!(next, std::task::Poll::Ready(None)) {
                is_taken.store(true, Ordering::Relaxed);
            }
            next
        })
    }

    /// Rejects a row that was read before: it goes to the file of rejects and is counted like any other.
    fn reject(&mut self, number: u64, original: Vec<u8>, reason: String) {
        let (file, line) = located(number);
        let Some(progress) = self.progress.files.get(file) else { return };
        locked(&progress.rows).reject(&Reject::new(line, reason.clone(), Vec::new()));
        if self.late.is_none() {
            let progress = Arc::clone(&self.progress);
            match LateRejects::start(move |reject| progress.write_late(reject)) {
                Ok(late) => self.late = Some(late),
                Err(error) => self.progress.end_late(file, End::RejectsUnwritten(WriteFailure::from(&error))),
            }
        }
        if let Some(late) = &self.late {
            late.send(Reject::new(number, reason, original));
        }
    }

    /// Rejects a row that the library refused.
    pub(super) fn reject_refused(&mut self, refusal: Refusal) {
        let Refusal { row, reason, .. } = refusal;
        let clash = reason.clashes_with().map(|number| {
            let (file, line) = located(number);
            let elsewhere = self.shown_name(file).filter(|_| file != located(row.line).0);
            let of = elsewhere.map(|name| format!(" of {name}")).unwrap_or_default();
            format!("; it clashes with line {line}{of}")
        });
        let why = format!("{reason}{}. {}", clash.unwrap_or_default(), reason.hint());
        self.reject(row.line, row.original, why);
    }

    /// Returns a report as JSON. Where there are several files, a row is named with its file.
    pub(super) fn report(&self, report: &Report) -> io::Result<String> {
        if self.progress.files.len() < 2 {
            return output::json_text(report);
        }
        let mut value = serde_json::to_value(report)?;
        let mut locate = |pointer: &str, line_key: &str, file_key: &str, number: Option<u64>| {
            let Some((number, at)) = number.zip(value.pointer_mut(pointer)) else { return };
            let (file, line) = located(number);
            at[line_key] = line.into();
            at[file_key] = self.name(file).into();
        };
        let refusal = report.refusal.as_ref();
        locate("", "line", "file", Some(report.source.line).filter(|line| *line > 0));
        locate("/refusal", "line", "file", refusal.map(|refusal| refusal.row.line));
        let clash = refusal.and_then(|refusal| refusal.reason.clashes_with());
        locate("/refusal", "clashes_with_line", "clashes_with_file", clash);
        output::json_text(&value)
    }

    fn name(&self, file: usize) -> Option<String> {
        self.progress.files.get(file).map(|file| locked(&file.rows).name.clone())
    }

    fn shown_name(&self, file: usize) -> Option<String> {
        self.progress.files.get(file).map(|file| locked(&file.rows).shown_name())
    }

    /// How much of the files is read, from 0 to 1, where their length says something.
    #[expect(clippy::cast_precision_loss, reason = "a share is an estimate")]
    pub(super) fn share_read(&self) -> Option<f64> {
        let length = self.length?;
        Some((self.read.load(Ordering::Relaxed) as f64 / length as f64).min(1.0))
    }

    /// What is known of the rows, of which no more are to come.
    pub(super) fn rows(&mut self) -> AllRows {
        if self.late.take().is_some_and(|late| !late.finish()) {
            self.progress.end_late(0, End::RejectsUnwritten(WriteFailure::too_slow()));
        }
        let is_taken = self.is_taken.load(Ordering::Relaxed);
        let rows = |file: &FileProgress| {
            // A thread that waits for whoever should read its rejects is not waited for.
            if let Ok(mut rejects) = file.rejects.try_lock()
                && let Some(rejects) = rejects.as_mut()
            {
                rejects.complete();
                locked(&file.rows).aside = rejects.aside();
            }
            let mut rows = locked(&file.rows).clone();
            rows.is_taken = is_taken;
            rows
        };
        let files = self.progress.files.iter().map(rows).collect();
        let notes_aside = self.progress.notes.try_lock().ok().and_then(|mut notes| {
            notes.complete();
            Some((notes.path()?.to_owned(), notes.aside()?.to_owned()))
        });
        AllRows { files, notes_aside }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    /// Writes a reject of a file. Returns why no more rows of it are read, if so.
    fn write(&self, file: usize, reject: &Reject) -> Option<End> {
        let file = self.files.get(file)?;
        let mut rejects = locked(&file.rejects);
        let rejects = rejects.as_mut()?;
        let end = match rejects.write(reject) {
            Ok(_) if reject.reading_ended => Some(End::BrokeOffInRow),
            Ok(true) => None,
            Ok(false) => Some(End::TooManyRejects),
            Err(error) => Some(End::RejectsUnwritten(WriteFailure::from(&error))),
        };
        let mut rows = locked(&file.rows);
        rows.aside = rejects.aside();
        rows.rejects_written += u64::from(!matches!(end, Some(End::RejectsUnwritten(_))));
        end
    }

    /// Writes the dropped cells and the suggestions of a row. Returns why no more rows are read, if so.
    fn write_notes(&self, file: &FileProgress, row: &Row) -> Option<End> {
        if row.dropped.is_empty() && row.suggestions.is_empty() {
            return None;
        }
        let mut notes = locked(&self.notes);
        let name = (self.files.len() > 1).then(|| locked(&file.rows).name.clone());
        let written = notes.write(name.as_deref(), row);
        written.err().map(|error| End::NotesUnwritten(WriteFailure::from(&error)))
    }

    fn write_late(&self, mut reject: Reject) {
        let (file, line) = located(reject.line);
        reject.line = line;
        if let Some(end) = self.write(file, &reject) {
            self.end_late(file, end);
        }
    }

    /// Ends the reading because of a row that was read before.
    fn end_late(&self, file: usize, end: End) {
        if let Some(file) = self.files.get(file) {
            let mut rows = locked(&file.rows);
            rows.end = Some(match (rows.end.take(), end) {
                (Some(End::OfTheFile), End::RejectsUnwritten(error)) => End::LateRejectsUnwritten(error),
                (Some(earlier), _) => earlier,
                (None, end) => end,
            });
        }
        // The thread that reads finds the reason when it sees this.
        self.is_stopped.store(true, Ordering::Release);
    }
}

/// Where the contacts go.
struct Queue {
    source_rows: mpsc::Sender<SourceRow>,
    runtime: Handle,
}

impl Queue {
    /// Room for some more, as soon as there is. None when nobody takes any.
    fn room(&self) -> Option<mpsc::PermitIterator<'_, SourceRow>> {
        self.runtime.block_on(self.source_rows.reserve_many(ROOM)).ok()
    }
}

/// Reads the files until one ends the whole.
fn read_all(files: Vec<Source>, read: &Arc<AtomicU64>, queue: &Queue, progress: &Progress) {
    for (index, source) in files.into_iter().enumerate() {
        let file = &progress.files[index];
        locked(&file.rows).is_begun = true;
        let path = source.rejects.clone();
        match source.into_reading(read) {
            Err(why) => locked(&file.rows).end = Some(End::BrokeOff(why)),
            Ok(reading) => {
                let rejects = RejectsFile::new(path, &reading, progress.most_rejects);
                *locked(&file.rejects) = Some(rejects.counted_in(Arc::clone(&progress.rejects)));
                if !read_file(reading, index, queue, progress) {
                    return;
                }
            }
        }
    }
}

/// Reads a file. Returns whether the next one is to be read.
fn read_file(mut reading: ContactReader, index: usize, queue: &Queue, progress: &Progress) -> bool {
    let file = &progress.files[index];
    let Some(mut room) = queue.room() else { return false };
    let mut goes_on = true;
    for row in reading.by_ref() {
        match row {
            Ok(row) => {
                let end = progress.write_notes(file, &row);
                if end.is_some() {
                    locked(&file.rows).end = end;
                    goes_on = false;
                    break;
                }
                locked(&file.rows).add(&row);
                let Some(place) = room.next().or_else(|| {
                    room = queue.room()?;
                    room.next()
                }) else {
                    return false;
                };
                let mut source_row = SourceRow::from(row.contact);
                source_row.line = numbered(index, row.line);
                source_row.original = row.original;
                source_row.earlier = row.earlier;
                source_row.dropped = row.dropped.iter().map(dropped_field).collect();
                place.send(source_row);
            }
            Err(reject) if reject.reading_ended && reject.original.is_empty() => {
                locked(&file.rows).end = Some(End::BrokeOff(reject.to_string()));
            }
            Err(reject) => {
                let end = progress.write(index, &reject);
                let mut rows = locked(&file.rows);
                rows.reject(&reject);
                if end.is_some() {
                    goes_on = matches!(end, Some(End::BrokeOffInRow));
                    rows.end = end;
                    break;
                }
            }
        }
        if progress.is_stopped.load(Ordering::Acquire) {
            locked(&file.rows).end.get_or_insert(End::Stopped);
            goes_on = false;
            break;
        }
    }
    let mut rows = locked(&file.rows);
    for (property, times) in reading.unused() {
        rows.notes.add(format!("{property}: not used"), *times, None);
    }
    for skipped in reading.skipped_rows() {
        let note = format!("a row is skipped: {}", skipped.reason);
        rows.notes.add(note, skipped.count, Some(skipped.first_line));
    }
    rows.end.get_or_insert(End::OfTheFile);
    goes_on
}

#[cfg(test)]
mod tests;
