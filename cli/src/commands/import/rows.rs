//! What is known of the rows of each file.

use std::path::{Path, PathBuf};

use unicontact::identity::IdentifyBy;
use unicontact_files::{Format, Reject, Row};

use super::dropped::DroppedCells;
use super::lines::located;
use super::messages;
use super::note_counts::NoteCounts;
use super::source::Source;
use super::write_failure::WriteFailure;
use crate::commands::Line;
use crate::exit::Exit;
use crate::output::Resume;
use crate::{input, output};

/// How many rejects of a file are named.
const NAMED: usize = 10;

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
    pub(super) format: Option<Format>,
    /// How people without an id are told apart: the setting `identify_by`.
    pub(super) identify_by: IdentifyBy,
    /// Whether a column of ids is missing, which is told at the start.
    lacks_id_column: bool,
    contacts: u64,
    contacts_with_id: u64,
    /// None where they are only counted.
    pub(super) rejects_file: Option<PathBuf>,
    /// Where that is now which was in the file of rejects before.
    pub(super) aside: Option<PathBuf>,
    pub(super) rejects: u64,
    /// How many of them are in the file of rejects.
    pub(super) rejects_written: u64,
    pub(super) first_rejects: Vec<String>,
    pub(super) notes: NoteCounts,
    pub(super) dropped: DroppedCells,
    /// How many texts look as if they were encoded twice.
    pub(super) suggestions: u64,
    pub(super) notes_file: Option<PathBuf>,
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
    RejectsUnwritten(WriteFailure),
    NotesUnwritten(WriteFailure),
    /// The whole file was read, and a reject that was found later could not be written.
    LateRejectsUnwritten(WriteFailure),
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
        for line in messages::of_files(self, resume) {
            output::message(&line);
        }
    }

    /// Whether all rows of all files were contacts, and taken.
    pub(super) fn exit(&self) -> Exit {
        self.files.iter().fold(Exit::Done, |exit, rows| exit.or(rows.exit()))
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

    pub(super) fn add(&mut self, row: &Row) {
        self.contacts += 1;
        self.contacts_with_id += u64::from(row.contact.external_id.is_some());
        for note in row.other_notes() {
            self.notes.add(note.to_string(), 1, Some(row.line));
        }
        self.dropped.add(row);
        self.suggestions += row.suggestions.len() as u64;
    }

    pub(super) fn reject(&mut self, reject: &Reject) {
        self.rejects += 1;
        if self.first_rejects.len() < NAMED {
            self.first_rejects.push(reject.to_string());
        }
    }

    /// Returns whether no row was a contact or a reject.
    pub(super) fn is_empty(&self) -> bool {
        self.contacts == 0 && self.rejects == 0
    }

    /// Returns the name of the file for messages.
    pub(super) fn shown_name(&self) -> String {
        input::shown_name(Path::new(&self.name))
    }

    /// Whether no row of the whole file had an id, and nobody was told at the start.
    pub(super) fn lacks_all_ids(&self) -> bool {
        let is_whole = matches!(self.end, Some(End::OfTheFile));
        is_whole && self.contacts > 0 && self.contacts_with_id == 0 && !self.lacks_id_column
    }

    /// Whether all of them were contacts, and taken.
    pub(super) fn exit(&self) -> Exit {
        let is_whole = matches!(self.end, Some(End::OfTheFile)) && self.is_taken && self.rejects == 0;
        if is_whole { Exit::Done } else { Exit::Incomplete }
    }
}
