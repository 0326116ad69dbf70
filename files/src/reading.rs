//! A file being read, one contact at a time.
//!
//! A file is opened when its form is certain; from then on only single rows can be wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use crate::csv::CsvRows;
use crate::csv::structure::SkippedRows;
use crate::decode::guess::EncodingCandidate;
use crate::error::ReadError;
use crate::json::{Content, JsonRows};
use crate::opened::{HeaderMust, OnUnclear, Opened};
use crate::options::{Format, ReadOptions};
use crate::plan::ColumnPlan;
use crate::preview::Preview;
use crate::row::{Note, Reject, Row};
use crate::suggest::suggestion;
use crate::vcard::VcardRows;
use crate::workbook::SheetRows;

/// A file being read. It holds one row at a time, however long the file is.
///
/// ```
/// use unicontact_files::{ReadOptions, open};
///
/// let file = "First Name,E-mail,Shoe size\nAda,ada@example.com,38\nBo,not an address,44\n";
/// let mut reading = open(file.as_bytes(), "people.csv", &ReadOptions::default())?;
/// let plan = reading.columns().unwrap();
/// assert_eq!(plan.not_used().collect::<Vec<_>>(), ["Shoe size"]);
///
/// let ada = reading.next().unwrap().unwrap();
/// assert_eq!(ada.contact.display_name().as_deref(), Some("Ada"));
/// let bo = reading.next().unwrap().unwrap_err();
/// assert!(bo.to_string().starts_with("line 3, column 2 (E-mail): not an e-mail address"));
/// # Ok::<(), unicontact_files::ReadError>(())
/// ```
pub struct Reading {
    format: Format,
    guess: Option<EncodingCandidate>,
    rows: Rows,
    head: Option<Box<Head>>,
    ended: bool,
}

pub(crate) enum Rows {
    Csv(Box<CsvRows>),
    Sheet(Box<CsvRows>, SheetRows),
    Json(JsonRows),
    Vcard(Box<VcardRows>),
}

/// Opens a file of contacts.
///
/// `name` is the file's name, for the messages and as a hint at its format; `-` for the standard input.
/// At most 64 KiB are read before this returns; of a source that is still written, only what shows its form. A workbook is
/// read as a whole.
///
/// # Errors
///
/// When the file as a whole is not what can be read: empty (the standard input may be, which has no contacts then), another kind of file, a CSV without a header or with
/// no known column, a mapping that does not fit. Nothing has been taken from it then.
pub fn open(
    source: impl Read + Send + 'static,
    name: &str,
    options: &ReadOptions,
) -> Result<Reading, ReadError> {
    let mut opened = match Opened::new(Box::new(source), name, options, OnUnclear::Fail) {
        // A program that found nothing writes nothing.
        Err(ReadError::Empty { .. }) if name == "-" => return Ok(Reading::without_rows(options)),
        opened => opened?,
    };
    let format = opened.format;
    let table = opened.objects(name, options, HeaderMust::NameColumns)?;
    let has_columns = table.is_some() || matches!(format, Format::Csv | Format::Workbook);
    if options.map.is_some() && !has_columns {
        return Err(ReadError::NoColumns { name: name.to_owned(), format });
    }
    let head = Head { opened: opened.head_alone(), name: name.to_owned(), options: options.clone() };
    let guess = opened.encoding.guess.take();
    let rows = opened.rows(name, options, table)?;
    let head = match &rows {
        Rows::Sheet(_, sheet) => head.of_sheet(sheet)?,
        _ => head,
    };
    Ok(Reading { format, guess, rows, head: Some(Box::new(head)), ended: false })
}

/// A mapping for a CSV file as TOML, with comments, to be completed and passed as [`ReadOptions::map`].
///
/// It works also where [`open`] finds no known column.
///
/// # Errors
///
/// When the file is no CSV or has no header.
pub fn suggest_map(
    source: impl Read + Send + 'static,
    name: &str,
    options: &ReadOptions,
) -> Result<String, ReadError> {
    let options = ReadOptions { map: None, ..options.clone() };
    let opened = Opened::new(Box::new(source), name, &options, OnUnclear::Guess)?;
    if let Some(table) = opened.objects(name, &options, HeaderMust::BeThere)? {
        return Ok(suggestion(&table.plan));
    }
    let rows = match opened.format {
        Format::Csv => opened.csv(name, &options, HeaderMust::BeThere)?,
        Format::Workbook => opened.sheet(name, &options, HeaderMust::BeThere)?.0,
        format => return Err(ReadError::NoColumns { name: name.to_owned(), format }),
    };
    Ok(suggestion(&rows.plan))
}

impl Reading {
    fn without_rows(options: &ReadOptions) -> Self {
        let rows = JsonRows::new(Box::new(io::empty()), true, Content::Unified, options.limit());
        Self { format: Format::Ndjson, guess: None, rows: Rows::Json(rows), head: None, ended: true }
    }

    /// What the file turned out to be.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The encoding of the rows that are not UTF-8, where it was guessed, with cells of the file as they read in it: show them
    /// before anything is sent.
    pub fn guessed_encoding(&self) -> Option<&EncodingCandidate> {
        self.guess.as_ref()
    }

