//! Detects the format of a file from its first bytes, and then from its name. Names the kind of a file that is not supported.

use crate::options::Format;
use crate::vcard_marker::{begins_a_card as line_begins_card, is_separator};

/// The member of a rejected object that was a `JSContact` card: the rest of it may lack the card's `@type`.
pub(crate) const IS_JSCONTACT: &[u8] = b"\"_format\":\"jscontact\"";

/// The kind of a file that is not supported, and advice for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsupported {
    pub(crate) found: &'static str,
    pub(crate) advice: &'static str,
}

impl Unsupported {
    /// Describes a file that is named like a workbook more closely: as a damaged workbook, or as markup to open in a spreadsheet
    /// program.
    pub(crate) fn as_table(self, name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let is_container = matches!(self.found, ARCHIVE | OLD_DOCUMENT);
        if is_container && WORKBOOKS.iter().any(|ending| name.ends_with(ending)) {
            return DAMAGED_WORKBOOK;
        }
        let is_markup = matches!(self.found, "an HTML page" | "an XML file");
        if is_markup && [".xls", ".xlsx", ".xml"].iter().any(|ending| name.ends_with(ending)) {
            return Self { advice: "open it in a spreadsheet program, and save it as .xlsx", ..self };
        }
        self
    }
}

const AS_CSV: &str = "save it as CSV (UTF-8)";
const UNPACK: &str = "unpack it first";
const AS_VCARD: &str = "export the contacts as vCard or CSV";

const ARCHIVE: &str = "a ZIP archive or a document";
const OLD_DOCUMENT: &str = "an old Office document or an Outlook file";

/// The endings of the names of workbooks.
const WORKBOOKS: [&str; 5] = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"];
/// A file that has the name and the first bytes of a workbook, and cannot be read as one.
const DAMAGED_WORKBOOK: Unsupported =
    Unsupported { found: "a damaged workbook or another document", advice: "save it again as .xlsx or CSV" };

/// The first bytes of binary files that users take for exports.
const BINARY: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", ARCHIVE, UNPACK),
    (b"\xd0\xcf\x11\xe0", OLD_DOCUMENT, AS_CSV),
    (b"!BDN", "an Outlook data file", AS_VCARD),
    (b"%PDF", "a PDF", AS_VCARD),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", UNPACK),
    (b"\x89PNG", "a picture", AS_VCARD),
    (b"\xff\xd8\xff", "a picture", AS_VCARD),
    (b"GIF8", "a picture", AS_VCARD),
    (b"SQLite format 3", "an SQLite database", AS_VCARD),
];

/// A file that is opened as a workbook and is none.
pub(crate) const NO_WORKBOOK: Unsupported = Unsupported { found: "no workbook", advice: AS_CSV };

/// The first characters of texts that users take for exports, in lower case.
const TEXTS: &[(&str, &str, &str)] = &[
    ("<!doctype html", "an HTML page", "the download was probably not logged in: download it again"),
    ("<html", "an HTML page", "the download was probably not logged in: download it again"),
    ("<", "an XML file", AS_VCARD),
    ("{\\rtf", "a Rich Text document", AS_CSV),
    ("begin:vcalendar", "a calendar", AS_VCARD),
    ("dn:", "an LDIF file", AS_VCARD),
    ("version: 1\ndn:", "an LDIF file", AS_VCARD),
    ("[\"vcard\"", "a jCard", AS_VCARD),
    ("[[\"vcard\"", "a list of jCards", AS_VCARD),
];

/// Properties of which nearly every vCard has some.
const PROPERTIES: [&str; 16] = [
    "VERSION",
    "N",
    "FN",
    "TEL",
    "EMAIL",
    "ADR",
    "ORG",
    "TITLE",
    "NOTE",
    "URL",
    "BDAY",
    "UID",
    "REV",
    "PRODID",
    "CATEGORIES",
    "END",
];

/// Returns the kind of a text in an encoding that is not supported.
pub(crate) fn unsupported_encoding(head: &[u8]) -> Option<Unsupported> {
    let is_utf_32 = head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff");
    is_utf_32.then_some(Unsupported { found: "text in UTF-32", advice: AS_CSV })
}

/// Returns the kind of a file whose first bytes are no text.
pub(crate) fn unsupported_bytes(head: &[u8]) -> Option<Unsupported> {
    if let Some((_, found, advice)) = BINARY.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Some(Unsupported { found, advice });
    }
    let is_control = |byte: &&u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    let controls = head.iter().take(8192).filter(is_control).count();
    (controls * 10 > head.len().min(8192)).then_some(Unsupported { found: "a binary file", advice: AS_VCARD })
}

/// Returns the kind of a text that begins like something else than contacts.
pub(crate) fn unsupported_text(head: &[u8]) -> Option<Unsupported> {
    let beginning: String = beginning(head).chars().filter(|character| *character != '\r').collect();
    let compact: String = beginning.chars().filter(|character| !character.is_whitespace()).collect();
    let begins =
        |text: &str| beginning.starts_with(text) || (text.starts_with('[') && compact.starts_with(text));
    TEXTS.iter().find(|(text, ..)| begins(text)).map(|(_, found, advice)| Unsupported { found, advice })
}

/// Returns the format of a text.
pub(crate) fn format_of(head: &[u8], name: &str) -> Format {
    let beginning = beginning(head);
    if begins_with_card(head) {
        return Format::Vcard;
    }
    let by_name = format_by_name(name);
    if beginning.starts_with(['{', '[']) && by_name != Some(Format::Csv) {
        return json_format(head);
    }
    match by_name {
        Some(format @ (Format::Csv | Format::Vcard)) => format,
        Some(format) if !beginning.contains([',', ';', '\t']) => format,
        _ => Format::Csv,
    }
}

