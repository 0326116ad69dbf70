//! Checks that invalid fixtures and contacts are rejected: every object of the format is tried with an unknown key, and without each
//! required key.

use serde_json::{Value, json};
use unicontact::providers::{ConnectionOptions, UnifiedContact};
use unicontact_contract::fixture::ProviderKeys;
use unicontact_contract::{Adapters as _, BuiltIn};

use super::support::fixture::{Fixture, contact_document};
use super::support::providers::{NAME, TIMEOUT, VENDORS, fixtures, http};

/// Returns a fixture with every object of the format.
fn whole() -> Value {
    let request = json!({"method": "POST", "path": "/", "headers": {}});
    let answer = json!({"status": 422, "headers": {}, "body": {}, "encoding": "gzip", "delay_ms": 1});
    json!({
        "provenance": {"kind": "inferred", "source": "a page", "date": "2026-08", "note": "ours"},
        "contact": "minimal",
        "provider": {"use_created": true},
        "now": "2026-11-20T10:00:00Z",
        "before": [{"request": request, "answer": answer}],
        "request": request,
        "answer": answer,
        "expect": {
            "kind": "invalid", "effect": "refused", "transient": false, "status": 422,
            "fields": [{"field": "name", "message": "is missing"}],
        },
    })
}

fn reading(document: Value) -> Result<Fixture, String> {
    serde_json::from_value(document).map_err(|error| error.to_string())
}

#[test]
fn an_unknown_key_anywhere_in_a_fixture_is_an_error() {
    reading(whole()).unwrap();
    for place in [
        "",
        "/provenance",
        "/before/0",
        "/before/0/request",
        "/before/0/answer",
        "/request",
        "/answer",
        "/expect",
        "/expect/fields/0",
    ] {
        let mut document = whole();
        document.pointer_mut(place).unwrap()["mistyped"] = json!(true);
        let error = reading(document).expect_err(place);
        assert!(error.contains("unknown field `mistyped`"), "{place}: {error}");
    }
}

#[test]
fn an_unknown_configuration_key_is_an_error() {
    for vendor in VENDORS.iter().copied() {
        let mut differing = ProviderKeys::default();
        differing.keys.insert("mistyped".to_owned(), json!(true));
        let document = fixtures().provider(vendor).unwrap();
        let keys = document.configuration(&differing, "http://127.0.0.1:9");
        let common = ConnectionOptions { name: NAME.to_owned(), timeout: TIMEOUT, default_region: None };
        let error = BuiltIn.connect(vendor, keys, common, http()).expect_err(vendor);
        assert!(error.to_string().contains("mistyped: unknown key"), "{vendor}: {error}");
    }
}

/// Tries every contradiction in a document.
#[test]
fn a_contradiction_in_a_fixture_is_an_error() {
    let changes: [(&str, Value, &str); 12] = [
        ("/answer/status", json!(9999), "from 100 to 599"),
        ("/expect/created", json!("1"), "exactly one"),
        ("/expect/effect", Value::Null, "belong together"),
        ("/request", Value::Null, "request and answer"),
        ("/answer/text", json!("{}"), "a body or a text"),
        ("/answer/status", Value::Null, "a status or a fault"),
        ("/answer/fault", json!("reset"), "a status or a fault"),
        ("/before/0/answer/status", Value::Null, "a status or a fault"),
        ("/expect", json!({"checked": false}), "checked is true"),
        ("/expect", json!({"found": 1}), "found is an id"),
        ("/expect", json!({"created": "1", "status": 201}), "belong to a kind"),
        ("/answer", json!({"fault": "hang"}), "after other exchanges"),
    ];
    for (place, value, why) in changes {
        let mut document = whole();
        let (parent, key) = place.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[key] = value;
        let fixture = reading(document).unwrap();
        let told = fixture.contradiction().unwrap_or_default();
        assert!(told.contains(why), "{place}: {told}");
    }
    assert_eq!(reading(whole()).unwrap().contradiction(), None);
}

#[test]
fn a_missing_key_is_an_error() {
    for (place, key) in [
        ("", "provenance"),
        ("", "contact"),
        ("", "expect"),
        ("/provenance", "kind"),
        ("/provenance", "source"),
        ("/provenance", "date"),
        ("/provenance", "note"),
        ("/before/0", "request"),
        ("/before/0", "answer"),
        ("/request", "method"),
        ("/request", "path"),
        ("/request", "headers"),
    ] {
        let mut document = whole();
        document.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        let error = reading(document).expect_err(key);
        assert!(error.contains(key), "{place}/{key}: {error}");
    }
}

#[test]
fn an_unknown_provenance_fault_or_encoding_is_an_error() {
    for (place, key) in [("/provenance", "kind"), ("/answer", "fault"), ("/answer", "encoding")] {
        let mut document = whole();
        document.pointer_mut(place).unwrap()[key] = json!("mistyped");
        assert!(reading(document).is_err(), "{place}/{key}");
    }
}

#[test]
fn an_unknown_key_anywhere_in_a_contact_is_an_error() {
    for place in ["", "/name", "/emails/0", "/phones/0", "/addresses/0", "/organization", "/links/0"] {
        let mut document = contact_document("full");
        UnifiedContact::from_json(document.clone()).unwrap();
        document.pointer_mut(place).unwrap()["mistyped"] = json!("x");
        assert!(UnifiedContact::from_json(document).is_err(), "{place}");
    }
}
