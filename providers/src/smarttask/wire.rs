//! Maps a contact to the body of a create: keys of the vendor's documented model only, within its limits, and none that the server
//! sets itself. A text is cut to its limit. An address or number is dropped instead, because a cut one is another one.

use serde_json::{Value, json};

use crate::capabilities::MappingRow;
use crate::contact::{
    Address, ContactKind, Country, Email, Link, LinkKind, Organization, Phone, UnifiedContact, WebAddress,
};
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, ResolvedName, fits, indexed, primary_first, truncate_text};

const NAME_LIMIT: usize = 100;
const EMAIL_LIMIT: usize = 320;
const PHONE_LIMIT: usize = 30;
const ADDRESS_LIMIT: usize = 4000;

/// The vendor's field of each field of the contact.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "name").with_limit(NAME_LIMIT).required(),
    MappingRow::new("organization.name", "name").with_limit(NAME_LIMIT),
    MappingRow::new("kind", "record_sub_type"),
    MappingRow::new("emails", "emails[].email").with_limit(EMAIL_LIMIT).many(),
    MappingRow::new("phones", "phones[].phone_number").with_limit(PHONE_LIMIT).many(),
    MappingRow::new("addresses", "address").with_limit(ADDRESS_LIMIT),
    MappingRow::new("title", "designation").with_limit(50),
    MappingRow::new("links (website)", "url_details.domain").inferred(),
    MappingRow::new("links (linkedin)", "url_details.linkedin_url"),
    MappingRow::new("links (twitter)", "url_details.twitter_url"),
    MappingRow::new("links (facebook)", "url_details.facebook_url"),
    MappingRow::new("links (github)", "url_details.github_url"),
    MappingRow::new("links (instagram)", "url_details.instagram_url"),
    MappingRow::new("photo_url", "avatar_url"),
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
    map_kind(&mut mapping, *kind);
    let resolved = mapping.display_name(contact);
    if let Some(Organization { name, department }) = organization {
        if name.is_some() && resolved != ResolvedName::Organization {
            let detail = "SmartTask links organizations by record: set vendor.smarttask.parent";
            mapping.dropped("organization.name", detail);
        }
        mapping.text("organization.department", department.as_deref());
    }
    map_emails(&mut mapping, emails);
    map_phones(&mut mapping, phones, region);
    map_addresses(&mut mapping, addresses);
    mapping.text("title", title.as_deref());
    map_links(&mut mapping, links);
    mapping.drop_unsupported(birthday.is_some(), "birthday", "birthday");
    mapping.text("photo_url", photo_url.as_ref().map(WebAddress::as_str));
    if notes.is_some() {
        let detail = "SmartTask documents no notes in a create; vendor.smarttask.description would be sent";
        mapping.dropped("notes", detail);
    }
    mapping.drop_tags(tags);
    if owner_id.is_some() {
        let detail = "SmartTask wants a user object: set vendor.smarttask.assigned_user";
        mapping.dropped("owner_id", detail);
    }
    let instead = "SmartTask wants its own field ids: set vendor.smarttask.custom_field_values";
    mapping.drop_custom_fields(custom.keys(), instead);
    mapping.merge_vendor(vendor, |_, value| Guard::Merge(value.clone()));
    if mapping.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err("SmartTask requires name, and the contact has neither a name nor an organization");
    }
    Ok(mapping.finish())
}

fn map_kind(mapping: &mut Mapping<'_>, kind: ContactKind) {
    match kind {
        ContactKind::Person => mapping.set("record_sub_type", "person"),
        ContactKind::Organization => {
            mapping.set("record_sub_type", "organization");
            mapping.sent("kind", "record_sub_type");
        }
    }
}

