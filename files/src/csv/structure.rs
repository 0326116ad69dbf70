//! Rows of a table that belong to the table and are no contacts: its header again, titles, totals, page numbers.

mod footer;

use self::footer::{has_telephone_number, is_no_name};
use super::cells::Dialect;
use super::cut;
use super::header::{DELIMITERS, Header, without_guard};
use super::records::Record;
use crate::column_map::Place;
use crate::decode::TextEncoding;
use crate::layouts::{Names, fold};
use crate::version::Version;
use crate::workbook::SheetRows;

/// Rows of a table that were skipped because they are no contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedRows {
    /// What they are: "the header again".
    pub reason: &'static str,
    /// How many there are so far.
    pub count: u64,
    /// The line of the first one, or its row in the sheet.
    pub first_line: u64,
}

/// What a row is to the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A row like the others.
    Row,
    Skipped,
    /// No contact, and not certain enough to be skipped, or a row under other columns.
    Rejected(String),
}

/// The structure of a table.
pub(crate) struct Structure {
    header: Vec<String>,
    /// The lines above the header.
    titles: Vec<Vec<u8>>,
    encoding: TextEncoding,
    delimiter: u8,
    /// The line of another header, whose columns the rows below it are under.
    other_header: Option<u64>,
    /// The rows of the sheet that the table is in.
    sheet: Option<SheetRows>,
    pub(super) skipped: Vec<SkippedRows>,
}

const HEADER_AGAIN: &str = "the header again";
const TITLE_AGAIN: &str = "a line from above the header again";
const PAGE: &str = "the number of a page";
const TOTAL: &str = "a total or a count";
const ABOVE: &str = "a row above the header with an e-mail address or a telephone number";
const NO_NAME: &str = "a text alone that is no name, such as a footer or the heading of a group: complete the row if it is a contact";

/// Words of a page's number.
const PAGE_WORDS: &str =
    "page seite página pagina strona страница сторінка oldal sida side strana sivu sayfa pág pag s";
const PAGE_OF: &str = "of von de di van z из av af sur su из";

/// Words of a line with a sum or a count.
const TOTAL_WORDS: &str = "total totals subtotal grand sum summe gesamt gesamtsumme gesamtzahl zwischensumme insgesamt anzahl count sous \
     général generale totale totaal subtotaal razem suma łącznie celkem spolu összesen toplam yhteensä totalt итого всего \
     合計 总计 總計 小计 小計 合计";
const COUNTED_WORDS: &str = "of contacts contact records record rows row entries entry people persons leads accounts customers \
     kontakte kontakt datensätze einträge zeilen personen kunden contactos contatos contatti contacten registros enregistrements \
     lignes clients clientes clienti wierszy kontaktów контактов записей строк fetched exported number der the de des";

impl Structure {
    pub(crate) fn new(head: &[u8], header: &Header, encoding: TextEncoding, delimiter: u8) -> Self {
        let count = usize::try_from(header.line.saturating_sub(1)).unwrap_or(0);
        let lines = head.split(|byte| *byte == b'\n').take(count);
        let titles = lines.map(|line| without_delimiters(line, delimiter).to_vec());
        let titles = titles.filter(|line| !line.is_empty()).take(20).collect();
        let lines = head.split(|byte| *byte == b'\n').take(count).zip(1..);
        let skipped = rows_above(lines).into_iter().collect();
        let header = header.cells.clone();
        Self { header, titles, encoding, delimiter, other_header: None, sheet: None, skipped }
    }

    /// Counts lines by the rows of the sheet that the table is in.
    pub(super) fn count_by(&mut self, sheet: SheetRows) {
        for skipped in &mut self.skipped {
            skipped.first_line = sheet.number(skipped.first_line);
        }
        self.sheet = Some(sheet);
    }

    fn line(&self, record: &Record) -> u64 {
        self.sheet.as_ref().map_or(record.line, |sheet| sheet.number(record.line))
    }

