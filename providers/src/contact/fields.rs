//! The fields that a contact holds, by their paths.
//!
//! Its rule: a field is listed exactly when it holds something, so that "every field has a fate" can be checked.
//! `kind` counts as a field only for an organization: being a person is what every vendor takes for granted.

use super::{Address, ContactKind, Email, Link, Name, Organization, Phone, UnifiedContact};

impl UnifiedContact {
    /// The path of every field that holds something, such as `emails[0].address`.
    pub fn fields(&self) -> Vec<String> {
        let Self {
            external_id,
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
        } = self;
        let mut fields = Vec::new();
        let mut field = |present: bool, path: &str| {
            if present {
                fields.push(path.to_owned());
            }
        };
        field(external_id.is_some(), "external_id");
        field(*kind == ContactKind::Organization, "kind");
        if let Some(name) = name {
            let Name {
                full,
                prefix,
                given,
                middle,
                family,
                suffix,
            } = name;
            field(full.is_some(), "name.full");
            field(prefix.is_some(), "name.prefix");
            field(given.is_some(), "name.given");
            field(middle.is_some(), "name.middle");
            field(family.is_some(), "name.family");
            field(suffix.is_some(), "name.suffix");
        }
        for (index, email) in emails.iter().enumerate() {
            let Email {
                address: _,
                kind,
                label,
                primary,
            } = email;
            field(true, &format!("emails[{index}].address"));
            field(kind.is_some(), &format!("emails[{index}].kind"));
            field(label.is_some(), &format!("emails[{index}].label"));
            field(*primary, &format!("emails[{index}].primary"));
        }
        for (index, phone) in phones.iter().enumerate() {
            let Phone {
                number: _,
                kind,
                label,
                primary,
                extension,
            } = phone;
            field(true, &format!("phones[{index}].number"));
            field(kind.is_some(), &format!("phones[{index}].kind"));
            field(label.is_some(), &format!("phones[{index}].label"));
            field(*primary, &format!("phones[{index}].primary"));
            field(extension.is_some(), &format!("phones[{index}].extension"));
        }
        for (index, address) in addresses.iter().enumerate() {
            let Address {
                kind,
                street,
                street2,
                city,
                region,
                postal_code,
                country,
            } = address;
            field(kind.is_some(), &format!("addresses[{index}].kind"));
            field(street.is_some(), &format!("addresses[{index}].street"));
            field(street2.is_some(), &format!("addresses[{index}].street2"));
            field(city.is_some(), &format!("addresses[{index}].city"));
            field(region.is_some(), &format!("addresses[{index}].region"));
            field(
                postal_code.is_some(),
                &format!("addresses[{index}].postal_code"),
            );
            field(country.is_some(), &format!("addresses[{index}].country"));
        }
        if let Some(Organization { name, department }) = organization {
            field(name.is_some(), "organization.name");
            field(department.is_some(), "organization.department");
        }
        field(title.is_some(), "title");
        for (index, link) in links.iter().enumerate() {
            let Link { kind: _, url: _ } = link;
            field(true, &format!("links[{index}].url"));
        }
        field(birthday.is_some(), "birthday");
        field(photo_url.is_some(), "photo_url");
        field(notes.is_some(), "notes");
        for index in 0..tags.len() {
            field(true, &format!("tags[{index}]"));
        }
        field(owner_id.is_some(), "owner_id");
        for key in custom.keys() {
            field(true, &format!("custom.{key}"));
        }
        for (vendor, body) in vendor {
            for key in body.keys() {
                field(true, &format!("vendor.{vendor}.{key}"));
            }
        }
        fields
    }
}
