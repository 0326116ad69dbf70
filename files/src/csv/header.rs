//! The header of a CSV file, and the characters that the file is written with.
//!
//! The header is the row that names most columns, above the first contact. A row that holds an e-mail address is none, and
//! below the first row a word or two that are names of columns by chance make none.

mod candidate;
mod side_by_side;

use std::borrow::Cow;
use std::io::Cursor;

use unicontact_model::contact::EmailAddress;

use self::candidate::Candidate;
use super::cells::Dialect;
use super::records::Records;
use super::samples::Samples;
use crate::cell_text::{TextKind, unwrapped_cell};
use crate::column_map::Place;
use crate::decode::TextEncoding;
use crate::layouts::{Names, fold};
use crate::options::ReadOptions;
use crate::placeholders::{is_text_placeholder, may_be_placeholder};
use crate::version::Version;

/// How many rows may stand before the header.
const ROWS_LOOKED_AT: usize = 25;
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The header row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) cells: Vec<String>,
    pub(crate) line: u64,
    pub(crate) last_line: u64,
    /// How many of its columns are known.
    pub(crate) known: usize,
    /// A cell of it is an e-mail address: it is a contact already.
    pub(crate) is_a_contact: bool,
    /// The first rows under it. Version 0.1.0 did not look at them.
    pub(crate) samples: Samples,
}

/// A beginning of a file that is longer than this may end within a row.
pub(super) const MAY_BE_CUT: usize = 60 * 1024;

/// The header that fits best, and the characters that it fits with. `None` when there is no row at all.
///
/// Cells that are not UTF-8 are in `encoding`.
pub(crate) fn find(
    head: &[u8],
    options: &ReadOptions,
    version: Version,
    encoding: TextEncoding,
) -> Option<(Dialect, Header)> {
    let told = told_delimiter(head);
    let quote = options.quote.unwrap_or_else(|| quote_of(head));
    let candidates = match options.delimiter.or(told) {
        Some(delimiter) => vec![delimiter],
        None => DELIMITERS.to_vec(),
    };
    let headers = candidates.into_iter().filter_map(|delimiter| {
        let plain = Dialect::new(delimiter, quote);
        let has_backslashes = version == Version::Current && has_backslashes(head, plain, encoding);
        let dialect = Dialect { has_backslashes, has_guards: version == Version::Current, ..plain };
        header(head, dialect, options, (version, encoding))
    });
    // The first of equals wins: the comma.
    let best = headers.reduce(|best, next| if next.is_better_than(&best, version) { next } else { best });
    best.map(|Candidate { dialect, header, .. }| match version {
        Version::V0_1 => (dialect, header),
        Version::Current => {
            (dialect, Header { samples: samples(head, dialect, &header, encoding), ..header })
        }
    })
}

/// Returns the first rows under a header.
fn samples(head: &[u8], dialect: Dialect, header: &Header, encoding: TextEncoding) -> Samples {
    let mut records = Records::new(Box::new(Cursor::new(head.to_vec())), dialect, head.len().max(16));
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
    if head.len() > MAY_BE_CUT {
        samples.pop();
    }
    samples
}

/// Whether quotes inside cells have a backslash before them: a quote with one stands where no cell ends, and no quote is
/// doubled.
fn has_backslashes(head: &[u8], dialect: Dialect, encoding: TextEncoding) -> bool {
    let Dialect { delimiter, quote, .. } = dialect;
    // The second byte of a character can be a backslash.
    if encoding.is_multi_byte() || !head.contains(&b'\\') {
        return false;
    }
    let ends_a_cell = |byte: u8| byte == delimiter || matches!(byte, b'\r' | b'\n');
    let is_inside = |byte: u8| !ends_a_cell(byte) && byte != quote;
    let mut is_escaped = false;
    for window in head.windows(3) {
        match *window {
            [b'\\', it, next] if it == quote && is_inside(next) => is_escaped = true,
            [before, it, next] if it == quote && next == quote && is_inside(before) && before != b'\\' => {
                return false;
            }
            _ => {}
        }
    }
    is_escaped
}

