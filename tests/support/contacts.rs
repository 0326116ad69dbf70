//! Generates random contacts. Each is valid, and every text in it contains [`MARK`], so that a leak into an output is found.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use unicontact::providers::UnifiedContact;

/// A part of every text of a random contact, which no output of the program contains.
pub(crate) const MARK: &str = "qzx";
/// The endings of the telephone numbers of random contacts.
pub(crate) const NUMBERS: [&str; 4] = ["+442079460101", "+447700900102", "+15555550103", "+493023125104"];
/// The endings of numbers without a country code.
pub(crate) const NATIONAL_NUMBERS: [&str; 2] = ["030 23125105", "020 7946 0106"];

const BEGINNINGS: [&str; 9] =
    ["Mira ", "O'Sample ", "Müller-", "見本", "ليلى ", "Ωmega ", "x, y ", "\"quoted\" ", "👩‍🔬 "];
const CHANNEL_KINDS: [&str; 6] = ["work", "home", "mobile", "fax", "main", "other"];
const LINK_KINDS: [&str; 7] = ["website", "linkedin", "twitter", "facebook", "github", "instagram", "other"];

/// Generates any contact.
pub(crate) fn contact() -> impl Strategy<Value = UnifiedContact> {
    let description = "a contact has something to be called by";
    document().prop_filter_map(description, |document| UnifiedContact::from_json(document).ok())
}

fn document() -> impl Strategy<Value = Value> {
    (called(), reached(), described()).prop_map(|(called, reached, described)| {
        let mut whole = Map::new();
        for part in [called, reached, described] {
            whole.extend(part);
        }
        Value::Object(whole)
    })
}

fn called() -> impl Strategy<Value = Map<String, Value>> {
    let part = || option::of(text());
    let name = (part(), part(), part(), part(), part(), part()).prop_map(
        |(full, prefix, given, middle, family, suffix)| {
            json!({"full": full, "prefix": prefix, "given": given, "middle": middle, "family": family, "suffix": suffix})
        },
    );
    let organization =
        (part(), part()).prop_map(|(name, department)| json!({"name": name, "department": department}));
    let kind = select(&["person", "organization"][..]);
    (kind, option::of(name), option::of(organization), part(), part()).prop_map(
        |(kind, name, organization, title, external_id)| {
            object(json!({
                "kind": kind, "name": name, "organization": organization, "title": title,
                "external_id": external_id,
            }))
        },
    )
}

fn reached() -> impl Strategy<Value = Map<String, Value>> {
    (vec(email(), 0..3), vec(phone(), 0..4), vec(address(), 0..3), vec(link(), 0..4)).prop_map(
        |(emails, phones, addresses, links)| {
            object(json!({"emails": emails, "phones": phones, "addresses": addresses, "links": links}))
        },
    )
}

fn described() -> impl Strategy<Value = Map<String, Value>> {
    let custom = vec(option::of(text()), 0..3);
    let birthday = option::of(select(&["1985-02-28", "2000-02-29"][..]));
    let photo = option::of(web_address());
    let words = (option::of(long_text()), vec(text(), 0..3), option::of(text()));
    (words, birthday, photo, custom, sections()).prop_map(
        |((notes, tags, owner_id), birthday, photo_url, custom, vendor)| {
            let custom: Map<String, Value> =
                (0..).zip(custom).map(|(index, value)| (format!("key_{index}"), json!(value))).collect();
            object(json!({
                "notes": notes, "tags": tags, "owner_id": owner_id, "birthday": birthday,
                "photo_url": photo_url, "custom": custom, "vendor": vendor,
            }))
        },
    )
}

/// Generates the sections for single vendors, known and unknown.
fn sections() -> impl Strategy<Value = Value> {
    let value = || prop_oneof![text().prop_map(Value::from), Just(Value::Null), Just(json!(7))];
    let smarttask = (option::of(value()), option::of(value()), option::of(value())).prop_map(
        |(name, description, designation)| {
            json!({"name": name, "description": description, "designation": designation})
        },
    );
    let emnify = (option::of(1..=6_u8), option::of(text()), option::of(value())).prop_map(
        |(kind, purchase_order, city)| {
            let mut section = object(json!({"purchase_order_number": purchase_order, "city": city}));
            section.extend(kind.map(|kind| ("type".to_owned(), json!(kind))));
            Value::Object(section)
        },
    );
    let cloverhound = option::of(value()).prop_map(|text| json!({"description": text, "id": 1}));
    let onecloud = (value(), option::of(value())).prop_map(|(fax, line)| json!({"Fax": fax, "LineId": line}));
    let other = value().prop_map(|value| json!({"anything": value}));
    (
        option::of(smarttask),
        option::of(emnify),
        option::of(cloverhound),
        option::of(onecloud),
        option::of(other),
    )
        .prop_map(|(smarttask, emnify, cloverhound, onecloud, other)| {
            json!({
                "smarttask": smarttask, "emnify": emnify, "cloverhound": cloverhound,
                "onecloud": onecloud, "a_vendor_of_my_own": other,
            })
        })
}

fn text() -> impl Strategy<Value = String> {
    (select(&BEGINNINGS[..]), "[a-z]{0,8}").prop_map(|(start, end)| format!("{start}{MARK}{end}"))
}

/// Generates texts, some of them longer than any vendor's limit.
fn long_text() -> impl Strategy<Value = String> {
    (text(), 1..90_usize).prop_map(|(text, times)| vec![text; times].join(" "))
}

fn email() -> impl Strategy<Value = Value> {
    let address = "[a-z]{1,8}".prop_map(|local| format!("{local}.{MARK}@example.com"));
    (address, kind(), option::of(text()), any::<bool>()).prop_map(|(address, kind, label, primary)| {
        json!({"address": address, "kind": kind, "label": label, "primary": primary})
    })
}

fn phone() -> impl Strategy<Value = Value> {
    let number = prop_oneof![select(&NUMBERS[..]), select(&NATIONAL_NUMBERS[..])];
    (number, kind(), option::of(text()), any::<bool>(), option::of("[0-9]{2}")).prop_map(
        |(number, kind, label, primary, extension)| {
            json!({"number": number, "kind": kind, "label": label, "primary": primary, "extension": extension})
        },
    )
}

fn address() -> impl Strategy<Value = Value> {
    let part = || option::of(long_text());
    let country = option::of(select(&["DE", "GB", "ID", "US"][..]));
    (kind(), part(), part(), part(), part(), option::of(text()), country).prop_map(
        |(kind, street, street2, city, region, postal_code, country)| {
            json!({
                "kind": kind, "street": street, "street2": street2, "city": city, "region": region,
                "postal_code": postal_code, "country": country,
            })
        },
    )
}

fn link() -> impl Strategy<Value = Value> {
    (select(&LINK_KINDS[..]), web_address()).prop_map(|(kind, url)| json!({"kind": kind, "url": url}))
}

fn web_address() -> impl Strategy<Value = String> {
    "[a-z]{1,8}".prop_map(|path| format!("https://{MARK}.example.com/{path}{MARK}"))
}

fn kind() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(&CHANNEL_KINDS[..]))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}
