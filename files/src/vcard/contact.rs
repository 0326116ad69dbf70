//! Builds a contact from a parsed card.
//!
//! Invariant: each property goes to one field, or into the list of unused properties.

use std::collections::HashMap;

use calcard::vcard::{VCard, VCardEntry, VCardKind, VCardParameterName, VCardProperty, VCardValue};
use unicontact_model::contact::{Address, ContactKind, LinkKind};

use super::property::{attributes, bare_label, has_parameter, name_of, parameter, text, text_values, types};
use super::{name, preference};
use crate::contact_builder::channel_kinds::attributes_from_label;
use crate::contact_builder::{BuiltContact, ContactBuilder, Origin, RowError, SECOND_VALUE, present};
use crate::options::OnBadCell;
use crate::version::Version;

const EMBEDDED_CARD: &str = "a card embedded in the card is dropped";
const EMBEDDED_DATA: &str = "embedded data, such as a picture, is dropped";
const LONE_PREFIX: &str = "a prefix without a name is dropped";

/// Properties about the card, not the contact.
const TECHNICAL: [&str; 8] =
    ["BEGIN", "END", "VERSION", "PRODID", "REV", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS"];

/// A reader of one card.
pub(super) struct CardReader<'a> {
    card: &'a VCard,
    labels: HashMap<&'a str, &'a str>,
    builder: ContactBuilder,
    version: Version,
    unused: Vec<String>,
    has_kind: bool,
}

impl<'a> CardReader<'a> {
    pub(super) fn new(card: &'a VCard, on_bad_cell: OnBadCell, version: Version) -> Self {
        let builder = ContactBuilder::new(on_bad_cell, version);
        Self { card, labels: labels(card), builder, version, unused: Vec::new(), has_kind: false }
    }

    /// Adds notes about the parts that were left out of the card.
    pub(super) fn note_left_out(&mut self, properties: &[String], not_properties: usize) {
        for name in properties {
            let message = if name == "AGENT" { EMBEDDED_CARD } else { EMBEDDED_DATA };
            self.builder.note(Origin { name, column: None }, message);
        }
        if not_properties > 0 {
            let message =
                format!("lines that are not properties (without a colon) are dropped: {not_properties}");
            self.builder.note(Origin { name: "", column: None }, &message);
        }
    }

    /// Adds the note that the card has no END line.
    pub(super) fn note_missing_end(&mut self) {
        self.builder.note(Origin { name: "", column: None }, "the card has no END:VCARD");
    }

    /// Records that version 0.1.0 may have read the card differently.
    pub(super) fn mark_v0_1_difference(&mut self) {
        self.builder.mark_v0_1_difference();
    }

    /// Returns the contact, and the names of the unused properties.
    pub(super) fn read(mut self) -> (Result<BuiltContact, RowError>, Vec<String>) {
        let entries = &self.card.entries;
        let order = if self.is_v0_1() { None } else { preference::order(entries) };
        if order.is_some() {
            self.mark_v0_1_difference();
        }
        for index in 0..entries.len() {
            let entry = &entries[order.as_ref().map_or(index, |order| order[index])];
            let name = name_of(entry);
            let origin = Origin { name: &name, column: None };
            if !self.property(entry, origin)
                && !TECHNICAL.contains(&&*name)
                && !name.starts_with("X-UNICONTACT-")
            {
                self.unused.push(name);
            }
        }
        if !self.is_v0_1() && name::drop_lone_prefix(&mut self.builder.contact) {
            self.mark_v0_1_difference();
            let origin = Origin { name: "N", column: None };
            self.builder.note(origin, LONE_PREFIX);
        }
        if !self.is_v0_1() && !self.has_kind {
            self.builder.set_kind_from_organization_or_full_name();
        }
        (self.builder.build(), self.unused)
    }

    fn is_v0_1(&self) -> bool {
        self.version == Version::V0_1
    }

    /// Returns the text of a property without line breaks.
    fn line(&mut self, entry: &VCardEntry) -> String {
        let text = text(entry);
        if self.is_v0_1() || !text.contains(['\n', '\r']) {
            return text;
        }
        self.mark_v0_1_difference();
        name::one_line(&text)
    }

    /// Reads a property. Returns whether a contact has a field for it.
    fn property(&mut self, entry: &VCardEntry, origin: Origin<'_>) -> bool {
        let value = || text(entry);
        match &entry.name {
            VCardProperty::Fn => {
                let line = self.line(entry);
                self.builder.set(origin, &line, |contact| &mut contact.name.get_or_insert_default().full);
            }
            VCardProperty::N => self.name(entry, origin),
            VCardProperty::Email => {
                self.builder.email(origin, &value(), &attributes(entry, self.label(entry)));
            }
            VCardProperty::Tel => {
                self.builder.phone(origin, &value(), None, &attributes(entry, self.label(entry)));
            }
            VCardProperty::Adr => self.address(entry, origin),
            VCardProperty::Org => self.organization(entry, origin),
            VCardProperty::Title => {
                let line = self.line(entry);
                self.builder.set(origin, &line, |contact| &mut contact.title);
            }
            VCardProperty::Url => self.link(entry, origin),
            VCardProperty::Socialprofile => self.profile(entry, origin),
            VCardProperty::Bday => self.birthday(entry, origin),
            VCardProperty::Photo => self.builder.photo(origin, &value()),
            VCardProperty::Note => self.builder.append_notes(&value()),
            VCardProperty::Categories => {
                for tag in text_values(entry) {
                    self.builder.tags(origin, &tag);
                }
            }
            VCardProperty::Uid => self.builder.external_id(origin, &value()),
            VCardProperty::Kind => self.kind(entry, origin),
            VCardProperty::Other(_) => return self.other(entry, origin),
            _ => return false,
        }
        true
    }