fn header(
    head: &[u8],
    dialect: Dialect,
    options: &ReadOptions,
    (version, encoding): (Version, TextEncoding),
) -> Option<Candidate> {
    let mut records = Records::new(Box::new(Cursor::new(head.to_vec())), dialect, head.len().max(16));
    let mut best: Option<Candidate> = None;
    for _ in 0..ROWS_LOOKED_AT {
        let record = match records.next_record() {
            Ok(Some(Ok(record))) => record,
            Ok(Some(Err(_))) => continue,
            Ok(None) | Err(_) => break,
        };
        if record.is_empty() || is_told_delimiter(&record.original) {
            continue;
        }
        let texts = |cells: &[Vec<u8>]| -> Vec<String> {
            let texts = cells.iter().map(|cell| encoding.text_of(cell));
            match version {
                Version::V0_1 => texts.map(|cell| cell.trim().to_owned()).collect(),
                Version::Current => texts.map(|cell| without_guard(cell.trim()).into_owned()).collect(),
            }
        };
        let inside = match version {
            Version::V0_1 => None,
            Version::Current => record.cells_inside(dialect).map(|cells| texts(&cells)),
        };
        let is_row_inside = |cells: &Vec<String>| {
            let is_of_best = |best: &Candidate| cells.len() == best.header.cells.len();
            known_columns(cells, options, version) > 1 || best.as_ref().is_some_and(is_of_best)
        };
        let cells = inside.filter(is_row_inside).unwrap_or_else(|| texts(&record.cells));
        if version == Version::Current
            && let Some(best) = &mut best
            && is_under(&cells, &best.header, options)
        {
            best.first_contact = Some(record.line);
            break;
        }
        let has_an_email = match version {
            Version::V0_1 => cells.iter().any(|cell| is_an_email(cell)),
            Version::Current => cells.iter().any(|cell| has_an_email(cell)),
        };
        if has_an_email && best.is_some() {
            continue;
        }
        let known = known_columns(&cells, options, version);
        let is_a_contact = has_an_email || (known == 0 && cells.iter().any(|cell| is_a_number(cell)));
        let samples = Samples::default();
        let (line, last_line) = (record.line, records.line());
        let header = Header { cells, line, last_line, known, is_a_contact, samples };
        let is_better = |best: &Candidate| {
            header.known > best.header.known && !header.is_a_contact && is_enough_below(&header, options)
        };
        if best.as_ref().is_none_or(is_better) {
            best = Some(Candidate { dialect, header, original: record.original, first_contact: None });
        }
    }
    best
}

/// Whether a row is a contact under a header: an e-mail address stands under a known column, or a number under one of
/// telephone numbers. Headers below it are of other tables.
fn is_under(cells: &[String], header: &Header, options: &ReadOptions) -> bool {
    if header.known == 0 {
        return false;
    }
    let mut pairs = cells.iter().zip(&header.cells).filter(|(cell, _)| !cell.is_empty());
    pairs.any(|(cell, name)| {
        (has_an_email(cell) && is_known_column(name, options)) || (has_digits(cell, 6) && is_of_phones(name))
    })
}

/// Returns a cell without what surrounds its value. A placeholder is an empty cell.
fn sample(cell: &str) -> String {
    let text = unwrapped_cell(cell, TextKind::Line);
    let is_placeholder = may_be_placeholder(&text) && is_text_placeholder(&text);
    if is_placeholder { String::new() } else { text.into_owned() }
}

/// Returns a header without the formula around it: `="Name"`.
pub(super) fn without_guard(header: &str) -> Cow<'_, str> {
    if header.starts_with(['=', '\'']) {
        unwrapped_cell(header, TextKind::Line)
    } else {
        Cow::Borrowed(header)
    }
}

/// Whether a row is a header though others stand before it, which may be any text.
fn is_enough_below(header: &Header, options: &ReadOptions) -> bool {
    let is_mapped = |cell: &String| options.map.as_ref().is_some_and(|map| map.names(cell));
    // Marks of programs and of markup.
    if header.cells.iter().any(|cell| cell.contains(['=', '$', '{', '<'])) {
        return false;
    }
    let filled = header.cells.iter().filter(|cell| !cell.is_empty()).count();
    header.known > 2 || (header.known == 2 && filled <= 4) || header.cells.iter().any(is_mapped)
}

