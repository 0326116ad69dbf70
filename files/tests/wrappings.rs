//! Tests of wrappings around values, and of placeholders for missing values.

use std::io::Cursor;

use proptest::prelude::*;
use serde_json::{Value, json};
use unicontact_files::{ReadOptions, Row, open};

fn rows(text: &str, name: &str) -> Vec<Row> {
    let reading = open(Cursor::new(text.to_owned()), name, &ReadOptions::default()).unwrap();
    reading.map(|row| row.unwrap_or_else(|reject| panic!("{reject}"))).collect()
}

/// Returns the row of a table with these headers and cells.
fn row(columns: &[(&str, &str)]) -> Row {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |texts: Vec<String>| texts.join(",") + "\n";
    let header = line(columns.iter().map(|(header, _)| quoted(header)).collect());
    let cells = line(columns.iter().map(|(_, cell)| quoted(cell)).collect());
    rows(&(header + &cells), "people.csv").swap_remove(0)
}

fn contact(columns: &[(&str, &str)]) -> Value {
    serde_json::to_value(row(columns).contact).unwrap()
}

/// Returns the fields of a row that have a note on a placeholder.
fn placeholders(row: &Row) -> Vec<&str> {
    let notes = row.notes.iter().filter(|note| note.message.contains("placeholder"));
    notes.map(|note| note.field.as_str()).collect()
}

const EMAIL: (&str, &str) = ("Email", "ada@example.com");

#[test]
fn formulas_and_guards_are_removed_in_every_kind_of_column() {
    let row = row(&[
        ("ID", "=\"00042\""),
        ("First Name", "=\"Ada\""),
        ("Last Name", "'=\"King\""),
        ("Email", "=\"ada@example.com\""),
        ("Phone", "'+44 20 7946 0123"),
        ("Zip", "=\"02134\""),
        ("City", "='Boston'"),
        ("Title", "=\"\"\"Boss\"\"\""),
        ("Company", "'=1+1"),
        ("Birthday", "=\"1990-12-10\""),
        ("Website", "=\"https://example.com\""),
        ("Tags", "=\"a; b\""),
        ("Notes", "=\"Call \"\"first\"\"\""),
    ]);
    let read = json!({
        "external_id": "00042",
        "kind": "person",
        "name": {"given": "Ada", "family": "King"},
        "emails": [{"address": "ada@example.com"}],
        "phones": [{"number": "+442079460123"}],
        "addresses": [{"postal_code": "02134", "city": "Boston"}],
        "title": "Boss",
        "organization": {"name": "=1+1"},
        "birthday": "1990-12-10",
        "links": [{"kind": "website", "url": "https://example.com"}],
        "tags": ["a", "b"],
        "notes": "Call \"first\"",
    });
    assert_eq!(serde_json::to_value(&row.contact).unwrap(), read);
    assert!(row.notes.is_empty(), "{:?}", row.notes);
}

#[test]
fn the_contact_of_version_0_1_0_is_kept_beside_the_clean_one() {
    for (header, cell) in [
        ("Title", "=\"Boss\""),
        ("Title", "Head of R&amp;D"),
        ("City", "\u{200b}London"),
        ("Notes", "a &lt; b"),
        ("Company", "NULL"),
        ("Tags", "vip; NULL"),
        ("Tags", "a；b"),
        ("First Name", "'Ada'"),
    ] {
        let row = row(&[(header, cell), EMAIL]);
        let earlier = serde_json::to_value(row.earlier.unwrap()).unwrap();
        let kept = cell.replace("vip; ", "");
        let is_kept = |text: &Value| text.as_str() == Some(cell) || text.as_str() == Some(&kept);
        let has = |pointer: &str| earlier.pointer(pointer).is_some_and(is_kept);
        let places = [
            "/title",
            "/addresses/0/city",
            "/notes",
            "/organization/name",
            "/tags/0",
            "/tags/1",
            "/name/given",
        ];
        assert!(places.into_iter().any(has), "{cell}: {earlier}");
    }
    assert!(row(&[("Title", "Boss"), ("City", " London "), EMAIL]).earlier.is_none());
}

