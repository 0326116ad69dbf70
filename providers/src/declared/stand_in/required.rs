//! Completes a contact with what a vendor requires and an ordinary contact has not: custom fields with rows of their own, and
//! members of the vendor's own section.

use serde_json::{Map, Value, json};

use crate::contact::UnifiedContact;
use crate::declared::account_values::AccountValues;
use crate::declared::description::Description;
use crate::declared::draft::Mapper;
use crate::declared::fields::{Field, FieldForm, From};
use crate::declared::read_path::{ReadPath, Step};
use crate::declared::write_path::WritePath;

/// What a required text holds.
const TEXT: &str = "fake-entry";
/// What a required number is.
const NUMBER: i64 = 73_519;

/// Returns the contact with a made-up value for each required place that it leaves empty.
pub(super) fn completed(
    contact: UnifiedContact,
    description: &Description,
    account: &AccountValues,
) -> UnifiedContact {
    let rules = &description.rules;
    let mapper = Mapper::new(description.vendor(), description.title(), rules, account);
    let is_whole = |contact: &UnifiedContact| mapper.map(contact, None).is_ok();
    let mut contact = contact;
    if !is_whole(&contact) {
        rules.require.all.iter().for_each(|path| fill(&mut contact, path, description));
    }
    for path in &rules.require.any {
        if is_whole(&contact) {
            break;
        }
        fill(&mut contact, path, description);
    }
    contact
}

/// Puts a value where the contact has the source of a required place.
fn fill(contact: &mut UnifiedContact, path: &ReadPath, description: &Description) {
    let rules = &description.rules;
    let is_at = |to: &WritePath| {
        let rest = path.as_str().strip_prefix(to.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    match rules.fields.iter().find(|field| is_at(&field.to)) {
        Some(Field { from: From::Custom(key), .. }) if contact.custom.contains_key(key) => {}
        Some(field) => {
            if let From::Custom(key) = &field.from {
                contact.custom.insert(key.clone(), value_of(field));
            }
        }
        None => fill_section(contact, path, description.vendor()),
    }
}

/// Returns a value that a row takes.
fn value_of(field: &Field) -> Value {
    let named = field.values_as.names().find(|name| *name != "*");
    match named {
        Some(name) => json!(name),
        None if field.form == FieldForm::Integer => json!(NUMBER),
        None => json!(TEXT.chars().take(field.limit.unwrap_or(usize::MAX)).collect::<String>()),
    }
}

/// Puts a value into the contact's own section for the vendor. A path through lists cannot be given there.
fn fill_section(contact: &mut UnifiedContact, path: &ReadPath, vendor: &str) {
    let member = |step: &Step| match step {
        Step::Member(name) => Some(name.clone()),
        _ => None,
    };
    let Some(names) = path.steps().iter().map(member).collect::<Option<Vec<_>>>() else { return };
    let Some((first, rest)) = names.split_first() else { return };
    let nest = |value, name: &String| Value::Object(Map::from_iter([(name.clone(), value)]));
    let value = rest.iter().rev().fold(json!(TEXT), nest);
    let section = contact.vendor.entry(vendor.to_owned()).or_default();
    section.entry(first.clone()).or_insert(value);
}
