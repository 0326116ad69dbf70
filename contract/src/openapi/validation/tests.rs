//! Tests of the validation of single values.

use serde_json::json;

use super::*;

/// Returns the places and words of all violations.
fn found(version: Version, schema: &Value, value: &Value) -> Vec<String> {
    let document = json!({"components": {"schemas": {"schema": schema}}});
    let api = OpenApi { document, version };
    violations(&api, &json!({"$ref": "#/components/schemas/schema"}), value, "body")
        .into_iter()
        .map(|it| format!("{}: {} / {}", it.place, it.sent, it.permitted))
        .collect()
}

#[test]
fn both_versions_have_their_own_form_of_null_and_of_limits() {
    let old = json!({"properties": {
        "a": {"type": "string", "nullable": true},
        "b": {"type": "number", "minimum": 5, "exclusiveMinimum": true},
        "c": {"$ref": "#/components/schemas/schema", "maxProperties": 0},
    }});
    let new = json!({"properties": {
        "a": {"type": ["string", "null"]},
        "b": {"type": "number", "exclusiveMinimum": 5},
        "c": {"$ref": "#/components/schemas/schema", "maxProperties": 0},
    }});
    for (version, schema) in [(Version::V3_0, &old), (Version::V3_1, &new)] {
        assert_eq!(found(version, schema, &json!({"a": null, "b": 6})), [""; 0]);
        let places = found(version, schema, &json!({"a": 1, "b": 5}));
        let places: Vec<&str> = places.iter().filter_map(|it| it.split(": ").next()).collect();
        assert_eq!(places, ["body.a", "body.b"]);
    }
    let sent = json!({"c": {"a": "text"}});
    assert_eq!(found(Version::V3_0, &old, &sent), [""; 0]);
    assert_eq!(
        found(Version::V3_1, &new, &sent),
        ["body.c: an object with more members / at most 0 members"]
    );
}

#[test]
fn a_circle_of_references_ends() {
    let circle = json!({"allOf": [{"$ref": "#/components/schemas/schema"}], "anyOf": [{"$ref": "#/components/schemas/schema"}],
        "type": "object", "required": ["a"]});
    assert!(
        found(Version::V3_1, &circle, &json!({})).contains(&"body.a: nothing / a required member".to_owned())
    );
    let alone = json!({"$ref": "#/components/schemas/schema"});
    assert_eq!(found(Version::V3_0, &alone, &json!({"a": 1})), [""; 0]);
}

#[test]
fn the_nearest_alternative_is_compared() {
    let schema = json!({"oneOf": [
        {"type": "string"},
        {"type": "object", "required": ["a", "b"]},
        {"type": "object", "required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}, "additionalProperties": false},
    ]});
    assert_eq!(found(Version::V3_1, &schema, &json!({"a": "y"})), [""; 0]);
    assert_eq!(
        found(Version::V3_1, &schema, &json!({"a": "secret value"})),
        ["body.b: nothing / a required member, as the nearest of 3 alternatives"]
    );
    assert_eq!(
        found(Version::V3_1, &schema, &json!({"a": "z", "c": 1})),
        ["body.b: nothing / a required member, as the nearest of 3 alternatives"]
    );
}

#[test]
fn a_credential_is_compared_only_by_its_type() {
    let schema =
        json!({"properties": {"key": {"type": "string", "maxLength": 3}, "id": {"type": "integer"}}});
    let sent = json!({"key": SECRET_PLACEHOLDER, "id": SECRET_PLACEHOLDER});
    assert_eq!(found(Version::V3_1, &schema, &sent), ["body.id: a text / a whole number"]);
}

#[test]
fn an_alternative_that_is_the_schema_itself_permits_no_other_value() {
    let schema = json!({"anyOf": [{"$ref": "#/components/schemas/schema"}, {"type": "string"}]});
    assert_eq!(found(Version::V3_1, &schema, &json!("text")), [""; 0]);
    assert_eq!(
        found(Version::V3_1, &schema, &json!(1)),
        ["body: a number / a text, as the nearest of 2 alternatives"]
    );
}

#[test]
fn schemas_that_are_too_many_are_told() {
    let advice = "body: a number / not compared completely: the schemas are too many";
    let nested = (0..MAX_DEPTH).fold(json!({"type": "string"}), |inner, _| json!({"allOf": [inner]}));
    assert_eq!(found(Version::V3_1, &nested, &json!(1)), [advice]);
    let wide = (0..5).fold(json!({}), |inner, _| json!({"allOf": vec![inner; 12]}));
    assert_eq!(found(Version::V3_1, &wide, &json!(1)), [advice]);
}
