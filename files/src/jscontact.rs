//! Reads a `JSContact` card (RFC 9553).
//!
//! The reader removes each member that it reads from the card, and reports the rest as unused. It does not convert the card
//! to a vCard first, because labels and orders would be lost.

mod parts;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unicontact_model::contact::{Address, ContactKind, LinkKind, exact_ids};

use self::parts::{Components, attributes, is_title, object, texts_of};
use crate::contact_builder::{BuiltContact, ContactBuilder, Origin, RowError, present};
use crate::json_error::{Position, row_error};
use crate::options::OnBadCell;
use crate::version::Version;

const WHOLE_ADDRESS: &str = "an address in a single text is kept as the street";

/// Reads the contact in a card. Counts unused properties in `unused`.
pub(crate) fn read(
    text: &str,
    position: Position,
    on_bad_cell: OnBadCell,
    unused: &mut BTreeMap<String, u64>,
) -> Result<BuiltContact, RowError> {
    let card = parsed(text, position)?;
    let has_kind = card.contains_key("kind");
    let mut reader = CardReader { card, builder: ContactBuilder::new(on_bad_cell, Version::Current) };
    reader.read();
    parts::count_left_over(&reader.card, unused);
    if !has_kind {
        reader.builder.set_kind_from_organization();
    }
    let built = reader.builder.build().map_err(|error| RowError { column: None, ..error })?;
    Ok(built.with_earlier(|| read_as_v0_1(text, position)))
}

/// Returns the contact that version 0.1.0 read from a card.
fn read_as_v0_1(text: &str, position: Position) -> Option<BuiltContact> {
    let card = parsed(text, position).ok()?;
    let mut reader = CardReader { card, builder: ContactBuilder::new(OnBadCell::Auto, Version::V0_1) };
    reader.read();
    reader.builder.build().ok()
}

/// Parses a card. Its uid keeps all digits.
fn parsed(text: &str, position: Position) -> Result<Map<String, Value>, RowError> {
    let value: Value = serde_json::from_str(text).map_err(|error| row_error(&error, position))?;
    let Value::Object(mut card) = value else {
        return Err(RowError::new("a JSContact card must be an object"));
    };
    if card.get("@type").is_some_and(|kind| kind != "Card") {
        return Err(RowError::new("not a JSContact card: its @type is not Card"));
    }
    exact_ids(text, &mut card, &["uid"])
        .map_err(|problem| RowError::in_field(problem.path, problem.message))?;
    Ok(card)
}

/// A card and the contact built from it.
struct CardReader {
    card: Map<String, Value>,
    builder: ContactBuilder,
}

fn origin(name: &str) -> Origin<'_> {
    Origin { name, column: None }
}

impl CardReader {
    fn read(&mut self) {
        let uid = self.uid();
        self.builder.external_id(origin("uid"), &uid);
        self.kind();
        self.name();
        self.each("emails", |builder, mut entry| {
            let attributes = attributes(&mut entry);
            builder.email(origin("emails"), &parts::text(&mut entry, "address"), &attributes);
            entry
        });
        self.each("phones", |builder, mut entry| {
            let attributes = attributes(&mut entry);
            builder.phone(origin("phones"), &parts::text(&mut entry, "number"), None, &attributes);
            entry
        });
        self.each("addresses", read_address);
        self.each("organizations", read_organization);
        self.each("titles", |builder, mut entry| {
            if is_title(&entry) {
                let title = parts::text(&mut entry, "name");
                entry.remove("kind");
                builder.set(origin("titles"), &title, |contact| &mut contact.title);
            }
            entry
        });
        self.each("links", |builder, mut entry| {
            builder.link(origin("links"), &parts::text(&mut entry, "uri"), None);
            entry
        });
        self.each("onlineServices", read_service);
        self.each("media", |builder, mut entry| {
            if entry.get("kind").is_some_and(|kind| kind == "photo") {
                entry.remove("kind");
                builder.photo(origin("media"), &parts::text(&mut entry, "uri"));
            }
            entry
        });
        self.each("anniversaries", read_anniversary);
        self.each("notes", |builder, mut entry| {
            builder.append_notes(&parts::text(&mut entry, "note"));
            entry
        });
        for keyword in object(self.card.remove("keywords")).keys() {
            self.builder.tags(origin("keywords"), keyword);
        }
    }

    /// Removes and returns the uid. Some programs write a number, or `false` for no uid, instead of a text.
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

