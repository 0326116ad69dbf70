//! Opens the sheet of a workbook that holds the contacts.

use std::io::Read;

use crate::csv::CsvRows;
use crate::csv::table::open_table;
use crate::delimited::header::HeaderCheck;
use crate::detected_source::DetectedSource;
use crate::error::ReadError;
use crate::options::ReadOptions;
use crate::plan::{ColumnPlan, TableSource};
use crate::workbook::{SheetRows, SheetText, Workbook};

/// A sheet is searched for contacts in its first rows, at most so many.
const PREVIEW_ROWS: usize = 100;

/// The contacts of a sheet by the lines of its text, and the rows of the sheet by these lines.
pub(crate) type Sheet = (CsvRows, SheetRows);

/// Opens the sheet that the options name, or else the only visible sheet with contacts. `None` for a file that is no
/// workbook.
///
/// # Errors
///
/// When the workbook cannot be read, and when no sheet or several sheets have contacts.
pub(crate) fn open_sheet(
    source: impl Read,
    name: &str,
    options: &ReadOptions,
    check: HeaderCheck,
) -> Result<Option<Sheet>, ReadError> {
    let Some(mut book) = Workbook::open(source, name)? else { return Ok(None) };
    let sheet = match &options.sheet {
        Some(sheet) => named(&book, sheet, name)?,
        None => with_contacts(&mut book, name, options)?,
    };
    let text = book.text(&sheet, None, name)?;
    drop(book);
    table(text, &sheet, name, options, check).map(Some)
}

/// Returns the name of a sheet as the workbook spells it.
fn named(book: &Workbook, searched: &str, name: &str) -> Result<String, ReadError> {
    let sheets: Vec<String> = book.sheets().into_iter().map(|(sheet, _)| sheet).collect();
    let is_alike = |sheet: &&String| sheet.trim().to_lowercase() == searched.trim().to_lowercase();
    let found = sheets.iter().find(|sheet| *sheet == searched).or_else(|| sheets.iter().find(is_alike));
    found.cloned().ok_or_else(|| ReadError::Sheet {
        name: name.to_owned(),
        reason: "the workbook has no sheet of this name",
        sheets: sheets.clone(),
    })
}

/// Returns the name of the only visible sheet with contacts.
fn with_contacts(book: &mut Workbook, name: &str, options: &ReadOptions) -> Result<String, ReadError> {
    let mut filled = Vec::new();
    for (sheet, _) in book.sheets().into_iter().filter(|(_, is_visible)| *is_visible) {
        let preview = book.text(&sheet, Some(PREVIEW_ROWS), name)?;
        if preview.len() > 0 {
            filled.push((sheet, preview));
        }
    }
    if filled.len() == 1 {
        return Ok(filled.remove(0).0);
    }
    let all: Vec<String> = filled.iter().map(|(sheet, _)| sheet.clone()).collect();
    let mut found = Vec::new();
    for (sheet, preview) in filled {
        let rows = preview.len();
        let opened = table(preview, &sheet, name, options, HeaderCheck::Recognized);
        let has_contacts = match &opened {
            Ok((csv, _)) => names_people(&csv.plan),
            Err(error) => matches!(error, ReadError::SideBySide { .. }),
        };
        if has_contacts && rows > 1 {
            found.push(sheet);
        }
    }
    let name = name.to_owned();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if all.is_empty() => Err(ReadError::Empty { name }),
        0 => Err(ReadError::Sheet { name, reason: "no sheet has columns that are known", sheets: all }),
        _ => Err(ReadError::Sheet { name, reason: "several sheets have contacts", sheets: found }),
    }
}

/// Returns whether a column identifies a contact.
fn names_people(plan: &ColumnPlan) -> bool {
    let is_field = |start: &str| plan.fields().any(|field| field.starts_with(start));
    ["name.", "emails[", "phones[", "organization.name"].into_iter().any(is_field)
}

/// Opens the table in the text of a sheet.
fn table(
    text: SheetText,
    sheet: &str,
    name: &str,
    options: &ReadOptions,
    check: HeaderCheck,
) -> Result<Sheet, ReadError> {
    let rows = SheetRows::new(text);
    let options = ReadOptions { delimiter: Some(b','), quote: Some(b'"'), ..options.clone() };
    let source = DetectedSource::from_sheet(rows.reader(), name)?;
    match open_table(source, name, &options, check) {
        Ok(mut csv) => {
            csv.plan.header_line = rows.number(csv.plan.header_line);
            csv.use_sheet_rows(rows.clone());
            csv.plan.source = TableSource::Sheet(sheet.to_owned());
            Ok((csv, rows))
        }
        Err(error) => Err(numbered_in_sheet(error, &rows)),
    }
}

/// Returns an error with the row of the sheet in place of the line of its text.
fn numbered_in_sheet(error: ReadError, rows: &SheetRows) -> ReadError {
    match error {
        ReadError::NoHeader { name, line } => ReadError::NoHeader { name, line: rows.number(line) },
        ReadError::NoKnownColumn { name, line, columns } => {
            ReadError::NoKnownColumn { name, line: rows.number(line), columns }
        }
        ReadError::SideBySide { name, line, column } => {
            ReadError::SideBySide { name, line: rows.number(line), column }
        }
        other => other,
    }
}
