//! Reading CSV.
//!
//! A row that has not as many cells as the header has columns gets a note or is a reject.

mod addresses;
pub(crate) mod cells;
mod continuation;
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
pub(crate) use self::continuation::Continuations;
use self::header::Header;
use self::records::{Record, Records};
pub(crate) use self::row::RowReader;
pub(crate) use self::structure::Structure;
use self::structure::{Part, SkippedRows};
pub(crate) use self::v0_1::EarlierRows;
use crate::contact_builder::BuiltContact;
use crate::decode::TextEncoding;
use crate::decode::rows::RowDecoder;
use crate::options::OnBadCell;
use crate::plan::{ColumnPlan, Taken};
use crate::row::{Note, Reject, Row, Suggestion};
use crate::workbook::SheetRows;

/// What version 0.1.0 may have read of the rows.
pub(crate) struct Earlier {
    /// With the options that the file is read with today.
    pub(crate) rows: Option<EarlierRows>,
    /// Without the encoding: it took the bytes for Windows-1252.
    pub(crate) undecoded: Option<(TextEncoding, EarlierRows)>,
}

/// What comes next in a file.
enum Item {
    Record(CutRecord),
    Reject(Reject),
}

/// A row, cut as it is read.
struct CutRecord {
    record: Record,
    /// Why it was cut again.
    recut: Option<&'static str>,
    is_below_empty_row: bool,
}

/// The line and the cells of a row.
type LineCells<'r> = (u64, Vec<Cow<'r, str>>);

/// What is known of the rows of a contact besides the contact.
#[derive(Default)]
struct Findings {
    notes: Vec<Note>,
    suggestions: Vec<Suggestion>,
    may_differ_from_v0_1: bool,
}

impl Findings {
    fn note(&mut self, message: &str) {
        self.push(note(message));
    }