fn map_emails(mapping: &mut Mapping<'_>, emails: &[Email]) {
    let mut list = Vec::new();
    for (index, email) in primary_first(emails, |email| email.primary) {
        let field: CowStr = indexed!("emails", index, ".address");
        let address = email.address.as_str();
        let to: CowStr = indexed!("emails", list.len(), ".email");
        let is_sent = fits(address, EMAIL_LIMIT);
        if is_sent {
            mapping.sent(field, to.clone());
            list.push(json!({"email": address}));
        } else {
            mapping.dropped(field, "it is longer than the 320 characters that SmartTask takes");
        }
        mapping.email_attributes(index, email, is_sent.then_some(&to));
    }
    if !list.is_empty() {
        mapping.set("emails", list);
    }
}

fn map_phones(mapping: &mut Mapping<'_>, phones: &[Phone], region: Option<Country>) {
    let mut list = Vec::new();
    for (index, phone) in primary_first(phones, |phone| phone.primary) {
        let to: CowStr = indexed!("phones", list.len(), ".phone_number");
        let unfit = phone.number.e164(region).err().filter(|_| !fits(phone.number.as_str(), PHONE_LIMIT));
        let is_sent = unfit.is_none();
        if let Some(error) = unfit {
            let detail = "it is longer than the 30 characters that SmartTask takes";
            mapping.not_e164(indexed!("phones", index, ".number"), None, error, detail);
        } else {
            let number = mapping.free_text_number(index, phone, region, to.clone());
            list.push(json!({"phone_number": number}));
        }
        mapping.phone_attributes(index, phone, is_sent.then_some(&to), false);
    }
    if !list.is_empty() {
        mapping.set("phones", list);
    }
}

/// Joins the parts of the first address, from the street to the country, by commas.
fn map_addresses(mapping: &mut Mapping<'_>, addresses: &[Address]) {
    for (index, address) in addresses.iter().enumerate() {
        if index > 0 {
            mapping.drop_address(index, address, "SmartTask holds one postal address");
            continue;
        }
        let Address { kind, street, street2, city, region, postal_code, country } = address;
        mapping.drop_unsupported(kind.is_some(), "addresses[0].kind", "kinds of postal address");
        let place: Vec<&str> = [postal_code, city].into_iter().filter_map(Option::as_deref).collect();
        let place = (!place.is_empty()).then(|| place.join(" "));
        let country_name = country.map(|country| country.name().to_owned());
        let lines: Vec<&str> = [street, street2, &place, region, &country_name]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        let parts = [
            ("addresses[0].street", street.is_some()),
            ("addresses[0].street2", street2.is_some()),
            ("addresses[0].postal_code", postal_code.is_some()),
            ("addresses[0].city", city.is_some()),
            ("addresses[0].region", region.is_some()),
            ("addresses[0].country", country.is_some()),
        ];
        for (part, _) in parts.iter().filter(|(_, present)| *present) {
            let detail = "the parts are joined by commas";
            mapping.merged(*part, "address", detail);
        }
        if !lines.is_empty() {
            let text = lines.join(", ");
            let (text, is_cut) = truncate_text(&text, ADDRESS_LIMIT);
            mapping.set("address", text);
            if is_cut {
                mapping.mark_truncated("address", ADDRESS_LIMIT);
            }
        }
    }
}

fn map_links(mapping: &mut Mapping<'_>, links: &[Link]) {
    for (index, Link { kind, url }) in links.iter().enumerate() {
        let field: CowStr = indexed!("links", index, ".url");
        let Some(row) = mapping.link_row(*kind) else {
            mapping.dropped(field, "SmartTask has no place for other links");
            continue;
        };
        if mapping.get(&row.to).is_some() {
            mapping.dropped(field, "SmartTask holds one of this kind");
            continue;
        }
        if *kind == LinkKind::Website {
            let (host, has_more) = url.host_and_more();
            mapping.set(&row.to, host);
            if has_more {
                mapping.truncated(field, row.to.clone(), "the host alone");
            } else {
                mapping.reformatted(field, row.to.clone(), "the host alone");
            }
        } else {
            mapping.set(&row.to, url.as_str());
            mapping.sent(field, row.to.clone());
        }
    }
}
