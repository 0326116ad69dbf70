//! Reads the contacts of a file, one at a time.
//!
//! Invariant: a file whose format is uncertain is not opened. After opening, only single rows are rejected.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use crate::csv::structure::SkippedRows;
use crate::csv::table::open_table;
use crate::decode::guess::EncodingCandidate;
use crate::delimited::header::HeaderCheck;
use crate::detected_source::{DetectedSource, OnUnclearEncoding};
use crate::error::ReadError;
use crate::options::{Format, ReadOptions};
use crate::plan::ColumnPlan;
use crate::preview::Preview;
use crate::row::{Reject, Row};
use crate::rows::{Rows, json_table, workbook_sheet};
use crate::suggest::suggested_map;
use crate::workbook::SheetRows;

/// An iterator over the contacts of a file. It keeps one row in memory at a time, even of a large file.
///
/// ```
/// use unicontact_files::{ReadOptions, open};
///
/// let file = "First Name,E-mail,Shoe size\nAda,ada@example.com,38\nBo,not an address,44\n";
/// let mut reader = open(file.as_bytes(), "people.csv", &ReadOptions::default())?;
/// let plan = reader.columns().unwrap();
/// assert_eq!(plan.unused_headers().collect::<Vec<_>>(), ["Shoe size"]);
///
/// let ada = reader.next().unwrap().unwrap();
/// assert_eq!(ada.contact.display_name().as_deref(), Some("Ada"));
/// let bo = reader.next().unwrap().unwrap_err();
/// assert!(bo.to_string().starts_with("line 3, column 2 (E-mail): not an e-mail address"));
/// # Ok::<(), unicontact_files::ReadError>(())
/// ```
pub struct ContactReader {
    format: Format,
    guess: Option<EncodingCandidate>,
    rows: Rows,
    preview_source: Option<Box<PreviewSource>>,
    has_ended: bool,
}

/// Opens a file of contacts.
///
/// `name` is the file's name, for messages and as a hint at its format; `-` stands for the standard input. At most 64 KiB of
/// the source are read before this returns; of a pipe, only as much as shows its format. A workbook is read as a whole.
///
/// # Errors
///
/// When the file as a whole cannot be read: it is empty, is no file of contacts, is a CSV without a header or without a known
/// column, or does not fit the mapping. An empty standard input is no error: it has no contacts.
pub fn open(
    source: impl Read + Send + 'static,
    name: &str,
    options: &ReadOptions,
) -> Result<ContactReader, ReadError> {
    let mut source = match DetectedSource::new(Box::new(source), name, options, OnUnclearEncoding::Fail) {
        // A program that finds nothing writes nothing.
        Err(ReadError::Empty { .. }) if name == "-" => return Ok(ContactReader::empty(options)),
        source => source?,
    };
    let format = source.format;
    let table = json_table(&source, name, options, HeaderCheck::Recognized)?;
    let has_columns = table.is_some() || matches!(format, Format::Csv | Format::Workbook);
    if options.map.is_some() && !has_columns {
        return Err(ReadError::NoColumns { name: name.to_owned(), format });
    }
    let preview =
        PreviewSource { source: source.head_alone(), name: name.to_owned(), options: options.clone() };
    let guess = source.encoding.guess.take();
    let rows = Rows::open(source, name, options, table)?;
    let preview = match &rows {
        Rows::Sheet(_, sheet) => preview.with_sheet(sheet)?,
        _ => preview,
    };
    Ok(ContactReader { format, guess, rows, preview_source: Some(Box::new(preview)), has_ended: false })
}

/// Returns a mapping for a file as TOML, with comments, to be completed and passed as [`ReadOptions::map`].
///
/// It works also for files in which [`open`] finds no known column.
///
/// # Errors
///
/// When the file has no columns or no header.
pub fn suggest_map(
    source: impl Read + Send + 'static,
    name: &str,
    options: &ReadOptions,
) -> Result<String, ReadError> {
    let options = ReadOptions { map: None, ..options.clone() };
    let source = DetectedSource::new(Box::new(source), name, &options, OnUnclearEncoding::Guess)?;
    if let Some(table) = json_table(&source, name, &options, HeaderCheck::Present)? {
        return Ok(suggested_map(&table.plan));
    }
    let rows = match source.format {
        Format::Csv => open_table(source, name, &options, HeaderCheck::Present)?,
        Format::Workbook => workbook_sheet(source, name, &options, HeaderCheck::Present)?.0,
        format => return Err(ReadError::NoColumns { name: name.to_owned(), format }),
    };
    Ok(suggested_map(&rows.plan))
}

