//! Maps a contact to the body of a create: documented keys only, every number in E.164, and never `id` or `_destroy`, which are
//! for updates.

use serde_json::{Value, json};

use crate::capabilities::MappingRow;
use crate::contact::{ContactKind, Country, Link, Organization, Phone, UnifiedContact, WebAddress};
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, ResolvedName, indexed, primary_first};

const PHONES: &str = "contact_phones_attributes";
/// The keys that only updates may have.
const FOR_UPDATES: [&str; 2] = ["id", "_destroy"];

/// The vendor's field of each field of the contact.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "full_name").required(),
    MappingRow::new("organization.name", "full_name").inferred(),
    MappingRow::new("emails", "email"),
    MappingRow::new("phones", "contact_phones_attributes[].number").many(),
    MappingRow::new("notes", "description"),
];

/// Returns the body and the fates, or the reason why the vendor cannot hold the contact.
pub(super) fn map(
    contact: &UnifiedContact,
    region: Option<Country>,
) -> Result<(Value, Vec<FieldFate>), &'static str> {
    let UnifiedContact {
        external_id,
        kind,
        name: _,
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
    let mut mapping = Mapping::new(super::VENDOR.name(), super::VENDOR.title()).with_rows(MAPPING);
    mapping.keep_external_id(external_id.as_deref());
    mapping.drop_unsupported(*kind != ContactKind::Person, "kind", "kinds of contact");
    let resolved = mapping.display_name(contact);
    if let Some(Organization { name, department }) = organization {
        let is_unused = name.is_some() && resolved != ResolvedName::Organization;
        mapping.drop_unsupported(is_unused, "organization.name", "organization");
        mapping.text("organization.department", department.as_deref());
    }
    mapping.one_email(emails);
    map_phones(&mut mapping, phones, region);
    mapping.text("notes", notes.as_deref());
    for (index, address) in addresses.iter().enumerate() {
        mapping.drop_address(index, address, "Cloverhound has no postal addresses");
    }
    mapping.text("title", title.as_deref());
    for (index, Link { kind: _, url: _ }) in links.iter().enumerate() {
        mapping.drop_unsupported(true, indexed!("links", index, ".url"), "links");
    }
    mapping.drop_unsupported(birthday.is_some(), "birthday", "birthday");
    mapping.text("photo_url", photo_url.as_ref().map(WebAddress::as_str));
    mapping.drop_tags(tags);
    mapping.text("owner_id", owner_id.as_deref());
    mapping.drop_custom_fields(custom.keys(), "Cloverhound has no custom fields");
    mapping.merge_vendor(vendor, guard);
    if mapping.get("full_name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err("Cloverhound requires full_name, and the contact has neither a name nor an organization");
    }
    Ok(mapping.finish())
}

fn map_phones(mapping: &mut Mapping<'_>, phones: &[Phone], region: Option<Country>) {
    let mut numbers = Vec::new();
    for (index, phone) in primary_first(phones, |phone| phone.primary) {
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
        mapping.phone_attributes(index, phone, normalized.is_ok().then_some(&to), false);
    }
    if !numbers.is_empty() {
        mapping.set(PHONES, numbers);
    }
}

fn guard(key: &str, value: &Value) -> Guard {
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
