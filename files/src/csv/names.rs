//! Resolves the name of a contact in a row, and whether the contact is a person or an organization.

use std::borrow::Cow;

use unicontact_model::UnifiedContact;
use unicontact_model::contact::{ContactKind, Name};

use super::cell_value::{CellValue, FieldValues, values_of};
use crate::contact_builder::{ContactBuilder, Origin};
use crate::field_path::Field;
use crate::layouts::fold;
use crate::plan::salutations::{is_company_word, is_only_salutation};

/// Returns the place of a text in a contact.
type TextSlot = fn(&mut UnifiedContact) -> &mut Option<String>;

/// Stores a text as one line. A second prefix, middle name or family name is appended to the first one.
pub(super) fn set_text(builder: &mut ContactBuilder, field: Field, value: &CellValue<'_>, slot: TextSlot) {
    let text = in_one_line(value.text);
    if matches!(text, Cow::Owned(_)) {
        builder.mark_v0_1_difference();
    }
    let may_join = matches!(field, Field::NamePrefix | Field::NameMiddle | Field::NameFamily);
    match slot(&mut builder.contact) {
        Some(kept) if may_join && value.origin.column.is_some() => {
            if *kept != text {
                kept.push(' ');
                kept.push_str(&text);
            }
        }
        _ => builder.set(value.origin, &text, slot),
    }
}

/// Corrects the name of a contact, and sets the kind of a contact without a kind cell.
pub(super) fn resolve(builder: &mut ContactBuilder, single: &FieldValues<'_>) {
    let has_kind_cell = values_of(single, Field::Kind).next().is_some();
    if let Some(name) = builder.contact.name.take() {
        let name = without_company_prefix(builder, single, name, has_kind_cell);
        let name = without_lone_salutation(builder, single, name);
        let name = without_leading_organization(builder, single, name);
        let name = without_wrong_full_name(builder, single, name);
        builder.contact.name = (name != Name::default()).then_some(name);
    }
    if !has_kind_cell {
        builder.set_kind_from_organization();
    }
}

/// Drops a prefix that belongs to a company, such as `Fa.`, and makes the contact an organization.
fn without_company_prefix(
    builder: &mut ContactBuilder,
    single: &FieldValues<'_>,
    name: Name,
    has_kind_cell: bool,
) -> Name {
    if !name.prefix.as_deref().is_some_and(is_company_word) {
        return name;
    }
    let organization = builder.contact.organization.as_ref();
    let organization = organization.and_then(|organization| organization.name.as_deref());
    let has_both = organization.is_some() && has_name(&name) && name.full.as_deref() != organization;
    if !has_kind_cell && !has_both {
        builder.contact.kind = ContactKind::Organization;
    }
    builder.mark_v0_1_difference();
    builder.note(
        origin(single, Field::NamePrefix),
        "a company word in place of a salutation is no part of the name; it is dropped",
    );
    Name { prefix: None, ..name }
}

/// Drops a salutation, prefix or suffix without a name.
fn without_lone_salutation(builder: &mut ContactBuilder, single: &FieldValues<'_>, name: Name) -> Name {
    const MESSAGE: &str = "a salutation alone is no name; it is dropped";
    let mut name = name;
    if name.full.as_deref().is_some_and(|full| may_be_salutation(full) && is_only_salutation(full)) {
        name.full = None;
        builder.mark_v0_1_difference();
        builder.note(origin(single, Field::NameFull), MESSAGE);
    }
    if let Some(part) = only_part(&mut name)
        && part.as_deref().is_some_and(|text| may_be_salutation(text) && is_only_salutation(text))
    {
        *part = None;
        let is_given = values_of(single, Field::NameGiven).next().is_some();
        let field = if is_given { Field::NameGiven } else { Field::NameFamily };
        builder.mark_v0_1_difference();
        builder.note(origin(single, field), MESSAGE);
    }
    let has_prefix_or_suffix = name.prefix.is_some() || name.suffix.is_some();
    if has_prefix_or_suffix && !has_name(&name) && name.middle.is_none() {
        let field = if name.prefix.is_some() { Field::NamePrefix } else { Field::NameSuffix };
        builder.mark_v0_1_difference();
        builder.note(origin(single, field), MESSAGE);
        return Name::default();
    }
    name
}

/// Returns the given or the family name, where the name has no other part except a prefix and a suffix.
fn only_part(name: &mut Name) -> Option<&mut Option<String>> {
    match name {
        Name { full: None, middle: None, given, family: None, .. } => Some(given),
        Name { full: None, middle: None, given: None, family, .. } => Some(family),
        _ => None,
    }
}

/// Removes the organization before the name of a person, as Odoo writes it: the `Acme Ltd, ` of `Acme Ltd, Ada King`.
fn without_leading_organization(builder: &mut ContactBuilder, single: &FieldValues<'_>, name: Name) -> Name {
    let is_display_name =
        |value: &CellValue<'_>| matches!(fold(value.origin.name).as_str(), "displayname" | "completename");
    if !values_of(single, Field::NameFull).any(is_display_name) {
        return name;
    }
    let organization = builder.contact.organization.as_ref().and_then(|it| it.name.as_deref());
    let person = || {
        let rest = name.full.as_deref()?.strip_prefix(organization?)?.strip_prefix(',')?.trim_start();
        // `King, Ada` may be a person whose company is called King.
        rest.contains(' ').then(|| rest.to_owned())
    };
    match person() {
        Some(full) => {
            builder.mark_v0_1_difference();
            Name { full: Some(full), ..name }
        }
        None => name,
    }
}

/// Drops a full name that is only one of the parts, or another name.
fn without_wrong_full_name(builder: &mut ContactBuilder, single: &FieldValues<'_>, name: Name) -> Name {
    let Some(full) = name.full.as_deref() else { return name };
    let parts = [name.given.as_deref(), name.family.as_deref()];
    let contained = parts.iter().flatten().filter(|part| contains(full, part)).count();
    let present = parts.iter().flatten().count();
    let is_email = present > 0 && full.contains('@');
    if contained == present && !is_email {
        return name;
    }
    let is_another = is_email || (contained == 0 && present == 2);
    let is_a_part = present == 2 && parts.iter().flatten().any(|part| contains(part, full));
    if is_another && !is_a_part {
        let message = "the full name differs from the given and the family name; the full name is dropped";
        builder.note(origin(single, Field::NameFull), message);
    }
    if is_another || is_a_part {
        builder.mark_v0_1_difference();
        return Name { full: None, ..name };
    }
    name
}

/// Returns whether a text contains another one, apart from case and punctuation.
fn contains(whole: &str, part: &str) -> bool {
    if whole.contains(part) {
        return true;
    }
    let letters = |text: &str| -> String {
        text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let part = letters(part);
    !part.is_empty() && letters(whole).contains(&part)
}

/// Returns whether a text may be a salutation. This cheap check rules out most names.
fn may_be_salutation(text: &str) -> bool {
    text.len() < 20 && (text.contains(['.', '&']) || !text.contains(' '))
}

fn has_name(name: &Name) -> bool {
    name.full.is_some() || name.given.is_some() || name.family.is_some()
}

fn in_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn origin<'a>(single: &FieldValues<'a>, field: Field) -> Origin<'a> {
    values_of(single, field).next().map_or(Origin { name: "", column: None }, |value| value.origin)
}
