//! A short hash of each value of a contact, by which contents are compared without keeping them.

use std::fmt;
use std::sync::Arc;

use unicontact_providers::UnifiedContact;
use unicontact_providers::contact::{Address, Email, Link, Organization, Phone, WebAddress};
use unicontact_providers::identity::folded;

/// The bytes of one entry: the field, three bytes of the hashed path within it, four of the hashed value.
const ENTRY: usize = 8;

/// The sorted hashes of a contact's values, without its id.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ContentEntries(Arc<[u8]>);

/// The fields of a contact by their number in an entry. A number never changes its meaning.
pub(super) const FIELDS: [&str; 15] = [
    "kind",
    "name",
    "emails",
    "phones",
    "addresses",
    "organization",
    "title",
    "links",
    "birthday",
    "photo_url",
    "notes",
    "tags",
    "owner_id",
    "custom",
    "vendor",
];

/// Whether texts are hashed exactly, or without differences of letter case and white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exactness {
    Exact,
    Folded,
}

impl ContentEntries {
    /// Returns the entries of a contact's content under a hash function.
    pub(crate) fn new(
        contact: &UnifiedContact,
        exactness: Exactness,
        hash: &dyn Fn(&[&[u8]]) -> u64,
    ) -> Self {
        let mut entries = Entries { hash, exactness, bytes: Vec::with_capacity(16 * ENTRY) };
        entries.contact(contact);
        let mut sorted: Vec<&[u8]> = entries.bytes.chunks_exact(ENTRY).collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self(sorted.concat().into())
    }

    /// Returns the entries of stored bytes. `None` for other bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.len().is_multiple_of(ENTRY).then(|| Self(bytes.into()))
    }

    /// Returns the bytes to store.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the names of the fields in which other entries under the same hash function differ.
    pub(crate) fn differences(&self, other: &Self) -> Vec<&'static str> {
        fields(|field| !self.of_field(field).eq(other.of_field(field)))
    }

    /// Returns the entries of both contents together.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut entries: Vec<&[u8]> = self.0.chunks_exact(ENTRY).chain(other.0.chunks_exact(ENTRY)).collect();
        entries.sort_unstable();
        entries.dedup();
        Self(entries.concat().into())
    }

    /// Returns the names of the fields in which two contents contradict each other. A value that only one of them has is no
    /// contradiction, nor is a list that has all entries of the other.
    pub(crate) fn conflicts(&self, other: &Self) -> Vec<&'static str> {
        fields(|field| match FIELDS[usize::from(field)] {
            "tags" => false,
            "emails" | "phones" | "links" => {
                !self.holds_all_of(other, field) && !other.holds_all_of(self, field)
            }
            _ => self.of_field(field).any(|(path, value)| {
                let mut others = other.of_field(field).filter(|(other, _)| *other == path).peekable();
                others.peek().is_some() && others.all(|(_, other)| other != value)
            }),
        })
    }

    fn holds_all_of(&self, other: &Self, field: u8) -> bool {
        other.of_field(field).all(|entry| self.of_field(field).any(|own| own == entry))
    }

    /// Returns the hashed paths and values of a field.
    pub(super) fn of_field(&self, field: u8) -> impl Iterator<Item = (&[u8], &[u8])> {
        let entries = self.0.chunks_exact(ENTRY).filter(move |entry| entry[0] == field);
        entries.map(|entry| entry[1..].split_at(3))
    }
}

fn fields(is_one: impl Fn(u8) -> bool) -> Vec<&'static str> {
    let numbered = (0_u8..).zip(FIELDS);
    numbered.filter(|(number, _)| is_one(*number)).map(|(_, name)| name).collect()
}

impl fmt::Debug for ContentEntries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ContentEntries")
    }
}

struct Entries<'a> {
    hash: &'a dyn Fn(&[&[u8]]) -> u64,
    exactness: Exactness,
    bytes: Vec<u8>,
}

