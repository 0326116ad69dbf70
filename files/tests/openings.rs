//! Tests of opening files and streams.

use crate::xlsx;

use std::io::{Cursor, Read};

use unicontact_files::{ContactReader, ReadError, ReadOptions, open};
use xlsx::Cell::{Empty, Text};
use xlsx::Xlsx;

fn opened(text: &[u8], name: &str) -> Result<ContactReader, ReadError> {
    open(Cursor::new(text.to_vec()), name, &ReadOptions::default())
}

fn error(text: &str) -> String {
    opened(text.as_bytes(), "people.csv").unwrap_err().to_string()
}

fn names(reading: ContactReader) -> Vec<String> {
    reading.map(|row| row.unwrap().contact.display_name().unwrap()).collect()
}

/// A source that returns one part with each read.
struct Parts(Vec<&'static [u8]>);

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let Some(part) = (!self.0.is_empty()).then(|| self.0.remove(0)) else { return Ok(0) };
        into[..part.len()].copy_from_slice(part);
        Ok(part.len())
    }
}

#[test]
fn a_stream_with_a_part_that_ends_inside_a_character_is_read() {
    for parts in [
        vec![&b"name,email\nJ\xc3"[..], b"\xbcrgen,j@example.com\n"],
        vec![b"{\"name\":\"Ann\"}\n{\"name\":\"J\xc3", b"\xbcrgen\"}\n"],
        vec![b"name,email\n\xe2", b"\x82", b"\xac J\xc3", b"\xbcrgen,j@example.com\n"],
    ] {
        let reading = open(Parts(parts), "-", &ReadOptions::default()).unwrap();
        assert!(reading.guessed_encoding().is_none());
        assert!(names(reading).pop().unwrap().ends_with("J\u{fc}rgen"));
    }
}

#[test]
fn two_tables_side_by_side_are_rejected() {
    for header in [
        "Name,Email,,Name,Email,Telefon",
        "Vorname,Nachname,E-Mail,,,Vorname,Nachname,Telefon",
        ",Company,Phone,,Company,Phone",
    ] {
        let cells = header.matches(',').count();
        let text = format!("{header}\n{}\n", ",".repeat(cells));
        assert!(error(&text).contains("two tables side by side"), "{header}");
    }
    let told = error("Team,,,,\nName,Email,,Name,Email\nAda,a@example.com,,Bo,b@example.com\n");
    assert!(told.contains("line 2 is the header") && told.contains("begins in column 4"), "{told}");
}

#[test]
fn an_empty_or_a_repeated_column_alone_makes_no_second_table() {
    for text in [
        "Name,Email,,Phone,Email\nAda,a@example.com,,,\n",
        "Name,Email,,Name,Phone\nAda,a@example.com,x,Ada,\n",
        "Name,Email,Name,Phone\nAda,a@example.com,Ada,\n",
        ",Name,Email\n,Ada,a@example.com\n",
    ] {
        assert_eq!(names(opened(text.as_bytes(), "people.csv").unwrap()).len(), 1, "{text}");
    }
}

#[test]
fn a_sheet_with_two_tables_side_by_side_is_an_error() {
    let header = [Text("Name"), Text("Email"), Empty, Text("Name"), Text("Email")];
    let row = [Text("Ada"), Text("a@example.com"), Empty, Text("Bo"), Text("b@example.com")];
    let other: [&[_]; 2] = [&[Text("Color"), Text("Size")], &[Text("red"), Text("3")]];
    let book = Xlsx::default().sheet("People", &[&header, &row]).sheet("Other", &other);
    let error = open(Cursor::new(book.bytes()), "people.xlsx", &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("two tables side by side"), "{error}");
}

#[test]
fn an_empty_standard_input_has_no_contacts_and_an_empty_file_is_an_error() {
    for text in [&b""[..], b"\n", b" \r\n"] {
        let mut reading = opened(text, "-").unwrap();
        assert_eq!(reading.preview().rows, 0);
        assert_eq!(reading.count(), 0);
        assert!(matches!(opened(text, "people.csv"), Err(ReadError::Empty { .. })));
    }
    for text in ["[]", "Name,Email\n", "[\n]\n"] {
        assert_eq!(opened(text.as_bytes(), "-").unwrap().count(), 0, "{text}");
    }
}

#[test]
fn a_wrong_encoding_option_is_an_error() {
    let utf_16 = |text: &str, is_big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units.flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let text = "Name,Email\n\u{4e00}\u{4e8c},a@example.com\n";
    let files =
        [(text.as_bytes().to_vec(), ""), (utf_16(text, false), "utf-16le"), (utf_16(text, true), "utf-16be")];
    for (bytes, name) in &files {
        for told in ["utf-16le", "utf-16be"] {
            let options = ReadOptions { encoding: Some(told.parse().unwrap()), ..ReadOptions::default() };
            let opened = open(Cursor::new(bytes.clone()), "people.csv", &options);
            if told == *name {
                assert_eq!(opened.unwrap().count(), 1);
            } else {
                let error = opened.unwrap_err().to_string();
                assert!(error.contains(&format!("the text is not in {told}")), "{error}");
            }
        }
    }
}
