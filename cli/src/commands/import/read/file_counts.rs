//! The counts of each input file: contacts, rejects, notes and dropped cells, and why its reading ended.

use std::path::{Path, PathBuf};

use unicontact::identity::IdentifyBy;
use unicontact_files::{ContactReader, Format, Reject, Row};

use super::mixed_encodings::MixedEncodings;
use super::note_counts::NoteCounts;
use super::row_number;
use crate::commands::import::open::InputFile;
use crate::commands::import::write::WriteFailure;
use crate::exit::Exit;
use crate::summary::{DroppedCells, InputLine};
use crate::{input, output};

/// A limit on the rejects of a file that messages name, and the limit with `--verbose`.
const MAX_NAMED: usize = 10;
const MAX_NAMED_VERBOSE: usize = 10_000;

/// The counts of all files.
pub(in crate::commands::import) struct InputCounts {
    pub(in crate::commands::import) files: Vec<FileCounts>,
    /// The file of notes, and the backup of an earlier one.
    pub(in crate::commands::import) notes_backup: Option<(PathBuf, PathBuf)>,
}

/// The counts of a file so far.
#[derive(Clone, Default)]
pub(in crate::commands::import) struct FileCounts {
    pub(in crate::commands::import) name: String,
    pub(in crate::commands::import) format: Option<Format>,
    pub(in crate::commands::import) identify_by: IdentifyBy,
    /// Whether the file has columns, but no column of ids. A message has said so already.
    lacks_id_column: bool,
    contacts: u64,
    contacts_with_id: u64,
    /// The file of rejects. `None` if rejects are only counted.
    pub(in crate::commands::import) rejects_file: Option<PathBuf>,
    /// The backup of an earlier file of rejects.
    pub(in crate::commands::import) rejects_backup: Option<PathBuf>,
    pub(in crate::commands::import) rejects: u64,
    /// The number of rejects that are in the file.
    pub(in crate::commands::import) rejects_written: u64,
    pub(in crate::commands::import) first_rejects: Vec<NamedReject>,
    pub(in crate::commands::import) notes: NoteCounts,
    pub(in crate::commands::import) mixed_encodings: MixedEncodings,
    pub(in crate::commands::import) dropped: DroppedCells,
    /// The number of texts that look as if they were encoded twice.
    pub(in crate::commands::import) suggestions: u64,
    pub(in crate::commands::import) notes_file: Option<PathBuf>,
    pub(in crate::commands::import) is_begun: bool,
    pub(in crate::commands::import) end: Option<ReadEnd>,
    /// Whether the delivery took all contacts that were read.
    pub(in crate::commands::import) is_taken: bool,
}

/// A reject by its line and the name of its contact. It has no `Debug`, since the name is contact data.
#[derive(Clone)]
pub(in crate::commands::import) struct NamedReject {
    pub(in crate::commands::import) line: u64,
    pub(in crate::commands::import) name: Option<Box<str>>,
    column: Option<u64>,
    field: Option<String>,
    reason: String,
}

/// Why the reading of a file ended.
#[derive(Clone)]
pub(in crate::commands::import) enum ReadEnd {
    EndOfFile,
    TooManyRejects,
    RejectsUnwritten(WriteFailure),
    NotesUnwritten(WriteFailure),
    /// The whole file was read. A reject that was found later could not be written.
    LateRejectsUnwritten(WriteFailure),
    /// The input failed between two rows. The text says where and why.
    Failed(String),
    /// The input failed within a row, which is among the rejects.
    FailedInRow,
    /// The import was stopped because of another file.
    Stopped,
}

impl InputCounts {
    /// Returns the number of rows that are no contacts.
    pub(in crate::commands::import) fn rejects(&self) -> u64 {
        self.files.iter().map(|counts| counts.rejects).sum()
    }

    /// Returns the dropped cells of all files.
    pub(in crate::commands::import) fn dropped(&self) -> DroppedCells {
        let mut all = DroppedCells::default();
        self.files.iter().for_each(|counts| all.merge(&counts.dropped));
        all
    }

    /// Returns the first rejects of all files with their lines.
    pub(in crate::commands::import) fn first_rejects(
        &self,
    ) -> impl Iterator<Item = (InputLine, &NamedReject)> {
        let files = self.files.iter().enumerate();
        files.flat_map(move |(index, file)| {
            let rejects = file.first_rejects.iter();
            rejects.map(move |reject| (self.line(row_number::encode(index, reject.line)), reject))
        })
    }

