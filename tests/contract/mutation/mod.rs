//! Makes wrong fixtures from right ones. Each differs in one value of its requests or its expected result: every such value is
//! changed once, and removed once if the format allows that.

use serde_json::{Value, json};
use unicontact_contract::fixture::{Fault, Fixture};

/// The only fixture without an answer that is mutated. Each replay of such a fixture waits, and all are alike.
const HANG: &str = "cloverhound/hang";

/// Returns every mutation of a fixture.
pub(crate) fn mutations(fixture: &Fixture) -> Vec<Fixture> {
    if fixture.fault() == Some(Fault::Hang) && fixture.name() != HANG {
        return Vec::new();
    }
    let document = serde_json::to_value(fixture).unwrap();
    let mut leaves = Vec::new();
    collect(&document, String::new(), &mut leaves);
    let checked = leaves.into_iter().filter(|pointer| is_checked(pointer));
    checked
        .flat_map(|pointer| {
            let gone = can_be_removed(&pointer)
                .then(|| wrong(fixture, &document, &format!("no {pointer}"), |it| remove(it, &pointer)));
            let another = wrong(fixture, &document, &format!("another {pointer}"), |it| change(it, &pointer));
            gone.into_iter().chain([another]).collect::<Vec<Fixture>>()
        })
        .collect()
}

/// Collects the pointers to all values without children.
fn collect(value: &Value, pointer: String, leaves: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(value, format!("{pointer}/{key}"), leaves);
            }
        }
        Value::Array(entries) if !entries.is_empty() => {
            for (index, value) in entries.iter().enumerate() {
                collect(value, format!("{pointer}/{index}"), leaves);
            }
        }
        _ => leaves.push(pointer),
    }
}

/// Returns whether a replay compares the value with what the adapter does.
fn is_checked(pointer: &str) -> bool {
    let names: Vec<&str> = pointer.split('/').skip(1).collect();
    matches!(names[..], ["request" | "expect", ..] | ["before", _, "request", ..])
}

/// Returns whether a replay notices that the value is missing.
fn can_be_removed(pointer: &str) -> bool {
    let names: Vec<&str> = pointer.split('/').skip(1).collect();
    match names[..] {
        ["request", ref rest @ ..] | ["before", _, "request", ref rest @ ..] => {
            matches!(rest, ["headers" | "body" | "form", _, ..])
        }
        ["expect", name] => {
            ["status", "code", "retry_after_seconds", "retry_at", "existing_id"].contains(&name)
        }
        _ => matches!(names[..], ["expect", "fates", _]),
    }
}

fn wrong(fixture: &Fixture, document: &Value, what: &str, mutate: impl FnOnce(&mut Value)) -> Fixture {
    let mut document = document.clone();
    mutate(&mut document);
    let mut mutated: Fixture = serde_json::from_value(document).unwrap();
    fixture.vendor.clone_into(&mut mutated.vendor);
    mutated.scenario = format!("{} with {what}", fixture.scenario);
    mutated
}

fn remove(document: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.remove(&key.replace("~1", "/").replace("~0", "~")).unwrap()),
        Value::Array(entries) => drop(entries.remove(key.parse().unwrap())),
        _ => unreachable!("a leaf has a parent"),
    }
}

fn change(document: &mut Value, pointer: &str) {
    // The format knows only `true` here; refused credentials have an error kind.
    if pointer == "/expect/checked" {
        document["expect"] = json!({"kind": "unauthenticated", "effect": "refused", "transient": false});
        return;
    }
    let value = document.pointer_mut(pointer).unwrap();
    *value = match &*value {
        // Only words of the format are valid here.
        Value::String(kind) if pointer == "/expect/kind" => json!(other(kind, ["invalid", "config"])),
        Value::String(effect) if pointer == "/expect/effect" => json!(other(effect, ["refused", "unknown"])),
        // An empty list of ids.
        Value::Array(_) if pointer == "/expect/unclear" => json!(["1"]),
        Value::String(text) => json!(format!("{text}0")),
        Value::Number(number) => number.as_i64().map_or_else(|| json!(0.5), |number| json!(number + 1)),
        Value::Bool(is_so) => json!(!is_so),
        Value::Null => json!("1"),
        Value::Array(_) | Value::Object(_) => json!({"wrong": true}),
    };
}

/// Returns the first of two words that differs from `word`.
fn other<'a>(word: &str, words: [&'a str; 2]) -> &'a str {
    if word == words[0] { words[1] } else { words[0] }
}
