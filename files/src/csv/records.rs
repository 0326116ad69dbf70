//! The rows of a CSV file, each bounded.
//!
//! A quote that is not closed costs the line it stands in and no other; the lines that it seemed to swallow are
//! read again, and doubted.

use std::io::{self, Read};

use super::cells::{Cutter, Dialect};
use super::cut;
use crate::lines::Lines;
use crate::row::Reject;

/// The rows of a file.
pub(crate) struct Records {
    lines: Lines,
    dialect: Dialect,
    limit: usize,
    /// Up to this line every line is a row of its own, so that no line is read more than a few times.
    single_lines_until: u64,
    /// Up to this line a row may be a part of another one.
    doubtful_until: u64,
}

/// One row.
pub(crate) struct Record {
    /// The line that it begins on.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Vec<u8>>,
    pub(crate) original: Vec<u8>,
    pub(crate) stray_quote: bool,
    /// A cell is a formula with a delimiter in its text.
    pub(crate) has_guarded_delimiter: bool,
    /// It is one of the lines that an open quote before it seemed to swallow.
    pub(crate) after_a_broken_row: bool,
}

impl Record {
    /// Returns the cells inside of the only cell, where quotes stand around the whole row: `"Ada,ada@example.com"`.
    pub(crate) fn cells_inside(&self, dialect: Dialect) -> Option<Vec<Vec<u8>>> {
        let [cell] = self.cells.as_slice() else { return None };
        let is_quoted = self.original.trim_ascii_start().first() == Some(&dialect.quote);
        (is_quoted && cell.contains(&dialect.delimiter)).then(|| cut(cell, dialect).0)
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim_ascii().is_empty())
    }
}

impl Records {
    pub(crate) fn new(source: Box<dyn Read + Send>, dialect: Dialect, limit: usize) -> Self {
        Self { lines: Lines::new(source), dialect, limit, single_lines_until: 0, doubtful_until: 0 }
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
        if read.is_truncated {
            let reason = format!("the line is longer than {} bytes", self.limit);
            return Ok(Some(Err(Reject::new(line, reason, original).incomplete())));
        }
        let after_a_broken_row = line <= self.doubtful_until;
        let first_line = original.len();
        let mut whole = cutter.read_line(&original, self.dialect);
        if !whole && line <= self.single_lines_until {
            self.doubtful_until = self.doubtful_until.max(line + 1);
            return Ok(Some(Err(Reject::new(line, UNCLOSED, original))));
        }
        while !whole {
            let before = original.len();
            let Some(read) = self.lines.next_line(&mut original, self.limit)? else {
                return Ok(Some(Err(self.unclosed(line, original, first_line))));
            };
            if read.is_truncated {
                // Given back with an ending, so that it is a line above the limit when it is read again.
                original.push(b'\n');
            }
            whole = cutter.read_line(&original[before..], self.dialect);
            if original.len() > self.limit || cutter.stray_quote {
                return Ok(Some(Err(self.unclosed(line, original, first_line))));
            }
        }
        let (stray_quote, has_guarded_delimiter) = (cutter.stray_quote, cutter.has_guarded_delimiter);
        let cells = cutter.into_cells();
        Ok(Some(Ok(Record { line, cells, original, stray_quote, has_guarded_delimiter, after_a_broken_row })))
    }

    /// Rejects the first line and gives the others back.
    fn unclosed(&mut self, line: u64, mut original: Vec<u8>, first_line: usize) -> Reject {
        let last = self.lines.number();
        self.doubtful_until = self.doubtful_until.max(last).max(line + 1);
        if last - line > FEW_LINES {
            self.single_lines_until = last;
        }
        self.lines.push_back(&original[first_line..], line);
        original.truncate(first_line);
        Reject::new(line, UNCLOSED, original)
    }
}

/// So many lines may be read again as rows of several lines.
const FEW_LINES: u64 = 50;

const UNCLOSED: &str = "a quote is opened in this line and not closed: close it, or double it inside a cell";
