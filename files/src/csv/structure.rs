//! Recognizes rows that belong to the table and are no contacts: repeated headers, titles, totals, page numbers.

mod footer;
mod words;

use std::fmt;

use self::footer::{has_phone_number, is_not_name};
use self::words::{has_digit, is_page_number, is_total};
use crate::decode::TextEncoding;
use crate::delimited::cells::{Dialect, parse_row};
use crate::delimited::column_names::{is_column_name, is_email_column, is_plain_column_name};
use crate::delimited::dialect::DELIMITERS;
use crate::delimited::header::{Header, without_formula};
use crate::delimited::records::Record;
use crate::workbook::SheetRows;

/// Rows of a table that were skipped for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedRows {
    /// The reason, which says what the rows are.
    pub reason: SkipReason,
    /// How many rows were skipped so far.
    pub count: u64,
    /// The line of the first one, or its row in the sheet, counted from 1.
    pub first_line: u64,
}

/// The reason why a row of a table is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// The row repeats the header.
    RepeatedHeader,
    /// The row repeats a line above the header.
    RepeatedTitle,
    /// The row is a page number.
    PageNumber,
    /// The row is a total or a count.
    Total,
    /// The row stands above the header, and has an e-mail address or a phone number.
    AboveHeader,
    /// The row is a text below the contacts, as the program that wrote the file adds it.
    Footer,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::RepeatedHeader => "a repeated header",
            Self::RepeatedTitle => "a repeated line from above the header",
            Self::PageNumber => "a page number",
            Self::Total => "a total or a count",
            Self::AboveHeader => "a row above the header with an e-mail address or a telephone number",
            Self::Footer => "a row of the footer",
        })
    }
}

/// The class of a row of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowClass {
    Contact,
    Skipped,
    /// The row stands under other columns, or is no contact and may yet be meant as one. Has the reason.
    Rejected(String),
}

/// Tells the contacts of a table from its other rows.
pub(crate) struct RowClassifier {
    header: Vec<String>,
    /// The lines above the header.
    titles: Vec<Vec<u8>>,
    encoding: TextEncoding,
    delimiter: u8,
    /// The line of another header that stands above the current row.
    other_header: Option<u64>,
    /// The rows of the sheet that the table is in.
    sheet: Option<SheetRows>,
    /// Whether the program that wrote the file adds a footer below an empty row.
    has_footer: bool,
    is_in_footer: bool,
    pub(super) skipped: Vec<SkippedRows>,
}

const NO_NAME: &str =
    "a lone text that is no name, such as a footer or a group heading: complete the row if it is a contact";

impl RowClassifier {
    pub(crate) fn new(head: &[u8], header: &Header, encoding: TextEncoding, delimiter: u8) -> Self {
        let count = usize::try_from(header.line.saturating_sub(1)).unwrap_or(0);
        let lines = head.split(|byte| *byte == b'\n').take(count);
        let titles = lines.map(|line| without_delimiters(line, delimiter).to_vec());
        let titles = titles.filter(|line| !line.is_empty()).take(20).collect();
        let lines = head.split(|byte| *byte == b'\n').take(count).zip(1..);
        let skipped = contacts_above(lines).into_iter().collect();
        let header = header.cells.clone();
        Self {
            header,
            titles,
            encoding,
            delimiter,
            other_header: None,
            sheet: None,
            has_footer: false,
            is_in_footer: false,
            skipped,
        }
    }

    /// Skips the footer below an empty row, if the program that wrote the file adds one.
    pub(super) fn with_footer(self, has_footer: bool) -> Self {
        Self { has_footer, ..self }
    }

    /// Numbers the lines of skipped rows by the rows of the sheet that the table is in.
    pub(super) fn use_sheet_rows(&mut self, sheet: SheetRows) {
        for skipped in &mut self.skipped {
            skipped.first_line = sheet.number(skipped.first_line);
        }
        self.sheet = Some(sheet);
    }

    /// Returns the line of a row, or its row in the sheet.
    fn line(&self, record: &Record) -> u64 {
        self.sheet.as_ref().map_or(record.line, |sheet| sheet.number(record.line))
    }

    /// Returns the class of a row, and counts the row where it is skipped.
    pub(super) fn classify(&mut self, record: &Record, is_below_empty_row: bool) -> RowClass {
        self.is_in_footer |= self.has_footer && is_below_empty_row;
        // A contact has a cell for each column, also for empty ones.
        if self.is_in_footer && record.cells.len() == 1 && self.header.len() > 1 {
            return self.skip(SkipReason::Footer, self.line(record));
        }
        if self.repeats_header(record) {
            self.other_header = None;
            return self.skip(SkipReason::RepeatedHeader, self.line(record));
        }
        if let Some(line) = self.other_header {
            let reason = format!("under the columns of another header, in line {line}: {OTHER_TABLE}");
            return RowClass::Rejected(reason);
        }
        // This cheap check settles most rows.
        if record.original.contains(&b'@') || has_long_number(&record.original) {
            return RowClass::Contact;
        }
        if self.is_other_header(&record.cells) || self.is_header_with_another_delimiter(record) {
            self.other_header = Some(self.line(record));
            return RowClass::Rejected(format!(
                "a header with other columns than the first one: {OTHER_TABLE}"
            ));
        }
        self.classify_without_contact_data(record)
    }

