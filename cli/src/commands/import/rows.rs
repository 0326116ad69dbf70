//! What is known of the rows of each file, and what is said of them at the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicontact::identity::IdentifyBy;
use unicontact_import::{Format, Reject, Row};

use super::dropped::DroppedCells;
use super::lines::located;
use super::source::Source;
use crate::commands::Line;
use crate::exit::Exit;
use crate::output::{self, Resume};

/// How many rejects, notes and properties are told one by one.
const TOLD: usize = 10;
/// How many different notes are counted.
const NOTES: usize = 200;

/// What is known of the rows of all files.
pub(super) struct AllRows {
    pub(super) files: Vec<Rows>,
    /// The file of notes, and where that is now which was in it before.
    pub(super) notes_aside: Option<(PathBuf, PathBuf)>,
}

/// What is known of the rows of a file so far.
#[derive(Clone, Default)]
pub(super) struct Rows {
    pub(super) name: String,
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
    pub(super) aside: Option<PathBuf>,
    pub(super) rejects: u64,
    pub(super) first_rejects: Vec<String>,
    notes: BTreeMap<String, u64>,
    dropped: DroppedCells,
    /// How many texts look as if they were encoded twice.
    suggestions: u64,
    notes_file: Option<PathBuf>,
    /// Whether the file was opened to be read.
    pub(super) is_begun: bool,
    pub(super) end: Option<End>,
    /// Whether all contacts that were read were taken.
    pub(super) is_taken: bool,
}

/// Why no more rows of a file are read.
#[derive(Clone)]
pub(super) enum End {
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
    /// The reading of another file was stopped, and so was this one's.
    Stopped,
}

impl AllRows {
    /// Returns how many rows are no contacts.
    pub(super) fn rejects(&self) -> u64 {
        self.files.iter().map(|rows| rows.rejects).sum()
    }

    /// Returns the cells that were dropped.
    pub(super) fn dropped(&self) -> DroppedCells {
        let mut all = DroppedCells::default();
        self.files.iter().for_each(|rows| all.merge(&rows.dropped));
        all
    }

    /// Returns the line that a number stands for.
    pub(super) fn line(&self, number: u64) -> Line {
        let (file, line) = located(number);
        match self.files.get(file).filter(|_| self.files.len() > 1) {
            Some(rows) => Line::OfFile { file: rows.name.clone(), line },
            None => Line::Number(line),
        }
    }

    /// Says what was not read as it stands.
    pub(super) fn tell(&self, resume: &Resume) {
        for rows in self.files.iter().filter(|rows| rows.is_begun) {
            rows.tell(resume);
        }
        let unread: Vec<&str> =
            self.files.iter().filter(|rows| !rows.is_begun).map(|rows| rows.name.as_str()).collect();
        if let [first, others @ ..] = unread.as_slice() {
            let others =
                if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            output::message(&format!("{first}{others}: not read; {}", go_on(resume)));
        }
        if let Some((file, aside)) = &self.notes_aside {
            let (file, aside) = (file.display(), aside.display());
            output::message(&format!("what was in {file} before is in {aside} now"));
        }
    }

    /// Whether all rows of all files were contacts, and taken.
    pub(super) fn exit(&self) -> Exit {
        self.files.iter().fold(Exit::Done, |exit, rows| exit.or(rows.exit()))
    }
}

fn go_on(resume: &Resume) -> String {
    match resume {
        Resume::Command(command) => format!("go on with: {command}"),
        Resume::SameCommand | Resume::NoJournal => "run it again to go on".to_owned(),
    }
}

impl Rows {
    pub(super) fn new(source: &Source, identify_by: IdentifyBy, notes_file: Option<&Path>) -> Self {
        Self {
            name: source.path.display().to_string(),
            format: Some(source.format),
            identify_by,
            lacks_id_column: source.lacks_id_column,
            rejects_file: source.rejects.clone(),
            notes_file: notes_file.map(Path::to_owned),
            ..Self::default()
        }
    }

    pub(super) fn note(&mut self, notes: impl Iterator<Item = String>) {
        for note in notes {
            if self.notes.len() < NOTES || self.notes.contains_key(&note) {
                *self.notes.entry(note).or_default() += 1;
            }
        }
    }

    pub(super) fn add(&mut self, row: &Row) {
        self.contacts += 1;
        self.contacts_with_id += u64::from(row.contact.external_id.is_some());
        self.note(row.other_notes().map(ToString::to_string));
        self.dropped.add(row);
        self.suggestions += row.suggestions.len() as u64;
    }

    pub(super) fn reject(&mut self, reject: &Reject) {
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
        if let Some(line) = output::suggestions(name, self.suggestions, self.notes_file.as_deref()) {
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
        if let (Some(file), Some(aside)) = (&self.rejects_file, &self.aside) {
            let (file, aside) = (file.display(), aside.display());
            output::message(&format!("{name}: what was in {file} before is in {aside} now"));
        }
        match &self.end {
            Some(End::OfTheFile) if self.is_taken && self.contacts == 0 && self.rejects == 0 => {
                output::message(&format!("{name}: no contacts in it"));
            }
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
                output::message(&format!("{name}: the rest was not read; {}", go_on(resume)));
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