    fn push(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The contacts of a CSV file.
pub(crate) struct CsvRows {
    records: Records,
    pub(crate) plan: ColumnPlan,
    reader: RowReader,
    earlier: Earlier,
    decoder: RowDecoder,
    structure: Structure,
    continuations: Option<Continuations>,
    /// What was read behind the last contact, to see whether it continues that.
    ahead: Option<io::Result<Option<Item>>>,
    limit: usize,
    on_bad_cell: OnBadCell,
    pub(crate) empty_rows: u64,
}

impl CsvRows {
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        dialect: Dialect,
        header: &Header,
        plan: ColumnPlan,
        (reader, earlier, decoder, (structure, continuations)): (
            RowReader,
            Earlier,
            RowDecoder,
            (Structure, Option<Continuations>),
        ),
        (on_bad_cell, limit): (OnBadCell, usize),
    ) -> io::Result<Self> {
        let mut records = Records::new(source, dialect, limit);
        records.skip_lines(header.last_line)?;
        Ok(Self {
            records,
            plan,
            reader,
            earlier,
            decoder,
            structure,
            continuations,
            ahead: None,
            limit,
            on_bad_cell,
            empty_rows: 0,
        })
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
        let item = match self.ahead.take() {
            Some(item) => item?,
            None => self.next_item()?,
        };
        Ok(match item {
            None => None,
            Some(Item::Reject(reject)) => Some(Err(reject)),
            Some(Item::Record(record)) => {
                let below = self.continuations_of(&record);
                Some(self.row(record, below))
            }
        })
    }

    /// Reads the rows that continue the contact of a row, and the item behind them.
    fn continuations_of(&mut self, first: &CutRecord) -> Vec<CutRecord> {
        let mut below = Vec::new();
        if self.continuations.is_none() {
            return below;
        }
        let mut length = first.record.original.len();
        loop {
            let item = self.next_item();
            match item {
                Ok(Some(Item::Record(row))) if self.continues(first, &row, length) => {
                    length += row.record.original.len();
                    below.push(row);
                }
                item => {
                    self.ahead = Some(item);
                    return below;
                }
            }
        }
    }

    /// Whether a row continues the contact of another one, which has this length so far.
    fn continues(&self, first: &CutRecord, row: &CutRecord, length: usize) -> bool {
        let is_continuation =
            |it: &Continuations| it.continues(&first.record, &row.record, row.is_below_empty_row);
        length + row.record.original.len() <= self.limit
            && self.continuations.as_ref().is_some_and(is_continuation)
            && self.fitting(&row.record, &mut Vec::new()).is_ok()
    }

    /// Returns the next row that belongs to a contact, or a reject.
    fn next_item(&mut self) -> io::Result<Option<Item>> {
        let mut is_below_empty_row = false;
        loop {
            let record = match self.records.next_record()? {
                None => return Ok(None),
                Some(Err(mut reject)) => {
                    reject.original = self.decoder.original(reject.original, self.plan.delimiter);
                    return Ok(Some(Item::Reject(reject)));
                }
                Some(Ok(record)) => record,
            };
            if record.is_empty() {
                self.empty_rows += 1;
                is_below_empty_row = true;
                continue;
            }
            let (record, is_inside) = self.with_cells_inside(record);
            match self.structure.part(&record) {
                Part::Row => {}
                Part::Skipped => continue,
                Part::Rejected(reason) => {
                    let original = self.decoder.original(record.original, self.plan.delimiter);
                    return Ok(Some(Item::Reject(Reject::new(record.line, reason, original))));
                }
            }
            let (record, is_escaped) = self.with_escaped_quotes(record);
            let recut = match (is_inside, is_escaped) {
                (true, _) => Some(QUOTED_ROW),
                (_, true) => Some(ESCAPED_QUOTES),
                _ => None,
            };
            return Ok(Some(Item::Record(CutRecord { record, recut, is_below_empty_row })));
        }
    }

    /// Cuts a row again around which as a whole stand quotes, where that gives a cell for each column.
    fn with_cells_inside(&self, record: Record) -> (Record, bool) {
        let columns = self.plan.columns.len();
        if columns < 2 || record.cells.len() != 1 {
            return (record, false);
        }
        match record.cells_inside(self.plan.dialect).filter(|cells| cells.len() == columns) {
            Some(cells) => (Record { cells, ..record }, true),
            None => (record, false),
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

    /// Reads the contact of a row and of the rows below that continue it.
    fn row(&mut self, first: CutRecord, below: Vec<CutRecord>) -> Result<Row, Reject> {
        let line = first.record.line;
        let mut findings = Findings::default();
        if let Err(reason) = self.fitting(&first.record, &mut findings.notes) {
            return Err(Reject::new(line, reason, self.original(first, below)));
        }
        // A row that cannot be decoded must not come back as another text.
        let cells = match self.decoded(&first, None, &mut findings) {
            Ok(cells) => cells,
            Err(reason) => return Err(Reject::new(line, reason, undecoded(first, below)).incomplete()),
        };
        let cells_below = match self.decoded_below(&below, &mut findings) {
            Ok(cells) => cells,
            Err((line, reason)) => {
                return Err(Reject::new(line, reason, undecoded(first, below)).incomplete());
            }
        };
        match self.reader.read_with_continuations(&cells, &cells_below, self.on_bad_cell) {
            Ok(mut read) => {
                drop((cells, cells_below));
                findings.notes.append(&mut read.notes);
                let may_differ_from_v0_1 = read.may_differ_from_v0_1 || findings.may_differ_from_v0_1;
                let read = BuiltContact { notes: findings.notes, may_differ_from_v0_1, ..read };
                let read = self.with_earlier(read, &first.record);
                let row = read.into_row(line, self.original(first, below));
                Ok(Row { suggestions: findings.suggestions, ..row })
            }
            Err(unfit) => {
                drop((cells, cells_below));
                let line = unfit.line.unwrap_or(line);
                let reject = Reject::new(line, unfit.reason, self.original(first, below));
                Err(reject.at(unfit.column, unfit.field))
            }
        }
    }

    /// Decodes the cells of a row. `line` is its line, where the contact begins in another one.
    fn decoded<'r>(
        &mut self,
        row: &'r CutRecord,
        line: Option<u64>,
        findings: &mut Findings,
    ) -> Result<Vec<Cow<'r, str>>, String> {
        if let Some(why) = row.recut {
            findings.note(why);
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
            || row.recut.is_some()
            || row.record.has_guarded_delimiter
            || line.is_some();
        Ok(decoded.cells)
    }

    /// Decodes the cells of the rows that continue a contact. An error has the line of the row.
    fn decoded_below<'r>(
        &mut self,
        below: &'r [CutRecord],
        findings: &mut Findings,
    ) -> Result<Vec<LineCells<'r>>, (u64, String)> {
        let mut all = Vec::new();
        for row in below {
            let line = row.record.line;
            let cells = self.decoded(row, Some(line), findings).map_err(|reason| (line, reason))?;
            for field in self.values_not_used(&cells) {
                let message = "a value in a row that continues the contact is not used".to_owned();
                findings.push(Note { field, message });
            }
            all.push((line, cells));
        }
        if !below.is_empty() {
            findings.note("the rows without a name below it continue the contact");
        }
        Ok(all)
    }

