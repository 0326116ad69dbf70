use proptest::prelude::*;
use serde_json::json;

use super::super::country::Country;
use super::super::{PhoneNumber, PhoneNumberError, UnifiedContact};

fn read(text: &str) -> (String, Option<String>, Option<String>) {
    let number: PhoneNumber = text.parse().unwrap();
    (number.as_str().to_owned(), number.extension().map(str::to_owned), number.label().map(str::to_owned))
}

fn e164(text: &str, region: &str) -> Option<String> {
    let region: Country = region.parse().unwrap();
    Some(text.parse::<PhoneNumber>().ok()?.e164(Some(region)).ok()?.number)
}

#[test]
fn words_beside_a_number_are_its_label() {
    for (text, number, label) in [
        ("+49 30 12345 home", "+493012345", Some("home")),
        ("+49 30 1234567 fax", "+49301234567", Some("fax")),
        ("0171 1234567 (Anna)", "0171 1234567", Some("Anna")),
        ("Anna Bell: 0171 1234567", "0171 1234567", Some("Anna Bell")),
        ("Tel.: 030 1234567", "030 1234567", None),
        ("Tel. privat: 030/1234567", "030/1234567", Some("privat")),
        ("Handy 1: 0171 1234567", "0171 1234567", Some("Handy 1")),
        ("0171 1234567 ab 18 Uhr", "0171 1234567", Some("ab 18 Uhr")),
        ("0171 1234567 do not call", "0171 1234567", Some("do not call")),
        ("0171 1234567 (9-17h)", "0171 1234567", Some("9-17h")),
        ("+44 20 7946 0123 [work]", "+442079460123", Some("work")),
        ("+44 20 7946 0123 - Reception", "+442079460123", Some("Reception")),
        ("+7 495 123-45-67 (раб.)", "+74951234567", Some("раб.")),
        ("手机：+86 138 0013 8000", "+8613800138000", Some("手机")),
        ("电话 +86 10 1234 5678", "+861012345678", None),
        ("+972 3 123 4567 בית", "+97231234567", Some("בית")),
        ("\u{202a}+49 30 1234567\u{202c}", "+49301234567", None),
        ("☎ +49 30 1234567", "+49301234567", None),
        ("callto:+493012345678", "+493012345678", None),
        ("whatsapp:+491711234567", "+491711234567", Some("whatsapp")),
        ("030 1234567/68", "030 1234567", Some("/68")),
        ("020 7946 0123 9am-5pm", "020 7946 0123", Some("9am-5pm")),
        ("2 x 020 7946 0123", "020 7946 0123", Some("2")),
        ("+44 20 7946 0123 x", "+442079460123", None),
        ("Tel 2: 030 1234567", "030 1234567", Some("Tel 2")),
        ("Tel 2 030 1234567", "030 1234567", Some("Tel 2")),
        ("Handy 1 (0171) 1234567", "(0171) 1234567", Some("Handy 1")),
        ("USA 1 212 555 0123", "1 212 555 0123", Some("USA")),
        ("+49 30 1234567/8", "+49301234567", Some("/8")),
        ("030/1234567-12/13", "030/1234567-12", Some("/13")),
        ("+33 6 12 34 56 78 / 79", "+33612345678", Some("/ 79")),
        ("+49 30 1234567 / -68 (Büro)", "+49301234567", Some("/ -68 Büro")),
        ("+48 (0)22 123 45 67", "+48221234567", None),
        ("+39 (0)6 1234567", "+39061234567", None),
        ("+49 (0)30 1234567", "+49301234567", None),
        ("0475/12.34.56", "0475/12.34.56", None),
        ("01/23/45/67/89", "01/23/45/67/89", None),
    ] {
        assert_eq!(read(text), (number.to_owned(), None, label.map(str::to_owned)), "{text}");
    }
}

