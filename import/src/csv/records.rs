//! The rows of a CSV file, each bounded.
//!
//! Rule: a quote that is not closed costs the row it stands in and no other; after it every line is a row until
//! the lines that it seemed to swallow are read again.

use std::io::{self, Read};

use super::cells::{Cutter, Dialect};
use crate::lines::Lines;
use crate::row::Reject;

/// The rows of a file.
pub(crate) struct Records {
    lines: Lines,
    dialect: Dialect,
    limit: usize,
    /// Up to this line every line is a row of its own.
    single_lines_until: u64,
}

/// One row.
pub(crate) struct Record {
    /// The line that it begins on.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Vec<u8>>,
    pub(crate) original: Vec<u8>,
    pub(crate) stray_quote: bool,
    /// It is one of the lines that an open quote before it seemed to swallow.
    pub(crate) after_a_broken_row: bool,
}

impl Record {
    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim_ascii().is_empty())
    }
}

impl Records {
    pub(crate) fn new(source: Box<dyn Read + Send>, dialect: Dialect, limit: usize) -> Self {
        Self { lines: Lines::new(source), dialect, limit, single_lines_until: 0 }
    }

    /// Leaves out the first lines, whatever is in them.
    pub(crate) fn skip_lines(&mut self, count: u64) -> io::Result<()> {
        let mut line = Vec::new();
        while self.lines.number() < count && self.lines.next_line(&mut line, 0)?.is_some() {}
        Ok(())
    }

    /// The line that was read last.
    pub(crate) fn line(&self) -> u64 {
        self.lines.number()
    }

    /// The next row, or why it is none. `None` at the end.
    pub(crate) fn next_record(&mut self) -> io::Result<Option<Result<Record, Reject>>> {
        let mut original = Vec::new();
        let mut cutter = Cutter::default();
        let Some(read) = self.lines.next_line(&mut original, self.limit)? else { return Ok(None) };
        let line = self.lines.number();
        if read.cut {
            let reason = format!("the line is longer than {} bytes", self.limit);
            return Ok(Some(Err(Reject::new(line, reason, original).incomplete())));
        }
        let after_a_broken_row = line <= self.single_lines_until;
        let first_line = original.len();
        let mut whole = cutter.read_line(&original, self.dialect);
        if !whole && after_a_broken_row {
            return Ok(Some(Err(Reject::new(line, UNCLOSED, original))));
        }
        while !whole {
            let before = original.len();
            let Some(read) = self.lines.next_line(&mut original, self.limit)? else {
                return Ok(Some(Err(self.unclosed(line, original, first_line))));
            };
            if read.cut {
                // Given back with an ending, so that it is a line above the limit when it is read again.
                original.push(b'\n');
            }
            whole = cutter.read_line(&original[before..], self.dialect);
            if original.len() > self.limit || cutter.stray_quote {
                return Ok(Some(Err(self.unclosed(line, original, first_line))));
            }
        }
        let stray_quote = cutter.stray_quote;
        let cells = cutter.into_cells();
        Ok(Some(Ok(Record { line, cells, original, stray_quote, after_a_broken_row })))
    }

    /// Rejects the first line and gives the others back.
    fn unclosed(&mut self, line: u64, mut original: Vec<u8>, first_line: usize) -> Reject {
        self.single_lines_until = self.lines.number();
        self.lines.give_back(&original[first_line..], line);
        original.truncate(first_line);
        Reject::new(line, UNCLOSED, original)
    }
}

const UNCLOSED: &str = "a quote is opened in this line and not closed: close it, or double it inside a cell";
