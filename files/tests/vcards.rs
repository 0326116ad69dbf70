//! Reading vCards of every version, and files with broken cards.
//!
//! Invariant: a broken card is rejected, and the cards around it are read.

use std::io::{Cursor, Read};

use unicontact_files::{ContactReader, ReadOptions, Reject, RejectsWriter, Row, open};

fn opened(bytes: impl Into<Vec<u8>>) -> ContactReader {
    open(Cursor::new(bytes.into()), "people.vcf", &ReadOptions::default()).unwrap()
}

fn items(bytes: impl Into<Vec<u8>>) -> Vec<Result<Row, Reject>> {
    opened(bytes).collect()
}

fn contact(bytes: impl Into<Vec<u8>>) -> serde_json::Value {
    let row = items(bytes).remove(0).unwrap();
    serde_json::to_value(row.contact).unwrap()
}

const THREE: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Example//EN\r\nUID:example-1\r\nN:King;Ada;Augusta;Dr;Jr\r\n\
    FN:Dr Ada King\r\nNICKNAME:Countess\r\nORG:Analytical Engines;Research;Second Floor\r\nTITLE:Analyst\\, first\r\n\
    EMAIL;type=INTERNET;type=WORK;type=pref:ada@example.com\r\n\
    item1.EMAIL;type=INTERNET:king@example.com\r\nitem1.X-ABLabel:School\r\n\
    item2.TEL:tel:+44-7700-900123\r\nitem2.X-ABLabel:_$!<Mobile>!$_\r\nTEL;TYPE=WORK,FAX:+44 20 7946 0123\r\n\
    item3.ADR;type=HOME:PO 7;Flat 2;1 Example Lane;London;;EX1 1EX;England\r\nitem3.X-ABADR:gb\r\n\
    item4.URL:https://example.com/ada\r\nitem4.X-ABLabel:_$!<HomePage>!$_\r\n\
    X-SOCIALPROFILE;type=twitter:https://twitter.com/ada_example\r\nBDAY;value=date:1990-12-10\r\n\
    NOTE:one\\ntwo\\; folded\r\n  here\r\nCATEGORIES:vip,friend\r\nPHOTO;VALUE=uri:https://example.com/ada.png\r\nEND:VCARD\r\n";

#[test]
fn a_card_of_version_3_is_read_with_groups_and_labels() {
    let mut reading = opened(THREE);
    let row = reading.next().unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(&row.contact).unwrap(),
        serde_json::json!({
            "external_id": "example-1", "kind": "person",
            "name": {"full": "Dr Ada King", "prefix": "Dr", "given": "Ada", "middle": "Augusta", "family": "King", "suffix": "Jr"},
            "emails": [
                {"address": "ada@example.com", "kind": "work", "primary": true},
                {"address": "king@example.com", "kind": "other", "label": "School"},
            ],
            "phones": [
                {"number": "+447700900123", "kind": "mobile"},
                {"number": "+442079460123", "kind": "fax", "label": "work fax"},
            ],
            "addresses": [{
                "kind": "home", "street": "1 Example Lane", "street2": "PO 7, Flat 2", "city": "London",
                "postal_code": "EX1 1EX", "country": "GB",
            }],
            "organization": {"name": "Analytical Engines", "department": "Research, Second Floor"},
            "title": "Analyst, first",
            "links": [
                {"kind": "website", "url": "https://example.com/ada"},
                {"kind": "twitter", "url": "https://twitter.com/ada_example"},
            ],
            "birthday": "1990-12-10", "photo_url": "https://example.com/ada.png",
            "notes": "one\ntwo; folded here", "tags": ["vip", "friend"],
        })
    );
    assert_eq!(row.notes, []);
    assert_eq!(reading.unused().iter().collect::<Vec<_>>(), [(&"NICKNAME".to_owned(), &1)]);
}

#[test]
fn a_card_of_version_2_1_is_read_with_its_charsets_and_soft_breaks() {
    let card =
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;=C4nne\r\n\
        FN:M\xfcller\r\nTEL;HOME;VOICE:+49 30 23125 123\r\nTEL;CELL;PREF:+49 30 23125 124\r\n\
        EMAIL;INTERNET:aenne@example.com\r\n\
        NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=A9=0D=0A=\r\nsecond=3B line\r\nBDAY:19901210\r\nEND:VCARD\r\n";
    let contact = contact(&card[..]);
    assert_eq!(contact["name"], serde_json::json!({"full": "Müller", "given": "Änne", "family": "Müller"}));
    assert_eq!(contact["notes"], "café\nsecond; line");
    assert_eq!(contact["birthday"], "1990-12-10");
    assert_eq!(
        contact["phones"][0],
        serde_json::json!({"number": "+493023125124", "kind": "mobile", "primary": true})
    );
}

