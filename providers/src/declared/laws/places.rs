//! The places of the body that rows write, and that each required field is one of them.

use unicontact_model::nearest_word;

use super::super::read_path::{ReadPath, Step};
use super::super::rules::Rules;
use super::super::search::KeyPlace;
use super::super::slots::{Slot, SlotForm};
use super::super::table::TableReader;
use super::super::write_path::WritePath;

pub(super) fn slots(rules: &Rules) -> [(&[Slot], &'static str); 3] {
    [(&rules.emails, "emails"), (&rules.phones, "phones"), (&rules.addresses, "addresses")]
}

/// Returns the paths at which the rows of a contact's fields write.
pub(in crate::declared) fn written_paths(rules: &Rules) -> Vec<(&WritePath, &'static str)> {
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

/// Reports a required place that is a misspelt one. Nothing may write a place in the description: the contact's own section may.
pub(super) fn check_required(rules: &Rules, top: &TableReader<'_>) {
    let all = rules.require.all.iter().filter(|path| !can_be_written(rules, path));
    let any = &rules.require.any;
    let is_any_written = any.iter().any(|path| can_be_written(rules, path));
    let first = any.first().filter(|_| !is_any_written);
    for (word, path) in all.map(|path| ("all", path)).chain(first.map(|path| ("any", path))) {
        let places = all_paths(rules);
        let places = places.iter().map(|(place, _)| place.as_str());
        if let Some(near) = nearest_word(path.as_str(), places) {
            let message = format!("nothing writes `{}`, did you mean `{near}`?", path.as_str());
            top.report_member("require", word, message);
        }
    }
}

/// Returns every path at which the body is written: by rows, constants, custom fields and the idempotency key.
pub(super) fn all_paths(rules: &Rules) -> Vec<(&WritePath, &'static str)> {
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    let custom = rules.custom.as_ref().and_then(|custom| custom.to.as_ref());
    let key = rules.dedupe.key.as_ref().and_then(|key| match &key.place {
        KeyPlace::Body(path) => Some(path),
        KeyPlace::Header(_) | KeyPlace::Path => None,
    });
    let mut paths = written_paths(rules);
    paths.extend(organization.map(|path| (path, "name")));
    paths.extend(rules.constants.iter().map(|(path, _)| (path, "constants")));
    paths.extend(custom.map(|path| (path, "custom")));
    paths.extend(key.map(|path| (path, "dedupe")));
    paths
}

fn can_be_written(rules: &Rules, path: &ReadPath) -> bool {
    // Custom fields beside the others have any name.
    let takes_any = rules.custom.as_ref().is_some_and(|custom| custom.to.is_none());
    takes_any || all_paths(rules).into_iter().any(|(place, _)| meets(path, place))
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