#[test]
fn an_extension_is_read_after_words_and_marks_of_many_languages() {
    for text in [
        "+49 30 1234567 ext. 12",
        "+49 30 1234567 Ext:12",
        "+49 30 1234567x12",
        "+49 30 1234567 X 12",
        "+49 30 1234567;12",
        "+49 30 1234567;ext=12",
        "+49 30 1234567p12",
        "+49301234567w12",
        "+49 30 1234567,,12#",
        "+49 30 1234567 #12",
        "+49 30 1234567#12",
        "+49 30 1234567 # 12",
        "+49 30 1234567 tst. 12",
        "+49 30 1234567 wait 12",
        "+49 30 1234567 (Durchwahl 12)",
        "+49 30 1234567 DW 12",
        "+49 30 1234567 poste 12",
        "+49 30 1234567 p. 12",
        "+49 30 1234567 Kl. 12",
        "+49 30 1234567 доб. 12",
        "+49 30 1234567 wew. 12",
        "+49 30 1234567 int. 12",
        "+49 30 1234567 ramal 12",
        "+49 30 1234567 分机12",
        "+49 30 1234567 内線 12",
        "+49 30 1234567 שלוחה 12",
        "+49 30 1234567 تحويلة ١٢",
    ] {
        assert_eq!(read(text), ("+49301234567".to_owned(), Some("12".to_owned()), None), "{text}");
    }
    let national = ("030 1234567".to_owned(), Some("12".to_owned()), Some("Anna".to_owned()));
    assert_eq!(read("030 1234567 ext 12 (Anna)"), national);
}

#[test]
fn a_number_that_is_complete_only_with_its_letters_keeps_them() {
    assert_eq!(e164("1-800-FLOWERS", "US").as_deref(), Some("+18003569377"));
    assert_eq!(read("+1 800 GOT JUNK").0, "+18004685865");
    assert_eq!(e164("1-800-CALL-ATT", "US").as_deref(), Some("+18002255288"));
    assert_eq!(e164("(800) 555-TALK", "US").as_deref(), Some("+18005558255"));
    assert_eq!(read("+1 (800) MY-APPLE").0, "+18006927753");
    assert_eq!(e164("212-555-HELP", "US").as_deref(), Some("+12125554357"));
    assert_eq!(e164("0800-4-PIZZA", "NZ").as_deref(), Some("+64800474992"));
    assert_eq!(e164("1300 FLOWER", "AU").as_deref(), Some("+611300356937"));
    assert_eq!(e164("Tel: 1-800-FLOWERS", "US").as_deref(), Some("+18003569377"));
    assert_eq!(
        read("Office +1 800 GOT JUNK (Anna)"),
        ("+18004685865".to_owned(), None, Some("Office Anna".to_owned()))
    );
    assert_eq!(read("1-800-FLOWERS ext 12"), ("1-800-FLOWERS".to_owned(), Some("12".to_owned()), None));
    assert_eq!(e164("0900 DDA 6005", "NZ").as_deref(), Some("+649003326005"));
}

#[test]
fn letters_beside_a_complete_number_are_not_digits() {
    assert_eq!(e164("030 12345 Anna", "DE").as_deref(), Some("+493012345"));
    assert_eq!(e164("12345 HOME", "DE").as_deref(), Some("+4912345"));
    assert_eq!(e164("030 123456 BEN", "DE").as_deref(), Some("+4930123456"));
    assert_eq!(e164("(555) 123-4567 call after six", "US").as_deref(), Some("+15551234567"));
    assert_eq!(e164("1234567 (2) Anna", "DE").as_deref(), Some("+491234567"));
    assert_eq!(e164("2014-04-12 04:04 PM", "US"), None, "a time");
    assert_eq!(e164("650 x 253 - 1234", "US").as_deref(), Some("+16502531234"));
    assert_eq!(e164("030 1234567 Zimmer 12", "DE").as_deref(), Some("+49301234567"));
    assert_eq!(e164("030 1234567 or 0171 1234567", "DE"), None, "two numbers");
}

