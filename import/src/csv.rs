//! Reading CSV.
//!
//! Rule: a row has as many cells as the header has columns, or it is said what became of it.

pub(crate) mod cells;
pub(crate) mod dial_codes;
pub(crate) mod header;
mod records;
mod row;
mod v0_1;

use std::io::{self, Read};

use self::cells::Dialect;
use self::header::Header;
use self::records::{Record, Records};
pub(crate) use self::row::RowReader;
pub(crate) use self::v0_1::EarlierRows;
use crate::assembly::Finished;
use crate::decode::{WINDOWS_1252_NAME, text_of};
use crate::json::read_as_windows_1252;
use crate::options::OnBadCell;
use crate::plan::ColumnPlan;
use crate::row::{Note, Reject, Row};
use crate::version::Version;

/// The contacts of a CSV file.
pub(crate) struct CsvRows {
    records: Records,
    pub(crate) plan: ColumnPlan,
    reader: RowReader,
    earlier: Option<EarlierRows>,
    on_bad_cell: OnBadCell,
    pub(crate) empty_rows: u64,
}

impl CsvRows {
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        dialect: Dialect,
        header: &Header,
        plan: ColumnPlan,
        (reader, earlier): (RowReader, Option<EarlierRows>),
        (on_bad_cell, limit): (OnBadCell, usize),
    ) -> io::Result<Self> {
        let mut records = Records::new(source, dialect, limit);
        records.skip_lines(header.last_line)?;
        Ok(Self { records, plan, reader, earlier, on_bad_cell, empty_rows: 0 })
    }

    pub(crate) fn line(&self) -> u64 {
        self.records.line()
    }

    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        loop {
            let record = match self.records.next_record()? {
                None => return Ok(None),
                Some(Err(reject)) => return Ok(Some(Err(reject))),
                Some(Ok(record)) => record,
            };
            if record.is_empty() {
                self.empty_rows += 1;
                continue;
            }
            return Ok(Some(self.row(record)));
        }
    }

    fn row(&self, record: Record) -> Result<Row, Reject> {
        let mut notes = Vec::new();
        if let Err(reason) = self.fitting(&record, &mut notes) {
            return Err(Reject::new(record.line, reason, record.original));
        }
        let mut fell_back = false;
        let cells: Vec<_> = record
            .cells
            .iter()
            .map(|cell| {
                let (text, not_utf_8) = text_of(cell);
                fell_back |= not_utf_8;
                text
            })
            .collect();
        if fell_back && self.plan.encoding != WINDOWS_1252_NAME {
            notes.push(read_as_windows_1252());
        }
        if cells.iter().any(|cell| cell.contains('\u{fffd}')) {
            notes.push(note(
                "some characters do not exist in the file's encoding; they are shown as \u{fffd}",
            ));
        }
        match self.reader.read(&cells, self.on_bad_cell, Version::Current) {
            Ok(mut read) => {
                drop(cells);
                notes.append(&mut read.notes);
                let read = self.with_earlier(Finished { notes, ..read }, &record.original);
                Ok(Row::new(read, record.line, record.original))
            }
            Err(unfit) => {
                drop(cells);
                let reject = Reject::new(record.line, unfit.reason, record.original);
                Err(reject.at(unfit.column, unfit.field))
            }
        }
    }

    fn with_earlier(&self, mut read: Finished, original: &[u8]) -> Finished {
        let Some(earlier) = &self.earlier else { return read };
        read.is_read_otherwise |= earlier.is_for_every_row();
        read.with_earlier(|| earlier.read(original))
    }

    /// Whether the row's cells can stand under the header's columns.
    fn fitting(&self, record: &Record, notes: &mut Vec<Note>) -> Result<(), String> {
        let (cells, columns) = (record.cells.len(), self.plan.columns.len());
        if record.cells.iter().any(|cell| cell.contains(&0)) {
            return Err("a NUL byte in the row".to_owned());
        }
        let filled =
            record.cells.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |it| it + 1);
        if filled > columns {
            let reason = "is the delimiter inside a cell that is not quoted?";
            return Err(format!("{filled} cells under {columns} columns: {reason}"));
        }
        if cells < columns && record.after_a_broken_row {
            return Err(format!("{cells} cells under {columns} columns, after a row with a broken quote"));
        }
        if cells < columns && filled <= 1 && columns > 2 {
            return Err(format!("{cells} cells under {columns} columns: is it a part of another row?"));
        }
        if cells < columns {
            notes.push(note("fewer cells than columns; the missing ones are taken as empty"));
        }
        if record.stray_quote {
            notes.push(note("a quote inside a cell is not doubled; the cell may lack quotes"));
        }
        Ok(())
    }
}

fn note(message: &str) -> Note {
    Note { field: String::new(), message: message.to_owned() }
}
