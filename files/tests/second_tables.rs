//! Tests of second tables in a file, and of texts between the rows of a table.

use crate::xlsx;

use std::io::Cursor;

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use unicontact_files::{ContactReader, ReadOptions, Reject, Row, SkipReason, open};
use xlsx::Cell::Text;
use xlsx::Xlsx;

fn opened(text: &str, name: &str) -> ContactReader {
    open(Cursor::new(text.to_owned()), name, &ReadOptions::default()).unwrap()
}

/// Returns each item in a line: the line and the name of the contact, or the reject.
fn summaries(reading: impl Iterator<Item = Result<Row, Reject>>) -> Vec<String> {
    let summary = |item: Result<Row, Reject>| match item {
        Ok(row) => format!("{} {}", row.line, row.contact.display_name().unwrap_or_default()),
        Err(reject) => reject.to_string(),
    };
    reading.map(summary).collect()
}

const OTHER_HEADER: &str =
    "a header with other columns than the first one: keep tables with other columns in files of their own";

#[test]
fn the_contacts_above_a_wider_table_are_read_whatever_its_delimiter() {
    for delimiter in [",", ";", "\t"] {
        for people in [1, 3, 20, 40] {
            let contacts = (0..people).map(|number| format!("Person{number};p{number}@example.com\n"));
            let mut text: String = std::iter::once("Name;Email\n".to_owned()).chain(contacts).collect();
            text += &["First Name,Last Name,Company,Email\n", "Cy,Ek,Acme,c@example.com\n"]
                .concat()
                .replace(',', delimiter);
            for name in ["people.csv", "-"] {
                let mut reading = opened(&text, name);
                assert_eq!(reading.columns().unwrap().header_line, 1, "{text}");
                let summaries = summaries(&mut reading);
                assert_eq!(summaries.len(), people + 2, "{summaries:?}");
                assert_eq!(summaries[people - 1], format!("{} Person{}", people + 1, people - 1));
                let line = people + 2;
                assert_eq!(summaries[people], format!("line {line}: {OTHER_HEADER}"));
                assert!(
                    summaries[people + 1].contains(&format!("another header, in line {line}")),
                    "{summaries:?}"
                );
            }
        }
    }
}

#[test]
fn a_text_with_column_names_in_it_is_no_header() {
    let rows = [
        "Bob;b@example.de;es fehlen Vorname, Firma, Telefon, PLZ, Ort",
        "Bob;;es fehlen Vorname, Firma, Telefon, PLZ, Ort",
        "Bob;;manque: Prénom, Nom, Société, Téléphone",
    ];
    for row in rows {
        let text = format!("Name;Email;Notiz\nAda;;x\n{row}\nCy;c@example.de;y\n");
        let items: Vec<Row> = opened(&text, "people.csv").map(Result::unwrap).collect();
        assert_eq!(items.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4], "{row}");
    }
}

#[test]
fn a_single_contact_is_no_header() {
    let text = "Bob;b@example.de;es fehlen Vorname, Firma, Telefon, PLZ, Ort\nCy;c@example.de;y\n";
    let error = open(Cursor::new(text), "people.csv", &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("line 1 should name the columns"), "{error}");
}

#[test]
fn version_0_1_0_read_no_contacts_above_its_header() {
    let text = "Name;Email\nAda;a@example.com\nFirst Name,Last Name,Company,Email\n";
    let row = opened(text, "people.csv").next().unwrap().unwrap();
    assert!(row.earlier.is_none());
}

#[test]
fn a_header_with_one_column_more_is_another_header() {
    let contacts = (0..30).map(|number| format!("Person{number},p{number}@example.com\n"));
    let mut text: String = std::iter::once("Name,Email\n".to_owned()).chain(contacts).collect();
    text += "Name,Email,Phone\nCy,c@example.com,+442079460123\nName,Email,\nBo,b@example.com\n";
    let mut reading = opened(&text, "people.csv");
    let summaries = summaries(&mut reading);
    assert_eq!(summaries[30], format!("line 32: {OTHER_HEADER}"));
    assert!(
        summaries[31].starts_with("line 33: under the columns of another header, in line 32"),
        "{summaries:?}"
    );
    assert_eq!(summaries[32..], ["35 Bo"]);
    assert_eq!(reading.skipped_rows()[0].first_line, 34);
}

#[test]
fn rejects_of_a_workbook_have_the_row_of_the_sheet() {
    let header = [Text("Name"), Text("Email")];
    let ada = [Text("Ada"), Text("a@example.com")];
    let wider = [Text("First Name"), Text("Last Name"), Text("Company"), Text("Email")];
    let bo = [Text("Bo"), Text("Ek"), Text("Acme"), Text("b@example.com")];
    let rows: [&[_]; 7] = [&header, &[], &[], &ada, &header, &wider, &bo];
    let book = Xlsx::default().sheet("People", &rows);
    let mut reading = open(Cursor::new(book.bytes()), "people.xlsx", &ReadOptions::default()).unwrap();
    let summaries = summaries(&mut reading);
    assert_eq!(summaries[..2], ["4 Ada".to_owned(), format!("line 6: {OTHER_HEADER}")]);
    assert!(summaries[2].contains("in line 6"), "{summaries:?}");
    assert_eq!(reading.skipped_rows()[0].first_line, 5);
}

