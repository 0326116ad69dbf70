//! Tests of tables as programs write them: escapes, repeated headers, titles, totals.

use std::io::Cursor;

use unicontact_files::{ContactReader, ReadOptions, Reject, RejectsWriter, Row, open};

fn opened(text: &str) -> ContactReader {
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
fn quotes_escaped_with_backslashes_are_read() {
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
fn a_backslash_before_a_closing_quote_is_a_backslash() {
    let items = items(&format!("{HEADER}Ada King,\"C:\\\",Boss,London,\nBo \"\"x\"\" Ek,a,,,\n"));
    assert_eq!(company(&items[0]), "C:\\");
    assert!(items[0].as_ref().unwrap().earlier.is_none());
}

#[test]
fn one_row_with_escaped_quotes_among_doubled_quotes_is_read() {
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

/// Returns each item in a line: the line and the name of the contact, or the reject; then the skipped rows.
fn summaries(text: &str) -> Vec<String> {
    let mut reading = opened(text);
    let summary = |item: Result<Row, Reject>| match item {
        Ok(row) => format!("{} {}", row.line, row.contact.display_name().unwrap_or_default()),
        Err(reject) => reject.to_string(),
    };
    let mut summaries: Vec<String> = reading.by_ref().map(summary).collect();
    summaries.extend(
        reading
            .skipped_rows()
            .iter()
            .map(|it| format!("{} x {} from {}", it.count, it.reason, it.first_line)),
    );
    summaries
}

#[test]
fn a_repeated_header_is_skipped() {
    let text =
        "Name,E-mail\nAda,ada@example.com\nName,E-mail\nBo,bo@example.com\n\u{feff}NAME,E-MAIL,\nCy,\n";
    assert_eq!(summaries(text), ["2 Ada", "4 Bo", "6 Cy", "2 x a repeated header from 3"]);
    let german = "Vorname;Nachname;Straße\nÄnne;Öl;x\nVorname;Nachname;Straße\nBo;Ek;y\n";
    assert_eq!(summaries(german), ["2 Änne Öl", "4 Bo Ek", "1 x a repeated header from 3"]);
}

#[test]
fn titles_page_numbers_and_totals_are_skipped() {
    let text = "Customers 2026,,\n\nName,E-mail,City\nAda,ada@example.com,\nPage 1 of 2,,\nCustomers 2026,,\nName,E-mail,City\n\
                Bo,bo@example.com,\nTotal: 2 contacts,,\nSumme,,25\n";
    insta::assert_debug_snapshot!(summaries(text), @r#"
    [
        "4 Ada",
        "8 Bo",
        "1 x a page number from 5",
        "1 x a repeated line from above the header from 6",
        "1 x a repeated header from 7",
        "2 x a total or a count from 9",
    ]
    "#);
}

#[test]
fn people_named_like_a_total_are_contacts() {
    let text = "Name,E-mail,Phone,City\nTotal,total@example.com,,\nJimmy Page,,,\nSuma,,+442079460123,\nTotal,,,Paris\nCount,,,\n";
    insta::assert_debug_snapshot!(summaries(text), @r#"
    [
        "2 Total",
        "3 Jimmy Page",
        "4 Suma",
        "5 Total",
        "line 6: a total without a number, which is no contact: complete the row if it is a contact",
    ]
    "#);
}

#[test]
fn rows_below_another_header_are_rejected_until_the_first_header_repeats() {
    let text = "Name,E-mail,City\nAda,ada@example.com,London\nE-mail,Name,Phone\nbo@example.com,Bo,\nName,E-mail,City\nCy,,\n";
    insta::assert_debug_snapshot!(summaries(text), @r#"
    [
        "2 Ada",
        "line 3: a header with other columns than the first one: keep tables with other columns in files of their own",
        "line 4: under the columns of another header, in line 3: keep tables with other columns in files of their own",
        "6 Cy",
        "1 x a repeated header from 5",
    ]
    "#);
}

#[test]
fn labels_that_are_column_names_make_no_header() {
    let text = "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\nAda,King,Home,,Mobile,\n";
    assert_eq!(summaries(text), ["2 Ada King"]);
}

#[test]
fn a_lone_phone_number_is_no_total() {
    let mut reading = opened("Name,Email,Phone\n,,+44 20 7946 0123\nAda,ada@example.com,\nCount,,2\n");
    let rows: Vec<Row> = reading.by_ref().map(Result::unwrap).collect();
    assert_eq!(rows[0].contact.phones[0].number.as_str(), "+442079460123");
    assert_eq!((rows.len(), reading.skipped_rows().len()), (2, 1));
}

#[test]
fn the_contacts_above_a_second_table_are_read() {
    let text = "Name,Email,Phone\nAda,ada@example.com,\n\nFirst Name,Last Name,Company,Email\nBo,Ek,Acme,bo@example.com\n";
    let items = items(text);
    assert_eq!(items[0].as_ref().unwrap().line, 2);
    let rejects: Vec<String> =
        items.iter().filter_map(|it| it.as_ref().err()).map(ToString::to_string).collect();
    assert_eq!(rejects.len(), 2, "{rejects:?}");
    assert!(rejects[0].starts_with("line 4: a header with other columns than the first one"), "{rejects:?}");
}
