//! The forms of entries and fields, the body around them, and what is required.

use serde_json::json;

use super::told::{expect, map};

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
fn a_constant_list_is_completed_and_stays_where_nothing_is_added() {
    let rows = r#"
[constants]
"contact_mechanisms[0][0]" = "create"
"contact_mechanisms[0][1]" = []
"addresses[0][0]" = "create"
"addresses[0][1]" = []
[[emails]]
to = "contact_mechanisms[0][1]"
take = "all"
as = "objects"
item = { type = "email", value = "{address}" }
[[phones]]
to = "contact_mechanisms[0][1]"
take = "all"
as = "objects"
item = { type = "phone", value = "{number}" }
"#;
    expect(
        rows,
        json!({"emails": ["a@example.com"], "phones": ["+442079460101"]}),
        json!({
            "contact_mechanisms": [["create", [
                {"type": "email", "value": "a@example.com"}, {"type": "phone", "value": "+442079460101"},
            ]]],
            "addresses": [["create", []]],
        }),
        &[
            "emails[0].address sent contact_mechanisms[0][1][0].value",
            "phones[0].number sent contact_mechanisms[0][1][1].value",
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

#[test]
fn fields_have_forms_of_their_own() {
    let rows = r#"
[name]
whole = "name"
[[field]]
from = "owner_id"
to = "owner"
as = "integer"
[[field]]
from = "birthday"
to = "born"
date = "%d.%m."
[[field]]
from = "title"
to = "job.title"
limit = 4
cut = false
[[field]]
from = "tags"
to = "groups"
as = "map"
[[field]]
from = "kind"
to = "type"
values_as = { person = "human" }
[[field]]
from = "organization.name"
to = "company"
as = "object"
item = { name = "{value}" }
[[field]]
from = "links"
to = "pages"
as = "objects"
item = { url = "{url}", type = "{kind}" }
[[field]]
from = "custom.score"
to = "points"
"#;
    expect(
        rows,
        json!({
            "name": "Ada", "owner_id": "7", "birthday": "1985-02-28", "title": "Analyst", "tags": ["3", "5"],
            "organization": "Engines", "links": [{"kind": "website", "url": "https://a.example"}],
            "custom": {"score": 7, "other": 1},
        }),
        json!({
            "name": "Ada", "owner": 7, "born": "28.02.", "groups": {"3": true, "5": true}, "type": "human",
            "company": {"name": "Engines"}, "pages": [{"url": "https://a.example", "type": "website"}], "points": 7,
        }),
        &[
            "name.full sent name",
            "organization.name sent company.name",
            "title dropped: it is longer than the 4 characters that Acme takes",
            "birthday truncated born: without the year",
            "owner_id reformatted owner: written as a number",
            "links[0].url sent pages[0].url",
            "tags[0] reformatted groups: as the name of a member that is true",
            "tags[1] reformatted groups: as the name of a member that is true",
            "custom.score sent points",
            "custom.other dropped: Acme has no custom fields",
        ],
    );
}

#[test]
fn a_custom_field_never_replaces_another_one() {
    let rows = r#"
[constants]
source = "import"
[name]
whole = "name"
[custom]
[section]
refuse = ["id"]
"#;
    expect(
        rows,
        json!({"name": "Ada", "custom": {"name": "x", "source": "y", "id": "z", "colour": "red", "no": null, "o": {"a": ""}}}),
        json!({"source": "import", "name": "Ada", "colour": "red"}),
        &[
            "name.full sent name",
            "custom.colour sent colour",
            "custom.id dropped: Acme does not take this key in a create",
            "custom.name dropped: Acme has another field with this key",
            "custom.no dropped: an empty value is not sent",
            "custom.o dropped: an empty value is not sent",
            "custom.source dropped: Acme has another field with this key",
        ],
    );
}

#[test]
fn configured_custom_fields_have_the_account_s_keys() {
    let rows = r#"
[name]
whole = "name"
family = "fields.last_name"
[custom]
to = "fields"
keys = "configured"
values = "text"
ignores_unknown = true
"#;
    let account = json!({"custom_fields": {"score": "f1", "colour": "last_name", "size": "f3"}});
    let contact = json!({"name": {"given": "Ada", "family": "King"}, "custom": {"score": 7, "colour": "red", "size": "L", "x": 1}});
    let mapped = map(rows, &account, contact).unwrap();
    assert_eq!(
        mapped.body,
        json!({"name": "Ada King", "fields": {"last_name": "King", "f1": "7", "f3": "L"}})
    );
    let details: Vec<_> =
        mapped.fates[2..].iter().map(|fate| (&*fate.field, fate.detail.as_deref())).collect();
    let expected = [
        ("custom.colour", Some("Acme has another field with this key")),
        ("custom.score", Some("written as a text; the vendor may not keep it")),
        ("custom.size", Some("the vendor may not keep it")),
        ("custom.x", Some("the provider's custom_fields name no key for it")),
    ];
    assert_eq!(details, expected);
}

#[test]
fn the_body_goes_into_pairs_texts_and_an_envelope() {
    let rows = r#"
[create]
path = "/people"
values = "text"
entries = { key = "Attribute", value = "Value" }
envelope = { data = { type = "person", group = "{group}", attributes = "{fields}" } }
[constants]
active = true
group = "{group}"
[name]
whole = "name"
"#;
    let contact = || json!({"name": "Ada", "vendor": {"acme": {"score": 7}}});
    let mapped = map(rows, &json!({}), contact()).unwrap();
    let pairs = json!([
        {"Attribute": "active", "Value": "true"}, {"Attribute": "name", "Value": "Ada"}, {"Attribute": "score", "Value": "7"},
    ]);
    assert_eq!(mapped.body, json!({"data": {"type": "person", "attributes": pairs}}));
    assert_eq!(json!(mapped.fields), json!({"active": true, "name": "Ada", "score": "7"}));
    let mapped = map(rows, &json!({"group": "g1"}), contact()).unwrap();
    assert_eq!(mapped.body["data"]["group"], "g1");
    assert_eq!(mapped.fields["group"], "g1");
}

#[test]
fn a_contact_without_what_is_required_is_unmappable() {
    let unmappable = |rows: &str, contact| map(rows, &json!({}), contact).err();
    let all = "[name]\nwhole = \"name\"\norganization = \"name\"\n[[emails]]\nto = \"email\"\n[require]\nall = [\"name\"]\n";
    assert_eq!(
        unmappable(all, json!({"emails": ["a@example.com"]})).as_deref(),
        Some("Acme requires name, and the contact has neither a name nor an organization")
    );
    let removed = json!({"name": "Ada", "vendor": {"acme": {"name": null}}});
    assert!(unmappable(all, removed).is_some());
    assert_eq!(unmappable(all, json!({"name": "Ada"})), None);
    let any = r#"
[name]
given = "first"
[[emails]]
to = "emails"
take = "all"
as = "objects"
item = { value = "{address}" }
[require]
any = ["emails[0].value", "last"]
"#;
    assert_eq!(
        unmappable(any, json!({"name": "Ada"})).as_deref(),
        Some(
            "Acme requires one of emails[0].value, last, and the contact has no e-mail address for it and nothing for it"
        )
    );
    assert_eq!(unmappable(any, json!({"emails": ["a@example.com"]})), None);
    assert_eq!(unmappable(any, json!({"name": "Ada", "vendor": {"acme": {"last": "King"}}})), None);
}

#[test]
fn the_part_of_a_name_that_is_missing_is_named() {
    let name = "[name]\ngiven = \"first\"\nfamily = \"last\"\n";
    let require = "[require]\nall = [\"first\"]\n";
    let lack = |words: &str, contact| {
        let error = map(&format!("{name}{words}{require}"), &json!({}), contact).err()?;
        Some(error.strip_prefix("Acme requires first, and the contact ").unwrap().to_owned())
    };
    let to_first = "organization = \"first\"\n";
    let to_last = "organization = \"last\"\n";
    for (words, contact, expected) in [
        ("", json!({"name": "Madonna"}), "has no given name: a name of one word is sent as the family name"),
        (
            to_first,
            json!({"name": "Madonna"}),
            "has no given name: a name of one word is sent as the family name",
        ),
        (
            "from_whole = \"family\"\n",
            json!({"name": "Ada King"}),
            "has no given name: a whole name is sent as the family name",
        ),
        (
            "from_whole = \"drop\"\n",
            json!({"name": "Ada King"}),
            "has no given name: only the parts of a name are sent",
        ),
        ("", json!({"name": {"family": "King"}}), "has no given name"),
        // The name of an organization is no given name of a person who has another name.
        (
            to_first,
            json!({"name": {"family": "King"}, "organization": {"name": "Acme"}}),
            "has no given name",
        ),
        (to_last, json!({"organization": {"name": "Acme"}}), "has no name for it"),
        ("", json!({"emails": ["a@example.com"]}), "has no name for it"),
        (to_first, json!({"emails": ["a@example.com"]}), "has neither a name nor an organization"),
        (
            to_last,
            json!({"kind": "organization", "name": {"given": "Ada"}, "organization": {"name": "Acme"}}),
            "is an organization, of whose names organization.name alone is sent",
        ),
    ] {
        assert_eq!(lack(words, contact).as_deref(), Some(expected), "{words}");
    }
    assert_eq!(lack("from_whole = \"given\"\n", json!({"name": "Madonna"})), None);
    assert_eq!(lack(to_first, json!({"organization": {"name": "Acme"}})), None);
    let of_organization =
        "[name]\nwhole = \"name\"\norganization = \"company\"\n[require]\nall = [\"company\"]\n";
    let error = |contact| map(of_organization, &json!({}), contact).err();
    assert_eq!(
        error(json!({"name": "Ada", "organization": {"name": "Acme"}})).as_deref(),
        Some(
            "Acme requires company, and the contact has a name of its own, beside which organization.name is not sent there"
        )
    );
    assert_eq!(
        error(json!({"name": "Ada"})).as_deref(),
        Some("Acme requires company, and the contact has no organization")
    );
}

#[test]
fn a_contact_with_one_name_or_none_is_sent_to_the_places_that_the_description_names() {
    let rows = "[name]\ngiven = \"first\"\nfamily = \"last\"\norganization = \"first\"\n[require]\nany = [\"first\", \"last\"]\n";
    for (contact, fields) in [
        (json!({"name": {"family": "King"}}), json!({"last": "King"})),
        (json!({"name": {"family": "King"}, "organization": {"name": "Acme"}}), json!({"last": "King"})),
        (json!({"name": "Madonna"}), json!({"last": "Madonna"})),
        (json!({"organization": {"name": "Acme"}}), json!({"first": "Acme"})),
        (json!({"kind": "organization", "organization": {"name": "Acme"}}), json!({"first": "Acme"})),
    ] {
        assert_eq!(json!(map(rows, &json!({}), contact).unwrap().fields), fields);
    }
    assert_eq!(
        map(rows, &json!({}), json!({"emails": ["a@example.com"]})).err().as_deref(),
        Some("Acme requires one of first, last, and the contact has neither a name nor an organization")
    );
}

#[test]
fn the_keys_are_what_was_sent() {
    let rows = r#"
[[emails]]
to = "email"
limit = 14
[[phones]]
to = "fax"
kinds = ["fax"]
[[phones]]
to = "phone"
format = "digits"
[[field]]
from = "external_id"
to = "ref"
"#;
    let keys = |contact| map(rows, &json!({}), contact).unwrap().keys;
    let contact = json!({
        "external_id": "42", "emails": ["long@example.com", "a@example.com"],
        "phones": [{"number": "+442079460103", "kind": "fax", "primary": true}, "+44 20 7946 0101"],
    });
    let sent = keys(contact.clone());
    assert_eq!(sent.email.as_deref(), Some("a@example.com"));
    assert_eq!(sent.phone.as_deref(), Some("442079460101"));
    assert_eq!(sent.external_id.as_deref(), Some("42"));
    assert_eq!(sent.name, None);
    let mut replaced = contact;
    replaced["vendor"] = json!({"acme": {"email": "b@example.com", "phone": null, "ref": "43"}});
    let sent = keys(replaced);
    assert_eq!(sent.email.as_deref(), Some("b@example.com"));
    assert_eq!(sent.phone.as_deref(), Some("+442079460103"));
    assert_eq!(sent.external_id.as_deref(), Some("43"));
}

#[test]
fn a_section_that_takes_the_last_member_away_leaves_no_empty_object() {
    expect(
        "[name]\nwhole = \"person.name\"\n",
        json!({"name": "Ada", "vendor": {"acme": {"person": {"name": null}, "other": {"x": {"y": null}}}}}),
        json!({}),
        &[
            "name.full overridden person.name: replaced by vendor.acme.person",
            "vendor.acme.other kept: it takes the field out of the body",
            "vendor.acme.person kept: it takes the field out of the body",
        ],
    );
}
