//! Converts a sheet of a workbook (`.xlsx`, `.xlsm`, `.xlsb`, `.xls`, `.ods`) to CSV text with its exact values.
//!
//! The workbook is in memory, up to a limit, because its parts are in no order.

mod text;
mod values;

use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{
    Error, OdsError, Reader, SheetType, SheetVisible, Sheets, XlsError, XlsbError, XlsxError,
    open_workbook_from_rs,
};

use self::text::SheetTextBuilder;
pub(crate) use self::text::{SheetRows, SheetText};
use crate::error::ReadError;

/// A limit on the size of a workbook, in bytes.
const MAX_BYTES: u64 = 256 << 20;

const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0";

const TOO_LARGE: &str =
    "the workbook is larger than 256 MiB: save its sheet as CSV (UTF-8), which has no such limit";
const PROTECTED: &str =
    "the workbook is protected with a password: open it, save it without a password, and import that file";
const DAMAGED: &str =
    "the workbook is damaged or not complete: download it again, or open it and save it once more as .xlsx";

type Bytes = Cursor<Arc<[u8]>>;

/// An open workbook.
pub(crate) struct Workbook {
    sheets: Sheets<Bytes>,
}

/// Returns whether a file that begins with `head` may be a workbook.
pub(crate) fn may_be_workbook(head: &[u8]) -> bool {
    head.starts_with(ZIP) || head.starts_with(COMPOUND_FILE)
}

impl Workbook {
    /// Opens a workbook. `None` if the file is another kind of archive.
    ///
    /// # Errors
    ///
    /// If the workbook cannot be read, is too large, is damaged, or has a password.
    pub(crate) fn open(source: impl Read, name: &str) -> Result<Option<Self>, ReadError> {
        let mut bytes = Vec::new();
        source
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| ReadError::Io { name: name.to_owned(), source })?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(unusable(name, TOO_LARGE));
        }
        let bytes: Arc<[u8]> = bytes.into();
        let opened = if bytes.starts_with(ZIP) { archive(&bytes) } else { compound_file(&bytes) };
        match opened {
            Ok(sheets) => Ok(Some(Self { sheets })),
            Err(OpenError::Protected) => Err(unusable(name, PROTECTED)),
            Err(OpenError::Damaged) => Err(unusable(name, DAMAGED)),
            Err(OpenError::NotWorkbook) => Ok(None),
        }
    }

    /// Returns the names of its worksheets, and whether each is visible.
    pub(crate) fn sheets(&self) -> Vec<(String, bool)> {
        let is_worksheet = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
        let named = |sheet: &calamine::Sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible);
        self.sheets.sheets_metadata().iter().filter(is_worksheet).map(named).collect()
    }

    /// Returns the text of a sheet. `max_rows` limits it to the first rows with a value.
    ///
    /// # Errors
    ///
    /// If the sheet is damaged or its text is too long.
    pub(crate) fn text(
        &mut self,
        sheet: &str,
        max_rows: Option<usize>,
        name: &str,
    ) -> Result<SheetText, ReadError> {
        let mut builder = SheetTextBuilder::new(max_rows.unwrap_or(usize::MAX));
        let read = match &mut self.sheets {
            Sheets::Xlsx(book) => xlsx(book, sheet, &mut builder).map_err(Error::Xlsx),
            Sheets::Xlsb(book) => xlsb(book, sheet, &mut builder).map_err(Error::Xlsb),
            other => other.worksheet_range(sheet).map(|range| {
                let (row, column) = range.start().unwrap_or_default();
                for (down, right, value) in range.used_cells() {
                    let position = (row + saturated(down), column + saturated(right));
                    if !builder.cell(position, value, false) {
                        break;
                    }
                }
            }),
        };
        read.map_err(|_| unusable(name, DAMAGED))?;
        builder.finish().ok_or_else(|| unusable(name, TOO_LARGE))
    }
}

fn saturated(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn unusable(name: &str, reason: &'static str) -> ReadError {
    ReadError::Workbook { name: name.to_owned(), reason }
}

/// The error of opening a workbook.
enum OpenError {
    NotWorkbook,
    Damaged,
    Protected,
}

/// Opens `.xlsx`, `.xlsb` and `.ods`.
fn archive(bytes: &Arc<[u8]>) -> Result<Sheets<Bytes>, OpenError> {
    let has_sheets = |sheets: &Sheets<Bytes>| !sheets.sheets_metadata().is_empty();
    let reader = || Cursor::new(Arc::clone(bytes));
    if let Ok(book) = open_workbook_from_rs(reader()).map(Sheets::Xlsx)
        && has_sheets(&book)
    {
        return Ok(book);
    }
    if let Ok(book) = open_workbook_from_rs(reader()).map(Sheets::Xlsb)
        && has_sheets(&book)
    {
        return Ok(book);
    }
    match open_workbook_from_rs(reader()).map(Sheets::Ods) {
        Ok(book) if has_sheets(&book) => return Ok(book),
        Err(OdsError::Password) => return Err(OpenError::Protected),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    let is_workbook = has(b"xl/") || has(b"opendocument.spreadsheet");
    Err(if is_workbook { OpenError::Damaged } else { OpenError::NotWorkbook })
}

/// Opens `.xls`. An encrypted `.xlsx` is a compound file, too.
fn compound_file(bytes: &Arc<[u8]>) -> Result<Sheets<Bytes>, OpenError> {
    let reader = || Cursor::new(Arc::clone(bytes));
    match open_workbook_from_rs(reader()).map(Sheets::Xls) {
        Ok(book) => return Ok(book),
        Err(XlsError::Password) => return Err(OpenError::Protected),
        Err(_) => {}
    }
    let encrypted = open_workbook_from_rs::<calamine::Xlsx<_>, _>(reader()).err();
    let is_protected = matches!(encrypted, Some(XlsxError::Password));
    Err(if is_protected { OpenError::Protected } else { OpenError::NotWorkbook })
}

fn xlsx(
    book: &mut calamine::Xlsx<Bytes>,
    sheet: &str,
    builder: &mut SheetTextBuilder,
) -> Result<(), XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        if !builder.cell(cell.pos, &cell.value, cell.formula.is_some()) {
            break;
        }
    }
    Ok(())
}

fn xlsb(
    book: &mut calamine::Xlsb<Bytes>,
    sheet: &str,
    builder: &mut SheetTextBuilder,
) -> Result<(), XlsbError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    while let Some(cell) = cells.next_cell()? {
        if !builder.cell(cell.get_position(), cell.get_value(), false) {
            break;
        }
    }
    Ok(())
}
