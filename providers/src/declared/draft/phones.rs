//! Sends telephone numbers: the primary one first, then those that can be normalized, each to the first free place that takes
//! its kind. What finds none goes to the spare places, but a fax number never does.

use std::borrow::Cow;

use serde_json::Value;

use super::super::slots::PhoneFormat;
use super::drafting::{Drafting, EMPTY, Outcome};
use super::entry::{Entry, Nouns};
use super::keys::Candidate;
use super::slot::{BoundSlot, Occupied, Placed, kind_name};
use crate::contact::{ChannelKind, Country, E164, Phone, PhoneNumberError};
use crate::cow_str::CowStr;
use crate::field_fate::{Fate, FieldFate};
use crate::mapping::{E164_DETAIL, fits, indexed};

const NOUNS: Nouns = Nouns {
    kind_row: "phones.kind",
    kind: "field for this kind of phone number",
    label_row: "phones.label",
    label: "labels of phone numbers",
};

/// A number with its index in the input and its form in E.164.
struct Number<'c> {
    index: usize,
    phone: &'c Phone,
    e164: Result<E164, PhoneNumberError>,
}

pub(super) fn send(
    drafting: &mut Drafting<'_>,
    slots: &[BoundSlot],
    phones: &[Phone],
    region: Option<Country>,
) {
    let mut numbers: Vec<Number<'_>> = phones
        .iter()
        .enumerate()
        .map(|(index, phone)| Number { index, phone, e164: phone.number.e164(region) })
        .collect();
    numbers.sort_by_key(|number| (!number.phone.primary, number.e164.is_err()));
    for (number, slot) in numbers.iter().zip(assign(&numbers, slots)) {
        let field: CowStr = indexed!("phones", number.index, ".number");
        let placed = slot.and_then(|slot| put(drafting, slot, number, field.clone()));
        if placed.is_none() {
            number.drop(drafting, field, slots, slot.is_some());
        }
        record_attributes(drafting, slots, number, placed.as_ref());
    }
}

/// Returns the place of each number.
fn assign<'s>(numbers: &[Number<'_>], slots: &'s [BoundSlot]) -> Vec<Option<&'s BoundSlot>> {
    let mut occupied = Occupied::new(slots);
    let mut assigned = Vec::with_capacity(numbers.len());
    let mut assign = |fits: &dyn Fn(&BoundSlot) -> bool| {
        let (index, slot) = occupied.first_free(slots, fits)?;
        occupied.take(index, slot);
        Some(slot)
    };
    for number in numbers {
        assigned.push(assign(&|slot| slot.rule.takes(number.phone.kind) && number.suits(slot)));
    }
    for (number, slot) in numbers.iter().zip(&mut assigned) {
        if slot.is_none() && number.phone.kind != Some(ChannelKind::Fax) {
            *slot = assign(&|slot| slot.rule.is_spare && number.suits(slot));
        }
    }
    assigned
}

