//! Tests of the matching rules and generators of the exported Pacts. Pact's tools do not report rules without a place.

use serde_json::Value;

use crate::pact::socket::readable;
use crate::pact::support::pacts::{exports, interactions};
use crate::pact::support::paths;

#[test]
fn every_rule_and_generator_has_a_place_in_the_example_and_the_example_matches() {
    let mut count = 0;
    for (vendor, export) in exports() {
        for interaction in interactions(export) {
            for part in ["request", "response"].map(|part| &interaction[part]) {
                let place = |path: &str| format!("{path} of {vendor}/{}", interaction["key"]);
                let body = readable(&part["body"]);
                for (path, rule) in entries(&part["matchingRules"]["body"]) {
                    let found = paths::at(&body, path);
                    assert!(!found.is_empty(), "{}", place(path));
                    assert!(
                        found.into_iter().all(|value| is_match(value, &rule["matchers"][0])),
                        "{}",
                        place(path)
                    );
                    count += 1;
                }
                for (path, _) in entries(&part["generators"]["body"]) {
                    assert!(!paths::at(&body, path).is_empty(), "{}", place(path));
                }
                for section in ["matchingRules", "generators"] {
                    for (rules, values) in [("header", "headers"), ("query", "query")] {
                        for (name, _) in entries(&part[section][rules]) {
                            assert!(part[values][name].is_array(), "{}", place(name));
                        }
                    }
                }
            }
        }
    }
    assert!(count > 500, "{count} rules");
}

fn entries(rules: &Value) -> impl Iterator<Item = (&str, &Value)> {
    rules.as_object().into_iter().flatten().map(|(path, rule)| (path.as_str(), rule))
}

fn is_match(value: &Value, matcher: &Value) -> bool {
    match (matcher["match"].as_str().unwrap(), value) {
        ("type", Value::Array(items)) => items.len() as u64 >= matcher["min"].as_u64().unwrap(),
        ("type", value) => !value.is_null() && !value.is_object() && matcher.get("min").is_none(),
        ("integer", value) => value.is_i64() || value.is_u64(),
        ("regex", Value::String(text)) => !text.is_empty(),
        _ => false,
    }
}