#[test]
fn a_card_of_version_4_is_read() {
    let card = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Analytical Engines\nORG:Analytical Engines\nEMAIL;PREF=1:info@example.com\n\
        TEL;VALUE=uri;TYPE=\"voice,work\":tel:+1-555-555-0123;ext=42\nBDAY:--1210\nPHOTO:data:image/png;base64,AAAA\nEND:VCARD\n";
    let row = items(card).remove(0).unwrap();
    let contact = serde_json::to_value(&row.contact).unwrap();
    assert_eq!(contact["kind"], "organization");
    assert_eq!(contact["emails"][0]["primary"], true);
    assert_eq!(contact["phones"][0]["extension"], "42");
    assert_eq!(contact["phones"][0]["kind"], "work");
    let notes: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "PHOTO: embedded data, such as a picture, is dropped",
            "BDAY: a birthday without a year; the value is dropped"
        ]
    );
}

#[test]
fn a_birthday_is_read_before_or_after_the_version() {
    for card in [
        "BEGIN:VCARD\nBDAY;VALUE=DATE:1990-12-10\nFN:Ada\nVERSION:3.0\nEND:VCARD\n",
        "BEGIN:VCARD\nFN:Ada\nBDAY:1990-12-10T00:00:00Z\nEND:VCARD\n",
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nBDAY:19901210\nEND:VCARD\n",
    ] {
        assert_eq!(contact(card)["birthday"], "1990-12-10", "{card}");
    }
}

#[test]
fn apples_birthday_without_a_year_is_dropped_with_a_note() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10\nEND:VCARD\n";
    let row = items(card).remove(0).unwrap();
    assert_eq!((row.contact.birthday, row.notes.len()), (None, 1));
}

#[test]
fn a_file_in_utf_16_is_read() {
    let bytes: Vec<u8> = "\u{feff}BEGIN:VCARD\r\nFN:Änne 日本\r\nEND:VCARD\r\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    assert_eq!(contact(bytes)["name"]["full"], "Änne 日本");
}

#[test]
fn the_cards_around_a_broken_card_are_read() {
    let text = "BEGIN:VCARD\nFN:Ada\nEND:VCARD\n\nBEGIN:VCARD\nFN:Bo\nBEGIN:VCARD\nFN:Cy\nEND:VCARD\nstray\nBEGIN:VCARD\n\
        FN:Di\nEMAIL:nobody of it\nEND:VCARD\nBEGIN:VCARD\nFN:Ed";
    let summaries: Vec<String> = items(text)
        .into_iter()
        .map(|item| item.map_or_else(|reject| reject.to_string(), |row| row.contact.display_name().unwrap()))
        .collect();
    assert_eq!(summaries[0], "Ada");
    assert_eq!(summaries[1], "Bo");
    assert_eq!(summaries[2], "Cy");
    assert_eq!(summaries[3], "line 10: text outside of any card: a card begins with BEGIN:VCARD");
    assert!(summaries[4].starts_with("line 11 (EMAIL): not an e-mail address"), "{summaries:?}");
    assert!(summaries[5].starts_with("line 15: the card has no END:VCARD: the file ends"), "{summaries:?}");
}

#[test]
fn a_picture_of_ten_megabytes_is_dropped_and_the_card_is_kept() {
    let head = Cursor::new(b"BEGIN:VCARD\nFN:Ada\nPHOTO;ENCODING=b;TYPE=JPEG:".to_vec());
    let picture = std::io::repeat(b'A').take(10 << 20);
    let rest = Cursor::new(b"\nEMAIL:ada@example.com\nEND:VCARD\n".to_vec());
    let mut reading = open(head.chain(picture).chain(rest), "-", &ReadOptions::default()).unwrap();
    let row = reading.next().unwrap().unwrap();
    assert_eq!((row.contact.emails.len(), row.notes.len()), (1, 1));
}

#[test]
fn corrected_rejects_are_read_as_cards_again() {
    let mut reading = opened("BEGIN:VCARD\r\nFN:Ada\r\nEMAIL:nobody\r\nEND:VCARD\r\n");
    let mut rejects = RejectsWriter::new(Vec::new(), &reading);
    rejects.write(&reading.next().unwrap().unwrap_err()).unwrap();
    let text = String::from_utf8(rejects.finish().unwrap()).unwrap();
    assert_eq!(
        text,
        "BEGIN:VCARD\r\nX-UNICONTACT-LINE:1\r\nX-UNICONTACT-REASON:EMAIL: not an e-mail address (expected something like \
         name@example.com)\r\nFN:Ada\r\nEMAIL:nobody\r\nEND:VCARD\r\n"
    );
    let mut corrected = opened(text.replace("EMAIL:nobody\r", "EMAIL:ada@example.com\r"));
    assert!(corrected.next().unwrap().is_ok());
    assert!(corrected.unused().is_empty());
}
