//! Sends the single fields of a contact to the places of their rows.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::fields::From;
use super::drafting::{Drafting, EMPTY, Outcome};
use super::field::BoundField;
use crate::contact::{ContactKind, Organization, UnifiedContact, WebAddress};
use crate::field_fate::Fate;
use crate::mapping::noun;

/// A year, a month and a day, and a date that differs in each of them.
const DATES: [(i16, i8, i8); 2] = [(1985, 3, 4), (2014, 12, 27)];

/// Sends the fields that are one text, and the kind of the contact. `named` is the outcome of the organization's name, where it
/// is the name of the contact.
pub(super) fn send(
    drafting: &mut Drafting<'_>,
    rows: &[BoundField],
    contact: &UnifiedContact,
    named: Option<Outcome>,
) {
    send_external_id(drafting, rows, contact.external_id.as_deref());
    send_kind(drafting, rows, contact.kind);
    if let Some(Organization { name, department }) = &contact.organization {
        if let Some(name) = name {
            send_organization(drafting, rows, name, named);
        }
        send_text(drafting, rows, &From::Department, "organization.department", department.as_deref());
    }
    send_text(drafting, rows, &From::Title, "title", contact.title.as_deref());
    send_birthday(drafting, rows, contact.birthday);
    let photo_url = contact.photo_url.as_ref().map(WebAddress::as_str);
    send_text(drafting, rows, &From::PhotoUrl, "photo_url", photo_url);
    send_text(drafting, rows, &From::Notes, "notes", contact.notes.as_deref());
    send_text(drafting, rows, &From::OwnerId, "owner_id", contact.owner_id.as_deref());
}

/// Sends the custom fields that have rows of their own.
pub(super) fn send_custom(
    drafting: &mut Drafting<'_>,
    rows: &[BoundField],
    custom: &BTreeMap<String, Value>,
) {
    for (key, value) in custom {
        let outcome = each_row(
            drafting,
            rows,
            &|from| matches!(from, From::Custom(own) if own == key),
            |row, drafting| row.send_value(drafting, value),
        );
        if let Some(outcome) = outcome {
            drafting.record(format!("custom.{key}"), outcome);
        }
    }
}

/// Returns whether a custom field has a row of its own.
pub(super) fn has_row(rows: &[BoundField], key: &str) -> bool {
    rows.iter().any(|row| matches!(&row.rule.from, From::Custom(own) if own == key))
}

fn send_text(
    drafting: &mut Drafting<'_>,
    rows: &[BoundField],
    from: &From,
    field: &'static str,
    text: Option<&str>,
) {
    let Some(text) = text else {
        return;
    };
    match each_row(drafting, rows, &|own| own == from, |row, drafting| row.send_text(drafting, text)) {
        Some(outcome) => drafting.record(field, outcome),
        None => drafting.lacks(field, field, noun(field)),
    }
}

/// Sends a value by each row for a field, and returns what becomes of it. `None` without a row.
fn each_row(
    drafting: &mut Drafting<'_>,
    rows: &[BoundField],
    is_from: &dyn Fn(&From) -> bool,
    mut send: impl FnMut(&BoundField, &mut Drafting<'_>) -> Outcome,
) -> Option<Outcome> {
    let mut outcome: Option<Outcome> = None;
    for row in rows.iter().filter(|row| is_from(&row.rule.from)) {
        let next = send(row, drafting);
        outcome = Some(match outcome {
            None => next,
            Some(before) => before.and(next),
        });
    }
    outcome
}

fn send_external_id(drafting: &mut Drafting<'_>, rows: &[BoundField], id: Option<&str>) {
    let Some(id) = id else {
        return;
    };
    let outcome = each_row(drafting, rows, &|from| *from == From::ExternalId, |row, drafting| {
        row.send_text(drafting, id)
    });
    let Some(outcome) = outcome else {
        return drafting.mapping.keep_external_id(Some(id));
    };
    drafting.record("external_id", outcome);
}

/// Sends the kind, also that of a person. Only the kind of an organization has a fate, since a person is the default.
fn send_kind(drafting: &mut Drafting<'_>, rows: &[BoundField], kind: ContactKind) {
    let word = match kind {
        ContactKind::Person => "person",
        ContactKind::Organization => "organization",
    };
    let outcome =
        each_row(drafting, rows, &|from| *from == From::Kind, |row, drafting| row.send_text(drafting, word));
    match outcome {
        _ if kind == ContactKind::Person => {}
        Some(outcome) => drafting.record("kind", outcome),
        None => drafting.lacks("kind", "kind", noun("kind")),
    }
}

fn send_organization(drafting: &mut Drafting<'_>, rows: &[BoundField], name: &str, named: Option<Outcome>) {
    let is_from = |from: &From| *from == From::OrganizationName;
    let placed = each_row(drafting, rows, &is_from, |row, drafting| row.send_text(drafting, name));
    let outcome = match (named, placed) {
        (Some(named), Some(placed)) => Some(named.and(placed)),
        (one, other) => one.or(other),
    };
    match outcome {
        Some(outcome) => drafting.record("organization.name", outcome),
        None => drafting.lacks("organization.name", "organization.name", noun("organization.name")),
    }
}

fn send_birthday(drafting: &mut Drafting<'_>, rows: &[BoundField], birthday: Option<jiff::civil::Date>) {
    let Some(birthday) = birthday else {
        return;
    };
    let outcome = each_row(drafting, rows, &|from| *from == From::Birthday, |row, drafting| {
        send_date(row, drafting, birthday)
    });
    match outcome {
        Some(outcome) => drafting.record("birthday", outcome),
        None => drafting.lacks("birthday", "birthday", noun("birthday")),
    }
}

fn send_date(row: &BoundField, drafting: &mut Drafting<'_>, date: jiff::civil::Date) -> Outcome {
    let Some(format) = &row.rule.date else {
        return row.send_text(drafting, &date.to_string());
    };
    let Ok(text) = jiff::fmt::strtime::format(format, date) else {
        return Outcome::dropped(EMPTY);
    };
    let lost = lost_parts(format);
    let outcome = row.send_text(drafting, &text);
    match (outcome.to.clone(), lost.is_empty()) {
        (Some(to), false) => Outcome::truncated(to, format!("without the {}", lost.join(" and the "))),
        (Some(to), true) if text != date.to_string() && outcome.fate == Fate::Sent => {
            Outcome::reformatted(to, "the date in another form")
        }
        _ => outcome,
    }
}

/// Returns the parts of a date that a format does not have.
fn lost_parts(format: &str) -> Vec<&'static str> {
    let text = |(year, month, day)| {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        jiff::fmt::strtime::format(format, date).ok()
    };
    let [(year, month, day), other] = DATES;
    let whole = text((year, month, day));
    let without = [
        ("year", text((other.0, month, day))),
        ("month", text((year, other.1, day))),
        ("day", text((year, month, other.2))),
    ];
    without.into_iter().filter(|(_, text)| *text == whole).map(|(part, _)| part).collect()
}
