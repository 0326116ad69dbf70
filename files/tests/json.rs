//! Reading NDJSON, JSON and `JSContact`.
//!
//! Invariant: a broken object is rejected with its line, and reading continues if the start of the next object is known.

use unicontact_files::{ContactReader, Format, ReadOptions, Reject, Row, open};

fn opened(text: &str, name: &str) -> ContactReader {
    open(std::io::Cursor::new(text.to_owned()), name, &ReadOptions::default()).unwrap()
}

fn items(text: &str, name: &str) -> Vec<Result<Row, Reject>> {
    opened(text, name).collect()
}

#[test]
fn a_broken_line_of_ndjson_does_not_stop_the_others() {
    let text = "{\"name\":\"Ada\"}\n\n{\"name\":\"Bo\"\n{\"nmae\":\"Cy\"}\n{\"name\":\"Di\",\"name\":\"x\"}\n{\"name\":\"Ed\"}\n";
    let items = items(text, "people.ndjson");
    let rejects: Vec<String> =
        items.iter().filter_map(|item| Some(item.as_ref().err()?.to_string())).collect();
    assert!(rejects[0].starts_with("line 3, column 12: not JSON: it ends inside an object"), "{rejects:?}");
    assert!(rejects[1].starts_with("line 4: nmae: unknown key, did you mean `name`?"), "{rejects:?}");
    assert!(rejects[2].starts_with("line 5"), "{rejects:?}");
    assert_eq!(items.iter().flatten().map(|row| row.line).collect::<Vec<_>>(), [1, 6]);
}

#[test]
fn an_array_and_a_single_object_are_read() {
    let array = "[\n  {\"name\": \"Ada\"},\n  {\"name\": 5},\n  3,\n  {\"name\": \"Bo\"}\n]\n";
    let items = items(array, "people.json");
    assert_eq!(items.len(), 4);
    assert_eq!(items[1].as_ref().unwrap_err().line, 3);
    assert_eq!(items[3].as_ref().unwrap().line, 5);
    assert_eq!(self::items("{\n \"name\": \"Ada\"\n}", "-").len(), 1);
}

#[test]
fn a_cut_off_array_is_reported() {
    let items = items("[{\"name\":\"Ada\"},\n{\"name\":\"Bo", "people.json");
    let last = items[1].as_ref().unwrap_err();
    assert!(last.reading_ended && last.line == 2, "{last}");
}

const CARD: &str = r#"{"@type": "Card", "version": "1.0", "uid": "urn:example:1", "kind": "individual",
    "name": {"@type": "Name", "full": "Dr Ada King", "isOrdered": true, "components": [
        {"kind": "title", "value": "Dr"}, {"kind": "given", "value": "Ada"}, {"kind": "surname", "value": "King"}]},
    "nicknames": {"n1": {"name": "Countess"}},
    "emails": {"e1": {"address": "ada@example.com", "contexts": {"work": true}, "label": "Office", "pref": 1}},
    "phones": {"p1": {"number": "tel:+44-7700-900123", "features": {"mobile": true, "voice": true}}},
    "addresses": {"a1": {"contexts": {"private": true}, "countryCode": "GB", "timeZone": "Europe/London", "components": [
        {"kind": "number", "value": "1"}, {"kind": "name", "value": "Example Lane"},
        {"kind": "locality", "value": "London"}, {"kind": "postcode", "value": "EX1 1EX"}]}},
    "organizations": {"o1": {"name": "Analytical Engines", "units": [{"name": "Research"}]}},
    "titles": {"t1": {"name": "Analyst"}, "t2": {"name": "Lead", "kind": "role"}},
    "onlineServices": {"s1": {"service": "Twitter", "user": "ada_example"}, "s2": {"service": "Chat", "user": "ada"}},
    "anniversaries": {"b": {"kind": "birth", "date": {"@type": "PartialDate", "month": 12, "day": 10}}},
    "media": {"m": {"kind": "photo", "uri": "https://example.com/ada.png"}},
    "notes": {"n": {"note": "A note."}}, "keywords": {"vip": true}}"#;

#[test]
fn a_jscontact_card_is_read_and_its_unused_members_are_counted() {
    let mut reading = opened(CARD, "card.json");
    assert_eq!(reading.format(), Format::JsContact);
    let row = reading.next().unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(&row.contact).unwrap(),
        serde_json::json!({
            "external_id": "urn:example:1", "kind": "person",
            "name": {"full": "Dr Ada King", "prefix": "Dr", "given": "Ada", "family": "King"},
            "emails": [{"address": "ada@example.com", "kind": "work", "label": "Office", "primary": true}],
            "phones": [{"number": "+447700900123", "kind": "mobile"}],
            "addresses": [{"kind": "home", "street": "1 Example Lane", "city": "London", "postal_code": "EX1 1EX", "country": "GB"}],
            "organization": {"name": "Analytical Engines", "department": "Research"}, "title": "Analyst",
            "links": [{"kind": "twitter", "url": "https://twitter.com/ada_example"}],
            "photo_url": "https://example.com/ada.png", "notes": "A note.", "tags": ["vip"],
        })
    );
    assert_eq!(row.notes[0].to_string(), "anniversaries: a birthday without a year; the value is dropped");
    let unused: Vec<&str> = reading.unused().keys().map(String::as_str).collect();
    assert_eq!(
        unused,
        [
            "addresses.*.timeZone",
            "nicknames",
            "onlineServices.*.service",
            "onlineServices.*.user",
            "titles.*.kind",
            "titles.*.name"
        ]
    );
}

#[test]
fn jscontact_cards_are_read_from_lines_and_from_an_array() {
    let line = CARD.replace('\n', " ");
    assert_eq!(
        items(&format!("{line}\n{{\"@type\":\"Card\"\n{line}\n"), "cards.json").iter().flatten().count(),
        2
    );
    assert_eq!(items(&format!("[{CARD},{CARD}]"), "cards.json").iter().flatten().count(), 2);
    let group = r#"{"@type": "Card", "kind": "group", "name": {"full": "All"}}"#;
    assert!(items(group, "cards.json")[0].as_ref().unwrap_err().reason.contains("a group of contacts"));
}

#[test]
fn a_reject_names_its_object_if_several_begin_on_the_line() {
    let text = r#"[{"name":"Ada"},{"name":"Bo","emails":["x"]},{"name":"Cy"}]
        [{"name":7}]"#;
    let reading = open(text.as_bytes(), "-", &ReadOptions::default()).unwrap();
    let rejects: Vec<String> = reading.filter_map(Result::err).map(|reject| reject.to_string()).collect();
    assert!(rejects[0].starts_with("line 1") && rejects[0].contains(": object 2: "), "{rejects:?}");
    assert!(rejects[1].starts_with("line 2") && !rejects[1].contains("object 4"), "{rejects:?}");
}

#[test]
fn the_column_of_a_syntax_error_is_counted_from_the_start_of_its_line() {
    for text in [
        r#"[{"name":"Ada"}, {"name":"Bo",}]"#,
        r#"[{"@type":"Card","name":{"full":"Ada"}}, {"@type":"Card",}]"#,
    ] {
        let reject = items(text, "people.json").remove(1).unwrap_err();
        assert_eq!(reject.column, text.find(",}").map(|index| index as u64 + 2), "{reject}");
    }
}
