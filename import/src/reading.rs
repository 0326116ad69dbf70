//! A file being read, one contact at a time.
//!
//! Rule: a file is opened when it is certain what it is; from then on only single rows can be wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Cursor, Read};

use crate::csv::header::{self, Header};
use crate::csv::structure::SkippedRows;
use crate::csv::{Continuations, CsvRows, Earlier, EarlierRows, RowReader, Structure};
use crate::decode::TextEncoding;
use crate::decode::file::{FileEncoding, Unclear};
use crate::decode::guess::EncodingCandidate;
use crate::decode::rows::Fallback;
use crate::detect::{self, Foreign};
use crate::error::ReadError;
use crate::head::{MOST, read_head};
use crate::json::{Content, JsonRows, JsonTable};
use crate::options::{Format, ReadOptions};
use crate::plan::ColumnPlan;
use crate::preview::Preview;
use crate::row::{Note, Reject, Row};
use crate::sheet;
use crate::suggest::suggestion;
use crate::vcard::VcardRows;
use crate::version::Version;
use crate::workbook::{SheetRows, may_be_workbook};

/// A file being read. It holds one row at a time, however long the file is.
///
/// ```
/// use unicontact_import::{ReadOptions, open};
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
/// # Ok::<(), unicontact_import::ReadError>(())
/// ```
pub struct Reading {
    format: Format,
    guess: Option<EncodingCandidate>,
    rows: Rows,
    head: Option<Box<Head>>,
    ended: bool,
}

enum Rows {
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
            let flaws = rows
                .flaws(row.line)
                .map(|message| Note { field: String::new(), message: message.to_owned() });
            row.notes.extend(flaws);
            let lines = row.dropped.iter_mut().map(|cell| &mut cell.line);
            for line in lines.chain(row.suggestions.iter_mut().map(|cell| &mut cell.line)) {
                *line = line.map(|line| rows.number(line));
            }
            Ok(Row { line: rows.number(row.line), ..row })
        }
        Err(reject) => Err(Reject { line: rows.number(reject.line), ..reject }),
    }
}

/// What a header needs for a file to be opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderMust {
    BeThere,
    NameColumns,
}

/// What becomes of a file whose encoding is unclear.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnUnclear {
    Fail,
    Guess,
}

/// A source that was looked into.
pub(crate) struct Opened {
    source: Box<dyn Read + Send>,
    /// The first bytes, decoded where the source is.
    head: Vec<u8>,
    /// The first bytes as they stand in the file.
    raw_head: Vec<u8>,
    format: Format,
    encoding: FileEncoding,
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
        let opened = Opened::from_sheet(sheet.reader(), &self.name)?.head_alone();
        let options = ReadOptions { delimiter: Some(b','), quote: Some(b'"'), ..self.options };
        Ok(Self { opened: Opened { format: Format::Csv, ..opened }, name: self.name, options })
    }

    fn rows(self) -> Result<Rows, ReadError> {
        let table = self.opened.objects(&self.name, &self.options, HeaderMust::NameColumns)?;
        self.opened.rows(&self.name, &self.options, table)
    }
}