#[test]
fn a_country_code_without_its_plus_sign_completes_the_number() {
    for (text, region, number) in [
        ("49 171 1234567", "DE", "+491711234567"),
        ("491711234567", "DE", "+491711234567"),
        ("49-171-1234567", "DE", "+491711234567"),
        ("49 (0)171 1234567", "DE", "+491711234567"),
        ("(49) 171 1234567", "DE", "+491711234567"),
        ("49 0171 1234567", "DE", "+491711234567"),
        ("41 79 123 45 67", "CH", "+41791234567"),
        ("44 20 7946 0123", "GB", "+442079460123"),
        ("33 6 12 34 56 78", "FR", "+33612345678"),
        ("48 (0)22 123 45 67", "PL", "+48221234567"),
        ("1 212 555 0123", "US", "+12125550123"),
        ("4930 12345678", "DE", "+493012345678"),
        ("55 11 91234-5678", "BR", "+5511912345678"),
        // The digits are valid without a country code, or in no way.
        ("030 1234567", "DE", "+49301234567"),
        ("30 1234567", "DE", "+49301234567"),
        ("9198765432", "IN", "+919198765432"),
        ("491 712345", "DE", "+49491712345"),
        ("392 1234567", "IT", "+393921234567"),
        ("55 99123-4567", "BR", "+5555991234567"),
    ] {
        assert_eq!(e164(text, region).as_deref(), Some(number), "{text}");
        let code = text.parse::<PhoneNumber>().unwrap().completed_with(region.parse().unwrap());
        assert_eq!(code.unwrap().as_str(), number, "{text} beside a dial code");
    }
    assert_eq!(e164("491711234567", "FR"), None, "the code of another country");
}

#[test]
fn a_number_that_cannot_be_dialled_is_not_completed() {
    for (text, region) in [
        ("+49171123456789012", "DE"),
        ("+49 171 123456789012 (Anna)", "DE"),
        ("01 23 45 67 8", "FR"),
        ("+33 01 23 45 67 8", "FR"),
        ("0 22 123 45 67", "PL"),
        ("+48 022 123 45 67", "PL"),
    ] {
        assert_eq!(e164(text, region), None, "{text}");
        assert_eq!(read(text).0, text.trim_end_matches(" (Anna)"), "kept as it is written");
    }
    for (text, region, number) in [
        ("06 1234567", "IT", "+39061234567"),
        ("07 12 34 56 78", "CI", "+2250712345678"),
        ("+39 02 1234567", "DE", "+39021234567"),
        ("01 23 45 67 89", "FR", "+33123456789"),
    ] {
        assert_eq!(e164(text, region).as_deref(), Some(number), "{text}");
    }
    let long: PhoneNumber = "+49 171 123456789012".parse().unwrap();
    assert_eq!(long.earlier().unwrap().as_str(), "+49171123456789012");
}

#[test]
fn a_digit_that_belongs_to_a_word_is_not_part_of_the_number() {
    for (text, number, label) in [
        ("030 1234567 3. Stock", "030 1234567", "3. Stock"),
        ("0171 1234567 2. Handy", "0171 1234567", "2. Handy"),
        ("030 1234567 1.OG", "030 1234567", "1.OG"),
        ("0171 1234567 2x klingeln", "0171 1234567", "2x klingeln"),
        ("0171 1234567 2 klingeln", "0171 1234567", "2 klingeln"),
        ("030 1234567 12. Stock", "030 1234567", "12. Stock"),
        ("+44 20 7946 0123 2nd floor", "+442079460123", "2nd floor"),
        ("06 12 34 56 78 2ème étage", "06 12 34 56 78", "2ème étage"),
        ("912 345 678 2º piso", "912 345 678", "2º piso"),
        ("o2 0171 1234567", "0171 1234567", "o2"),
        ("0171 1234567 seit 01.01.2025", "0171 1234567", "seit 01.01.2025"),
        ("0171 1234567 (ab 1.2.2025)", "0171 1234567", "ab 1.2.2025"),
        ("0171 1234567 2025-01-02", "0171 1234567", "2025-01-02"),
        ("030 1234567 Kd-Nr 4711234", "030 1234567", "Kd-Nr 4711234"),
        ("030 1234567, Kundennummer: 4711234", "030 1234567", "Kundennummer 4711234"),
        ("030 1234567 Vertrag Nord 4711234", "030 1234567", "Vertrag Nord 4711234"),
        ("(212) 555-0123 Acct 4711234", "(212) 555-0123", "Acct 4711234"),
        ("Client n° 4711234: 06 12 34 56 78", "06 12 34 56 78", "Client n° 4711234"),
        // The digits belong to the number.
        ("06 12 34 56 78 mobile", "06 12 34 56 78", "mobile"),
        ("030 123 45 67. Büro", "030 123 45 67", "Büro"),
        ("06 12 34 56 78mobile", "06 12 34 56 78", "mobile"),
        ("030 1234567 0 Empfang", "030 1234567 0", "Empfang"),
        ("Contact No 9876543210", "9876543210", "Contact"),
        ("Urbano 912345678", "912345678", "Urbano"),
        ("Customer: 212-555-0100", "212-555-0100", "Customer"),
        ("Ref. 0171 1234567", "0171 1234567", "Ref."),
    ] {
        assert_eq!(read(text), (number.to_owned(), None, Some(label.to_owned())), "{text}");
        assert_eq!(PhoneNumber::split_text(text), [text]);
    }
    assert_eq!(read("1. 0171 1234567").0, "0171 1234567", "a number in a list");
}

