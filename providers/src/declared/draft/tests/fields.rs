//! The forms of single fields and of custom fields.

use serde_json::json;

use super::told::{expect, map};

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
fn links_of_some_kinds_and_the_organization_go_into_lists_of_objects() {
    let rows = r#"
[name]
whole = "name"
[[addresses]]
to = "places"
take = "all"
as = "objects"
item = { city = "{city}", note = "{label}", default = "{primary}", position = "{n}" }
[[field]]
from = "organization.name"
to = "companies"
as = "objects"
item = { title = "{name}", position = "{n}" }
[[field]]
from = "links.website"
to = "pages"
as = "objects"
item = { url = "{url}", type = "WEB" }
[[field]]
from = "links.github"
to = "pages"
as = "objects"
limit = 25
item = { url = "{url}", position = "{n}" }
"#;
    expect(
        rows,
        json!({
            "name": "Ada", "organization": "Engines", "addresses": [{"city": "London"}],
            "links": [
                {"kind": "website", "url": "https://a.example"},
                {"kind": "website", "url": "https://b.example"},
                {"kind": "github", "url": "https://github.com/a"},
                {"kind": "github", "url": "https://github.com/a-longer-name"},
                {"kind": "linkedin", "url": "https://linkedin.com/in/a"},
            ],
        }),
        json!({
            "name": "Ada", "companies": [{"title": "Engines", "position": 1}],
            "places": [{"city": "London", "position": 1}],
            "pages": [
                {"url": "https://a.example", "type": "WEB"},
                {"url": "https://b.example", "type": "WEB"},
                {"url": "https://github.com/a", "position": 3},
            ],
        }),
        &[
            "name.full sent name",
            "addresses[0].city sent places[0].city",
            "organization.name sent companies[0].title",
            "links[0].url sent pages[0].url",
            "links[1].url sent pages[1].url",
            "links[2].url sent pages[2].url",
            "links[3].url dropped: it is longer than Acme takes",
            "links[4].url dropped: Acme has no links",
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
fn custom_fields_that_are_sent_as_they_are_may_have_the_account_s_keys() {
    let rows = "[name]\nwhole = \"name\"\n[custom]\n";
    let account = json!({"custom_fields": {"score": "Score__c", "colour": "name"}});
    let contact = json!({"name": "Ada", "custom": {"score": 7, "colour": "red", "size": "L"}});
    let mapped = map(rows, &account, contact).unwrap();
    assert_eq!(mapped.body, json!({"name": "Ada", "Score__c": 7, "size": "L"}));
    let upper = rows.replace("[custom]", "[custom]\nkeys = \"upper\"");
    let contact = json!({"name": "Ada", "custom": {"score": 7, "size": "L"}});
    let mapped = map(&upper, &account, contact).unwrap();
    assert_eq!(mapped.body, json!({"name": "Ada", "Score__c": 7, "SIZE": "L"}));
}

#[test]
fn values_of_the_vendor_may_be_numbers_and_booleans() {
    let rows = r#"
[name]
whole = "name"
[[emails]]
to = "emails"
take = "all"
as = "objects"
item = { value = "{address}", type = "{kind}" }
values_as = { work = 1, none = false, "*" = 9 }
[[field]]
from = "kind"
to = "is_company"
values_as = { person = false, organization = true }
[[field]]
from = "title"
to = "rank"
limit = 1
values_as = { Chief = 12, "*" = "x" }
[[field]]
from = "tags"
to = "labels"
as = "texts"
values_as = { vip = 7, "*" = "other" }
[[field]]
from = "owner_id"
to = "owner"
as = "integer"
values_as = { ada = 3 }
[[field]]
from = "custom.opt_in"
to = "consent"
values_as = { true = 1, false = 0 }
"#;
    expect(
        rows,
        json!({
            "name": "Ada", "title": "Chief", "tags": ["vip", "new"], "owner_id": "ada", "custom": {"opt_in": true},
            "emails": [{"address": "a@example.com", "kind": "work"}, "b@example.com"],
        }),
        json!({
            "name": "Ada", "is_company": false, "rank": 12, "labels": [7, "other"], "owner": 3, "consent": 1,
            "emails": [{"value": "a@example.com", "type": 1}, {"value": "b@example.com", "type": false}],
        }),
        &[
            "name.full sent name",
            "emails[0].address sent emails[0].value",
            "emails[0].kind reformatted emails[0].type: as Acme calls it",
            "emails[1].address sent emails[1].value",
            "title reformatted rank: as Acme calls it",
            "owner_id reformatted owner: as Acme calls it",
            "tags[0] reformatted labels[0]: as Acme calls it",
            "tags[1] reformatted labels[1]: as Acme calls it",
            "custom.opt_in reformatted consent: as Acme calls it",
        ],
    );
    expect(
        rows,
        json!({"organization": "Engines", "kind": "organization", "owner_id": "bo", "name": "Engines"}),
        json!({"name": "Engines", "is_company": true}),
        &[
            "name.full sent name",
            "kind reformatted is_company: as Acme calls it",
            "organization.name dropped: Acme has no organization",
            "owner_id dropped: Acme has no name for this value",
        ],
    );
}

#[test]
fn a_vendor_that_takes_texts_gets_the_texts_of_numbers_and_booleans() {
    let rows = r#"
[create]
path = "/people"
values = "text"
[name]
whole = "name"
[[field]]
from = "kind"
to = "is_company"
values_as = { person = false }
"#;
    let mapped = map(rows, &json!({}), json!({"name": "Ada"})).unwrap();
    assert_eq!(mapped.body, json!({"name": "Ada", "is_company": "false"}));
}
