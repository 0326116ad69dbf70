//! The body around the fields, what is required of it, and the keys that it holds.

use serde_json::json;

use super::told::{expect, map};

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
