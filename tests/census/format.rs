//! Tests that a malformed fixture or contact is rejected: every object of the format with an unknown key, and without each of its
//! required keys.

use serde_json::{Value, json};
use unicontact::providers::{ConnectionOptions, UnifiedContact};
use unicontact_contract::fixture::ProviderKeys;
use unicontact_contract::{Adapters as _, BuiltIn};

use crate::support::fixture::{Fixture, contact_document};
use crate::support::providers::{NAME, TIMEOUT, VENDORS, fixtures, http};

/// Returns a fixture that holds every object of the format.
fn complete() -> Value {
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

fn parse(document: Value) -> Result<Fixture, String> {
    serde_json::from_value(document).map_err(|error| error.to_string())
}

#[test]
fn an_unknown_key_anywhere_in_a_fixture_is_an_error() {
    parse(complete()).unwrap();
    for pointer in [
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
        let mut document = complete();
        document.pointer_mut(pointer).unwrap()["mistyped"] = json!(true);
        let error = parse(document).expect_err(pointer);
        assert!(error.contains("unknown field `mistyped`"), "{pointer}: {error}");
    }
}

#[test]
fn an_unknown_configuration_key_of_a_vendor_is_an_error() {
    for vendor in VENDORS.iter().copied() {
        let mut differing = ProviderKeys::default();
        differing.keys.insert("mistyped".to_owned(), json!(true));
        let document = fixtures().provider(vendor).unwrap();
        let keys = document.configuration(&differing, "http://127.0.0.1:9");
        let options = ConnectionOptions::new(NAME).with_timeout(TIMEOUT);
        let error = BuiltIn.connect(vendor, keys, options, http()).expect_err(vendor);
        assert!(error.to_string().contains("mistyped: unknown key"), "{vendor}: {error}");
    }
}

#[test]
fn every_contradiction_in_a_fixture_is_reported() {
    let changes: [(&str, Value, &str); 12] = [
        ("/answer/status", json!(9999), "from 100 to 599"),
        ("/expect/created", json!("1"), "exactly one"),
        ("/expect/effect", Value::Null, "write kind, effect and transient together"),
        ("/request", Value::Null, "request and answer"),
        ("/answer/text", json!("{}"), "at most one of body and text"),
        ("/answer/status", Value::Null, "either a status or a fault"),
        ("/answer/fault", json!("reset"), "either a status or a fault"),
        ("/before/0/answer/status", Value::Null, "either a status or a fault"),
        ("/expect", json!({"checked": false}), "expect.checked: write true"),
        ("/expect", json!({"found": 1}), "expect.found: write an id or null"),
        ("/expect", json!({"created": "1", "status": 201}), "need a kind"),
        ("/answer", json!({"fault": "hang"}), "after other exchanges"),
    ];
    for (pointer, value, why) in changes {
        let mut document = complete();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[key] = value;
        let fixture = parse(document).unwrap();
        let contradiction = fixture.contradiction().unwrap_or_default();
        assert!(contradiction.contains(why), "{pointer}: {contradiction}");
    }
    assert_eq!(parse(complete()).unwrap().contradiction(), None);
}

#[test]
fn a_missing_required_key_in_a_fixture_is_an_error() {
    for (pointer, key) in [
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
        let mut document = complete();
        document.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        let error = parse(document).expect_err(key);
        assert!(error.contains(key), "{pointer}/{key}: {error}");
    }
}

#[test]
fn an_unknown_kind_of_provenance_fault_or_encoding_is_an_error() {
    for (pointer, key) in [("/provenance", "kind"), ("/answer", "fault"), ("/answer", "encoding")] {
        let mut document = complete();
        document.pointer_mut(pointer).unwrap()[key] = json!("mistyped");
        assert!(parse(document).is_err(), "{pointer}/{key}");
    }
}

#[test]
fn an_unknown_key_anywhere_in_a_contact_is_an_error() {
    for pointer in ["", "/name", "/emails/0", "/phones/0", "/addresses/0", "/organization", "/links/0"] {
        let mut document = contact_document("full");
        UnifiedContact::from_json(document.clone()).unwrap();
        document.pointer_mut(pointer).unwrap()["mistyped"] = json!("x");
        assert!(UnifiedContact::from_json(document).is_err(), "{pointer}");
    }
}
