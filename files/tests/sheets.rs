//! Reading workbooks: a sheet is read like a CSV of its exact values, and the line of a row is its number in the sheet.

use crate::xlsx;

use std::io::Cursor;

use unicontact_files::{
    ContactReader, Format, ReadError, ReadOptions, RejectsWriter, Row, open, suggest_map,
};
use xlsx::Cell::{Bool, Date, Empty, Error, Formula, Number, Text};
use xlsx::{Cell, Xlsx, zip};

fn try_open(book: &Xlsx, options: &ReadOptions) -> Result<ContactReader, ReadError> {
    open(Cursor::new(book.bytes()), "people.xlsx", options)
}

fn opened(book: &Xlsx) -> ContactReader {
    try_open(book, &ReadOptions::default()).unwrap()
}

fn people(rows: &[&[Cell<'_>]]) -> Vec<Row> {
    opened(&Xlsx::default().sheet("People", rows)).map(Result::unwrap).collect()
}

fn sheet_option(sheet: &str) -> ReadOptions {
    ReadOptions { sheet: Some(sheet.to_owned()), ..ReadOptions::default() }
}

const HEADER: [Cell<'static>; 3] = [Text("Name"), Text("E-mail"), Text("Phone")];

#[test]
fn a_sheet_is_read_like_a_csv() {
    let book = Xlsx::default().sheet(
        "People",
        &[
            &[Text("Our customers, 2026")],
            &[],
            &HEADER,
            &[Text("King, Ada"), Text("ada@example.com"), Text("+44 20 7946 0123")],
            &[Text("Bo"), Text("not an address"), Empty],
            &[Text("Cy"), Empty, Number("442079460124")],
        ],
    );
    let mut reading = opened(&book);
    assert_eq!(reading.format(), Format::Workbook);
    let plan = reading.columns().unwrap().to_string();
    assert!(
        plan.starts_with(
            "no known layout, columns are known by their names; sheet People, header in row 3\n"
        ),
        "{plan}"
    );
    let mut out = RejectsWriter::new(Vec::new(), &reading);
    let ada = reading.next().unwrap().unwrap();
    assert_eq!((ada.line, ada.contact.display_name().as_deref()), (4, Some("King, Ada")));
    assert_eq!(ada.notes, []);
    assert!(ada.earlier.is_none());
    let bo = reading.next().unwrap().unwrap_err();
    assert!(bo.to_string().starts_with("line 5, column 2 (E-mail): not an e-mail address"), "{bo}");
    out.write(&bo).unwrap();
    let cy = reading.next().unwrap().unwrap();
    assert_eq!((cy.line, cy.contact.phones[0].number.as_str()), (6, "442079460124"));
    assert!(reading.next().is_none());
    let rejects = String::from_utf8(out.finish().unwrap()).unwrap();
    assert!(rejects.starts_with("Name,E-mail,Phone,_reason,_line,_original,_guarded\n"), "{rejects}");
    let again = open(
        Cursor::new(rejects.replace("not an address", "bo@example.com")),
        "r.csv",
        &ReadOptions::default(),
    );
    assert_eq!(again.unwrap().map(Result::unwrap).count(), 1);
}

#[test]
fn numbers_dates_and_texts_keep_their_exact_values() {
    let rows = people(&[
        &[Text("ID"), Text("Name"), Text("Phone"), Text("Birthday"), Text("Postal Code"), Text("Notes")],
        &[
            Number("100000000001"),
            Text("Ada"),
            Number("442079460123"),
            Date(33_000.0),
            Text("01234"),
            Bool(true),
        ],
        &[
            Number("1.0E+3"),
            Text("Bo"),
            Number("4.42079460124E11"),
            Date(33_001.75),
            Number("90210"),
            Number("0.5"),
        ],
        &[Text("007"), Formula("A1&B1", Some("Cy & Co")), Empty, Empty, Empty, Error("#N/A")],
    ]);
    let ids: Vec<_> = rows.iter().map(|row| row.contact.external_id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["100000000001", "1000", "007"]);
    assert_eq!(rows[0].contact.phones[0].number.as_str(), "442079460123");
    assert_eq!(rows[1].contact.phones[0].number.as_str(), "442079460124");
    assert_eq!(rows[0].contact.birthday.unwrap().to_string(), "1990-05-07");
    assert_eq!(rows[0].contact.addresses[0].postal_code.as_deref(), Some("01234"));
    assert_eq!(rows[1].contact.addresses[0].postal_code.as_deref(), Some("90210"));
    let notes: Vec<_> = rows.iter().map(|row| row.contact.notes.as_deref()).collect();
    assert_eq!(notes, [Some("TRUE"), Some("0.5"), None]);
    assert_eq!(rows[2].contact.display_name().as_deref(), Some("Cy & Co"));
}

#[test]
fn a_rounded_id_is_rejected() {
    let book = Xlsx::default()
        .sheet("People", &[&[Text("ID"), Text("Name")], &[Number("12345678901234567"), Text("Ada")]]);
    let rejected = opened(&book).next().unwrap().unwrap_err();
    assert!(rejected.to_string().contains("rounded"), "{rejected}");
}

#[test]
fn formulas_without_a_value_are_noted() {
    let rows = people(&[
        &HEADER,
        &[Text("Ada"), Error("#REF!"), Empty],
        &[Text("Bo"), Formula("A3", None), Empty],
        &[Text("Cy"), Formula("A3", Some("")), Error("#N/A")],
    ]);
    let notes: Vec<String> = rows.iter().flat_map(|row| &row.notes).map(ToString::to_string).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("#REF!") && notes[1].contains("no saved value"), "{notes:?}");
}

#[test]
fn multiline_cells_and_empty_rows_do_not_shift_row_numbers() {
    let book = Xlsx::default().sheet_at(
        "People",
        7,
        &[
            &[Text("Name"), Text("Notes"), Text("E-mail")],
            &[Text("Ada"), Text("one\ntwo\r\nthree"), Text("ada@example.com")],
            &[],
            &[Text("Bo"), Empty, Text("bo")],
            &[Text("Cy")],
        ],
    );
    let items: Vec<_> = opened(&book).collect();
    let lines: Vec<u64> =
        items.iter().map(|item| item.as_ref().map_or_else(|reject| reject.line, |row| row.line)).collect();
    assert_eq!(lines, [8, 10, 11]);
    let ada = items[0].as_ref().unwrap();
    assert_eq!(ada.contact.notes.as_deref(), Some("one\ntwo\nthree"));
    assert_eq!(items[2].as_ref().unwrap().notes, []);
}

#[test]
fn the_only_visible_sheet_with_contacts_is_read() {
    let ada: &[&[Cell<'_>]] = &[&HEADER, &[Text("Ada"), Text("ada@example.com")]];
    let book = Xlsx::default()
        .sheet("Read me", &[&[Text("How to fill this in")], &[Text("…")]])
        .sheet("Countries", &[&[Text("Country"), Text("Region")], &[Text("DE"), Text("EMEA")]])
        .sheet("Template", &[&HEADER])
        .sheet("Old", ada)
        .hidden()
        .sheet("People", ada)
        .sheet("Empty", &[]);
    assert!(opened(&book).columns().unwrap().to_string().contains("sheet People"));
    let old = try_open(&book, &sheet_option("old ")).unwrap();
    assert!(old.columns().unwrap().to_string().contains("sheet Old"));
    assert_eq!(old.count(), 1);
}

#[test]
fn an_ambiguous_sheet_is_an_error_that_lists_the_sheets() {
    let ada: &[&[Cell<'_>]] = &[&HEADER, &[Text("Ada"), Text("ada@example.com")]];
    let two = Xlsx::default().sheet("2025", ada).sheet("2026", ada).sheet("Notes", &[&[Text("x")]]);
    let none = Xlsx::default().sheet("A", &[&[Text("x")]]).sheet("B", &[&[Text("y")]]);
    let error = |book: &Xlsx, options: &ReadOptions| try_open(book, options).unwrap_err().to_string();
    insta::assert_snapshot!(
        [
            error(&two, &ReadOptions::default()),
            error(&two, &sheet_option("2024")),
            error(&none, &ReadOptions::default()),
            error(&none, &sheet_option("A")),
            error(&Xlsx::default().sheet("A", &[]), &ReadOptions::default()),
        ]
        .join("\n"),
        @r#"
        people.xlsx: several sheets have contacts: name one with --sheet; there are "2025", "2026"
        people.xlsx: the workbook has no sheet of this name: name one with --sheet; there are "2025", "2026", "Notes"
        people.xlsx: no sheet has columns that are known: name one with --sheet; there are "A", "B"
        people.xlsx: none of the 1 columns in line 1 is known: write a mapping with `unicontact import --suggest-map people.xlsx`, complete it, and pass it with --map
        people.xlsx: the file is empty
        "#
    );
}

#[test]
fn a_suggested_mapping_of_a_sheet_is_used() {
    let book = Xlsx::default()
        .sheet("Sheet1", &[&[Text("Who"), Text("Where")], &[Text("Ada"), Text("ada@example.com")]]);
    assert!(try_open(&book, &ReadOptions::default()).unwrap_err().to_string().contains("line 1 is known"));
    let map = suggest_map(Cursor::new(book.bytes()), "people.xlsx", &ReadOptions::default()).unwrap();
    assert!(map.contains("\"Who\" = \"ignore\""), "{map}");
    let map = "[columns]\n\"Who\" = \"name.full\"\n\"Where\" = \"emails[0].address\"\n".parse().unwrap();
    let rows: Vec<_> =
        try_open(&book, &ReadOptions { map: Some(map), ..ReadOptions::default() }).unwrap().collect();
    assert_eq!(rows[0].as_ref().unwrap().contact.emails[0].address.as_str(), "ada@example.com");
}

#[test]
fn an_unreadable_workbook_is_an_error() {
    let book = Xlsx::default().sheet("People", &[&HEADER, &[Text("Ada")]]).bytes();
    let archive = zip(&[("people.csv".to_owned(), "Name\nAda\n".to_owned())]);
    let broken_sheet = String::from_utf8_lossy(&book).replace("</sheetData>", "<row><c").into_bytes();
    let error = |bytes: &[u8]| {
        open(Cursor::new(bytes.to_vec()), "people.xlsx", &ReadOptions::default()).unwrap_err().to_string()
    };
    insta::assert_snapshot!(
        [error(&book[..book.len() / 2]), error(&archive), error(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), error(&encrypted())].join("\n"),
        @r"
        people.xlsx: the workbook is damaged or not complete: download it again, or open it and save it once more as .xlsx
        people.xlsx: this is a damaged workbook or another document, not a file of contacts: save it again as .xlsx or CSV
        people.xlsx: this is a damaged workbook or another document, not a file of contacts: save it again as .xlsx or CSV
        people.xlsx: the workbook is protected with a password: open it, save it without a password, and import that file
        "
    );
    assert!(error(&broken_sheet).contains("damaged"));
}

/// Returns the compound file of a workbook with a password, without its content.
fn encrypted() -> Vec<u8> {
    let mut file = vec![0; 512];
    file[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    file[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    file[44] = 1; // One sector of the allocation table,
    file[48] = 1; // the directory in sector 1.
    file[56..60].copy_from_slice(&4096_u32.to_le_bytes());
    file[60..64].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    file[68..72].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    file[76..].fill(0xff);
    file[76..80].fill(0);
    let mut table = vec![0xff; 512];
    table[..8].copy_from_slice(&[0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff]);
    file.extend(table);
    for (name, kind) in [("Root Entry", 5), ("EncryptedPackage", 2), ("", 0), ("", 0)] {
        let mut entry = [0; 128];
        for (index, unit) in name.encode_utf16().enumerate() {
            entry[index * 2..index * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64] = if name.is_empty() { 0 } else { u8::try_from(name.len() * 2 + 2).unwrap() };
        entry[66] = kind;
        entry[68..80].fill(0xff);
        entry[116..120].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
        file.extend(entry);
    }
    file
}

#[test]
fn skipped_rows_are_reported_by_row_of_the_sheet() {
    let ada = [Text("Ada"), Text("ada@example.com"), Empty];
    let book = Xlsx::default().sheet(
        "People",
        &[&[Text("Our customers")], &[], &HEADER, &ada, &[], &[Text("Total"), Number("1"), Empty]],
    );
    let mut reading = opened(&book);
    assert_eq!(reading.by_ref().map(Result::unwrap).count(), 1);
    assert_eq!(reading.skipped_rows()[0].first_line, 6);
    let other = [Text("First Name"), Text("Last Name"), Text("E-mail")];
    let book = Xlsx::default().sheet("People", &[&[Text("Title")], &[], &HEADER, &ada, &[], &other, &ada]);
    let rejects: Vec<String> = opened(&book).filter_map(Result::err).map(|it| it.to_string()).collect();
    assert!(rejects.len() == 2 && rejects[1].contains("another header, in line 6"), "{rejects:?}");
}

#[test]
fn rows_that_continue_a_contact_report_their_rows_of_the_sheet() {
    let book = Xlsx::default().sheet(
        "People",
        &[
            &[Text("External ID"), Text("Name"), Text("Email"), Text("child_ids/email"), Text("is_company")],
            &[Text("a"), Text("Acme\nLtd"), Text("info@acme.example"), Empty, Empty],
            &[],
            &[Empty, Error("#REF!"), Empty, Text("nowhere"), Empty],
            &[Text("External ID"), Text("Name"), Text("Email"), Text("child_ids/email"), Text("is_company")],
            &[Text("b"), Text("Bo Ek"), Text("bo@example.com"), Empty, Empty],
        ],
    );
    let mut reading = opened(&book);
    let rows: Vec<Row> = reading.by_ref().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(rows[0].dropped[0].line, Some(4));
    assert!(rows[0].notes.iter().any(|note| note.message.contains("a formula has an error")));
    assert!(!rows[1].notes.iter().any(|note| note.message.contains("a formula has an error")));
    let skipped = reading.skipped_rows();
    assert_eq!((skipped.len(), skipped[0].first_line), (1, 5));
}