    /// Returns the line of a row number.
    pub(in crate::commands::import) fn line(&self, number: u64) -> InputLine {
        let (file, line) = row_number::decode(number);
        match self.files.get(file).filter(|_| self.files.len() > 1) {
            Some(counts) => InputLine::OfFile { file: counts.name.clone(), line },
            None => InputLine::Number(line),
        }
    }

    /// Returns [`Exit::Done`] if every row of every file was a contact that the delivery took.
    pub(in crate::commands::import) fn exit(&self) -> Exit {
        self.files.iter().fold(Exit::Done, |exit, counts| exit.or(counts.exit()))
    }
}

impl NamedReject {
    fn new(reject: &Reject) -> Self {
        Self {
            line: reject.line,
            name: reject.name.clone(),
            column: reject.column,
            field: reject.field.clone(),
            reason: reject.reason.clone(),
        }
    }

    /// Returns `E-mail: not an e-mail address`.
    pub(in crate::commands::import) fn brief(&self) -> String {
        match &self.field {
            Some(field) => format!("{}: {}", field.escape_debug(), self.reason),
            None => self.reason.clone(),
        }
    }

    /// Returns `people.csv:12 (Ada King): column 3 (E-mail): not an e-mail address`.
    pub(in crate::commands::import) fn message(&self, file: &str) -> String {
        let Self { line, name, column, field, reason } = self;
        let name = name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let place = match (column, field) {
            (_, Some(field)) => format!(" {}:", output::column_name(*column, field)),
            (Some(column), None) => format!(" column {column}:"),
            (None, None) => String::new(),
        };
        format!("{file}:{line}{name}:{place} {reason}")
    }
}

impl FileCounts {
    pub(super) fn new(file: &InputFile, identify_by: IdentifyBy, notes_file: Option<&Path>) -> Self {
        Self {
            name: file.path.display().to_string(),
            format: Some(file.format),
            identify_by,
            lacks_id_column: file.lacks_id_column,
            rejects_file: file.rejects.clone(),
            mixed_encodings: MixedEncodings::new(file.rows_in_another_encoding),
            notes_file: notes_file.map(Path::to_owned),
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, row: &Row) {
        self.contacts += 1;
        self.contacts_with_id += u64::from(row.contact.external_id.is_some());
        if let Some(encoding) = row.other_encoding() {
            self.mixed_encodings.add(row.line, encoding);
        }
        // A warning names the rows in another encoding.
        for note in row.other_notes().filter(|note| note.other_encoding().is_none()) {
            self.notes.add(note.to_string(), 1, Some(row.line));
        }
        self.dropped.add(row);
        self.suggestions += row.suggestions.len() as u64;
    }

    pub(super) fn add_reject(&mut self, reject: &Reject) {
        self.rejects += 1;
        if self.first_rejects.len() < output::limit(MAX_NAMED, MAX_NAMED_VERBOSE) {
            self.first_rejects.push(NamedReject::new(reject));
        }
    }

    /// Counts what the reader skipped, at the end of the file.
    pub(super) fn finish(&mut self, reader: &ContactReader) {
        for (property, times) in reader.unused() {
            self.notes.add(format!("{property}: not used"), *times, None);
        }
        for skipped in reader.skipped_rows() {
            let note = format!("a row is skipped: {}", skipped.reason);
            self.notes.add(note, skipped.count, Some(skipped.first_line));
        }
        self.end.get_or_insert(ReadEnd::EndOfFile);
    }

    /// Returns whether the file had neither contacts nor rejects.
    pub(in crate::commands::import) fn is_empty(&self) -> bool {
        self.contacts == 0 && self.rejects == 0
    }

    /// Returns the name of the file for messages.
    pub(in crate::commands::import) fn display_name(&self) -> String {
        input::display_name(Path::new(&self.name))
    }

    /// Returns whether no row of the whole file had an id, and no message has said so yet.
    pub(in crate::commands::import) fn lacks_all_ids(&self) -> bool {
        let is_whole = matches!(self.end, Some(ReadEnd::EndOfFile));
        is_whole && self.contacts > 0 && self.contacts_with_id == 0 && !self.lacks_id_column
    }

    /// Returns [`Exit::Done`] if every row was a contact that the delivery took.
    pub(super) fn exit(&self) -> Exit {
        let is_whole = matches!(self.end, Some(ReadEnd::EndOfFile)) && self.is_taken && self.rejects == 0;
        if is_whole { Exit::Done } else { Exit::Incomplete }
    }
}
