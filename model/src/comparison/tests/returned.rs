//! Comparison of returned contacts with the one that was sent.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::comparison::{Comparison, IdentifyingValues};
use crate::contact::UnifiedContact;

fn values(contact: &Value) -> IdentifyingValues {
    IdentifyingValues::from_json(contact)
}

fn with_name(name: &str) -> IdentifyingValues {
    values(&json!({ "name": name }))
}

fn assert_person(comparison: Comparison, pairs: &[(&str, &str)]) {
    for (sent, returned) in pairs {
        assert_eq!(
            with_name(sent).compare_person(&with_name(returned)),
            comparison,
            "{sent:?} returned as {returned:?}"
        );
    }
}

fn assert_any(comparison: Comparison, pairs: &[(Value, Value)]) {
    for (sent, returned) in pairs {
        let compared = values(sent).compare_any_value(&values(returned));
        assert_eq!(compared, comparison, "{sent} returned as {returned}");
    }
}

#[test]
fn people_with_the_same_honorific_have_nothing_in_common() {
    const HONORIFICS: [&str; 24] = [
        "Mr",
        "Mrs.",
        "Dr.",
        "Drs.",
        "Professor",
        "Doctor",
        "Lady",
        "Lord",
        "Reverend",
        "Rev.",
        "Capt.",
        "Hon.",
        "Mister",
        "Madam",
        "Frau",
        "Fräulein",
        "Fraulein",
        "Señor",
        "Senora",
        "Sr.",
        "Signora",
        "Dott.",
        "Dhr.",
        "Mag.",
    ];
    for honorific in HONORIFICS {
        let name = |name: &str| with_name(&format!("{honorific} {name}"));
        let compared = name("Ada King").compare_any_value(&name("Bob Stone"));
        assert_eq!(compared, Comparison::Differs, "{honorific}");
        assert_eq!(
            name("Ada King").compare_person(&with_name("King, Ada")),
            Comparison::Agrees,
            "{honorific}"
        );
    }
}

#[test]
fn a_truncated_reordered_or_respelled_name_is_the_same_person() {
    assert_person(
        Comparison::Agrees,
        &[
            ("Ada King", "ADA KING"),
            ("Ada King", "King, Ada"),
            ("Ada King", "  ada\u{a0}king "),
            ("Ada King", "Ada"),
            ("Ada King", "Mrs Ada King"),
            ("Dr. Ada King", "Ada King"),
            ("Ada King", "Ada Mary King"),
            ("Ada M. King", "Ada Mary King"),
            ("Ada Mary King", "King, Ada M."),
            ("Ada King", "Ada King (Analytical Engines)"),
            ("Zoë Müller", "Zoe Muller"),
            ("Zoë Müller", "ZOE MUELLER"),
            ("Jürgen Groß", "Juergen Gross"),
            ("Søren Łukasz Đoković", "Soren Lukasz Dokovic"),
            ("Åse Ångström", "Aase Aangstroem"),
            ("Sinéad O’Brien", "OBrien, Sinead"),
            ("Jean-Luc Picard", "Picard Jeanluc"),
            ("Łukasz Żak", "?ukasz ?ak"),
            ("Zoë Müller", "Zo\u{fffd} M\u{fffd}\u{fffd}ller"),
            ("Maximilian Mustermann", "Maximilian Must"),
            ("Maximilian Mustermann", "Maximili"),
            ("Maximilian Mustermann-Hohenstein", "MUSTERMANN-HOHENSTEIN, MAXIM"),
            ("山田太郎", "山田 太郎"),
            ("山田太郎", "太郎 山田"),
            ("山田 太郎", "太郎 山田"),
            ("王小明", "小明 王"),
            ("김철수", "철수 김"),
            ("Ольга Петрова", "ПЕТРОВА ОЛЬГА"),
            ("Smith & Sons", "Smith &amp; Sons"),
            ("Zoë Müller-O'Brien", "Zo&euml; M&#252;ller-O&#039;Brien"),
            ("Zoë Müller", "Zo Mller"),
        ],
    );
}