#[test]
fn apostrophes_and_ampersands_in_names_are_kept() {
    for name in
        ["O'Brien", "'t Hart", "'n Sync", "D'Angelo", "AT&T", "R&D;", "Q&A &copy", "'90s Music", "AT&T; R&D"]
    {
        assert_eq!(contact(&[("Company", name)])["organization"]["name"], json!(name));
    }
}

#[test]
fn entities_are_decoded_in_tables_and_cards() {
    let read = contact(&[
        ("First Name", "Se&aacute;n"),
        ("Last Name", "O&amp;#039;Brien"),
        ("Street", "1 King&#x27;s Rd"),
    ]);
    assert_eq!(read["name"], json!({"given": "Seán", "family": "O'Brien"}));
    assert_eq!(read["addresses"][0]["street"], json!("1 King's Rd"));
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Smith &amp\\; Sons\nTITLE:R&D\nADR:;;1 King&#39\\;s Rd;;;;\nEND:VCARD\n";
    let row = rows(card, "people.vcf").swap_remove(0);
    let read = serde_json::to_value(&row.contact).unwrap();
    assert_eq!((&read["name"]["full"], &read["title"]), (&json!("Smith & Sons"), &json!("R&D")));
    assert_eq!(read["addresses"][0]["street"], json!("1 King's Rd"));
    assert_eq!(row.earlier.unwrap().name.unwrap().full.as_deref(), Some("Smith &amp; Sons"));
    let card = r#"{"@type":"Card","version":"1.0","uid":"a","name":{"full":"Se&aacute;n\u200b"},"notes":{"a":{"note":"a &lt; b"}}}"#;
    let read = serde_json::to_value(&rows(card, "people.json")[0].contact).unwrap();
    assert_eq!((&read["name"]["full"], &read["notes"]), (&json!("Seán"), &json!("a < b")));
}

#[test]
fn a_placeholder_is_an_empty_cell_in_every_kind_of_column() {
    let columns = [
        "Company",
        "Job Title",
        "City",
        "State",
        "Country",
        "Street",
        "Zip",
        "Department",
        "Notes",
        "Tags",
        "Birthday",
        "Website",
        "Middle Name",
        "Prefix",
        "Photo",
    ];
    for text in [
        "NULL",
        "null",
        "(null)",
        "[NULL]",
        "<null>",
        "N/A",
        "n/a",
        "#N/A",
        "\\N",
        "nan",
        "NaN",
        "None",
        "-",
        "--",
        "—",
        "?",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#BEZUG!",
        "#ССЫЛКА!",
        "undefined",
        "=\"NULL\"",
        "\u{200b}NULL",
    ] {
        let mut cells = vec![("First Name", "Ada"), ("Last Name", "King"), EMAIL];
        cells.extend(columns.map(|column| (column, text)));
        let row = row(&cells);
        let bare = contact(&[("First Name", "Ada"), ("Last Name", "King"), EMAIL]);
        assert_eq!(serde_json::to_value(&row.contact).unwrap(), bare, "{text}");
        let fields = placeholders(&row);
        assert!(fields.len() >= columns.len() - 1, "{text}: {fields:?}");
    }
}

#[test]
fn a_placeholder_word_is_kept_where_it_may_be_a_value() {
    for (header, text, pointer) in [
        ("Country", "NA", "/addresses/0/country"),
        ("State", "NA", "/addresses/0/region"),
        ("City", "Na", "/addresses/0/city"),
        ("City", "Nan", "/addresses/0/city"),
        ("Notes", "Unknown", "/notes"),
        ("Tags", "none", "/tags/0"),
        ("Company", "Nullsoft", "/organization/name"),
        ("Tags", "#IT", "/tags/0"),
        ("Company", "#1 Cars", "/organization/name"),
        ("Company", "N", "/organization/name"),
    ] {
        assert_eq!(contact(&[(header, text), EMAIL]).pointer(pointer), Some(&json!(text)), "{header}");
    }
    let of_r = row(&[("State", "NA"), ("Country", "NA"), ("Company", "NA"), EMAIL]);
    assert_eq!(placeholders(&of_r).len(), 3);
    assert!(of_r.contact.addresses.is_empty());
}