    /// Returns the headers of the columns that are not used and have a value.
    fn values_not_used(&self, cells: &[Cow<'_, str>]) -> Vec<String> {
        let filled = self.plan.columns.iter().zip(cells).filter(|(_, cell)| !cell.trim().is_empty());
        let not_used = filled.filter(|(column, _)| matches!(column.taken, Taken::Not { .. }));
        not_used.map(|(column, _)| column.header.clone()).collect()
    }

    /// The cells of used columns that look as if they were encoded twice.
    fn suggestions(&self, cells: &[Cow<'_, str>]) -> Vec<Suggestion> {
        let columns = self.plan.columns.iter().zip(cells);
        let used =
            columns.filter(|(column, cell)| !cell.is_ascii() && matches!(column.taken, Taken::For { .. }));
        used.filter_map(|(column, cell)| Suggestion::new(Some(column.number), &column.header, cell)).collect()
    }

    /// Returns a row, and those that continue it, as they stand in the file.
    fn original(&self, first: CutRecord, below: Vec<CutRecord>) -> Vec<u8> {
        let mut original = self.decoder.original(first.record.original, self.plan.delimiter);
        for row in below {
            original.extend(self.decoder.original(row.record.original, self.plan.delimiter));
        }
        original
    }

    fn with_earlier(&self, mut read: BuiltContact, record: &Record) -> BuiltContact {
        let (original, line) = (&record.original, record.line);
        if let Some(earlier) = &self.earlier.rows {
            read.may_differ_from_v0_1 |= earlier.is_for_every_row();
            read = read.with_earlier(|| earlier.read(original, line));
        }
        match &self.earlier.undecoded {
            Some((encoding, earlier)) if read.earlier.is_none() && !original.is_ascii() => {
                read.may_differ_from_v0_1 = true;
                read.with_earlier(|| earlier.read(&encoding.encode(original)?, line))
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

const ESCAPED_QUOTES: &str = "the quotes inside a cell have backslashes before them; they are taken off";
const QUOTED_ROW: &str = "quotes stand around the whole row; they are taken off";

/// Returns the bytes of a row and of those that continue it.
fn undecoded(first: CutRecord, below: Vec<CutRecord>) -> Vec<u8> {
    let mut original = first.record.original;
    for row in below {
        original.extend(row.record.original);
    }
    original
}

/// Cuts a row, and says whether a quote stands where none belongs.
fn cut(row: &[u8], dialect: Dialect) -> (Vec<Vec<u8>>, bool) {
    let mut cutter = Cutter::default();
    let is_whole = cutter.read_row(row, dialect);
    let has_stray_quote = cutter.stray_quote || !is_whole;
    (cutter.into_cells(), has_stray_quote)
}

fn note(message: &str) -> Note {
    Note { field: String::new(), message: message.to_owned() }
}
