//! Reads the rows of a CSV file, each up to a limit of bytes.
//!
//! Invariant: an unclosed quote costs only its own line. The lines after it are read again, and marked as doubtful.

use std::io::{self, Read};

use super::cells::{CellParser, Dialect, parse_row};
use crate::lines::Lines;
use crate::row::Reject;

/// The rows of a file.
pub(crate) struct Records {
    lines: Lines,
    dialect: Dialect,
    limit: usize,
    /// Up to this line every line is a row of its own. This limits how often a line is read again.
    single_lines_until: u64,
    /// Up to this line a row may be a part of another row.
    doubtful_until: u64,
}

/// One row.
pub(crate) struct Record {
    /// The first line of the row, counted from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Vec<u8>>,
    /// The bytes of the row in the file.
    pub(crate) original: Vec<u8>,
    /// Whether a cell has text after its closing quote.
    pub(crate) stray_quote: bool,
    /// Whether a cell is a text formula with a delimiter inside.
    pub(crate) has_guarded_delimiter: bool,
    /// Whether an unclosed quote in a line above seemed to enclose this row.
    pub(crate) follows_broken_row: bool,
}

impl Record {
    /// Returns the cells of a row that is quoted as a whole: `"Ada,ada@example.com"`. `None` for any other row.
    pub(crate) fn cells_inside(&self, dialect: Dialect) -> Option<Vec<Vec<u8>>> {
        let [cell] = self.cells.as_slice() else { return None };
        let is_quoted = self.original.trim_ascii_start().first() == Some(&dialect.quote);
        (is_quoted && cell.contains(&dialect.delimiter)).then(|| parse_row(cell, dialect).0)
    }

    /// Returns whether all cells are empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim_ascii().is_empty())
    }
}

impl Records {
    pub(crate) fn new(source: Box<dyn Read + Send>, dialect: Dialect, limit: usize) -> Self {
        Self { lines: Lines::new(source), dialect, limit, single_lines_until: 0, doubtful_until: 0 }
    }

    /// Skips the first `count` lines of the file.
    pub(crate) fn skip_lines(&mut self, count: u64) -> io::Result<()> {
        let mut line = Vec::new();
        while self.lines.number() < count && self.lines.next_line(&mut line, 0)?.is_some() {}
        Ok(())
    }

    /// Returns the line that was read last, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.lines.number()
    }

    /// Returns the next row, or the reject of a line that is no row. `None` at the end of the file.
    pub(crate) fn next_record(&mut self) -> io::Result<Option<Result<Record, Reject>>> {
        let mut original = Vec::new();
        let mut parser = CellParser::default();
        let Some(read) = self.lines.next_line(&mut original, self.limit)? else { return Ok(None) };
        let line = self.lines.number();
        if read.is_truncated {
            let reason = format!("the line is longer than {} bytes", self.limit);
            return Ok(Some(Err(Reject::new(line, reason, original).incomplete())));
        }
        let follows_broken_row = line <= self.doubtful_until;
        let first_line = original.len();
        let mut is_complete = parser.read_line(&original, self.dialect);
        if !is_complete && line <= self.single_lines_until {
            self.doubtful_until = self.doubtful_until.max(line + 1);
            return Ok(Some(Err(Reject::new(line, UNCLOSED, original))));
        }
        while !is_complete {
            let before = original.len();
            let Some(read) = self.lines.next_line(&mut original, self.limit)? else {
                return Ok(Some(Err(self.unclosed(line, original, first_line))));
            };
            if read.is_truncated {
                // The line gets an ending, so that it is still a line above the limit when it is read again.
                original.push(b'\n');
            }
            is_complete = parser.read_line(&original[before..], self.dialect);
            if original.len() > self.limit || parser.stray_quote {
                return Ok(Some(Err(self.unclosed(line, original, first_line))));
            }
        }
        let (stray_quote, has_guarded_delimiter) = (parser.stray_quote, parser.has_guarded_delimiter);
        let cells = parser.into_cells();
        Ok(Some(Ok(Record { line, cells, original, stray_quote, has_guarded_delimiter, follows_broken_row })))
    }

    /// Rejects the first line, and gives the others back to be read again.
    fn unclosed(&mut self, line: u64, mut original: Vec<u8>, first_line: usize) -> Reject {
        let last = self.lines.number();
        self.doubtful_until = self.doubtful_until.max(last).max(line + 1);
        if last - line > MAX_LINES_READ_AGAIN {
            self.single_lines_until = last;
        }
        self.lines.push_back(&original[first_line..], line);
        original.truncate(first_line);
        Reject::new(line, UNCLOSED, original)
    }
}

/// At most so many lines are read again as rows of several lines.
const MAX_LINES_READ_AGAIN: u64 = 50;

const UNCLOSED: &str = "a quote is opened in this line and not closed: close it, or double it inside a cell";
