//! Search of whole contacts in a list.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::comparison::{ComparedField, ContactList, ValueKind};
use crate::contact_id::ContactId;
use crate::find::FindOutcome;

const FIELDS: &[ComparedField] = &[
    ComparedField::new("/type/id", ValueKind::Id),
    ComparedField::new("/name", ValueKind::Name),
    ComparedField::new("/title", ValueKind::Text),
    ComparedField::new("/street", ValueKind::Text),
    ComparedField::new("/email", ValueKind::EmailAddress),
    ComparedField::new("/phone", ValueKind::PhoneNumber),
    ComparedField::new("/mobile", ValueKind::PhoneNumber),
    ComparedField::new("/order", ValueKind::Reference),
];

fn list(entries: &[Value], is_complete: bool) -> ContactList {
    ContactList::new(FIELDS, &["id", "contact_id"], entries, is_complete)
}

fn find(sent: &Value, entries: &[Value]) -> FindOutcome {
    list(entries, true).find(sent, None)
}

fn id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}

fn found(text: &str) -> FindOutcome {
    FindOutcome::Found(id(text))
}

fn unclear(ids: &[&str]) -> FindOutcome {
    FindOutcome::Unclear { candidates: ids.iter().map(|text| id(text)).collect() }
}

fn with(contact: &Value, changes: &Value) -> Value {
    let mut contact = contact.clone();
    for (key, value) in changes.as_object().unwrap() {
        contact[key] = value.clone();
    }
    contact
}

fn mira() -> Value {
    json!({
        "type": {"id": 1}, "name": "Mira Beispiel", "title": "Buyer",
        "email": "mira@example.com", "phone": "+442079460123",
    })
}

/// The contact as a vendor lists it, with changes.
fn stored(changes: &Value) -> Value {
    with(&with(&mira(), &json!({"id": 7, "organisation": {"id": 42}})), changes)
}

#[test]
fn a_contact_that_agrees_in_everything_is_found() {
    for changes in [
        json!({}),
        json!({"name": "BEISPIEL, MIRA", "email": "Mira@Example.com", "phone": "020 7946 0123"}),
        json!({"street": "", "mobile": null, "order": " "}),
        json!({"phone": 442_079_460_123_u64, "type": {"id": "1", "description": "Commercial"}}),
        json!({"note": "one that is not compared"}),
    ] {
        assert_eq!(find(&mira(), &[stored(&changes)]), found("7"), "{changes}");
    }
}

#[test]
fn a_contact_that_agrees_in_part_is_a_candidate() {
    for changes in [
        json!({"title": null}),
        json!({"title": "Head of Purchase"}),
        json!({"street": "1 Park Lane"}),
        json!({"type": {"id": 2}}),
        json!({"type": 1}),
        json!({"email": null, "phone": null}),
        json!({"email": "another.mira@example.org", "phone": "+493023125012"}),
        json!({"name": "Nell Nobody", "phone": "+493023125012"}),
        json!({"name": "Nell Nobody", "email": "nell@example.org"}),
        json!({"phone": null, "mobile": "+442079460123"}),
        json!({"name": {"given": "Mira", "family": "Beispiel"}}),
        json!({"name": ["Mira Beispiel"], "email": null, "phone": null}),
    ] {
        assert_eq!(find(&mira(), &[stored(&changes)]), unclear(&["7"]), "{changes}");
    }
}

#[test]
fn a_different_contact_is_not_found() {
    let another = json!({"name": "Nell Nobody", "email": "nell@example.org", "phone": "+493023125012"});
    for changes in [
        another.clone(),
        with(&another, &json!({"name": "Mira Muster"})),
        with(&another, &json!({"name": null, "email": null})),
        with(&another, &json!({"name": null, "email": null, "phone": null, "street": "1 Park Lane"})),
        with(&another, &json!({"name": null, "email": null, "phone": null, "type": {"id": 4}})),
    ] {
        assert_eq!(find(&mira(), &[stored(&changes)]), FindOutcome::Nothing, "{changes}");
    }
}

