//! The thread that reads the file.
//!
//! Its rule: it reads no further ahead than a few rows, and a thread that waits for its input never keeps the command from
//! ending.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream::{self, Stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use unicontact::identity::IdentifyBy;
use unicontact::import::{Refusal, SourceRow};
use unicontact_import::{Format, Reading, Reject, Row};

use super::dropped::{DroppedCells, dropped_field};
use super::late_rejects::LateRejects;
use super::notes::NotesFile;
use super::rejects::RejectsFile;
use crate::exit::{Exit, Failure};
use crate::output::{self, Resume};

/// How many rows are read ahead.
const AHEAD: usize = 64;
/// Once as many are read, it goes on when there is room for so many: to be woken costs more than to read a row.
const ROOM: usize = 32;
/// How many rejects, notes and properties are told one by one.
const TOLD: usize = 10;
/// How many different notes are counted.
const NOTES: usize = 200;

/// A file being read.
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
    rows: Mutex<Rows>,
    rejects: Mutex<RejectsFile>,
    notes: Mutex<NotesFile>,
    /// No more rows are read: too many were rejected, or a reject could not be written.
    is_stopped: AtomicBool,
}

/// What is known of the rows so far.
#[derive(Clone, Default)]
pub(super) struct Rows {
    name: String,
    format: Option<Format>,
    /// How people without an id are told apart: the setting `identify_by`.
    identify_by: IdentifyBy,
    /// Whether a column of ids is missing, which is told at the start.
    lacks_id_column: bool,
    contacts: u64,
    contacts_with_id: u64,
    /// None where they are only counted.
    rejects_file: Option<PathBuf>,
    /// Where that is now which was in the file of rejects before.
    aside: Option<PathBuf>,
    pub(super) rejects: u64,
    first_rejects: Vec<String>,
    notes: BTreeMap<String, u64>,
    pub(super) dropped: DroppedCells,
    notes_file: Option<PathBuf>,
    /// Where that is now which was in the file of notes before.
    notes_aside: Option<PathBuf>,
    end: Option<End>,
    is_taken: bool,
}

#[derive(Clone)]
enum End {
    OfTheFile,
    TooManyRejects,
    RejectsUnwritten(String),
    NotesUnwritten(String),
    /// The whole file was read, and a reject that was found later could not be written.
    LateRejectsUnwritten(String),
    /// The input failed, here.
    BrokeOff(String),
    /// It failed within a row, which is among the rejects.
    BrokeOffInRow,
}

/// Returns whether the file has columns, and none of them is your id of the contact.
pub(super) fn lacks_id_column(reading: &Reading) -> bool {
    reading.columns().is_some_and(|plan| !plan.has_field("external_id"))
}

