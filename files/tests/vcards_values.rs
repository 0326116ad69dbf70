//! Reading the values of vCards: names, preferences, birthdays, backslashes, addresses in place of numbers.
//!
//! Invariant: a row that version 0.1.0 read differently keeps the contact of 0.1.0 in `earlier`.

use std::io::Cursor;

use serde_json::{Value, json};
use unicontact_files::{ReadOptions, Row, open};

/// Returns the row of a card with a version and properties.
fn row(version: &str, properties: &str) -> Row {
    let text =
        format!("BEGIN:VCARD\r\nVERSION:{version}\r\n{}\r\nEND:VCARD\r\n", properties.replace('\n', "\r\n"));
    open(Cursor::new(text), "people.vcf", &ReadOptions::default()).unwrap().next().unwrap().unwrap()
}

/// Returns the contact, and the contact that version 0.1.0 read.
fn contacts(version: &str, properties: &str) -> (Value, Option<Value>) {
    let row = row(version, properties);
    let earlier = row.earlier.map(|earlier| serde_json::to_value(earlier).unwrap());
    (serde_json::to_value(row.contact).unwrap(), earlier)
}

fn name(version: &str, properties: &str) -> Option<String> {
    row(version, properties).contact.display_name()
}

#[test]
fn several_names_in_one_part_are_joined_with_blanks() {
    let (contact, earlier) = contacts("3.0", "N:Three;Cyd;Mia,Lea;Dr.;\nEMAIL:cyd@example.com");
    assert_eq!(contact["name"]["middle"], "Mia Lea");
    assert_eq!(earlier.unwrap()["name"]["middle"], "Mia, Lea");
    assert_eq!(
        name("4.0", "N:García,Ek;Ana,Mar;;Prof.,Dr.;Jr.,M.D.").unwrap(),
        "Prof. Dr. Ana Mar García Ek Jr., M.D."
    );
    assert_eq!(name("3.0", "N:Ek;Bo;Cy,,Di;;").unwrap(), "Bo Cy Di Ek");
    assert_eq!(contacts("3.0", "N:Ek;Bo;Cy;;").1, None);
}

#[test]
fn single_and_double_escapes_are_removed() {
    for (n, family) in [
        (r"O\;Brien;Pat;;;", "O;Brien"),
        (r"O\\;Brien;Pat;;;", "O;Brien"),
        (r"O\\\;Brien;Pat;;;", "O;Brien"),
        (r"King\, Sr;Pat;;;", "King, Sr"),
        (r"King\\, Sr;Pat;;;", "King, Sr"),
        (r"A\\B;Pat;;;", r"A\B"),
        (r"A\B;Pat;;;", r"A\B"),
    ] {
        let (contact, _) = contacts("3.0", &format!("N:{n}"));
        assert_eq!(contact["name"], json!({"family": family, "given": "Pat"}), "{n}");
    }
    let (contact, earlier) = contacts("3.0", "FN:Ada\nORG:Acme\\\\, Inc.\nNOTE:one\\\\nTwo");
    assert_eq!(
        (&contact["organization"]["name"], &contact["notes"]),
        (&json!("Acme, Inc."), &json!("one\nTwo"))
    );
    let earlier = earlier.unwrap();
    assert_eq!(
        (&earlier["organization"]["name"], &earlier["notes"]),
        (&json!(r"Acme\, Inc."), &json!(r"one\nTwo"))
    );
}

#[test]
fn a_prefix_alone_is_not_a_name() {
    for properties in [
        "N:;;;Mr.;\nORG:Acme",
        "N:;;;Fa.;\nFN:Fa.\nORG:Acme",
        "N:;;;Fa.;\nFN:Fa. Acme\nORG:Acme",
        "N:Firma;;;;\nORG:Acme",
        "FN:Herr\nN:;Herr;;;\nORG:Acme",
    ] {
        let row = row("3.0", properties);
        assert_eq!(
            (row.contact.display_name().as_deref(), &row.contact.name),
            (Some("Acme"), &None),
            "{properties}"
        );
        assert_eq!(row.notes[0].to_string(), "N: a prefix without a name is dropped");
        assert!(row.earlier.unwrap().name.is_some());
    }
    let card = row("3.0", "N:;;;Mrs.;\nEMAIL:info@example.com");
    assert_eq!((card.contact.name, card.contact.emails.len()), (None, 1));
    assert_eq!(name("3.0", "N:King;;;Mr.;\nORG:Acme").unwrap(), "Mr. King");
    assert_eq!(name("3.0", "FN:Acme\nORG:Acme").unwrap(), "Acme");
}

