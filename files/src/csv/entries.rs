//! Reads the entries of lists in a row: e-mail addresses, phones, postal addresses, links.

use unicontact_model::contact::{Address, LinkKind};

use super::cell_value::{CellValue, FieldValues, values_of};
use super::{addresses, dial_codes};
use crate::contact_builder::channel_kinds::attributes_from_label;
use crate::contact_builder::{Attributes, ContactBuilder, PhoneParts};
use crate::field_path::Field;
use crate::version::Version;

/// Reads an entry of a list. `row` has the codes that belong to all phones of the row.
pub(super) fn read(
    builder: &mut ContactBuilder,
    list: &str,
    entry: &FieldValues<'_>,
    row: PhoneParts<'_>,
    version: Version,
) {
    match list {
        "emails" => {
            let mark_fields = [Field::EmailKind, Field::EmailLabel];
            read_channel(builder, entry, Field::EmailAddress, mark_fields, PhoneParts::default());
        }
        "phones" => {
            let dial_code = row.dial_code.or_else(|| dial_codes::dial_code_of_entry(builder, entry));
            let mark_fields = [Field::PhoneKind, Field::PhoneLabel];
            read_channel(builder, entry, Field::PhoneNumber, mark_fields, PhoneParts { dial_code, ..row });
        }
        "addresses" => {
            let has_dial_code = row.dial_code.is_some();
            let several = addresses::split(builder, entry).filter(|_| version == Version::Current);
            for entry in several.as_deref().unwrap_or(std::slice::from_ref(entry)) {
                read_address(builder, entry, has_dial_code);
            }
        }
        _ => read_link(builder, entry),
    }
}

/// Reads an e-mail address or a phone with its kind and label.
fn read_channel(
    builder: &mut ContactBuilder,
    entry: &FieldValues<'_>,
    field: Field,
    mark_fields: [Field; 2],
    beside: PhoneParts<'_>,
) {
    let marks: Vec<&CellValue<'_>> =
        mark_fields.into_iter().flat_map(|field| values_of(entry, field)).collect();
    let mut channels = values_of(entry, field).peekable();
    if channels.peek().is_none() {
        for mark in marks.iter().filter(|mark| mark.origin.column.is_some()) {
            if is_channel(mark.text) {
                builder.reject(mark.origin, "a value where a label belongs: are the cells shifted?");
            } else {
                builder.note(mark.origin, "a label without a value is dropped");
            }
        }
        return;
    }
    for channel in channels {
        let marks = merged_marks(channel, &marks);
        if field == Field::EmailAddress {
            builder.email(channel.origin, channel.text, &marks);
        } else {
            let extension = values_of(entry, Field::PhoneExtension).next().map(|value| value.text);
            let beside = PhoneParts { extension, ..beside };
            builder.phone_with_parts(channel.origin, channel.text, beside, &marks);
        }
    }
}

/// Returns whether a text in a label's cell is an e-mail address or a number of many digits.
fn is_channel(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.contains('@') || (digits >= 6 && !text.chars().any(char::is_alphabetic))
}

/// Returns the kind and the label of a value. The cells of the row take precedence over the plan.
fn merged_marks(value: &CellValue<'_>, cells: &[&CellValue<'_>]) -> Attributes {
    let mut marks = Attributes::default();
    for word in cells.iter().map(|cell| cell.text).chain(value.kind) {
        let read = attributes_from_label(word);
        marks.kind = marks.kind.or(read.kind);
        marks.label = marks.label.or(read.label);
        marks.primary |= read.primary;
    }
    marks.label = marks.label.or_else(|| value.label.map(str::to_owned));
    marks
}

/// Reads a postal address. With `has_dial_code`, digits in the country's cell are the dial code of the row.
fn read_address(builder: &mut ContactBuilder, entry: &FieldValues<'_>, has_dial_code: bool) {
    let text = |field: Field| -> Option<String> {
        let parts: Vec<&str> = values_of(entry, field).map(|value| value.text).collect();
        // A house number belongs to its street.
        let separator = if field == Field::AddressStreet { " " } else { ", " };
        (!parts.is_empty()).then(|| parts.join(separator))
    };
    let kind_cell = values_of(entry, Field::AddressKind).next();
    let kind = kind_cell.map(|cell| cell.text).or_else(|| entry.iter().find_map(|(_, value)| value.kind));
    let first = || entry.iter().min_by_key(|(field, _)| field).map(|(_, value)| value);
    let Some(origin) = kind_cell.or_else(first).map(|value| value.origin) else { return };
    let is_country = |value: &&CellValue<'_>| !(has_dial_code && dial_codes::as_dial_code(value).is_some());
    let country = values_of(entry, Field::AddressCountry).find(is_country);
    let (code, city) = addresses::postal_code_and_city(builder, entry);
    let address = Address {
        kind: None,
        street: text(Field::AddressStreet),
        street2: text(Field::AddressStreet2),
        city: text(Field::AddressCity).or(city),
        region: text(Field::AddressRegion),
        postal_code: text(Field::AddressPostalCode).or(code),
        country: country.and_then(|value| builder.country(value.origin, value.text)),
    };
    builder.address(origin, &kind.map(attributes_from_label).unwrap_or_default(), address);
}

fn read_link(builder: &mut ContactBuilder, entry: &FieldValues<'_>) {
    for value in values_of(entry, Field::LinkUrl) {
        let kind = values_of(entry, Field::LinkKind).map(|kind| kind.text).next().or(value.kind);
        builder.link(value.origin, value.text, kind.and_then(link_kind));
    }
}

fn link_kind(word: &str) -> Option<LinkKind> {
    Some(match word.trim().to_lowercase().as_str() {
        "website" | "homepage" | "home page" => LinkKind::Website,
        "linkedin" => LinkKind::Linkedin,
        "twitter" | "x" => LinkKind::Twitter,
        "facebook" => LinkKind::Facebook,
        "github" => LinkKind::Github,
        "instagram" => LinkKind::Instagram,
        _ => return None,
    })
}
