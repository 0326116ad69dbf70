//! What goes into the body of a create.
//!
//! Its rule: only keys that the vendor documents; never `id` or `organisation_id`; a purchase order number only on an
//! invoice address.

use serde_json::{Value, json};

use super::config::ContactType;
use crate::capabilities::MappingRow;
use crate::contact::{Address, ChannelKind, ContactKind, Country, Link, Name, Organization, UnifiedContact};
use crate::draft::LookUp;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, PhoneSlot, fits, indexed};

const PURCHASE_ORDER_NUMBER: &str = "purchase_order_number";
const PURCHASE_ORDER_NUMBER_LIMIT: usize = 50;

/// Which vendor field holds which unified field.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "name"),
    MappingRow::new("organization.name", "name").inferred(),
    MappingRow::new("title", "title"),
    MappingRow::new("name.prefix", "title"),
    MappingRow::new("organization.department", "department"),
    MappingRow::new("emails", "email"),
    MappingRow::new("phones", "phone"),
    MappingRow::new("phones (mobile)", "mobile"),
    MappingRow::new("addresses.street", "street"),
    MappingRow::new("addresses.street2", "secondary_address"),
    MappingRow::new("addresses.postal_code", "zipcode"),
    MappingRow::new("addresses.city", "city"),
    MappingRow::new("addresses.region", "state"),
    MappingRow::new("addresses.country", "country.id"),
    MappingRow::new("vendor.emnify.type", "type.id"),
    MappingRow::new("vendor.emnify.purchase_order_number", PURCHASE_ORDER_NUMBER)
        .with_limit(PURCHASE_ORDER_NUMBER_LIMIT),
];

const PHONE_SLOTS: &[PhoneSlot] = &[
    PhoneSlot { field: "phone", takes: |kind| !matches!(kind, Some(ChannelKind::Mobile | ChannelKind::Fax)) },
    PhoneSlot { field: "mobile", takes: |kind| kind == Some(ChannelKind::Mobile) },
];

/// A body whose look-ups are still to be resolved.
pub(super) struct Mapped {
    pub(super) body: Value,
    pub(super) fields: Vec<FieldFate>,
    pub(super) lookups: Vec<LookUp>,
}

/// The body and the fates, or why there can be none.
pub(super) fn map(
    contact: &UnifiedContact,
    contact_type: ContactType,
    region: Option<Country>,
) -> Result<Mapped, &'static str> {
    let UnifiedContact {
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
    } = contact;
    let mut mapping = Mapping::new(super::VENDOR.name(), super::VENDOR.title());
    let contact_type = own_type(contact)?.unwrap_or(contact_type);
    mapping.set("type", json!({"id": contact_type.id()}));
    mapping.external_id(external_id.as_deref());
    mapping.no_place_for(*kind != ContactKind::Person, "kind", "kinds of contact");
    map_name(&mut mapping, *kind, name.as_ref(), organization.as_ref(), title.as_deref());
    mapping.one_email(emails, "email");
    mapping.phones_into_slots(phones, region, PHONE_SLOTS, "phone");
    for (index, address) in addresses.iter().enumerate() {
        if index == 0 {
            map_address(&mut mapping, address);
        } else {
            mapping.address_dropped(index, address, "emnify holds one postal address");
        }
    }
    for (index, Link { kind: _, url: _ }) in links.iter().enumerate() {
        mapping.no_place_for(true, indexed!("links", index, ".url"), "links");
    }
    mapping.no_place_for(birthday.is_some(), "birthday", "birthday");
    mapping.no_place_for(photo_url.is_some(), "photo_url", "picture");
    mapping.no_place_for(notes.is_some(), "notes", "notes");
    mapping.no_tags(tags);
    mapping.no_place_for(owner_id.is_some(), "owner_id", "owner");
    mapping.no_custom(custom.keys(), "emnify has no custom fields");
    let is_invoice = contact_type == ContactType::INVOICE_ADDRESS;
    mapping.merge_vendor(vendor, |_, key, value| guard(key, value, contact_type, is_invoice));
    let lookups = country_lookup(&mapping, addresses.first());
    let (body, fields) = mapping.finish();
    Ok(Mapped { body, fields, lookups })
}