#[test]
fn a_nickname_or_another_given_name_is_another_person() {
    assert_person(
        Comparison::Differs,
        &[
            ("Bob Two", "Ann One"),
            ("Bob Two", "Ann Two"),
            ("Robert King", "Bob King"),
            ("Max Mustermann", "Maximilian Mustermann"),
            ("Maximilian Mustermann", "Max Mustermann"),
            ("Maximilian Mustermann", "Mustermann, Max"),
            ("Ann One", "Anne One"),
            ("John Smith Jr", "John Smith Sr"),
            ("Ada King", "Ada Muster"),
            ("Ada Byron King", "Ada King Lovelace"),
            ("Müller", "Möller"),
            ("Jean King", "Joan King"),
            ("山田太郎", "山田花子"),
            ("Hans Muller", "Hans M?ber"),
        ],
    );
}

#[test]
fn a_name_that_is_not_comparable_does_not_differ() {
    assert_person(
        Comparison::NothingComparable,
        &[
            ("Ada King", ""),
            ("Ada King", "***"),
            ("Ada King", "A** K***"),
            ("Ada King", "N/A"),
            ("Ada King", "null"),
            ("Ada King", "[redacted]"),
            ("Ada King", "????"),
            ("Ada King", "4711"),
            ("Ada King", "ada@example.com"),
            ("山田太郎", "Yamada Taro"),
            ("Ольга Петрова", "Olga Petrova"),
            ("John Smith", "J. Smith"),
            ("John Smith", "John S."),
            ("Maximilian Mustermann", "Maxi"),
        ],
    );
}

#[test]
fn a_name_part_beside_a_full_name_only_completes_it() {
    let bob = with_name("Bob Two");
    for returned in [
        json!({"name": "Ann Two", "last_name": "Two"}),
        json!({"name": "Ann", "surname": "Two"}),
        json!({"firstName": "Ann", "lastName": "Two"}),
        json!({"fullName": "Bob One", "givenName": "Bob"}),
        json!({"name": {"givenName": "Ann", "familyName": "Two"}}),
    ] {
        assert_eq!(bob.compare_person(&values(&returned)), Comparison::Differs, "{returned}");
    }
    for returned in [
        json!({"lastName": "Two", "firstName": "BOB"}),
        json!({"name": "Bob", "surname": "Two"}),
        json!({"name": "Bob Two", "first_name": "Bob", "last_name": "Two"}),
        json!({"last_name": "Two"}),
    ] {
        assert_eq!(bob.compare_person(&values(&returned)), Comparison::Agrees, "{returned}");
    }
    let contact = UnifiedContact::from_json(json!({"name": {"full": "Ann One", "given": "Ann"}})).unwrap();
    let berg = with_name("Ann Berg");
    assert_eq!(IdentifyingValues::from_contact(&contact).compare_person(&berg), Comparison::Differs);
}

#[test]
fn an_address_or_a_number_decides_if_names_are_not_comparable() {
    let sent = json!({"name": "Ольга Петрова", "email": "olga@example.com", "phone": "+442079460123"});
    for (returned, comparison) in [
        (json!({"name": "Olga Petrova", "email": "OLGA@EXAMPLE.COM"}), Comparison::Agrees),
        (json!({"email": "olga@example.com", "phone": "+442079460199"}), Comparison::Agrees),
        (json!({"name": "O. P.", "phone": "020 7946 0123"}), Comparison::Agrees),
        (json!({"email": "ann@example.com", "phone": "+442079460199"}), Comparison::Differs),
        (json!({"email": "hidden@example.com", "phone": "+44*******23"}), Comparison::NothingComparable),
        (json!({"email": "o***@example.com", "phone": ""}), Comparison::NothingComparable),
        (json!({"email": null, "phones": []}), Comparison::NothingComparable),
    ] {
        assert_eq!(values(&sent).compare_person(&values(&returned)), comparison, "{returned}");
    }
    let shared = (
        json!({"name": "Bob Two", "email": "info@example.com"}),
        json!({"name": "Ann One", "email": "info@example.com"}),
    );
    assert_eq!(values(&shared.0).compare_person(&values(&shared.1)), Comparison::Differs);
}

