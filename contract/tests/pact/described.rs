//! Pacts of described vendors, whose credentials travel in headers and parameters of any name.

use std::fs;

use serde_json::{Value, json};
use unicontact_contract::fixture::SECRET_PLACEHOLDER;
use unicontact_contract::{Fixtures, pact};
use unicontact_providers::Description;

use crate::pact::support::pacts::{fixtures, interaction};

#[test]
fn no_pact_of_a_bundled_description_has_a_placeholder_and_each_example_matches_its_rules() {
    for vendor in Description::bundled_names() {
        let export = pact::export(fixtures(), vendor);
        assert!(!export.pact.to_string().contains(SECRET_PLACEHOLDER), "{vendor}");
        for interaction in export.pact["interactions"].as_array().unwrap() {
            let request = &interaction["request"];
            for (name, rule) in request["matchingRules"]["header"].as_object().into_iter().flatten() {
                let pattern = rule["matchers"][0]["regex"].as_str().unwrap();
                let start = pattern.trim_start_matches('^').trim_end_matches(".+$");
                let example = request["headers"][name][0].as_str().unwrap();
                let rest = example.strip_prefix(start);
                let is_exact =
                    pattern.trim_start_matches('^').trim_end_matches('$').replace('\\', "") == example;
                assert!(is_exact || rest.is_some_and(|rest| !rest.is_empty()), "{vendor} {name}: {example}");
            }
        }
    }
}

#[test]
fn a_credential_in_a_header_or_a_parameter_has_an_example_a_rule_and_a_generator() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = json!({
        "provenance": {"kind": "inferred", "source": "made up", "date": "2026-11", "note": "made up"},
        "contact": "ada",
        "request": {
            "method": "POST", "path": "/people?app=[secret]&limit=1",
            "headers": {"accept": "application/json", "authorization": "[secret]", "X-Api-Key": "[secret]"},
            "body": {"name": "Ada King"},
        },
        "answer": {"status": 201, "body": {"id": 17}},
        "expect": {"created": "17"},
    });
    for (path, document) in [
        ("contacts/ada.json", json!({"name": {"full": "Ada King"}})),
        ("providers/acmecrm.json", json!({"credentials": ["api_key"], "bearer": "api_key"})),
        ("acmecrm/create_full.json", fixture),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.to_string()).unwrap();
    }
    let fixtures = Fixtures::load(folder.path()).unwrap();
    let export = pact::export(&fixtures, "acmecrm");
    let mut request: Value = interaction(&export, "create_full")["request"].clone();
    request.as_object_mut().unwrap().remove("body");
    insta::assert_snapshot!(request.to_string(), @r#"{"generators":{"header":{"authorization":{"expression":"${authorization}","type":"ProviderState"},"x-api-key":{"expression":"${x-api-key}","type":"ProviderState"}},"query":{"app":{"expression":"${app}","type":"ProviderState"}}},"headers":{"accept":["application/json"],"authorization":["fake-api-key"],"x-api-key":["fake-x-api-key"]},"matchingRules":{"header":{"authorization":{"combine":"AND","matchers":[{"match":"regex","regex":"^.+$"}]},"x-api-key":{"combine":"AND","matchers":[{"match":"regex","regex":"^.+$"}]}},"query":{"app":{"combine":"AND","matchers":[{"match":"regex","regex":"^.+$"}]}}},"method":"POST","path":"/people","query":{"app":["fake-app"],"limit":["1"]}}"#);
}
