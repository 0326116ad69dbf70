//! The fields that a contact holds, by their paths.
//!
//! Its rule: a field is listed exactly when it holds something, so that "every field has a fate" can be checked.
//! `kind` counts as a field only for an organization: being a person is what every vendor takes for granted.

use super::{Address, ContactKind, Email, Link, Name, Organization, Phone, UnifiedContact};

impl UnifiedContact {
    /// Returns the path of every field that holds something, such as `emails[0].address`.
    pub fn fields(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.each_field(&mut |path| paths.push(path.to_owned()));
        paths
    }

    /// Calls `visit` with the path of every field that holds something, in the order of [`fields`](Self::fields).
    pub fn each_field(&self, visit: &mut dyn FnMut(&str)) {
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
        let mut fields = Visitor { visit };
        fields.when(external_id.is_some(), "external_id");
        fields.when(*kind == ContactKind::Organization, "kind");
        fields.name(name.as_ref());
        for (index, email) in emails.iter().enumerate() {
            fields.email(&format!("emails[{index}]"), email);
        }
        for (index, phone) in phones.iter().enumerate() {
            fields.phone(&format!("phones[{index}]"), phone);
        }
        for (index, address) in addresses.iter().enumerate() {
            fields.address(&format!("addresses[{index}]"), address);
        }
        if let Some(Organization { name, department }) = organization {
            fields.when(name.is_some(), "organization.name");
            fields.when(department.is_some(), "organization.department");
        }
        fields.when(title.is_some(), "title");
        for (index, Link { kind: _, url: _ }) in links.iter().enumerate() {
            fields.when(true, &format!("links[{index}].url"));
        }
        fields.when(birthday.is_some(), "birthday");
        fields.when(photo_url.is_some(), "photo_url");
        fields.when(notes.is_some(), "notes");
        for index in 0..tags.len() {
            fields.when(true, &format!("tags[{index}]"));
        }
        fields.when(owner_id.is_some(), "owner_id");
        for key in custom.keys() {
            fields.when(true, &format!("custom.{key}"));
        }
        for (vendor, body) in vendor {
            for key in body.keys() {
                fields.when(true, &format!("vendor.{vendor}.{key}"));
            }
        }
    }
}

struct Visitor<'a> {
    visit: &'a mut dyn FnMut(&str),
}

impl Visitor<'_> {
    fn when(&mut self, present: bool, path: &str) {
        if present {
            (self.visit)(path);
        }
    }

    fn name(&mut self, name: Option<&Name>) {
        let Some(name) = name else {
            return;
        };
        let Name { full, prefix, given, middle, family, suffix } = name;
        self.when(full.is_some(), "name.full");
        self.when(prefix.is_some(), "name.prefix");
        self.when(given.is_some(), "name.given");
        self.when(middle.is_some(), "name.middle");
        self.when(family.is_some(), "name.family");
        self.when(suffix.is_some(), "name.suffix");
    }

    fn email(&mut self, path: &str, email: &Email) {
        let Email { address: _, kind, label, primary } = email;
        self.when(true, &format!("{path}.address"));
        self.when(kind.is_some(), &format!("{path}.kind"));
        self.when(label.is_some(), &format!("{path}.label"));
        self.when(*primary, &format!("{path}.primary"));
    }

    fn phone(&mut self, path: &str, phone: &Phone) {
        let Phone { number: _, kind, label, primary, extension } = phone;
        self.when(true, &format!("{path}.number"));
        self.when(kind.is_some(), &format!("{path}.kind"));
        self.when(label.is_some(), &format!("{path}.label"));
        self.when(*primary, &format!("{path}.primary"));
        self.when(extension.is_some(), &format!("{path}.extension"));
    }

    fn address(&mut self, path: &str, address: &Address) {
        let Address { kind, street, street2, city, region, postal_code, country } = address;
        self.when(kind.is_some(), &format!("{path}.kind"));
        self.when(street.is_some(), &format!("{path}.street"));
        self.when(street2.is_some(), &format!("{path}.street2"));
        self.when(city.is_some(), &format!("{path}.city"));
        self.when(region.is_some(), &format!("{path}.region"));
        self.when(postal_code.is_some(), &format!("{path}.postal_code"));
        self.when(country.is_some(), &format!("{path}.country"));
    }
}
