//! Tests of the known layouts, each with a sample that has the header of its program.
//!
//! The people in the samples are invented. Each layout names the source of its headers.

use unicontact_files::{ContactReader, ReadOptions, Row, open};

fn reading(bytes: &'static [u8]) -> ContactReader {
    open(bytes, "sample.csv", &ReadOptions::default()).unwrap()
}

/// Returns the layout, the unused columns, the contact as JSON, and the notes.
fn read(bytes: &'static [u8]) -> (Option<String>, Vec<String>, serde_json::Value, Vec<String>) {
    let mut reading = reading(bytes);
    let plan = reading.columns().unwrap();
    let layout = plan.layout.clone();
    let not_used = plan.unused_headers().map(str::to_owned).collect();
    let rows: Vec<Row> = reading.by_ref().map(Result::unwrap).collect();
    let [row] = &rows[..] else { panic!("one contact is expected") };
    let notes = row.notes.iter().map(ToString::to_string).collect();
    (layout, not_used, serde_json::to_value(&row.contact).unwrap(), notes)
}

#[test]
fn google_exports_with_several_values_in_a_cell_are_read() {
    let (layout, not_used, contact, notes) = read(include_bytes!("samples/google.csv"));
    assert_eq!(layout.as_deref(), Some("Google Contacts"));
    assert!(not_used.contains(&"Nickname".to_owned()) && not_used.contains(&"Event 1 - Value".to_owned()));
    assert_eq!(
        contact,
        serde_json::json!({
            "kind": "person",
            "name": {"prefix": "Dr", "given": "Ada", "family": "King"},
            "emails": [
                {"address": "ada@example.com", "kind": "work", "primary": true},
                {"address": "king@example.com", "kind": "work"},
                {"address": "ada@school.example.com", "kind": "other", "label": "School"},
            ],
            "phones": [
                {"number": "+447700900123", "kind": "mobile"},
                {"number": "+442079460123", "kind": "fax", "label": "Work Fax"},
            ],
            "addresses": [{
                "kind": "home", "street": "1 Example Lane", "street2": "Flat 2", "city": "London",
                "postal_code": "EX1 1EX", "country": "GB",
            }],
            "organization": {"name": "Analytical Engines"},
            "title": "Analyst",
            "links": [{"kind": "website", "url": "https://example.com/ada"}],
            "notes": "first line\nsecond line",
            "tags": ["VIP", "Friends"],
        })
    );
    assert_eq!(notes, ["Birthday: a birthday without a year; the value is dropped"]);
}

#[test]
fn old_google_exports_in_utf_16_are_read() {
    let mut opened = reading(include_bytes!("samples/google_old.csv"));
    assert_eq!(opened.columns().unwrap().encoding, "utf-16le");
    let contact = opened.next().unwrap().unwrap().contact;
    assert_eq!(opened.columns().unwrap().layout.as_deref(), Some("Google Contacts (until 2024)"));
    assert_eq!(contact.name.unwrap().full.as_deref(), Some("Ada King"));
    assert_eq!(contact.organization.unwrap().department.as_deref(), Some("Research"));
    assert_eq!(
        (contact.birthday.unwrap().to_string(), &contact.tags[..]),
        ("1990-12-10".into(), &["VIP".into()][..])
    );
}

#[test]
fn outlook_exports_in_windows_1252_have_the_name_prefix_under_title() {
    let (layout, not_used, contact, notes) = read(include_bytes!("samples/outlook.csv"));
    assert_eq!(layout.as_deref(), Some("Outlook"));
    assert_eq!(not_used, ["Anniversary", "E-mail Type", "E-mail Display Name", "Gender"]);
    assert_eq!(contact["name"], serde_json::json!({"prefix": "Frau", "given": "Änne", "family": "Müller"}));
    assert_eq!(contact["title"], "Leiterin");
    assert_eq!(contact["addresses"][0]["postal_code"], "00123");
    assert_eq!(
        contact["phones"][0],
        serde_json::json!({"number": "+493023125125", "kind": "fax", "label": "Business Fax"})
    );
    assert_eq!(contact["tags"], serde_json::json!(["Kunde", "VIP"]));
    assert!(notes.is_empty(), "a date of zeros is none: {notes:?}");
    assert_eq!(reading(include_bytes!("samples/outlook.csv")).columns().unwrap().encoding, "windows-1252");
}