#[test]
fn contact_data_above_the_header_is_reported() {
    let text = "Company,Acme\nEmail,info@example.com\nPhone,+44 20 7946 0123\n\nName,Email,Phone\nAda,ada@example.com,\n";
    let mut reading = opened(text, "people.csv");
    assert_eq!(summaries(&mut reading), ["6 Ada"]);
    let skipped = &reading.skipped_rows()[0];
    assert_eq!((skipped.count, skipped.first_line), (2, 2));
    assert_eq!(skipped.reason, SkipReason::AboveHeader);
}

#[test]
fn footers_and_headings_are_rejected_and_lone_names_are_read() {
    let rows = "Region: Süd\nRegion: Nord,\nAda King,\nJimmy Page,\nÖz (Mama),\n(2 rows affected)\n*** end ***,\n\
                Erstellt am 01.01.2026\n";
    let summaries = summaries(opened(&format!("Name,Email\nBo,b@example.com\n{rows}"), "people.csv"));
    let read: Vec<_> = summaries.iter().filter(|it| !it.starts_with("line")).collect();
    assert_eq!(read, ["2 Bo", "5 Ada King", "6 Jimmy Page", "7 Öz (Mama)"]);
    assert!(summaries[1].starts_with("line 3: a lone text that is no name"), "{summaries:?}");
}

#[test]
fn a_lone_text_in_a_file_of_one_column_or_with_contact_data_is_read() {
    let summaries = summaries(opened(
        "Name,Email,Phone\nOffice: Ada,a@example.com,\nOffice: Bo,,+44 20 7946 0123\n",
        "people.csv",
    ));
    assert_eq!(summaries, ["2 Office: Ada", "3 Office: Bo"]);
}

#[test]
fn rows_that_are_quoted_as_a_whole_are_split_into_cells() {
    for header in ["\"Name,Email,Company\"", "Name,Email,Company"] {
        let text = format!("{header}\n\"Ada,a@example.com,\"\"Acme, Ltd\"\"\"\nBo,b@example.com,Acme\n");
        let items: Vec<Row> = opened(&text, "people.csv").map(Result::unwrap).collect();
        let ada = &items[0];
        assert_eq!(ada.contact.display_name().as_deref(), Some("Ada"));
        assert_eq!(ada.contact.organization.clone().unwrap().name.as_deref(), Some("Acme, Ltd"));
        assert!(ada.notes.iter().any(|note| note.message.contains("the whole row is quoted")));
        assert!(ada.earlier.is_none());
        assert!(items[1].notes.is_empty());
    }
    let semicolons = "\"Name;Email\"\n\"Ada;a@example.com\"\n";
    assert_eq!(summaries(opened(semicolons, "people.csv")), ["2 Ada"]);
}

#[test]
fn a_quoted_row_keeps_the_name_that_version_0_1_0_read() {
    let text = "Name;Email\n\"Ada;a@example.com\"\n";
    let row = opened(text, "people.csv").next().unwrap().unwrap();
    assert_eq!(row.contact.display_name().as_deref(), Some("Ada"));
    assert_eq!(row.earlier.unwrap().display_name().as_deref(), Some("Ada;a@example.com"));
}

#[test]
fn a_delimiter_in_a_quoted_cell_of_a_file_of_one_column_is_kept() {
    assert_eq!(summaries(opened("Name\n\"King, Ada\"\n", "people.csv")), ["2 King, Ada"]);
    let text = "Name;Email\n\"King, Ada\"\nBo;b@example.com\n";
    assert_eq!(summaries(opened(text, "people.csv")), ["2 King, Ada", "3 Bo"]);
}

/// A line of a file of two tables, and whether it is a contact. `#` stands for a number that makes contacts different.
fn line() -> impl Strategy<Value = (&'static str, bool)> {
    prop_oneof![
        4 => Just(("Person,p#@example.com", true)),
        2 => Just(("Person;p#@example.com", true)),
        2 => Just(("Person,,0207946#", true)),
        1 => Just(("Person;p#@example.com;es fehlen Vorname, Firma, Telefon, Ort", true)),
        1 => Just(("Person,p#@example.com,+44 20 7946 0123", true)),
        1 => Just(("", false)),
        1 => Just(("Customers of 2026", false)),
        1 => Just(("Name,Email", false)),
        1 => Just(("Name;Email;Notiz", false)),
        1 => Just(("Vorname;Nachname;Firma;E-Mail;Telefon", false)),
        1 => Just(("First Name,Last Name,Company,Email,Phone", false)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_contact_is_lost_silently(
        lines in proptest::collection::vec(line(), 1..50),
        wide in any::<bool>(),
    ) {
        let first = if wide { "Name,Email,Phone" } else { "Name,Email" };
        let mut text = format!("{first}\n");
        for (number, (line, _)) in lines.iter().enumerate() {
            text += &line.replace('#', &format!("{:04}", number + 1000));
            text.push('\n');
        }
        let contacts = lines.iter().filter(|(_, is_contact)| *is_contact).count();
        if let Ok(mut reading) = open(Cursor::new(text.clone()), "people.csv", &ReadOptions::default()) {
            let mut found = 0;
            for item in &mut reading {
                let original = match item {
                    Ok(row) => row.original,
                    Err(reject) => reject.original,
                };
                found += original.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"Person")).count();
            }
            let skipped: u64 = reading
                .skipped_rows()
                .iter()
                .filter(|skipped| skipped.reason == SkipReason::AboveHeader)
                .map(|skipped| skipped.count)
                .sum();
            assert!(found as u64 + skipped >= contacts as u64, "{found} and {skipped} of {contacts} in\n{text}");
        }
    }
}