/// Returns whether a text has one JSON value per line: the first line is a complete object.
pub(crate) fn has_one_value_per_line(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    line.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

fn json_format(head: &[u8]) -> Format {
    let compact: Vec<u8> =
        head.iter().take(8192).copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let contains = |text: &[u8]| compact.windows(text.len()).any(|window| window == text);
    if contains(b"\"@type\":\"Card\"") || contains(IS_JSCONTACT) {
        Format::JsContact
    } else if has_one_value_per_line(head) {
        Format::Ndjson
    } else {
        Format::Json
    }
}

/// Returns the kind of a text with lines of a vCard and no `BEGIN`. It would look like a CSV with semicolons.
pub(crate) fn cards_without_begin(head: &[u8]) -> Option<Unsupported> {
    let text = String::from_utf8_lossy(head);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let properties: Vec<&str> = lines.iter().filter_map(|line| property(line)).collect();
    let is_card = properties.iter().any(|name| matches!(*name, "N" | "FN" | "VERSION" | "END"));
    (is_card && properties.len() > 1 && properties.len() * 2 > lines.len()).then_some(Unsupported {
        found: "a vCard without its first line",
        advice: "put BEGIN:VCARD before each card and END:VCARD after it",
    })
}

/// Returns the name of the property in a line of a vCard.
fn property(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let name = name.split(';').next()?;
    let name = name.rsplit('.').next()?;
    PROPERTIES.contains(&name).then_some(name)
}

/// Returns whether one of the first lines begins a vCard.
fn begins_with_card(head: &[u8]) -> bool {
    head.split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !is_separator(line))
        .take(20)
        .any(|line| first_word(line).is_some_and(|start| line_begins_card(&line[start..])))
}

/// Returns the index of the first character of a line after blanks, control characters and drawn lines.
fn first_word(line: &[u8]) -> Option<usize> {
    let is_drawn = |byte: u8| byte <= b' ' || matches!(byte, b'-' | b'=' | b'*' | b'_' | b'#' | 0x7f..);
    line.iter().position(|byte| !is_drawn(*byte))
}

fn format_by_name(name: &str) -> Option<Format> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "tab" | "txt" => Format::Csv,
        "ndjson" | "jsonl" => Format::Ndjson,
        "json" => Format::Json,
        "vcf" | "vcard" => Format::Vcard,
        _ => return None,
    })
}

fn beginning(head: &[u8]) -> String {
    String::from_utf8_lossy(head.trim_ascii_start()).chars().take(200).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_overrules_the_name() {
        assert_eq!(format_of(b"BEGIN:VCARD\r\nVERSION:3.0", "contacts.csv"), Format::Vcard);
        assert_eq!(format_of(b"\x0c\0---\nBegin : vCard\0\n", "contacts.csv"), Format::Vcard);
        assert_eq!(format_of(b"Name,Card\nAda,\"BEGIN:VCARD\nEND:VCARD\"\n", "contacts.csv"), Format::Csv);
        assert_eq!(format_of(b"name,email\n", "contacts.json"), Format::Csv);
        assert_eq!(format_of(b"{\"name\":\"Ada\"}\n{\"name\":\"Bo\"}\n", "contacts.json"), Format::Ndjson);
        assert_eq!(format_of(b"{\n  \"name\": \"Ada\"\n}\n", "contacts.ndjson"), Format::Json);
        assert_eq!(format_of(b"[{\"@type\": \"Card\"}]", "-"), Format::JsContact);
    }

    #[test]
    fn a_header_in_brackets_is_csv_in_a_csv_file() {
        assert_eq!(format_of(b"[Name],[Email]\n", "contacts.csv"), Format::Csv);
    }

    #[test]
    fn files_of_other_kinds_are_named() {
        assert_eq!(unsupported_bytes(b"PK\x03\x04....").unwrap().advice, BINARY[0].2);
        assert_eq!(unsupported_bytes(&[0, 1, 2, 3, 65, 66]).unwrap().found, "a binary file");
        assert_eq!(unsupported_text(b"\n<!DOCTYPE HTML>").unwrap().found, "an HTML page");
        let table = unsupported_text(b"<html><table>").unwrap().as_table("contacts.XLS");
        assert_eq!(table.advice, "open it in a spreadsheet program, and save it as .xlsx");
        assert_eq!(unsupported_text(b"BEGIN:VCALENDAR\r\n").unwrap().found, "a calendar");
        assert_eq!(unsupported_text(b"[ [\"vcard\", []]]").unwrap().found, "a list of jCards");
        assert_eq!(unsupported_text(b"name,email"), None);
        let stray = b"N:King;Ada;;;\r\nFN:Ada King\r\nTEL;TYPE=CELL:+447700900123\r\n";
        assert!(cards_without_begin(stray).is_some());
        assert!(cards_without_begin(b"item1.TEL;X=1:1\nEMAIL:a\nEND:VCARD\n").is_some());
        assert_eq!(cards_without_begin(b"NOTE: all\nURL: x\nN;Name;TEL\n"), None);
        assert_eq!(cards_without_begin(b"N;FN;TEL\n1;2;x:3\n"), None);
        assert_eq!(unsupported_bytes(b"name,email"), None);
    }
}
