//! Tests that the JSON Schema of a fixture accepts and rejects the same documents as the kit.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};
use unicontact_contract::{Fixture, Fixtures};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn validator() -> Validator {
    jsonschema::validator_for(&unicontact_contract::fixture::schema()).unwrap()
}

fn written(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_fixture_is_valid_by_the_schema_before_and_after_serialization() {
    let validator = validator();
    let fixtures = Fixtures::load(&folder()).unwrap_or_else(|error| panic!("\n{error}"));
    for fixture in fixtures.all() {
        let name = fixture.name();
        for document in [written(&name), serde_json::to_value(fixture).unwrap()] {
            let errors: Vec<String> =
                validator.iter_errors(&document).map(|it| format!("{}: {it}", it.instance_path())).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
}

#[test]
fn a_serialized_fixture_reads_as_the_same_fixture() {
    let fixtures = Fixtures::load(&folder()).unwrap_or_else(|error| panic!("\n{error}"));
    for fixture in fixtures.all() {
        let mut again: Fixture = serde_json::from_value(serde_json::to_value(fixture).unwrap()).unwrap();
        (again.vendor, again.scenario) = (fixture.vendor.clone(), fixture.scenario.clone());
        assert_eq!(again, *fixture, "{}", fixture.name());
    }
}

#[test]
fn the_schema_rejects_what_the_kit_rejects() {
    let validator = validator();
    let changes: [(&str, &str, Value); 7] = [
        ("", "expected", json!({})),
        ("/provenance", "kind", json!("guessed")),
        ("/provenance", "confidence", json!(1)),
        ("/request", "headers", json!({"accept": 1})),
        ("/answer", "status", json!("200")),
        ("/answer", "fault", json!("explode")),
        ("/expect", "transient", json!("yes")),
    ];
    for (place, key, value) in changes {
        let mut document = written("smarttask/create_minimal");
        document.pointer_mut(place).unwrap()[key] = value;
        assert!(!validator.is_valid(&document), "{place}/{key}");
        assert!(serde_json::from_value::<Fixture>(document).is_err(), "{place}/{key}");
    }
    for key in ["provenance", "contact", "expect"] {
        let mut document = written("smarttask/create_minimal");
        document.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&document), "{key}");
        assert!(serde_json::from_value::<Fixture>(document).is_err(), "{key}");
    }
}