#[test]
fn variants_after_slashes_become_the_label() {
    for (text, number, label) in [
        ("020 7946 0123/0124/0125", "020 7946 0123", "/0124/0125"),
        ("030 123456/123457/123458", "030 123456", "/123457/123458"),
        ("030 123456/57/58", "030 123456", "/57/58"),
        ("030/123456/57/58", "030/123456", "/57/58"),
        ("030 123456 / 57 / 58", "030 123456", "/ 57 / 58"),
        ("030 123456/123457", "030 123456", "/123457"),
        ("030 1234567/1234568", "030 1234567", "/1234568"),
        ("+49 30 1234567/68/69", "+49301234567", "/68/69"),
        ("+44 20 7946 0123/0124/0125 (Anna)", "+442079460123", "/0124/0125 Anna"),
    ] {
        assert_eq!(PhoneNumber::split_text(text), [text]);
        assert_eq!(read(text), (number.to_owned(), None, Some(label.to_owned())), "{text}");
    }
    let numbers = ["0301234567", "0171765432", "0172765432"];
    assert_eq!(PhoneNumber::split_text("0301234567/0171765432/0172765432"), numbers);
    assert_eq!(PhoneNumber::split_text("030/1234569/0171/7654323"), ["030/1234569", "0171/7654323"]);
}

#[test]
fn a_number_with_an_unreadable_digit_is_refused() {
    for text in [
        "020 7946 O123",
        "O20 7946 0123",
        "2O2-555-0100",
        "1-8OO-555-0100",
        "212-555-O100",
        "+49 30 l23456",
        "+44 20 7946 012I",
        "020 7946 012?",
        "020 ?946 0123",
        "020 7946 01??",
        "020 7946 01xx",
        "020 79xx 0123",
        "020 7946 XXXX",
        "0171/12 34 5xx",
        "0171 1234567?",
        "0171 12345**",
        "+1 212 555 01__",
        "0171 1234…",
    ] {
        assert_eq!(text.parse::<PhoneNumber>(), Err(PhoneNumberError::UnreadableDigit), "{text}");
    }
    for (text, number) in [
        ("o2: 0171 1234567", "0171 1234567"),
        ("0171 1234567 B2", "0171 1234567"),
        ("030 1234567 (?)", "030 1234567"),
        ("+44 20 7946 0123 x", "+442079460123"),
        ("030 1234567 Raum O12", "030 1234567"),
    ] {
        assert_eq!(read(text).0, number, "{text}");
    }
}

