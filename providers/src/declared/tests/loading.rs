//! What loading accepts and refuses of the words that place fields, and of the holes in them.

use serde_json::{Value, json};
use unicontact_model::UnifiedContact;

use super::vendor::{KEY, TOP, clock, connect};
use crate::declared::Description;
use crate::provider::ContactProvider as _;

/// Returns the mistakes of a description with these tables.
fn mistakes(tables: &str) -> String {
    Description::parse(&format!("{TOP}{KEY}{tables}"))
        .map_or_else(|error| error.to_string(), |_| String::new())
}

#[track_caller]
fn expect_mistake(tables: &str, expected: &str) {
    let mistakes = mistakes(tables);
    assert!(mistakes.contains(expected), "{tables}: {mistakes:?} has no {expected:?}");
}

/// Returns the body of a contact and its fates.
fn drafted(tables: &str, keys: Value, contact: Value) -> (Value, Vec<String>) {
    let mut keys = keys;
    keys["api_key"] = "made-up-key".into();
    let provider = connect(&format!("{KEY}{tables}"), &keys, &clock()).unwrap();
    let draft = provider.draft(&UnifiedContact::from_json(contact).unwrap()).unwrap();
    let told = draft.fields.iter().map(|fate| format!("{} {}", fate.field, fate.fate.as_str())).collect();
    ((*draft.body).clone(), told)
}

#[test]
fn words_that_would_change_nothing_are_refused() {
    for (tables, expected) in [
        (
            "[[addresses]]\nparts = { city = \"city\", kind = \"type\" }\nvalues_as = { office = \"x\" }\n",
            "unknown word `office`",
        ),
        (
            "[[field]]\nfrom = \"kind\"\nto = \"type\"\nvalues_as = { persn = \"x\" }\n",
            "did you mean `person`?",
        ),
        ("[[emails]]\nto = \"email2\"\nkinds = []\n", "kinds: is empty"),
        (
            "[[field]]\nfrom = \"title\"\nto = \"job\"\nhosts = [\"x.com\"]\n",
            "is about the name of an account in a link",
        ),
        ("[drops]\nadresses = \"no\"\n", "did you mean `addresses`?"),
        ("[drops]\nsource = \"nowhere\"\n", "[sources] has no `nowhere`"),
        (
            "[account.groups]\nkind = \"integers\"\n[[emails]]\nto = \"lists.{groups}\"\n",
            "`{groups}` is a list",
        ),
        (
            "[account.groups]\nkind = \"integers\"\n[constants]\n\"lists.{groups}.on\" = true\n",
            "`{groups}` is a list",
        ),
        (
            "[account.uid]\noptional = true\n[dedupe]\nkey = { to = \"{uid}.key\" }\n",
            "the path cannot be made without uid",
        ),
    ] {
        expect_mistake(tables, expected);
    }
    let login = "[account.user]\n[[auth]]\nbearer = \"{token}\"\n\
                 token = { grant = \"login\", url = \"/login\", form = { user = \"{user}\" }, sends = \"basic\" }\n";
    expect_mistake(login, "needs [account.client_id] and [account.client_secret]");
}

#[test]
fn every_field_may_be_dropped_with_a_reason_that_has_a_source() {
    let tables = "[drops]\nsource = \"page\"\n\"links.twitter\" = \"it is closed\"\n\"custom.score\" = \"no scores\"\n\
                  external_id = \"no\"\n\"emails.primary\" = \"no\"\n";
    assert_eq!(mistakes(tables), "");
    let contact = json!({
        "name": "Ada King",
        "links": [{"kind": "twitter", "url": "https://x.com/ada"}], "custom": {"score": 7},
    });
    let provider = connect(&format!("{KEY}{tables}"), &json!({"api_key": "k"}), &clock()).unwrap();
    let draft = provider.draft(&UnifiedContact::from_json(contact).unwrap()).unwrap();
    let reasons: Vec<&str> = draft.fields.iter().filter_map(|fate| fate.detail.as_deref()).collect();
    assert_eq!(reasons, ["it is closed", "no scores"]);
}

#[test]
fn a_row_whose_place_needs_an_optional_key_is_left_out_without_it() {
    let tables = "[account.list]\noptional = true\n[[field]]\nfrom = \"title\"\nto = \"{list}.job\"\n";
    let contact = || json!({"name": "Ada King", "title": "Countess"});
    let (body, told) = drafted(tables, json!({"list": "a"}), contact());
    assert_eq!(
        (body, told),
        (
            json!({"name": "Ada King", "a": {"job": "Countess"}}),
            vec!["name.full sent".to_owned(), "title sent".to_owned()]
        )
    );
    let (body, told) = drafted(tables, json!({}), contact());
    assert_eq!(
        (body, told),
        (json!({"name": "Ada King"}), vec!["name.full sent".to_owned(), "title dropped".to_owned()])
    );
}

#[test]
fn a_list_of_ids_at_the_end_of_a_constants_path_makes_a_member_for_each() {
    let tables = "[account.groups]\nkind = \"integers\"\noptional = true\n[constants]\n\"interests.{groups}\" = true\n";
    let body = |keys| drafted(tables, keys, json!({"name": "Ada King"})).0;
    assert_eq!(
        body(json!({"groups": [3, 12]})),
        json!({"name": "Ada King", "interests": {"3": true, "12": true}})
    );
    assert_eq!(body(json!({})), json!({"name": "Ada King"}));
}

#[test]
fn tags_that_are_cut_away_are_dropped() {
    let tables = "[[field]]\nfrom = \"tags\"\nto = \"tags\"\nas = \"joined\"\njoin = \";\"\nlimit = 3\n";
    for (tags, text, expected) in [
        (json!(["a;b", "c", "dd"]), "a;b", ["merged", "dropped", "dropped"]),
        (json!(["a", "bcd", "e"]), "a;b", ["merged", "truncated", "dropped"]),
        (json!(["a", "b"]), "a;b", ["merged", "merged", ""]),
    ] {
        let (body, told) = drafted(tables, json!({}), json!({"name": "Ada King", "tags": tags}));
        assert_eq!(body["tags"], text, "{tags}");
        let fates: Vec<&str> = told.iter().skip(1).filter_map(|line| line.split(' ').nth(1)).collect();
        assert_eq!(fates, expected.into_iter().filter(|fate| !fate.is_empty()).collect::<Vec<_>>(), "{tags}");
    }
}
