//! Tests of columns of numbers without a clear header: house numbers, and values that are no ids.
//!
//! The people are invented.

use unicontact_files::{ColumnTarget, ContactReader, ReadOptions, Row, open};

fn reading(text: &str) -> ContactReader {
    open(std::io::Cursor::new(text.to_owned().into_bytes()), "some.csv", &ReadOptions::default()).unwrap()
}

fn rows(text: &str) -> Vec<Row> {
    reading(text).map(Result::unwrap).collect()
}

fn field(text: &str, place: usize) -> String {
    match &reading(text).columns().unwrap().columns[place].target {
        ColumnTarget::Field { field, .. } => field.clone(),
        unused => unused.to_string(),
    }
}

#[test]
fn a_number_next_to_a_street_is_the_house_number() {
    for (header, street) in [
        ("Nachname;Vorname;Straße;Nr.;Telefon", "Lane 5a"),
        ("Apellidos;Nombre;Calle;Número;Teléfono", "Lane 5a"),
        ("Sobrenome;Nome;Endereço;Número;Telefone", "Lane 5a"),
        ("Sobrenome;Nome;Endereço;Nº;Telefone", "Lane 5a"),
        ("Nazwisko;Imię;Ulica;Nr;Telefon", "Lane 5a"),
        ("Cognome;Nome;Via;N.;Telefono", "Lane 5a"),
        ("Příjmení;Jméno;Ulice;Číslo;Telefon", "Lane 5a"),
        ("Фамилия;Имя;Улица;Дом;Телефон", "Lane 5a"),
        ("Nom;Prénom;N°;Rue;Téléphone", "5a Lane"),
        ("Last Name;First Name;No.;Street;Phone", "5a Lane"),
        ("Last Name;First Name;Number;Street;Phone", "5a Lane"),
    ] {
        let cells = if street.starts_with('5') { "5a;Lane" } else { "Lane;5a" };
        let text =
            format!("{header}\nKing;Ada;{cells};+44 20 7946 0001\nKing;Bob;{cells};+44 20 7946 0002\n");
        let rows = rows(&text);
        for (row, given) in rows.iter().zip(["Ada", "Bob"]) {
            let name = row.contact.name.as_ref().unwrap();
            assert_eq!(
                (name.given.as_deref(), name.family.as_deref()),
                (Some(given), Some("King")),
                "{header}"
            );
            assert_eq!(row.contact.external_id, None, "{header}");
            assert_eq!(row.contact.addresses[0].street.as_deref(), Some(street), "{header}");
        }
    }
}

#[test]
fn a_house_number_keeps_the_street_of_version_0_1_0() {
    let rows = rows("Nachname;Vorname;Straße;Nr.\nKing;Ada;Lane;5\n");
    let earlier = rows[0].earlier.as_deref().unwrap();
    assert_eq!(earlier.addresses[0].street.as_deref(), Some("Lane"));
    assert_eq!(earlier.external_id, None);
}

#[test]
fn two_streets_have_two_house_numbers() {
    let rows = rows("Nr;Name;Straße;Nr;Ort;Straße;Nr;Ort\nK7;Ada King;Lane;5;London;Road;6;Paris\n");
    let contact = &rows[0].contact;
    let streets: Vec<_> = contact.addresses.iter().map(|it| it.street.as_deref().unwrap()).collect();
    assert_eq!((streets, contact.external_id.as_deref()), (vec!["Lane 5", "Road 6"], Some("K7")));
}

#[test]
fn a_number_next_to_a_street_with_numbers_may_be_an_id() {
    for text in [
        "Nr;Straße;Name\n4711;Lane 5;Ada King\n17;Lane 6;Bob Two\n",
        "Nr;Straße;Name\nK-4711;Lane;Ada King\nK-17;Lane;Bob Two\n",
        "Nr;Straße;Hausnummer;Name\nK-4711;Lane;5;Ada King\nK-17;Lane;6;Bob Two\n",
    ] {
        assert_eq!(field(text, 0), "external_id", "{text}");
    }
    let counted = "Nr;Straße;Name\n1;Lane;Ada King\n2;Lane;Bob Two\n3;Lane;Cy Ek\n";
    assert!(field(counted, 0).starts_with("not used: its values are row numbers"));
}

#[test]
fn repeated_numbers_are_no_ids() {
    for header in ["Nr", "No", "N°", "Número", "Number", "№", "Nummer"] {
        let text = format!("{header};Name;Ort\n12;Ada King;Köln\n15;Bob Two;Köln\n12;Cy Ek;Köln\n");
        let taken = field(&text, 0);
        assert!(taken.starts_with("not used: several contacts have the same value"), "{header}: {taken}");
        assert_eq!(rows(&text).len(), 3);
    }
    let same_person = "Nr;Name\n12;Ada King\n15;Bob Two\n12;Ada King\nN/A;Cy Ek\nN/A;Di Ek\n";
    assert_eq!(field(same_person, 0), "external_id");
    assert_eq!(field("Kundennummer;Name\n12;Ada King\n12;Cy Ek\n", 0), "external_id");
}
