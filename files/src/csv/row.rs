//! One row of a CSV as a contact.
//!
//! Cells go where the plan says; what belongs together, such as a number and its label, is put together first.

mod clean;

use std::borrow::Cow;
use std::collections::BTreeSet;

use unicontact_model::UnifiedContact;
use unicontact_model::contact::{Address, LinkKind, Name, Organization};

use super::{addresses, dial_codes, names, v0_1};
use crate::contact_builder::channel_kinds::attributes_from_label;
use crate::contact_builder::{
    Attributes, BuiltContact, ContactBuilder, Origin, PhoneParts, RowError, present,
};
use crate::field_path::{Field, FieldPath};
use crate::options::OnBadCell;
use crate::plan::contact_kinds::kind_of;
use crate::plan::{ColumnPlan, Used};
use crate::version::Version;

/// The columns that are used.
pub(crate) struct RowReader {
    /// In the order of the fields.
    columns: Vec<(String, Used, Part)>,
    constants: Vec<(FieldPath, String, Part)>,
    /// The list of each entry, in the order in which the entries are read.
    lists: Vec<&'static str>,
    /// Whether the only column with a dial code is that of the first number, and is meant for all of them.
    has_one_dial_code: bool,
}

/// Which part of the contact a column is for.
#[derive(Clone, Copy)]
enum Part {
    /// What there is one of.
    Single,
    Custom,
    /// The entry in this place.
    Entry(usize),
}

/// A text of the row, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) text: &'a str,
    pub(super) origin: Origin<'a>,
    pub(super) kind: Option<&'a str>,
    pub(super) label: Option<&'a str>,
}

/// The texts of one entry of a list.
pub(super) type Entry<'a> = Vec<(Field, Given<'a>)>;

impl RowReader {
    pub(crate) fn new(plan: &ColumnPlan, used: Vec<Used>) -> Self {
        let targets = used.iter().map(|used| &used.target);
        let targets = targets.chain(plan.constants.iter().map(|(target, _)| target));
        let entries: BTreeSet<_> = targets.filter_map(entry_of).collect();
        let entries: Vec<_> = entries.into_iter().collect();
        let part = |target: &FieldPath| match entry_of(target) {
            Some(entry) => Part::Entry(entries.partition_point(|other| *other < entry)),
            None if target.field == Field::Custom => Part::Custom,
            None => Part::Single,
        };
        let named = |used: Used| {
            let part = part(&used.target);
            (plan.columns[used.place].header.clone(), used, part)
        };
        let mut columns: Vec<_> = used.into_iter().map(named).collect();
        columns.sort_by_key(|(_, used, _)| used.target.field);
        let constant = |(target, text): &(FieldPath, String)| (target.clone(), text.clone(), part(target));
        let constants = plan.constants.iter().map(constant).collect();
        let targets = columns.iter().map(|(_, used, _)| &used.target);
        let mut dial_codes = targets.filter(|target| target.field == Field::PhoneDialCode);
        let first = dial_codes.next().is_some_and(|target| target.entry == Some(0));
        let has_one_dial_code = first && dial_codes.next().is_none();
        let lists = entries.into_iter().map(|(list, _)| list).collect();
        Self { columns, constants, lists, has_one_dial_code }
    }