#[test]
fn linkedin_exports_are_read_below_their_preamble() {
    let (layout, not_used, contact, _) = read(include_bytes!("samples/linkedin.csv"));
    assert_eq!(layout.as_deref(), Some("LinkedIn connections"));
    assert_eq!(not_used, ["Connected On"]);
    assert_eq!(contact["links"][0]["kind"], "linkedin");
    assert_eq!(contact["organization"]["name"], "Analytical Engines, Ltd");
}

#[test]
fn thunderbird_exports_with_tabs_and_a_birthday_in_three_columns_are_read() {
    let (layout, _, contact, _) = read(include_bytes!("samples/thunderbird.csv"));
    assert_eq!(layout.as_deref(), Some("Thunderbird"));
    assert_eq!(contact["birthday"], "1990-12-10");
    assert_eq!(contact["custom"]["custom_1"], "blue");
    assert_eq!(contact["addresses"][1], serde_json::json!({"kind": "work", "city": "Leeds"}));
}

#[test]
fn exports_of_apple_contacts_are_read() {
    let (layout, not_used, contact, _) = read(include_bytes!("samples/apple.csv"));
    assert_eq!(layout.as_deref(), Some("Apple Contacts"));
    assert!(not_used.is_empty());
    assert_eq!(contact["emails"][1], serde_json::json!({"address": "king@example.com", "kind": "work"}));
    assert_eq!(contact["addresses"][0]["country"], "GB");
}

#[test]
fn accounts_in_hubspot_exports_are_links() {
    let (layout, not_used, contact, _) = read(include_bytes!("samples/hubspot.csv"));
    assert_eq!(layout.as_deref(), Some("HubSpot"));
    assert_eq!(not_used, ["Contact owner", "Create Date"]);
    assert_eq!(contact["external_id"], "1001");
    assert_eq!(
        contact["links"][1],
        serde_json::json!({"kind": "twitter", "url": "https://twitter.com/ada_example"})
    );
}

#[test]
fn salesforce_exports_with_a_street_of_two_lines_are_read() {
    let (layout, not_used, contact, _) = read(include_bytes!("samples/salesforce.csv"));
    assert_eq!(layout.as_deref(), Some("Salesforce"));
    assert_eq!(not_used, ["AccountId", "OwnerId"]);
    assert_eq!(contact["addresses"][0]["street"], "1 Example Lane\nFlat 2");
}

#[test]
fn plain_german_headers_are_recognized_without_a_layout() {
    let (layout, not_used, contact, notes) = read(include_bytes!("samples/plain_german.csv"));
    assert_eq!((layout, notes.len()), (None, 0));
    assert_eq!(not_used, ["Schuhgröße"]);
    assert_eq!(contact["name"]["family"], "Müller");
    assert_eq!(contact["phones"][0]["kind"], "work");
    assert_eq!(contact["phones"][1]["number"], "030 23125 124");
    assert_eq!(contact["birthday"], "1990-12-10");
    assert_eq!(contact["notes"], "\"Zitat\"; und mehr");
}

#[test]
fn german_outlook_and_thunderbird_exports_are_recognized() {
    let outlook = "Mobiltelefon,Vorname,Nachname,Straße geschäftlich,Ort privat,Telefon (privat 2),E-Mail 2: Adresse\n,Änne,,Weg 1,Köln,030 23125 123,\n";
    let (layout, not_used, contact, _) = read(outlook.as_bytes());
    assert_eq!((layout.as_deref(), not_used.len()), (Some("Outlook (German)"), 0));
    assert_eq!(contact["addresses"][1], serde_json::json!({"kind": "home", "city": "Köln"}));
    let thunderbird =
        "Vorname,Anzeigename,Primäre E-Mail-Adresse,Geburtsjahr,Geburtsmonat,Geburtstag\nÄnne,,,1990,12,10\n";
    let (layout, _, contact, _) = read(thunderbird.as_bytes());
    assert_eq!(
        (layout.as_deref(), &contact["birthday"]),
        (Some("Thunderbird (German)"), &"1990-12-10".into())
    );
}

/// Returns the fields that the columns of a header are read into.
fn fields(header: &'static str) -> Vec<String> {
    let reading = reading(header.as_bytes());
    reading.columns().unwrap().columns.iter().map(|column| column.target.to_string()).collect()
}

