//! Tests of broken CSV files.
//!
//! Invariant: a broken row is rejected with its line, and the rows after it are read.

use std::io::Read;

use unicontact_files::{OnBadCell, ReadError, ReadOptions, Reject, Row, open};

fn items(text: impl Into<Vec<u8>>) -> Vec<Result<Row, Reject>> {
    let source = std::io::Cursor::new(text.into());
    open(source, "people.csv", &ReadOptions::default()).unwrap().collect()
}

/// Returns each item in a line: the line and the name of the contact, or the reject.
fn summaries(text: impl Into<Vec<u8>>) -> Vec<String> {
    let summary = |item: Result<Row, Reject>| match item {
        Ok(row) => format!("{} {}", row.line, row.contact.display_name().unwrap_or_default()),
        Err(reject) => reject.to_string(),
    };
    items(text).into_iter().map(summary).collect()
}

fn error(bytes: &'static [u8]) -> String {
    open(bytes, "people.csv", &ReadOptions::default()).err().unwrap().to_string()
}

#[test]
fn an_unclosed_quote_rejects_only_its_own_row() {
    let summaries = summaries("Name,Notes\nAda,\"open\nBo,x\nCy,\"two\nlines\"\nDi,\n");
    assert_eq!(
        summaries[0],
        "line 2: a quote is opened in this line and not closed: close it, or double it inside a cell"
    );
    assert_eq!(summaries[1], "3 Bo");
    assert_eq!(summaries[2..], ["4 Cy", "6 Di"]);
}

#[test]
fn a_part_of_a_row_after_a_broken_row_is_rejected() {
    let lines = "x\n".repeat(60);
    let summaries = summaries(format!("Name,Notes\nAda,\"open\n{lines}Cy,\"two\nlines\"\nDi,\n"));
    assert!(summaries.iter().all(|it| it.starts_with("line ") || it.ends_with("Di")), "{summaries:?}");
}

#[test]
fn an_unclosed_quote_does_not_swallow_a_big_file() {
    let rows = "Person,note\n".repeat(200_000);
    let items = items(format!("Name,Notes\nAda,\"open\n{rows}"));
    assert_eq!(items.iter().filter(|item| item.is_ok()).count(), 200_000);
    assert_eq!(items.iter().filter(|item| item.is_err()).count(), 1);
}

#[test]
fn a_quote_inside_a_cell_gets_a_note() {
    let items = items("Name,Notes\n\"Ada \"the\" first\",x\nBo,5\" disk\n");
    assert!(items[0].as_ref().unwrap().notes[0].to_string().contains("not doubled"));
    assert_eq!(items[1].as_ref().unwrap().contact.notes.as_deref(), Some("5\" disk"));
}

#[test]
fn a_row_with_too_many_cells_is_rejected_and_a_short_row_gets_a_note() {
    let items = items("Name,Email,Phone\nKing, Ada,ada@example.com,1,2\nBo,bo@example.com\nCy,,,,\n");
    let too_many = items[0].as_ref().unwrap_err();
    assert!(too_many.reason.starts_with("5 cells under 3 columns"), "{too_many}");
    assert_eq!(too_many.original, b"King, Ada,ada@example.com,1,2\n");
    assert!(items[1].as_ref().unwrap().notes[0].message.contains("fewer cells"));
    assert!(items[2].as_ref().unwrap().notes.is_empty());
}

#[test]
fn a_bad_value_is_reported_by_line_column_and_header_without_the_value() {
    let items = items("Name,E-Mail\nAda,secret at example\n");
    let reject = items[0].as_ref().unwrap_err();
    assert_eq!((reject.line, reject.column, reject.field.as_deref()), (2, Some(2), Some("E-Mail")));
    assert!(!format!("{reject} {reject:?}").contains("secret"));
    assert!(!format!("{:?}", self::items("Name\nSecret\n")[0]).contains("Secret"));
}

#[test]
fn a_bad_value_can_be_dropped_with_a_note_instead() {
    let options = ReadOptions { on_bad_cell: OnBadCell::Drop, ..ReadOptions::default() };
    let source = &b"Name,E-Mail,Phone\nAda,none of it,call\n"[..];
    let row = open(source, "people.csv", &options).unwrap().next().unwrap().unwrap();
    let notes: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
    assert!(
        notes[0].starts_with("E-Mail: not an e-mail address") && notes[1].starts_with("Phone: "),
        "{notes:?}"
    );
}

#[test]
fn a_number_that_a_spreadsheet_rounded_is_reported() {
    let summaries = summaries("Name,Phone\nAda,4.92301E+11\n");
    assert_eq!(
        summaries,
        ["line 2, column 2 (Phone): a spreadsheet has rounded this number: export it as text"]
    );
}

#[test]
fn a_reader_can_be_sent_to_another_thread() {
    let reading = open(&b"Name\nAda\n"[..], "people.csv", &ReadOptions::default()).unwrap();
    assert_eq!(std::thread::spawn(|| reading.count()).join().unwrap(), 1);
}

