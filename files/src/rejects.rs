//! The file of rejects.
//!
//! Every reject is in it as it was, with its reason, in a form that can be mended and imported again.

use std::io::{self, Write};

use crate::csv::cells::{CellParser, Dialect};
use crate::marks::marked;
use crate::options::Format;
use crate::plan::ColumnPlan;
use crate::reader::ContactReader;
use crate::row::Reject;

/// Writes rejects in the form of the file that they come from. What it writes holds contact data.
///
/// - CSV, and a sheet of a workbook: a CSV with the same delimiter and columns, then `_reason`, `_line` and `_original`. The last is filled only when the
///   row could not be cut into the columns: then it holds the row. Encoded in UTF-8.
/// - NDJSON, JSON, `JSContact`: one object per line, with `_line`, `_reason`, where it is known `_column`, and for
///   `JSContact` `_format` beside its keys. What is no object stands as a text under `_original`: the contact's keys must
///   take its place.
/// - vCard: the card, with `X-UNICONTACT-LINE` and `X-UNICONTACT-REASON` below its first line. Where a card that was
///   read before lacks data (a picture, say), `X-UNICONTACT-LEFT-OUT` names the properties.
///
/// The columns, keys and properties that it adds are left out when the file is imported again.
pub struct RejectsWriter<W: Write> {
    out: W,
    form: Form,
}

enum Form {
    Csv { dialect: Dialect, headers: Vec<String>, begun: bool },
    Json(Format),
    Vcard,
}

impl<W: Write> RejectsWriter<W> {
    /// A writer of the rejects of `reading`. Nothing is written before the first reject.
    pub fn new(out: W, reading: &ContactReader) -> Self {
        let form = match (reading.format(), reading.columns()) {
            (Format::Csv | Format::Workbook, Some(plan)) => Form::csv(plan),
            (Format::Vcard, _) => Form::Vcard,
            (format, _) => Form::Json(format),
        };
        Self { out, form }
    }

    /// Writes one reject.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; the reject is then in it in part or not at all.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        match &mut self.form {
            Form::Csv { dialect, headers, begun } => {
                if !*begun {
                    *begun = true;
                    let added = ["_reason", "_line", "_original"].map(str::to_owned);
                    let header: Vec<&[u8]> = headers.iter().chain(&added).map(String::as_bytes).collect();
                    write_row(&mut self.out, *dialect, &header)?;
                }
                write_csv(&mut self.out, *dialect, headers.len(), reject)
            }
            Form::Json(format) => {
                writeln!(self.out, "{}", marked(reject, &reason(reject), *format))
            }
            Form::Vcard => write_card(&mut self.out, reject),
        }
    }

    /// Returns the destination.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// The destination, flushed.
    ///
    /// # Errors
    ///
    /// When the rest cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

impl Form {
    fn csv(plan: &ColumnPlan) -> Self {
        let headers = plan.columns.iter().map(|column| column.header.clone()).collect();
        Self::Csv { dialect: plan.dialect, headers, begun: false }
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
        // A row below the first one continues the contact, and has no reason of its own.
        cells.extend(std::mem::replace(&mut added, vec![Vec::new(); 3]));
        let cells: Vec<_> = cells.iter().map(|cell| crate::decode::text_of(cell).0).collect();
        let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
        write_row(out, dialect, &cells)?;
    }
    Ok(())
}

/// Returns the cells of each row in a text. `None` where the last one is not whole.
fn rows_of(original: &[u8], dialect: Dialect) -> Option<Vec<Vec<Vec<u8>>>> {
    let mut rows = Vec::new();
    let mut parser = CellParser::default();
    let mut is_whole = true;
    for line in original.split_inclusive(|byte| *byte == b'\n') {
        is_whole = parser.read_line(line, dialect);
        if is_whole {
            rows.push(std::mem::take(&mut parser).into_cells());
        }
    }
    is_whole.then_some(rows)
}

fn write_row(out: &mut impl Write, dialect: Dialect, cells: &[&[u8]]) -> io::Result<()> {
    let Dialect { delimiter, quote, .. } = dialect;
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote(quote).from_writer(out);
    writer.write_record(cells).map_err(io::Error::other)?;
    writer.flush()
}

fn write_card(out: &mut impl Write, reject: &Reject) -> io::Result<()> {
    let marks = format!("X-UNICONTACT-LINE:{}\r\nX-UNICONTACT-REASON:{}\r\n", reject.line, reason(reject));
    let first_line = reject.original.iter().position(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    let (begin, rest) = reject.original.split_at(first_line);
    if begin.trim_ascii().eq_ignore_ascii_case(b"BEGIN:VCARD") {
        out.write_all(begin)?;
        out.write_all(marks.as_bytes())?;
        out.write_all(rest)?;
    } else {
        out.write_all(marks.as_bytes())?;
        out.write_all(&reject.original)?;
    }
    let ends = reject.original.last().is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
    if ends { Ok(()) } else { out.write_all(b"\r\n") }
}

/// The reason and where in the row, in one line.
fn reason(reject: &Reject) -> String {
    let field = reject.field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default();
    let cut = if reject.complete { "" } else { " (the original is not complete here)" };
    format!("{field}{}{cut}", reject.reason).replace(['\n', '\r'], " ")
}
