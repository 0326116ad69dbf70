//! The file of `--notes`: the cells that were dropped, with their values.
//!
//! Invariant: the dropped cells of a row are in the file before its contact is sent. It holds contact data.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact_import::{DroppedCell, Row};

use super::kept_file::KeptFile;
use crate::output::csv_line;

const HEADERS: [&str; 5] = ["line", "column", "header", "value", "reason"];
/// The header of the column with the name of the file, where there are several.
const FILE: &str = "file";

/// The file of notes. Without a path nothing is written.
pub(super) struct NotesFile {
    file: Option<KeptFile>,
    has_header: bool,
    /// Whether each line names its file.
    names_files: bool,
}

impl NotesFile {
    pub(super) fn new(path: Option<PathBuf>, names_files: bool) -> Self {
        Self { file: path.map(KeptFile::new), has_header: false, names_files }
    }

    /// Writes the dropped cells of a row of the file with this name, a line for each.
    pub(super) fn write(&mut self, name: &str, row: &Row) -> io::Result<()> {
        let first = |column| if self.names_files { Some(column) } else { None };
        let Some(file) = self.file.as_mut().filter(|_| !row.dropped.is_empty()) else { return Ok(()) };
        let mut lines = String::new();
        if !self.has_header {
            lines.push_str(&csv_line(first(FILE).into_iter().chain(HEADERS)));
            lines.push('\n');
        }
        for cell in &row.dropped {
            lines.push_str(&line(first(name), row.line, cell));
            lines.push('\n');
        }
        file.write_all(lines.as_bytes())?;
        self.has_header = true;
        Ok(())
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

fn line(file: Option<&str>, line: u64, cell: &DroppedCell) -> String {
    let column = cell.column.map(|column| column.to_string()).unwrap_or_default();
    let line = line.to_string();
    csv_line(file.into_iter().chain([&*line, &column, &cell.field, &cell.value, &cell.reason]))
}
