//! The paths of the fields that a contact holds. Adapters give every one of them a fate.

use super::unified_contact::{Address, ContactKind, Email, Link, Name, Organization, Phone, UnifiedContact};

impl UnifiedContact {
    /// Returns the path of every field that holds a value, such as `emails[0].address`. `kind` is listed only for an
    /// organization, since a person is the default.
    ///
    /// ```
    /// use unicontact_model::UnifiedContact;
    ///
    /// let contact: UnifiedContact = serde_json::from_str(r#"{"name": "Ada King", "tags": ["vip"]}"#)?;
    /// assert_eq!(contact.fields(), ["name.full", "tags[0]"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
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
        fields.add_if(external_id.is_some(), "external_id");
        fields.add_if(*kind == ContactKind::Organization, "kind");
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
            fields.add_if(name.is_some(), "organization.name");
            fields.add_if(department.is_some(), "organization.department");
        }
        fields.add_if(title.is_some(), "title");
        for (index, Link { kind: _, url: _ }) in links.iter().enumerate() {
            fields.add(&format!("links[{index}].url"));
        }
        fields.add_if(birthday.is_some(), "birthday");
        fields.add_if(photo_url.is_some(), "photo_url");
        fields.add_if(notes.is_some(), "notes");
        for index in 0..tags.len() {
            fields.add(&format!("tags[{index}]"));
        }
        fields.add_if(owner_id.is_some(), "owner_id");
        for key in custom.keys() {
            fields.add(&format!("custom.{key}"));
        }
        for (vendor, body) in vendor {
            for key in body.keys() {
                fields.add(&format!("vendor.{vendor}.{key}"));
            }
        }
    }
}

struct Visitor<'a> {
    visit: &'a mut dyn FnMut(&str),
}

impl Visitor<'_> {
    fn add(&mut self, path: &str) {
        (self.visit)(path);
    }

    fn add_if(&mut self, is_present: bool, path: &str) {
        if is_present {
            self.add(path);
        }
    }

    /// Adds a member of an entry in a list. Only a present one has its path built.
    fn add_member(&mut self, is_present: bool, entry: &str, member: &str) {
        if is_present {
            self.add(&[entry, ".", member].concat());
        }
    }

    fn name(&mut self, name: Option<&Name>) {
        let Some(name) = name else {
            return;
        };
        let Name { full, prefix, given, middle, family, suffix } = name;
        self.add_if(full.is_some(), "name.full");
        self.add_if(prefix.is_some(), "name.prefix");
        self.add_if(given.is_some(), "name.given");
        self.add_if(middle.is_some(), "name.middle");
        self.add_if(family.is_some(), "name.family");
        self.add_if(suffix.is_some(), "name.suffix");
    }

    fn email(&mut self, path: &str, email: &Email) {
        let Email { address: _, kind, label, primary } = email;
        self.add_member(true, path, "address");
        self.add_member(kind.is_some(), path, "kind");
        self.add_member(label.is_some(), path, "label");
        self.add_member(*primary, path, "primary");
    }

    fn phone(&mut self, path: &str, phone: &Phone) {
        let Phone { number: _, kind, label, primary, extension } = phone;
        self.add_member(true, path, "number");
        self.add_member(kind.is_some(), path, "kind");
        self.add_member(label.is_some(), path, "label");
        self.add_member(*primary, path, "primary");
        self.add_member(extension.is_some(), path, "extension");
    }

    fn address(&mut self, path: &str, address: &Address) {
        let Address { kind, street, street2, city, region, postal_code, country } = address;
        self.add_member(kind.is_some(), path, "kind");
        self.add_member(street.is_some(), path, "street");
        self.add_member(street2.is_some(), path, "street2");
        self.add_member(city.is_some(), path, "city");
        self.add_member(region.is_some(), path, "region");
        self.add_member(postal_code.is_some(), path, "postal_code");
        self.add_member(country.is_some(), path, "country");
    }
}
