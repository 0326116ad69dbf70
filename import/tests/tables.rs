//! The structure of tables as programs write them: escapes, repeated headers, titles, totals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::io::Cursor;

use unicontact_import::{ReadOptions, Reading, Reject, RejectsWriter, Row, open};

fn opened(text: &str) -> Reading {
    open(Cursor::new(text.to_owned()), "people.csv", &ReadOptions::default()).unwrap()
}

fn items(text: &str) -> Vec<Result<Row, Reject>> {
    opened(text).collect()
}

fn company(item: &Result<Row, Reject>) -> String {
    item.as_ref().unwrap().contact.organization.clone().unwrap().name.unwrap()
}

const HEADER: &str = "Name,Company,Title,City,Notes\n";

#[test]
fn quotes_with_backslashes_are_read_as_they_are_meant() {
    let rows = "Ada King,\"Acme \\\"A, B\\\" Ltd\",Boss,London,\nBo Ek,\"\\\"Bar\\\"\",,,\"C:\\\\\"\n";
    let items = items(&format!("{HEADER}{rows}"));
    assert_eq!(company(&items[0]), "Acme \"A, B\" Ltd");
    let ada = &items[0].as_ref().unwrap().contact;
    assert_eq!(ada.title.as_deref(), Some("Boss"));
    assert_eq!(ada.addresses[0].city.as_deref(), Some("London"));
    assert_eq!(company(&items[1]), "\"Bar\"");
    assert_eq!(items[1].as_ref().unwrap().contact.notes.as_deref(), Some("C:\\"));
    let earlier = items[0].as_ref().unwrap().earlier.as_ref().unwrap();
    assert_eq!(earlier.title.as_deref(), Some("B\\\" Ltd\""));
}

#[test]
fn a_backslash_before_a_quote_that_ends_its_cell_is_a_backslash() {
    let items = items(&format!("{HEADER}Ada King,\"C:\\\",Boss,London,\nBo \"\"x\"\" Ek,a,,,\n"));
    assert_eq!(company(&items[0]), "C:\\");
    assert!(items[0].as_ref().unwrap().earlier.is_none());
}

#[test]
fn one_row_with_backslashes_among_doubled_quotes_is_read_where_only_that_fits() {
    let rows = "Bo Ek,\"The \"\"Bar\"\" Ltd\",,,\nAda King,\"Acme \\\"A, B\\\" Ltd\",Boss,London,\n";
    let items = items(&format!("{HEADER}{rows}"));
    assert_eq!(company(&items[0]), "The \"Bar\" Ltd");
    assert_eq!(company(&items[1]), "Acme \"A, B\" Ltd");
    let row = items[1].as_ref().unwrap();
    assert!(row.notes.iter().any(|note| note.message.contains("backslashes")));
    assert!(row.earlier.is_some());
}

#[test]
fn rejects_with_backslashes_can_be_imported_again() {
    let text = "Name,Company,Email\nAda King,\"Acme \\\"A, B\\\" Ltd\",none of it\n";
    let mut reading = opened(text);
    let mut writer = RejectsWriter::new(Vec::new(), &reading);
    writer.write(&reading.next().unwrap().unwrap_err()).unwrap();
    let written = String::from_utf8(writer.finish().unwrap()).unwrap();
    let mended = written.replace("none of it", "ada@example.com");
    assert_eq!(company(&items(&mended)[0]), "Acme \"A, B\" Ltd");
}
