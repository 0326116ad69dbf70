//! Which sent fields tell a contact apart from another one with the same key.

use crate::declared::fields::From;
use crate::declared::laws::written_paths;
use crate::declared::rules::Rules;
use crate::declared::search::Key;
use crate::declared::slots::{Slot, SlotForm};
use crate::declared::write_path::WritePath;

/// Returns whether what is sent at a path is the contact's own, and not the key. Constants are equal in every contact.
pub(super) fn tells_apart(sent: &WritePath, key: Key, rules: &Rules) -> bool {
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    let custom = rules.custom.as_ref().and_then(|custom| custom.to.as_ref());
    let rows = written_paths(rules).into_iter().map(|(path, _)| path);
    let is_of_contact = rows.chain(organization).chain(custom).any(|path| sent.is_within(path));
    is_of_contact && !key_paths(key, rules).into_iter().any(|path| sent.is_within(path))
}

/// Returns the places at which a key is sent.
fn key_paths(key: Key, rules: &Rules) -> Vec<&WritePath> {
    match key {
        Key::Email => rules.emails.iter().flat_map(slot_paths).collect(),
        Key::Phone => rules.phones.iter().flat_map(slot_paths).collect(),
        Key::Name => rules
            .name
            .iter()
            .flat_map(|name| match &name.whole {
                // The parts beside a whole name are places of their own.
                Some(whole) => vec![whole],
                None => name.parts().map(|(_, path)| path).collect(),
            })
            .collect(),
        Key::ExternalId => {
            let fields = rules.fields.iter().filter(|field| field.from == From::ExternalId);
            fields.map(|field| &field.to).collect()
        }
    }
}

fn slot_paths(slot: &Slot) -> Vec<&WritePath> {
    match &slot.form {
        SlotForm::Parts(parts) => parts.iter().map(|(_, path)| path).collect(),
        _ => slot.to.iter().collect(),
    }
}
