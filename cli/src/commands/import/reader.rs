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
use unicontact::providers::UnifiedContact;
use unicontact_import::{Reading, Reject};

use super::rejects::RejectsFile;
use crate::exit::{Exit, Failure};
use crate::output;

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
    contacts: Option<mpsc::Receiver<UnifiedContact>>,
    /// Whether all contacts that were read were taken.
    is_taken: Arc<AtomicBool>,
    rows: Arc<Mutex<Rows>>,
    rejects: Arc<Mutex<RejectsFile>>,
    read: Arc<AtomicU64>,
    length: Option<u64>,
}

/// What is known of the rows so far.
#[derive(Clone, Default)]
pub(super) struct Rows {
    name: String,
    /// None where they are only counted.
    rejects_file: Option<PathBuf>,
    /// Where that is now which was in the file of rejects before.
    aside: Option<PathBuf>,
    pub(super) rejects: u64,
    first_rejects: Vec<String>,
    notes: BTreeMap<String, u64>,
    end: Option<End>,
    is_taken: bool,
}

#[derive(Clone)]
enum End {
    OfTheFile,
    TooManyRejects,
    RejectsUnwritten(String),
    /// The input failed, here.
    BrokeOff(String),
    /// It failed within a row, which is among the rejects.
    BrokeOffInRow,
}

impl Reader {
    pub(super) fn start(
        path: &Path,
        reading: Reading,
        rejects: RejectsFile,
        read: Arc<AtomicU64>,
        length: Option<u64>,
    ) -> Result<Self, Failure> {
        let (sender, contacts) = mpsc::channel(AHEAD);
        let name = path.display().to_string();
        let rejects_file = rejects.path().map(Path::to_owned);
        let rows = Arc::new(Mutex::new(Rows { name, rejects_file, ..Rows::default() }));
        let rejects = Arc::new(Mutex::new(rejects));
        let thread = std::thread::Builder::new().name("reader".to_owned());
        // Nobody waits for it: it may wait for an input that never ends.
        let started = thread.spawn({
            let (rows, rejects) = (Arc::clone(&rows), Arc::clone(&rejects));
            let queue = Queue { contacts: sender, runtime: Handle::current() };
            move || read_all(reading, &rejects, &queue, &rows)
        });
        started
            .map_err(|error| Failure::new(format!("no thread can be started to read the file: {error}")))?;
        let is_taken = Arc::new(AtomicBool::new(false));
        Ok(Self { contacts: Some(contacts), is_taken, rows, rejects, read, length })
    }

    /// The contacts. They can be taken once.
    pub(super) fn contacts(&mut self) -> impl Stream<Item = UnifiedContact> + use<> {
        let (mut contacts, is_taken) = (self.contacts.take(), Arc::clone(&self.is_taken));
        stream::poll_fn(move |context| {
            let Some(contacts) = &mut contacts else {
                return std::task::Poll::Ready(None);
            };
            let next = contacts.poll_recv(context);
            if matches!(next, std::task::Poll::Ready(None)) {
                is_taken.store(true, Ordering::Relaxed);
            }
            next
        })
    }

    /// How much of the file is read, from 0 to 1, where its length says something.
    #[expect(clippy::cast_precision_loss, reason = "a share is an estimate")]
    pub(super) fn share_read(&self) -> Option<f64> {
        let length = self.length?;
        Some((self.read.load(Ordering::Relaxed) as f64 / length as f64).min(1.0))
    }