#[test]
fn a_company_named_like_a_placeholder_is_empty() {
    for text in ["None", "Unknown", "unknown", "NONE", "NA", "nil", "Not available"] {
        assert_eq!(contact(&[("Company", text), EMAIL])["organization"], Value::Null, "{text}");
    }
}

#[test]
fn a_person_named_null_is_kept() {
    for (given, family) in [
        ("Christopher", "Null"),
        ("Mi", "Na"),
        ("Jean", "None"),
        ("Nan", "Smith"),
        ("Null", "Smith"),
        ("Ann", "NULL"),
        ("Unknown", "Smith"),
        ("Sam", "Nil"),
        ("CHRISTOPHER", "NULL"),
        ("christopher", "null"),
    ] {
        let name = &contact(&[("First Name", given), ("Last Name", family), EMAIL])["name"];
        assert_eq!(name, &json!({"given": given, "family": family}));
    }
    assert_eq!(contact(&[("Name", "Christopher Null"), EMAIL])["name"], json!({"full": "Christopher Null"}));
    assert_eq!(contact(&[("Name", "Na Mi"), EMAIL])["name"], json!({"full": "Na Mi"}));
}

#[test]
fn a_name_of_placeholders_only_is_empty() {
    for (given, family, left) in [
        ("NULL", "NULL", Value::Null),
        ("nan", "", Value::Null),
        ("None", "None", Value::Null),
        ("Ada", "(null)", json!({"given": "Ada"})),
        ("Ada", "#N/A", json!({"given": "Ada"})),
        ("Ada", "\\N", json!({"given": "Ada"})),
        ("Ada", ".", json!({"given": "Ada"})),
        ("-", "King", json!({"family": "King"})),
        ("N/A", "King", json!({"family": "King"})),
        ("NULL", "King", json!({"family": "King"})),
        ("null", "King", json!({"family": "King"})),
        ("Ada", "null", json!({"given": "Ada"})),
    ] {
        let row = row(&[("First Name", given), ("Last Name", family), EMAIL]);
        let name = serde_json::to_value(&row.contact).unwrap()["name"].clone();
        assert_eq!(name, left, "{given} {family}");
        assert!(!placeholders(&row).is_empty());
    }
    for name in ["NULL", "N/A", "nan nan", "None None", "(null)", "NULL, NULL"] {
        assert_eq!(contact(&[("Name", name), EMAIL])["name"], Value::Null, "{name}");
    }
    // Another cell of the row shows that a program wrote the word.
    let row = row(&[("First Name", "Ada"), ("Last Name", "NULL"), ("Company", "NULL"), EMAIL]);
    assert_eq!(placeholders(&row), ["Last Name", "Company"]);
    assert_eq!(row.earlier.unwrap().name.unwrap().family.as_deref(), Some("NULL"));
}

#[test]
fn invisible_characters_are_removed() {
    let read = contact(&[
        ("ID", "4\u{200b}2\u{feff}"),
        ("First Name", "\u{200b}Dee\u{2060}"),
        ("Last Name", "Fo\u{ad}ur\u{a0}Five"),
        ("Email", "dee\u{200b}@example.com\u{200f}"),
        ("Phone", "\u{202a}+44 20 7946 0123\u{202c}"),
        ("City", "\u{a0}London\u{3000}"),
    ]);
    assert_eq!(read["external_id"], json!("42"));
    assert_eq!(read["name"], json!({"given": "Dee", "family": "Four Five"}));
    assert_eq!(read["emails"][0]["address"], json!("dee@example.com"));
    assert_eq!(read["phones"][0]["number"], json!("+442079460123"));
    assert_eq!(read["addresses"][0]["city"], json!("London"));
    for name in ["علی\u{200c}رضا", "ක්\u{200d}රිස්ටෝ", "Ada 👩\u{200d}🚀"] {
        assert_eq!(contact(&[("Name", name)])["name"]["full"], json!(name));
    }
}

