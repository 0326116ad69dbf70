//! The table of vendors: the parts of a contact that each can store, derived from its mapping.

use std::collections::BTreeMap;

use unicontact::providers::{Capabilities, Cardinality, Dedupe, MappingRow, Vendor};

use super::Page;
use super::fates::{FateCell, FateRow, fates};
use super::names::vendor_with_source;
use super::style::Style;

/// A row of the table: its name, and its text for a vendor. An empty text means no.
type Property = (&'static str, fn(&Vendor) -> String);

const PROPERTIES: [Property; 11] = [
    ("name", name),
    ("organization", organization),
    ("e-mails", |vendor| list(vendor.capabilities(), "emails")),
    ("phones", |vendor| list(vendor.capabilities(), "phones")),
    ("addresses", addresses),
    ("title", |vendor| value(vendor.capabilities(), "title")),
    ("links", links),
    ("notes", |vendor| value(vendor.capabilities(), "notes")),
    (SECOND_CREATE, second_create),
    ("can be searched", |vendor| yes(vendor.capabilities().find)),
    ("can be checked", |vendor| yes(vendor.capabilities().check)),
];

/// The heading of what a vendor does with a second create of the same contact.
pub(crate) const SECOND_CREATE: &str = "a second create";
/// The words for a vendor that then holds two contacts.
const MAKES_TWO: &str = "makes two";

/// The number of properties that are parts of a contact. They come first.
const OF_CONTACT: usize = 8;

/// Returns a table with a column for each of the vendors.
pub(crate) fn vendors(vendors: &[Vendor]) -> Page {
    let titles: Vec<String> =
        vendors.iter().map(|vendor| vendor_with_source(vendor.name(), vendor.source().file())).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let is_described = vendors.iter().any(|vendor| vendor.description().is_some());
    let facts: Option<Property> = is_described.then_some(("facts", |vendor| facts(vendor).to_owned()));
    let row = |(name, text): Property| FateRow {
        field: name.to_owned(),
        cells: vendors.iter().map(|vendor| cell(text(vendor))).collect(),
    };
    let rows: Vec<FateRow> = PROPERTIES.into_iter().chain(facts).map(row).collect();
    fates("holds", &titles, &rows)
}

/// The parts of a contact that the vendors store, by the names of [`PROPERTIES`].
pub(crate) struct Holdings {
    /// The parts that every vendor stores.
    pub(crate) by_all: Vec<&'static str>,
    /// The other parts that each vendor stores, by the vendor's short name.
    pub(crate) by_one: BTreeMap<String, Vec<&'static str>>,
}

/// Returns the parts of a contact that these vendors store.
pub(crate) fn holdings(vendors: &[Vendor]) -> Holdings {
    let of_contact = PROPERTIES.iter().take(OF_CONTACT);
    let is_by_all = |(_, text): &&Property| vendors.iter().all(|vendor| !text(vendor).is_empty());
    let (by_all, others): (Vec<_>, Vec<_>) = of_contact.partition(is_by_all);
    let held = |vendor: &Vendor| {
        others.iter().filter(|(_, text)| !text(vendor).is_empty()).map(|(name, _)| *name).collect()
    };
    Holdings {
        by_all: by_all.iter().map(|(name, _)| *name).collect(),
        by_one: vendors.iter().map(|vendor| (vendor.name().to_owned(), held(vendor))).collect(),
    }
}

fn cell(text: String) -> FateCell {
    if text.is_empty() { FateCell::new(Some(Style::Muted), "no") } else { FateCell::new(None, text) }
}

fn yes(value: bool) -> String {
    if value { "yes".to_owned() } else { String::new() }
}

fn rows<'a>(capabilities: &'a Capabilities, field: &'a str) -> impl Iterator<Item = &'a MappingRow> {
    capabilities.fields.iter().filter(move |row| row.field == field)
}

/// Returns `required, ≤ 100` of a field with one value, or `yes` where it is neither required nor limited.
fn value(capabilities: &Capabilities, field: &str) -> String {
    let Some(row) = rows(capabilities, field).next() else { return String::new() };
    let required = row.required.then(|| "required".to_owned());
    let words: Vec<String> = required.into_iter().chain(limit(row)).collect();
    if words.is_empty() { "yes".to_owned() } else { words.join(", ") }
}

/// Returns `≤ 100`.
fn limit(row: &MappingRow) -> Option<String> {
    row.limit.map(|limit| format!("≤ {limit}"))
}

/// Returns how many values of a list are held, of which kinds, and the longest text: `one, mobile, fax` or `all, ≤ 30`.
fn list(capabilities: &Capabilities, field: &str) -> String {
    let Some(first) = rows(capabilities, field).next() else { return String::new() };
    let count = match first.count {
        Cardinality::One => "one",
        Cardinality::Many => "all",
    };
    let words = std::iter::once(count.to_owned()).chain(kinds(capabilities, field)).chain(limit(first));
    words.collect::<Vec<_>>().join(", ")
}

/// Returns the kinds that have fields of their own: `mobile` of `phones (mobile)`.
fn kinds(capabilities: &Capabilities, field: &str) -> Vec<String> {
    let prefix = format!("{field} (");
    let kind = |row: &MappingRow| Some(row.field.strip_prefix(&prefix)?.strip_suffix(')')?.to_owned());
    capabilities.fields.iter().filter_map(kind).collect()
}

/// Returns how far the least trusted fact of a description can be trusted.
pub(crate) fn facts(vendor: &Vendor) -> &'static str {
    vendor.description().map_or("in its page", |it| it.weakest_source().in_words())
}

