//! Places of the body that two parts of a description would write, and custom fields at the place of an idempotency key.

use serde_json::json;
use unicontact_model::UnifiedContact;

use super::vendor::{KEY, TOP, clock, connect};
use crate::declared::Description;
use crate::provider::ContactProvider as _;

/// What a plan shows in place of an idempotency key.
const KEY_OF_THE_DELIVERY: &str = "[a key of the delivery]";
const NAME: &str = "[name]\nwhole = \"name\"\n";

/// Returns the mistakes of a description with these tables and words of the name.
fn mistakes(name: &str, tables: &str) -> String {
    let top = TOP.replace(NAME, &format!("{NAME}{name}"));
    match Description::parse(&format!("{top}{KEY}{tables}\n")) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

fn row(from: &str, to: &str) -> String {
    format!("[[field]]\nfrom = \"{from}\"\nto = {to}\n")
}

#[test]
fn a_place_that_two_parts_write_is_refused() {
    let organization = "organization = \"last_name\"\n";
    for (name, tables, expected) in [
        ("", row("title", "\"email\""), "field: `email` is written twice, here and by [emails]"),
        ("", row("title", "'\"email\"'"), "field: `email` is written twice, here and by [emails]"),
        (
            "",
            row("title", "\"email.x\""),
            "field: `email.x` is inside of `email`, which [emails] writes as a whole",
        ),
        (
            "",
            row("title", "\"email[0]\""),
            "field: `email[0]` is inside of `email`, which [emails] writes as a whole",
        ),
        (
            "",
            row("title", "\"a.b\"") + &row("notes", "\"a\""),
            "field: `a` is written as a whole, and [field] writes `a.b` inside of it",
        ),
        (
            "family = \"last_name\"\norganization = \"last_name\"\n",
            row("organization.name", "\"last_name\""),
            "field: `last_name` is written twice, here and by [name]",
        ),
        (
            organization,
            row("title", "\"last_name\""),
            "name: `last_name` is written twice, here and by [field]",
        ),
        ("organization = \"email\"\n", String::new(), "name: `email` is written twice, here and by [emails]"),
        ("", "[custom]\nto = \"email\"".to_owned(), "custom: `email` is written twice, here and by [emails]"),
        (
            "",
            "[custom]\nto = \"email.c\"".to_owned(),
            "custom: `email.c` is inside of `email`, which [emails] writes as a whole",
        ),
        (
            "",
            "[dedupe]\nkey = { to = \"email\" }".to_owned(),
            "dedupe: `email` is written twice, here and by [emails]",
        ),
        (
            "",
            "[custom]\nto = \"c\"\n[dedupe]\nkey = { to = \"c\" }".to_owned(),
            "dedupe: `c` is written twice, here and by [custom]",
        ),
        (
            "",
            "[constants]\n\"email.kind\" = 1".to_owned(),
            "constants.email.kind: `email.kind` is inside of `email`, which [emails] writes as a whole",
        ),
        (
            "",
            "[custom]\nto = \"c\"\n[constants]\nc = 1".to_owned(),
            "constants.c: `c` is written twice, here and by [custom]",
        ),
        (
            "",
            "[dedupe]\nkey = { to = \"uid\" }\n[constants]\nuid = \"x\"".to_owned(),
            "constants.uid: `uid` is written twice, here and by [dedupe]",
        ),
        (
            "",
            "[[phones]]\nto = \"home.phone\"\nkinds = [\"home\"]\n[[addresses]]\nto = \"home\"\nas = \"object\"\nitem = { city = \"{city}\" }".to_owned(),
            "addresses: `home` is written as a whole, and [phones] writes `home.phone` inside of it",
        ),
    ] {
        let mistakes = mistakes(name, &tables);
        assert!(mistakes.ends_with(expected) && mistakes.lines().count() == 1, "{name}{tables}\n{mistakes}");
    }
}

#[test]
fn the_line_is_that_of_the_second_row() {
    let text = format!("{TOP}{KEY}{}{}", row("title", "\"job\""), row("notes", "\"job\""));
    let line = text.lines().count() - 2;
    let expected = format!("line {line}: field: `job` is written twice, here and by [field]");
    assert_eq!(Description::parse(&text).unwrap_err().to_string(), expected);
}

#[test]
fn parts_that_keep_each_others_values_may_share_a_place() {
    let company = "organization = \"company\"\n";
    for (name, tables) in [
        ("organization = \"name\"\n", String::new()),
        (company, row("organization.name", "\"company\"")),
        ("family = \"fields.last_name\"\n", "[custom]\nto = \"fields\"".to_owned()),
        ("", "[custom]\nto = \"meta\"\n[dedupe]\nkey = { to = \"meta.uid\" }".to_owned()),
        ("", row("links.website", "\"url\"") + &row("links.website", "\"url\"")),
        ("", "[[field]]\nfrom = \"tags\"\nto = \"tags\"\n[constants]\ntags = [\"import\"]".to_owned()),
        (
            "",
            "[[addresses]]\nto = \"home\"\nas = \"object\"\nitem = { city = \"{city}\" }\n".to_owned()
                + &row("notes", "\"home.note\""),
        ),
        ("", row("title", "\"emails\"")),
    ] {
        assert_eq!(mistakes(name, &tables), "", "{name}{tables}");
    }
}

/// Returns the body, and the fates of what stands in objects of the contact.
fn mapped(tables: &str, contact: serde_json::Value) -> (serde_json::Value, Vec<String>) {
    let provider = connect(&format!("{KEY}{tables}"), &json!({"api_key": "k"}), &clock()).unwrap();
    let draft = provider.draft(&UnifiedContact::from_json(contact).unwrap()).unwrap();
    let fates =
        draft.fields.iter().filter(|fate| fate.field.contains('.') && !fate.field.starts_with("name."));
    let fates = fates.map(|fate| {
        let detail = fate.detail.as_deref().unwrap_or_default();
        format!("{} {:?}: {detail}", fate.field, fate.fate)
    });
    ((*draft.body).clone(), fates.collect())
}

#[test]
fn the_place_of_an_idempotency_key_is_not_the_contact_s() {
    let taken = "Acme CRM has another field with this key";
    let gets = "Acme CRM gets the idempotency key there";
    for (tables, contact, body, fates) in [
        (
            "[custom]\n[dedupe]\nkey = { to = \"uid\" }\n",
            json!({"name": "Ada", "custom": {"uid": "c", "other": "o"}, "vendor": {"acmecrm": {"uid": "v", "x": 1}}}),
            json!({"name": "Ada", "other": "o", "x": 1, "uid": KEY_OF_THE_DELIVERY}),
            vec![
                "custom.other Sent: ".to_owned(),
                format!("custom.uid Dropped: {taken}"),
                format!("vendor.acmecrm.uid Dropped: {gets}"),
                "vendor.acmecrm.x Sent: ".to_owned(),
            ],
        ),
        (
            "[custom]\nto = \"meta\"\n[dedupe]\nkey = { to = \"meta.uid\" }\n",
            json!({"name": "Ada", "custom": {"uid": "c", "other": "o"}, "vendor": {"acmecrm": {"meta": {"x": 1}}}}),
            json!({"name": "Ada", "meta": {"other": "o", "x": 1, "uid": KEY_OF_THE_DELIVERY}}),
            vec![
                "custom.other Sent: ".to_owned(),
                format!("custom.uid Dropped: {taken}"),
                "vendor.acmecrm.meta Sent: ".to_owned(),
            ],
        ),
        (
            "[custom]\n[dedupe]\nkey = { to = \"meta.uid\" }\n",
            json!({"name": "Ada", "custom": {"meta": "c"}, "vendor": {"acmecrm": {"meta": {"uid": "v"}}}}),
            json!({"name": "Ada", "meta": {"uid": KEY_OF_THE_DELIVERY}}),
            vec![format!("custom.meta Dropped: {taken}"), format!("vendor.acmecrm.meta Dropped: {gets}")],
        ),
    ] {
        let (sent, told) = mapped(tables, contact);
        assert_eq!(sent, body, "{tables}");
        assert_eq!(told, fates, "{tables}");
    }
}

#[test]
fn a_refused_path_is_taken_out_of_the_section() {
    let tables = "[section]\nrefuse = [\"p.id\", \"q.id\", \"odd\"]\n";
    let section = json!({"p": {"id": 1, "n": 2}, "q": {"id": 1}, "odd": 3, "r": {"id": 4}});
    let (body, fates) = mapped(tables, json!({"name": "Ada", "vendor": {"acmecrm": section}}));
    assert_eq!(body, json!({"name": "Ada", "p": {"n": 2}, "r": {"id": 4}}));
    let expected = [
        "vendor.acmecrm.odd Dropped: Acme CRM does not take this key in a create",
        "vendor.acmecrm.p Reformatted: without p.id",
        "vendor.acmecrm.q Dropped: without q.id nothing is left",
        "vendor.acmecrm.r Sent: ",
    ];
    assert_eq!(fates, expected);
}

#[test]
fn a_dropped_field_has_the_reason_that_names_it() {
    let tables = "[drops]\n\"links.twitter\" = \"no tweets\"\ncustom = \"no extras\"\n\"custom.score\" = \"no scores\"\n";
    let links = json!([
        {"kind": "twitter", "url": "https://x.com/ada"}, {"kind": "website", "url": "https://ada.example"},
    ]);
    let contact = json!({"name": "Ada", "links": links, "custom": {"score": 1, "size": 2}});
    let expected = [
        "links[0].url Dropped: no tweets",
        "links[1].url Dropped: Acme CRM has no links",
        "custom.score Dropped: no scores",
        "custom.size Dropped: no extras",
    ];
    assert_eq!(mapped(tables, contact).1, expected);
}