#[test]
fn a_line_break_in_a_name_becomes_a_blank() {
    let (contact, earlier) =
        contacts("3.0", "FN:Ada\\n King\nN:King\\n;Ada\\nMia;;;\nORG:Analytical\\nEngines\nTITLE:Head\\nof");
    assert_eq!(contact["name"], json!({"full": "Ada King", "given": "Ada Mia", "family": "King"}));
    assert_eq!(
        (&contact["organization"]["name"], &contact["title"]),
        (&json!("Analytical Engines"), &json!("Head of"))
    );
    assert_eq!(earlier.unwrap()["name"]["full"], "Ada\n King");
    let encoded = "N;ENCODING=QUOTED-PRINTABLE:King;Ada=0D=0AMia";
    assert_eq!(name("2.1", encoded).unwrap(), "Ada Mia King");
}

#[test]
fn the_preferred_value_comes_first() {
    let properties = "FN:Ann\nEMAIL;PREF=20:old@example.com\nEMAIL:none@example.com\nEMAIL;PREF=1:best@example.com\n\
        TEL;PREF=100:+442079460121\nTEL;VALUE=uri;PREF=2:tel:+442079460122";
    let (contact, earlier) = contacts("4.0", properties);
    let addresses: Vec<&Value> =
        contact["emails"].as_array().unwrap().iter().map(|it| &it["address"]).collect();
    assert_eq!(addresses, ["best@example.com", "old@example.com", "none@example.com"]);
    assert_eq!(contact["phones"][0], json!({"number": "+442079460122", "primary": true}));
    assert_eq!(
        (&contact["emails"][1]["primary"], &contact["phones"][1]["primary"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(earlier.unwrap()["emails"][0], json!({"address": "old@example.com", "primary": true}));
}

#[test]
fn a_pref_without_a_number_is_the_highest_preference() {
    for (version, pref) in
        [("2.1", ";PREF"), ("3.0", ";TYPE=HOME,PREF"), ("3.0", ";type=HOME;type=pref"), ("4.0", ";PREF=1")]
    {
        let (contact, _) =
            contacts(version, &format!("FN:A\nEMAIL;PREF=7:a@example.com\nEMAIL{pref}:b@example.com"));
        assert_eq!(contact["emails"][0]["address"], "b@example.com", "{pref}");
    }
    let in_order = "FN:A\nEMAIL;PREF=1:a@example.com\nTEL;PREF=1:+442079460121\nEMAIL;PREF=2:b@example.com";
    assert_eq!(contacts("4.0", in_order).1, None);
    let addresses = "FN:A\nADR:;;1 Lane;Leeds;;;\nADR;TYPE=pref:;;2 Lane;London;;;";
    assert_eq!(contacts("3.0", addresses).0["addresses"][0]["city"], "London");
}

#[test]
fn the_first_readable_birthday_is_kept() {
    let two = row("3.0", "FN:A\nBDAY:1990-12-10\nBDAY:1991-12-10");
    assert_eq!(two.contact.birthday.unwrap().to_string(), "1990-12-10");
    assert_eq!(two.notes[0].to_string(), "BDAY: the contact already has another value; this one is dropped");
    assert_eq!(two.earlier.unwrap().birthday.unwrap().to_string(), "1991-12-10");
    assert_eq!(row("3.0", "FN:A\nBDAY:1990-12-10\nBDAY:19901210").notes, []);
    assert_eq!(contacts("3.0", "FN:A\nBDAY:--1210\nBDAY:1991-12-10").0["birthday"], "1991-12-10");
}

#[test]
fn an_unreadable_birthday_or_picture_does_not_hide_the_earlier_contact() {
    let properties =
        "N:Three;Cyd;Mia,Lea;;\nBDAY:--1210\nPHOTO;VALUE=uri:ldap://example.com/a\nADR:;;1 Lane;;;;Nowhere";
    assert_eq!(contacts("3.0", properties).1.unwrap()["name"]["middle"], "Mia, Lea");
}

#[test]
fn a_path_keeps_its_backslashes() {
    let (contact, earlier) = contacts("2.1", "FN:A\nNOTE:see C:\\Users\\nina\\notes\nORG:Acme\\;Co;R\\nD");
    assert_eq!(contact["notes"], r"see C:\Users\nina\notes");
    assert_eq!(contact["organization"], json!({"name": "Acme;Co", "department": "R D"}));
    assert_eq!(earlier.unwrap()["notes"], "see C:Users\nina\notes");
    let encoded = "FN:A\nNOTE;ENCODING=QUOTED-PRINTABLE:\\\\server\\new=0D=0Aline";
    assert_eq!(contacts("2.1", encoded).0["notes"], "\\\\server\\new\nline");
    assert_eq!(contacts("3.0", "FN:A\nNOTE:DOMAIN\\user\\, one\\ntwo").0["notes"], "DOMAIN\\user, one\ntwo");
    // An id keeps the value of 0.1.0: the journal identifies the contact by it.
    assert_eq!(contacts("3.0", "FN:A\nUID:DOMAIN\\user").0["external_id"], "DOMAINuser");
}

#[test]
fn other_addresses_in_place_of_a_number_are_kept() {
    let properties = "FN:Ada\nTEL:sip:ada@example.com\nTEL;VALUE=uri:xmpp:ada@example.net\nTEL:ada@example.com\n\
        TEL:https://example.com/call\nTEL;VALUE=uri:tel:+44-20-7946-0123;ext=42\nTEL:sms:+442079460124";
    let (contact, earlier) = contacts("4.0", properties);
    assert_eq!(
        contact["phones"],
        json!([{"number": "+442079460123", "extension": "42"}, {"number": "+442079460124"}])
    );
    assert_eq!(contact["notes"], "TEL: sip:ada@example.com\nTEL: xmpp:ada@example.net");
    assert_eq!(contact["emails"], json!([{"address": "ada@example.com"}]));
    assert_eq!(contact["links"][0]["url"], "https://example.com/call");
    // Version 0.1.0 rejected the card.
    assert_eq!(earlier, None);
    let notes: Vec<String> = row("3.0", properties).notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "TEL: the address of another service in place of a telephone number; it is kept in the contact's notes",
            "TEL: an e-mail address in place of a telephone number; it is kept as an e-mail address",
            "TEL: a web address in place of a telephone number; it is kept as a link",
        ]
    );
}

#[test]
fn the_scheme_of_an_email_address_is_removed() {
    let (contact, earlier) = contacts(
        "3.0",
        "FN:Ada\nEMAIL:mailto:ada@example.com\nEMAIL;VALUE=uri:MAILTO:a.k@example.com?subject=x",
    );
    assert_eq!(contact["emails"], json!([{"address": "ada@example.com"}, {"address": "a.k@example.com"}]));
    assert_eq!(earlier, None);
}

#[test]
fn an_organization_without_a_person_is_an_organization() {
    for properties in [
        "ORG:Acme;Sales\nTEL:+44 20 7946 0123",
        "FN:Acme\nN:;;;;\nORG:Acme\nTEL:+44 20 7946 0123",
        "N:;;;Fa.;\nORG:Acme\nTEL:+44 20 7946 0123",
    ] {
        let (contact, earlier) = contacts("3.0", properties);
        assert_eq!(contact["kind"], "organization", "{properties}");
        assert_eq!(earlier.unwrap()["kind"], "person", "{properties}");
    }
    for properties in ["FN:Ada King\nORG:Acme", "N:King;;;;\nORG:Acme", "KIND:individual\nORG:Acme"] {
        let (contact, earlier) = contacts("4.0", properties);
        assert_eq!((&contact["kind"], earlier), (&json!("person"), None), "{properties}");
    }
}

#[test]
fn invisible_characters_in_a_number_are_removed() {
    let number = |text: &str| {
        let row = row("3.0", &format!("FN:Ada King\nEMAIL:ada@example.com\nTEL;TYPE=CELL:{text}"));
        assert!(row.dropped.is_empty(), "{text:?}: {:?}", row.dropped);
        serde_json::to_value(row.contact).unwrap()["phones"][0].clone()
    };
    let plain = number("+44 20 7946 0001");
    for text in [
        "\u{202a}+44 20 7946 0001\u{202c}",
        "\u{200e}+44\u{a0}20\u{a0}7946\u{a0}0001\u{200b}",
        "+44&nbsp;20&#160;7946 0001",
        "tel:\u{2068}+442079460001\u{2069}",
        "+44 20 79\u{ad}46\u{2060} 0001",
    ] {
        assert_eq!(number(text), plain, "{text:?}");
    }
    let several =
        row("3.0", "FN:Ada King\nTEL:\u{202a}+44 20 7946 0001\u{202c} / \u{202a}+44 20 7946 0002\u{202c}");
    assert_eq!(several.contact.phones.len(), 2);
}
