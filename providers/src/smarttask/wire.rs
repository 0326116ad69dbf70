//! What goes into the body of a create.
//!
//! Its rule: only keys of the vendor's documented model, within its limits, and none that the server sets itself.
//! A text is cut to its limit; an address or number that would be another one when cut is left out.

use serde_json::{Map, Value, json};

use crate::capabilities::MappingRow;
use crate::contact::{
    Address, ContactKind, Country, Email, Link, LinkKind, Name, Organization, Phone, UnifiedContact,
};
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;
use crate::mapping::{Guard, Mapping, fits, fitted, indexed, primary_first};

const NAME_LIMIT: usize = 100;
const DESIGNATION_LIMIT: usize = 50;
const EMAIL_LIMIT: usize = 320;
const PHONE_LIMIT: usize = 30;
const ADDRESS_LIMIT: usize = 4000;
const LINK_DETAILS: &str = "url_details";

/// Which vendor field holds which unified field.
pub(super) const MAPPING: &[MappingRow] = &[
    MappingRow::new("name", "name").with_limit(NAME_LIMIT),
    MappingRow::new("organization.name", "name").with_limit(NAME_LIMIT),
    MappingRow::new("kind", "record_sub_type"),
    MappingRow::new("emails", "emails[].email").with_limit(EMAIL_LIMIT).many(),
    MappingRow::new("phones", "phones[].phone_number").with_limit(PHONE_LIMIT).many(),
    MappingRow::new("addresses", "address").with_limit(ADDRESS_LIMIT),
    MappingRow::new("title", "designation").with_limit(DESIGNATION_LIMIT),
    MappingRow::new("links (website)", "url_details.domain").inferred(),
    MappingRow::new("links (linkedin)", "url_details.linkedin_url"),
    MappingRow::new("links (twitter)", "url_details.twitter_url"),
    MappingRow::new("links (facebook)", "url_details.facebook_url"),
    MappingRow::new("links (github)", "url_details.github_url"),
    MappingRow::new("links (instagram)", "url_details.instagram_url"),
    MappingRow::new("photo_url", "avatar_url"),
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
    map_kind(&mut mapping, *kind);
    map_name(&mut mapping, *kind, name.as_ref(), organization.as_ref());
    if let Some(Organization { name: _, department }) = organization {
        mapping.no_place_for(department.is_some(), "organization.department", "department");
    }
    map_emails(&mut mapping, emails);
    map_phones(&mut mapping, phones, region);
    map_addresses(&mut mapping, addresses);
    if let Some(title) = title {
        let (text, cut) = fitted(title, DESIGNATION_LIMIT);
        mapping.set("designation", text);
        mapping.fitted("title", "designation", cut, DESIGNATION_LIMIT);
    }
    map_links(&mut mapping, links);
    mapping.no_place_for(birthday.is_some(), "birthday", "birthday");
    if let Some(photo_url) = photo_url {
        mapping.set("avatar_url", photo_url.as_str());
        mapping.sent("photo_url", "avatar_url");
    }
    if notes.is_some() {
        let detail = "SmartTask documents no notes in a create; vendor.smarttask.description would be sent";
        mapping.dropped("notes", detail);
    }
    mapping.no_tags(tags);
    if owner_id.is_some() {
        let detail = "SmartTask wants a user object: set vendor.smarttask.assigned_user";
        mapping.dropped("owner_id", detail);
    }
    let instead = "SmartTask wants its own field ids: set vendor.smarttask.custom_field_values";
    mapping.no_custom(custom.keys(), instead);
    mapping.merge_vendor(vendor, |_, _, value| Guard::Merge(value.clone()));
    if mapping.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err("SmartTask requires name, and the contact has neither a name nor an organization");
    }
    Ok(mapping.finish())
}

fn map_kind(mapping: &mut Mapping, kind: ContactKind) {
    match kind {
        ContactKind::Person => mapping.set("record_sub_type", "person"),
        ContactKind::Organization => {
            mapping.set("record_sub_type", "organization");
            mapping.sent("kind", "record_sub_type");
        }
    }
}

fn map_name(
    mapping: &mut Mapping,
    kind: ContactKind,
    name: Option<&Name>,
    organization: Option<&Organization>,
) {
    let called = mapping.called(kind, name, organization, "name", false);
    if let Some(text) = called.text {
        let (text, cut) = fitted(&text, NAME_LIMIT);
        mapping.set("name", text);
        if cut {
            mapping.cut_short("name", NAME_LIMIT);
        }
    }
    let names_organization = organization.is_some_and(|organization| organization.name.is_some());
    if names_organization && !called.by_organization {
        let detail = "SmartTask links organizations by record: set vendor.smarttask.parent";
        mapping.dropped("organization.name", detail);
    }
}

fn map_emails(mapping: &mut Mapping, emails: &[Email]) {
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
        mapping.email_trimmings(index, email, is_sent, &to);
    }
    if !list.is_empty() {
        mapping.set("emails", list);
    }
}

fn map_phones(mapping: &mut Mapping, phones: &[Phone], region: Option<Country>) {
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
        mapping.phone_trimmings(index, phone, is_sent.then_some(&*to), false);
    }
    if !list.is_empty() {
        mapping.set("phones", list);
    }
}

/// The one address is a text: its parts, from the street to the country, joined by commas.
fn map_addresses(mapping: &mut Mapping, addresses: &[Address]) {
    for (index, address) in addresses.iter().enumerate() {
        if index > 0 {
            mapping.address_dropped(index, address, "SmartTask holds one postal address");
            continue;
        }
        let Address { kind, street, street2, city, region, postal_code, country } = address;
        mapping.no_place_for(kind.is_some(), "addresses[0].kind", "kinds of postal address");
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
            let (text, cut) = fitted(&text, ADDRESS_LIMIT);
            mapping.set("address", text);
            if cut {
                mapping.cut_short("address", ADDRESS_LIMIT);
            }
        }
    }
}

fn map_links(mapping: &mut Mapping, links: &[Link]) {
    let mut details = Map::new();
    for (index, Link { kind, url }) in links.iter().enumerate() {
        let field: CowStr = indexed!("links", index, ".url");
        let (key, to) = match kind {
            LinkKind::Website => ("domain", "url_details.domain"),
            LinkKind::Linkedin => ("linkedin_url", "url_details.linkedin_url"),
            LinkKind::Twitter => ("twitter_url", "url_details.twitter_url"),
            LinkKind::Facebook => ("facebook_url", "url_details.facebook_url"),
            LinkKind::Github => ("github_url", "url_details.github_url"),
            LinkKind::Instagram => ("instagram_url", "url_details.instagram_url"),
            LinkKind::Other => {
                mapping.dropped(field, "SmartTask has no place for other links");
                continue;
            }
        };
        if details.contains_key(key) {
            mapping.dropped(field, "SmartTask holds one of this kind");
            continue;
        }
        let text = if *kind == LinkKind::Website {
            let (host, has_more) = url.host_and_more();
            if has_more {
                mapping.truncated(field, to, "the host alone");
            } else {
                mapping.reformatted(field, to, "the host alone");
            }
            host
        } else {
            mapping.sent(field, to);
            url.as_str().to_owned()
        };
        details.insert(key.to_owned(), Value::String(text));
    }
    if !details.is_empty() {
        mapping.set(LINK_DETAILS, details);
    }
}