#[test]
fn one_agreeing_value_is_enough_for_the_answer_to_a_create() {
    let sent = json!({"name": "Zoë Müller", "emails": [{"email": "zoe@example.com"}], "phones": [{"phone_number": "+49 30 1234 5678 ext. 12"}]});
    assert_any(
        Comparison::Agrees,
        &[
            (sent.clone(), json!({"Name": "MUELLER"})),
            (sent.clone(), json!({"Name": "Zo"})),
            (sent.clone(), json!({"full_name": "Somebody Else", "Email": "Zoe@Example.com"})),
            (sent.clone(), json!({"emailAddresses": ["a@example.org", "<zoe@example.com>"]})),
            (sent.clone(), json!({"name": "Somebody Else", "Mobile": "030 12345678"})),
            (sent.clone(), json!({"contact_phones": [{"id": 3, "number": "493012345678"}]})),
            (sent.clone(), json!({"phones": [{"phone_number": "+49301234567812"}]})),
            (sent.clone(), json!({"data": {"firstName": "Zoe", "lastName": "Other"}})),
            (sent.clone(), json!({"phone": 493_012_345_678_u64})),
        ],
    );
    assert_any(
        Comparison::NothingComparable,
        &[
            (sent.clone(), json!({"id": 7})),
            (sent.clone(), json!({"id": 7, "name": null, "email": "", "phones": []})),
            (sent.clone(), json!({"name": "***", "email": "***@***", "phone": "xxx-xxx-1234"})),
            (sent.clone(), json!({"organisation": {"name": "Acme"}, "owner": {"email": "boss@example.com"}})),
            (
                sent.clone(),
                json!({"followers": [{"full_name": "F One", "email": "f@example.com"}], "assigned_user": {"name": "U"}}),
            ),
            (
                sent.clone(),
                json!({"email_confirmed": true, "phone_type": "mobile", "phone_verified_at": "2026-11-20T10:00:00Z"}),
            ),
            (json!({"company": "Acme"}), json!({"name": "Ann"})),
            (sent.clone(), json!([1, 2])),
        ],
    );
    assert_any(
        Comparison::Differs,
        &[
            (sent.clone(), json!({"name": "Ann One"})),
            (sent.clone(), json!({"name": "Ann One", "email": "ann@example.com", "phone": "+442079460123"})),
            (sent.clone(), json!({"email": "ann@example.com"})),
            (
                sent,
                json!({"emails": [{"email": "ann@example.com"}], "phones": [{"phone_number": "+49 30 1234 5679"}]}),
            ),
        ],
    );
}

#[test]
fn the_organization_is_compared_if_the_contact_has_no_other_name() {
    let contact = |document: Value| UnifiedContact::from_json(document).unwrap();
    let of = |document: Value| IdentifyingValues::from_contact(&contact(document));
    let acme = with_name("ACME");
    assert_eq!(
        of(json!({"organization": "Acme", "emails": ["a@example.com"]})).compare_person(&acme),
        Comparison::Agrees
    );
    let both = json!({"kind": "organization", "name": "Ada King", "organization": "Acme"});
    assert_eq!(of(both).compare_person(&acme), Comparison::Agrees);
    let employee = json!({"name": "Bob Two", "organization": "Acme"});
    assert_eq!(of(employee).compare_person(&acme), Comparison::Differs);
    let parts = json!({"name": {"given": "Ada", "family": "King", "full": "Countess of Lovelace"}});
    assert_eq!(of(parts).compare_person(&with_name("King Ada")), Comparison::Agrees);
}

#[test]
fn debug_shows_no_value() {
    let shown = format!("{:?}", values(&json!({"name": "Ada King", "email": "ada@example.com"})));
    assert_eq!(shown, "IdentifyingValues { values: 2 }");
}

