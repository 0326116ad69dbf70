use proptest::prelude::*;
use serde_json::json;

use super::*;

const TEXT: &str = r#"{
  "provenance": {"kind": "documented",   "note": "kept"},
  "request": {
    "method": "POST",
    "headers": {"z": "1", "a": "2"},
    "body": {
      "name": "Ada",
      "emails": [
        {"value": "a@example.com"}
      ],
      "gone": true
    }
  },
  "expect": {"created": "1"}
}
"#;

fn part(object: &str, key: &'static str, new: &Value) -> Part {
    Part::new(object, key, serde_json::to_string_pretty(new).unwrap())
}

fn changed(key: &'static str, new: &Value) -> String {
    with_parts(TEXT, &[part("", key, new)]).unwrap()
}

#[test]
fn only_what_changes_is_written_anew() {
    let request = json!({
        "method": "PUT",
        "headers": {"z": "1", "a": "2", "x-new": "3"},
        "body": {"name": "Ada", "emails": [{"value": "a@example.com"}, {"value": "b@example.com"}], "tag": {"id": 7}},
    });
    insta::assert_snapshot!(changed("request", &request), @r#"
    {
      "provenance": {"kind": "documented",   "note": "kept"},
      "request": {
        "method": "PUT",
        "headers": {"z": "1", "a": "2", "x-new": "3"},
        "body": {
          "name": "Ada",
          "emails": [
            {"value": "a@example.com"},
            {
              "value": "b@example.com"
            }
          ],
          "tag": {
            "id": 7
          }
        }
      },
      "expect": {"created": "1"}
    }
    "#);
}

#[test]
fn an_object_without_a_common_key_is_replaced() {
    let expect = json!({"kind": "invalid", "status": 422});
    let text = changed("expect", &expect);
    assert!(
        text.ends_with("  \"expect\": {\n    \"kind\": \"invalid\",\n    \"status\": 422\n  }\n}\n"),
        "{text}"
    );
}

#[test]
fn an_object_that_the_text_lacks_is_none() {
    for (text, object) in [(TEXT, "/answer"), (TEXT, "/before/0"), ("{", ""), ("[}", ""), ("[]", "")] {
        assert_eq!(with_parts(text, &[part(object, "request", &json!(1))]), None, "{text} {object}");
    }
}

#[test]
fn a_member_that_the_text_lacks_is_added_in_its_layout() {
    let text = "{\n  \"contact\": \"ada\",\n  \"before\": [\n    {\"answer\": {\"status\": 200}}\n  ],\n  \"answer\": {\"status\": 201}\n}\n";
    let parts = [
        part("/before/0", "request", &json!({"method": "GET"})).before("answer"),
        part("", "request", &json!({"method": "POST"})).before("answer"),
        part("", "expect", &json!({"created": "1"})),
    ];
    insta::assert_snapshot!(with_parts(text, &parts).unwrap(), @r#"
    {
      "contact": "ada",
      "before": [
        {"request": {
          "method": "GET"
        }, "answer": {"status": 200}}
      ],
      "request": {
        "method": "POST"
      },
      "answer": {"status": 201},
      "expect": {
        "created": "1"
      }
    }
    "#);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z\"\\\\,{}\\[\\] é]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c\"]{1,2}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// In every layout, the text has the new value at the place and every other value unchanged.
    #[test]
    fn the_text_is_the_changed_document(old in value(), new in value(), other in value(), pretty in any::<bool>()) {
        let mut document = json!({"first": other, "place": old, "last": other});
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let written = with_parts(&text.unwrap(), &[part("", "place", &new)]).unwrap();
        document["place"] = new;
        prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), document);
    }

    #[test]
    fn an_added_member_leaves_all_others(others in prop::collection::btree_map("[a-c\"]{1,2}", value(), 0..4), new in value()) {
        let mut document = Value::Object(others.into_iter().collect());
        let text = serde_json::to_string(&document).unwrap();
        let written = with_parts(&text, &[part("", "new", &new).before("b")]).unwrap();
        document["new"] = new;
        prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), document);
    }

    #[test]
    fn a_document_that_does_not_change_keeps_its_text(document in value()) {
        let text = serde_json::to_string(&json!({"place": document})).unwrap();
        prop_assert_eq!(with_parts(&text, &[part("", "place", &document)]).unwrap(), text);
    }
}
