//! The name of a contact in a row, and whether the contact is a person or an organization.

use std::borrow::Cow;

use unicontact_model::UnifiedContact;
use unicontact_model::contact::{ContactKind, Name};

use super::row::{Entry, Given, all};
use crate::contact_builder::{ContactBuilder, Origin};
use crate::field_path::Field;
use crate::layouts::fold;
use crate::plan::salutations::{is_a_companys, is_no_name};

/// The place of a text that a contact has one of.
type Place = fn(&mut UnifiedContact) -> &mut Option<String>;

/// Sets a text of one line. A second prefix, middle name or family name goes behind the first.
pub(super) fn set_text(builder: &mut ContactBuilder, field: Field, given: &Given<'_>, place: Place) {
    let text = in_one_line(given.text);
    if matches!(text, Cow::Owned(_)) {
        builder.mark_v0_1_difference();
    }
    let may_join = matches!(field, Field::NamePrefix | Field::NameMiddle | Field::NameFamily);
    match place(&mut builder.contact) {
        Some(kept) if may_join && given.origin.column.is_some() => {
            if *kept != text {
                kept.push(' ');
                kept.push_str(&text);
            }
        }
        _ => builder.set(given.origin, &text, place),
    }
}

/// Settles what the contact of a row is called, and what kind it is.
pub(super) fn settle(builder: &mut ContactBuilder, single: &Entry<'_>) {
    let says_kind = all(single, Field::Kind).next().is_some();
    if let Some(name) = builder.contact.name.take() {
        let name = with_companys_prefix(builder, single, name, says_kind);
        let name = without_salutation_alone(builder, single, name);
        let name = without_organization_before(builder, single, name);
        let name = without_wrong_whole(builder, single, name);
        builder.contact.name = (name != Name::default()).then_some(name);
    }
    if !says_kind {
        builder.set_kind_from_organization();
    }
}

/// Takes a contact for an organization whose salutation is a company's: `Fa.`
fn with_companys_prefix(
    builder: &mut ContactBuilder,
    single: &Entry<'_>,
    name: Name,
    says_kind: bool,
) -> Name {
    if !name.prefix.as_deref().is_some_and(is_a_companys) {
        return name;
    }
    let organization = builder.contact.organization.as_ref();
    let organization = organization.and_then(|organization| organization.name.as_deref());
    let has_both = organization.is_some() && has_a_name(&name) && name.full.as_deref() != organization;
    if !says_kind && !has_both {
        builder.contact.kind = ContactKind::Organization;
    }
    builder.mark_v0_1_difference();
    builder.note(
        origin(single, Field::NamePrefix),
        "a company's word in the place of a salutation is no part of the name; it is dropped",
    );
    Name { prefix: None, ..name }
}

/// Leaves out what stands before or behind a name where there is none.
fn without_salutation_alone(builder: &mut ContactBuilder, single: &Entry<'_>, name: Name) -> Name {
    const MESSAGE: &str = "a salutation alone is no name; it is dropped";
    let mut name = name;
    if name.full.as_deref().is_some_and(|full| may_be_a_salutation(full) && is_no_name(full)) {
        name.full = None;
        builder.mark_v0_1_difference();
        builder.note(origin(single, Field::NameFull), MESSAGE);
    }
    if let Some(part) = only_part(&mut name)
        && part.as_deref().is_some_and(|text| may_be_a_salutation(text) && is_no_name(text))
    {
        *part = None;
        let is_given = all(single, Field::NameGiven).next().is_some();
        let field = if is_given { Field::NameGiven } else { Field::NameFamily };
        builder.mark_v0_1_difference();
        builder.note(origin(single, field), MESSAGE);
    }
    let has_prefix_or_suffix = name.prefix.is_some() || name.suffix.is_some();
    if has_prefix_or_suffix && !has_a_name(&name) && name.middle.is_none() {
        let field = if name.prefix.is_some() { Field::NamePrefix } else { Field::NameSuffix };
        builder.mark_v0_1_difference();
        builder.note(origin(single, field), MESSAGE);
        return Name::default();
    }
    name
}

/// Returns the given or the family name, where it is all that there is of the name beside a prefix and a suffix.
fn only_part(name: &mut Name) -> Option<&mut Option<String>> {
    match name {
        Name { full: None, middle: None, given, family: None, .. } => Some(given),
        Name { full: None, middle: None, given: None, family, .. } => Some(family),
        _ => None,
    }
}

/// Leaves out the organization before the name of a person, as Odoo shows it: the `Acme Ltd, ` of `Acme Ltd, Ada King`.
fn without_organization_before(builder: &mut ContactBuilder, single: &Entry<'_>, name: Name) -> Name {
    let is_shown_name =
        |given: &Given<'_>| matches!(fold(given.origin.name).as_str(), "displayname" | "completename");
    if !all(single, Field::NameFull).any(is_shown_name) {
        return name;
    }
    let organization = builder.contact.organization.as_ref().and_then(|it| it.name.as_deref());
    let person = || {
        let rest = name.full.as_deref()?.strip_prefix(organization?)?.strip_prefix(',')?.trim_start();
        // The `King, Ada` of a person whose company is called King is no such name.
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

/// Leaves out a whole name that says less than its parts, or something else.
fn without_wrong_whole(builder: &mut ContactBuilder, single: &Entry<'_>, name: Name) -> Name {
    let Some(full) = name.full.as_deref() else { return name };
    let parts = [name.given.as_deref(), name.family.as_deref()];
    let held = |part: &str| holds(full, part);
    let said = parts.iter().flatten().filter(|part| held(part)).count();
    let present = parts.iter().flatten().count();
    let is_an_address = present > 0 && full.contains('@');
    if said == present && !is_an_address {
        return name;
    }
    let is_another = is_an_address || (said == 0 && present == 2);
    let is_a_part = present == 2 && parts.iter().flatten().any(|part| holds(part, full));
    if is_another && !is_a_part {
        let message = "the whole name is another one than the given and the family name; it is dropped";
        builder.note(origin(single, Field::NameFull), message);
    }
    if is_another || is_a_part {
        builder.mark_v0_1_difference();
        return Name { full: None, ..name };
    }
    name
}

/// Whether a text holds another one, whatever their case and punctuation.
fn holds(whole: &str, part: &str) -> bool {
    if whole.contains(part) {
        return true;
    }
    let letters = |text: &str| -> String {
        text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let part = letters(part);
    !part.is_empty() && letters(whole).contains(&part)
}

/// A quick look that leaves out most names.
fn may_be_a_salutation(text: &str) -> bool {
    text.len() < 20 && (text.contains(['.', '&']) || !text.contains(' '))
}

fn has_a_name(name: &Name) -> bool {
    name.full.is_some() || name.given.is_some() || name.family.is_some()
}

fn in_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn origin<'a>(single: &Entry<'a>, field: Field) -> Origin<'a> {
    all(single, field).next().map_or(Origin { name: "", column: None }, |given| given.origin)
}
