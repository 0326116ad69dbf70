//! What goes into the body of a create.
//!
//! Its rule: only keys that the vendor documents, every number in E.164, and never `id` or `_destroy`,
//! which are for updates.

use serde_json::{Value, json};

use crate::capabilities::MappingRow;
use crate::contact::{Country, Link, Organization, Phone, UnifiedContact};
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, indexed};

const PHONES: &str = "contact_phones_attributes";
/// What only updates may hold.
const FOR_UPDATES: [&str; 2] = ["id", "_destroy"];

/// Which vendor field holds which unified field.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "full_name"),
    MappingRow::new("organization.name", "full_name").inferred(),
    MappingRow::new("emails", "email"),
    MappingRow::new("phones", "contact_phones_attributes[].number").many(),
    MappingRow::new("notes", "description"),
];

/// The body and the fates, or why there can be none.
pub(super) fn map(
    contact: &UnifiedContact,
    region: Option<Country>,
) -> Result<(Value, Vec<FieldFate>), &'static str> {
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
    mapping.external_id(external_id.as_deref());
    mapping.no_place_for(*kind != crate::contact::ContactKind::Person, "kind", "kinds of contact");
    let called = mapping.called(*kind, name.as_ref(), organization.as_ref(), "full_name", false);
    if let Some(text) = called.text {
        mapping.set("full_name", text);
    }
    if let Some(Organization { name, department }) = organization {
        mapping.no_place_for(name.is_some() && !called.by_organization, "organization.name", "organization");
        mapping.no_place_for(department.is_some(), "organization.department", "department");
    }
    mapping.one_email(emails, "email");
    map_phones(&mut mapping, phones, region);
    if let Some(notes) = notes {
        mapping.set("description", notes.as_str());
        mapping.sent("notes", "description");
    }
    for (index, address) in addresses.iter().enumerate() {
        mapping.address_dropped(index, address, "Cloverhound has no postal addresses");
    }
    mapping.no_place_for(title.is_some(), "title", "job title");
    for (index, Link { kind: _, url: _ }) in links.iter().enumerate() {
        mapping.no_place_for(true, indexed!("links", index, ".url"), "links");
    }
    mapping.no_place_for(birthday.is_some(), "birthday", "birthday");
    mapping.no_place_for(photo_url.is_some(), "photo_url", "picture");
    mapping.no_tags(tags);
    mapping.no_place_for(owner_id.is_some(), "owner_id", "owner");
    mapping.no_custom(custom.keys(), "Cloverhound has no custom fields");
    mapping.merge_vendor(vendor, guard);
    if mapping.get("full_name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err("Cloverhound requires full_name, and the contact has neither a name nor an organization");
    }
    Ok(mapping.finish())
}

fn map_phones(mapping: &mut Mapping, phones: &[Phone], region: Option<Country>) {
    let mut numbers = Vec::new();
    for (index, phone) in crate::mapping::primary_first(phones, |phone| phone.primary) {
        let field: CowStr = indexed!("phones", index, ".number");
        let to: CowStr = indexed!("contact_phones_attributes", numbers.len(), ".number");
        let normalized = phone.number.e164(region);
        match &normalized {
            Ok(number) => {
                if number.number == phone.number.as_str() {
                    mapping.sent(field, to.clone());
                } else {
                    mapping.normalized(field, to.clone(), number);
                }
                numbers.push(json!({"number": number.number}));
            }
            Err(error) => {
                mapping.not_e164(field, None, *error, format!("Cloverhound takes E.164 only: {error}"));
            }
        }
        let sent = normalized.is_ok().then_some(&*to);
        mapping.phone_trimmings(index, phone, sent, false);
    }
    if !numbers.is_empty() {
        mapping.set(PHONES, numbers);
    }
}

fn guard(_: &Mapping, key: &str, value: &Value) -> Guard {
    if FOR_UPDATES.contains(&key) {
        return Guard::Refuse("it is for updates only".to_owned());
    }
    let holds_update_keys = |phone: &Value| {
        phone.as_object().is_some_and(|phone| FOR_UPDATES.iter().any(|key| phone.contains_key(*key)))
    };
    match value {
        Value::Array(phones) if key == PHONES && phones.iter().any(holds_update_keys) => {
            let mut phones = phones.clone();
            for phone in phones.iter_mut().filter_map(Value::as_object_mut) {
                for key in FOR_UPDATES {
                    phone.remove(key);
                }
            }
            let detail = "without id and _destroy, which are for updates only";
            Guard::Reformat(Value::Array(phones), detail.to_owned())
        }
        other => Guard::Merge(other.clone()),
    }
}