    fn other(&mut self, entry: &VCardEntry, origin: Origin<'_>) -> bool {
        match origin.name {
            "X-SOCIALPROFILE" => self.profile(entry, origin),
            "X-ABSHOWAS" if text(entry).eq_ignore_ascii_case("COMPANY") => {
                self.builder.contact.kind = ContactKind::Organization;
            }
            "X-ADDRESSBOOKSERVER-KIND" => self.kind(entry, origin),
            "X-TWITTER" => self.builder.link(origin, &text(entry), Some(LinkKind::Twitter)),
            _ => return false,
        }
        true
    }

    fn name(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let parts = if !self.is_v0_1() && name::differs_from_v0_1(entry) {
            self.mark_v0_1_difference();
            name::parts(entry)
        } else {
            text_values(entry)
        };
        let part = |index: usize| parts.get(index).map_or("", String::as_str);
        self.builder.set(origin, part(0), |contact| &mut contact.name.get_or_insert_default().family);
        self.builder.set(origin, part(1), |contact| &mut contact.name.get_or_insert_default().given);
        self.builder.set(origin, part(2), |contact| &mut contact.name.get_or_insert_default().middle);
        self.builder.set(origin, part(3), |contact| &mut contact.name.get_or_insert_default().prefix);
        self.builder.set(origin, part(4), |contact| &mut contact.name.get_or_insert_default().suffix);
    }

    fn address(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let parts = text_values(entry);
        let part = |index: usize| parts.get(index).and_then(|part| present(part)).map(str::to_owned);
        let street2: Vec<String> = [part(0), part(1)].into_iter().flatten().collect();
        let country = part(6).and_then(|country| self.builder.country(origin, &country));
        let address = Address {
            kind: None,
            street: part(2),
            street2: (!street2.is_empty()).then(|| street2.join(", ")),
            city: part(3),
            region: part(4),
            postal_code: part(5),
            country,
        };
        self.builder.address(origin, &attributes(entry, self.label(entry)), address);
    }

    fn organization(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let mut parts = text_values(entry);
        if !self.is_v0_1() && parts.iter().any(|part| part.contains(['\n', '\r'])) {
            self.mark_v0_1_difference();
            for part in &mut parts {
                *part = name::one_line(part);
            }
        }
        let units: Vec<&str> = parts.iter().skip(1).filter_map(|part| present(part)).collect();
        let name = parts.first().map_or("", String::as_str);
        self.builder.set(origin, name, |contact| &mut contact.organization.get_or_insert_default().name);
        self.builder.set(origin, &units.join(", "), |contact| {
            &mut contact.organization.get_or_insert_default().department
        });
    }

    fn link(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let label = self.label(entry).map(attributes_from_label).and_then(|attributes| attributes.label);
        if label.is_some_and(|label| !label.eq_ignore_ascii_case("homepage")) {
            self.builder.note(origin, "a link has no label; the label is dropped");
        }
        self.builder.link(origin, &text(entry), None);
    }

    fn profile(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let service =
            parameter(entry, &VCardParameterName::ServiceType).map(|service| service.to_lowercase());
        let words = service.into_iter().chain(types(entry));
        let kind = words.into_iter().find_map(|word| match word.as_str() {
            "twitter" | "x" => Some(LinkKind::Twitter),
            "linkedin" => Some(LinkKind::Linkedin),
            "facebook" => Some(LinkKind::Facebook),
            "github" => Some(LinkKind::Github),
            "instagram" => Some(LinkKind::Instagram),
            _ => None,
        });
        self.builder.link(origin, &text(entry), kind);
    }

    /// Sets the birthday. The first readable one is kept.
    fn birthday(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let before = self.builder.contact.birthday;
        let has_no_year = has_parameter(entry, "X-APPLE-OMIT-YEAR");
        let text = if has_no_year { "--".to_owned() } else { text(entry) };
        self.builder.birthday(origin, &text);
        if before.is_some() && self.builder.contact.birthday != before && !self.is_v0_1() {
            self.mark_v0_1_difference();
            self.builder.contact.birthday = before;
            self.builder.note(origin, SECOND_VALUE);
        }
    }

    fn kind(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let kind = match entry.values.first() {
            Some(VCardValue::Kind(kind)) => Some(*kind),
            _ if text(entry).eq_ignore_ascii_case("group") => Some(VCardKind::Group),
            _ => None,
        };
        match kind {
            Some(VCardKind::Org) => self.builder.contact.kind = ContactKind::Organization,
            Some(VCardKind::Individual) => self.has_kind = true,
            None => {}
            Some(VCardKind::Group) => {
                self.builder.reject(origin, "the card is a group of contacts, not a contact");
            }
            Some(VCardKind::Location | VCardKind::Application | VCardKind::Device) => {
                self.builder.reject(origin, "the card is neither a person nor an organization");
            }
        }
    }

    /// Returns the label of the property's group.
    fn label(&self, entry: &VCardEntry) -> Option<&'a str> {
        self.labels.get(entry.group.as_deref()?).copied()
    }
}

/// Returns the labels of the groups: `item1.X-ABLabel`.
fn labels(card: &VCard) -> HashMap<&str, &str> {
    let is_label = |entry: &'_ VCardEntry| entry.name.as_str().eq_ignore_ascii_case("X-ABLABEL");
    let entries = card.entries.iter().filter(|entry| is_label(entry));
    entries
        .filter_map(|entry| {
            let text = bare_label(entry.values.first()?.as_text()?);
            (!text.is_empty()).then_some((entry.group.as_deref()?, text))
        })
        .collect()
}
