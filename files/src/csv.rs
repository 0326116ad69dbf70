//! Reads the contacts of a CSV file, one row at a time.

mod addresses;
mod cell_value;
pub(crate) mod continuation;
mod dial_codes;
mod entries;
mod names;
mod row;
mod row_source;
mod single_values;
pub(crate) mod structure;
pub(crate) mod table;
mod v0_1;

use std::borrow::Cow;
use std::io;

use self::continuation::Continuations;
pub(crate) use self::row::RowReader;
use self::row_source::{Item, RowSource, SourceRow};
use self::structure::SkippedRows;
use self::v0_1::EarlierReaders;
use crate::contact_builder::BuiltContact;
use crate::decode::rows::RowDecoder;
use crate::delimited::records::Record;
use crate::options::OnBadCell;
use crate::plan::{ColumnPlan, ColumnTarget};
use crate::row::{Note, Reject, Row, Suggestion};
use crate::workbook::SheetRows;

/// The contacts of a CSV file.
pub(crate) struct CsvRows {
    pub(crate) plan: ColumnPlan,
    source: RowSource,
    reader: RowReader,
    earlier: EarlierReaders,
    decoder: RowDecoder,
    continuations: Option<Continuations>,
    /// The item after the last contact, read to see whether it continues that contact.
    lookahead: Option<io::Result<Option<Item>>>,
    row_limit: usize,
    on_bad_cell: OnBadCell,
}

/// The line and the cells of a row.
type LineCells<'r> = (u64, Vec<Cow<'r, str>>);

/// Notes and suggestions on the rows of a contact, found before the contact is read.
#[derive(Default)]
struct Findings {
    notes: Vec<Note>,
    suggestions: Vec<Suggestion>,
    may_differ_from_v0_1: bool,
}

impl Findings {
    fn note(&mut self, message: &str) {
        self.push(Note { field: String::new(), message: message.to_owned() });
    }

    /// Adds a note, unless the same note is there.
    fn push(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

impl CsvRows {
    /// Numbers the lines of skipped rows by the rows of the sheet that the table is in.
    pub(crate) fn use_sheet_rows(&mut self, sheet: SheetRows) {
        self.source.use_sheet_rows(sheet);
    }

    /// Returns the rows that were skipped so far because they belong to the table.
    pub(crate) fn skipped(&self) -> &[SkippedRows] {
        self.source.skipped()
    }

    /// Returns the number of empty rows that were skipped so far.
    pub(crate) fn empty_rows(&self) -> u64 {
        self.source.empty_rows
    }

    /// Returns the line that was read last, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.source.line()
    }

    /// Returns the next contact, or a reject. `None` at the end of the file.
    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        let item = match self.lookahead.take() {
            Some(item) => item?,
            None => self.next_item()?,
        };
        Ok(match item {
            None => None,
            Some(Item::Reject(reject)) => Some(Err(reject)),
            Some(Item::Row(row)) => {
                let continuations = self.continuations_of(&row);
                Some(self.contact(row, continuations))
            }
        })
    }

    fn next_item(&mut self) -> io::Result<Option<Item>> {
        self.source.next_item(&self.decoder)
    }

    /// Reads the rows that continue the contact of `first`, and the item after them.
    fn continuations_of(&mut self, first: &SourceRow) -> Vec<SourceRow> {
        let mut continuations = Vec::new();
        if self.continuations.is_none() {
            return continuations;
        }
        let mut length = first.record.original.len();
        loop {
            let item = self.next_item();
            match item {
                Ok(Some(Item::Row(row))) if self.continues(first, &row, length) => {
                    length += row.record.original.len();
                    continuations.push(row);
                }
                item => {
                    self.lookahead = Some(item);
                    return continuations;
                }
            }
        }
    }

    /// Returns whether a row continues the contact of `first`, whose rows have `length` bytes so far.
    fn continues(&self, first: &SourceRow, row: &SourceRow, length: usize) -> bool {
        let is_continuation =
            |it: &Continuations| it.continues(&first.record, &row.record, row.is_below_empty_row);
        length + row.record.original.len() <= self.row_limit
            && self.continuations.as_ref().is_some_and(is_continuation)
            && self.source.check_cells(&row.record).is_ok()
    }

    /// Reads the contact of a row and of the rows that continue it.
    fn contact(&mut self, first: SourceRow, continuations: Vec<SourceRow>) -> Result<Row, Reject> {
        let line = first.record.line;
        let mut findings = Findings::default();
        match self.source.check_cells(&first.record) {
            Ok(notes) => notes.into_iter().for_each(|note| findings.note(note)),
            Err(reason) => return Err(Reject::new(line, reason, self.original(first, continuations))),
        }
        // A row that cannot be decoded must not come back as another text: its bytes are rejected as they are.
        let cells = match self.decoded(&first, None, &mut findings) {
            Ok(cells) => cells,
            Err(reason) => return Err(Reject::new(line, reason, raw(first, continuations)).incomplete()),
        };
        let continued_cells = match self.decoded_continuations(&continuations, &mut findings) {
            Ok(cells) => cells,
            Err((line, reason)) => {
                return Err(Reject::new(line, reason, raw(first, continuations)).incomplete());
            }
        };
        match self.reader.read_with_continuations(&cells, &continued_cells, self.on_bad_cell) {
            Ok(mut read) => {
                drop((cells, continued_cells));
                findings.notes.append(&mut read.notes);
                let may_differ_from_v0_1 = read.may_differ_from_v0_1 || findings.may_differ_from_v0_1;
                let read = BuiltContact { notes: findings.notes, may_differ_from_v0_1, ..read };
                let read = self.with_earlier(read, &first.record);
                let row = read.into_row(line, self.original(first, continuations));
                Ok(Row { suggestions: findings.suggestions, ..row })
            }
            Err(error) => {
                drop((cells, continued_cells));
                Err(error.into_reject(line, self.original(first, continuations)))
            }
        }
    }