/// Returns whether a name is that of a column, in a file of any layout.
pub(crate) fn is_known_column(name: &str, options: &ReadOptions) -> bool {
    known_columns(&[name.to_owned()], options, Version::Current) > 0
}

/// A cell with more bytes names no column.
const LONGEST_NAME: usize = 120;

fn known_columns(cells: &[String], options: &ReadOptions, version: Version) -> usize {
    let names = Names::of(version);
    let is_long = |cell: &String| version == Version::Current && cell.len() > LONGEST_NAME;
    if options.map.is_none() && cells.iter().all(is_long) {
        return 0;
    }
    let folded = names.folded(cells);
    let layout = names.recognise(&folded);
    let mapped = |cell: &str| options.map.as_ref().is_some_and(|map| map.names(cell));
    let known = |(cell, folded): &(&String, &String)| {
        mapped(cell) || layout.is_some_and(|layout| layout.find(folded).is_some()) || names.know(cell, folded)
    };
    cells.iter().zip(&folded).filter(known).count()
}

fn is_an_email(cell: &str) -> bool {
    cell.parse::<EmailAddress>().is_ok()
}

/// Whether a cell has an e-mail address that nothing but delimiters, brackets and quotes separates from the rest.
fn has_an_email(cell: &str) -> bool {
    let is_around = |character: char| matches!(character, ',' | ';' | '\t' | '|' | '<' | '>' | '"');
    cell.contains('@') && cell.split(is_around).any(|part| is_an_email(part.trim()))
}

/// Whether a header is that of a column of telephone numbers.
fn is_of_phones(name: &str) -> bool {
    let found = Names::of(Version::Current).plain(&fold(name)).map(|found| found.place);
    matches!(found, Some(Place::Field { target, .. }) if target.0.starts_with("phones"))
}

fn has_digits(cell: &str, least: usize) -> bool {
    cell.chars().filter(char::is_ascii_digit).count() >= least
}

fn is_a_number(cell: &str) -> bool {
    has_digits(cell, 6) && !cell.chars().any(char::is_alphabetic)
}

/// Excel's own first line: `sep=;`.
fn told_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    (is_told_delimiter(line)).then(|| line[4])
}

fn is_told_delimiter(line: &[u8]) -> bool {
    line.len() >= 5 && line[..4].eq_ignore_ascii_case(b"sep=") && line[4..].trim_ascii_end().len() <= 2
}

fn quote_of(head: &[u8]) -> u8 {
    let line = head.trim_ascii_start().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let is_single = line.starts_with(b"'") && line.ends_with(b"'") && line.len() > 2 && !line.contains(&b'"');
    if is_single { b'\'' } else { b'"' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (char, Header) {
        let (dialect, header) =
            find(text.as_bytes(), &ReadOptions::default(), Version::Current, TextEncoding::UTF_8).unwrap();
        (char::from(dialect.delimiter), header)
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_header_fits_best() {
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
    fn a_header_below_a_contact_is_of_another_table() {
        let two = "Name,Email\nAda,ada@example.com\nFirst Name,Last Name,Company,Email\nBo,Ek,Acme,bo@example.com\n";
        assert_eq!(found(two).1.line, 1);
        let about = "Company,Acme\nEmail,info@example.com\n\nName,Email,Phone\nAda,ada@example.com,\n";
        assert_eq!(found(about).1.line, 4);
    }

    #[test]
    fn a_word_in_a_text_is_no_header() {
        let script = "#!/bin/sh\nset -e\nname,$1\necho done\nname,email=$2\nrun email,x\nEmail\n";
        assert_eq!((found(script).1.line, found(script).1.known), (1, 0));
        assert_eq!(found("Name,x,y\n1,2,3\n").1.known, 1);
        assert_eq!(found("All of them\n\nName,Email\n").1.line, 3);
        let map = "[columns]\n\"Who\" = \"name.full\"\n".parse().unwrap();
        let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
        let found = find(b"All of them\nWho,x\n", &options, Version::Current, TextEncoding::UTF_8);
        assert_eq!(found.unwrap().1.line, 2);
    }

    #[test]
    fn a_first_row_that_is_a_contact_is_told() {
        assert!(found("Ada King,ada@example.com,London\n").1.is_a_contact);
        assert!(!found("Foo,Bar\n1,2\n").1.is_a_contact);
    }
}