    /// The contact in the row's cells.
    pub(crate) fn read(
        &self,
        cells: &[Cow<'_, str>],
        on_bad_cell: OnBadCell,
        version: Version,
    ) -> Result<BuiltContact, RowError> {
        let mut builder = ContactBuilder::new(on_bad_cell, version);
        self.read_row(&mut builder, cells, version);
        builder.build()
    }

    /// The contact in the cells of a row and of those below that continue it, with their lines.
    pub(crate) fn read_with_continuations(
        &self,
        cells: &[Cow<'_, str>],
        below: &[(u64, Vec<Cow<'_, str>>)],
        on_bad_cell: OnBadCell,
    ) -> Result<BuiltContact, RowError> {
        let mut builder = ContactBuilder::new(on_bad_cell, Version::Current);
        self.read_row(&mut builder, cells, Version::Current);
        for (line, cells) in below {
            builder.set_line(*line);
            self.read_continuation(&mut builder, cells);
        }
        builder.build()
    }

    fn read_row(&self, builder: &mut ContactBuilder, cells: &[Cow<'_, str>], version: Version) {
        let clean = match version {
            Version::V0_1 => None,
            Version::Current => self.clean(cells, builder),
        };
        let cells = clean.as_deref().unwrap_or(cells);
        let mut single = Entry::new();
        let mut entries = vec![Entry::new(); self.lists.len()];
        for (target, part, given) in self.givens(cells) {
            let given = match version {
                Version::V0_1 => given,
                Version::Current => without_meta_mark(builder, target.field, given),
            };
            match part {
                Part::Single => single.push((target.field, given)),
                Part::Entry(place) => entries[place].push((target.field, given)),
                Part::Custom => {
                    builder.contact.custom.insert(target.key.clone(), given.text.into());
                }
            }
        }
        read_single(builder, &single, version);
        self.read_entries(builder, &entries, version);
    }

    /// Reads the lists of a row that continues the contact. Constants go only with what the row has.
    fn read_continuation(&self, builder: &mut ContactBuilder, cells: &[Cow<'_, str>]) {
        let clean = self.clean(cells, builder);
        let cells = clean.as_deref().unwrap_or(cells);
        let mut entries = vec![Entry::new(); self.lists.len()];
        for (target, part, given) in self.givens(cells) {
            let is_constant = given.origin.column.is_none();
            match part {
                Part::Entry(place) if !is_constant || !entries[place].is_empty() => {
                    entries[place].push((target.field, given));
                }
                Part::Single if !is_constant && target.field == Field::Notes => {
                    builder.append_notes(given.text);
                }
                Part::Single if !is_constant && target.field == Field::Tags => {
                    builder.tags(given.origin, given.text);
                }
                _ => {}
            }
        }
        self.read_entries(builder, &entries, Version::Current);
    }

    fn read_entries(&self, builder: &mut ContactBuilder, entries: &[Entry<'_>], version: Version) {
        let dial_code = dial_codes::of_row(builder, entries, self.has_one_dial_code, version);
        let area_code = dial_codes::area_code_of_row(entries);
        for (list, entry) in self.lists.iter().zip(entries) {
            let area_code = dial_codes::area_code_of_entry(entry).or(area_code);
            read_entry(builder, list, entry, PhoneParts { extension: None, dial_code, area_code }, version);
        }
    }

    /// The texts that are there, the constants last.
    fn givens<'a>(
        &'a self,
        cells: &'a [Cow<'_, str>],
    ) -> impl Iterator<Item = (&'a FieldPath, Part, Given<'a>)> {
        let columns = self.columns.iter().filter_map(|(header, used, part)| {
            let text = present(cells.get(used.place)?)?;
            let origin = Origin { name: header, column: Some(used.place as u64 + 1) };
            let given = Given { text, origin, kind: used.kind.as_deref(), label: used.label.as_deref() };
            Some((&used.target, *part, given))
        });
        let constants = self.constants.iter().map(|(target, text, part)| {
            let origin = Origin { name: "constants", column: None };
            (target, *part, Given { text, origin, kind: None, label: None })
        });
        columns.chain(constants)
    }
}

/// The entry of a list that a place belongs to.
fn entry_of(target: &FieldPath) -> Option<(&'static str, usize)> {
    Some((target.list(), target.entry?))
}

fn read_single(builder: &mut ContactBuilder, single: &Entry<'_>, version: Version) {
    type Place = fn(&mut UnifiedContact) -> &mut Option<String>;
    const TEXTS: [(Field, Place); 9] = [
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
    for (field, place) in TEXTS {
        for given in all(single, field) {
            match version {
                Version::V0_1 => builder.set(given.origin, given.text, place),
                Version::Current => names::set_text(builder, field, given, place),
            }
        }
    }
    all(single, Field::ExternalId).for_each(|given| builder.external_id(given.origin, given.text));
    all(single, Field::OwnerId).for_each(|given| builder.owner_id(given.origin, given.text));
    all(single, Field::Kind).for_each(|given| read_contact_kind(builder, given, version));
    if version == Version::Current {
        names::settle(builder, single);
    }
    all(single, Field::Birthday).for_each(|given| builder.birthday(given.origin, given.text));
    all(single, Field::PhotoUrl).for_each(|given| builder.photo(given.origin, given.text));
    all(single, Field::Notes).for_each(|given| builder.append_notes(given.text));
    all(single, Field::Tags).for_each(|given| builder.tags(given.origin, given.text));
    let part = |field| all(single, field).next();
    let parts = [Field::BirthdayYear, Field::BirthdayMonth, Field::BirthdayDay].map(part);
    if let Some(first) = parts.iter().flatten().next() {
        let [year, month, day] = parts.map(|given| given.map_or("", |given| given.text));
        builder.birthday_parts(first.origin, year, month, day);
    }
}

fn read_contact_kind(builder: &mut ContactBuilder, given: &Given<'_>, version: Version) {
    let earlier = v0_1::contact_kind(given.text);
    let kind = match version {
        Version::V0_1 => earlier,
        Version::Current => kind_of(given.text),
    };
    if kind.unwrap_or_default() != earlier.unwrap_or_default() {
        builder.mark_v0_1_difference();
    }
    match kind {
        Some(kind) => builder.contact.kind = kind,
        None => builder.note(given.origin, "neither a person nor an organization; it is taken as a person"),
    }
}

/// Leaves out the mark that Meta's lead ads put before an id (`l:`), a number (`p:`) and a postal code (`z:`).
fn without_meta_mark<'a>(builder: &mut ContactBuilder, field: Field, given: Given<'a>) -> Given<'a> {
    let (mark, begins_so): (&str, fn(char) -> bool) = match field {
        Field::ExternalId => ("l:", |first| first.is_ascii_digit()),
        Field::PhoneNumber => ("p:", |first| first.is_ascii_digit() || matches!(first, '+' | '(')),
        Field::AddressPostalCode => ("z:", char::is_alphanumeric),
        _ => return given,
    };
    match given.text.strip_prefix(mark).filter(|rest| rest.starts_with(begins_so)) {
        Some(text) => {
            builder.mark_v0_1_difference();
            Given { text, ..given }
        }
        None => given,
    }
}

fn read_entry(
    builder: &mut ContactBuilder,
    list: &str,
    entry: &Entry<'_>,
    of_row: PhoneParts<'_>,
    version: Version,
) {
    match list {
        "emails" => {
            let words = [Field::EmailKind, Field::EmailLabel];
            read_channel(builder, entry, Field::EmailAddress, words, PhoneParts::default());
        }
        "phones" => {
            let dial_code = of_row.dial_code.or_else(|| dial_codes::of_entry(builder, entry));
            let words = [Field::PhoneKind, Field::PhoneLabel];
            read_channel(builder, entry, Field::PhoneNumber, words, PhoneParts { dial_code, ..of_row });
        }
        "addresses" => {
            let has_dial_code = of_row.dial_code.is_some();
            let several = addresses::split(builder, entry).filter(|_| version == Version::Current);
            for entry in several.as_deref().unwrap_or(std::slice::from_ref(entry)) {
                read_address(builder, entry, has_dial_code);
            }
        }
        _ => read_link(builder, entry),
    }
}

/// An e-mail address or a number with what its kind and label say.
fn read_channel(
    builder: &mut ContactBuilder,
    entry: &Entry<'_>,
    value: Field,
    words: [Field; 2],
    beside: PhoneParts<'_>,
) {
    let said: Vec<&Given<'_>> = words.into_iter().flat_map(|field| all(entry, field)).collect();
    let mut values = all(entry, value).peekable();
    if values.peek().is_none() {
        for given in said.iter().filter(|given| given.origin.column.is_some()) {
            if is_a_value(given.text) {
                builder.reject(given.origin, "a value where a label belongs: are the cells shifted?");
            } else {
                builder.note(given.origin, "a label without a value is dropped");
            }
        }
        return;
    }
    for given in values {
        let marks = marks(given, &said);
        if value == Field::EmailAddress {
            builder.email(given.origin, given.text, &marks);
        } else {
            let extension = all(entry, Field::PhoneExtension).next().map(|given| given.text);
            builder.phone_with_parts(given.origin, given.text, PhoneParts { extension, ..beside }, &marks);
        }
    }
}

/// Whether a text is no label: an e-mail address, or a number of many digits.
fn is_a_value(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.contains('@') || (digits >= 6 && !text.chars().any(char::is_alphabetic))
}

/// What the row says about a value goes before what the plan says.
fn marks(given: &Given<'_>, said: &[&Given<'_>]) -> Attributes {
    let mut marks = Attributes::default();
    for word in said.iter().map(|given| given.text).chain(given.kind) {
        let read = attributes_from_label(word);
        marks.kind = marks.kind.or(read.kind);
        marks.label = marks.label.or(read.label);
        marks.primary |= read.primary;
    }
    marks.label = marks.label.or_else(|| given.label.map(str::to_owned));
    marks
}

/// An address. Digits in its country's place are the dial code of the row, where it has one.
fn read_address(builder: &mut ContactBuilder, entry: &Entry<'_>, has_dial_code: bool) {
    let text = |field: Field| -> Option<String> {
        let parts: Vec<&str> = all(entry, field).map(|given| given.text).collect();
        // A house number belongs to its street.
        let separator = if field == Field::AddressStreet { " " } else { ", " };
        (!parts.is_empty()).then(|| parts.join(separator))
    };
    let said = all(entry, Field::AddressKind).next();
    let kind = said.map(|given| given.text).or_else(|| entry.iter().find_map(|(_, given)| given.kind));
    let first = || entry.iter().min_by_key(|(field, _)| field).map(|(_, given)| given);
    let Some(origin) = said.or_else(first).map(|given| given.origin) else {
        return;
    };
    let is_country = |given: &&Given<'_>| !(has_dial_code && dial_codes::as_dial_code(given).is_some());
    let country = all(entry, Field::AddressCountry).find(is_country);
    let (code, city) = addresses::postal_code_and_city(builder, entry);
    let address = Address {
        kind: None,
        street: text(Field::AddressStreet),
        street2: text(Field::AddressStreet2),
        city: text(Field::AddressCity).or(city),
        region: text(Field::AddressRegion),
        postal_code: text(Field::AddressPostalCode).or(code),
        country: country.and_then(|given| builder.country(given.origin, given.text)),
    };
    builder.address(origin, &kind.map(attributes_from_label).unwrap_or_default(), address);
}

fn read_link(builder: &mut ContactBuilder, entry: &Entry<'_>) {
    for given in all(entry, Field::LinkUrl) {
        let kind = all(entry, Field::LinkKind).map(|kind| kind.text).next().or(given.kind);
        builder.link(given.origin, given.text, kind.and_then(link_kind));
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

pub(super) fn all<'e, 'a>(entry: &'e Entry<'a>, field: Field) -> impl Iterator<Item = &'e Given<'a>> {
    entry.iter().filter(move |(its, _)| *its == field).map(|(_, given)| given)
}

fn name(contact: &mut UnifiedContact) -> &mut Name {
    contact.name.get_or_insert_default()
}

fn organization(contact: &mut UnifiedContact) -> &mut Organization {
    contact.organization.get_or_insert_default()
}
