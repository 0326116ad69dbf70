//! Sends postal addresses in their order: fields of their own for the parts, one text, an object, or a list of them.

use serde_json::Value;

use super::super::postal::{PARTS, Part};
use super::super::slots::SlotForm;
use super::address_parts::{AddressParts, PartFate, has_part, has_place};
use super::drafting::{Drafting, EMPTY, Outcome};
use super::entry::{Entry, Nouns};
use super::slot::{BoundSlot, Occupied, Placed, kind_name};
use crate::contact::Address;
use crate::cow_str::CowStr;
use crate::field_fate::Fate;
use crate::mapping::{indexed, truncate_text};

const NOUNS: Nouns = Nouns {
    kind_row: "addresses.kind",
    kind: "kinds of postal address",
    label_row: "addresses",
    label: "labels of postal addresses",
};
const JOIN: &str = ", ";
/// The name of the whole address on one line.
const LINE: &str = "line";

pub(super) fn send(drafting: &mut Drafting<'_>, slots: &[BoundSlot], addresses: &[Address]) {
    let mut occupied = Occupied::new(slots);
    for (index, address) in addresses.iter().enumerate() {
        let takes = |slot: &BoundSlot| slot.rule.takes(address.kind) && sends(slot, address);
        let slot = occupied.first_free(slots, |slot| takes(slot) && missing(slot, address).is_empty());
        if let Some((number, slot)) = slot {
            occupied.take(number, slot);
            put(drafting, slots, slot, index, address);
        } else if slots.is_empty() {
            drop_whole(drafting, index, address, None);
        } else {
            let free = occupied.first_free(slots, takes).map(|(_, slot)| missing(slot, address));
            let title = drafting.title;
            let reason = match free {
                Some(missing) => format!("{title} takes no address without {}", missing.join(" and ")),
                None if !slots.iter().any(|slot| sends(slot, address)) => {
                    format!("{title} has no field for any part of it")
                }
                None => format!("{title} holds no further postal address of this kind"),
            };
            drop_whole(drafting, index, address, Some(&reason));
        }
    }
}

/// Returns whether the place takes any part of the address.
fn sends(slot: &BoundSlot, address: &Address) -> bool {
    let has = |part: Part| has_place(slot, part);
    let is_text = |part: &&(&str, Part)| part.1 != Part::Kind;
    PARTS.iter().filter(is_text).any(|(_, part)| {
        has_part(address, *part) && (has(*part) || (*part == Part::Street2 && has(Part::Street)))
    })
}

/// Returns the parts that the place demands and the address lacks.
fn missing(slot: &BoundSlot, address: &Address) -> Vec<&'static str> {
    let needs = slot.rule.address.needs.iter();
    needs.filter(|part| !has_part(address, **part)).map(|part| part.name()).collect()
}

fn drop_whole(drafting: &mut Drafting<'_>, index: usize, address: &Address, reason: Option<&str>) {
    for (_, part) in PARTS.iter().filter(|(_, part)| has_part(address, *part)) {
        let (field, row) = field_of(index, *part);
        match reason {
            Some(reason) => drafting.mapping.dropped(field, reason.to_owned()),
            None => drafting.lacks(field, row, "postal addresses"),
        }
    }
}

fn put(drafting: &mut Drafting<'_>, slots: &[BoundSlot], slot: &BoundSlot, index: usize, address: &Address) {
    let mut parts = AddressParts::new(slot, address, drafting.title);
    let line = matches!(slot.rule.form, SlotForm::Text).then(|| join_line(slot, &mut parts)).flatten();
    let value = |token: &str| match token {
        LINE => line.as_deref().map(Value::from),
        "kind" => kind_name(&slot.rule, address.kind),
        token => {
            let (_, part) = PARTS.iter().find(|(name, _)| *name == token)?;
            parts.text(*part).map(Value::from)
        }
    };
    let placed = match (&slot.rule.form, &slot.item) {
        (SlotForm::Parts(fields), _) => {
            for (part, path) in fields {
                if let Some(value) = value(part.name()) {
                    path.set(drafting.body_mut(), value);
                }
            }
            Some(Placed::new(slot, slot.to.as_str().to_owned()))
        }
        (_, Some(item)) => {
            let is_placed = |(part, _): &(Part, String)| item.place_of(part.name(), &value).is_some();
            let holds_something = parts.texts.iter().any(is_placed);
            holds_something.then(|| slot.put(drafting.body_mut(), "", &value)).flatten()
        }
        (_, None) => slot.put(drafting.body_mut(), LINE, &value),
    };
    for fate in &parts.fates {
        let place = |part: Part| placed.as_ref().and_then(|placed| place_of(placed, part, &value));
        record_part(drafting, index, fate, fate.into.and_then(place));
    }
    record_kind(drafting, slots, placed.as_ref(), index, address, &value);
}

