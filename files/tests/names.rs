//! Tests of the names of contacts in CSV: parts beside a full name, salutations, organizations, line breaks.
//!
//! Each test also has the contact of version 0.1.0, by which the journal finds its deliveries.

use serde_json::{Value, json};
use unicontact_files::{ReadOptions, Row, open};

fn rows(text: &str) -> Vec<Row> {
    let text = std::io::Cursor::new(text.to_owned().into_bytes());
    open(text, "some.csv", &ReadOptions::default()).unwrap().map(Result::unwrap).collect()
}

/// Returns the names of the contacts, each with the name that version 0.1.0 read, if another one.
fn names(text: &str) -> Vec<(Value, Value)> {
    let name = |contact: &Value| contact["name"].clone();
    let both = |row: &Row| {
        let earlier = serde_json::to_value(row.earlier.as_deref()).unwrap();
        (name(&serde_json::to_value(&row.contact).unwrap()), name(&earlier))
    };
    rows(text).iter().map(both).collect()
}

fn notes(row: &Row) -> Vec<String> {
    row.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn name_and_surname_are_two_parts_of_one_name() {
    for header in
        ["Name;Surname;Email", "NAME;SURNAME;EMAIL", "Name;Last Name;Email", "Nume;Nume de familie;Email"]
    {
        let text = format!("{header}\nAda;King;ada@example.com\nBob;Two;bob@example.com\n");
        assert_eq!(names(&text)[0].0, json!({"given": "Ada", "family": "King"}), "{header}");
    }
    let text = "Name;Surname;Email\nAda;King;ada@example.com\n";
    assert_eq!(names(text)[0].1, json!({"full": "Ada", "family": "King"}));
    let whole = "Name;Surname;Email\nAda King;King;ada@example.com\nBob Two;Two;bob@example.com\n";
    assert_eq!(names(whole)[0], (json!({"full": "Ada King", "family": "King"}), Value::Null));
}

#[test]
fn a_name_beside_a_given_name_is_the_family_name_or_the_full_name() {
    let family = "Name;Vorname\nKing;Ada\n";
    assert_eq!(names(family)[0], (json!({"given": "Ada", "family": "King"}), Value::Null));
    let whole = "Name,First Name\nAda King,Ada\nBob Two,Bob\n";
    assert_eq!(
        names(whole)[0],
        (json!({"full": "Ada King", "given": "Ada"}), json!({"given": "Ada", "family": "Ada King"}))
    );
    assert_eq!(
        names("Nombre,Apellidos\nAda King,King\n")[0].0,
        json!({"full": "Ada King", "family": "King"})
    );
    assert_eq!(names("Nome;Email\nAda King;ada@example.com\n")[0].0, json!({"full": "Ada King"}));
    assert_eq!(
        names("姓名,姓,名\n王小明,王,小明\n")[0].0,
        json!({"full": "王小明", "given": "小明", "family": "王"})
    );
}

#[test]
fn a_full_name_that_lacks_one_of_its_parts_is_dropped() {
    let row = |full: &str| {
        let text = format!("Full Name,First Name,Last Name,Email\n\"{full}\",Ada,King,ada@example.com\n");
        (names(&text)[0].clone(), notes(&rows(&text)[0]))
    };
    let parts = json!({"given": "Ada", "family": "King"});
    for full in ["N/A", "Unknown", "NULL"] {
        let ((name, earlier), _) = row(full);
        assert_eq!((name, &earlier["full"]), (parts.clone(), &json!(full)));
    }
    for full in ["Acme Ltd", "ada.king@example.com", "adk", "Somebody else"] {
        let ((name, earlier), notes) = row(full);
        assert_eq!(name, parts, "{full}");
        assert_eq!(earlier["full"], full);
        assert_eq!(
            notes,
            ["Full Name: the full name differs from the given and the family name; the full name is dropped"]
        );
    }
    for full in ["Ada", "King", "KING"] {
        let ((name, _), notes) = row(full);
        assert_eq!((name, notes.len()), (parts.clone(), 0), "{full}");
    }
    for full in ["Ada King", "King, Ada", "Dr. Ada M. King", "ada king", "Ada Smith", "A. King"] {
        let ((name, earlier), _) = row(full);
        assert_eq!((&name["full"], earlier), (&json!(full), Value::Null), "{full}");
    }
}

#[test]
fn a_person_named_null_is_kept() {
    let text = "Full Name,First Name,Last Name\nJo Null,Jo,Null\nNull,Jo,Null\n";
    let names = names(text);
    assert_eq!(names[0].0["full"], "Jo Null");
    assert_eq!(names[1].0, json!({"given": "Jo", "family": "Null"}));
}

#[test]
fn several_columns_of_middle_names_titles_and_surnames_are_joined() {
    let text = "Prefix,First Name,Middle Name 1,Middle Name 2,Last Name\nDr.,Cyd,Mia,Lea,Three\n";
    assert_eq!(
        names(text)[0].0,
        json!({"prefix": "Dr.", "given": "Cyd", "middle": "Mia Lea", "family": "Three"})
    );
    let german = "Anrede;Titel;Vorname;Nachname\nHerr;Dr.;Otto;Müller\nFrau;;Änne;Müller\n";
    assert_eq!(names(german)[0].0["prefix"], "Herr Dr.");
    assert_eq!(names(german)[1].0["prefix"], "Frau");
    let spanish = "Nombre,Primer apellido,Segundo apellido\nAna,Uno,Dos\n";
    assert_eq!(names(spanish)[0].0, json!({"given": "Ana", "family": "Uno Dos"}));
}

#[test]
fn a_suggested_mapping_joins_the_same_columns() {
    let text = "Anrede;Titel;Vorname;Nachname;Straße;Hausnummer\nHerr;Dr.;Otto;Müller;Weg;5\n";
    let map = unicontact_files::suggest_map(text.as_bytes(), "a.csv", &ReadOptions::default()).unwrap();
    let options = ReadOptions { map: Some(map.parse().unwrap()), ..ReadOptions::default() };
    let mapped = open(text.as_bytes(), "a.csv", &options).unwrap().next().unwrap().unwrap();
    assert_eq!(mapped.contact, rows(text)[0].contact);
}

#[test]
fn line_breaks_in_a_name_become_spaces() {
    let text = "Name,Company,Job Title\n\"Ada\nKing\",\"Acme\r\nLtd\",\"Head of\n Research\"\n";
    let row = &rows(text)[0];
    let contact = serde_json::to_value(&row.contact).unwrap();
    assert_eq!(
        (&contact["name"]["full"], &contact["organization"]["name"], &contact["title"]),
        (&json!("Ada King"), &json!("Acme Ltd"), &json!("Head of Research"))
    );
    let earlier = serde_json::to_value(row.earlier.as_deref()).unwrap();
    assert_eq!(earlier["name"]["full"], "Ada\nKing");
}

#[test]
fn a_lone_salutation_is_no_name() {
    let text = "Name,Company,Email\nMr.,Acme,a@example.com\nFrau,,b@example.com\nPan,,c@example.com\n";
    let rows = rows(text);
    assert_eq!(rows[0].contact.display_name().as_deref(), Some("Acme"));
    assert_eq!(notes(&rows[0]), ["Name: a salutation alone is no name; it is dropped"]);
    assert_eq!(rows[1].contact.name, None);
    assert_eq!(rows[2].contact.display_name().as_deref(), Some("Pan"));
    assert_eq!(names(text)[0].1, json!({"full": "Mr."}));
    let prefix = "Salutation,First Name,Last Name,Company\nMs,,,Acme\n";
    assert_eq!(names(prefix)[0], (Value::Null, json!({"prefix": "Ms"})));
}

#[test]
fn a_company_word_in_the_salutation_makes_an_organization() {
    let text = "Anrede;Vorname;Nachname;Firma;E-Mail\n\
                Fa.;;;Acme GmbH;a@example.com\n\
                Firma;;Beta GmbH;;b@example.com\n\
                Firma;Ada;King;Acme GmbH;ada@example.com\n";
    let contacts: Vec<Value> =
        rows(text).iter().map(|row| serde_json::to_value(&row.contact).unwrap()).collect();
    assert_eq!(
        contacts,
        [
            json!({"kind": "organization", "organization": {"name": "Acme GmbH"}, "emails": [{"address": "a@example.com"}]}),
            json!({"kind": "organization", "name": {"family": "Beta GmbH"}, "emails": [{"address": "b@example.com"}]}),
            json!({
                "kind": "person", "name": {"given": "Ada", "family": "King"},
                "organization": {"name": "Acme GmbH"}, "emails": [{"address": "ada@example.com"}],
            }),
        ]
    );
    assert_eq!(names(text)[0].1, json!({"prefix": "Fa."}));
}

#[test]
fn an_organization_without_a_person_is_an_organization() {
    let text = "Company,First Name,Last Name,Email\nAcme,,,info@example.com\nAcme,Ada,King,ada@example.com\n";
    let kinds: Vec<Value> = rows(text)
        .iter()
        .map(|row| {
            let earlier = serde_json::to_value(row.earlier.as_deref()).unwrap();
            json!([row.contact.kind, earlier["kind"]])
        })
        .collect();
    assert_eq!(kinds, [json!(["organization", "person"]), json!(["person", null])]);
    let said = "Kind,Company,Email\nPerson,Acme,ada@example.com\nCompany,Beta,info@example.com\n";
    assert_eq!(json!(rows(said)[0].contact.kind), "person");
}

#[test]
fn a_name_in_the_order_last_first_is_kept() {
    assert_eq!(
        names("Name,Email\n\"King, Ada\",ada@example.com\n")[0],
        (json!({"full": "King, Ada"}), Value::Null)
    );
}

#[test]
fn joined_addresses_of_google_are_split() {
    let text = "Given Name,Family Name,E-mail 1 - Value,Address 1 - Type,Address 1 - Street,Address 1 - City,\
                Address 1 - PO Box,Address 1 - Extended Address,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country\n\
                Ada,King,ada@example.com,Work,1 Lane ::: 2 Rue X ::: ,London ::: Paris ::: Rome, ::: , ::: Flat 2 ::: ,\
                 ::: ::: ,EX1 1EX ::: 75001 ::: ,GB ::: FR ::: IT\n";
    let row = &rows(text)[0];
    let contact = serde_json::to_value(&row.contact).unwrap();
    assert_eq!(
        contact["addresses"],
        json!([
            {"kind": "work", "street": "1 Lane", "city": "London", "postal_code": "EX1 1EX", "country": "GB"},
            {"kind": "work", "street": "2 Rue X", "street2": "Flat 2", "city": "Paris", "postal_code": "75001", "country": "FR"},
            {"kind": "work", "city": "Rome", "country": "IT"},
        ])
    );
    let earlier = serde_json::to_value(row.earlier.as_deref()).unwrap();
    assert_eq!(earlier["addresses"][0]["city"], "London ::: Paris ::: Rome");
    assert!(!contact.to_string().contains(":::"));
}

#[test]
fn the_prefixes_of_lead_ads_are_removed() {
    let text = "id,created_time,ad_name,platform,full_name,email,phone_number,zip_code\n\
                l:17,2026-01-01,Ad,fb,Ada King,ada@example.com,p:+442079460123,z:01960\n";
    let row = &rows(text)[0];
    let contact = serde_json::to_value(&row.contact).unwrap();
    assert_eq!(contact["external_id"], "17");
    assert_eq!(contact["phones"], json!([{"number": "+442079460123"}]));
    assert_eq!(contact["addresses"][0]["postal_code"], "01960");
    let earlier = serde_json::to_value(row.earlier.as_deref()).unwrap();
    assert_eq!(earlier["external_id"], "l:17");
}

#[test]
fn a_salutation_as_the_only_part_of_a_name_is_dropped() {
    let rows = rows(
        "First name,Last name,Email\nMr.,,ada@example.com\n,Frau,bo@example.com\nDr.,Ek,cy@example.com\n",
    );
    let read = |row: &Row| {
        (
            row.contact.name.is_none(),
            notes(row),
            row.earlier.as_ref().is_some_and(|earlier| earlier.name.is_some()),
        )
    };
    let note = |header| vec![format!("{header}: a salutation alone is no name; it is dropped")];
    assert_eq!(read(&rows[0]), (true, note("First name"), true));
    assert_eq!(read(&rows[1]), (true, note("Last name"), true));
    assert_eq!(read(&rows[2]), (false, vec![], false));
    assert_eq!(names("Name,Email\nM&M,m@example.com\n")[0], (json!({"full": "M&M"}), Value::Null));
}

#[test]
fn the_person_of_an_odoo_company_keeps_the_own_name() {
    for (name, company) in [("Display Name", "Company Name"), ("Complete Name", "Related Company")] {
        let text = format!(
            "{name},{company},Is a Company,Email\n\"Example Interior, Bo Ek\",Example Interior,False,bo@example.com\n"
        );
        assert_eq!(names(&text)[0].0["full"], "Bo Ek", "{text}");
    }
}

#[test]
fn the_organization_before_a_display_name_is_removed() {
    let read = names(
        "Display Name,Company Name,Email\n\"Acme Ltd, Ada King\",Acme Ltd,ada@example.com\n\
         \"King, Ada\",King,ada2@example.com\nAcme Ltd,Acme Ltd,info@example.com\n",
    );
    assert_eq!(read[0], (json!({"full": "Ada King"}), json!({"full": "Acme Ltd, Ada King"})));
    assert_eq!(read[1], (json!({"full": "King, Ada"}), Value::Null));
    assert_eq!(read[2], (json!({"full": "Acme Ltd"}), Value::Null));
}

#[test]
fn a_name_equal_to_the_organization_with_a_company_salutation_is_an_organization() {
    let rows = rows(
        "Name,Company,Salutation,Email\nAcme GmbH,Acme GmbH,Firma,info@example.com\nAda King,Acme GmbH,Firma,ada@example.com\n",
    );
    let kind = |row: &Row| serde_json::to_value(&row.contact).unwrap()["kind"].clone();
    assert_eq!((kind(&rows[0]), kind(&rows[1])), (json!("organization"), json!("person")));
}