impl Entries<'_> {
    /// Adds the value of a field at a path within it. The values of a list have no paths.
    fn add(&mut self, field: &str, path: &[&str], value: &str) {
        let Some(number) = FIELDS.iter().position(|it| *it == field).and_then(|it| u8::try_from(it).ok())
        else {
            return;
        };
        let folded = match self.exactness {
            Exactness::Exact => None,
            Exactness::Folded => Some(folded(value)),
        };
        let value = folded.as_deref().unwrap_or(value);
        let path_hash = match path {
            [] => 0,
            path => {
                let parts: Vec<&[u8]> = path.iter().map(|part| part.as_bytes()).collect();
                (self.hash)(&parts)
            }
        };
        let value_hash = (self.hash)(&[&[number], value.as_bytes()]);
        self.bytes.push(number);
        self.bytes.extend(&path_hash.to_le_bytes()[..3]);
        self.bytes.extend(&value_hash.to_le_bytes()[..4]);
    }

    fn optional(&mut self, field: &str, path: &[&str], value: Option<&str>) {
        if let Some(value) = value {
            self.add(field, path, value);
        }
    }

    fn contact(&mut self, contact: &UnifiedContact) {
        let UnifiedContact {
            external_id: _,
            kind,
            name,
            emails,
            phones,
            addresses,
            organization,
            title,
            links,
            birthday,
            photo_url,
            notes,
            tags,
            owner_id,
            custom,
            vendor,
        } = contact;
        self.add("kind", &[], &format!("{kind:?}"));
        // Contents are compared without spelling only within one identity, which has one name.
        if let Some(name) = name.as_ref().filter(|_| self.exactness == Exactness::Exact) {
            self.add("name", &[], &serde_json::to_string(name).unwrap_or_default());
        }
        for email in emails {
            self.email(email);
        }
        for phone in phones {
            self.phone(phone);
        }
        for (index, address) in addresses.iter().enumerate() {
            self.address(&index.to_string(), address);
        }
        if let Some(Organization { name, department }) = organization {
            self.optional("organization", &["name"], name.as_deref());
            self.optional("organization", &["department"], department.as_deref());
        }
        self.optional("title", &[], title.as_deref());
        for Link { kind: _, url } in links {
            self.add("links", &[], url.as_str());
        }
        self.optional("birthday", &[], birthday.map(|it| it.to_string()).as_deref());
        self.optional("photo_url", &[], photo_url.as_ref().map(WebAddress::as_str));
        self.optional("notes", &[], notes.as_deref());
        for tag in tags {
            self.add("tags", &[], tag);
        }
        self.optional("owner_id", &[], owner_id.as_deref());
        for (key, value) in custom {
            self.add("custom", &[key], &value.to_string());
        }
        for (vendor, body) in vendor {
            for (key, value) in body {
                self.add("vendor", &[vendor, key], &value.to_string());
            }
        }
    }

    fn email(&mut self, email: &Email) {
        let Email { address, kind: _, label: _, primary: _ } = email;
        self.add("emails", &[], address.as_str());
    }

    fn phone(&mut self, phone: &Phone) {
        let Phone { number, kind: _, label: _, primary: _, extension } = phone;
        let digits = unicontact_providers::identity::significant_digits(number.as_str());
        let digits = digits.filter(|_| self.exactness == Exactness::Folded);
        let number = digits.as_deref().unwrap_or_else(|| number.as_str());
        match extension {
            None => self.add("phones", &[], number),
            Some(extension) => self.add("phones", &[], &format!("{number} x{extension}")),
        }
    }

    fn address(&mut self, index: &str, address: &Address) {
        let Address { kind: _, street, street2, city, region, postal_code, country } = address;
        let country = country.as_ref().and_then(|it| serde_json::to_string(it).ok());
        let parts = [
            ("street", street),
            ("street2", street2),
            ("city", city),
            ("region", region),
            ("postal_code", postal_code),
            ("country", &country),
        ];
        for (part, value) in parts {
            self.optional("addresses", &[index, part], value.as_deref());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::identity::IdentityKey;

    fn contact(value: Value) -> UnifiedContact {
        serde_json::from_value(value).unwrap()
    }

    fn conflicts(one: Value, other: Value) -> Vec<&'static str> {
        let key = IdentityKey::from_bytes([7; IdentityKey::LENGTH]);
        let entries =
            |value| ContentEntries::new(&contact(value), Exactness::Folded, &|parts| key.hash(b'c', parts));
        let (one, other) = (entries(one), entries(other));
        assert_eq!(one.conflicts(&other), other.conflicts(&one));
        one.conflicts(&other)
    }

    #[test]
    fn additional_values_do_not_conflict() {
        let one = json!({"name": "Ada", "emails": ["a@x.example"], "title": "Countess", "addresses": [{"city": "Turin"}]});
        let more = json!({"name": "ADA", "emails": ["A@x.example", "b@x.example"], "title": "countess ",
            "addresses": [{"city": "Turin", "country": "IT"}], "tags": ["vip"]});
        assert_eq!(conflicts(one, more), [""; 0]);
    }

    #[test]
    fn different_values_of_a_field_conflict() {
        let one = json!({"name": "John", "phones": ["+44 20 7946 0001"], "addresses": [{"city": "Turin"}], "tags": ["a"]});
        let other = json!({"name": "John", "phones": ["+44 20 7946 0002"], "addresses": [{"city": "Rome"}], "tags": ["b"]});
        assert_eq!(conflicts(one, other), ["phones", "addresses"]);
    }
}
