//! Opens the sheet of a workbook that has the contacts.

use std::io::Read;

use crate::csv::CsvRows;
use crate::error::ReadError;
use crate::opened::{HeaderMust, Opened};
use crate::options::ReadOptions;
use crate::plan::{ColumnPlan, TableForm};
use crate::workbook::{SheetRows, SheetText, Workbook};

/// How many rows of a sheet show whether it has contacts.
const PREVIEW: usize = 100;

/// The contacts of a sheet, with lines of its text, and what these lines are in the sheet.
pub(crate) type Sheet = (CsvRows, SheetRows);

/// Opens the sheet that the options name, or else the only visible one that has contacts. `None` where the file is no
/// workbook.
///
/// # Errors
///
/// When the workbook cannot be read, or no sheet or several could be meant.
pub(crate) fn open(
    source: impl Read,
    name: &str,
    options: &ReadOptions,
    must: HeaderMust,
) -> Result<Option<Sheet>, ReadError> {
    let Some(mut book) = Workbook::open(source, name)? else { return Ok(None) };
    let sheet = match &options.sheet {
        Some(wanted) => named(&book, wanted, name)?,
        None => with_contacts(&mut book, name, options)?,
    };
    let text = book.text(&sheet, None, name)?;
    drop(book);
    table(text, &sheet, name, options, must).map(Some)
}

fn named(book: &Workbook, wanted: &str, name: &str) -> Result<String, ReadError> {
    let sheets: Vec<String> = book.sheets().into_iter().map(|(sheet, _)| sheet).collect();
    let is_alike = |sheet: &&String| sheet.trim().to_lowercase() == wanted.trim().to_lowercase();
    let found = sheets.iter().find(|sheet| *sheet == wanted).or_else(|| sheets.iter().find(is_alike));
    found.cloned().ok_or_else(|| ReadError::Sheet {
        name: name.to_owned(),
        reason: "the workbook has no sheet of this name",
        sheets: sheets.clone(),
    })
}

fn with_contacts(book: &mut Workbook, name: &str, options: &ReadOptions) -> Result<String, ReadError> {
    let mut filled = Vec::new();
    for (sheet, _) in book.sheets().into_iter().filter(|(_, is_visible)| *is_visible) {
        let preview = book.text(&sheet, Some(PREVIEW), name)?;
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
        let opened = table(preview, &sheet, name, options, HeaderMust::NameColumns);
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

/// Returns whether a column can say who somebody is.
fn names_people(plan: &ColumnPlan) -> bool {
    let is_field = |start: &str| plan.fields().any(|field| field.starts_with(start));
    ["name.", "emails[", "phones[", "organization.name"].into_iter().any(is_field)
}

fn table(
    text: SheetText,
    sheet: &str,
    name: &str,
    options: &ReadOptions,
    must: HeaderMust,
) -> Result<Sheet, ReadError> {
    let rows = SheetRows::new(text);
    let options = ReadOptions { delimiter: Some(b','), quote: Some(b'"'), ..options.clone() };
    let opened = Opened::from_sheet(rows.reader(), name)?;
    match opened.csv(name, &options, must) {
        Ok(mut csv) => {
            csv.plan.header_line = rows.number(csv.plan.header_line);
            csv.count_by(rows.clone());
            csv.plan.form = TableForm::Sheet(sheet.to_owned());
            Ok((csv, rows))
        }
        Err(error) => Err(in_the_sheet(error, &rows)),
    }
}

fn in_the_sheet(error: ReadError, rows: &SheetRows) -> ReadError {
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
