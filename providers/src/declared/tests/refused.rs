//! Descriptions that contradict themselves or the rules of the format: each is refused, and the message says what to write.

use super::vendor::{KEY, TOP};
use crate::declared::Description;

/// Returns the mistakes of a description with these tables.
fn mistakes(tables: &str) -> String {
    match Description::parse(&format!("{TOP}{KEY}{tables}")) {
        Ok(_) => "none".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn assert_refused(tables: &str, expected: &str) {
    let mistakes = mistakes(tables);
    assert!(mistakes.ends_with(expected) && mistakes.lines().count() == 1, "{tables}\n{mistakes}");
}

#[test]
fn each_form_is_refused_where_it_is_not_possible() {
    for (tables, expected) in [
        (
            "[[emails]]\nto = \"a\"\nas = \"object\"",
            "as: `object` is not possible here (there are texts, objects)",
        ),
        (
            "[[phones]]\nto = \"a\"\nas = \"line\"",
            "as: `line` is not possible here (there are texts, objects)",
        ),
        (
            "[[emails]]\nto = \"a\"\ntake = \"all\"",
            "take: one place cannot take all: add `as = \"texts\"` or `as = \"objects\"`",
        ),
        ("[[emails]]\nto = \"a\"\nas = \"objects\"", "item: is missing: an object has an item"),
        (
            "[[addresses]]\nto = \"a\"\nas = \"texts\"",
            "as: `texts` is not possible here (there are parts, line, object, objects)",
        ),
        (
            "[[addresses]]\nto = \"a\"\nas = \"line\"\nitem = { s = \"{street}\" }",
            "item: only objects have an item: add `as = \"objects\"`",
        ),
        (
            "[[field]]\nfrom = \"title\"\nto = \"a\"\nas = \"objects\"\nitem = { t = \"{value}\" }",
            "as: `objects` is not possible for it (there is integer)",
        ),
        ("[[field]]\nfrom = \"links\"\nto = \"a\"", "as: is missing (there is objects)"),
        (
            "[[field]]\nfrom = \"links\"\nto = \"a\"\nas = \"texts\"",
            "as: `texts` is not possible for it (there is objects)",
        ),
        (
            "[[field]]\nfrom = \"links.website\"\nto = \"a\"\nas = \"joined\"",
            "as: `joined` is not possible for it (there is objects, account)",
        ),
        (
            "[[field]]\nfrom = \"tags\"\nto = \"a\"\nas = \"account\"",
            "as: `account` is not possible for it (there is texts, joined, objects, map)",
        ),
        (
            "[[field]]\nfrom = \"organization.name\"\nto = \"a\"\nas = \"map\"",
            "as: `map` is not possible for it (there is object, objects, integer)",
        ),
        ("[custom]\nto = \"a\"\nas = \"texts\"", "custom.as: unknown word `texts` (there are objects)"),
        (
            "[custom]\nas = \"objects\"\nitem = { k = \"{key}\" }",
            "custom.to: is missing: say which list holds them",
        ),
        (
            "[[field]]\nfrom = \"organization.name\"\nto = \"a\"\nas = \"object\"\nitem = { n = \"{title}\" }",
            "item: sends nothing of the contact: it needs one of name, value, n",
        ),
    ] {
        let mistakes = mistakes(tables);
        assert!(mistakes.lines().any(|line| line.ends_with(expected)), "{tables}\n{mistakes}");
    }
}

#[test]
fn two_rows_that_write_one_place_are_refused_unless_both_add_to_a_list() {
    let street = "[[addresses]]\nparts = { street = \"road\" }\n";
    let link =
        |kind: &str, rest: &str| format!("[[field]]\nfrom = \"links.{kind}\"\nto = \"pages\"\n{rest}\n");
    let list = "as = \"objects\"\nitem = { url = \"{url}\" }";
    for (tables, expected) in [
        ("[[emails]]\nto = \"email\"\n".to_owned(), "emails: `email` is written twice, here and by [emails]"),
        (
            "[[field]]\nfrom = \"title\"\nto = \"name\"\n".to_owned(),
            "field: `name` is written twice, here and by [name]",
        ),
        (
            "[[field]]\nfrom = \"title\"\nto = \"ref\"\n".to_owned(),
            "field: `ref` is written twice, here and by [field]",
        ),
        (
            format!("{street}kinds = [\"work\"]\n{street}"),
            "addresses: `road` is written twice, here and by [addresses]",
        ),
        (
            format!("{street}[[field]]\nfrom = \"notes\"\nto = \"road\"\n"),
            "field: `road` is written twice, here and by [addresses]",
        ),
        (
            "[dedupe]\nkey = { to = \"email\" }\n".to_owned(),
            "dedupe: `email` is written twice, here and by [emails]",
        ),
        (link("website", "") + &link("github", ""), "field: `pages` is written twice, here and by [field]"),
        (link("website", list) + &link("github", ""), "field: `pages` is written twice, here and by [field]"),
    ] {
        assert_refused(&tables, expected);
    }
    assert_eq!(mistakes(&(link("website", list) + &link("github", list))), "none");
}

#[test]
fn a_choice_with_values_and_a_lifetime_are_written_as_the_format_has_them() {
    let region = "[account.region]\nkind = \"choice\"\n";
    let values = "choices = { us = { api = \"a\", auth = \"b\" }, eu = { auth = \"d\", api = \"c\" } }\n";
    for (tables, expected) in [
        (
            format!("{region}choices = {{ us = {{ api = \"a\" }}, eu = {{ auth = \"d\" }} }}\n"),
            "account.region.choices: every choice has the same values",
        ),
        (
            format!("{region}{values}[constants]\nplace = \"{{region.path}}\"\n"),
            "constants.place: `{region.path}` is no hole here (there are api_key, region)",
        ),
        (
            "[account.client_id]\n[account.client_secret]\nsecret = true\n[[auth]]\nbearer = \"{token}\"\n\
             token = { grant = \"client_credentials\", url = \"/token\", expires = \"30 minutes\" }\n"
                .to_owned(),
            "auth[1].token.expires: expected a time such as `30m`, `2h` or `1d`",
        ),
    ] {
        assert_refused(&tables, expected);
    }
    let constants = "[constants]\nplace = \"{region}\"\nhost = \"{region.api}\"\n";
    assert_eq!(mistakes(&format!("{region}{values}{constants}")), "none");
    let host = TOP.replace("api.acme.example", "{region}.acme.example");
    let error = Description::parse(&format!("{host}{KEY}{region}{values}")).unwrap_err().to_string();
    assert!(
        error.ends_with("address: `{region}` in a host is one of its values, such as `{region.api}`"),
        "{error}"
    );
}

#[test]
fn a_key_or_a_window_without_what_it_belongs_to_is_refused() {
    for (tables, expected) in [
        ("[dedupe]\nkey = { as = \"uuid\" }\n", "dedupe: there is no hole `{key}` in the path of the create"),
        (
            "[dedupe]\nkey = { to = \"uid\", header = \"X-Key\" }\n",
            "dedupe.key: has one place: to, header or path",
        ),
        (
            "[dedupe]\nheader = \"X-Key\"\nkey = { to = \"uid\" }\n",
            "dedupe.header: an idempotency key has one place: take `header` or `key` out",
        ),
        (
            "[dedupe]\nwindow = \"24h\"\n",
            "dedupe.window: is how long the vendor remembers what it saw, and nothing says what: add `by`, `header` or `key`",
        ),
        (
            "[dedupe]\nserialized = true\n",
            "dedupe.serialized: says that equal requests wait, and nothing says what makes them equal: add `by` or `key`",
        ),
    ] {
        assert_refused(tables, expected);
    }
    let path = TOP.replace("path = \"/people\"", "path = \"/people/{key}\"");
    for (key, is_read) in
        [("{ as = \"uuid\" }", true), ("{ path = true }", true), ("{ to = \"uid\" }", false)]
    {
        let text = format!("{path}{KEY}[dedupe]\nkey = {key}\n");
        assert_eq!(Description::parse(&text).is_ok(), is_read, "{key}");
    }
}
