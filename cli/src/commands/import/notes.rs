//! The file of `--notes`: the cells that were dropped, with their values.
//!
//! Invariant: the dropped cells of a row are in the file before its contact is sent. It holds contact data.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact_import::{DroppedCell, Row};

use super::kept_file::KeptFile;
use crate::output::csv_line;

const HEADERS: [&str; 5] = ["line", "column", "header", "value", "reason"];
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

    /// Writes the dropped cells of a row, a line for each. `name` is the row's file where there are several.
    pub(super) fn write(&mut self, name: Option<&str>, row: &Row) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| !row.dropped.is_empty()) else { return Ok(()) };
        let mut lines = String::new();
        if !self.has_header {
            lines.push_str(&csv_line(HEADERS.into_iter().chain(name.map(|_| FILE))));
            lines.push('\n');
        }
        for cell in &row.dropped {
            lines.push_str(&line(row.line, cell, name));
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

fn line(line: u64, cell: &DroppedCell, name: Option<&str>) -> String {
    let column = cell.column.map(|column| column.to_string()).unwrap_or_default();
    let line = line.to_string();
    csv_line([&*line, &column, &cell.field, &cell.value, &cell.reason].into_iter().chain(name))
}
