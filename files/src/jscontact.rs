//! Reading a `JSContact` card (RFC 9553).
//!
//! What is taken is removed from the card, so that what is left over is what was not used.
//!
//! The card is JSON, and so is a contact here; converting it to a vCard first, as the vCard parser can, would lose
//! labels and orders on the way.

mod parts;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unicontact_model::contact::{Address, ContactKind, LinkKind, exact_ids};

use self::parts::{Components, marks, object, texts_of, title_kind};
use crate::assembly::{Assembly, Finished, Origin, present};
use crate::json::explained;
use crate::options::OnBadCell;
use crate::version::Version;

/// What is wrong with a card, and where.
pub(crate) struct Wrong {
    pub(crate) lines_down: u64,
    pub(crate) column: Option<u64>,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
}

/// The contact in a card. What was not used is counted in `unused`.
pub(crate) fn read(
    text: &str,
    on_bad_cell: OnBadCell,
    unused: &mut BTreeMap<String, u64>,
) -> Result<Finished, Wrong> {
    let card = card_in(text)?;
    let says_kind = card.contains_key("kind");
    let mut reader = CardReader { card, assembly: Assembly::new(on_bad_cell, Version::Current) };
    reader.read();
    parts::count_left_over(&reader.card, unused);
    if !says_kind {
        reader.assembly.take_company_without_person();
    }
    let read = reader.assembly.finish().map_err(|unfit| Wrong {
        lines_down: 0,
        column: None,
        field: unfit.field,
        reason: unfit.reason,
    })?;
    Ok(read.with_earlier(|| read_as_v0_1(text)))
}

/// Returns what version 0.1.0 read from a card.
fn read_as_v0_1(text: &str) -> Option<Finished> {
    let card = card_in(text).ok()?;
    let mut reader = CardReader { card, assembly: Assembly::new(OnBadCell::Auto, Version::V0_1) };
    reader.read();
    reader.assembly.finish().ok()
}

/// Returns the members of a card, its id with all of its digits.
fn card_in(text: &str) -> Result<Map<String, Value>, Wrong> {
    let wrong = |reason: String| Wrong { lines_down: 0, column: None, field: None, reason };
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let (reason, place) = explained(&error);
        let (lines_down, column) = place.unzip();
        Wrong { lines_down: lines_down.unwrap_or_default(), column, field: None, reason }
    })?;
    let Value::Object(mut card) = value else {
        return Err(wrong("a JSContact card must be an object".to_owned()));
    };
    if card.get("@type").is_some_and(|kind| kind != "Card") {
        return Err(wrong("not a JSContact card: its @type is not Card".to_owned()));
    }
    exact_ids(text, &mut card, &["uid"])
        .map_err(|problem| Wrong { field: Some(problem.path), ..wrong(problem.message) })?;
    Ok(card)
}

struct CardReader {
    card: Map<String, Value>,
    assembly: Assembly,
}

fn at(name: &str) -> Origin<'_> {
    Origin { name, column: None }
}

impl CardReader {
    fn read(&mut self) {
        let uid = self.uid();
        self.assembly.external_id(at("uid"), &uid);
        self.kind();
        self.name();
        self.each("emails", |assembly, mut entry| {
            let marks = marks(&mut entry);
            assembly.email(at("emails"), &parts::text(&mut entry, "address"), &marks);
            entry
        });
        self.each("phones", |assembly, mut entry| {
            let marks = marks(&mut entry);
            assembly.phone(at("phones"), &parts::text(&mut entry, "number"), None, &marks);
            entry
        });
        self.each("addresses", read_address);
        self.each("organizations", read_organization);
        self.each("titles", |assembly, mut entry| {
            if title_kind(&entry) {
                let title = parts::text(&mut entry, "name");
                entry.remove("kind");
                assembly.set(at("titles"), &title, |contact| &mut contact.title);
            }
            entry
        });
        self.each("links", |assembly, mut entry| {
            assembly.link(at("links"), &parts::text(&mut entry, "uri"), None);
            entry
        });
        self.each("onlineServices", read_service);
        self.each("media", |assembly, mut entry| {
            if entry.get("kind").is_some_and(|kind| kind == "photo") {
                entry.remove("kind");
                assembly.photo(at("media"), &parts::text(&mut entry, "uri"));
            }
            entry
        });
        self.each("anniversaries", read_anniversary);
        self.each("notes", |assembly, mut entry| {
            assembly.free_text(&parts::text(&mut entry, "note"));
            entry
        });
        for keyword in object(self.card.remove("keywords")).keys() {
            self.assembly.tags(at("keywords"), keyword);
        }
    }

    /// Returns the card's id. It should be a text; some programs write a number, or `false` where there is none.
    fn uid(&mut self) -> String {
        match self.card.get("uid") {
            Some(Value::Number(number)) => {
                let uid = number.to_string();
                self.card.remove("uid");
                uid
            }
            Some(Value::Null | Value::Bool(false)) => {
                self.card.remove("uid");
                String::new()
            }
            _ => self.text("uid"),
        }
    }

    fn text(&mut self, key: &str) -> String {
        parts::text(&mut self.card, key)
    }