proptest! {
    #[test]
    fn a_wrapped_contact_is_read_like_the_contact(
        name in "[A-Zäö][a-zé']{1,8}[a-z] [A-Z][a-z]{2,8}",
        title in "[A-Z][a-z &]{1,10}[a-z]",
        ways in prop::collection::vec(0_usize..7, 3),
    ) {
        let wrapped = |text: &str, way: usize| match way {
            0 => text.to_owned(),
            1 => format!("=\"{text}\""),
            2 => format!("'=\"{text}\""),
            3 => format!("\u{202a}{text}\u{202c}"),
            4 => format!("\u{a0}{}\u{feff}", text.replace(' ', "\u{a0}")),
            5 => text.replace('&', "&amp;").replace('\'', "&#039;").replace('é', "&eacute;"),
            _ => text.chars().map(|character| ["&#", &u32::from(character).to_string(), ";"].concat()).collect(),
        };
        let plain = [("Name", name.as_str()), ("Email", "ada@example.com"), ("Title", title.as_str())];
        let cells: Vec<String> = plain.iter().zip(&ways).map(|((_, cell), way)| wrapped(cell, *way)).collect();
        let columns: Vec<(&str, &str)> =
            plain.iter().zip(&cells).map(|((header, _), cell)| (*header, cell.as_str())).collect();
        prop_assert_eq!(contact(&columns), contact(&plain));
    }
}

#[test]
fn a_guard_before_every_text_of_a_row_is_removed() {
    let guarded = row(&[
        ("ID", "'A17"),
        ("Name", "'Bob Two"),
        ("Title", "'Boss"),
        ("City", "'s-Gravenhage"),
        ("Email", "'bob@example.com"),
        ("Phone", "'+44 20 7946 0124"),
    ]);
    let read = serde_json::to_value(&guarded.contact).unwrap();
    assert_eq!((&read["name"]["full"], &read["title"]), (&json!("Bob Two"), &json!("Boss")));
    assert_eq!(read["addresses"][0]["city"], "'s-Gravenhage");
    assert_eq!(guarded.earlier.unwrap().title.as_deref(), Some("'Boss"));
    let names = [("Name", "'Abd Ali"), ("City", "'Amman"), EMAIL];
    assert_eq!(contact(&names)["name"]["full"], "'Abd Ali", "no other cell has a guard");
    let earlier = row(&[("Name", "'Bob Two"), ("Zip", "'0123"), EMAIL]).earlier.unwrap();
    assert_eq!(earlier.name.unwrap().full.unwrap(), "'Bob Two");
}

#[test]
fn a_delimiter_inside_a_guard_belongs_to_the_text() {
    let text = "Name,Title,Email\n=\"King, Ada\",=\"Boss, \"\"acting\"\"\",ada@example.com\n=\"Bo Ek\",,bo@example.com\n";
    let rows = rows(text, "people.csv");
    let ada = &rows[0].contact;
    assert_eq!(ada.emails.len(), 1);
    assert_eq!(ada.title.as_deref(), Some("Boss, \"acting\""));
    assert!(ada.display_name().unwrap().contains("Ada"));
    assert_eq!(rows[1].contact.display_name().as_deref(), Some("Bo Ek"));
    let earlier = rows[1].earlier.as_ref().unwrap();
    assert_eq!(earlier.display_name().as_deref(), Some("=\"Bo Ek\""));
    let semicolons = "Name;Notes;Email\n=\"Ada; King\";=\"a; b\";ada@example.com\n";
    let ada = &self::rows(semicolons, "people.csv")[0];
    assert_eq!(ada.contact.notes.as_deref(), Some("a; b"));
    assert!(ada.earlier.is_none(), "0.1.0 rejected five cells under three columns");
}

