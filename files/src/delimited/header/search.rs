//! Finds the header of a CSV file: the row above the first contact that names most columns.
//!
//! A row with an e-mail address is no header. A row below the first one must name several columns, since a text may contain
//! the name of a column by chance.

use std::io::Cursor;

use unicontact_model::contact::EmailAddress;

use super::candidate::Candidate;
use super::{Header, MAX_WHOLE_HEAD, is_known_column, known_columns, without_formula};
use crate::cell_text::{TextKind, unwrapped_cell};
use crate::decode::TextEncoding;
use crate::delimited::cells::Dialect;
use crate::delimited::column_names::is_phone_column;
use crate::delimited::dialect::{
    DELIMITERS, declared_delimiter, declares_delimiter, detected_quote, has_backslashes,
};
use crate::delimited::records::{Record, Records};
use crate::delimited::samples::Samples;
use crate::options::ReadOptions;
use crate::placeholders::{is_text_placeholder, may_be_placeholder};
use crate::version::Version;

/// The header is one of the first rows, at most so many.
const MAX_ROWS: usize = 25;

/// Returns the header that fits best, and the characters that the file is written with. `None` for a file without rows.
///
/// Cells that are not UTF-8 are decoded from `encoding`.
pub(crate) fn find_header(
    head: &[u8],
    options: &ReadOptions,
    version: Version,
    encoding: TextEncoding,
) -> Option<(Dialect, Header)> {
    let quote = options.quote.unwrap_or_else(|| detected_quote(head));
    let delimiters = match options.delimiter.or_else(|| declared_delimiter(head)) {
        Some(delimiter) => vec![delimiter],
        None => DELIMITERS.to_vec(),
    };
    let candidates = delimiters.into_iter().filter_map(|delimiter| {
        let plain = Dialect::new(delimiter, quote);
        let has_backslashes = version == Version::Current && has_backslashes(head, plain, encoding);
        let dialect = Dialect { has_backslashes, has_guards: version == Version::Current, ..plain };
        Search { head, dialect, options, version, encoding }.best_candidate()
    });
    // The first of equals wins: the comma.
    let best = candidates.reduce(|best, next| if next.is_better_than(&best, version) { next } else { best });
    best.map(|Candidate { dialect, header, .. }| match version {
        Version::V0_1 => (dialect, header),
        Version::Current => {
            (dialect, Header { samples: samples(head, dialect, &header, encoding), ..header })
        }
    })
}

/// A search for the header with one delimiter.
struct Search<'a> {
    head: &'a [u8],
    dialect: Dialect,
    options: &'a ReadOptions,
    version: Version,
    encoding: TextEncoding,
}

impl Search<'_> {
    fn best_candidate(&self) -> Option<Candidate> {
        let mut records = records(self.head, self.dialect);
        let mut best: Option<Candidate> = None;
        for _ in 0..MAX_ROWS {
            let record = match records.next_record() {
                Ok(Some(Ok(record))) => record,
                Ok(Some(Err(_))) => continue,
                Ok(None) | Err(_) => break,
            };
            if record.is_empty() || declares_delimiter(&record.original) {
                continue;
            }
            let cells = self.cells(&record, best.as_ref());
            if self.version == Version::Current
                && let Some(best) = &mut best
                && self.is_contact_under(&cells, &best.header)
            {
                best.first_contact = Some(record.line);
                break;
            }
            let has_email = self.has_email(&cells);
            if has_email && best.is_some() {
                continue;
            }
            let known = known_columns(&cells, self.options, self.version);
            let is_a_contact = has_email || (known == 0 && cells.iter().any(|cell| is_number(cell)));
            let (line, last_line, samples) = (record.line, records.line(), Samples::default());
            let header = Header { cells, line, last_line, known, is_a_contact, samples };
            let is_better = |best: &Candidate| {
                header.known > best.header.known && !header.is_a_contact && self.may_be_lower_header(&header)
            };
            if best.as_ref().is_none_or(is_better) {
                let (dialect, original) = (self.dialect, record.original);
                best = Some(Candidate { dialect, header, original, first_contact: None });
            }
        }
        best
    }

    /// Returns the cells of a row that may be the header. Quotes around the whole row are removed.
    fn cells(&self, record: &Record, best: Option<&Candidate>) -> Vec<String> {
        if self.version == Version::Current
            && let Some(cells) = record.cells_inside(self.dialect).map(|cells| self.texts(&cells))
        {
            let is_like_best = |best: &Candidate| cells.len() == best.header.cells.len();
            if known_columns(&cells, self.options, self.version) > 1 || best.is_some_and(is_like_best) {
                return cells;
            }
        }
        self.texts(&record.cells)
    }

    fn texts(&self, cells: &[Vec<u8>]) -> Vec<String> {
        let texts = cells.iter().map(|cell| self.encoding.text_of(cell));
        match self.version {
            Version::V0_1 => texts.map(|cell| cell.trim().to_owned()).collect(),
            Version::Current => texts.map(|cell| without_formula(cell.trim()).into_owned()).collect(),
        }
    }

    fn has_email(&self, cells: &[String]) -> bool {
        match self.version {
            Version::V0_1 => cells.iter().any(|cell| is_email(cell)),
            Version::Current => cells.iter().any(|cell| contains_email(cell)),
        }
    }

    /// Returns whether a row is a contact under a header: it has an e-mail address under a known column, or a number under a
    /// column of phones. Headers below such a row belong to other tables.
    fn is_contact_under(&self, cells: &[String], header: &Header) -> bool {
        if header.known == 0 {
            return false;
        }
        let mut pairs = cells.iter().zip(&header.cells).filter(|(cell, _)| !cell.is_empty());
        pairs.any(|(cell, name)| {
            (contains_email(cell) && is_known_column(name, self.options))
                || (has_digits(cell, 6) && is_phone_column(name))
        })
    }

    /// Returns whether a row can be the header below other rows, which may be any text.
    fn may_be_lower_header(&self, header: &Header) -> bool {
        // Such characters stand in the source text of programs and in markup.
        if header.cells.iter().any(|cell| cell.contains(['=', '$', '{', '<'])) {
            return false;
        }
        let is_mapped = |cell: &String| self.options.map.as_ref().is_some_and(|map| map.names(cell));
        let filled = header.cells.iter().filter(|cell| !cell.is_empty()).count();
        header.known > 2 || (header.known == 2 && filled <= 4) || header.cells.iter().any(is_mapped)
    }
}