    /// Reads every entry of a list, which a card keeps by ids; what is not taken of them stays.
    fn each(&mut self, key: &str, read: impl Fn(&mut Assembly, Map<String, Value>) -> Map<String, Value>) {
        let Some(Value::Object(entries)) = self.card.get_mut(key) else { return };
        for entry in entries.values_mut() {
            *entry = Value::Object(read(&mut self.assembly, object(Some(entry.take()))));
        }
    }

    fn kind(&mut self) {
        match self.text("kind").as_str() {
            "" | "individual" => {}
            "org" => self.assembly.contact.kind = ContactKind::Organization,
            "group" => self.assembly.unfit(at("kind"), "a group of contacts, not a contact"),
            _ => self.assembly.unfit(at("kind"), "neither a person nor an organization"),
        }
    }

    fn name(&mut self) {
        let Some(Value::Object(name)) = self.card.get_mut("name") else { return };
        let full = parts::text(name, "full");
        name.remove("isOrdered");
        let components = Components::of(name.remove("components"));
        let assembly = &mut self.assembly;
        let origin = at("name");
        assembly.set(origin, &full, |contact| &mut contact.name.get_or_insert_default().full);
        let part = |kinds: &[&str]| components.joined(kinds, " ");
        assembly.set(origin, &part(&["title"]), |contact| &mut contact.name.get_or_insert_default().prefix);
        assembly.set(origin, &part(&["given"]), |contact| &mut contact.name.get_or_insert_default().given);
        assembly.set(origin, &part(&["given2"]), |contact| &mut contact.name.get_or_insert_default().middle);
        assembly.set(origin, &part(&["surname", "surname2"]), |contact| {
            &mut contact.name.get_or_insert_default().family
        });
        assembly.set(origin, &part(&["generation", "credential"]), |contact| {
            &mut contact.name.get_or_insert_default().suffix
        });
    }
}

fn read_address(assembly: &mut Assembly, mut entry: Map<String, Value>) -> Map<String, Value> {
    let marks = marks(&mut entry);
    entry.remove("isOrdered");
    let components = Components::of(entry.remove("components"));
    let full = parts::text(&mut entry, "full");
    let code = parts::text(&mut entry, "countryCode");
    let text = |kinds: &[&str], between: &str| present(&components.joined(kinds, between)).map(str::to_owned);
    let country = text(&["country"], " ");
    let country = present(&code).map(str::to_owned).or(country);
    let only_whole = components.is_empty() && present(&full).is_some();
    if only_whole {
        assembly.note(at("addresses"), "an address in one text is kept as its street");
    }
    let address = Address {
        kind: None,
        street: if only_whole { Some(full) } else { text(&["number", "name", "direction", "block"], " ") },
        street2: text(&["building", "floor", "apartment", "room", "landmark", "postOfficeBox"], ", "),
        city: text(&["locality"], " ").or_else(|| text(&["district", "subdistrict"], ", ")),
        region: text(&["region"], " "),
        postal_code: text(&["postcode"], " "),
        country: country.and_then(|country| assembly.country(at("addresses"), &country)),
    };
    assembly.address(at("addresses"), &marks, address);
    entry
}

fn read_organization(assembly: &mut Assembly, mut entry: Map<String, Value>) -> Map<String, Value> {
    let name = parts::text(&mut entry, "name");
    let units = texts_of(entry.remove("units"), "name").join(", ");
    let origin = at("organizations");
    assembly.set(origin, &name, |contact| &mut contact.organization.get_or_insert_default().name);
    assembly.set(origin, &units, |contact| &mut contact.organization.get_or_insert_default().department);
    entry
}

fn read_service(assembly: &mut Assembly, mut entry: Map<String, Value>) -> Map<String, Value> {
    let kind = match entry.get("service").and_then(Value::as_str).map(str::to_lowercase).as_deref() {
        Some("twitter" | "x") => Some(LinkKind::Twitter),
        Some("linkedin") => Some(LinkKind::Linkedin),
        Some("facebook") => Some(LinkKind::Facebook),
        Some("github") => Some(LinkKind::Github),
        Some("instagram") => Some(LinkKind::Instagram),
        _ => None,
    };
    let key = if entry.contains_key("uri") { "uri" } else { "user" };
    if key == "uri" || kind.is_some() {
        assembly.link(at("onlineServices"), &parts::text(&mut entry, key), kind);
        entry.remove("service");
    }
    entry
}

fn read_anniversary(assembly: &mut Assembly, mut entry: Map<String, Value>) -> Map<String, Value> {
    if entry.get("kind").is_none_or(|kind| kind != "birth") {
        return entry;
    }
    entry.remove("kind");
    let mut date = object(entry.remove("date"));
    let utc = parts::text(&mut date, "utc");
    if utc.is_empty() {
        let mut part = |key| date.remove(key).map(|number| number.to_string()).unwrap_or_default();
        assembly.birthday_parts(at("anniversaries"), &part("year"), &part("month"), &part("day"));
    } else {
        assembly.birthday(at("anniversaries"), &utc);
    }
    entry
}
