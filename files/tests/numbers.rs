//! Reading telephone numbers, compared with version 0.1.0.

use serde_json::{Value, json};
use unicontact_files::{OnBadCell, ReadOptions, Reject, Row, open};

fn rows(file: &str, name: &str) -> Vec<Result<Row, Reject>> {
    rows_with(file, name, &ReadOptions::default())
}

fn rows_with(file: &str, name: &str, options: &ReadOptions) -> Vec<Result<Row, Reject>> {
    open(std::io::Cursor::new(file.to_owned()), name, options).unwrap().collect()
}

/// Returns the row of a file with a cell in the column `Phone`.
fn row(cell: &str) -> Row {
    let file = format!("Name,Phone\nAda King,\"{cell}\"\n");
    rows(&file, "people.csv").remove(0).unwrap()
}

fn phones(row: &Row) -> Value {
    serde_json::to_value(&row.contact.phones).unwrap()
}

/// Returns the numbers that version 0.1.0 read.
fn earlier_numbers(row: &Row) -> Option<Vec<&str>> {
    let phones = &row.earlier.as_ref()?.phones;
    Some(phones.iter().map(|phone| phone.number.as_str()).collect())
}

fn notes(row: &Row) -> Vec<String> {
    row.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn words_beside_a_number_are_its_kind_or_label() {
    let phones_in = |cell| phones(&row(cell));
    assert_eq!(phones_in("+49 30 12345 home"), json!([{"number": "+493012345", "kind": "home"}]));
    assert_eq!(phones_in("+49 30 1234567 fax"), json!([{"number": "+49301234567", "kind": "fax"}]));
    assert_eq!(phones_in("0171 1234567 (Anna)"), json!([{"number": "0171 1234567", "label": "Anna"}]));
    assert_eq!(phones_in("+44 20 7946 0123 (w)"), json!([{"number": "+442079460123", "kind": "work"}]));
    assert_eq!(phones_in("手机 +86 138 0013 8000"), json!([{"number": "+8613800138000", "kind": "mobile"}]));
    assert_eq!(
        phones_in("Work Fax: +44 20 7946 0123 ext. 12"),
        json!([{"number": "+442079460123", "kind": "fax", "label": "Work Fax", "extension": "12"}])
    );
    let work = rows("Name,Work Phone\nAda King,030 1234567 fax\nBo Li,030 1234568 work\n", "people.csv");
    let [ada, bo] = [&work[0], &work[1]].map(|row| phones(row.as_ref().unwrap()));
    assert_eq!(ada, json!([{"number": "030 1234567", "kind": "work", "label": "fax"}]));
    assert_eq!(bo, json!([{"number": "030 1234568", "kind": "work"}]));
}

#[test]
fn words_beside_a_number_are_dropped_if_the_column_has_a_label() {
    let row = rows("Name,WhatsApp\nAda King,+44 20 7946 0123 (Anna)\n", "people.csv").remove(0).unwrap();
    assert_eq!(phones(&row)[0]["label"], "WhatsApp");
    assert_eq!(row.dropped[0].value, "Anna");
    assert_eq!(notes(&row), ["WhatsApp: the number already has another label; the value is dropped"]);
}

#[test]
fn a_number_read_differently_keeps_the_number_of_version_0_1_0() {
    assert_eq!(earlier_numbers(&row("+49 30 12345 home")).unwrap(), ["+4930123454663"]);
    assert_eq!(earlier_numbers(&row("0171 1234567 (Anna)")).unwrap(), ["0171 1234567 (Anna)"]);
    assert_eq!(earlier_numbers(&row("030 1234569 / 0171 7654323")).unwrap(), ["030 1234569 / 0171 7654323"]);
    assert_eq!(earlier_numbers(&row("9.87654321E9")).unwrap(), ["9.87654321E9"]);
    assert_eq!(earlier_numbers(&row("442079460123.0")).unwrap(), ["442079460123.0"]);
    assert_eq!(earlier_numbers(&row("030 1234567; 12")).unwrap(), ["030 1234567", "12"]);
    for same in
        ["+44 20 7946 0123", "020 7946 0123; 020 7946 0124", "+44 20 7946 0123 ext 12", "Tel: +442079460123"]
    {
        assert!(row(same).earlier.is_none(), "{same}");
    }
    assert!(row("4420794601230,0 ann@example.com").earlier.is_none(), "version 0.1.0 rejected it");
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nTEL:+49 30 12345 home\nEND:VCARD\n";
    let card = rows(card, "people.vcf").remove(0).unwrap();
    assert_eq!(earlier_numbers(&card).unwrap(), ["+4930123454663"]);
    let json = "{\"name\":\"Ada King\",\"phones\":[\"+49 30 12345 home\"]}\n";
    let json = rows(json, "people.ndjson").remove(0).unwrap();
    assert_eq!(phones(&json), json!([{"number": "+493012345", "label": "home"}]));
    assert_eq!(earlier_numbers(&json).unwrap(), ["+4930123454663"]);
    assert_eq!(json.earlier.unwrap().phones[0].label, None);
}

#[test]
fn a_number_in_scientific_notation_is_exact_or_a_bad_cell() {
    assert_eq!(phones(&row("9.87654321E9")), json!([{"number": "9876543210"}]));
    assert_eq!(phones(&row("+4,42079460123E+11")), json!([{"number": "+442079460123"}]));
    assert_eq!(phones(&row("4420794601230,0")), json!([{"number": "4420794601230"}]));
    let file = "Name,Phone,Email\nAda King,4.92E+11,ada@example.com\nBo Li,4.92E11,\n";
    let mut rows = rows(file, "people.csv");
    let bo = rows.remove(1).unwrap_err();
    insta::assert_snapshot!(bo, @"line 3, column 2 (Phone): a spreadsheet has rounded this number: export it as text");
    let ada = rows.remove(0).unwrap();
    assert_eq!((phones(&ada), ada.dropped[0].value.as_str()), (json!([]), "4.92E+11"));
}

#[test]
fn several_numbers_in_a_cell_keep_the_kind_of_the_column() {
    let file =
        "Name,Mobile\nAda King,\"+49 30 1234567 / +49 171 7654321, 0171 1234567 or 0171 1234568 (Anna)\"\n";
    let row = rows(file, "people.csv").remove(0).unwrap();
    assert_eq!(
        phones(&row),
        json!([
            {"number": "+49301234567", "kind": "mobile"},
            {"number": "+491717654321", "kind": "mobile"},
            {"number": "0171 1234567", "kind": "mobile"},
            {"number": "0171 1234568", "kind": "mobile", "label": "Anna"}
        ])
    );
}

#[test]
fn a_number_after_the_word_fax_is_a_fax() {
    assert_eq!(
        phones(&row("030 1234567 Fax 030 1234568")),
        json!([{"number": "030 1234567"}, {"number": "030 1234568", "kind": "fax"}])
    );
    assert_eq!(phones(&row("030 1234567/68")), json!([{"number": "030 1234567", "label": "/68"}]));
}

#[test]
fn a_dial_code_in_a_column_of_its_own_completes_numbers() {
    let numbers = |file: &str| -> Vec<Vec<String>> {
        let rows = rows(file, "people.csv").into_iter().map(Result::unwrap);
        rows.map(|row| row.contact.phones.iter().map(|phone| phone.number.as_str().to_owned()).collect())
            .collect()
    };
    assert_eq!(
        numbers(
            "Name,Country Code,Phone\nAda King,91,9876543210\nBo Li,+44,2079460123\nCy Lee,GB,020 7946 0123\n"
        ),
        [["+919876543210"], ["+442079460123"], ["020 7946 0123"]]
    );
    assert_eq!(
        numbers(
            "Name,Dial Code,Phone,Mobile\nAda King,0044,020 7946 0123,+49 171 1234567\nBo Li,IN (+91),9876543210,\n"
        ),
        [vec!["+442079460123", "+491711234567"], vec!["+919876543210"]]
    );
    assert_eq!(numbers("Name,Landesvorwahl,Phone\nAda King,49,49 171 1234567\n"), [["+491711234567"]]);
    assert_eq!(
        numbers("Name,Calling Code 1,Phone Country Code,Phone\nAda King,x,India,9876543210\n"),
        [["+919876543210"]]
    );
    let map = "[columns]\nName='name.full'\nA='phones[0].number'\nB='phones[0].dial_code'\nC='phones[1].number'\nD='phones[1].dial_code'";
    let options = ReadOptions { map: Some(map.parse().unwrap()), ..ReadOptions::default() };
    let file = "Name,A,B,C,D\nAda King,9876543210,91,020 7946 0123,44\n";
    let row = rows_with(file, "people.csv", &options).remove(0).unwrap();
    assert_eq!(phones(&row), json!([{"number": "+919876543210"}, {"number": "+442079460123"}]));
}

#[test]
fn digits_beside_a_country_are_a_dial_code_and_letters_are_the_country() {
    let file = "Name,City,Country Code,Country,Phone\nAda King,London,44,United Kingdom,020 7946 0123\nBo Li,London,GB,United Kingdom,020 7946 0123\n";
    let rows: Vec<Row> = rows(file, "people.csv").into_iter().map(Result::unwrap).collect();
    let numbers = [0, 1].map(|index: usize| rows[index].contact.phones[0].number.as_str());
    assert_eq!(numbers, ["+442079460123", "020 7946 0123"]);
    assert!(rows.iter().all(|row| row.contact.addresses[0].country.is_some()));
    assert_eq!(earlier_numbers(&rows[0]).unwrap(), ["020 7946 0123"]);
}

#[test]
fn an_area_code_in_a_column_of_its_own_completes_numbers() {
    let numbers = |file: &str| -> Vec<String> {
        let row = rows(file, "people.csv").remove(0).unwrap();
        row.contact.phones.iter().map(|phone| phone.number.as_str().to_owned()).collect()
    };
    assert_eq!(numbers("Name,Vorwahl,Telefon\nAda King,030,1234567\n"), ["030 1234567"]);
    assert_eq!(numbers("Name,Area Code,Phone\nAda King,(212),555-0123\n"), ["(212) 555-0123"]);
    assert_eq!(numbers("Name,Landesvorwahl,Vorwahl,Telefon\nAda King,49,030,1234567\n"), ["+49301234567"]);
    let whole = "Name,Vorwahl,Telefon,Mobile\nAda King,030,030 1234567,171 1234567\n";
    assert_eq!(numbers(whole), ["030 1234567", "171 1234567"]);
    let joined =
        rows("Name,Phone,Indicatif régional\nAda King,555-0123,514\n", "people.csv").remove(0).unwrap();
    assert_eq!(phones(&joined)[0]["number"], "514 555-0123");
    assert_eq!(earlier_numbers(&joined).unwrap(), ["555-0123"]);
}

#[test]
fn a_number_without_a_readable_digit_is_a_bad_cell() {
    for (cell, reason) in [
        ("020 7946 O123", "a letter or ? stands in the place of a digit"),
        ("020 7946 01xx", "a letter or ? stands in the place of a digit"),
        ("2025-01-02", "not a telephone number"),
        ("491711234567.5", "not a telephone number"),
        ("ask for Bob 2", "not a telephone number"),
    ] {
        let file = format!("Name,Phone,Email\nAda King,{cell},ada@example.com\nBo Li,{cell},\n");
        let mut rows = rows(&file, "people.csv");
        assert!(rows.remove(1).unwrap_err().to_string().contains(reason), "{cell}");
        let row = rows.remove(0).unwrap();
        assert_eq!((phones(&row), row.dropped[0].value.as_str()), (json!([]), cell));
        assert!(row.dropped[0].reason.contains(reason), "{cell}");
        assert!(earlier_numbers(&row).is_some(), "{cell}: version 0.1.0 read it as a number");
    }
}

#[test]
fn words_variants_and_dates_beside_a_number_are_its_label() {
    for (cell, number, label) in [
        ("030 1234567 3. Stock", "030 1234567", "3. Stock"),
        ("030 123456/57/58", "030 123456", "/57/58"),
        ("030 1234567 seit 01.01.2025", "030 1234567", "seit 01.01.2025"),
    ] {
        let row = row(cell);
        assert_eq!(phones(&row), json!([{"number": number, "label": label}]), "{cell}");
        assert_eq!(earlier_numbers(&row).unwrap(), [cell]);
    }
    let extension = phones(&row("020 7946 0123#12"));
    assert_eq!(extension, json!([{"number": "020 7946 0123", "extension": "12"}]));
}

#[test]
fn a_number_that_is_too_long_keeps_its_spelling() {
    let long = row("+49 171 123456789012");
    assert_eq!(phones(&long), json!([{"number": "+49 171 123456789012"}]));
    assert_eq!(earlier_numbers(&long).unwrap(), ["+49171123456789012"]);
}

#[test]
fn an_invalid_dial_code_is_a_dropped_cell() {
    let row = rows("Name,Dial Code,Phone\nAda King,abroad,2079460123\n", "people.csv").remove(0).unwrap();
    assert_eq!(phones(&row), json!([{"number": "2079460123"}]));
    insta::assert_debug_snapshot!(notes(&row), @r#"
    [
        "Dial Code: not the dial code of a country (expected something like +44); the value is dropped",
    ]
    "#);
}

#[test]
fn addresses_of_other_services_are_kept_in_the_notes_or_links() {
    let sip = row("sip:ada@pbx.example.com");
    assert_eq!(sip.contact.notes.as_deref(), Some("Phone: sip:ada@pbx.example.com"));
    let note = "Phone: the address of another service in place of a telephone number; it is kept in the contact's notes";
    assert_eq!(notes(&sip), [note]);
    let page = row("https://wa.me/442079460123");
    assert_eq!(page.contact.links[0].url.as_str(), "https://wa.me/442079460123");
    let card = "BEGIN:VCARD\nVERSION:4.0\nFN:Ada King\nTEL;VALUE=uri:sip:ada@example.com\nTEL;VALUE=uri:tel:+44-20-7946-0123\nEND:VCARD\n";
    let card = rows(card, "people.vcf").remove(0).unwrap();
    assert_eq!(card.contact.notes.as_deref(), Some("TEL: sip:ada@example.com"));
    assert_eq!(phones(&card), json!([{"number": "+442079460123"}]));
}

#[test]
fn an_e_mail_address_among_numbers_is_kept_as_an_e_mail_address() {
    let alone = row("ada@example.com");
    assert_eq!(alone.contact.emails[0].address.as_str(), "ada@example.com");
    let both = row("+44 20 7946 0123; ada@example.com");
    assert_eq!(both.contact.emails[0].address.as_str(), "ada@example.com");
    assert_eq!(phones(&both), json!([{"number": "+442079460123"}]));
    insta::assert_debug_snapshot!(notes(&both), @r#"
    [
        "Phone: an e-mail address in place of a telephone number; it is kept as an e-mail address",
    ]
    "#);
    let options = ReadOptions { on_bad_cell: OnBadCell::Reject, ..ReadOptions::default() };
    let broken =
        rows_with("Name,Phone\nAda King,ada@@example\n", "people.csv", &options).remove(0).unwrap_err();
    assert!(broken.to_string().contains("neither a telephone number nor an e-mail address"));
}