/// The type that the contact itself asks for.
fn own_type(contact: &UnifiedContact) -> Result<Option<ContactType>, &'static str> {
    let section = contact.vendor.get(super::VENDOR.name());
    let Some(value) = section.and_then(|section| section.get("type")) else {
        return Ok(None);
    };
    let value = value.get("id").unwrap_or(value);
    let by_number = value.as_u64().and_then(ContactType::from_id);
    let by_text = || value.as_str().and_then(|text| text.parse().ok());
    by_number
        .or_else(by_text)
        .map(Some)
        .ok_or("vendor.emnify.type is not one of emnify's six types, by name or number")
}

fn map_name(
    mapping: &mut Mapping,
    kind: ContactKind,
    name: Option<&Name>,
    organization: Option<&Organization>,
    title: Option<&str>,
) {
    let prefix = name.and_then(|name| name.prefix.as_deref());
    let prefix_is_title = title.is_none() && prefix.is_some() && kind == ContactKind::Person;
    let called = mapping.called(kind, name, organization, "name", prefix_is_title);
    if let Some(text) = called.text {
        mapping.set("name", text);
    }
    if let Some(title) = title {
        mapping.set("title", title);
        mapping.sent("title", "title");
    } else if let (true, Some(prefix)) = (prefix_is_title, prefix) {
        mapping.set("title", prefix);
        mapping.sent("name.prefix", "title");
    }
    if let Some(Organization { name, department }) = organization {
        let unused = name.is_some() && !called.by_organization;
        mapping.no_place_for(unused, "organization.name", "organization");
        if let Some(department) = department {
            mapping.set("department", department.as_str());
            mapping.sent("organization.department", "department");
        }
    }
}

fn map_address(mapping: &mut Mapping, address: &Address) {
    let Address { kind, street, street2, city, region, postal_code, country } = address;
    mapping.no_place_for(kind.is_some(), "addresses[0].kind", "kinds of postal address");
    let texts = [
        ("addresses[0].street", street, "street"),
        ("addresses[0].street2", street2, "secondary_address"),
        ("addresses[0].city", city, "city"),
        ("addresses[0].region", region, "state"),
        ("addresses[0].postal_code", postal_code, "zipcode"),
    ];
    for (field, text, to) in texts {
        if let Some(text) = text {
            mapping.set(to, text.as_str());
            mapping.sent(field, to);
        }
    }
    if let Some(country) = country {
        mapping.set("country", json!({"id": stand_in(*country)}));
        let detail = "emnify's own id, looked up before sending";
        mapping.reformatted("addresses[0].country", "country.id", detail);
    }
}

/// What stands in the body until the id is known.
fn stand_in(country: Country) -> String {
    format!("(emnify's id of {})", country.as_str())
}

fn country_lookup(mapping: &Mapping, address: Option<&Address>) -> Vec<LookUp> {
    let Some(country) = address.and_then(|address| address.country) else {
        return Vec::new();
    };
    let in_body = mapping.get("country").and_then(|country| country.get("id"));
    let is_open = in_body.and_then(Value::as_str) == Some(stand_in(country).as_str());
    let lookup = LookUp {
        pointer: "/country/id".to_owned(),
        name: "country".into(),
        key: country.as_str().to_owned(),
    };
    is_open.then_some(lookup).into_iter().collect()
}

fn guard(key: &str, value: &Value, contact_type: ContactType, is_invoice: bool) -> Guard {
    let text = value.as_str().unwrap_or_default();
    match key {
        "id" | "organisation_id" => Guard::Refuse("emnify refuses it in a create".to_owned()),
        "type" => Guard::Reformat(json!({"id": contact_type.id()}), "as the number of the type".to_owned()),
        PURCHASE_ORDER_NUMBER if !is_invoice => {
            Guard::Refuse("emnify takes it on invoice contacts (type 6) only".to_owned())
        }
        PURCHASE_ORDER_NUMBER if !value.is_string() || !fits(text, PURCHASE_ORDER_NUMBER_LIMIT) => {
            Guard::Refuse(
                "emnify takes a text of at most 50 characters, and a cut number would be another".to_owned(),
            )
        }
        _ => Guard::Merge(value.clone()),
    }
}
