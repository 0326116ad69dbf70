//! Compares a candidate with the sent contact.

use serde_json::{Map, Value};

use crate::comparison::{Agreement, IdentifyingValues, ValueKind, compare};
use crate::declared::account_values::AccountValues;
use crate::declared::fields::From;
use crate::declared::read_path::{ReadPath, holds_something};
use crate::declared::rules::Rules;
use crate::declared::search::{Find, Key};
use crate::declared::slots::{Slot, SlotForm};
use crate::declared::write_path::WritePath;

use super::told_apart::tells_apart;

/// How a candidate and the contact that was sent relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// It is the contact.
    Same,
    /// It may be the contact.
    Near,
    Other,
}

/// A member that is compared beside the key.
#[derive(Debug)]
pub(super) struct ComparedMember {
    /// Where it was sent. Absent if its path needs a key that the account does not set: it was not sent then.
    sent: Option<WritePath>,
    stored: ReadPath,
    kind: ValueKind,
    /// Whether it is the contact's own, and not the key.
    tells_apart: bool,
}

impl ComparedMember {
    /// Returns the members that a search compares.
    pub(super) fn of(find: &Find, rules: &Rules, account: &AccountValues) -> Vec<Self> {
        let member = |(sent, stored): &(WritePath, ReadPath)| Self {
            sent: sent.fill(|hole| account.text(hole)),
            stored: stored.clone(),
            kind: kind_of(sent, rules),
            tells_apart: tells_apart(sent, find.by, rules),
        };
        find.agree.iter().map(member).collect()
    }
}