impl Reader {
    pub(super) fn start(
        path: &Path,
        reading: Reading,
        (rejects, notes): (RejectsFile, NotesFile),
        read: Arc<AtomicU64>,
        length: Option<u64>,
        identify_by: IdentifyBy,
    ) -> Result<Self, Failure> {
        let (sender, source_rows) = mpsc::channel(AHEAD);
        let rows = Rows {
            name: path.display().to_string(),
            format: Some(reading.format()),
            identify_by,
            lacks_id_column: lacks_id_column(&reading),
            rejects_file: rejects.path().map(Path::to_owned),
            notes_file: notes.path().map(Path::to_owned),
            ..Rows::default()
        };
        let progress = Arc::new(Progress {
            rows: Mutex::new(rows),
            rejects: Mutex::new(rejects),
            notes: Mutex::new(notes),
            is_stopped: AtomicBool::new(false),
        });
        let thread = std::thread::Builder::new().name("reader".to_owned());
        // Nobody waits for it: it may wait for an input that never ends.
        let started = thread.spawn({
            let progress = Arc::clone(&progress);
            let queue = Queue { source_rows: sender, runtime: Handle::current() };
            move || read_all(reading, &queue, &progress)
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
    fn reject(&mut self, line: u64, original: Vec<u8>, reason: String) {
        let reject = Reject::new(line, reason, original);
        let mut rows = locked(&self.progress.rows);
        rows.reject(&reject);
        drop(rows);
        if self.late.is_none() {
            let progress = Arc::clone(&self.progress);
            match LateRejects::start(move |reject| progress.write_late(reject)) {
                Ok(late) => self.late = Some(late),
                Err(error) => self.progress.end_late(End::RejectsUnwritten(error.to_string())),
            }
        }
        if let Some(late) = &self.late {
            late.send(reject);
        }
    }

    /// Rejects a row that the library refused.
    pub(super) fn reject_refused(&mut self, refusal: Refusal) {
        let Refusal { row, reason } = refusal;
        let clash = reason.clashes_with().map(|line| format!("; it clashes with line {line}"));
        let why = format!("{reason}{}. {}", clash.unwrap_or_default(), reason.hint());
        self.reject(row.line, row.original, why);
    }

    /// How much of the file is read, from 0 to 1, where its length says something.
    #[expect(clippy::cast_precision_loss, reason = "a share is an estimate")]
    pub(super) fn share_read(&self) -> Option<f64> {
        let length = self.length?;
        Some((self.read.load(Ordering::Relaxed) as f64 / length as f64).min(1.0))
    }

    /// What is known of the rows, of which no more are to come.
    pub(super) fn rows(&mut self) -> Rows {
        if self.late.take().is_some_and(|late| !late.finish()) {
            self.progress.end_late(End::RejectsUnwritten("it takes too long".to_owned()));
        }
        // A thread that waits for whoever should read its rejects is not waited for.
        if let Ok(mut rejects) = self.progress.rejects.try_lock() {
            rejects.complete();
            locked(&self.progress.rows).aside = rejects.aside();
        }
        if let Ok(mut notes) = self.progress.notes.try_lock() {
            notes.complete();
            locked(&self.progress.rows).notes_aside = notes.aside().map(Path::to_owned);
        }
        Rows { is_taken: self.is_taken.load(Ordering::Relaxed), ..locked(&self.progress.rows).clone() }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    /// Writes a reject. Returns why no more rows are read, if so.
    fn write(&self, reject: &Reject) -> Option<End> {
        let mut rejects = locked(&self.rejects);
        let end = match rejects.write(reject) {
            Ok(_) if reject.reading_ended => Some(End::BrokeOffInRow),
            Ok(true) => None,
            Ok(false) => Some(End::TooManyRejects),
            Err(error) => Some(End::RejectsUnwritten(error.to_string())),
        };
        locked(&self.rows).aside = rejects.aside();
        end
    }

    /// Writes the dropped cells of a row. Returns why no more rows are read, if so.
    fn write_dropped(&self, row: &Row) -> Option<End> {
        if row.dropped.is_empty() {
            return None;
        }
        locked(&self.notes).write(row).err().map(|error| End::NotesUnwritten(error.to_string()))
    }

    fn write_late(&self, reject: &Reject) {
        if let Some(end) = self.write(reject) {
            self.end_late(end);
        }
    }

    /// Ends the reading because of a row that was read before.
    fn end_late(&self, end: End) {
        let mut rows = locked(&self.rows);
        rows.end = Some(match (rows.end.take(), end) {
            (Some(End::OfTheFile), End::RejectsUnwritten(error)) => End::LateRejectsUnwritten(error),
            (Some(earlier), _) => earlier,
            (None, end) => end,
        });
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

fn read_all(mut reading: Reading, queue: &Queue, progress: &Progress) {
    let Some(mut room) = queue.room() else { return };
    for row in reading.by_ref() {
        match row {
            Ok(row) => {
                let end = progress.write_dropped(&row);
                if end.is_some() {
                    locked(&progress.rows).end = end;
                    break;
                }
                locked(&progress.rows).add(&row);
                let Some(place) = room.next().or_else(|| {
                    room = queue.room()?;
                    room.next()
                }) else {
                    return;
                };
                let Row { contact, line, original, earlier, dropped, .. } = row;
                let dropped = dropped.iter().map(dropped_field).collect();
                place.send(SourceRow { contact, line, original, earlier, dropped });
            }
            Err(reject) if reject.reading_ended && reject.original.is_empty() => {
                locked(&progress.rows).end = Some(End::BrokeOff(reject.to_string()));
            }
            Err(reject) => {
                let end = progress.write(&reject);
                let mut rows = locked(&progress.rows);
                rows.reject(&reject);
                if end.is_some() {
                    rows.end = end;
                    break;
                }
            }
        }
        if progress.is_stopped.load(Ordering::Acquire) {
            break;
        }
    }
    let mut rows = locked(&progress.rows);
    rows.note(reading.unused().keys().map(|property| format!("{property}: not used")));
    for skipped in reading.skipped_rows() {
        let times = usize::try_from(skipped.count).unwrap_or(usize::MAX);
        let note = format!("a row is skipped: {} (first in line {})", skipped.reason, skipped.first_line);
        rows.note(std::iter::repeat_n(note, times));
    }
    rows.end.get_or_insert(End::OfTheFile);
}

impl Rows {
    fn note(&mut self, notes: impl Iterator<Item = String>) {
        for note in notes {
            if self.notes.len() < NOTES || self.notes.contains_key(&note) {
                *self.notes.entry(note).or_default() += 1;
            }
        }
    }

    fn add(&mut self, row: &Row) {
        self.contacts += 1;
        self.contacts_with_id += u64::from(row.contact.external_id.is_some());
        self.note(row.other_notes().map(ToString::to_string));
        self.dropped.add(row);
    }

    fn reject(&mut self, reject: &Reject) {
        self.rejects += 1;
        if self.first_rejects.len() < TOLD {
            self.first_rejects.push(reject.to_string());
        }
    }

    /// Says what was not read as it stands.
    pub(super) fn tell(&self, resume: &Resume) {
        let name = &self.name;
        for (note, times) in self.notes.iter().take(TOLD) {
            output::message(&format!("{name}: {times} times: {note}"));
        }
        if self.notes.len() > TOLD {
            output::message(&format!("{name}: and {} other notes", self.notes.len() - TOLD));
        }
        for line in output::dropped(name, &self.dropped, self.notes_file.as_deref()) {
            output::message(&line);
        }
        if let Some(format) = self.format.filter(|_| self.lacks_all_ids()) {
            output::message(&output::no_ids(name, format, self.identify_by));
        }
        for reject in &self.first_rejects {
            output::message(&format!("{name}: {reject}"));
        }
        if self.rejects > 0 {
            let place =
                self.rejects_file.as_ref().map(|file| format!("; these rows are in {}", file.display()));
            output::message(&format!("{name}: no contacts: {}{}", self.rejects, place.unwrap_or_default()));
        }
        let kept = [(&self.rejects_file, &self.aside), (&self.notes_file, &self.notes_aside)];
        for (file, aside) in kept.into_iter().filter_map(|(file, aside)| file.as_ref().zip(aside.as_ref())) {
            let (file, aside) = (file.display(), aside.display());
            output::message(&format!("{name}: what was in {file} before is in {aside} now"));
        }
        match &self.end {
            Some(End::OfTheFile) if self.is_taken => {}
            Some(End::TooManyRejects) => output::message(&format!(
                "{name}: more rejects than --max-rejects allows; the rest was not read"
            )),
            Some(End::RejectsUnwritten(error)) => {
                let file = self.rejects_file.as_deref().unwrap_or(Path::new("the rejects")).display();
                output::message(&format!("error: {file} cannot be written ({error}); the rest was not read"));
            }
            Some(End::NotesUnwritten(error)) => {
                let file = self.notes_file.as_deref().unwrap_or(Path::new("the notes")).display();
                output::message(&format!("error: {file} cannot be written ({error}); the rest was not read"));
            }
            Some(End::LateRejectsUnwritten(error)) => {
                let file = self.rejects_file.as_deref().unwrap_or(Path::new("the rejects")).display();
                output::message(&format!(
                    "error: {file} cannot be written ({error}); it lacks rejected rows"
                ));
            }
            Some(End::BrokeOff(place)) => {
                output::message(&format!("error: {name}: {place}; the rest was not read"));
            }
            Some(End::BrokeOffInRow) => output::message(&format!("error: {name}: the rest was not read")),
            None if self.is_taken => output::message(&format!("error: {name}: reading it broke off")),
            _ => {
                let go_on = match resume {
                    Resume::Command(command) => format!("go on with: {command}"),
                    Resume::SameCommand | Resume::NoJournal => "run it again to go on".to_owned(),
                };
                output::message(&format!("{name}: the rest was not read; {go_on}"));
            }
        }
    }

    /// Whether no row of the whole file had an id, and nobody was told at the start.
    fn lacks_all_ids(&self) -> bool {
        let is_whole = matches!(self.end, Some(End::OfTheFile));
        is_whole && self.contacts > 0 && self.contacts_with_id == 0 && !self.lacks_id_column
    }

    /// Whether all of them were contacts, and taken.
    pub(super) fn exit(&self) -> Exit {
        let is_whole = matches!(self.end, Some(End::OfTheFile)) && self.is_taken && self.rejects == 0;
        if is_whole { Exit::Done } else { Exit::Incomplete }
    }
}

#[cfg(test)]
mod tests;
