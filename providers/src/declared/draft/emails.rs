//! Sends e-mail addresses: the primary one first, each to the first free place that takes its kind.

use serde_json::Value;

use super::drafting::{Drafting, EMPTY, Outcome};
use super::entry::{Entry, Nouns};
use super::keys::Candidate;
use super::slot::{BoundSlot, Occupied, Placed, kind_name};
use crate::contact::Email;
use crate::cow_str::CowStr;
use crate::mapping::{fits, indexed, primary_first};

const NOUNS: Nouns = Nouns {
    kind_row: "emails.kind",
    kind: "kinds of e-mail address",
    label_row: "emails.label",
    label: "labels of e-mail addresses",
};

pub(super) fn send(drafting: &mut Drafting<'_>, slots: &[BoundSlot], emails: &[Email]) {
    let mut occupied = Occupied::new(slots);
    for (index, email) in primary_first(emails, |email| email.primary) {
        let address = email.address.as_str();
        let is_short = |slot: &BoundSlot| fits(address, slot.rule.limit.whole.unwrap_or(usize::MAX));
        let takes = |slot: &BoundSlot| slot.rule.takes(email.kind);
        let slot = occupied.first_free(slots, |slot| takes(slot) && is_short(slot));
        let field: CowStr = indexed!("emails", index, ".address");
        let mut placed = None;
        if let Some((number, slot)) = slot {
            placed = put(drafting, slot, email, field.clone());
            if placed.is_some() {
                occupied.take(number, slot);
            } else {
                drafting.record(field, Outcome::dropped(EMPTY));
            }
        } else if slots.is_empty() {
            drafting.lacks(field, "emails", "e-mail addresses");
        } else {
            let is_too_long = occupied.first_free(slots, takes).is_some();
            let detail = reason(drafting.title, slots, is_too_long, slots.iter().any(takes));
            drafting.record(field, Outcome::dropped(detail));
        }
        record_attributes(drafting, slots, index, email, placed.as_ref());
    }
}

fn put<'s>(
    drafting: &mut Drafting<'_>,
    slot: &'s BoundSlot,
    email: &Email,
    field: CowStr,
) -> Option<Placed<'s>> {
    let value = |token: &str| value_of(slot, email, token);
    if slot.item.as_ref().is_some_and(|item| item.place_of("address", &value).is_none()) {
        return None;
    }
    let placed = slot.put(drafting.body_mut(), "address", &value)?;
    let outcome = placed.outcome_of("address", &value).unwrap_or_else(|| Outcome::sent(placed.path.clone()));
    drafting.record(field, outcome);
    if drafting.first.email.is_none() {
        let text = email.address.as_str().to_owned();
        drafting.first.email = Some(Candidate { text, fate: drafting.last_fate() });
    }
    Some(placed)
}

fn value_of(slot: &BoundSlot, email: &Email, token: &str) -> Option<Value> {
    match token {
        "address" => Some(email.address.as_str().into()),
        "kind" => kind_name(&slot.rule, email.kind),
        "label" => email.label.as_deref().filter(|label| !label.is_empty()).map(Value::from),
        "primary" => Some(email.primary.into()),
        _ => None,
    }
}

fn record_attributes(
    drafting: &mut Drafting<'_>,
    slots: &[BoundSlot],
    index: usize,
    email: &Email,
    placed: Option<&Placed<'_>>,
) {
    let Email { address: _, kind, label, primary } = email;
    let value = |token: &str| value_of(placed?.slot(), email, token);
    let entry = Entry { slots, placed, main: "address", value: &value, nouns: &NOUNS };
    entry.record_kind(drafting, indexed!("emails", index, ".kind"), *kind);
    entry.record_label(drafting, indexed!("emails", index, ".label"), label.as_deref());
    entry.record_primary(drafting, indexed!("emails", index, ".primary"), *primary);
}

fn reason(title: &str, slots: &[BoundSlot], is_too_long: bool, takes_kind: bool) -> String {
    if is_too_long {
        format!("it is longer than {title} takes")
    } else if !takes_kind {
        format!("{title} holds no e-mail address of this kind")
    } else if slots.len() == 1 {
        format!("{title} holds one e-mail address")
    } else {
        format!("{title} holds no further e-mail address of this kind")
    }
}