/// Returns what the vendor does with a second create of the same contact, as far as it says. A key may change that.
pub(crate) fn second_create(vendor: &Vendor) -> String {
    match vendor.dedupe_key() {
        Some(key) => format!("see {key}"),
        None => second_create_at(Some(vendor), vendor.capabilities()),
    }
}

/// Returns what a provider with these capabilities does with a second create of the same contact: it replaces the first one, returns
/// it, refuses the second, or then holds two.
pub(super) fn second_create_at(vendor: Option<&Vendor>, capabilities: &Capabilities) -> String {
    let unique = vendor.and_then(Vendor::description).into_iter().flat_map(|it| it.unique());
    let unique: Vec<&str> = unique.collect();
    if !capabilities.overwrites.is_empty() {
        format!("overwrites by {}", capabilities.overwrites.join(", "))
    } else if capabilities.dedupe != Dedupe::Never {
        "returned".to_owned()
    } else if unique.is_empty() {
        MAKES_TWO.to_owned()
    } else {
        format!("refused by {}", unique.join(", "))
    }
}

/// Returns the name as it is held: as a whole, or in parts.
fn name(vendor: &Vendor) -> String {
    let capabilities = vendor.capabilities();
    let whole = value(capabilities, "name");
    let has_parts =
        ["name.given", "name.family"].iter().any(|part| rows(capabilities, part).next().is_some());
    if whole.is_empty() && has_parts { "in parts".to_owned() } else { whole }
}

fn organization(vendor: &Vendor) -> String {
    let capabilities = vendor.capabilities();
    let name = rows(capabilities, "name").next().map(|row| &row.to);
    let of_organization = rows(capabilities, "organization.name").next();
    let is_apart = of_organization.is_some_and(|row| Some(&row.to) != name);
    let parts = [
        ("name", is_apart),
        ("department", rows(capabilities, "organization.department").next().is_some()),
        ("own contact", rows(capabilities, "kind").next().is_some()),
    ];
    parts.iter().filter(|(_, holds)| *holds).map(|(part, _)| *part).collect::<Vec<_>>().join(", ")
}

fn addresses(vendor: &Vendor) -> String {
    let whole = list(vendor.capabilities(), "addresses");
    let has_parts = vendor.capabilities().fields.iter().any(|row| row.field.starts_with("addresses."));
    if whole.is_empty() && has_parts { "one, in parts".to_owned() } else { whole }
}

fn links(vendor: &Vendor) -> String {
    match kinds(vendor.capabilities(), "links") {
        kinds if kinds.len() > 2 => format!("{} kinds", kinds.len()),
        kinds => kinds.join(", "),
    }
}