    fn classify_without_contact_data(&mut self, record: &Record) -> RowClass {
        let line = without_delimiters(&record.original, self.delimiter);
        if self.titles.iter().any(|title| title == line) {
            return self.skip(SkipReason::RepeatedTitle, self.line(record));
        }
        let mut filled = record.cells.iter().map(|cell| cell.trim_ascii()).filter(|cell| !cell.is_empty());
        let Some(first) = filled.next() else { return RowClass::Contact };
        let others: Vec<&[u8]> = filled.collect();
        if !others.iter().all(|cell| is_amount(cell)) {
            return RowClass::Contact;
        }
        let first = self.encoding.text_of(first);
        let is_lone = others.is_empty() && self.header.len() > 1;
        if others.is_empty() && is_page_number(&first) {
            return self.skip(SkipReason::PageNumber, self.line(record));
        }
        let has_number = !others.is_empty() || has_digit(&first);
        if !is_total(&first, has_number) {
            let is_first = || record.cells.first().is_some_and(|cell| !cell.trim_ascii().is_empty());
            if is_lone && is_first() && is_not_name(&first) {
                return RowClass::Rejected(NO_NAME.to_owned());
            }
            return RowClass::Contact;
        }
        if has_number {
            return self.skip(SkipReason::Total, self.line(record));
        }
        RowClass::Rejected(
            "a total without a number, which is no contact: complete the row if it is a contact".to_owned(),
        )
    }

    fn skip(&mut self, reason: SkipReason, line: u64) -> RowClass {
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.count += 1,
            None => self.skipped.push(SkippedRows { reason, count: 1, first_line: line }),
        }
        RowClass::Skipped
    }

    /// Returns whether a row repeats the header. The first cell settles it for nearly all rows.
    fn repeats_header(&self, record: &Record) -> bool {
        let mut pairs = self.header.iter().zip(&record.cells);
        let last = self.header.iter().rposition(|cell| !cell.is_empty()).unwrap_or(0);
        let is_longer = record.cells.iter().skip(self.header.len()).any(|cell| !cell.trim_ascii().is_empty());
        record.cells.len() > last
            && !is_longer
            && pairs.all(|(header, cell)| {
                let is_same_length = header.len().abs_diff(cell.len()) < 8 || !header.is_ascii();
                is_same_length && {
                    let text = self.encoding.text_of(cell);
                    let text = text
                        .trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
                    without_formula(text).eq_ignore_ascii_case(header)
                }
            })
    }

    /// Returns whether a row is the header of another table: the first cell and most others are names of columns.
    fn is_other_header(&self, cells_of_row: &[Vec<u8>]) -> bool {
        let mut cells = cells_of_row.iter().filter(|cell| !cell.trim_ascii().is_empty());
        // In a short row only plain names count: a name of some layout may be a word in a name.
        let is_short = cells.clone().take(4).count() < 4;
        let is_first_known = |cell: &Vec<u8>| {
            let text = self.encoding.text_of(cell);
            if is_short { is_plain_column_name(&text) } else { is_column_name(&text) }
        };
        if !cells.next().is_some_and(is_first_known) {
            return false;
        }
        let filled = cells.map(|cell| self.encoding.text_of(cell));
        let (known, unknown): (Vec<_>, Vec<_>) = filled.partition(|text| is_column_name(text));
        let has_emails = || cells_of_row.iter().any(|cell| is_email_column(&self.encoding.text_of(cell)));
        match (known.len() + 1, unknown.len()) {
            (0 | 1, _) => false,
            (2, unknown) => unknown == 0 && has_emails(),
            (known, unknown) => known > unknown,
        }
    }

    /// Returns whether a row of one cell is the header of a table with another delimiter.
    fn is_header_with_another_delimiter(&self, record: &Record) -> bool {
        let mut filled = record.cells.iter().filter(|cell| !cell.trim_ascii().is_empty());
        if self.header.len() < 2 || filled.next().is_none() || filled.next().is_some() {
            return false;
        }
        let others = DELIMITERS.into_iter().filter(|delimiter| *delimiter != self.delimiter);
        let mut found = others.filter(|delimiter| record.original.contains(delimiter));
        found.any(|delimiter| {
            self.is_other_header(&parse_row(&record.original, Dialect::new(delimiter, b'"')).0)
        })
    }
}

/// Returns the rows above a header that may be contacts.
fn contacts_above<'l>(lines: impl Iterator<Item = (&'l [u8], u64)>) -> Option<SkippedRows> {
    let has_contact_data = |line: &[u8]| line.contains(&b'@') || has_phone_number(line);
    let mut numbers = lines.filter(|(line, _)| has_contact_data(line)).map(|(_, number)| number);
    let first_line = numbers.next()?;
    Some(SkippedRows { reason: SkipReason::AboveHeader, count: 1 + numbers.count() as u64, first_line })
}

const OTHER_TABLE: &str = "keep tables with other columns in files of their own";

/// Returns a line without the delimiters and quotes at its end.
fn without_delimiters(line: &[u8], delimiter: u8) -> &[u8] {
    let line = line.trim_ascii_end();
    let end = line.iter().rposition(|byte| *byte != delimiter && *byte != b'"').map_or(0, |index| index + 1);
    line[..end].trim_ascii()
}

/// Returns whether a row has enough digits in sequence for a phone number.
fn has_long_number(row: &[u8]) -> bool {
    row.split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 5)
}

/// Returns whether a cell is an amount, such as `1.250,00` or `$ 5`.
fn is_amount(cell: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_digit() || b" .,'%$-()".contains(byte) || !byte.is_ascii();
    cell.iter().all(is_sign) && cell.iter().any(u8::is_ascii_digit)
}
