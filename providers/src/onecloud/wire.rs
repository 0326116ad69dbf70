//! What goes into the body of a create.
//!
//! Its rule: every value is a text, and only the fields that the vendor's answer shows are sent: the vendor documents
//! no request body, so the mapping is inferred from that answer.

use serde_json::Value;

use crate::capabilities::MappingRow;
use crate::contact::{ChannelKind, ContactKind, Country, Link, LinkKind, Organization, UnifiedContact};
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, PhoneSlot, indexed};

/// Which vendor field holds which unified field.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "Name").inferred(),
    MappingRow::new("organization.name", "Name").inferred(),
    MappingRow::new("emails", "Email").inferred(),
    MappingRow::new("phones", "Phone").inferred(),
    MappingRow::new("phones (mobile)", "Mobile").inferred(),
    MappingRow::new("phones (fax)", "Fax").inferred(),
    MappingRow::new("links (twitter)", "TwitterId").inferred(),
    MappingRow::new("links (facebook)", "FacebookId").inferred(),
];

const PHONE_SLOTS: &[PhoneSlot] = &[
    PhoneSlot { field: "Phone", takes: |kind| !matches!(kind, Some(ChannelKind::Mobile | ChannelKind::Fax)) },
    PhoneSlot { field: "Mobile", takes: |kind| kind == Some(ChannelKind::Mobile) },
    PhoneSlot { field: "Fax", takes: |kind| kind == Some(ChannelKind::Fax) },
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
    mapping.no_place_for(*kind != ContactKind::Person, "kind", "documented kind of contact");
    let called = mapping.called(*kind, name.as_ref(), organization.as_ref(), "Name", false);
    if let Some(text) = called.text {
        mapping.set("Name", text);
    }
    if let Some(Organization { name, department }) = organization {
        let unused = name.is_some() && !called.by_organization;
        mapping.no_place_for(unused, "organization.name", "organization");
        mapping.no_place_for(department.is_some(), "organization.department", "department");
    }
    mapping.one_email(emails, "Email");
    mapping.phones_into_slots(phones, region, PHONE_SLOTS, "Phone");
    for (index, address) in addresses.iter().enumerate() {
        mapping.address_dropped(index, address, "OneCloud has no documented postal addresses");
    }
    mapping.no_place_for(title.is_some(), "title", "job title");
    map_links(&mut mapping, links);
    mapping.no_place_for(birthday.is_some(), "birthday", "birthday");
    mapping.no_place_for(photo_url.is_some(), "photo_url", "picture");
    mapping.no_place_for(notes.is_some(), "notes", "documented notes");
    mapping.no_tags(tags);
    mapping.no_place_for(owner_id.is_some(), "owner_id", "documented owner");
    mapping.no_custom(custom.keys(), "OneCloud has no documented custom fields");
    mapping.merge_vendor(vendor, guard);
    if mapping.get("Name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err("OneCloud needs a Name, and the contact has neither a name nor an organization");
    }
    Ok(mapping.finish())
}

const TWITTER: &[&str] = &["twitter.com", "x.com", "mobile.twitter.com"];
const FACEBOOK: &[&str] = &["facebook.com", "fb.com"];

fn map_links(mapping: &mut Mapping, links: &[Link]) {
    for (index, Link { kind, url }) in links.iter().enumerate() {
        let field: CowStr = indexed!("links", index, ".url");
        let (to, hosts) = match kind {
            LinkKind::Twitter => ("TwitterId", TWITTER),
            LinkKind::Facebook => ("FacebookId", FACEBOOK),
            _ => {
                mapping.dropped(field, "OneCloud has a place for Twitter and Facebook only");
                continue;
            }
        };
        match url.account_on(hosts) {
            Some(account) if mapping.get(to).is_none() => {
                mapping.set(to, account);
                mapping.reformatted(field, to, "the account's name alone");
            }
            Some(_) => mapping.dropped(field, "OneCloud holds one of this kind"),
            None => mapping.dropped(field, "it is not the plain address of an account there"),
        }
    }
}

fn guard(_: &Mapping, _key: &str, value: &Value) -> Guard {
    match value {
        Value::String(_) | Value::Null => Guard::Merge(value.clone()),
        Value::Number(_) | Value::Bool(_) => Guard::Reformat(
            Value::String(value.to_string()),
            "written as a text, which OneCloud wants of every value".to_owned(),
        ),
        Value::Array(_) | Value::Object(_) => Guard::Refuse("OneCloud takes texts only".to_owned()),
    }
}
