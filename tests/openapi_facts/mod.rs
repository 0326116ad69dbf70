//! Compares the bundled descriptions with the vendors' own `OpenAPI` descriptions, of which `fixtures/openapi` keeps the parts that
//! are used.

mod claims;
mod facts;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use unicontact::providers::Description;

use claims::complaints;
use facts::Facts;

/// Returns the facts of each vendor that has some, by its name.
fn all() -> Vec<(String, Facts)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let facts =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_stem().unwrap().to_string_lossy().into_owned(), facts)
        })
        .collect()
}

fn read(text: &str) -> Value {
    toml::from_str(text).unwrap()
}

/// Every exception is needed, so that it disappears with its cause.
#[test]
fn every_bundled_description_agrees_with_the_vendors_own_apart_from_reasoned_exceptions() {
    let mut wrong = Vec::new();
    let all = all();
    assert!(all.len() > 2, "{}", all.len());
    for (vendor, facts) in all {
        let text =
            Description::bundled_text(&vendor).unwrap_or_else(|| panic!("no vendor is called {vendor}"));
        assert!(facts.source.contains('@') && facts.date.len() > 6, "{vendor}: name commit and date");
        let found: BTreeSet<String> = complaints(&read(text), &facts).into_iter().collect();
        let excepted: BTreeSet<String> = facts.exceptions.keys().cloned().collect();
        wrong.extend(found.difference(&excepted).map(|it| format!("{vendor}: {it}")));
        wrong.extend(excepted.difference(&found).map(|it| format!("{vendor}: no longer true: {it}")));
        let reasons = facts.exceptions.iter().filter(|(_, reason)| reason.len() < 20);
        wrong.extend(reasons.map(|(it, _)| format!("{vendor}: without a reason: {it}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Adds the JSON pointer of every text in a value.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(pointer.to_owned()),
        Value::Array(entries) => {
            entries
                .iter()
                .enumerate()
                .for_each(|(index, entry)| places(entry, &format!("{pointer}/{index}"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            places(member, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

#[test]
fn a_misspelled_member_is_noticed() {
    for (vendor, facts) in all() {
        let description = read(Description::bundled_text(&vendor).unwrap());
        let before = complaints(&description, &facts);
        let mut pointers = Vec::new();
        places(&description, "", &mut pointers);
        let names =
            ["/to", "/path", "/id", "/expect", "/results", "/count", "/more", "/name/whole", "/name/given"];
        let is_name = |pointer: &&String| {
            let is_of_an_error = pointer.starts_with("/error/") || pointer.starts_with("/words/");
            !is_of_an_error && names.iter().any(|name| pointer.ends_with(name))
        };
        let pointers: Vec<&String> = pointers.iter().filter(is_name).collect();
        assert!(pointers.len() > 6, "{vendor}: {pointers:?}");
        let is_free = |pointer: &str| {
            let is_mapping =
                ["/emails", "/phones", "/field", "/name"].iter().any(|it| pointer.starts_with(it));
            let path = description.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            // What is kept of these says of entries of a list only that they are of any type.
            let is_untyped =
                pointer.starts_with("/custom/item") || (vendor == "klaviyo" && pointer.starts_with("/find/"));
            is_untyped || (is_mapping && (facts.is_free_form() || facts.is_in_free_form(path)))
        };
        for pointer in pointers.into_iter().filter(|pointer| !is_free(pointer)) {
            let mut changed = description.clone();
            let text = changed.pointer_mut(pointer).unwrap();
            *text = Value::from(format!("{}x", text.as_str().unwrap()));
            assert_ne!(complaints(&changed, &facts), before, "{vendor}: {pointer}");
        }
    }
}