#[test]
fn a_row_in_another_encoding_than_its_file_gets_a_note() {
    let many = "Person,\n".repeat(20_000);
    let items = items([format!("Name,Notes\n{many}").as_bytes(), b"M\xfcller,\n"].concat());
    let row = items.last().unwrap().as_ref().unwrap();
    assert_eq!(row.contact.display_name().as_deref(), Some("Müller"));
    assert_eq!(row.notes[0].to_string(), "not UTF-8: it was read as windows-1252");
}

#[test]
fn a_row_with_nul_bytes_is_rejected() {
    assert_eq!(
        summaries("Name\nA\0da\nBo\n"),
        ["line 2: the row has a NUL byte: remove it, or export the file again", "3 Bo"]
    );
}

#[test]
fn empty_rows_are_skipped_and_counted() {
    let text = &b"\n\n ,\nName,Email\n\n,\n  ,  \nAda,\n\n"[..];
    let mut reading = open(text, "people.csv", &ReadOptions::default()).unwrap();
    assert_eq!(reading.by_ref().flatten().count(), 1);
    assert_eq!(reading.empty_rows(), 4);
}

#[test]
fn line_endings_may_be_mixed() {
    assert_eq!(summaries("Name,Notes\r\nAda,x\rBo,\"a\r\nb\"\nCy,"), ["2 Ada", "3 Bo", "5 Cy"]);
}

#[test]
fn a_row_above_the_limit_is_rejected_and_the_next_one_is_read() {
    let long = "x".repeat(3 << 20);
    let items = items(format!("Name,Notes\nAda,{long}\nBo,\n"));
    let reject = items[0].as_ref().unwrap_err();
    assert!(reject.reason.contains("longer than 1048576 bytes") && !reject.complete);
    assert!(reject.original.len() <= 1 << 20);
    assert!(items[1].is_ok());
}

#[test]
fn the_plan_shows_repeated_and_empty_headers() {
    let text = &b"Name,name,Email,Email,\nAda,Bo,a@example.com,b@example.com,z\n"[..];
    let mut reading = open(text, "people.csv", &ReadOptions::default()).unwrap();
    let plan = reading.columns().unwrap().to_string();
    assert!(plan.contains("2  name  ->  not used: another column is already read into name.full"), "{plan}");
    assert!(plan.contains("4  Email  ->  emails[1].address"), "{plan}");
    assert!(plan.contains("5  (no header)  ->  not used: it has no header"), "{plan}");
    assert_eq!(reading.next().unwrap().unwrap().contact.emails.len(), 2);
}

#[test]
fn the_error_of_a_file_without_a_header_says_what_to_do() {
    let refused = error(b"Ada King,ada@example.com\nBo,bo@example.com\n");
    assert!(
        refused.contains("line 1 should name the columns") && refused.contains("name,email,phone"),
        "{refused}"
    );
    assert!(!refused.contains("ada@"));
    let refused = error(b"Foo,Bar\n1,2\n");
    assert!(
        refused.contains("none of the 2 columns") && refused.contains("--suggest-map people.csv"),
        "{refused}"
    );
    let refused = open(&b"Foo,Bar\n1,2\n"[..], "-", &ReadOptions::default()).err().unwrap().to_string();
    assert!(refused.contains("--suggest-map FILE` from a file"), "{refused}");
}

#[test]
fn files_of_other_kinds_are_rejected_by_their_kind() {
    assert!(error(b"<!DOCTYPE html><html>").contains("an HTML page"));
    assert!(error(b"PK\x03\x04\x14\0\x06\0").contains("unpack it first"));
    assert!(error(b"\x7fELF\x02\x01\x01\0\0\0\0\0").contains("a binary file"));
    let stray =
        b"TEL;TYPE=CELL:+447700900123\r\nN:King;Ada;;;\r\nEMAIL;TYPE=WORK:ada@example.com\r\nEND:VCARD\r\n";
    assert!(error(stray).contains("a vCard without its first line"));
    assert!(error(b" \r\n").contains("the file is empty"));
}

#[test]
fn a_failure_of_the_source_is_the_last_item() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
        }
    }
    let text = format!("Name\n{}", "Ada\n".repeat(20_000));
    let source = std::io::Cursor::new(text).chain(Failing);
    let mut items: Vec<_> = open(source, "-", &ReadOptions::default()).unwrap().collect();
    let last = items.pop().unwrap().unwrap_err();
    assert!(last.reading_ended && last.reason.contains("connection reset"), "{last}");
    assert_eq!(items.len(), 20_000);
}

#[test]
fn a_delimiter_equal_to_the_quote_is_rejected() {
    let options = ReadOptions { delimiter: Some(b'"'), ..ReadOptions::default() };
    let refused = open(&b"Name\n"[..], "people.csv", &options);
    assert!(matches!(refused, Err(ReadError::Option(_))));
}
