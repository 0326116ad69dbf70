//! What a search must look for and compare, so that another person is never taken for the contact.

use super::super::fields::From;
use super::super::rules::Rules;
use super::super::search::{Find, Key};
use super::super::slots::Slot;
use super::super::table::TableReader;
use super::super::write_path::WritePath;
use super::places::{all_paths, slots, written_paths};

/// Reports a search for something that is not sent, and one that compares too little.
pub(super) fn check(find: &Find, rules: &Rules, top: &TableReader<'_>) {
    let report = |message: String| top.problems().report(find.line, "find", message);
    let is_sent = match find.by {
        Key::Email => !rules.emails.is_empty(),
        Key::Phone => !rules.phones.is_empty(),
        Key::Name => rules.name.is_some(),
        Key::ExternalId => rules.fields.iter().any(|field| field.from == From::ExternalId),
    };
    if !is_sent {
        report(format!("looks for {}, which the description does not send", find.by.name()));
    }
    let written = all_paths(rules);
    let unsent = find.agree.iter().find(|(sent, _)| !written.iter().any(|(path, _)| sent.is_within(path)));
    if let Some((sent, _)) = unsent {
        report(format!("`agree` names `{}`, which the description does not send", sent.as_str()));
    } else if is_sent
        && !find.agree.is_empty()
        && !find.agree.iter().any(|(sent, _)| tells_apart(sent, find.by, rules))
    {
        let message = "compares nothing of the contact beside the key, which the vendor may hold for another person: name \
                       another field of the contact in `agree`, such as the name";
        report(message.to_owned());
    }
}

/// Returns whether a field is the contact's, and not the key itself.
fn tells_apart(sent: &WritePath, key: Key, rules: &Rules) -> bool {
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    let custom = rules.custom.as_ref().and_then(|custom| custom.to.as_ref());
    let of_contact = written_paths(rules).into_iter().map(|(path, _)| path).chain(organization).chain(custom);
    let mut of_contact = of_contact.filter(|path| sent.is_within(path));
    of_contact.next().is_some() && !key_paths(key, rules).into_iter().any(|path| sent.is_within(path))
}

/// Returns the places at which a key is sent.
fn key_paths(key: Key, rules: &Rules) -> Vec<&WritePath> {
    let [(emails, _), (phones, _), _] = slots(rules);
    match key {
        Key::Email => slot_paths(emails),
        Key::Phone => slot_paths(phones),
        Key::Name => {
            let name = rules.name.iter();
            name.flat_map(|name| name.parts().map(|(_, path)| path).chain(&name.organization)).collect()
        }
        Key::ExternalId => {
            let fields = rules.fields.iter().filter(|field| field.from == From::ExternalId);
            fields.map(|field| &field.to).collect()
        }
    }
}

fn slot_paths(slots: &[Slot]) -> Vec<&WritePath> {
    slots.iter().filter_map(|slot| slot.to.as_ref()).collect()
}