#[test]
fn a_resembling_name_counts_unless_addresses_and_numbers_differ() {
    let sent = |changes| find(&with(&mira(), &json!({"name": "Person 20"})), &[stored(changes)]);
    let another = json!({"name": "Person 2", "email": "p20@example.com", "phone": "+442079460999"});
    assert_eq!(sent(&another), FindOutcome::Nothing);
    let without = json!({"name": "Person 2", "email": null, "phone": null});
    assert_eq!(sent(&without), unclear(&["7"]));
    let namesake = json!({"name": "Person 20", "email": "p20@example.com", "phone": "+442079460999"});
    assert_eq!(sent(&namesake), unclear(&["7"]), "the name itself is the same");
    let one_number = json!({"name": "Person 2", "email": "p20@example.com"});
    assert_eq!(sent(&one_number), unclear(&["7"]), "the number is the same");
}

#[test]
fn an_altered_value_counts_only_beside_an_equal_identifying_value() {
    let sent = json!({"name": "Ada King-Lovelace of Ockham"});
    for name in ["Ada King-Lovelace of", "Ockham of Ada King-Lovelace"] {
        let alone = json!({"id": 7, "name": name});
        assert_eq!(find(&sent, &[alone]), unclear(&["7"]), "{name}");
        let (email, title) = (json!({"email": "ada@example.com"}), json!({"title": "Countess"}));
        let identified = with(&json!({"id": 7, "name": name}), &email);
        assert_eq!(find(&with(&sent, &email), &[identified]), found("7"), "{name}");
        let titled = with(&json!({"id": 7, "name": name}), &title);
        assert_eq!(find(&with(&sent, &title), &[titled]), unclear(&["7"]), "{name}");
    }
    let number = json!({"phone": "+442079460123"});
    assert_eq!(find(&number, &[json!({"id": 7, "phone": "020 7946 0123"})]), unclear(&["7"]));
}

#[test]
fn a_contact_without_identifying_values_is_a_candidate() {
    for entry in [
        json!({"id": 7}),
        json!({"id": 7, "type": {"id": 1}}),
        json!({"id": 7, "fullName": "Mira Beispiel", "eMail": "mira@example.com"}),
        json!({"id": 7, "type": {"id": 1}, "title": "buyer"}),
    ] {
        assert_eq!(find(&mira(), std::slice::from_ref(&entry)), unclear(&["7"]), "{entry}");
    }
    let nameless = json!({"type": {"id": 1}, "title": "Buyer", "street": "1 Park Lane"});
    assert_eq!(find(&nameless, &[with(&nameless, &json!({"id": 7}))]), found("7"));
    assert_eq!(find(&nameless, &[json!({"id": 7, "type": {"id": 1}})]), unclear(&["7"]));
    assert_eq!(find(&nameless, &[stored(&json!({}))]), FindOutcome::Nothing);
}

#[test]
fn an_entry_that_is_unreadable_or_has_no_id_makes_the_outcome_unclear() {
    for entry in [
        json!(null),
        json!("mira@example.com"),
        json!(7),
        json!([{"id": 7}]),
        json!({}),
        json!({"error_code": 1105, "message": "too many"}),
        with(&mira(), &json!({"id": null})),
        with(&mira(), &json!({"id": {"value": 7}})),
        with(&mira(), &json!({"id": "", "title": "Head of Purchase"})),
    ] {
        assert_eq!(find(&mira(), std::slice::from_ref(&entry)), unclear(&[]), "{entry}");
        assert_eq!(find(&mira(), &[entry.clone(), stored(&json!({}))]), found("7"), "{entry}");
    }
    let stranger = json!({"name": "Nell Nobody", "email": "nell@example.org"});
    assert_eq!(find(&mira(), &[stranger]), FindOutcome::Nothing, "it is another one, whatever its id");
}

#[test]
fn an_incomplete_list_never_proves_absence() {
    let another = json!({"id": 8, "name": "Nell Nobody"});
    assert_eq!(list(&[], false).find(&mira(), None), unclear(&[]));
    assert_eq!(list(std::slice::from_ref(&another), false).find(&mira(), None), unclear(&[]));
    assert_eq!(list(&[another, stored(&json!({}))], false).find(&mira(), None), found("7"));
}