#[test]
fn a_bare_name_beside_a_given_name_is_the_family_name() {
    assert_eq!(fields("Vorname;Name\n"), ["name.given", "name.family"]);
    assert_eq!(fields("Name;E-Mail\n"), ["name.full", "emails[0].address"]);
    assert_eq!(fields("Nom;Prénom\n"), ["name.family", "name.given"]);
    assert_eq!(fields("Name;Vorname;Nachname\n"), ["name.full", "name.given", "name.family"]);
    assert_eq!(fields("Nombre;Correo\n"), ["name.full", "emails[0].address"]);
    assert_eq!(fields("Nombre;Apellidos\n"), ["name.given", "name.family"]);
}

#[test]
fn a_column_of_the_layout_wins_over_a_plain_name_in_any_order() {
    assert_eq!(
        fields("Given Name,Family Name,Occupation,Phone 1 - Value,Organization 1 - Title\n")[2..],
        ["not used: another column is already read into title", "phones[0].number", "title"]
    );
    let map = "[columns]\n\"Amt\" = \"title\"\n".parse().unwrap();
    let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
    let reading = open(&b"Name,Title,Amt\n"[..], "sample.csv", &options).unwrap();
    assert_eq!(reading.columns().unwrap().columns[2].target.to_string(), "title");
}

#[test]
fn misleading_headers_of_german_outlook_are_not_read() {
    let text = "Vorname,Nachname,Firma,Weiterer Ort,Mobiltelefon,Büro,E-Mail-Adresse,Ort,Postfach privat,Privat\n\
                Änne,Müller,,Bonn,,Raum 5,,Halle 2,PF 1,Falsch\n";
    let (layout, not_used, contact, _) = read(text.as_bytes());
    assert_eq!(layout.as_deref(), Some("Outlook (German)"));
    assert_eq!(not_used, ["Büro", "Ort", "Privat"]);
    assert_eq!(
        contact["addresses"],
        serde_json::json!([{"kind": "home", "street2": "PF 1"}, {"kind": "other", "city": "Bonn"}])
    );
    assert_eq!(contact["phones"], serde_json::Value::Null);
}

#[test]
fn a_german_file_with_a_plain_town_is_not_an_outlook_export() {
    for header in [
        "Anrede;Vorname;Nachname;Firma;Straße;PLZ;Ort;Land;Telefon;Fax;Mobiltelefon;E-Mail-Adresse;Geburtstag;Notizen\n",
        "Vorname;Nachname;E-Mail-Adresse;Telefon geschäftlich;Firma;Ort;Straße;PLZ;Land\n",
    ] {
        let reading = reading(header.as_bytes());
        let plan = reading.columns().unwrap();
        assert_eq!((plan.layout.as_deref(), plan.unused_headers().count()), (None, 0), "{plan}");
        let town = plan.columns.iter().find(|column| column.header == "Ort").unwrap();
        assert_eq!(town.target.to_string(), "addresses[0].city");
    }
}

#[test]
fn a_zoho_export_with_accounts_is_not_a_salesforce_export() {
    let layout = |header: &str| {
        let text = format!("{header}\n");
        let options = ReadOptions::default();
        open(std::io::Cursor::new(text.into_bytes()), "a.csv", &options)
            .unwrap()
            .columns()
            .unwrap()
            .layout
            .clone()
    };
    for header in [
        "Record Id,Contact Owner,First Name,Last Name,Account Name,Email,Phone,Mailing Street,Mailing City,Mailing Zip",
        "Contact Owner,First Name,Last Name,Account Name,Email,Phone,Mobile,Mailing Street,Mailing City,Mailing Zip",
        "Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Account Name.id,Account Name,Email,Mailing Street",
        "Contact Owner,First Name,Last Name,Account Name,Email,Created Time,Mailing Street,Mailing State",
    ] {
        assert_eq!(layout(header).as_deref(), Some("Zoho CRM"), "{header}");
    }
    for header in [
        "Contact ID,First Name,Last Name,Account Name,Email,Phone,Mailing Street,Mailing City,Mailing Zip/Postal Code",
        "First Name,Last Name,Account Name,Email,Contact Owner,Contact ID,Mailing State/Province,Mailing Zip/Postal Code",
        "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Email,Account Owner",
    ] {
        assert_eq!(layout(header).as_deref(), Some("Salesforce"), "{header}");
    }
}