impl Opened {
    fn new(
        mut source: Box<dyn Read + Send>,
        name: &str,
        options: &ReadOptions,
        on_unclear: OnUnclear,
    ) -> Result<Self, ReadError> {
        let named = || name.to_owned();
        let io = |source| ReadError::Io { name: name.to_owned(), source };
        let mut head = read_head(&mut source, options).map_err(io)?;
        if head.trim_ascii().is_empty() {
            return Err(ReadError::Empty { name: named() });
        }
        if may_be_workbook(&head) && options.format.is_none_or(|format| format == Format::Workbook) {
            let source = Box::new(Cursor::new(head.clone()).chain(source));
            let raw_head = head.clone();
            return Ok(Self {
                source,
                head,
                raw_head,
                format: Format::Workbook,
                encoding: FileEncoding::utf_8(),
            });
        }
        refuse(detect::foreign_encoding(&head), name)?;
        if let Some(encoding) = options.encoding.filter(|encoding| encoding.is_refuted_by(&head)) {
            return Err(ReadError::WrongEncoding { name: named(), encoding });
        }
        if options.encoding.or_else(|| TextEncoding::of_head(&head)).is_none() {
            refuse(detect::foreign_bytes(&head).or_else(|| detect::foreign_text(&head)), name)?;
        }
        let raw_head = head.clone();
        let encoding = FileEncoding::new(&head, head.len() >= MOST, name, options);
        let encoding = match encoding {
            Ok(encoding) => encoding,
            Err(unclear) if on_unclear == OnUnclear::Guess => FileEncoding::unclear(unclear, &head),
            Err(Unclear(candidates)) => {
                return Err(ReadError::UnclearEncoding { name: named(), candidates });
            }
        };
        if encoding.is_transcoded {
            source = encoding.name.reader(Box::new(Cursor::new(head).chain(source)));
            head = read_head(&mut source, options).map_err(io)?;
        }
        while head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        refuse(detect::foreign_bytes(&head).or_else(|| detect::foreign_text(&head)), name)?;
        let format = options.format.unwrap_or_else(|| detect::format_of(&head, name));
        let is_guessed_csv = options.format.is_none() && format == Format::Csv;
        refuse(detect::cards_without_beginning(&head).filter(|_| is_guessed_csv), name)?;
        let source = Box::new(Cursor::new(head.clone()).chain(source));
        Ok(Self { source, head, raw_head, format, encoding })
    }

    /// Returns the whole lines of the beginning, as a source of its own.
    fn head_alone(&self) -> Self {
        let end =
            self.head.iter().rposition(|byte| *byte == b'\n').map_or(self.head.len(), |place| place + 1);
        let head = self.head[..end].to_vec();
        let source = Box::new(Cursor::new(head.clone()));
        let (raw_head, encoding) = (self.raw_head.clone(), self.encoding.clone());
        Self { source, head, raw_head, format: self.format, encoding }
    }

    fn rows(self, name: &str, options: &ReadOptions, table: Option<JsonTable>) -> Result<Rows, ReadError> {
        let limit = options.limit();
        Ok(match self.format {
            Format::Csv => Rows::Csv(Box::new(self.csv(name, options, HeaderMust::NameColumns)?)),
            Format::Workbook => {
                let (csv, rows) = self.sheet(name, options, HeaderMust::NameColumns)?;
                Rows::Sheet(Box::new(csv), rows)
            }
            Format::Ndjson | Format::Json => {
                let content = table.map_or(Content::Unified, |table| Content::Table(Box::new(table)));
                let one_per_line = self.format == Format::Ndjson;
                Rows::Json(JsonRows::new(self.source, one_per_line, content, limit))
            }
            Format::JsContact => {
                let one_per_line = detect::one_value_per_line(&self.head);
                let content = Content::JsContact(options.on_bad_cell);
                Rows::Json(JsonRows::new(self.source, one_per_line, content, limit))
            }
            Format::Vcard => {
                let fallback = Fallback::new(self.encoding.rows);
                Rows::Vcard(Box::new(VcardRows::new(self.source, options, fallback)))
            }
        })
    }

    /// Returns the text of a sheet.
    pub(crate) fn from_sheet(mut text: impl Read + Send + 'static, name: &str) -> Result<Self, ReadError> {
        let head = read_head(&mut text, &ReadOptions::default())
            .map_err(|source| ReadError::Io { name: name.to_owned(), source })?;
        let source = Box::new(Cursor::new(head.clone()).chain(text));
        let (raw_head, encoding) = (head.clone(), FileEncoding::utf_8());
        Ok(Self { source, head, raw_head, format: Format::Workbook, encoding })
    }

    /// Returns the table of JSON objects that the file is. `None` where it is something else.
    fn objects(
        &self,
        name: &str,
        options: &ReadOptions,
        must: HeaderMust,
    ) -> Result<Option<JsonTable>, ReadError> {
        if !matches!(self.format, Format::Ndjson | Format::Json) {
            return Ok(None);
        }
        JsonTable::new(&self.head, options, must == HeaderMust::BeThere)
            .map_err(|source| ReadError::Map { name: name.to_owned(), source })
    }

