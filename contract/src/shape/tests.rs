//! Tests of shapes with generated documents.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-e]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn objects() -> impl Strategy<Value = Map<String, Value>> {
    let members = prop::collection::btree_map("[a-e]", documents(), 1..5);
    members.prop_map(|map| map.into_iter().collect())
}

/// The same document with other values of the same types.
fn with_other_values(document: &Value) -> Value {
    match document {
        Value::Null => Value::Null,
        Value::Bool(it) => Value::Bool(!it),
        Value::Number(_) => json!(7),
        Value::String(text) => format!("{text}!").into(),
        Value::Array(entries) => entries.iter().map(with_other_values).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), with_other_values(value))).collect())
        }
    }
}

fn changes(expected: &Value, seen: &Value) -> Vec<ShapeChange> {
    let expected = Shape::from_document(expected);
    expected.changes(&expected, &Shape::from_document(seen))
}

fn grades(expected: &Value, seen: &Value) -> Vec<(String, Grade)> {
    changes(expected, seen).into_iter().map(|it| (it.place, it.grade)).collect()
}

proptest! {
    #[test]
    fn a_document_equals_itself(document in documents()) {
        prop_assert_eq!(changes(&document, &document), []);
    }

    #[test]
    fn other_values_of_the_same_types_are_no_change(document in documents()) {
        prop_assert_eq!(changes(&document, &with_other_values(&document)), []);
    }

    #[test]
    fn a_missing_key_is_one_breaking_change(object in objects(), pick in any::<prop::sample::Index>()) {
        let mut less = object.clone();
        let key = object.keys().nth(pick.index(object.len())).unwrap();
        less.remove(key);
        prop_assert_eq!(grades(&object.clone().into(), &less.into()), [(key.clone(), Grade::Breaking)]);
    }

    #[test]
    fn a_new_key_is_one_additive_change(object in objects(), added in documents()) {
        let mut more = object.clone();
        more.insert("new".to_owned(), added);
        prop_assert_eq!(grades(&object.into(), &more.into()), [("new".to_owned(), Grade::Additive)]);
    }

    #[test]
    fn a_union_matches_each_of_its_documents(documents in prop::collection::vec(documents(), 1..4)) {
        let union = Shape::from_documents(&documents).unwrap();
        for document in &documents {
            prop_assert_eq!(union.changes(&union, &Shape::from_document(document)), []);
        }
    }
}

#[test]
fn a_changed_type_is_breaking() {
    assert_eq!(grades(&json!({"id": 1}), &json!({"id": "1"})), [("id".to_owned(), Grade::Breaking)]);
    assert_eq!(grades(&json!([{"a": []}]), &json!([{"a": {}}])), [("[].a".to_owned(), Grade::Breaking)]);
}

#[test]
fn a_value_that_became_null_is_breaking_and_a_null_that_became_a_value_is_additive() {
    assert_eq!(grades(&json!({"id": 1}), &json!({"id": null})), [("id".to_owned(), Grade::Breaking)]);
    assert_eq!(grades(&json!({"id": null}), &json!({"id": 1})), [("id".to_owned(), Grade::Additive)]);
}

#[test]
fn an_empty_list_is_no_change() {
    assert_eq!(grades(&json!([]), &json!([{"id": 1}])), []);
    assert_eq!(grades(&json!([{"id": 1}]), &json!([])), []);
}

#[test]
fn a_key_missing_from_some_entries_is_cosmetic_and_from_all_entries_breaking() {
    let all = json!([{"id": 1}, {"id": 2}]);
    let some = json!([{"id": 1}, {}]);
    assert_eq!(grades(&all, &some), [("[].id".to_owned(), Grade::Cosmetic)]);
    assert_eq!(grades(&all, &json!([{}, {}])), [("[].id".to_owned(), Grade::Breaking)]);
    assert_eq!(grades(&some, &all), []);
}

#[test]
fn types_of_other_known_answers_are_no_change() {
    let (own, other) = (json!({"parent": {"id": 1}}), json!({"parent": null}));
    let known = Shape::from_document(&own).union(Shape::from_document(&other));
    assert_eq!(Shape::from_document(&own).changes(&known, &Shape::from_document(&other)), []);
    assert_eq!(Shape::from_document(&other).changes(&known, &Shape::from_document(&own)), []);
    let wrong = Shape::from_document(&json!({"parent": {"id": "1"}}));
    assert_eq!(Shape::from_document(&other).changes(&known, &wrong)[0].place, "parent.id");
}

#[test]
fn keys_that_are_ids_or_addresses_are_not_shown() {
    let one = json!({"ada@engines.test": {"role": "a"}, "4711": {"role": "b"}});
    let other = json!({"grace@navy.test": {"role": 1}});
    assert_eq!(grades(&one, &other), [("[key].role".to_owned(), Grade::Breaking)]);
    assert_eq!(grades(&one, &json!({})), []);
}

#[test]
fn an_unknown_key_of_a_map_is_no_new_member() {
    let known = json!({"visits": {"4711471147": 1, "total": 3}});
    for key in ["GraceBoss", "graceboss", "contact_471147", "grace@navy.test"] {
        assert_eq!(grades(&known, &json!({"visits": {key: 2, "total": 4}})), [], "{key}");
        let text = json!({"visits": {key: "2", "total": 4}});
        assert_eq!(grades(&known, &text), [("visits.[key]".to_owned(), Grade::Breaking)], "{key}");
    }
}

#[test]
fn null_is_no_change_where_the_key_may_be_missing() {
    let (own, other) = (json!({"id": 1}), json!({"id": 1, "further": "x"}));
    let known = Shape::from_documents([&own, &other]).unwrap();
    let changes =
        |seen: &Value| Shape::from_document(&own).changes(&known, &Shape::from_document(seen)).len();
    assert_eq!(changes(&json!({"id": 1, "further": null})), 0);
    assert_eq!(changes(&json!({"id": 1, "further": 7})), 1);
    assert_eq!(known.changes(&known, &Shape::from_document(&json!({"id": 1, "further": null}))), []);
    assert_eq!(known.changes(&known, &Shape::from_document(&json!({"id": null}))).len(), 1);
}