/// A name of two to four words.
fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[A-ZÄÖÜ][a-zäöüßéøł]{2,9}",
        1 => "[A-Z]'[A-Z][a-z]{3,6}",
        1 => "[A-Z][a-z]{2,5}-[A-Z][a-z]{2,5}",
    ];
    proptest::collection::vec(word, 2..4).prop_map(|words| words.join(" "))
}

/// Returns a name in another letter case, truncated at a limit.
fn normalized(name: &str, case: &str, limit: Option<usize>) -> String {
    let cut: String = name.chars().take(limit.unwrap_or(usize::MAX)).collect();
    match case {
        "upper" => cut.trim_end().to_uppercase(),
        "lower" => cut.trim_end().to_lowercase(),
        _ => cut.trim_end().to_owned(),
    }
}

proptest! {
    #[test]
    fn a_name_that_a_vendor_normalizes_is_the_same_person(
        name in name(),
        case in select(vec!["upper", "lower", "as sent"]),
        limit in proptest::option::of(14..40_usize),
    ) {
        let returned = with_name(&normalized(&name, case, limit));
        prop_assert_eq!(with_name(&name).compare_person(&returned), Comparison::Agrees);
        prop_assert_eq!(with_name(&name).compare_any_value(&returned), Comparison::Agrees);
    }

    #[test]
    fn a_name_truncated_at_any_length_does_not_differ(name in name(), limit in 1..14_usize) {
        let returned = with_name(&normalized(&name, "upper", Some(limit)));
        prop_assert_ne!(with_name(&name).compare_person(&returned), Comparison::Differs);
        prop_assert_ne!(with_name(&name).compare_any_value(&returned), Comparison::Differs);
    }

    #[test]
    fn words_in_any_order_are_the_same_person(name in name(), turn in 0..4_usize, comma in any::<bool>()) {
        let mut words: Vec<&str> = name.split(' ').collect();
        let turn = turn % words.len();
        words.rotate_left(turn);
        let reordered = words.join(if comma { ", " } else { " " });
        prop_assert_eq!(with_name(&name).compare_person(&with_name(&reordered)), Comparison::Agrees);
    }

    #[test]
    fn a_number_in_any_national_or_international_form_agrees(
        code in select(vec!["1", "7", "49", "44", "62", "358"]),
        rest in "[1-9][0-9]{6,9}",
        spaced in any::<bool>(),
    ) {
        let sent = values(&json!({"phone": format!("+{code}{rest}")}));
        let groups = |digits: &str| -> String {
            digits.chars().enumerate().flat_map(|(place, digit)| [(spaced && place % 3 == 0).then_some(' '), Some(digit)]).flatten().collect()
        };
        for returned in [format!("0{}", groups(&rest)), format!("+{code} {}", groups(&rest)), format!("{code}{rest}"), format!("00{code}{rest}")] {
            let returned = values(&json!({"phones": [{"phone_number": returned}]}));
            prop_assert_eq!(sent.compare_any_value(&returned), Comparison::Agrees);
        }
    }

    #[test]
    fn a_contact_that_differs_in_every_value_differs(
        (sent, returned) in ("[A-K][a-k]{1,8} [A-K][a-k]{1,8}", "[N-Z][n-z]{1,8} [N-Z][n-z]{1,8}"),
        (one, other) in ("[1-4][0-9]{8}", "[5-9][0-9]{8}"),
    ) {
        let values = |name: &str, number: &str| {
            values(&json!({"name": name, "email": format!("{number}@example.com"), "phone": format!("+49{number}")}))
        };
        prop_assert_eq!(values(&sent, &one).compare_any_value(&values(&returned, &other)), Comparison::Differs);
        prop_assert_eq!(values(&sent, &one).compare_person(&values(&returned, &other)), Comparison::Differs);
    }

    #[test]
    fn comparing_any_texts_does_not_panic(sent in "\\PC{0,30}", returned in "\\PC{0,30}") {
        let _ = with_name(&sent).compare_person(&with_name(&returned));
        let compared = with_name(&sent).compare_any_value(&with_name(&sent));
        prop_assert_ne!(compared, Comparison::Differs);
    }
}
