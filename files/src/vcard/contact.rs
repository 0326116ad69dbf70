//! A parsed card as a contact.
//!
//! Each property goes to one field, or into the list of what was not used.

use std::collections::HashMap;

use calcard::vcard::{VCard, VCardEntry, VCardKind, VCardParameterName, VCardProperty, VCardValue};
use unicontact_model::contact::{Address, ContactKind, LinkKind};

use super::entry::{bare_label, has_parameter, marks, name_of, parameter, text, texts, types};
use super::{name, preference};
use crate::assembly::kinds::marks_of;
use crate::assembly::{Assembly, Finished, Origin, Unfit, present};
use crate::options::OnBadCell;
use crate::version::Version;

/// What says something about the card and nothing about the contact.
const TECHNICAL: [&str; 8] =
    ["BEGIN", "END", "VERSION", "PRODID", "REV", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS"];

/// A card being read.
pub(super) struct CardReader<'a> {
    card: &'a VCard,
    labels: HashMap<&'a str, &'a str>,
    assembly: Assembly,
    version: Version,
    unused: Vec<String>,
    says_kind: bool,
}

impl<'a> CardReader<'a> {
    pub(super) fn new(card: &'a VCard, on_bad_cell: OnBadCell, version: Version) -> Self {
        let assembly = Assembly::new(on_bad_cell, version);
        Self { card, labels: labels(card), assembly, version, unused: Vec::new(), says_kind: false }
    }

    /// Notes what did not get into the card.
    pub(super) fn left_out(&mut self, properties: &[String], not_properties: usize) {
        for name in properties {
            let what = if name == "AGENT" {
                "a card inside the card is dropped"
            } else {
                "data inside the card is dropped"
            };
            self.assembly.note(Origin { name, column: None }, what);
        }
        if not_properties > 0 {
            let message = format!("lines without a colon are dropped: {not_properties}");
            self.assembly.note(Origin { name: "", column: None }, &message);
        }
    }

    /// Notes that the card has no END line.
    pub(super) fn has_no_end(&mut self) {
        self.assembly.note(Origin { name: "", column: None }, "the card has no END:VCARD");
    }

    /// Notes that version 0.1.0 may have read the card otherwise.
    pub(super) fn reads_otherwise(&mut self) {
        self.assembly.reads_otherwise();
    }

    /// The contact, and the properties that were not used.
    pub(super) fn read(mut self) -> (Result<Finished, Unfit>, Vec<String>) {
        let entries = &self.card.entries;
        let order = if self.is_v0_1() { None } else { preference::order(entries) };
        if order.is_some() {
            self.reads_otherwise();
        }
        for place in 0..entries.len() {
            let entry = &entries[order.as_ref().map_or(place, |order| order[place])];
            let name = name_of(entry);
            let origin = Origin { name: &name, column: None };
            if !self.take(entry, origin) && !TECHNICAL.contains(&&*name) && !name.starts_with("X-UNICONTACT-")
            {
                self.unused.push(name);
            }
        }
        if !self.is_v0_1() && name::drop_lone_prefix(&mut self.assembly.contact) {
            self.reads_otherwise();
            let origin = Origin { name: "N", column: None };
            self.assembly.note(origin, "a prefix alone is no name; it is dropped");
        }
        if !self.is_v0_1() && !self.says_kind && name::is_organizations(&self.assembly.contact) {
            self.reads_otherwise();
            self.assembly.contact.kind = ContactKind::Organization;
        }
        (self.assembly.finish(), self.unused)
    }

    fn is_v0_1(&self) -> bool {
        self.version == Version::V0_1
    }

    /// Returns the text of a property that has no line breaks.
    fn line(&mut self, entry: &VCardEntry) -> String {
        let text = text(entry);
        if self.is_v0_1() || !text.contains(['\n', '\r']) {
            return text;
        }
        self.reads_otherwise();
        name::one_line(&text)
    }