    /// What is known of the rows, of which no more are to come.
    pub(super) fn rows(&self) -> Rows {
        // A thread that waits for whoever should read its rejects is not waited for.
        if let Ok(mut rejects) = self.rejects.try_lock() {
            rejects.complete();
            locked(&self.rows).aside = rejects.aside().map(Path::to_owned);
        }
        Rows { is_taken: self.is_taken.load(Ordering::Relaxed), ..locked(&self.rows).clone() }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the contacts go.
struct Queue {
    contacts: mpsc::Sender<UnifiedContact>,
    runtime: Handle,
}

impl Queue {
    /// Room for some more, as soon as there is. None when nobody takes any.
    fn room(&self) -> Option<mpsc::PermitIterator<'_, UnifiedContact>> {
        self.runtime.block_on(self.contacts.reserve_many(ROOM)).ok()
    }
}

fn read_all(mut reading: Reading, rejects: &Mutex<RejectsFile>, queue: &Queue, so_far: &Mutex<Rows>) {
    let Some(mut room) = queue.room() else { return };
    for row in reading.by_ref() {
        match row {
            Ok(row) => {
                if !row.notes.is_empty() {
                    locked(so_far).note(row.notes.iter().map(ToString::to_string));
                }
                let Some(place) = room.next().or_else(|| {
                    room = queue.room()?;
                    room.next()
                }) else {
                    return;
                };
                place.send(row.contact);
            }
            Err(reject) if reject.reading_ended && reject.original.is_empty() => {
                locked(so_far).end = Some(End::BrokeOff(reject.to_string()));
            }
            Err(reject) => {
                let mut rejects = locked(rejects);
                let end = match rejects.write(&reject) {
                    Ok(_) if reject.reading_ended => Some(End::BrokeOffInRow),
                    Ok(true) => None,
                    Ok(false) => Some(End::TooManyRejects),
                    Err(error) => Some(End::RejectsUnwritten(error.to_string())),
                };
                let mut so_far = locked(so_far);
                so_far.reject(&reject);
                so_far.aside = rejects.aside().map(Path::to_owned);
                if end.is_some() {
                    so_far.end = end;
                    break;
                }
            }
        }
    }
    let mut rejects = locked(rejects);
    rejects.complete();
    let mut so_far = locked(so_far);
    so_far.aside = rejects.aside().map(Path::to_owned);
    so_far.note(reading.unused().keys().map(|property| format!("{property}: not used")));
    so_far.end.get_or_insert(End::OfTheFile);
}

impl Rows {
    fn note(&mut self, notes: impl Iterator<Item = String>) {
        for note in notes {
            if self.notes.len() < NOTES || self.notes.contains_key(&note) {
                *self.notes.entry(note).or_default() += 1;
            }
        }
    }

    fn reject(&mut self, reject: &Reject) {
        self.rejects += 1;
        if self.first_rejects.len() < TOLD {
            self.first_rejects.push(reject.to_string());
        }
    }

    /// Says what was not read as it stands.
    pub(super) fn tell(&self) {
        let name = &self.name;
        for (note, times) in self.notes.iter().take(TOLD) {
            output::message(&format!("{name}: {times} times: {note}"));
        }
        if self.notes.len() > TOLD {
            output::message(&format!("{name}: and {} other notes", self.notes.len() - TOLD));
        }
        for reject in &self.first_rejects {
            output::message(&format!("{name}: {reject}"));
        }
        if self.rejects > 0 {
            let place =
                self.rejects_file.as_ref().map(|file| format!("; these rows are in {}", file.display()));
            output::message(&format!("{name}: no contacts: {}{}", self.rejects, place.unwrap_or_default()));
        }
        if let (Some(file), Some(aside)) = (&self.rejects_file, &self.aside) {
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
            Some(End::BrokeOff(place)) => {
                output::message(&format!("error: {name}: {place}; the rest was not read"));
            }
            Some(End::BrokeOffInRow) => output::message(&format!("error: {name}: the rest was not read")),
            None if self.is_taken => output::message(&format!("error: {name}: reading it broke off")),
            _ => output::message(&format!("{name}: the rest was not read; run it again to go on")),
        }
    }

    /// Whether all of them were contacts, and taken.
    pub(super) fn exit(&self) -> Exit {
        let is_whole = matches!(self.end, Some(End::OfTheFile)) && self.is_taken && self.rejects == 0;
        if is_whole { Exit::Done } else { Exit::Incomplete }
    }
}