#[test]
fn an_ignored_contact_is_neither_found_nor_a_candidate() {
    for known in [json!({}), json!({"title": "Head of Purchase"}), json!({"id": "7"})] {
        let entries = [stored(&known)];
        assert_eq!(list(&entries, true).find(&mira(), Some(&id("7"))), FindOutcome::Nothing, "{known}");
    }
    let both = [stored(&json!({"id": 12, "contact_id": "7"})), stored(&json!({"id": 3}))];
    assert_eq!(list(&both, true).find(&mira(), Some(&id("7"))), found("3"));
}

#[test]
fn the_newest_match_is_found_and_at_most_ten_candidates_are_returned() {
    let ids = |numbers: &[u64], changes: Value| -> Vec<Value> {
        numbers.iter().map(|number| with(&stored(&changes), &json!({"id": number}))).collect()
    };
    assert_eq!(find(&mira(), &ids(&[9, 100, 20], json!({}))), found("100"));
    let namesakes = ids(&(1..=30).collect::<Vec<u64>>(), json!({"email": null, "phone": null}));
    let likelier = ids(&[5], json!({"title": "Head of Purchase"}));
    let FindOutcome::Unclear { candidates } = find(&mira(), &[namesakes, likelier].concat()) else {
        panic!("nothing agrees in everything");
    };
    let named: Vec<&str> = candidates.iter().map(ContactId::as_str).collect();
    assert_eq!(named, ["5", "30", "29", "28", "27", "26", "25", "24", "23", "22"]);
}

#[test]
fn debug_of_a_list_shows_no_contact() {
    let shown = format!("{:?}", list(&[stored(&json!({}))], true));
    assert_eq!(shown, "ContactList { contacts: 1, is_complete: true, .. }");
}

/// A change that a vendor may make to a text.
fn change() -> impl Strategy<Value = fn(&str) -> String> {
    select::<fn(&str) -> String>(vec![
        str::to_uppercase,
        str::to_lowercase,
        |text: &str| text.split(' ').map(title_case).collect::<Vec<_>>().join(" "),
        |text: &str| format!("  {}\u{a0}", text.replace(' ', "\u{2003} ")),
        |text: &str| icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned(),
        |text: &str| icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned(),
        str::to_owned,
    ])
}

fn title_case(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + &letters.as_str().to_lowercase()
}

fn last_word_first(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((rest, last)) => format!("{last}, {rest}"),
        None => name.to_owned(),
    }
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// A name of several words, none of which is shorter than three letters.
fn name() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-mA-Mäéßçñšğ]{3,9}", 1..5).prop_map(|words| words.join(" "))
}

fn number() -> impl Strategy<Value = String> {
    select(vec!["+4420794601", "+1202555012", "+4930231250"])
        .prop_flat_map(|start| (0..100_u8).prop_map(move |end| format!("{start}{end:02}")))
}

fn number_forms(number: &str) -> Vec<String> {
    let digits = &number[1..];
    vec![
        number.to_owned(),
        digits.to_owned(),
        format!("00{digits}"),
        format!("+{} {}-{}", &digits[..2], &digits[2..6], &digits[6..]),
        format!("0{}", &digits[2..]),
    ]
}

fn sent() -> impl Strategy<Value = Value> {
    let optional = |text: &'static str| proptest::option::of(Just(text));
    let email = proptest::option::of("[a-m]{3,9}@example\\.com");
    (name(), email, proptest::option::of(number()), optional("Buyer"), optional("1 Park Lane"), 1..7_u8)
        .prop_map(|(name, email, phone, title, street, kind)| {
            let members = [("name", Some(name)), ("email", email), ("phone", phone)];
            let texts = [("title", title.map(str::to_owned)), ("street", street.map(str::to_owned))];
            let texts = members.into_iter().chain(texts);
            let mut contact: Map<String, Value> =
                texts.filter_map(|(key, text)| Some((key.to_owned(), text?.into()))).collect();
            contact.insert("type".to_owned(), json!({"id": kind}));
            contact.into()
        })
}

