//! The file of `--notes`: the cells that were dropped, and the texts that look as if they were encoded twice, with their values.
//!
//! Invariant: the cells of a row are in the file before its contact is sent. It holds contact data.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact_files::{DroppedCell, Row, Suggestion};

use super::kept_file::KeptFile;
use crate::output::csv_line;

const HEADERS: [&str; 6] = ["line", "column", "header", "value", "reason", "suggestion"];
/// The column behind these where several files are imported.
const FILE: &str = "file";

/// The file of notes. Without a path nothing is written.
pub(super) struct NotesFile {
    file: Option<KeptFile>,
    has_header: bool,
}

impl NotesFile {
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { file: path.map(KeptFile::new), has_header: false }
    }

    /// Writes the dropped cells and the suggestions of a row, a line for each. `name` is the row's file where there are several.
    pub(super) fn write(&mut self, name: Option<&str>, row: &Row) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| has_cells(row)) else { return Ok(()) };
        let mut lines = String::new();
        if !self.has_header {
            lines.push_str(&csv_line(HEADERS.into_iter().chain(name.map(|_| FILE))));
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

    pub(super) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(KeptFile::path)
    }

    /// Returns where that is now which was in the file before.
    pub(super) fn aside(&self) -> Option<&Path> {
        self.file.as_ref().and_then(KeptFile::aside)
    }

    /// No more are written. What was put aside is not kept beside a file that says the same.
    pub(super) fn complete(&mut self) {
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