    /// What each column of a CSV, a sheet, or a table of JSON objects was taken for. `None` for contacts in a form of their own.
    pub fn columns(&self) -> Option<&ColumnPlan> {
        match &self.rows {
            Rows::Csv(rows) | Rows::Sheet(rows, _) => Some(&rows.plan),
            Rows::Json(rows) => rows.plan(),
            Rows::Vcard(_) => None,
        }
    }

    /// The plan as a mapping to complete, as [`suggest_map`] writes it. `None` where there are no columns.
    pub fn suggest_map(&self) -> Option<String> {
        self.columns().map(suggestion)
    }

    /// The properties of vCards and `JSContact` cards that no contact has a place for, and how often they came
    /// so far. Empty for the other formats.
    pub fn unused(&self) -> &BTreeMap<String, u64> {
        static NONE: BTreeMap<String, u64> = BTreeMap::new();
        match &self.rows {
            Rows::Csv(_) | Rows::Sheet(..) => &NONE,
            Rows::Json(rows) => &rows.unused,
            Rows::Vcard(rows) => &rows.unused,
        }
    }

    /// How many rows of a CSV were skipped so far because nothing is in them.
    pub fn empty_rows(&self) -> u64 {
        match &self.rows {
            Rows::Csv(rows) | Rows::Sheet(rows, _) => rows.empty_rows,
            Rows::Json(_) | Rows::Vcard(_) => 0,
        }
    }

    /// Returns the rows of a CSV or a sheet that were skipped so far because they belong to the table: its header again,
    /// titles, totals, page numbers.
    pub fn skipped_rows(&self) -> Vec<SkippedRows> {
        match &self.rows {
            Rows::Csv(rows) | Rows::Sheet(rows, _) => rows.skipped().to_vec(),
            Rows::Json(_) | Rows::Vcard(_) => Vec::new(),
        }
    }

    /// The line that was read last; for progress. The first one is 1.
    pub fn line(&self) -> u64 {
        match &self.rows {
            Rows::Csv(rows) => rows.line(),
            Rows::Sheet(csv, rows) => rows.number(csv.line()),
            Rows::Json(rows) => rows.line(),
            Rows::Vcard(rows) => rows.line(),
        }
    }

    /// Returns the cells that cannot be read in the beginning of the file: what [`open`] looked at, up to 200 rows. Reads
    /// nothing more of the file and takes no row. After the first row was taken it is empty.
    pub fn preview(&mut self) -> Preview {
        let rows = self.head.take().and_then(|head| head.rows().ok());
        let reading =
            rows.map(|rows| Self { format: self.format, guess: None, rows, head: None, ended: false });
        Preview::from_rows(reading.into_iter().flatten())
    }

    fn read(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        match &mut self.rows {
            Rows::Csv(rows) => rows.next_row(),
            Rows::Sheet(csv, rows) => Ok(csv.next_row()?.map(|item| in_the_sheet(item, rows))),
            Rows::Json(rows) => rows.next_row(),
            Rows::Vcard(rows) => rows.next_row(),
        }
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reading")
            .field("format", &self.format)
            .field("line", &self.line())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Iterator for Reading {
    type Item = Result<Row, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.head = None;
        match self.read() {
            Ok(Some(item)) => {
                self.ended = item.as_ref().is_err_and(|reject| reject.reading_ended);
                Some(item)
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(Reject::ended(self.line() + 1, &error)))
            }
        }
    }
}

/// Returns a row with its number in the sheet, and with notes of what was lost of it there.
fn in_the_sheet(item: Result<Row, Reject>, rows: &SheetRows) -> Result<Row, Reject> {
    match item {
        Ok(mut row) => {
            // The rows below that continue the contact are in it, too.
            let lines = row.original.split_inclusive(|byte| *byte == b'\n').count() as u64;
            for message in (row.line..row.line + lines).flat_map(|line| rows.loss_notes(line)) {
                let note = Note { field: String::new(), message: message.to_owned() };
                if !row.notes.contains(&note) {
                    row.notes.push(note);
                }
            }
            let lines = row.dropped.iter_mut().map(|cell| &mut cell.line);
            for line in lines.chain(row.suggestions.iter_mut().map(|cell| &mut cell.line)) {
                *line = line.map(|line| rows.number(line));
            }
            Ok(Row { line: rows.number(row.line), ..row })
        }
        Err(reject) => Err(Reject { line: rows.number(reject.line), ..reject }),
    }
}

/// The beginning of a source, to be read ahead of the source.
struct Head {
    opened: Opened,
    name: String,
    options: ReadOptions,
}

impl Head {
    /// Returns the beginning of a sheet's text in place of the workbook's.
    fn of_sheet(self, sheet: &SheetRows) -> Result<Self, ReadError> {
        let mut opened = Opened::from_sheet(sheet.reader(), &self.name)?.head_alone();
        let options = ReadOptions { delimiter: Some(b','), quote: Some(b'"'), ..self.options };
        opened.format = Format::Csv;
        Ok(Self { opened, name: self.name, options })
    }

    fn rows(self) -> Result<Rows, ReadError> {
        let table = self.opened.objects(&self.name, &self.options, HeaderMust::NameColumns)?;
        self.opened.rows(&self.name, &self.options, table)
    }
}
