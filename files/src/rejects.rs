//! Writes the file of rejects: each reject unchanged, with its reason, so that users can correct and import it again.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::delimited::cells::{CellParser, Dialect};
use crate::formula_guard;
use crate::options::Format;
use crate::plan::ColumnPlan;
use crate::reader::ContactReader;
use crate::reject_keys::with_reject_keys;
use crate::row::Reject;

/// A writer of rejects in the format of their file. Its output is contact data.
///
/// - CSV and workbooks: a CSV in UTF-8 with the delimiter and the columns of the file, then `_reason`, `_line`, `_original` and
///   `_guarded`. `_original` holds a row that cannot be split into the columns, and is empty otherwise. A cell that a
///   spreadsheet may run as a formula begins with an apostrophe. `_guarded` holds the numbers of these cells. In a row
///   with such a number an import removes the apostrophes before formulas, also after columns were moved.
/// - NDJSON, JSON, `JSContact`: one object per line, with `_line`, `_reason`, `_column` if it is known, and `_format` for
///   `JSContact`. `_original` holds a text that is not an object; replace it with the keys of the contact.
/// - vCard: the card, with `X-UNICONTACT-LINE` and `X-UNICONTACT-REASON` below its first line. If the card lacks data such
///   as a picture, `X-UNICONTACT-LEFT-OUT` names its properties.
///
/// An import of the file ignores these columns, keys and properties.
///
/// # Examples
///
/// ```
/// use unicontact_files::{ReadOptions, RejectsWriter, open};
///
/// let csv = "Name,Email\nAda King,ada@example.com\nBo Ek,no address\n";
/// let mut reading = open(csv.as_bytes(), "people.csv", &ReadOptions::default())?;
/// let mut writer = RejectsWriter::new(Vec::new(), &reading);
/// for reject in reading.by_ref().filter_map(Result::err) {
///     writer.write(&reject)?;
/// }
/// let rejects = writer.finish()?;
/// assert!(rejects.starts_with(b"Name,Email,_reason,_line,_original,_guarded\nBo Ek,no address,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RejectsWriter<W: Write> {
    out: W,
    format: OutputFormat,
}

enum OutputFormat {
    Csv { dialect: Dialect, headers: Vec<String>, has_header: bool },
    Json(Format),
    Vcard,
}

impl<W: Write> RejectsWriter<W> {
    /// Returns a writer of the rejects of `reading`. It writes nothing before the first reject.
    pub fn new(out: W, reading: &ContactReader) -> Self {
        let format = match (reading.format(), reading.columns()) {
            (Format::Csv | Format::Workbook, Some(plan)) => OutputFormat::csv(plan),
            (Format::Vcard, _) => OutputFormat::Vcard,
            (format, _) => OutputFormat::Json(format),
        };
        Self { out, format }
    }

    /// Writes one reject.
    ///
    /// # Errors
    ///
    /// The error of `out`. The reject may then be written in part.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        match &mut self.format {
            OutputFormat::Csv { dialect, headers, has_header } => {
                if !*has_header {
                    *has_header = true;
                    let added = ["_reason", "_line", "_original", formula_guard::COLUMN];
                    let header = headers.iter().map(String::as_str).chain(added);
                    let header: Vec<Cow<'_, str>> = header.map(formula_guard::guarded_header).collect();
                    write_row(&mut self.out, *dialect, &header)?;
                }
                write_csv(&mut self.out, *dialect, headers.len(), reject)
            }
            OutputFormat::Json(format) => {
                writeln!(self.out, "{}", with_reject_keys(reject, &reason(reject), *format))
            }
            OutputFormat::Vcard => write_card(&mut self.out, reject),
        }
    }

    /// Returns the underlying writer.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Flushes and returns the underlying writer.
    ///
    /// # Errors
    ///
    /// The error of `out`.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

impl OutputFormat {
    fn csv(plan: &ColumnPlan) -> Self {
        let headers = plan.columns.iter().map(|column| column.header.clone()).collect();
        Self::Csv { dialect: plan.dialect, headers, has_header: false }
    }
}

fn write_csv(out: &mut impl Write, dialect: Dialect, columns: usize, reject: &Reject) -> io::Result<()> {
    let rows = rows_of(&reject.original, dialect).filter(|rows| {
        reject.complete && !rows.is_empty() && rows.iter().all(|cells| cells.len() <= columns)
    });
    let original = match &rows {
        Some(_) => Vec::new(),
        None => crate::lines::without_ending(&reject.original).to_vec(),
    };
    let mut added = vec![reason(reject).into_bytes(), reject.line.to_string().into_bytes(), original];
    for mut cells in rows.unwrap_or_else(|| vec![Vec::new()]) {
        cells.resize(columns, Vec::new());
        // Rows below the first one continue the contact; the reason is on the first.
        cells.extend(std::mem::replace(&mut added, vec![Vec::new(); 3]));
        let cells: Vec<Cow<'_, str>> = cells.iter().map(|cell| crate::decode::text_of(cell).0).collect();
        let numbers = formula_guard::numbers_of_guarded(&cells);
        let guarded = cells.iter().map(|cell| formula_guard::guarded(cell));
        let guarded: Vec<Cow<'_, str>> = guarded.chain([numbers.into()]).collect();
        write_row(out, dialect, &guarded)?;
    }
    Ok(())
}

/// Returns the cells of each row in a text. `None` if the last row is incomplete.
fn rows_of(original: &[u8], dialect: Dialect) -> Option<Vec<Vec<Vec<u8>>>> {
    let mut rows = Vec::new();
    let mut parser = CellParser::default();
    let mut is_complete = true;
    for line in original.split_inclusive(|byte| *byte == b'\n') {
        is_complete = parser.read_line(line, dialect);
        if is_complete {
            rows.push(std::mem::take(&mut parser).into_cells());
        }
    }
    is_complete.then_some(rows)
}

/// Writes a row with double quotes, also where the file has single ones: a reader cannot tell those from guards.
fn write_row(out: &mut impl Write, dialect: Dialect, cells: &[Cow<'_, str>]) -> io::Result<()> {
    let quote = if dialect.quote == b'\'' { b'"' } else { dialect.quote };
    let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
    let row = formula_guard::row(Dialect { quote, ..dialect }, &cells).map_err(io::Error::other)?;
    out.write_all(&row)?;
    out.flush()
}

fn write_card(out: &mut impl Write, reject: &Reject) -> io::Result<()> {
    let properties =
        format!("X-UNICONTACT-LINE:{}\r\nX-UNICONTACT-REASON:{}\r\n", reject.line, reason(reject));
    let first_line = reject.original.iter().position(|byte| *byte == b'\n').map_or(0, |index| index + 1);
    let (begin, rest) = reject.original.split_at(first_line);
    if begin.trim_ascii().eq_ignore_ascii_case(b"BEGIN:VCARD") {
        out.write_all(begin)?;
        out.write_all(properties.as_bytes())?;
        out.write_all(rest)?;
    } else {
        out.write_all(properties.as_bytes())?;
        out.write_all(&reject.original)?;
    }
    let ends_with_break = reject.original.last().is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
    if ends_with_break { Ok(()) } else { out.write_all(b"\r\n") }
}

/// Returns the reason and its field, in one line.
fn reason(reject: &Reject) -> String {
    let field = reject.field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default();
    let cut = if reject.complete { "" } else { " (the original is not complete here)" };
    format!("{field}{}{cut}", reject.reason).replace(['\n', '\r'], " ")
}