/// Joins the texts to one line, cut to the limit, and gives each the fate that this makes. `None` if there is no text.
fn join_line(slot: &BoundSlot, parts: &mut AddressParts) -> Option<String> {
    let texts: Vec<&str> = parts.texts.iter().map(|(_, text)| text.as_str()).collect();
    let line = texts.join(slot.rule.address.join.as_deref().unwrap_or(JOIN));
    let limit = slot.rule.limit.whole.unwrap_or(usize::MAX);
    let (short, is_cut) = truncate_text(&line, limit);
    let is_joined = texts.len() > 1;
    for fate in parts.fates.iter_mut().filter(|fate| fate.into.is_some()) {
        if is_cut {
            fate.fate = Fate::Truncated;
            fate.detail = Some(format!("cut to {limit} characters").into());
        } else if is_joined {
            fate.fate = Fate::Merged;
            fate.detail = Some("joined to one text".into());
        }
    }
    (!short.is_empty()).then(|| short.to_owned())
}

/// Returns where a part is sent.
fn place_of(placed: &Placed<'_>, part: Part, value: &dyn Fn(&str) -> Option<Value>) -> Option<Outcome> {
    let slot = placed.slot();
    match &slot.rule.form {
        SlotForm::Parts(_) | SlotForm::Object(_) | SlotForm::Objects(_) => {
            value(part.name()).and_then(|_| placed.outcome_of(part.name(), value))
        }
        SlotForm::Text | SlotForm::Texts => Some(Outcome::sent(placed.path.clone())),
    }
}

fn record_part(drafting: &mut Drafting<'_>, index: usize, fate: &PartFate, place: Option<Outcome>) {
    let (field, row) = field_of(index, fate.part);
    let outcome = match (place, fate.into, fate.fate) {
        (Some(place), _, Fate::Sent) => place,
        (Some(place), _, other) => Outcome { fate: other, to: place.to, detail: fate.detail.clone() },
        (None, Some(_), Fate::Truncated) => Outcome::dropped(EMPTY),
        (None, Some(_), _) => Outcome::dropped("it is sent only together with other parts"),
        (None, None, _) => match &fate.detail {
            Some(reason) => Outcome::dropped(reason.clone()),
            None => return drafting.lacks(field, row, "field for it"),
        },
    };
    drafting.record(field, outcome);
}

fn record_kind(
    drafting: &mut Drafting<'_>,
    slots: &[BoundSlot],
    placed: Option<&Placed<'_>>,
    index: usize,
    address: &Address,
    value: &dyn Fn(&str) -> Option<Value>,
) {
    let entry = Entry { slots, placed, main: "", value, nouns: &NOUNS };
    entry.record_kind(drafting, field_of(index, Part::Kind).0, address.kind);
}

/// Returns the path of a part, and its row.
fn field_of(index: usize, part: Part) -> (CowStr, &'static str) {
    match part {
        Part::Street => (indexed!("addresses", index, ".street"), "addresses.street"),
        Part::Street2 => (indexed!("addresses", index, ".street2"), "addresses.street2"),
        Part::City => (indexed!("addresses", index, ".city"), "addresses.city"),
        Part::Region => (indexed!("addresses", index, ".region"), "addresses.region"),
        Part::PostalCode => (indexed!("addresses", index, ".postal_code"), "addresses.postal_code"),
        Part::Country => (indexed!("addresses", index, ".country"), "addresses.country"),
        Part::Kind => (indexed!("addresses", index, ".kind"), "addresses.kind"),
    }
}
