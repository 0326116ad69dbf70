//! Reads a contact from JSON. A [`ContactError`] has every mistake with its path and the remedy, and never a value of the
//! contact. `null` and a blank text count as absent.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::object::{Fields, type_problem};
use super::phone_number::PhoneNumber;
use super::problem::{ContactError, Problem};
use super::unified_contact::{
    Address, ChannelKind, ContactKind, Email, Link, LinkKind, Name, Organization, Phone, UnifiedContact,
};
use super::unique_keys::UniqueKeys;

impl UnifiedContact {
    /// Reads a contact from JSON, in which a name, an organization and the entries of lists may be plain texts.
    ///
    /// # Errors
    ///
    /// All mistakes at once: an unknown key (with the nearest known one), a wrong type, a value that its field does not
    /// take, and a contact without a name, an organization, an e-mail address and a telephone number.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_model::UnifiedContact;
    ///
    /// let error = UnifiedContact::from_json(json!({"emails": ["ada"], "titel": "Dr"})).unwrap_err();
    /// let paths: Vec<_> = error.problems.iter().map(|problem| problem.path.as_str()).collect();
    /// assert_eq!(paths, ["emails[0].address", "titel"]);
    /// ```
    pub fn from_json(value: Value) -> Result<Self, ContactError> {
        let mut problems = Vec::new();
        let contact = match value {
            Value::Object(map) => read_contact(Fields::new(String::new(), map, &mut problems)),
            other => {
                problems.push(type_problem("", "an object", &other));
                Self::default()
            }
        };
        if problems.is_empty() {
            problems.extend(contact.missing_name());
        }
        if problems.is_empty() { Ok(contact) } else { Err(ContactError { problems }) }
    }

    /// Returns the problem of a contact without a name, an organization, an e-mail address and a telephone number.
    /// [`from_json`](Self::from_json) refuses such a contact; call this for a contact that is built in code.
    pub fn missing_name(&self) -> Option<Problem> {
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
    number.set_explicit(label.is_some(), extension.is_some());
    let label = label.or_else(|| number.label().map(str::to_owned));
    let extension_of_v0_1 = number.earlier().unwrap_or(&number).extension();
    if let (Some(explicit), Some(written)) = (&extension, extension_of_v0_1)
        && explicit != written
    {
        fields.problem("extension", "the number contains a different extension: remove one of them");
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(contact: Value) -> Vec<String> {
        let error = UnifiedContact::from_json(contact).unwrap_err();
        error.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_vendor_section_may_have_any_name() {
        for vendor in ["clover", "emnfiy", "smarttask", "a vendor of my own"] {
            let contact = json!({"name": "Ada King", "vendor": {vendor: {"group": 7}}});
            let contact = UnifiedContact::from_json(contact).unwrap();
            assert_eq!(contact.vendor[vendor]["group"], 7, "{vendor}");
        }
    }

    #[test]
    fn a_vendor_section_that_is_no_object_is_a_mistake() {
        let contact = json!({"name": "Ada King", "vendor": {"clover": [1], "acme": null}});
        assert_eq!(problems(contact), ["vendor.clover: expected an object, found a list"]);
    }

    #[test]
    fn an_unknown_key_is_a_mistake_with_the_nearest_known_key() {
        let contact =
            json!({"name": "Ada King", "emials": [], "phones": [{"number": "1234567", "colour": 1}]});
        assert_eq!(
            problems(contact),
            [
                "phones[0].colour: unknown key (known: kind, label, primary, extension, number)",
                "emials: unknown key, did you mean `emails`?",
            ]
        );
    }
}