    /// Returns what a row is to the table.
    pub(super) fn part(&mut self, record: &Record) -> Part {
        if self.is_header(record) {
            self.other_header = None;
            return self.skip(HEADER_AGAIN, self.line(record));
        }
        if let Some(line) = self.other_header {
            let reason = format!("under the columns of another header, in line {line}: {OTHER_TABLE}");
            return Part::Rejected(reason);
        }
        // Most rows of contacts end here.
        if record.original.contains(&b'@') || has_long_number(&record.original) {
            return Part::Row;
        }
        if self.is_other_header(&record.cells) || self.is_header_with_another_delimiter(record) {
            self.other_header = Some(self.line(record));
            return Part::Rejected(format!("a header with other columns than the first one: {OTHER_TABLE}"));
        }
        self.part_without_contact_data(record)
    }

    fn part_without_contact_data(&mut self, record: &Record) -> Part {
        let line = without_delimiters(&record.original, self.delimiter);
        if self.titles.iter().any(|title| title == line) {
            return self.skip(TITLE_AGAIN, self.line(record));
        }
        let mut filled = record.cells.iter().map(|cell| cell.trim_ascii()).filter(|cell| !cell.is_empty());
        let Some(first) = filled.next() else { return Part::Row };
        let others: Vec<&[u8]> = filled.collect();
        if !others.iter().all(|cell| is_amount(cell)) {
            return Part::Row;
        }
        let first = self.encoding.text_of(first);
        let is_lone = others.is_empty() && self.header.len() > 1;
        if others.is_empty() && is_page_number(&first) {
            return self.skip(PAGE, self.line(record));
        }
        let has_number = !others.is_empty() || has_digit(&first);
        if !is_total(&first, has_number) {
            let is_first = || record.cells.first().is_some_and(|cell| !cell.trim_ascii().is_empty());
            if is_lone && is_first() && is_no_name(&first) {
                return Part::Rejected(NO_NAME.to_owned());
            }
            return Part::Row;
        }
        if has_number {
            return self.skip(TOTAL, self.line(record));
        }
        Part::Rejected(
            "the word for a total alone, which is no contact: complete the row if it is one".to_owned(),
        )
    }

    fn skip(&mut self, reason: &'static str, line: u64) -> Part {
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.count += 1,
            None => self.skipped.push(SkippedRows { reason, count: 1, first_line: line }),
        }
        Part::Skipped
    }

    /// Whether a row is the header again; the first cell tells it apart from nearly all others.
    fn is_header(&self, record: &Record) -> bool {
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
                    without_guard(text).eq_ignore_ascii_case(header)
                }
            })
    }

    /// Whether a row is the header of another table: nearly all of it are names of columns, the first one too.
    fn is_other_header(&self, cells_of_row: &[Vec<u8>]) -> bool {
        let mut cells = cells_of_row.iter().filter(|cell| !cell.trim_ascii().is_empty());
        // The names of people have few cells or begin like no column.
        let is_short = cells.clone().take(4).count() < 4;
        let is_first_known = |cell: &Vec<u8>| is_known_column(&self.encoding.text_of(cell), is_short);
        if !cells.next().is_some_and(is_first_known) {
            return false;
        }
        let filled = cells.map(|cell| self.encoding.text_of(cell));
        let (known, unknown): (Vec<_>, Vec<_>) = filled.partition(|text| is_column(text));
        let has_emails = || cells_of_row.iter().any(|cell| is_email_column(&self.encoding.text_of(cell)));
        match (known.len() + 1, unknown.len()) {
            (0 | 1, _) => false,
            (2, unknown) => unknown == 0 && has_emails(),
            (known, unknown) => known > unknown,
        }
    }

    /// Whether a row of one cell is the header of a table with another delimiter.
    fn is_header_with_another_delimiter(&self, record: &Record) -> bool {
        let mut filled = record.cells.iter().filter(|cell| !cell.trim_ascii().is_empty());
        if self.header.len() < 2 || filled.next().is_none() || filled.next().is_some() {
            return false;
        }
        let others = DELIMITERS.into_iter().filter(|delimiter| *delimiter != self.delimiter);
        let mut found = others.filter(|delimiter| record.original.contains(delimiter));
        found.any(|delimiter| self.is_other_header(&cut(&record.original, Dialect::new(delimiter, b'"')).0))
    }
}