    /// Reads each entry of a property that maps ids to entries. `read` returns the unused members of the entry.
    fn each(
        &mut self,
        key: &str,
        read: impl Fn(&mut ContactBuilder, Map<String, Value>) -> Map<String, Value>,
    ) {
        let Some(Value::Object(entries)) = self.card.get_mut(key) else { return };
        for entry in entries.values_mut() {
            *entry = Value::Object(read(&mut self.builder, object(Some(entry.take()))));
        }
    }

    fn kind(&mut self) {
        match self.text("kind").as_str() {
            "" | "individual" => {}
            "org" => self.builder.contact.kind = ContactKind::Organization,
            "group" => self.builder.reject(origin("kind"), "the card is a group of contacts, not a contact"),
            _ => self.builder.reject(origin("kind"), "the card is neither a person nor an organization"),
        }
    }

    fn name(&mut self) {
        let Some(Value::Object(name)) = self.card.get_mut("name") else { return };
        let full = parts::text(name, "full");
        name.remove("isOrdered");
        let components = Components::from_list(name.remove("components"));
        let builder = &mut self.builder;
        let name_origin = origin("name");
        builder.set(name_origin, &full, |contact| &mut contact.name.get_or_insert_default().full);
        let part = |kinds: &[&str]| components.joined(kinds, " ");
        builder
            .set(name_origin, &part(&["title"]), |contact| &mut contact.name.get_or_insert_default().prefix);
        builder
            .set(name_origin, &part(&["given"]), |contact| &mut contact.name.get_or_insert_default().given);
        builder
            .set(name_origin, &part(&["given2"]), |contact| &mut contact.name.get_or_insert_default().middle);
        builder.set(name_origin, &part(&["surname", "surname2"]), |contact| {
            &mut contact.name.get_or_insert_default().family
        });
        builder.set(name_origin, &part(&["generation", "credential"]), |contact| {
            &mut contact.name.get_or_insert_default().suffix
        });
    }
}

fn read_address(builder: &mut ContactBuilder, mut entry: Map<String, Value>) -> Map<String, Value> {
    let attributes = attributes(&mut entry);
    entry.remove("isOrdered");
    let components = Components::from_list(entry.remove("components"));
    let full = parts::text(&mut entry, "full");
    let code = parts::text(&mut entry, "countryCode");
    let text = |kinds: &[&str], between: &str| present(&components.joined(kinds, between)).map(str::to_owned);
    let country = text(&["country"], " ");
    let country = present(&code).map(str::to_owned).or(country);
    let is_single_text = components.is_empty() && present(&full).is_some();
    if is_single_text {
        builder.note(origin("addresses"), WHOLE_ADDRESS);
    }
    let address = Address {
        kind: None,
        street: if is_single_text {
            Some(full)
        } else {
            text(&["number", "name", "direction", "block"], " ")
        },
        street2: text(&["building", "floor", "apartment", "room", "landmark", "postOfficeBox"], ", "),
        city: text(&["locality"], " ").or_else(|| text(&["district", "subdistrict"], ", ")),
        region: text(&["region"], " "),
        postal_code: text(&["postcode"], " "),
        country: country.and_then(|country| builder.country(origin("addresses"), &country)),
    };
    builder.address(origin("addresses"), &attributes, address);
    entry
}

fn read_organization(builder: &mut ContactBuilder, mut entry: Map<String, Value>) -> Map<String, Value> {
    let name = parts::text(&mut entry, "name");
    let units = texts_of(entry.remove("units"), "name").join(", ");
    let organization_origin = origin("organizations");
    builder.set(organization_origin, &name, |contact| &mut contact.organization.get_or_insert_default().name);
    builder.set(organization_origin, &units, |contact| {
        &mut contact.organization.get_or_insert_default().department
    });
    entry
}

fn read_service(builder: &mut ContactBuilder, mut entry: Map<String, Value>) -> Map<String, Value> {
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
        builder.link(origin("onlineServices"), &parts::text(&mut entry, key), kind);
        entry.remove("service");
    }
    entry
}

fn read_anniversary(builder: &mut ContactBuilder, mut entry: Map<String, Value>) -> Map<String, Value> {
    if entry.get("kind").is_none_or(|kind| kind != "birth") {
        return entry;
    }
    entry.remove("kind");
    let mut date = object(entry.remove("date"));
    let utc = parts::text(&mut date, "utc");
    if utc.is_empty() {
        let mut part = |key| date.remove(key).map(|number| number.to_string()).unwrap_or_default();
        builder.birthday_parts(origin("anniversaries"), &part("year"), &part("month"), &part("day"));
    } else {
        builder.birthday(origin("anniversaries"), &utc);
    }
    entry
}