    fn sheet(self, name: &str, options: &ReadOptions, must: HeaderMust) -> Result<sheet::Sheet, ReadError> {
        let foreign = detect::foreign_bytes(&self.head);
        let sheet = sheet::open(self.source, name, options, must)?;
        let Foreign { found, advice } = foreign.unwrap_or(detect::NO_WORKBOOK);
        sheet.ok_or_else(|| ReadError::NotContacts { name: name.to_owned(), found, advice })
    }

    pub(crate) fn csv(
        self,
        name: &str,
        options: &ReadOptions,
        must: HeaderMust,
    ) -> Result<CsvRows, ReadError> {
        check_dialect(options)?;
        let encoding = self.encoding.fallback();
        let (dialect, header) = header::find(&self.head, options, Version::Current, encoding)
            .ok_or_else(|| ReadError::Empty { name: name.to_owned() })?;
        let is_known = header.known > 0 || must == HeaderMust::BeThere || options.map.is_some();
        if header.is_a_contact || !is_known {
            return Err(no_header(name, &header));
        }
        if must == HeaderMust::NameColumns
            && options.map.is_none()
            && let Some(column) = header.second_table()
        {
            return Err(ReadError::SideBySide { name: name.to_owned(), line: header.line, column });
        }
        let map = options.map.as_ref();
        let (plan, used) =
            ColumnPlan::new(&header, dialect, self.encoding.name.to_string(), map, Version::Current)
                .map_err(|source| ReadError::Map { name: name.to_owned(), source })?;
        if used.is_empty() && must == HeaderMust::NameColumns {
            return Err(no_header(name, &header));
        }
        let current = (dialect, &header, &plan, &used[..]);
        let undecoded = self.encoding.is_transcoded.then_some(self.encoding.name);
        let earlier = Earlier {
            // Version 0.1.0 read no workbooks.
            rows: EarlierRows::new(&self.head, options, current).filter(|_| self.format != Format::Workbook),
            undecoded: undecoded
                .and_then(|encoding| Some((encoding, EarlierRows::new(&self.raw_head, options, current)?))),
        };
        let structure = Structure::new(&self.head, &header, encoding, dialect.delimiter);
        let continuations = Continuations::new(&self.head, &header, &plan, &used, encoding);
        let shape = (structure, continuations);
        let readers = (RowReader::new(&plan, used), earlier, self.encoding.row_decoder(), shape);
        let bounds = (options.on_bad_cell, options.limit());
        CsvRows::new(self.source, dialect, &header, plan, readers, bounds)
            .map_err(|source| ReadError::Io { name: name.to_owned(), source })
    }
}

/// # Errors
///
/// The file is something else than a file of contacts.
fn refuse(foreign: Option<Foreign>, name: &str) -> Result<(), ReadError> {
    match foreign.map(|foreign| foreign.as_table(name)) {
        Some(Foreign { found, advice }) => {
            Err(ReadError::NotContacts { name: name.to_owned(), found, advice })
        }
        None => Ok(()),
    }
}

fn no_header(name: &str, header: &Header) -> ReadError {
    let (name, line) = (name.to_owned(), header.line);
    if header.is_a_contact {
        ReadError::NoHeader { name, line }
    } else {
        ReadError::NoKnownColumn { name, line, columns: header.cells.len() }
    }
}

fn check_dialect(options: &ReadOptions) -> Result<(), ReadError> {
    let unfit = |byte: u8| !byte.is_ascii() || matches!(byte, b'\r' | b'\n' | 0);
    if options.delimiter.is_some_and(unfit) || options.quote.is_some_and(unfit) {
        return Err(ReadError::Option("the delimiter and the quote must be one ASCII character each"));
    }
    if options.delimiter.is_some() && options.delimiter == Some(options.quote.unwrap_or(b'"')) {
        return Err(ReadError::Option("the delimiter and the quote must differ"));
    }
    Ok(())
}
