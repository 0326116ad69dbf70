//! Reading a contact from JSON.
//!
//! Its rule: every mistake is reported, each with its path and what to do, and never with the value.
//! `null` and a blank text mean that the field is absent.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::object::{Fields, wrong_type};
use super::problem::{ContactError, Problem};
use super::unique_keys::UniqueKeys;
use super::{
    Address, ChannelKind, ContactKind, Email, Link, LinkKind, Name, Organization, Phone, PhoneNumber,
    UnifiedContact,
};

impl UnifiedContact {
    /// Reads a contact, shorthands included.
    ///
    /// # Errors
    ///
    /// All mistakes at once: unknown keys with the nearest known one, wrong types, values that are
    /// not what their field holds, and a contact with nothing to be called by.
    pub fn from_json(value: Value) -> Result<Self, ContactError> {
        let mut problems = Vec::new();
        let contact = match value {
            Value::Object(map) => read_contact(Fields::new(String::new(), map, &mut problems)),
            other => {
                problems.push(wrong_type("", "an object", &other));
                Self::default()
            }
        };
        if problems.is_empty() {
            problems.extend(contact.nothing_to_be_called_by());
        }
        if problems.is_empty() { Ok(contact) } else { Err(ContactError { problems }) }
    }

    /// What is wrong with a contact that nobody could name.
    ///
    /// For contacts put together in code; [`UnifiedContact::from_json`] asks it too.
    pub fn nothing_to_be_called_by(&self) -> Option<Problem> {
        let nameless = self.display_name().is_none() && self.emails.is_empty() && self.phones.is_empty();
        nameless.then(|| Problem {
            path: String::new(),
            message: "a contact needs a name, an organization, an e-mail or a phone".to_owned(),
        })
    }
}

impl<'de> Deserialize<'de> for UnifiedContact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let UniqueKeys(value) = UniqueKeys::deserialize(deserializer)?;
        Self::from_json(value).map_err(serde::de::Error::custom)
    }
}

fn read_contact(mut fields: Fields<'_>) -> UnifiedContact {
    let contact = UnifiedContact {
        external_id: fields.id("external_id"),
        kind: fields
            .one_of("kind", &[("person", ContactKind::Person), ("organization", ContactKind::Organization)])
            .unwrap_or_default(),
        name: fields.object_or_text("name", read_name, |text| Name { full: Some(text), ..Name::default() }),
        emails: fields.list("emails", "address", read_email),
        phones: fields.list("phones", "number", read_phone),
        addresses: fields.list("addresses", "street", read_address),
        organization: fields.object_or_text("organization", read_organization, |text| Organization {
            name: Some(text),
            department: None,
        }),
        title: fields.text("title"),
        links: fields.list("links", "url", read_link),
        birthday: fields
            .parsed_with("birthday", |text| text.parse().map_err(|_| "not a date (expected YYYY-MM-DD)")),
        photo_url: fields.parsed("photo_url"),
        notes: fields.text("notes"),
        tags: fields.texts("tags"),
        owner_id: fields.id("owner_id"),
        custom: fields.custom("custom"),
        vendor: fields.vendors("vendor"),
    };
    fields.finish();
    contact
}

fn read_name(fields: &mut Fields<'_>) -> Option<Name> {
    let name = Name {
        full: fields.text("full"),
        prefix: fields.text("prefix"),
        given: fields.text("given"),
        middle: fields.text("middle"),
        family: fields.text("family"),
        suffix: fields.text("suffix"),
    };
    (name != Name::default()).then_some(name)
}

fn read_organization(fields: &mut Fields<'_>) -> Option<Organization> {
    let organization = Organization { name: fields.text("name"), department: fields.text("department") };
    (organization != Organization::default()).then_some(organization)
}

fn read_email(fields: &mut Fields<'_>) -> Option<Email> {
    let email = Email {
        kind: fields.one_of("kind", CHANNEL_KINDS),
        label: fields.text("label"),
        primary: fields.flag("primary"),
        address: fields.required("address")?,
    };
    Some(email)
}

fn read_phone(fields: &mut Fields<'_>) -> Option<Phone> {
    let kind = fields.one_of("kind", CHANNEL_KINDS);
    let label = fields.text("label");
    let primary = fields.flag("primary");
    let extension = fields.text_or_number("extension");
    let mut number = fields.required_with("number", PhoneNumber::from_json_text)?;
    number.remember_given(label.is_some(), extension.is_some());
    let label = label.or_else(|| number.label().map(str::to_owned));
    let read_by_v0_1 = number.earlier().unwrap_or(&number).extension();
    if let (Some(given), Some(written)) = (&extension, read_by_v0_1)
        && given != written
    {
        fields.problem("extension", "the number has another extension of its own");
        return None;
    }
    let extension = extension.or_else(|| number.extension().map(str::to_owned));
    Some(Phone { number, kind, label, primary, extension })
}

fn read_address(fields: &mut Fields<'_>) -> Option<Address> {
    let address = Address {
        kind: fields.one_of("kind", CHANNEL_KINDS),
        street: fields.text("street"),
        street2: fields.text("street2"),
        city: fields.text("city"),
        region: fields.text("region"),
        postal_code: fields.text_or_number("postal_code"),
        country: fields.parsed("country"),
    };
    (address != Address::default()).then_some(address)
}

fn read_link(fields: &mut Fields<'_>) -> Option<Link> {
    let kind = fields.one_of("kind", LINK_KINDS).unwrap_or_default();
    let url = fields.required("url")?;
    Some(Link { kind, url })
}

const CHANNEL_KINDS: &[(&str, ChannelKind)] = &[
    ("work", ChannelKind::Work),
    ("home", ChannelKind::Home),
    ("mobile", ChannelKind::Mobile),
    ("fax", ChannelKind::Fax),
    ("main", ChannelKind::Main),
    ("other", ChannelKind::Other),
];

const LINK_KINDS: &[(&str, LinkKind)] = &[
    ("website", LinkKind::Website),
    ("linkedin", LinkKind::Linkedin),
    ("twitter", LinkKind::Twitter),
    ("facebook", LinkKind::Facebook),
    ("github", LinkKind::Github),
    ("instagram", LinkKind::Instagram),
    ("other", LinkKind::Other),
];
