//! Reading a contact from JSON.
//!
//! Its rule: every mistake is reported, each with its path and what to do, and never with the value.
//! `null` and a blank text mean that the field is absent.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use thiserror::Error;

use super::{
    Address, ChannelKind, ContactKind, Email, Link, LinkKind, Name, Organization, Phone, PhoneNumber,
    UnifiedContact,
};
use crate::spelling::nearest;
use crate::vendors::VENDORS;

/// One mistake in a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `emails[1].address`. Empty for the contact itself.
    pub path: String,
    /// What is wrong and what would be right. Never the value.
    pub message: String,
}

/// Everything that is wrong with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ContactError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.path, self.message)
        }
    }
}

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
        Self::from_json(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

fn read_contact(mut fields: Fields<'_>) -> UnifiedContact {
    let contact = UnifiedContact {
        external_id: fields.text_or_number("external_id"),
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
        owner_id: fields.text_or_number("owner_id"),
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
    let number: PhoneNumber = fields.required("number")?;
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

/// An object being read: what is taken from it is known, what is left over is a mistake.
struct Fields<'a> {
    path: String,
    map: Map<String, Value>,
    known: Vec<&'static str>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    fn new(path: String, map: Map<String, Value>, problems: &'a mut Vec<Problem>) -> Self {
        Self { path, map, known: Vec::new(), problems }
    }

    fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }

    fn problem(&mut self, key: &str, message: impl Into<String>) {
        let path = self.path_of(key);
        self.problems.push(Problem { path, message: message.into() });
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.map.remove(key).filter(|value| !value.is_null())
    }

    fn mistaken<T>(&mut self, key: &str, expected: &str, value: &Value) -> Option<T> {
        let path = self.path_of(key);
        self.problems.push(wrong_type(&path, expected, value));
        None
    }

    fn text(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => present(&text),
            other => self.mistaken(key, "a text", &other),
        }
    }

    /// For ids and codes, which people write with and without quotes.
    fn text_or_number(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => present(&text),
            Value::Number(number) => Some(number.to_string()),
            other => self.mistaken(key, "a text", &other),
        }
    }

    fn flag(&mut self, key: &'static str) -> bool {
        match self.take(key) {
            None => false,
            Some(Value::Bool(value)) => value,
            Some(other) => self.mistaken(key, "true or false", &other).unwrap_or(false),
        }
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        self.parsed_with(key, str::parse)
    }

    fn parsed_with<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(key)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(key, error.to_string());
                None
            }
        }
    }

    fn required<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        let problems_before = self.problems.len();
        let value = self.parsed(key);
        if value.is_none() && self.problems.len() == problems_before {
            self.problem(key, "is missing");
        }
        value
    }

    fn one_of<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let choice = choices.iter().find(|(word, _)| *word == text);
        if choice.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.problem(key, format!("expected one of {}", words.join(", ")));
        }
        choice.map(|(_, value)| *value)
    }

    fn object_or_text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
        from_text: impl FnOnce(String) -> T,
    ) -> Option<T> {
        match self.take(key)? {
            Value::String(text) => present(&text).map(from_text),
            Value::Object(map) => self.nested(self.path_of(key), map, read),
            other => self.mistaken(key, "a text or an object", &other),
        }
    }

    /// A list whose entries are objects, or plain texts that stand for their field `main`.
    fn list<T>(
        &mut self,
        key: &'static str,
        main: &str,
        read: impl Fn(&mut Fields<'_>) -> Option<T>,
    ) -> Vec<T> {
        let entries = match self.take(key) {
            None => return Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                let expected = "a list";
                return self.mistaken(key, expected, &other).unwrap_or_default();
            }
        };
        let mut list = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            let path = format!("{}[{index}]", self.path_of(key));
            let map = match entry {
                Value::Object(map) => map,
                text @ Value::String(_) => Map::from_iter([(main.to_owned(), text)]),
                other => {
                    self.problems.push(wrong_type(&path, "a text or an object", &other));
                    continue;
                }
            };
            list.extend(self.nested(path, map, &read));
        }
        list
    }

    fn texts(&mut self, key: &'static str) -> Vec<String> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(entries)) if entries.iter().all(Value::is_string) => {
                entries.iter().filter_map(|entry| present(entry.as_str()?)).collect()
            }
            Some(other) => self.mistaken(key, "a list of texts", &other).unwrap_or_default(),
        }
    }

    fn custom(&mut self, key: &'static str) -> BTreeMap<String, Value> {
        match self.take(key) {
            None => BTreeMap::new(),
            Some(Value::Object(map)) => map.into_iter().collect(),
            Some(other) => self.mistaken(key, "an object", &other).unwrap_or_default(),
        }
    }

    fn vendors(&mut self, key: &'static str) -> BTreeMap<String, Map<String, Value>> {
        let mut vendors = BTreeMap::new();
        for (vendor, body) in self.custom(key) {
            let path = join(&self.path_of(key), &vendor);
            if let Some(known) = misspelt_vendor(&vendor) {
                let message = format!("unknown vendor, did you mean `{known}`?");
                self.problems.push(Problem { path, message });
                continue;
            }
            match body {
                Value::Null => {}
                Value::Object(map) => {
                    vendors.insert(vendor, map);
                }
                other => self.problems.push(wrong_type(&path, "an object", &other)),
            }
        }
        vendors
    }

    fn nested<T>(
        &mut self,
        path: String,
        map: Map<String, Value>,
        read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut fields = Fields::new(path, map, self.problems);
        let value = read(&mut fields);
        fields.finish();
        value
    }

    fn finish(self) {
        for key in self.map.keys() {
            let message = match nearest(key, self.known.iter().copied()) {
                Some(known) => format!("unknown key, did you mean `{known}`?"),
                None => format!("unknown key (known: {})", self.known.join(", ")),
            };
            self.problems.push(Problem { path: join(&self.path, key), message });
        }
    }
}

/// A section for a vendor of the caller's own is fine; one letter away from a known vendor is a mistake.
fn misspelt_vendor(vendor: &str) -> Option<&'static str> {
    let known = || VENDORS.iter().map(|known| known.name);
    if known().any(|known| known == vendor) {
        return None;
    }
    nearest(vendor, known())
}

fn present(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn wrong_type(path: &str, expected: &str, value: &Value) -> Problem {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Problem { path: path.to_owned(), message: format!("expected {expected}, found {found}") }
}