    /// Decodes the cells of a row. `line` is the line of a row that continues a contact.
    fn decoded<'r>(
        &mut self,
        row: &'r SourceRow,
        line: Option<u64>,
        findings: &mut Findings,
    ) -> Result<Vec<Cow<'r, str>>, String> {
        if let Some(correction) = row.correction {
            findings.note(correction);
        }
        let decoded = self.decoder.decode(&row.record.cells)?;
        findings.notes.extend(decoded.noted.map(Note::decoded_as));
        if decoded.cells.iter().any(|cell| !cell.is_ascii() && cell.contains('\u{fffd}')) {
            findings.note("some characters do not exist in the file's encoding; they are shown as \u{fffd}");
        }
        for suggestion in self.suggestions(&decoded.cells) {
            findings.notes.push(suggestion.note());
            findings.suggestions.push(Suggestion { line, ..suggestion });
        }
        findings.may_differ_from_v0_1 |= decoded.differs_from_v0_1
            || row.correction.is_some()
            || row.record.has_guarded_delimiter
            || line.is_some();
        Ok(decoded.cells)
    }

    /// Decodes the cells of the rows that continue a contact. The error has the line of the row.
    fn decoded_continuations<'r>(
        &mut self,
        continuations: &'r [SourceRow],
        findings: &mut Findings,
    ) -> Result<Vec<LineCells<'r>>, (u64, String)> {
        let mut all = Vec::new();
        for row in continuations {
            let line = row.record.line;
            let cells = self.decoded(row, Some(line), findings).map_err(|reason| (line, reason))?;
            for field in self.unused_headers(&cells) {
                let message = "a value in a row that continues the contact is not used".to_owned();
                findings.push(Note { field, message });
            }
            all.push((line, cells));
        }
        if !continuations.is_empty() {
            findings.note("the rows below without a name continue the contact");
        }
        Ok(all)
    }

    /// Returns the headers of the unused columns that have a value in a row.
    fn unused_headers(&self, cells: &[Cow<'_, str>]) -> Vec<String> {
        let filled = self.plan.columns.iter().zip(cells).filter(|(_, cell)| !cell.trim().is_empty());
        let unused = filled.filter(|(column, _)| matches!(column.target, ColumnTarget::Unused { .. }));
        unused.map(|(column, _)| column.header.clone()).collect()
    }

    /// Returns suggestions for the cells of used columns that look as if they were encoded twice.
    fn suggestions(&self, cells: &[Cow<'_, str>]) -> Vec<Suggestion> {
        let columns = self.plan.columns.iter().zip(cells);
        let used = columns
            .filter(|(column, cell)| !cell.is_ascii() && matches!(column.target, ColumnTarget::Field { .. }));
        used.filter_map(|(column, cell)| Suggestion::new(Some(column.number), &column.header, cell)).collect()
    }

    /// Returns a row and the rows that continue it, as text for the file of rejects.
    fn original(&self, first: SourceRow, continuations: Vec<SourceRow>) -> Vec<u8> {
        let mut original = self.decoder.original(first.record.original, self.plan.delimiter);
        for row in continuations {
            original.extend(self.decoder.original(row.record.original, self.plan.delimiter));
        }
        original
    }

    /// Adds the contact that version 0.1.0 read from the row, where that may be another one.
    fn with_earlier(&self, mut read: BuiltContact, record: &Record) -> BuiltContact {
        let (original, line) = (&record.original, record.line);
        if let Some(earlier) = &self.earlier.decoded {
            read.may_differ_from_v0_1 |= earlier.reads_every_row_otherwise();
            read = read.with_earlier(|| earlier.read(original, line));
        }
        match &self.earlier.raw {
            Some((encoding, earlier)) if read.earlier.is_none() && !original.is_ascii() => {
                read.may_differ_from_v0_1 = true;
                read.with_earlier(|| earlier.read(&encoding.encode(original)?, line))
            }
            _ => read,
        }
    }
}

/// Returns the bytes of a row and of the rows that continue it, as they are in the file.
fn raw(first: SourceRow, continuations: Vec<SourceRow>) -> Vec<u8> {
    let mut bytes = first.record.original;
    for row in continuations {
        bytes.extend(row.record.original);
    }
    bytes
}
