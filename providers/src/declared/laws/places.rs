//! Which places of the body are written: each by one row, and each that is required by some.

use unicontact_model::nearest_word;

use super::super::fields::{FieldForm, From};
use super::super::json_template::JsonTemplate;
use super::super::names::NameFields;
use super::super::read_path::{ReadPath, Step};
use super::super::rules::Rules;
use super::super::search::KeyPlace;
use super::super::slots::{Slot, SlotForm};
use super::super::table::TableReader;
use super::super::write_path::WritePath;

/// Reports the places that are written twice, and those that are required and never written.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    check_rows(rules, top);
    check_constants(rules, top);
    check_required(rules, top);
}

/// Reports a place that two rows write.
fn check_rows(rules: &Rules, top: &TableReader<'_>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (path, table) in written_paths(rules) {
        let is_list = rules_share_list(rules, path) || rules_share_link(rules, path);
        if let Some((_, other)) = seen.iter().find(|(text, _)| *text == path.as_str())
            && !is_list
        {
            let message = format!("`{}` is written twice, here and by [{other}]", path.as_str());
            top.report(table, message);
        }
        seen.push((path.as_str(), table));
    }
}

/// Returns whether every row that writes at `path` adds to a list there.
fn rules_share_list(rules: &Rules, path: &WritePath) -> bool {
    let adds = |slot: &Slot| match slot.form {
        SlotForm::Texts | SlotForm::Objects(_) => true,
        SlotForm::Text => slot.takes_all,
        SlotForm::Object(_) | SlotForm::Parts(_) => false,
    };
    let is_there = |other: &WritePath| other.as_str() == path.as_str();
    let mut parts = rules.name.iter().flat_map(NameFields::parts);
    !parts.any(|(_, part)| is_there(part))
        && slots(rules)
            .into_iter()
            .flat_map(|(slots, _)| slots)
            .filter(|slot| slot_is_at(slot, &is_there))
            .all(adds)
        && rules.fields.iter().filter(|field| is_there(&field.to)).all(|field| {
            matches!(field.form, FieldForm::Texts | FieldForm::Objects(_) | FieldForm::Map)
                || (field.from == From::Tags && field.form == FieldForm::Text)
        })
}

/// Returns whether all rows that write at `path` are ways to send links of one kind.
fn rules_share_link(rules: &Rules, path: &WritePath) -> bool {
    let is_there = |other: &WritePath| other.as_str() == path.as_str();
    let mut froms = rules.fields.iter().filter(|field| is_there(&field.to)).map(|field| &field.from);
    let first = froms.next();
    matches!(first, Some(From::Link(_))) && froms.all(|other| Some(other) == first)
}

fn slot_is_at(slot: &Slot, is_there: &dyn Fn(&WritePath) -> bool) -> bool {
    let is_part = match &slot.form {
        SlotForm::Parts(parts) => parts.iter().any(|(_, path)| is_there(path)),
        _ => false,
    };
    is_part || slot.to.as_ref().is_some_and(is_there)
}

pub(super) fn slots(rules: &Rules) -> [(&[Slot], &'static str); 3] {
    [(&rules.emails, "emails"), (&rules.phones, "phones"), (&rules.addresses, "addresses")]
}

/// Returns every path at which the body is written, except those of constants, which other rows may complete.
pub(super) fn written_paths(rules: &Rules) -> Vec<(&WritePath, &'static str)> {
    let mut paths: Vec<(&WritePath, &'static str)> = Vec::new();
    if let Some(name) = &rules.name {
        paths.extend(name.parts().map(|(_, path)| (path, "name")));
    }
    for (slots, table) in slots(rules) {
        for slot in slots {
            paths.extend(slot.to.iter().map(|path| (path, table)));
            if let SlotForm::Parts(parts) = &slot.form {
                paths.extend(parts.iter().map(|(_, path)| (path, table)));
            }
        }
    }
    paths.extend(rules.fields.iter().map(|field| (&field.to, "field")));
    paths
}

/// Reports a constant that a row replaces. Constants in a list or an object that rows complete stay.
fn check_constants(rules: &Rules, top: &TableReader<'_>) {
    let mut written = written_paths(rules);
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    written.extend(organization.map(|path| (path, "name")));
    for (path, template) in &rules.constants {
        let is_completed = matches!(template, JsonTemplate::List(_) | JsonTemplate::Object(_))
            && rules_share_list(rules, path);
        if let Some((_, table)) = written.iter().find(|(other, _)| other.as_str() == path.as_str())
            && !is_completed
        {
            let message = format!("`{}` is written twice, here and by [{table}]", path.as_str());
            top.report_member("constants", path.as_str(), message);
        }
    }
}

/// Reports a required field that nothing in the description can write, so that no contact would be sent.
fn check_required(rules: &Rules, top: &TableReader<'_>) {
    for path in rules.require.all.iter().filter(|path| !can_be_written(rules, path)) {
        top.report_member("require", "all", never_written(rules, path));
    }
    let any = &rules.require.any;
    if let Some(first) = any.first()
        && !any.iter().any(|path| can_be_written(rules, path))
    {
        top.report_member("require", "any", never_written(rules, first));
    }
}

fn never_written(rules: &Rules, path: &ReadPath) -> String {
    let path = path.as_str();
    let places: Vec<&str> = places(rules).map(WritePath::as_str).collect();
    let advice = match nearest_word(path, places.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the description writes {}", places.join(", ")),
    };
    format!("nothing writes `{path}`, so no contact would be sent; {advice}")
}

/// Returns every place that rows, constants and custom fields write, and that of the idempotency key.
fn places(rules: &Rules) -> impl Iterator<Item = &WritePath> {
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    let custom = rules.custom.as_ref().and_then(|custom| custom.to.as_ref());
    let key = rules.dedupe.key.as_ref().and_then(|key| match &key.place {
        KeyPlace::Body(path) => Some(path),
        KeyPlace::Header(_) | KeyPlace::Path => None,
    });
    let rows = written_paths(rules).into_iter().map(|(path, _)| path);
    let constants = rules.constants.iter().map(|(path, _)| path);
    rows.chain(organization).chain(constants).chain(custom).chain(key)
}

fn can_be_written(rules: &Rules, path: &ReadPath) -> bool {
    // Custom fields beside the others have any name.
    let takes_any = rules.custom.as_ref().is_some_and(|custom| custom.to.is_none());
    takes_any || places(rules).any(|place| meets(path, place))
}

/// Returns whether one of the paths is the other or leads to it.
fn meets(read: &ReadPath, written: &WritePath) -> bool {
    read.steps().iter().zip(written.parts()).all(|(step, part)| match step {
        // A member whose name the account gives may be any.
        Step::Member(name) => part.contains('{') || *name == part,
        Step::Index(index) => part.parse() == Ok(*index),
        Step::Each | Step::Where(..) | Step::AnyMember => true,
    })
}