#[test]
fn a_delimiter_inside_a_guard_keeps_the_contact_of_version_0_1_0() {
    let text =
        "Name,Title,Email,Notes\n=\"King, Ada\",ada@example.com,Boss\n=\"Ek, Bo\",Boss,bo@example.com,\n";
    let reading = open(Cursor::new(text), "people.csv", &ReadOptions::default()).unwrap();
    let items: Vec<_> = reading.collect();
    let bo = items[1].as_ref().unwrap();
    assert_eq!(bo.contact.title.as_deref(), Some("Boss"));
    assert_eq!(bo.contact.emails.len(), 1);
    assert!(bo.earlier.is_none(), "0.1.0 rejected the job as an e-mail address");
    let ada = "Name,Title,City,Email\n=\"King, Ada\",Boss,\n=\"Ek, Bo\",Boss,,\n";
    let row = &rows(ada, "people.csv")[0];
    assert_eq!(row.contact.title.as_deref(), Some("Boss"));
    assert_eq!(row.earlier.as_ref().unwrap().title.as_deref(), Some("Ada\""));
}

#[test]
fn headers_inside_guards_are_recognized() {
    let text = "=\"Shoe, size\",=\"Name\",=\"E-mail\",'=\"Phone\"\nx,Ada King,ada@example.com,+44 20 7946 0001\n=\"Shoe, size\",=\"Name\",=\"E-mail\",\"=\"\"Phone\"\"\"\nx,Bo Ek,bo@example.com,\n";
    let rows = rows(text, "people.csv");
    let names: Vec<_> = rows.iter().map(|row| row.contact.display_name().unwrap()).collect();
    assert_eq!(names, ["Ada King", "Bo Ek"]);
    assert_eq!((rows[0].contact.emails.len(), rows[0].contact.phones.len()), (1, 1));
}

#[test]
fn template_fields_and_tbd_are_no_names() {
    for (given, family, name) in [
        ("{{first_name}}", "King", serde_json::json!({"family": "King"})),
        ("*|FNAME|*", "*|LNAME|*", Value::Null),
        ("%FIRSTNAME%", "King", serde_json::json!({"family": "King"})),
        ("[First Name]", "[Last Name]", Value::Null),
        ("TBD", "King", serde_json::json!({"family": "King"})),
        ("Ada", "TBD", serde_json::json!({"given": "Ada"})),
        ("k.A.", "King", serde_json::json!({"family": "King"})),
        ("keine Angabe", "keine Angabe", Value::Null),
        ("Tb", "King", serde_json::json!({"given": "Tb", "family": "King"})),
        ("K.A.", "King", serde_json::json!({"given": "K.A.", "family": "King"})),
    ] {
        let text = format!(
            "First Name,Last Name,Company,City,Email\n{given},{family},{{{{company}}}},TBD,ada@example.com\n"
        );
        let row = rows(&text, "a.csv").remove(0);
        let contact = serde_json::to_value(&row.contact).unwrap();
        assert_eq!(contact["name"], name, "{text}");
        assert!(contact["organization"].is_null() && contact["addresses"].is_null(), "{contact}");
        assert!(!row.notes.is_empty());
        let earlier = serde_json::to_value(row.earlier.as_deref()).unwrap();
        assert_eq!(earlier["name"], serde_json::json!({"given": given, "family": family}));
    }
    let text = "ID,Name,Email,Phone\n{{id}},Ada King,{{email}},+44 20 7946 0001\n";
    let contact = serde_json::to_value(&rows(text, "a.csv")[0].contact).unwrap();
    assert!(contact["external_id"].is_null() && contact["emails"].is_null(), "{contact}");
}