/// Returns the rows above a header that can be contacts.
fn rows_above<'l>(lines: impl Iterator<Item = (&'l [u8], u64)>) -> Option<SkippedRows> {
    let has_contact_data = |line: &[u8]| line.contains(&b'@') || has_telephone_number(line);
    let mut numbers = lines.filter(|(line, _)| has_contact_data(line)).map(|(_, number)| number);
    let first_line = numbers.next()?;
    Some(SkippedRows { reason: ABOVE, count: 1 + numbers.count() as u64, first_line })
}

const OTHER_TABLE: &str = "keep tables with other columns in files of their own";

fn is_column(text: &str) -> bool {
    is_known_column(text, false)
}

/// Whether a text is the name of a column, of those that every file may use or of any layout's.
fn is_known_column(text: &str, is_plain: bool) -> bool {
    let (names, folded) = (Names::of(Version::Current), fold(text));
    names.plain(&folded).is_some() || (!is_plain && names.alone(&folded).is_some())
}

pub(super) fn is_email_column(text: &str) -> bool {
    let found = Names::of(Version::Current).plain(&fold(text)).map(|found| found.place);
    matches!(found, Some(Place::Field { target, .. }) if target.0.starts_with("emails"))
}

fn without_delimiters(line: &[u8], delimiter: u8) -> &[u8] {
    let line = line.trim_ascii_end();
    let end = line.iter().rposition(|byte| *byte != delimiter && *byte != b'"').map_or(0, |place| place + 1);
    line[..end].trim_ascii()
}

/// Whether there are so many digits in a row that they can be a telephone number.
fn has_long_number(row: &[u8]) -> bool {
    row.split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > 5)
}

fn has_digit(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit())
}

fn is_amount(cell: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_digit() || b" .,'%$-()".contains(byte) || !byte.is_ascii();
    cell.iter().all(is_sign) && cell.iter().any(u8::is_ascii_digit)
}

/// The words and numbers of a text, in lower case.
fn tokens(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn is_word_of(words: &str, token: &str) -> bool {
    words.split_whitespace().any(|word| word == token)
}

fn is_number(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_digit())
}

/// `Page 2 of 7`, `Seite 2/7`, `- 3 -`.
fn is_page_number(text: &str) -> bool {
    let tokens = tokens(text);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens[..] {
        [word, number] => is_word_of(PAGE_WORDS, word) && is_number(number),
        [word, number, of] => is_word_of(PAGE_WORDS, word) && is_number(number) && is_number(of),
        [word, number, of, all] => {
            is_word_of(PAGE_WORDS, word) && is_number(number) && is_word_of(PAGE_OF, of) && is_number(all)
        }
        _ => false,
    }
}

/// `Total`, `Total: 25 contacts`, `25 rows`, `(3 Zeilen)`.
fn is_total(text: &str, has_number: bool) -> bool {
    let tokens = tokens(text);
    let is_known = |token: &String| {
        is_number(token) || is_word_of(TOTAL_WORDS, token) || is_word_of(COUNTED_WORDS, token)
    };
    let has_total = tokens.iter().any(|token| is_word_of(TOTAL_WORDS, token));
    // Numbers alone are a telephone number: `+44 20 7946 0123`.
    let has_word = !tokens.iter().all(|token| is_number(token));
    let is_count = has_number && has_word && tokens.first().is_some_and(|token| is_number(token));
    tokens.iter().all(is_known) && (has_total || is_count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_and_totals_are_known_in_several_languages() {
        for text in ["Page 2 of 7", "Seite 2/7", "Página 3 de 9", "Страница 1 из 2", "Pag. 4"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["Jimmy Page", "Page", "Paige 2", "7"] {
            assert!(!is_page_number(text), "{text}");
        }
        for text in ["Total", "Summe:", "TOTAL: 25 contacts", "(3 rows)", "25 Kontakte", "Итого", "合計"]
        {
            assert!(is_total(text, has_digit(text) || !text.contains(':')), "{text}");
        }
        for text in
            ["Total Energies", "Ada Total", "25", "+44 20 7946 0123", "", "Contacts", "Row", "3 Suisses"]
        {
            assert!(!is_total(text, has_digit(text)), "{text}");
        }
    }
}
