//! The file of `--notes`: dropped cells, and texts that look as if they were encoded twice, with their values.
//!
//! Invariant: the cells of a row are in the file before its contact is sent.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact_files::{DroppedCell, Row, Suggestion};

use super::backed_up_file::BackedUpFile;
use crate::output::csv_line;

const HEADERS: [&str; 6] = ["line", "column", "header", "value", "reason", "suggestion"];
/// The last column if several files are imported.
const FILE_HEADER: &str = "file";

/// The file of notes. Without a path, nothing is written.
pub(in crate::commands::import) struct NotesFile {
    file: Option<BackedUpFile>,
    has_header: bool,
}

impl NotesFile {
    pub(in crate::commands::import) fn new(path: Option<PathBuf>) -> Self {
        Self { file: path.map(BackedUpFile::new), has_header: false }
    }

    /// Writes a line for each dropped cell and suggestion of a row. `name` is the row's file if there are several files.
    pub(in crate::commands::import) fn write(&mut self, name: Option<&str>, row: &Row) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| has_cells(row)) else { return Ok(()) };
        let mut lines = String::new();
        if !self.has_header {
            lines.push_str(&csv_line(HEADERS.into_iter().chain(name.map(|_| FILE_HEADER))));
            lines.push('\n');
        }
        let dropped = row.dropped.iter().map(|cell| dropped_line(row.line, cell, name));
        for line in dropped.chain(row.suggestions.iter().map(|text| suggestion_line(row.line, text, name))) {
            lines.push_str(&line);
            lines.push('\n');
        }
        file.write_all(lines.as_bytes())?;
        self.has_header = true;
        Ok(())
    }

    pub(in crate::commands::import) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(BackedUpFile::path)
    }

    /// Returns the path of the backup of an earlier file.
    pub(in crate::commands::import) fn backup(&self) -> Option<&Path> {
        self.file.as_ref().and_then(BackedUpFile::backup)
    }

    /// Ends the writing. A backup with the same content as the file is removed.
    pub(in crate::commands::import) fn complete(&mut self) {
        if let Some(file) = &mut self.file {
            file.complete();
        }
    }
}

fn has_cells(row: &Row) -> bool {
    !row.dropped.is_empty() || !row.suggestions.is_empty()
}

fn dropped_line(line: u64, cell: &DroppedCell, name: Option<&str>) -> String {
    let line = cell.line.unwrap_or(line);
    notes_line((line, cell.column), [&cell.field, &cell.value, &cell.reason, ""], name)
}

fn suggestion_line(line: u64, text: &Suggestion, name: Option<&str>) -> String {
    let line = text.line.unwrap_or(line);
    let reason = text.note().message;
    notes_line((line, text.column), [&text.field, &text.value, &reason, &text.suggestion], name)
}

fn notes_line((line, column): (u64, Option<u64>), texts: [&str; 4], name: Option<&str>) -> String {
    let (line, column) = (line.to_string(), column.map(|column| column.to_string()).unwrap_or_default());
    csv_line([&*line, &*column].into_iter().chain(texts).chain(name))
}
