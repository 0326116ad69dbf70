//! Maps a contact to the body of a create: documented keys only, never `id` or `organisation_id`, and a purchase order number only
//! on an invoice address.

use serde_json::{Value, json};

use super::config::ContactType;
use crate::capabilities::MappingRow;
use crate::contact::{
    Address, ChannelKind, ContactKind, Country, Link, Organization, UnifiedContact, WebAddress,
};
use crate::draft::LookUp;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, PhoneSlot, ResolvedName, fits, indexed};

const COUNTRY_ID: &str = "country.id";
const PURCHASE_ORDER_NUMBER: &str = "purchase_order_number";
const PURCHASE_ORDER_NUMBER_LIMIT: usize = 50;

/// The vendor's field of each field of the contact.
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
    MappingRow::new("addresses.country", COUNTRY_ID),
    MappingRow::new("vendor.emnify.type", "type.id"),
    MappingRow::new("vendor.emnify.purchase_order_number", PURCHASE_ORDER_NUMBER)
        .with_limit(PURCHASE_ORDER_NUMBER_LIMIT),
];

const PHONE_SLOTS: &[PhoneSlot] =
    &[PhoneSlot::new("phone", PhoneSlot::LANDLINE), PhoneSlot::new("mobile", &[Some(ChannelKind::Mobile)])];

/// A body whose look-ups are not resolved yet.
pub(super) struct Mapped {
    pub(super) body: Value,
    pub(super) fields: Vec<FieldFate>,
    pub(super) lookups: Vec<LookUp>,
}

/// Returns the body and the fates, or the reason why the vendor cannot hold the contact.
pub(super) fn map(
    contact: &UnifiedContact,
    contact_type: ContactType,
    region: Option<Country>,
) -> Result<Mapped, &'static str> {
    let UnifiedContact {
        external_id,
        kind,
        name: _,
        emails,
        phones,
        addresses,
        organization: _,
        title: _,
        links,
        birthday,
        photo_url,
        notes,
        tags,
        owner_id,
        custom,
        vendor,
    } = contact;
    let mut mapping = Mapping::new(super::VENDOR.name(), super::VENDOR.title()).with_rows(MAPPING);
    let contact_type = own_type(contact)?.unwrap_or(contact_type);
    mapping.set("type.id", contact_type.id());
    mapping.keep_external_id(external_id.as_deref());
    mapping.drop_unsupported(*kind != ContactKind::Person, "kind", "kinds of contact");
    map_name(&mut mapping, contact);
    mapping.one_email(emails);
    mapping.phones_into_slots(phones, region, PHONE_SLOTS);
    for (index, address) in addresses.iter().enumerate() {
        if index == 0 {
            map_address(&mut mapping, address);
        } else {
            mapping.drop_address(index, address, "emnify holds one postal address");
        }
    }
    for (index, Link { kind: _, url: _ }) in links.iter().enumerate() {
        mapping.drop_unsupported(true, indexed!("links", index, ".url"), "links");
    }
    mapping.drop_unsupported(birthday.is_some(), "birthday", "birthday");
    mapping.text("photo_url", photo_url.as_ref().map(WebAddress::as_str));
    mapping.text("notes", notes.as_deref());
    mapping.drop_tags(tags);
    mapping.text("owner_id", owner_id.as_deref());
    mapping.drop_custom_fields(custom.keys(), "emnify has no custom fields");
    let is_invoice = contact_type == ContactType::INVOICE_ADDRESS;
    mapping.merge_vendor(vendor, |key, value| guard(key, value, contact_type, is_invoice));
    let lookups = country_lookup(&mapping, addresses.first());
    let (body, fields) = mapping.finish();
    Ok(Mapped { body, fields, lookups })
}

/// Returns the type that the contact itself sets.
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

fn map_name(mapping: &mut Mapping<'_>, contact: &UnifiedContact) {
    let UnifiedContact { kind, name, organization, title, .. } = contact;
    let prefix = name.as_ref().and_then(|name| name.prefix.as_deref());
    let prefix_is_title = title.is_none() && prefix.is_some() && *kind == ContactKind::Person;
    let resolved = if prefix_is_title {
        mapping.display_name_without_prefix(contact)
    } else {
        mapping.display_name(contact)
    };
    mapping.text("title", title.as_deref());
    if prefix_is_title {
        mapping.text("name.prefix", prefix);
    }
    if let Some(Organization { name, department }) = organization {
        let is_unused = name.is_some() && resolved != ResolvedName::Organization;
        mapping.drop_unsupported(is_unused, "organization.name", "organization");
        mapping.text("organization.department", department.as_deref());
    }
}

fn map_address(mapping: &mut Mapping<'_>, address: &Address) {
    let Address { kind, street, street2, city, region, postal_code, country } = address;
    mapping.drop_unsupported(kind.is_some(), "addresses[0].kind", "kinds of postal address");
    let texts = [
        ("addresses[0].street", street),
        ("addresses[0].street2", street2),
        ("addresses[0].city", city),
        ("addresses[0].region", region),
        ("addresses[0].postal_code", postal_code),
    ];
    for (field, text) in texts {
        mapping.text(field, text.as_deref());
    }
    if let Some(country) = country {
        mapping.set(COUNTRY_ID, placeholder(*country));
        let detail = "emnify's own id, looked up before sending";
        mapping.reformatted("addresses[0].country", COUNTRY_ID, detail);
    }
}

/// Returns the text that the body holds until the id is known.
fn placeholder(country: Country) -> String {
    format!("(emnify's id of {})", country.as_str())
}

fn country_lookup(mapping: &Mapping<'_>, address: Option<&Address>) -> Vec<LookUp> {
    let Some(country) = address.and_then(|address| address.country) else {
        return Vec::new();
    };
    let is_open = mapping.get(COUNTRY_ID).and_then(Value::as_str) == Some(placeholder(country).as_str());
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
