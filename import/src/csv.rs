//! Reading CSV.
//!
//! A row that has not as many cells as the header has columns gets a note or is a reject.

mod addresses;
pub(crate) mod cells;
pub(crate) mod dial_codes;
pub(crate) mod header;
mod names;
mod records;
mod row;
pub(crate) mod samples;
pub(crate) mod structure;
mod v0_1;

use std::borrow::Cow;
use std::io::{self, Read};

use self::cells::{Cutter, Dialect};
use self::header::Header;
use self::records::{Record, Records};
pub(crate) use self::row::RowReader;
pub(crate) use self::structure::Structure;
use self::structure::{Part, SkippedRows};
pub(crate) use self::v0_1::EarlierRows;
use crate::assembly::Finished;
use crate::decode::TextEncoding;
use crate::decode::rows::RowDecoder;
use crate::json::read_in_another_encoding;
use crate::options::OnBadCell;
use crate::plan::{ColumnPlan, Taken};
use crate::row::{Note, Reject, Row, Suggestion};
use crate::version::Version;
use crate::workbook::SheetRows;

/// What version 0.1.0 may have read of the rows.
pub(crate) struct Earlier {
    /// With the options that the file is read with today.
    pub(crate) rows: Option<EarlierRows>,
    /// Without the encoding: it took the bytes for Windows-1252.
    pub(crate) undecoded: Option<(TextEncoding, EarlierRows)>,
}

/// The contacts of a CSV file.
pub(crate) struct CsvRows {
    records: Records,
    pub(crate) plan: ColumnPlan,
    reader: RowReader,
    earlier: Earlier,
    decoder: RowDecoder,
    structure: Structure,
    on_bad_cell: OnBadCell,
    pub(crate) empty_rows: u64,
}

impl CsvRows {
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        dialect: Dialect,
        header: &Header,
        plan: ColumnPlan,
        (reader, earlier, decoder, structure): (RowReader, Earlier, RowDecoder, Structure),
        (on_bad_cell, limit): (OnBadCell, usize),
    ) -> io::Result<Self> {
        let mut records = Records::new(source, dialect, limit);
        records.skip_lines(header.last_line)?;
        Ok(Self { records, plan, reader, earlier, decoder, structure, on_bad_cell, empty_rows: 0 })
    }

    /// Counts lines by the rows of the sheet that the table is in.
    pub(crate) fn count_by(&mut self, sheet: SheetRows) {
        self.structure.count_by(sheet);
    }

    pub(crate) fn skipped(&self) -> &[SkippedRows] {
        &self.structure.skipped
    }

    pub(crate) fn line(&self) -> u64 {
        self.records.line()
    }

    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        loop {
            let record = match self.records.next_record()? {
                None => return Ok(None),
                Some(Err(mut reject)) => {
                    reject.original = self.decoder.original(reject.original, self.plan.delimiter);
                    return Ok(Some(Err(reject)));
                }
                Some(Ok(record)) => record,
            };
            if record.is_empty() {
                self.empty_rows += 1;
                continue;
            }
            match self.structure.part(&record) {
                Part::Row => {}
                Part::Skipped => continue,
                Part::Rejected(reason) => return Ok(Some(Err(self.reject(&record, reason)))),
            }
            let (record, is_recut) = self.with_escaped_quotes(record);
            return Ok(Some(self.row(record, is_recut)));
        }
    }

    /// Cuts a row again whose quotes have backslashes before them, where only that gives a cell for each column.
    fn with_escaped_quotes(&self, record: Record) -> (Record, bool) {
        let columns = self.plan.columns.len();
        let dialect = self.plan.dialect;
        let is_suspect = record.stray_quote && !dialect.has_backslashes && record.cells.len() != columns;
        if !is_suspect || !record.original.windows(2).any(|pair| pair == [b'\\', dialect.quote]) {
            return (record, false);
        }
        let (cells, stray_quote) = cut(&record.original, Dialect { has_backslashes: true, ..dialect });
        if cells.len() != columns || stray_quote {
            return (record, false);
        }
        (Record { cells, stray_quote, ..record }, true)
    }

    fn row(&mut self, record: Record, is_recut: bool) -> Result<Row, Reject> {
        let mut notes = Vec::new();
        if is_recut {
            notes.push(note("the quotes inside a cell have backslashes before them; they are taken off"));
        }
        if let Err(reason) = self.fitting(&record, &mut notes) {
            return Err(self.reject(&record, reason));
        }
        let decoded = match self.decoder.decode(&record.cells) {
            Ok(decoded) => decoded,
            // A row that cannot be decoded must not come back as another text.
            Err(reason) => return Err(Reject::new(record.line, reason, record.original).incomplete()),
        };
        notes.extend(decoded.noted.map(read_in_another_encoding));
        if decoded.cells.iter().any(|cell| cell.contains('\u{fffd}')) {
            notes.push(note(
                "some characters do not exist in the file's encoding; they are shown as \u{fffd}",
            ));
        }
        let suggestions = self.suggestions(&decoded.cells);
        notes.extend(suggestions.iter().map(Suggestion::note));
        match self.reader.read(&decoded.cells, self.on_bad_cell, Version::Current) {
            Ok(mut read) => {
                notes.append(&mut read.notes);
                let is_read_otherwise = read.is_read_otherwise || decoded.differs_from_v0_1 || is_recut;
                drop(decoded);
                let read = self.with_earlier(Finished { notes, is_read_otherwise, ..read }, &record.original);
                let original = self.decoder.original(record.original, self.plan.delimiter);
                Ok(Row { suggestions, ..Row::new(read, record.line, original) })
            }
            Err(unfit) => {
                drop(decoded);
                Err(self.reject(&record, unfit.reason).at(unfit.column, unfit.field))
            }
        }
    }

    /// The cells of used columns that look as if they were encoded twice.
    fn suggestions(&self, cells: &[Cow<'_, str>]) -> Vec<Suggestion> {
        let columns = self.plan.columns.iter().zip(cells);
        let used =
            columns.filter(|(column, cell)| !cell.is_ascii() && matches!(column.taken, Taken::For { .. }));
        used.filter_map(|(column, cell)| Suggestion::new(Some(column.number), &column.header, cell)).collect()
    }

    fn reject(&self, record: &Record, reason: String) -> Reject {
        let original = self.decoder.original(record.original.clone(), self.plan.delimiter);
        Reject::new(record.line, reason, original)
    }

    fn with_earlier(&self, mut read: Finished, original: &[u8]) -> Finished {
        if let Some(earlier) = &self.earlier.rows {
            read.is_read_otherwise |= earlier.is_for_every_row();
            read = read.with_earlier(|| earlier.read(original));
        }
        match &self.earlier.undecoded {
            Some((encoding, earlier)) if read.earlier.is_none() && !original.is_ascii() => {
                read.is_read_otherwise = true;
                read.with_earlier(|| earlier.read(&encoding.encode(original)?))
            }
            _ => read,
        }
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

/// Cuts a row, and says whether a quote stands where none belongs.
fn cut(row: &[u8], dialect: Dialect) -> (Vec<Vec<u8>>, bool) {
    let mut cutter = Cutter::default();
    let mut is_whole = false;
    for line in row.split_inclusive(|byte| *byte == b'\n') {
        is_whole = cutter.read_line(line, dialect);
    }
    let has_stray_quote = cutter.stray_quote || !is_whole;
    (cutter.into_cells(), has_stray_quote)
}

fn note(message: &str) -> Note {
    Note { field: String::new(), message: message.to_owned() }
}