#[test]
fn words_dates_and_decimals_are_no_numbers() {
    for text in [
        "01.02.2025",
        "2025-01-02",
        "12/31/2025",
        "2025-01-02 00:00:00",
        "2025-01-02T10:30:00",
        "491711234567.5",
        "ruft zurück 24h",
        "2x klingeln",
        "ask for Bob 2",
        "12 Park Lane",
        "Kd-Nr 4711234",
        "seit 01.01.2025",
    ] {
        assert_eq!(text.parse::<PhoneNumber>(), Err(PhoneNumberError::NotANumber), "{text}");
    }
    for text in ["110", "01.02.20.25.36", "0171.1234567", "12.34.56.78", "555.0100"] {
        assert_eq!(read(text).0, text);
    }
}

#[test]
fn a_contact_in_json_keeps_the_words_and_the_reading_of_version_0_1_0() {
    let read = |phone: serde_json::Value| {
        UnifiedContact::from_json(json!({"name": "Ada King", "phones": [phone]})).unwrap()
    };
    let contact = read(json!("0171 1234567 (Anna)"));
    assert_eq!(contact.phones[0].label.as_deref(), Some("Anna"));
    let earlier = contact.as_read_by_v0_1().unwrap();
    assert_eq!(serde_json::to_value(&earlier.phones[0]).unwrap(), json!({"number": "0171 1234567 (Anna)"}));

    let contact = read(json!({"number": "+49 30 12345 home", "label": "home"}));
    let earlier = contact.as_read_by_v0_1().unwrap();
    let expected = json!({"number": "+493012345466", "label": "home"});
    assert_eq!(serde_json::to_value(&earlier.phones[0]).unwrap()["label"], expected["label"]);
    assert_eq!(contact.phones[0].number.as_str(), "+493012345");

    let contact = read(json!({"number": "030 1234567 ext 12", "extension": "12"}));
    assert_eq!(contact.phones[0].extension.as_deref(), Some("12"));
    let earlier = contact.as_read_by_v0_1().unwrap();
    let expected = json!({"number": "030 1234567 ext 12", "extension": "12"});
    assert_eq!(serde_json::to_value(&earlier.phones[0]).unwrap(), expected);

    let rounded = read(json!("4.92E+11"));
    assert_eq!(rounded.phones[0].number.problem(), Some(PhoneNumberError::Rounded));
    assert!(read(json!("+44 20 7946 0123")).as_read_by_v0_1().is_none());
}

/// Numbers in forms that people write, and their digits.
const NUMBERS: [(&str, &str); 6] = [
    ("+49 30 1234567", "+49301234567"),
    ("+44 (0)20 7946 0123", "+442079460123"),
    ("+1 (212) 555-0123", "+12125550123"),
    ("030/123 45 67", "030/123 45 67"),
    ("(020) 7946-0123", "(020) 7946-0123"),
    ("01.23.45.67.89", "01.23.45.67.89"),
];

proptest! {
    #[test]
    fn words_around_a_number_add_no_digits(
        before in "(\\p{L}{1,9}[ .:-]){0,3}",
        number in prop::sample::select(&NUMBERS[..]),
        behind in "([ (,;:-]\\p{L}{2,9}[).!]?){0,3}",
    ) {
        let (written, digits) = number;
        let text = format!("{before} {written}{behind}");
        let number: PhoneNumber = text.parse().unwrap();
        prop_assert_eq!(number.as_str(), digits, "{}", text);
        let parts = PhoneNumber::split_text(&text);
        prop_assert_eq!(parts.len(), 1, "{}", text);
    }

    #[test]
    fn reading_a_number_again_gives_the_same_number(text in "[-+0-9 ./(),;#xpw]{1,24}|\\PC{0,6}[0-9]{2,9}\\PC{0,9}") {
        if let Ok(number) = text.parse::<PhoneNumber>() {
            let again: PhoneNumber = number.as_str().parse().unwrap();
            prop_assert_eq!(number.as_str(), again.as_str(), "{}", text);
        }
        let parts = PhoneNumber::split_text(&text);
        prop_assert!(parts.len() < 2 || parts.iter().all(|part| part.parse::<PhoneNumber>().is_ok()));
    }
}
