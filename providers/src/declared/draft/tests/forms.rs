//! The forms of e-mail addresses, telephone numbers and postal addresses.

use serde_json::json;

use super::told::expect;

const NAME: &str = "[name]\nwhole = \"name\"\n";

#[test]
fn numbers_go_to_the_places_of_their_kinds_and_the_rest_to_the_spare_one() {
    let rows = r#"
[[phones]]
to = "mobile"
kinds = ["mobile"]
[[phones]]
to = "fax"
kinds = ["fax"]
[[phones]]
to = "phone"
kinds = ["work", "none"]
spare = true
"#;
    expect(
        rows,
        json!({"phones": [
            {"number": "020 7946 0101", "kind": "mobile"},
            {"number": "+44 7700 900102", "kind": "mobile"},
            {"number": "+442079460103", "kind": "fax"},
            {"number": "+442079460104", "kind": "fax", "primary": true},
        ]}),
        json!({"mobile": "+447700900102", "fax": "+442079460104", "phone": "020 7946 0101"}),
        &[
            "phones[3].number sent fax",
            "phones[3].kind merged fax: the field says which kind it is",
            "phones[3].primary merged fax: the primary one is taken first",
            "phones[1].number sent mobile",
            "phones[1].kind merged mobile: the field says which kind it is",
            "phones[2].number dropped: Acme holds no further number of this kind",
            "phones[2].kind dropped: Acme has no field for this kind of phone number",
            "phones[0].number sent phone: sent as written: no country code: write it as +44…, or set default_region",
            "phones[0].kind dropped: Acme has no field for this kind of phone number",
        ],
    );
}

#[test]
fn objects_show_kind_label_primary_and_position() {
    let rows = r#"
[[emails]]
to = "emails"
take = "all"
as = "objects"
item = { value = "{address}", label = "{kind}", note = "{label}", primary = "{primary}", position = "{n}" }
values_as = { work = "office", home = "home" }
"#;
    expect(
        rows,
        json!({"emails": [
            {"address": "a@example.com", "kind": "other", "label": "x"},
            {"address": "b@example.com", "kind": "work", "primary": true},
            {"address": "c@example.com", "kind": "home"},
        ]}),
        json!({"emails": [
            {"value": "b@example.com", "label": "office", "primary": true, "position": 1},
            {"value": "a@example.com", "note": "x", "primary": false, "position": 2},
            {"value": "c@example.com", "label": "home", "primary": false, "position": 3},
        ]}),
        &[
            "emails[1].address sent emails[0].value",
            "emails[1].kind reformatted emails[0].label: as Acme calls it",
            "emails[1].primary sent emails[0].primary",
            "emails[0].address sent emails[1].value",
            "emails[0].kind dropped: Acme has no name for this kind",
            "emails[0].label sent emails[1].note",
            "emails[2].address sent emails[2].value",
            "emails[2].kind sent emails[2].label",
        ],
    );
}

#[test]
fn an_address_or_number_that_is_too_long_goes_to_the_next_place_or_nowhere() {
    let rows = r#"
[[emails]]
to = "short"
limit = 10
[[emails]]
to = "list[1].address"
limit = 14
[[phones]]
to = "phones"
take = "all"
as = "objects"
item = { number = "{number}" }
limit = 12
"#;
    expect(
        rows,
        json!({"emails": ["abc@example.com", "ab@example.com", "a@b.de"], "phones": ["+442079460101"]}),
        json!({"short": "a@b.de", "list": [{"address": "ab@example.com"}]}),
        &[
            "emails[0].address dropped: it is longer than Acme takes",
            "emails[1].address sent list[1].address",
            "emails[2].address sent short",
            "phones[0].number dropped: it is longer than Acme takes",
        ],
    );
}

#[test]
fn addresses_go_into_parts_lines_and_objects() {
    let parts = r#"
[[addresses]]
parts = { street = "street", city = "city", country = "country" }
country = "name"
join = "; "
limit = { city = 4 }
"#;
    let address = json!({
        "kind": "work", "street": "1 High St", "street2": "Flat 2", "city": "London", "postal_code": "N1", "country": "GB",
    });
    let contact = |addresses| json!({"name": "Ada", "addresses": addresses});
    expect(
        &[NAME, parts].concat(),
        contact(json!([address.clone(), {"city": "Rome"}])),
        json!({"name": "Ada", "street": "1 High St; Flat 2", "city": "Lond", "country": "United Kingdom"}),
        &[
            "name.full sent name",
            "addresses[0].street sent street",
            "addresses[0].street2 merged street: joined to the street",
            "addresses[0].city truncated city: cut to 4 characters",
            "addresses[0].postal_code dropped: Acme has no field for it",
            "addresses[0].country reformatted country: its English name",
            "addresses[0].kind dropped: Acme has no kinds of postal address",
            "addresses[1].city dropped: Acme holds no further postal address of this kind",
        ],
    );
    let lines = "[[addresses]]\nto = \"lines\"\nas = \"line\"\ntake = \"all\"\ncountry = \"code3\"\n";
    expect(
        &[NAME, lines].concat(),
        contact(json!([{"street": "1 High St", "country": "GB"}, {"city": "Rome"}])),
        json!({"name": "Ada", "lines": ["1 High St, GBR", "Rome"]}),
        &[
            "name.full sent name",
            "addresses[0].street merged lines[0]: joined to one text",
            "addresses[0].country merged lines[0]: joined to one text",
            "addresses[1].city sent lines[1]",
        ],
    );
    let object = r#"
[[addresses]]
to = "address"
as = "object"
item = { line = "{street}", place = "{postal_code} {city}" }
"#;
    expect(
        &[NAME, object].concat(),
        contact(json!([address])),
        json!({"name": "Ada", "address": {"line": "1 High St, Flat 2", "place": "N1 London"}}),
        &[
            "name.full sent name",
            "addresses[0].street sent address.line",
            "addresses[0].street2 merged address.line: joined to the street",
            "addresses[0].city merged address.place: it is a part of a text there",
            "addresses[0].postal_code merged address.place: it is a part of a text there",
            "addresses[0].country dropped: Acme has no field for it",
            "addresses[0].kind dropped: Acme has no kinds of postal address",
        ],
    );
    expect(
        &[NAME, object].concat(),
        contact(json!([{"street": "1 High St", "city": "London"}])),
        json!({"name": "Ada", "address": {"line": "1 High St"}}),
        &[
            "name.full sent name",
            "addresses[0].street sent address.line",
            "addresses[0].city dropped: it is sent only together with other parts",
        ],
    );
}

#[test]
fn an_address_without_what_the_vendor_needs_is_dropped() {
    let rows = r#"
[name]
whole = "name"
[[addresses]]
parts = { street = "street", city = "city", region = "state", country = "country" }
needs = { "*" = ["street", "city"], region = ["country"] }
"#;
    expect(
        rows,
        json!({"name": "Ada", "addresses": [{"city": "Rome"}, {"street": "Via 1", "city": "Rome", "region": "RM"}]}),
        json!({"name": "Ada", "street": "Via 1", "city": "Rome"}),
        &[
            "name.full sent name",
            "addresses[0].city dropped: Acme takes no address without street",
            "addresses[1].street sent street",
            "addresses[1].city sent city",
            "addresses[1].region dropped: Acme takes it only with country",
        ],
    );
}
