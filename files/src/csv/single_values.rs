//! Reads the values of a row that a contact has one of.

use unicontact_model::UnifiedContact;
use unicontact_model::contact::{Name, Organization};

use super::cell_value::{CellValue, FieldValues, values_of};
use super::names;
use crate::contact_builder::ContactBuilder;
use crate::field_path::Field;
use crate::plan::contact_kinds::{kind_of, kind_of_v0_1};
use crate::version::Version;

/// Returns the place of a text in a contact.
type TextSlot = fn(&mut UnifiedContact) -> &mut Option<String>;

const TEXTS: [(Field, TextSlot); 9] = [
    (Field::NameFull, |contact| &mut name(contact).full),
    (Field::NamePrefix, |contact| &mut name(contact).prefix),
    (Field::NameGiven, |contact| &mut name(contact).given),
    (Field::NameMiddle, |contact| &mut name(contact).middle),
    (Field::NameFamily, |contact| &mut name(contact).family),
    (Field::NameSuffix, |contact| &mut name(contact).suffix),
    (Field::OrganizationName, |contact| &mut organization(contact).name),
    (Field::OrganizationDepartment, |contact| &mut organization(contact).department),
    (Field::Title, |contact| &mut contact.title),
];

/// Reads the values that are in no list.
pub(super) fn read(builder: &mut ContactBuilder, single: &FieldValues<'_>, version: Version) {
    for (field, slot) in TEXTS {
        for value in values_of(single, field) {
            match version {
                Version::V0_1 => builder.set(value.origin, value.text, slot),
                Version::Current => names::set_text(builder, field, value, slot),
            }
        }
    }
    values_of(single, Field::ExternalId).for_each(|value| builder.external_id(value.origin, value.text));
    values_of(single, Field::OwnerId).for_each(|value| builder.owner_id(value.origin, value.text));
    values_of(single, Field::Kind).for_each(|value| read_contact_kind(builder, value, version));
    if version == Version::Current {
        names::resolve(builder, single);
    }
    values_of(single, Field::Birthday).for_each(|value| builder.birthday(value.origin, value.text));
    values_of(single, Field::PhotoUrl).for_each(|value| builder.photo(value.origin, value.text));
    values_of(single, Field::Notes).for_each(|value| builder.append_notes(value.text));
    values_of(single, Field::Tags).for_each(|value| builder.tags(value.origin, value.text));
    read_birthday_parts(builder, single);
}

fn read_birthday_parts(builder: &mut ContactBuilder, single: &FieldValues<'_>) {
    let part = |field| values_of(single, field).next();
    let parts = [Field::BirthdayYear, Field::BirthdayMonth, Field::BirthdayDay].map(part);
    if let Some(first) = parts.iter().flatten().next() {
        let [year, month, day] = parts.map(|value| value.map_or("", |value| value.text));
        builder.birthday_parts(first.origin, year, month, day);
    }
}

fn read_contact_kind(builder: &mut ContactBuilder, value: &CellValue<'_>, version: Version) {
    let earlier = kind_of_v0_1(value.text);
    let kind = match version {
        Version::V0_1 => earlier,
        Version::Current => kind_of(value.text),
    };
    if kind.unwrap_or_default() != earlier.unwrap_or_default() {
        builder.mark_v0_1_difference();
    }
    match kind {
        Some(kind) => builder.contact.kind = kind,
        None => builder.note(
            value.origin,
            "the cell names neither a person nor an organization; the contact is read as a person",
        ),
    }
}

fn name(contact: &mut UnifiedContact) -> &mut Name {
    contact.name.get_or_insert_default()
}

fn organization(contact: &mut UnifiedContact) -> &mut Organization {
    contact.organization.get_or_insert_default()
}
