//! Generates random contacts: long values, other scripts, several numbers, extensions, sections, nulls.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::contact::UnifiedContact;

const WORDS: [&str; 12] = [
    "Ada",
    "O'Sample",
    "Müller",
    "見本",
    "山田",
    "太郎",
    "ليلى",
    "Ωmega",
    "x, y",
    "\"quoted\"",
    "👩‍🔬",
    "King",
];
const NUMBERS: [&str; 9] = [
    "+442079460101",
    "+44 7700 900102 ext. 7",
    "+15555550103",
    "+49 30 23125104",
    "030 23125105",
    "020 7946 0106 x12",
    "12",
    "0171/x99999",
    "1-800-FLOWERS",
];
const KINDS: [&str; 6] = ["work", "home", "mobile", "fax", "main", "other"];
const LINK_KINDS: [&str; 7] = ["website", "linkedin", "twitter", "facebook", "github", "instagram", "other"];
const PAGES: [&str; 7] = [
    "https://twitter.com/ada",
    "https://x.com/@king",
    "https://www.facebook.com/ada.king",
    "https://fb.com/a/b",
    "https://mobile.twitter.com/ada?x=1",
    "https://www.linkedin.com/in/ada",
    "https://example.com/",
];

/// Generates any contact, with a section for `vendor` that has some of `keys`.
pub(super) fn contact(
    vendor: &'static str,
    keys: &'static [&'static str],
) -> impl Strategy<Value = UnifiedContact> {
    (named(), reached(), described(), sections(vendor, keys))
        .prop_map(|(named, reached, described, vendor)| {
            let mut whole = Map::new();
            for part in [named, reached, described, json!({"vendor": vendor})] {
                whole.extend(part.as_object().cloned().unwrap_or_default());
            }
            Value::Object(whole)
        })
        .prop_filter_map("a contact has something to be called by", |document| {
            UnifiedContact::from_json(document).ok()
        })
}

fn text() -> impl Strategy<Value = String> {
    let words = vec(select(&WORDS[..]), 1..4).prop_map(|words| words.join(" "));
    let long = (select(&WORDS[..]), 20..120_usize).prop_map(|(word, times)| vec![word; times].join(" "));
    prop_oneof![8 => words, 1 => long]
}

fn kind() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(&KINDS[..]))
}

fn named() -> impl Strategy<Value = Value> {
    let part = || option::of(text());
    let name = (part(), part(), part(), part(), part(), part()).prop_map(
        |(full, prefix, given, middle, family, suffix)| {
            json!({"full": full, "prefix": prefix, "given": given, "middle": middle, "family": family, "suffix": suffix})
        },
    );
    let whole = text().prop_map(Value::from);
    let organization =
        (part(), part()).prop_map(|(name, department)| json!({"name": name, "department": department}));
    let kind = select(&["person", "person", "organization"][..]);
    (kind, option::of(prop_oneof![name, whole]), option::of(organization), option::of("[a-z0-9-]{1,12}")).prop_map(
        |(kind, name, organization, external_id)| {
            json!({"kind": kind, "name": name, "organization": organization, "external_id": external_id})
        },
    )
}

fn reached() -> impl Strategy<Value = Value> {
    (vec(email(), 0..4), vec(phone(), 0..5), vec(address(), 0..3), vec(link(), 0..5)).prop_map(
        |(emails, phones, addresses, links)| {
            json!({"emails": emails, "phones": phones, "addresses": addresses, "links": links})
        },
    )
}

fn email() -> impl Strategy<Value = Value> {
    let local = prop_oneof![4 => "[a-z]{1,8}", 1 => "[a-z]{50,60}"];
    let host = prop_oneof![4 => "[a-z]{1,8}", 1 => "[a-z]{50,60}"];
    (local, host, kind(), option::of(text()), any::<bool>()).prop_map(|(local, host, kind, label, primary)| {
        json!({"address": format!("{local}@{host}.example"), "kind": kind, "label": label, "primary": primary})
    })
}

fn phone() -> impl Strategy<Value = Value> {
    let number =
        prop_oneof![3 => select(&NUMBERS[..]).prop_map(str::to_owned), 1 => "\\+4930[1-9][0-9]{5,7}"];
    (number, kind(), option::of(text()), any::<bool>(), option::of("[0-9]{2}")).prop_map(
        |(number, kind, label, primary, extension)| {
            let extension = extension.filter(|_| !number.contains('x'));
            json!({"number": number, "kind": kind, "label": label, "primary": primary, "extension": extension})
        },
    )
}

fn address() -> impl Strategy<Value = Value> {
    let part = || option::of(text());
    let country = option::of(select(&["DE", "GB", "XK", "US"][..]));
    (kind(), part(), part(), part(), part(), part(), country).prop_map(
        |(kind, street, street2, city, region, postal_code, country)| {
            json!({
                "kind": kind, "street": street, "street2": street2, "city": city, "region": region,
                "postal_code": postal_code, "country": country,
            })
        },
    )
}

fn link() -> impl Strategy<Value = Value> {
    (select(&LINK_KINDS[..]), select(&PAGES[..])).prop_map(|(kind, url)| json!({"kind": kind, "url": url}))
}

fn described() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        text().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(7)),
        Just(json!(1.5)),
        Just(json!(true)),
        Just(json!("")),
        Just(json!([])),
        Just(json!({"a": [null, "x"]})),
    ];
    let custom = vec((select(&["score", "colour", "id", "email", "Name"][..]), value), 0..4);
    let id = prop_oneof![text(), "[0-9]{1,6}"];
    let words = (option::of(text()), option::of(text()), vec(text(), 0..4), option::of(id));
    let birthday = option::of(select(&["1985-02-28", "2000-02-29"][..]));
    (words, birthday, option::of(select(&PAGES[..])), custom).prop_map(
        |((title, notes, tags, owner_id), birthday, photo_url, custom)| {
            let custom: Map<String, Value> =
                custom.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            json!({
                "title": title, "notes": notes, "tags": tags, "owner_id": owner_id, "birthday": birthday,
                "photo_url": photo_url, "custom": custom,
            })
        },
    )
}

fn sections(vendor: &'static str, keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        3 => text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!(7)),
        1 => Just(json!(true)),
        1 => Just(json!([{"id": 1, "number": "+15555550199", "_destroy": true}, {"number": "+15555550198"}])),
        1 => Just(json!({"a": {"b": "x"}})),
    ];
    // A required name is a text.
    let fits = |(key, value): &(&str, Value)| {
        !key.to_lowercase().ends_with("name") || value.is_string() || value.is_null()
    };
    let own = vec((select(keys), value), 0..3).prop_map(move |members| {
        members.into_iter().filter(fits).map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()
    });
    (own, any::<bool>()).prop_map(move |(own, has_other)| {
        let mut sections = Map::from_iter([(vendor.to_owned(), Value::Object(own))]);
        if has_other {
            sections.insert("a_vendor_of_my_own".to_owned(), json!({"anything": 1}));
        }
        Value::Object(sections)
    })
}
