//! A source of contacts whose format and encoding are known from its beginning.

use std::io::{Cursor, Read};

use crate::csv::header::{self, Header};
use crate::csv::{Continuations, CsvRows, Earlier, EarlierRows, RowReader, Structure};
use crate::decode::TextEncoding;
use crate::decode::file::{FileEncoding, Unclear};
use crate::decode::rows::Fallback;
use crate::detect::{self, Foreign};
use crate::error::ReadError;
use crate::head::{MOST, read_head};
use crate::json::{Content, JsonRows, JsonTable};
use crate::options::{Format, ReadOptions};
use crate::plan::ColumnPlan;
use crate::reading::Rows;
use crate::sheet;
use crate::vcard::VcardRows;
use crate::version::Version;
use crate::workbook::may_be_workbook;

/// What a header needs for a file to be opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderMust {
    BeThere,
    NameColumns,
}

/// What becomes of a file whose encoding is unclear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnUnclear {
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
    pub(crate) format: Format,
    pub(crate) encoding: FileEncoding,
}

impl Opened {
    pub(crate) fn new(
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
    pub(crate) fn head_alone(&self) -> Self {
        let end =
            self.head.iter().rposition(|byte| *byte == b'\n').map_or(self.head.len(), |place| place + 1);
        let head = self.head[..end].to_vec();
        let source = Box::new(Cursor::new(head.clone()));
        let (raw_head, encoding) = (self.raw_head.clone(), self.encoding.clone());
        Self { source, head, raw_head, format: self.format, encoding }
    }

    pub(crate) fn rows(
        self,
        name: &str,
        options: &ReadOptions,
        table: Option<JsonTable>,
    ) -> Result<Rows, ReadError> {
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
    pub(crate) fn objects(
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

    pub(crate) fn sheet(
        self,
        name: &str,
        options: &ReadOptions,
        must: HeaderMust,
    ) -> Result<sheet::Sheet, ReadError> {
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
