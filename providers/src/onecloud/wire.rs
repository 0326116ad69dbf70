//! Maps a contact to the body of a create. The vendor documents no request body, so only the fields of its answer are sent, and
//! every value is a text, as there.

use serde_json::Value;

use crate::capabilities::MappingRow;
use crate::contact::{
    ChannelKind, ContactKind, Country, Link, LinkKind, Organization, UnifiedContact, WebAddress,
};
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, PhoneSlot, ResolvedName, indexed};

/// The vendor's field of each field of the contact.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "Name").required().inferred(),
    MappingRow::new("organization.name", "Name").inferred(),
    MappingRow::new("emails", "Email").inferred(),
    MappingRow::new("phones", "Phone").inferred(),
    MappingRow::new("phones (mobile)", "Mobile").inferred(),
    MappingRow::new("phones (fax)", "Fax").inferred(),
    MappingRow::new("links (twitter)", "TwitterId").inferred(),
    MappingRow::new("links (facebook)", "FacebookId").inferred(),
];

const PHONE_SLOTS: &[PhoneSlot] = &[
    PhoneSlot::new("Phone", PhoneSlot::LANDLINE),
    PhoneSlot::new("Mobile", &[Some(ChannelKind::Mobile)]),
    PhoneSlot::new("Fax", &[Some(ChannelKind::Fax)]),
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
    mapping.drop_unsupported(*kind != ContactKind::Person, "kind", "documented kind of contact");
    let resolved = mapping.display_name(contact);
    if let Some(Organization { name, department }) = organization {
        let is_unused = name.is_some() && resolved != ResolvedName::Organization;
        mapping.drop_unsupported(is_unused, "organization.name", "organization");
        mapping.text("organization.department", department.as_deref());
    }
    mapping.one_email(emails);
    mapping.phones_into_slots(phones, region, PHONE_SLOTS);
    for (index, address) in addresses.iter().enumerate() {
        mapping.drop_address(index, address, "OneCloud has no documented postal addresses");
    }
    mapping.text("title", title.as_deref());
    map_links(&mut mapping, links);
    mapping.drop_unsupported(birthday.is_some(), "birthday", "birthday");
    mapping.text("photo_url", photo_url.as_ref().map(WebAddress::as_str));
    mapping.drop_unsupported(notes.is_some(), "notes", "documented notes");
    mapping.drop_tags(tags);
    mapping.drop_unsupported(owner_id.is_some(), "owner_id", "documented owner");
    mapping.drop_custom_fields(custom.keys(), "OneCloud has no documented custom fields");
    mapping.merge_vendor(vendor, guard);
    if mapping.get("Name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err("OneCloud needs a Name, and the contact has neither a name nor an organization");
    }
    Ok(mapping.finish())
}

const TWITTER: &[&str] = &["twitter.com", "x.com", "mobile.twitter.com"];
const FACEBOOK: &[&str] = &["facebook.com", "fb.com"];

fn map_links(mapping: &mut Mapping<'_>, links: &[Link]) {
    for (index, Link { kind, url }) in links.iter().enumerate() {
        let field: CowStr = indexed!("links", index, ".url");
        let Some(row) = mapping.link_row(*kind) else {
            mapping.dropped(field, "OneCloud has a place for Twitter and Facebook only");
            continue;
        };
        let hosts = if *kind == LinkKind::Twitter { TWITTER } else { FACEBOOK };
        match url.account_on(hosts) {
            Some(account) if mapping.get(&row.to).is_none() => {
                mapping.set(&row.to, account);
                mapping.reformatted(field, row.to.clone(), "the account's name alone");
            }
            Some(_) => mapping.dropped(field, "OneCloud holds one of this kind"),
            None => mapping.dropped(field, "it is not the plain address of an account there"),
        }
    }
}

fn guard(_key: &str, value: &Value) -> Guard {
    match value {
        Value::String(_) | Value::Null => Guard::Merge(value.clone()),
        Value::Number(_) | Value::Bool(_) => Guard::Reformat(
            Value::String(value.to_string()),
            "written as a text, which OneCloud wants of every value".to_owned(),
        ),
        Value::Array(_) | Value::Object(_) => Guard::Refuse("OneCloud takes texts only".to_owned()),
    }
}
