//! Reading countries, compared with version 0.1.0.

use std::io::Cursor;

use unicontact_files::{ReadOptions, Row, open};
use unicontact_model::UnifiedContact;
use unicontact_model::contact::Country;

fn rows(name: &str, text: &str) -> Vec<Row> {
    let reading = open(Cursor::new(text.as_bytes().to_vec()), name, &ReadOptions::default()).unwrap();
    reading.map(Result::unwrap).collect()
}

fn country(contact: &UnifiedContact) -> Option<&str> {
    contact.addresses[0].country.as_ref().map(Country::as_str)
}

/// The result for a country that version 0.1.0 dropped.
const DROPPED: &str = "dropped";

/// Returns the country in a cell, and the country that version 0.1.0 read if it differs.
fn read(country_cell: &str) -> (Option<String>, Option<String>) {
    let text = format!("Name,City,Country\nAnn One,Example,\"{country_cell}\"\n");
    let rows = rows("people.csv", &text);
    let earlier = rows[0].earlier.as_deref().map(|earlier| country(earlier).unwrap_or(DROPPED).to_owned());
    (country(&rows[0].contact).map(str::to_owned), earlier)
}

#[test]
fn a_country_is_read_in_many_languages_and_spellings() {
    for (cell, code) in [
        ("Congo - Kinshasa", "CD"),
        ("Korea, Republic of", "KR"),
        ("Trinidad & Tobago", "TT"),
        ("USA (Virginia)", "US"),
        ("Hong Kong SAR China", "HK"),
        ("Royaume-Uni", "GB"),
        ("België", "BE"),
        ("Węgry", "HU"),
        ("Հայաստան", "AM"),
        ("Κύπρος", "CY"),
        ("日本", "JP"),
        ("GB-ENG", "GB"),
        ("276", "DE"),
        ("🇨🇭 Szwajcaria", "CH"),
    ] {
        let (read, earlier) = read(cell);
        assert_eq!(read.as_deref(), Some(code), "{cell}");
        assert_eq!(earlier.as_deref(), Some(DROPPED), "{cell}");
    }
}

#[test]
fn a_country_read_alike_by_0_1_0_has_no_earlier_contact() {
    for (cell, code) in
        [("DE", "DE"), ("Deutschland", "DE"), ("Georgia", "GE"), ("Congo", "CG"), ("Korea", "KR")]
    {
        assert_eq!(read(cell), (Some(code.to_owned()), None), "{cell}");
    }
}

#[test]
fn a_country_read_differently_is_kept_beside_the_earlier_one() {
    assert_eq!(read("Samoa"), (Some("WS".to_owned()), Some("AS".to_owned())));
    assert_eq!(read("American Samoa"), (Some("AS".to_owned()), None));
    assert_eq!(read("N/A"), (None, Some("NA".to_owned())));
    let json = r#"{"name": "Ann One", "addresses": [{"city": "Apia", "country": "Samoa"}]}"#;
    let rows = rows("people.ndjson", json);
    assert_eq!(country(&rows[0].contact), Some("WS"));
    assert_eq!(rows[0].earlier.as_deref().and_then(country), Some("AS"));
}

#[test]
fn an_ambiguous_or_unknown_country_is_dropped_with_a_note() {
    for cell in ["Korea (Peninsula)", "Kongo", "Canada / USA", "Atlantis"] {
        let text = format!("Name,City,Country\nAnn One,Example,{cell}\n");
        let rows = rows("people.csv", &text);
        assert_eq!(country(&rows[0].contact), None, "{cell}");
        let note =
            "Country: not a known country (write its name or its two-letter code); the value is dropped";
        assert_eq!(rows[0].notes[0].to_string(), note, "{cell}");
        assert_eq!(rows[0].dropped[0].value, cell);
    }
}