/// A contact, and the form in which a vendor may have stored it.
fn sent_and_stored() -> impl Strategy<Value = (Value, Value)> {
    let changes = proptest::collection::vec(change(), 5);
    let drops = proptest::collection::vec(proptest::bool::weighted(0.2), 4);
    (sent(), changes, drops, 8..40_usize, any::<bool>(), 0..5_usize).prop_map(
        |(sent, changes, drops, limit, reorders, form)| {
            let mut stored = sent.clone();
            for (key, change) in ["name", "email", "title", "street"].into_iter().zip(changes) {
                if let Some(text) = sent.get(key).and_then(Value::as_str) {
                    stored[key] = change(text).into();
                }
            }
            if let Some(phone) = sent.get("phone").and_then(Value::as_str) {
                stored["phone"] = number_forms(phone)[form].clone().into();
            }
            let name = stored["name"].as_str().unwrap_or_default().trim().to_owned();
            stored["name"] = cut(&if reorders { last_word_first(&name) } else { name }, limit).into();
            for (key, _) in ["email", "phone", "title", "street"].into_iter().zip(drops).filter(|(_, it)| *it)
            {
                stored[key] = Value::Null;
            }
            stored["id"] = json!(7);
            (sent, stored)
        },
    )
}

/// A contact that shares no identifying value with any of [`sent`].
fn stranger() -> impl Strategy<Value = Value> {
    ("[n-z]{3,9} [n-z]{3,9}", "[n-z]{3,9}@example\\.org", 0..100_u8, 1..7_u8, 100..200_u32).prop_map(
        |(name, email, end, kind, id)| {
            let phone = format!("+4989123450{end:02}");
            json!({
                "id": id, "type": {"id": kind}, "name": name, "email": email, "phone": phone,
                "title": "Buyer", "street": "1 Park Lane",
            })
        },
    )
}

proptest! {
    #[test]
    fn a_contact_as_a_vendor_may_store_it_is_found_or_a_candidate(
        (sent, stored) in sent_and_stored(),
        mut others in proptest::collection::vec(stranger(), 0..4),
        place in any::<prop::sample::Index>(),
    ) {
        others.insert(place.index(others.len() + 1), stored);
        let outcome = find(&sent, &others);
        prop_assert!(outcome == found("7") || outcome == unclear(&["7"]), "{outcome:?}");
    }

    #[test]
    fn a_contact_with_changed_case_white_space_and_letter_encoding_is_found(
        sent in sent(),
        changes in proptest::collection::vec(change(), 4),
    ) {
        let mut stored = with(&sent, &json!({"id": 7}));
        for (key, change) in ["name", "email", "title", "street"].into_iter().zip(changes) {
            if let Some(text) = sent.get(key).and_then(Value::as_str) {
                stored[key] = change(text).into();
            }
        }
        prop_assert_eq!(find(&sent, &[stored]), found("7"));
    }

    #[test]
    fn a_list_of_different_contacts_proves_absence(
        sent in sent(),
        strangers in proptest::collection::vec(stranger(), 0..8),
    ) {
        prop_assert_eq!(find(&sent, &strangers), FindOutcome::Nothing);
    }

    #[test]
    fn a_contact_with_a_different_value_in_any_field_is_never_found(
        sent in sent(),
        stranger in stranger(),
        key in select(vec!["name", "email", "phone", "title", "street", "type"]),
    ) {
        let value = match key {
            "title" => json!("Head of Purchase"),
            "street" => json!("2 Sample Street"),
            "type" => json!({"id": 9}),
            _ => stranger[key].clone(),
        };
        let mut stored = with(&sent, &json!({"id": 7}));
        stored[key] = value;
        let outcome = find(&sent, &[stored]);
        prop_assert!(!matches!(outcome, FindOutcome::Found(_)), "{outcome:?}");
    }
}