fn records(head: &[u8], dialect: Dialect) -> Records {
    Records::new(Box::new(Cursor::new(head.to_vec())), dialect, head.len().max(16))
}

/// Returns the first rows under a header.
fn samples(head: &[u8], dialect: Dialect, header: &Header, encoding: TextEncoding) -> Samples {
    let mut records = records(head, dialect);
    let mut samples = Samples::default();
    if records.skip_lines(header.last_line).is_err() {
        return samples;
    }
    while let Ok(Some(record)) = records.next_record() {
        let Ok(record) = record else { continue };
        let inside = record.cells_inside(dialect).filter(|cells| cells.len() == header.cells.len());
        let cells = inside.as_ref().unwrap_or(&record.cells);
        let cells = cells.iter().map(|cell| sample(&encoding.text_of(cell)));
        if !record.is_empty() && !samples.push(cells.collect()) {
            return samples;
        }
    }
    if head.len() > MAX_WHOLE_HEAD {
        samples.pop();
    }
    samples
}

/// Returns a cell without the wrapping around its value, and a placeholder as an empty text.
fn sample(cell: &str) -> String {
    let text = unwrapped_cell(cell, TextKind::Line);
    let is_placeholder = may_be_placeholder(&text) && is_text_placeholder(&text);
    if is_placeholder { String::new() } else { text.into_owned() }
}

fn is_email(cell: &str) -> bool {
    cell.parse::<EmailAddress>().is_ok()
}

/// Returns whether a cell has an e-mail address, alone or between delimiters, brackets and quotes.
fn contains_email(cell: &str) -> bool {
    let separates = |character: char| matches!(character, ',' | ';' | '\t' | '|' | '<' | '>' | '"');
    cell.contains('@') && cell.split(separates).any(|part| is_email(part.trim()))
}

fn has_digits(cell: &str, least: usize) -> bool {
    cell.chars().filter(char::is_ascii_digit).count() >= least
}

fn is_number(cell: &str) -> bool {
    has_digits(cell, 6) && !cell.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (char, Header) {
        let (dialect, header) =
            find_header(text.as_bytes(), &ReadOptions::default(), Version::Current, TextEncoding::UTF_8)
                .unwrap();
        (char::from(dialect.delimiter), header)
    }

    #[test]
    fn the_delimiter_with_the_best_header_wins() {
        assert_eq!(found("Name;E-Mail;Ort\nKing;ada@example.com;London, UK\n").0, ';');
        assert_eq!(found("Name\tPhone\n").0, '\t');
        assert_eq!(found("Email\nada@example.com\n").0, ',');
        assert_eq!(found("sep=|\nName|Phone\n").0, '|');
    }

    #[test]
    fn lines_before_the_header_are_skipped() {
        let (_, header) = found("Notes:\n\"Some, text\"\n\nFirst Name,Last Name,URL\nAda,King,\n");
        assert_eq!((header.line, header.known), (4, 3));
    }

    #[test]
    fn a_header_below_a_contact_belongs_to_another_table() {
        let two = "Name,Email\nAda,ada@example.com\nFirst Name,Last Name,Company,Email\nBo,Ek,Acme,bo@example.com\n";
        assert_eq!(found(two).1.line, 1);
        let about = "Company,Acme\nEmail,info@example.com\n\nName,Email,Phone\nAda,ada@example.com,\n";
        assert_eq!(found(about).1.line, 4);
    }

    #[test]
    fn a_column_name_inside_a_text_is_no_header() {
        let script = "#!/bin/sh\nset -e\nname,$1\necho done\nname,email=$2\nrun email,x\nEmail\n";
        assert_eq!((found(script).1.line, found(script).1.known), (1, 0));
        assert_eq!(found("Name,x,y\n1,2,3\n").1.known, 1);
        assert_eq!(found("All of them\n\nName,Email\n").1.line, 3);
        let map = "[columns]\n\"Who\" = \"name.full\"\n".parse().unwrap();
        let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
        let found = find_header(b"All of them\nWho,x\n", &options, Version::Current, TextEncoding::UTF_8);
        assert_eq!(found.unwrap().1.line, 2);
    }

    #[test]
    fn a_first_row_with_contact_data_is_marked_as_a_contact() {
        assert!(found("Ada King,ada@example.com,London\n").1.is_a_contact);
        assert!(!found("Foo,Bar\n1,2\n").1.is_a_contact);
    }
}