impl Number<'_> {
    /// Returns whether the place takes the number in its form and length.
    fn suits(&self, slot: &BoundSlot) -> bool {
        self.text(slot.rule.phone_format)
            .is_some_and(|text| fits(&text, slot.rule.limit.whole.unwrap_or(usize::MAX)))
    }

    /// Returns the number in a form. `None` if it has none.
    fn text(&self, format: PhoneFormat) -> Option<Cow<'_, str>> {
        let written = self.phone.number.as_str();
        match (format, &self.e164) {
            (PhoneFormat::Usual | PhoneFormat::E164, Ok(e164)) => Some(e164.number.as_str().into()),
            (PhoneFormat::Usual, Err(_)) => Some(written.into()),
            (PhoneFormat::E164, Err(_)) => None,
            (PhoneFormat::Digits, Ok(e164)) => Some(e164.number.trim_start_matches('+').into()),
            (PhoneFormat::Digits, Err(_)) => {
                let digits: String = written.chars().filter(char::is_ascii_digit).collect();
                (!digits.is_empty()).then(|| digits.into())
            }
        }
    }

    /// Returns the extension, also one that is written with the number.
    fn extension(&self) -> Option<&str> {
        let written = || self.e164.as_ref().ok().and_then(|e164| e164.extension.as_deref());
        self.phone.extension.as_deref().or_else(written).filter(|extension| !extension.is_empty())
    }

    fn value_of(&self, slot: &BoundSlot, token: &str) -> Option<Value> {
        match token {
            "number" => self.text(slot.rule.phone_format).map(Value::from),
            "extension" => self.extension().map(Value::from),
            "kind" => kind_name(&slot.rule, self.phone.kind),
            "label" => self.phone.label.as_deref().filter(|label| !label.is_empty()).map(Value::from),
            "primary" => Some(self.phone.primary.into()),
            _ => None,
        }
    }

    /// Records the fate of a number that is sent to `to`.
    fn record(&self, drafting: &mut Drafting<'_>, field: CowStr, to: CowStr, slot: &BoundSlot) {
        let is_digits = slot.rule.phone_format == PhoneFormat::Digits;
        let written = self.phone.number.as_str();
        match &self.e164 {
            Ok(e164) if !is_digits && e164.number == written => drafting.mapping.sent(field, to),
            Ok(e164) if e164.number != written && e164.extension.is_some() && !slot.shows("extension") => {
                drafting.mapping.normalized(field, to, e164);
            }
            Ok(_) if is_digits => drafting.mapping.reformatted(field, to, "written as digits"),
            Ok(_) => drafting.mapping.reformatted(field, to, E164_DETAIL),
            Err(error) if is_digits => {
                let mut fate = FieldFate::new(field, Fate::Reformatted)
                    .with_to(to)
                    .with_detail(format!("sent as its digits: {error}"));
                fate.not_e164 = Some(*error);
                drafting.mapping.add(fate);
            }
            Err(error) => {
                let detail = format!("sent as written: {error}");
                drafting.mapping.not_e164(field, Some(to), *error, detail);
            }
        }
    }

    /// Records that the number is not sent, with the reason.
    fn drop(&self, drafting: &mut Drafting<'_>, field: CowStr, slots: &[BoundSlot], has_slot: bool) {
        let takes = |slot: &&BoundSlot| slot.rule.takes(self.phone.kind) || slot.rule.is_spare;
        let title = drafting.title;
        if slots.is_empty() {
            return drafting.lacks(field, "phones", "telephone numbers");
        }
        if has_slot {
            return drafting.record(field, Outcome::dropped(EMPTY));
        }
        let mut fitting = slots.iter().filter(takes).peekable();
        if let Err(error) = self.e164
            && fitting.peek().is_some()
            && fitting.all(|slot| self.text(slot.rule.phone_format).is_none())
        {
            let detail = format!("{title} takes E.164 only: {error}");
            return drafting.mapping.not_e164(field, None, error, detail);
        }
        let mut fitting = slots.iter().filter(takes).peekable();
        let detail = if fitting.peek().is_some() && !fitting.any(|slot| self.suits(slot)) {
            format!("it is longer than {title} takes")
        } else {
            format!("{title} holds no further number of this kind")
        };
        drafting.mapping.dropped(field, detail);
    }
}

fn put<'s>(
    drafting: &mut Drafting<'_>,
    slot: &'s BoundSlot,
    number: &Number<'_>,
    field: CowStr,
) -> Option<Placed<'s>> {
    let value = |token: &str| number.value_of(slot, token);
    if slot.item.as_ref().is_some_and(|item| item.place_of("number", &value).is_none()) {
        return None;
    }
    let placed = slot.put(drafting.body_mut(), "number", &value)?;
    number.record(drafting, field, placed.path_of("number", &value), slot);
    // A search for a telephone number does not find a fax number.
    if drafting.first.phone.is_none() && number.phone.kind != Some(ChannelKind::Fax) {
        let text = number.text(slot.rule.phone_format)?.into_owned();
        drafting.first.phone = Some(Candidate { text, fate: drafting.last_fate() });
    }
    Some(placed)
}

fn record_attributes(
    drafting: &mut Drafting<'_>,
    slots: &[BoundSlot],
    number: &Number<'_>,
    placed: Option<&Placed<'_>>,
) {
    let Phone { number: _, kind, label, primary, extension } = number.phone;
    let value = |token: &str| number.value_of(placed?.slot(), token);
    let index = number.index;
    let entry = Entry { slots, placed, main: "number", value: &value, nouns: &NOUNS };
    entry.record_kind(drafting, indexed!("phones", index, ".kind"), *kind);
    entry.record_label(drafting, indexed!("phones", index, ".label"), label.as_deref());
    entry.record_primary(drafting, indexed!("phones", index, ".primary"), *primary);
    if extension.is_some() {
        let field = indexed!("phones", index, ".extension");
        match placed.and_then(|placed| placed.outcome_of("extension", &value)) {
            Some(outcome) => drafting.record(field, outcome),
            None => entry.lacks(drafting, field, "extension", "phones.extension", "extensions"),
        }
    }
}