    /// Whether the property has a place in a contact.
    fn take(&mut self, entry: &VCardEntry, origin: Origin<'_>) -> bool {
        let whole = || text(entry);
        match &entry.name {
            VCardProperty::Fn => {
                let line = self.line(entry);
                self.assembly.set(origin, &line, |contact| &mut contact.name.get_or_insert_default().full);
            }
            VCardProperty::N => self.name(entry, origin),
            VCardProperty::Email => self.assembly.email(origin, &whole(), &marks(entry, self.label(entry))),
            VCardProperty::Tel => {
                self.assembly.phone(origin, &whole(), None, &marks(entry, self.label(entry)));
            }
            VCardProperty::Adr => self.address(entry, origin),
            VCardProperty::Org => self.organization(entry, origin),
            VCardProperty::Title => {
                let line = self.line(entry);
                self.assembly.set(origin, &line, |contact| &mut contact.title);
            }
            VCardProperty::Url => self.link(entry, origin),
            VCardProperty::Socialprofile => self.profile(entry, origin),
            VCardProperty::Bday => self.birthday(entry, origin),
            VCardProperty::Photo => self.assembly.photo(origin, &whole()),
            VCardProperty::Note => self.assembly.free_text(&whole()),
            VCardProperty::Categories => texts(entry).iter().for_each(|tag| self.assembly.tags(origin, tag)),
            VCardProperty::Uid => self.assembly.external_id(origin, &whole()),
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
                self.assembly.contact.kind = ContactKind::Organization;
            }
            "X-ADDRESSBOOKSERVER-KIND" => self.kind(entry, origin),
            "X-TWITTER" => self.assembly.link(origin, &text(entry), Some(LinkKind::Twitter)),
            _ => return false,
        }
        true
    }

    fn name(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let parts = if !self.is_v0_1() && name::is_read_otherwise(entry) {
            self.reads_otherwise();
            name::parts(entry)
        } else {
            texts(entry)
        };
        let part = |place: usize| parts.get(place).map_or("", String::as_str);
        self.assembly.set(origin, part(0), |contact| &mut contact.name.get_or_insert_default().family);
        self.assembly.set(origin, part(1), |contact| &mut contact.name.get_or_insert_default().given);
        self.assembly.set(origin, part(2), |contact| &mut contact.name.get_or_insert_default().middle);
        self.assembly.set(origin, part(3), |contact| &mut contact.name.get_or_insert_default().prefix);
        self.assembly.set(origin, part(4), |contact| &mut contact.name.get_or_insert_default().suffix);
    }

    fn address(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let parts = texts(entry);
        let part = |place: usize| parts.get(place).and_then(|part| present(part)).map(str::to_owned);
        let beside_the_street: Vec<String> = [part(0), part(1)].into_iter().flatten().collect();
        let country = part(6).and_then(|country| self.assembly.country(origin, &country));
        let address = Address {
            kind: None,
            street: part(2),
            street2: (!beside_the_street.is_empty()).then(|| beside_the_street.join(", ")),
            city: part(3),
            region: part(4),
            postal_code: part(5),
            country,
        };
        self.assembly.address(origin, &marks(entry, self.label(entry)), address);
    }

    fn organization(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let mut parts = texts(entry);
        if !self.is_v0_1() && parts.iter().any(|part| part.contains(['\n', '\r'])) {
            self.reads_otherwise();
            for part in &mut parts {
                *part = name::one_line(part);
            }
        }
        let units: Vec<&str> = parts.iter().skip(1).filter_map(|part| present(part)).collect();
        let name = parts.first().map_or("", String::as_str);
        self.assembly.set(origin, name, |contact| &mut contact.organization.get_or_insert_default().name);
        self.assembly.set(origin, &units.join(", "), |contact| {
            &mut contact.organization.get_or_insert_default().department
        });
    }

    fn link(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let label = self.label(entry).map(marks_of).and_then(|marks| marks.label);
        if label.is_some_and(|label| !label.eq_ignore_ascii_case("homepage")) {
            self.assembly.note(origin, "a link has no label; it is dropped");
        }
        self.assembly.link(origin, &text(entry), None);
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
        self.assembly.link(origin, &text(entry), kind);
    }

    /// Takes a birthday. The first one that can be read is kept.
    fn birthday(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let before = self.assembly.contact.birthday;
        let has_no_year = has_parameter(entry, "X-APPLE-OMIT-YEAR");
        let text = if has_no_year { "--".to_owned() } else { text(entry) };
        self.assembly.birthday(origin, &text);
        if before.is_some() && self.assembly.contact.birthday != before && !self.is_v0_1() {
            self.reads_otherwise();
            self.assembly.contact.birthday = before;
            self.assembly.note(origin, "there is another value already; this one is dropped");
        }
    }

    fn kind(&mut self, entry: &VCardEntry, origin: Origin<'_>) {
        let kind = match entry.values.first() {
            Some(VCardValue::Kind(kind)) => Some(*kind),
            _ if text(entry).eq_ignore_ascii_case("group") => Some(VCardKind::Group),
            _ => None,
        };
        match kind {
            Some(VCardKind::Org) => self.assembly.contact.kind = ContactKind::Organization,
            Some(VCardKind::Individual) => self.says_kind = true,
            None => {}
            Some(VCardKind::Group) => self.assembly.unfit(origin, "a group of contacts, not a contact"),
            Some(VCardKind::Location | VCardKind::Application | VCardKind::Device) => {
                self.assembly.unfit(origin, "neither a person nor an organization");
            }
        }
    }

    /// What the property's group calls it.
    fn label(&self, entry: &VCardEntry) -> Option<&'a str> {
        self.labels.get(entry.group.as_deref()?).copied()
    }
}

/// The labels of the groups: `item1.X-ABLabel`.
fn labels(card: &VCard) -> HashMap<&str, &str> {
    let label = |entry: &'_ VCardEntry| entry.name.as_str().eq_ignore_ascii_case("X-ABLABEL");
    let entries = card.entries.iter().filter(|entry| label(entry));
    entries
        .filter_map(|entry| {
            let text = bare_label(entry.values.first()?.as_text()?);
            (!text.is_empty()).then_some((entry.group.as_deref()?, text))
        })
        .collect()
}
