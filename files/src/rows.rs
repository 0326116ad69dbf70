//! The rows of a source in any format.

use std::collections::BTreeMap;
use std::io;

use crate::csv::CsvRows;
use crate::csv::structure::SkippedRows;
use crate::csv::table::open_table;
use crate::decode::rows::Fallback;
use crate::delimited::header::HeaderCheck;
use crate::detect::{self, Unsupported};
use crate::detected_source::DetectedSource;
use crate::error::ReadError;
use crate::json::{Content, JsonRows, JsonTable};
use crate::options::{Format, ReadOptions};
use crate::plan::ColumnPlan;
use crate::row::{Note, Reject, Row};
use crate::sheet::{Sheet, open_sheet};
use crate::vcard::VcardRows;
use crate::workbook::SheetRows;

/// The rows of a source.
pub(crate) enum Rows {
    Csv(Box<CsvRows>),
    Sheet(Box<CsvRows>, SheetRows),
    Json(JsonRows),
    Vcard(Box<VcardRows>),
}

impl Rows {
    /// Opens the rows of a source. `table` is the table of JSON objects that the source holds.
    pub(crate) fn open(
        source: DetectedSource,
        name: &str,
        options: &ReadOptions,
        table: Option<JsonTable>,
    ) -> Result<Self, ReadError> {
        let limit = options.limit();
        Ok(match source.format {
            Format::Csv => Self::Csv(Box::new(open_table(source, name, options, HeaderCheck::Recognized)?)),
            Format::Workbook => {
                let (csv, rows) = workbook_sheet(source, name, options, HeaderCheck::Recognized)?;
                Self::Sheet(Box::new(csv), rows)
            }
            Format::Ndjson | Format::Json => {
                let content = table.map_or(Content::Unified, |table| Content::Table(Box::new(table)));
                let one_per_line = source.format == Format::Ndjson;
                Self::Json(JsonRows::new(source.source, one_per_line, content, limit))
            }
            Format::JsContact => {
                let one_per_line = detect::has_one_value_per_line(&source.head);
                let content = Content::JsContact(options.on_bad_cell);
                Self::Json(JsonRows::new(source.source, one_per_line, content, limit))
            }
            Format::Vcard => {
                let fallback = Fallback::new(source.encoding.rows);
                Self::Vcard(Box::new(VcardRows::new(source.source, options, fallback)))
            }
        })
    }

    /// Returns the rows of an empty source.
    pub(crate) fn empty(options: &ReadOptions) -> Self {
        Self::Json(JsonRows::new(Box::new(io::empty()), true, Content::Unified, options.limit()))
    }

    /// Returns the next row, or a reject. `None` at the end of the source.
    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        match self {
            Self::Csv(rows) => rows.next_row(),
            Self::Sheet(csv, rows) => Ok(csv.next_row()?.map(|item| numbered_in_sheet(item, rows))),
            Self::Json(rows) => rows.next_row(),
            Self::Vcard(rows) => rows.next_row(),
        }
    }

    /// Returns the plan of the columns. `None` for rows without columns.
    pub(crate) fn plan(&self) -> Option<&ColumnPlan> {
        match self {
            Self::Csv(rows) | Self::Sheet(rows, _) => Some(&rows.plan),
            Self::Json(rows) => rows.plan(),
            Self::Vcard(_) => None,
        }
    }

    /// Returns the properties of cards that no contact has a field for, with their counts.
    pub(crate) fn unused_properties(&self) -> &BTreeMap<String, u64> {
        static NONE: BTreeMap<String, u64> = BTreeMap::new();
        match self {
            Self::Csv(_) | Self::Sheet(..) => &NONE,
            Self::Json(rows) => &rows.unused,
            Self::Vcard(rows) => &rows.unused,
        }
    }

    /// Returns the number of empty rows of a table.
    pub(crate) fn empty_rows(&self) -> u64 {
        match self {
            Self::Csv(rows) | Self::Sheet(rows, _) => rows.empty_rows(),
            Self::Json(_) | Self::Vcard(_) => 0,
        }
    }

    /// Returns the skipped rows of a table.
    pub(crate) fn skipped(&self) -> &[SkippedRows] {
        match self {
            Self::Csv(rows) | Self::Sheet(rows, _) => rows.skipped(),
            Self::Json(_) | Self::Vcard(_) => &[],
        }
    }

    /// Returns the line, or the row of the sheet, that was read last.
    pub(crate) fn line(&self) -> u64 {
        match self {
            Self::Csv(rows) => rows.line(),
            Self::Sheet(csv, rows) => rows.number(csv.line()),
            Self::Json(rows) => rows.line(),
            Self::Vcard(rows) => rows.line(),
        }
    }
}

/// Returns the table of JSON objects that a source holds. `None` for any other content.
pub(crate) fn json_table(
    source: &DetectedSource,
    name: &str,
    options: &ReadOptions,
    check: HeaderCheck,
) -> Result<Option<JsonTable>, ReadError> {
    if !matches!(source.format, Format::Ndjson | Format::Json) {
        return Ok(None);
    }
    JsonTable::new(&source.head, options, check == HeaderCheck::Present)
        .map_err(|source| ReadError::Map { name: name.to_owned(), source })
}

/// Opens the sheet of a source that looks like a workbook.
pub(crate) fn workbook_sheet(
    source: DetectedSource,
    name: &str,
    options: &ReadOptions,
    check: HeaderCheck,
) -> Result<Sheet, ReadError> {
    let unsupported = detect::unsupported_bytes(&source.head);
    let sheet = open_sheet(source.source, name, options, check)?;
    let Unsupported { found, advice } = unsupported.map_or(detect::NO_WORKBOOK, |it| it.as_table(name));
    sheet.ok_or_else(|| ReadError::NotContacts { name: name.to_owned(), found, advice })
}

/// Returns a row with its number in the sheet, and with notes on the values that the sheet's text lacks.
fn numbered_in_sheet(item: Result<Row, Reject>, rows: &SheetRows) -> Result<Row, Reject> {
    match item {
        Ok(mut row) => {
            // The rows that continue the contact are part of the original, too.
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