/// Returns the kind of the value that is sent at a path.
fn kind_of(sent: &WritePath, rules: &Rules) -> ValueKind {
    let is_at = |path: &WritePath| {
        let rest = sent.as_str().strip_prefix(path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let is_slot = |slot: &Slot| match (&slot.to, &slot.form) {
        (_, SlotForm::Parts(parts)) => parts.iter().any(|(_, path)| is_at(path)),
        (Some(to), _) => is_at(to),
        (None, _) => false,
    };
    let is_name = rules.name.iter().any(|name| {
        name.parts().any(|(_, path)| is_at(path)) || name.organization.as_ref().is_some_and(is_at)
    });
    if is_name {
        return ValueKind::Name;
    }
    if rules.emails.iter().any(is_slot) {
        return ValueKind::EmailAddress;
    }
    if rules.phones.iter().any(is_slot) {
        return ValueKind::PhoneNumber;
    }
    match rules.fields.iter().find(|field| is_at(&field.to)).map(|field| &field.from) {
        Some(From::OrganizationName) => ValueKind::Name,
        Some(From::ExternalId | From::OwnerId) => ValueKind::Id,
        _ => ValueKind::Text,
    }
}

/// Returns how a candidate relates to the contact of which `key` and `sent` were sent.
pub(super) fn relation(
    find: &Find,
    agree: &[ComparedMember],
    key: &str,
    sent: &Map<String, Value>,
    candidate: &Value,
) -> Relation {
    let members = MemberAgreement::of(agree, sent, candidate);
    match key_agreement(find, key, candidate) {
        // The vendor says that it has the key, and does not show it.
        None | Some(Agreement::Resembling) => Relation::Near,
        Some(Agreement::Different) if members.all_agree() => Relation::Near,
        Some(Agreement::Different) => Relation::Other,
        Some(key) => {
            // A key that the vendor may have altered needs another identifying value that is the same.
            let is_identified = key == Agreement::Same || members.has_identifying;
            let is_same = is_identified && members.all_agree() && !members.is_contradicted;
            if is_same { Relation::Same } else { Relation::Near }
        }
    }
}

/// Returns what identifies a candidate: its key and its name.
pub(super) fn identifying_values(
    find: &Find,
    agree: &[ComparedMember],
    candidate: &Value,
) -> IdentifyingValues {
    let texts = |path: &ReadPath| texts(path, candidate).flatten().collect::<Vec<_>>();
    let is_name = |member: &&ComparedMember| member.kind == ValueKind::Name;
    let name: Vec<String> = agree.iter().filter(is_name).flat_map(|member| texts(&member.stored)).collect();
    let values = IdentifyingValues::default().with_name(&name.join(" "));
    find.same.iter().flat_map(texts).fold(values, |values, key| match find.by {
        Key::Email => values.with_email_address(&key),
        Key::Phone => values.with_phone_number(&key),
        Key::Name => values.with_name(&key),
        Key::ExternalId => values,
    })
}

/// Returns how well a candidate's key agrees, in the place where it agrees best. `None` if it shows none.
fn key_agreement(find: &Find, key: &str, candidate: &Value) -> Option<Agreement> {
    let texts = find.same.iter().flat_map(|path| texts(path, candidate));
    texts
        .map(|stored| stored.map_or(Agreement::Resembling, |stored| compare_key(find.by, key, &stored)))
        .max()
}

fn compare_key(by: Key, sent: &str, stored: &str) -> Agreement {
    match by {
        Key::Email => compare(ValueKind::EmailAddress, sent, stored),
        Key::Phone => compare(ValueKind::PhoneNumber, sent, stored),
        Key::Name => compare(ValueKind::Name, sent, stored),
        // A vendor that stores it as a number drops leading zeros, and some know no letter case.
        Key::ExternalId => compare(ValueKind::Id, sent, stored)
            .max(compare(ValueKind::Reference, sent, stored).min(Agreement::Resembling)),
    }
}

/// How the members beside the key agree.
struct MemberAgreement {
    /// The number of sent members that tell the contact apart.
    telling: usize,
    weakest: Agreement,
    has_identifying: bool,
    /// Whether the candidate has a value where none was sent.
    is_contradicted: bool,
}

impl MemberAgreement {
    fn of(members: &[ComparedMember], sent: &Map<String, Value>, candidate: &Value) -> Self {
        let mut all =
            Self { telling: 0, weakest: Agreement::Same, has_identifying: false, is_contradicted: false };
        for member in members {
            let stored: Vec<Option<String>> = texts(&member.stored, candidate).collect();
            let value = member.sent.as_ref().and_then(|path| path.get(sent));
            let Some(value) = value.filter(|value| holds_something(value)) else {
                all.is_contradicted |= !stored.is_empty();
                continue;
            };
            let agreement = agreement(member.kind, value, &stored);
            all.telling += usize::from(member.tells_apart);
            all.weakest = all.weakest.min(agreement);
            all.has_identifying |= agreement == Agreement::Same && member.kind.identifies_contact();
        }
        all
    }

    /// Returns whether something was sent that tells the contact apart, and everything agrees.
    fn all_agree(&self) -> bool {
        self.telling > 0 && self.weakest >= Agreement::Altered
    }
}

/// Returns how a value that was sent agrees with the stored ones. Of a list, every text must be there.
fn agreement(kind: ValueKind, sent: &Value, stored: &[Option<String>]) -> Agreement {
    let one = |sent: &Value| match text(sent) {
        Some(sent) => {
            let best = stored.iter().map(|stored| {
                stored.as_deref().map_or(Agreement::Resembling, |stored| compare(kind, &sent, stored))
            });
            best.max().unwrap_or(Agreement::Different)
        }
        None => Agreement::Resembling,
    };
    match sent {
        Value::Array(entries) => entries.iter().map(one).min().unwrap_or(Agreement::Different),
        other => one(other),
    }
}

/// Returns what a candidate holds at a path. `None` for a value that is no text. Some vendors write `false` where they hold
/// nothing.
fn texts(path: &ReadPath, candidate: &Value) -> impl Iterator<Item = Option<String>> {
    let values = path.entries(candidate).values.into_iter();
    values
        .filter(|value| holds_something(value) && **value != Value::Bool(false))
        .map(text)
        .collect::<Vec<_>>()
        .into_iter()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        other => unicontact_model::scalar_text(other),
    }
}