impl ContactReader {
    fn empty(options: &ReadOptions) -> Self {
        let rows = Rows::empty(options);
        Self { format: Format::Ndjson, guess: None, rows, preview_source: None, has_ended: true }
    }

    /// Returns the format of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Returns the encoding of the rows that are not UTF-8, where it was guessed, with sample cells of the file decoded from
    /// it. Show them to the user before anything is sent.
    pub fn guessed_encoding(&self) -> Option<&EncodingCandidate> {
        self.guess.as_ref()
    }

    /// Returns the plan of the columns of a CSV, a sheet, or a table of JSON objects. `None` for files without columns.
    pub fn columns(&self) -> Option<&ColumnPlan> {
        self.rows.plan()
    }

    /// Returns the plan as a mapping to complete, as [`suggest_map`] writes it. `None` for files without columns.
    pub fn suggest_map(&self) -> Option<String> {
        self.columns().map(suggested_map)
    }

    /// Returns the properties of vCards and `JSContact` cards that no contact has a field for, with their counts so far.
    /// Empty for the other formats.
    pub fn unused(&self) -> &BTreeMap<String, u64> {
        self.rows.unused_properties()
    }

    /// Returns the number of empty rows of a table that were skipped so far.
    pub fn empty_rows(&self) -> u64 {
        self.rows.empty_rows()
    }

    /// Returns the rows that were skipped so far because they belong to the table: repeated headers, titles, totals, page
    /// numbers.
    pub fn skipped_rows(&self) -> Vec<SkippedRows> {
        self.rows.skipped().to_vec()
    }

    /// Returns the line that was read last, counted from 1; for progress.
    pub fn line(&self) -> u64 {
        self.rows.line()
    }

    /// Returns a count of the bad cells in the beginning of the file, and its rows in another encoding: of the part that
    /// [`open`] read, and bad cells of up to 200 rows. Reads nothing more of the file and takes no row. Empty after the first
    /// row was taken.
    pub fn preview(&mut self) -> Preview {
        let rows = self.preview_source.take().and_then(|source| source.open().ok());
        let reader = rows.map(|rows| Self {
            format: self.format,
            guess: None,
            rows,
            preview_source: None,
            has_ended: false,
        });
        Preview::from_rows(reader.into_iter().flatten(), self.guess.is_some())
    }
}

impl fmt::Debug for ContactReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ContactReader")
            .field("format", &self.format)
            .field("line", &self.line())
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}

impl Iterator for ContactReader {
    type Item = Result<Row, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        self.preview_source = None;
        match self.rows.next_row() {
            Ok(Some(item)) => {
                self.has_ended = item.as_ref().is_err_and(|reject| reject.reading_ended);
                Some(item)
            }
            Ok(None) => {
                self.has_ended = true;
                None
            }
            Err(error) => {
                self.has_ended = true;
                Some(Err(Reject::ended(self.line() + 1, &error)))
            }
        }
    }
}

/// The beginning of a source, from which a preview is read.
struct PreviewSource {
    source: DetectedSource,
    name: String,
    options: ReadOptions,
}

impl PreviewSource {
    /// Returns the beginning of a sheet's text in place of the workbook's bytes.
    fn with_sheet(self, sheet: &SheetRows) -> Result<Self, ReadError> {
        let mut source = DetectedSource::from_sheet(sheet.reader(), &self.name)?.head_alone();
        let options = ReadOptions { delimiter: Some(b','), quote: Some(b'"'), ..self.options };
        source.format = Format::Csv;
        Ok(Self { source, name: self.name, options })
    }

    fn open(self) -> Result<Rows, ReadError> {
        let table = json_table(&self.source, &self.name, &self.options, HeaderCheck::Recognized)?;
        Rows::open(self.source, &self.name, &self.options, table)
    }
}
