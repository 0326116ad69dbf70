//! Laws that hold for every description: one fate for each field, nothing that holds nothing, and capabilities that name every
//! place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::super::super::account_kind::AccountKind;
use super::super::super::description::Description;
use super::super::super::read_path::holds_something;
use super::contacts::contact;
use super::{Described, cases, fates};
use crate::contact::{Country, UnifiedContact};
use crate::field_fate::Fate;

/// Descriptions with every form of every table.
pub(super) const WIDE: &str = include_str!("../../testdata/wide.toml");
pub(super) const LISTS: &str = include_str!("../../testdata/lists.toml");

fn described() -> Vec<Described> {
    let bundled =
        Description::bundled_names().map(|name| Description::bundled_text(name).unwrap().to_owned());
    bundled
        .chain([WIDE, LISTS].map(str::to_owned))
        .chain(files("examples/vendors", "toml").into_iter().map(|(_, text)| text))
        .chain(files("providers/src/declared/testdata/others", "toml").into_iter().map(|(_, text)| text))
        .map(|text| {
            let description = Description::parse(&text).unwrap_or_else(|error| panic!("{error}"));
            let account = account(&description);
            Described::from_description(description, &account)
        })
        .collect()
}

/// Returns the texts of a folder's files with this ending, each with the file's name without it.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let paths = fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|it| it == ending));
    let mut files: Vec<(String, String)> = paths
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Returns a value for every key of the account.
fn account(description: &Description) -> Value {
    let value = |kind: &AccountKind| match kind {
        AccountKind::Text => json!("text-1"),
        AccountKind::Integer => json!(7),
        AccountKind::Integers => json!([1, 2]),
        AccountKind::Choice(choices) => json!(choices[0].name),
        AccountKind::Table => json!({"score": "f-1", "colour": "f-2"}),
        AccountKind::HostLabel | AccountKind::Segment => json!("acme"),
        AccountKind::Origin(hosts) => {
            json!(format!(
                "https://{}",
                hosts.first().map_or("a.example".to_owned(), |host| host.replace('*', "a"))
            ))
        }
    };
    let keys = description.rules.account.keys.iter();
    keys.filter(|key| key.derive.is_none())
        .map(|key| (key.name.clone(), value(&key.kind)))
        .collect::<Map<_, _>>()
        .into()
}

fn each_value<'v>(path: &str, value: &'v Value, visit: &mut dyn FnMut(&str, &'v Value)) {
    visit(path, value);
    match value {
        Value::Array(entries) => {
            for entry in entries {
                each_value(&format!("{path}[]"), entry, visit);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                each_value(&[path, ".", name].concat(), member, visit);
            }
        }
        _ => {}
    }
}

fn check(
    described: &Described,
    contact: &UnifiedContact,
    region: Option<Country>,
) -> Result<(), TestCaseError> {
    let Ok(mapped) = described.map(contact, region) else {
        return Ok(());
    };
    let vendor = described.description.vendor();
    let by_field = fates(&mapped.fates);
    let expected: BTreeSet<String> = contact.fields().into_iter().collect();
    prop_assert_eq!(by_field.keys().cloned().collect::<BTreeSet<_>>(), expected, "{}", vendor);
    let mut empty = Vec::new();
    each_value("", &Value::Object(mapped.fields.clone()), &mut |path, value| {
        if !holds_something(value) {
            empty.push(path.to_owned());
        }
    });
    // A contact of which nothing is sent is refused before its body is used.
    empty.retain(|path| !path.is_empty() || mapped.fates.iter().any(|fate| fate.to.is_some()));
    // What the description itself writes as empty stays.
    empty.retain(|path| vendor != "lists" || path != ".own_list[][]");
    prop_assert!(empty.is_empty(), "{vendor} sends nothing at {empty:?}");
    let rows = &described.description.capabilities().fields;
    for fate in mapped.fates.iter().filter(|fate| !fate.field.starts_with("vendor.")) {
        let has_place = !matches!(fate.fate, Fate::Dropped | Fate::Kept);
        let is_replaced = fate.detail.as_deref().is_some_and(|detail| detail.starts_with("replaced by"));
        prop_assert!(fate.to.is_some() == has_place || is_replaced, "{vendor}: {fate:?}");
        prop_assert!(fate.fate == Fate::Sent || fate.detail.is_some(), "{vendor}: {fate:?}");
        for to in fate.to.iter().flat_map(|to| to.split(", ")) {
            let is_named = rows.iter().any(|row| {
                // The account's segments are all called so.
                let place = row.to.replace("{audience}", "acme");
                to.strip_prefix(place.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            });
            prop_assert!(
                is_named || fate.field.starts_with("custom."),
                "{vendor}: no row for {to} of {fate:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn every_field_has_one_fate_and_nothing_empty_is_sent() {
    for described in described() {
        let contacts = (contact("x", &["a"]), proptest::option::of(Just("DE".parse::<Country>().unwrap())));
        let result = TestRunner::new(cases(96))
            .run(&contacts, |(contact, region)| check(&described, &contact, region));
        if let Err(error) = result {
            panic!("{}: {error}", described.description.vendor());
        }
    }
}

#[test]
fn every_field_of_the_fixtures_contacts_has_one_fate() {
    let contacts = files("fixtures/contacts", "json");
    let mut drafts = 0;
    for described in described() {
        for (name, text) in &contacts {
            let contact = UnifiedContact::from_json(serde_json::from_str(text).unwrap()).unwrap();
            check(&described, &contact, None)
                .unwrap_or_else(|error| panic!("{}, {name}: {error}", described.description.vendor()));
            drafts += usize::from(described.map(&contact, None).is_ok());
        }
    }
    assert!(contacts.len() > 10 && drafts > 10 * contacts.len(), "{drafts} of {} contacts", contacts.len());
}

#[test]
fn every_example_says_what_is_not_known_and_has_the_name_of_its_file() {
    let examples = files("examples/vendors", "toml");
    assert_eq!(examples.len(), 9);
    for (name, text) in examples {
        let comment: String = text.lines().take_while(|line| line.starts_with("# ")).collect();
        assert!(comment.contains("not claimed to work"), "{name}");
        let description = Description::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(description.vendor(), name);
        assert!(Description::bundled_text(&name).is_none(), "{name} is bundled");
    }
}

#[test]
fn the_same_contact_is_mapped_to_the_same_body() {
    let described = described();
    let contacts = contact("x", &["a"]);
    let result = TestRunner::new(cases(32)).run(&contacts, |contact| {
        for described in &described {
            let bodies = [described.map(&contact, None), described.map(&contact, None)];
            let [one, other] = bodies.map(|mapped| mapped.map(|mapped| mapped.body));
            prop_assert_eq!(one, other);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
