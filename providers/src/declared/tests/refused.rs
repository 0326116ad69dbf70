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
            "constants.place: `{region.path}` is no hole here, did you mean `{region.auth}`?",
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

fn search(agree: &str) -> String {
    format!(
        "[[find]]\nby = \"email\"\npath = \"/people/{{email}}\"\nresults = \"\"\nid = \"id\"\nsame = \"email\"\nagree = {{ {agree} }}\n"
    )
}

#[test]
fn a_search_compares_what_is_sent() {
    let expected = "find: `agree` names `other`, which the description does not send";
    assert_refused(&search("other = \"other\""), expected);
    let custom = format!("[custom]\nto = \"c\"\n{}", search("\"c.size\" = \"c.size\""));
    assert_eq!(mistakes(&custom), "none");
}

#[test]
fn a_condition_that_holds_always_or_never_is_refused() {
    let row = |when: &str| format!("[[error]]\nwhen = {when}\nkind = \"already_exists\"\n");
    let never = "is an empty list, which no answer meets: name at least one, or take it out";
    for (when, expected) in [
        ("[]", "when: is empty: a row without a condition would judge every answer".to_owned()),
        ("{ says = \"\" }", "when.says: is empty, which every text says: name a part of the text".to_owned()),
        (
            "{ says = [\"taken\", \" \"] }",
            "when.says: is empty, which every text says: name a part of the text".to_owned(),
        ),
        ("{ says = [] }", format!("when.says: {never}")),
        ("{ path = \"a\", says = [] }", format!("when.says: {never}")),
        ("{ path = \"a\", is = [] }", format!("when.is: {never}")),
        ("{ header = \"a\", is = [] }", format!("when.is: {never}")),
        ("{ status = [] }", format!("when.status: {never}")),
        ("{ each = \"a[]\", all = [] }", "when.all: is missing: say what one element must meet".to_owned()),
    ] {
        assert_refused(&row(when), &expected);
    }
    let success = |line: &str| {
        let text = TOP.replace("[success]\n", &format!("[success]\n{line}\n"));
        Description::parse(&format!("{text}{KEY}")).unwrap_err().to_string()
    };
    assert!(
        success("existing = []")
            .ends_with("success.existing: is an empty list: name a condition, or take it out")
    );
    assert!(
        success("ignored = { path = \"w[]\", says = \"\" }")
            .ends_with("success.ignored.says: is empty, which every text says: name a part of the text")
    );
    let without_id = TOP.replace("id = \"id\"", "id = []");
    let error = Description::parse(&format!("{without_id}{KEY}")).unwrap_err().to_string();
    assert!(
        error.ends_with("success.id: is an empty list: without an id no answer can be a success"),
        "{error}"
    );
}

#[test]
fn what_is_empty_is_not_sent() {
    let take_out =
        |noun: &str| format!("is empty: vendors take {noun} without content for a value, so take it out");
    for (tables, key, noun) in [
        ("[constants]\na = \"\"", "constants.a", "a text"),
        ("[constants]\na = { b = \"\" }", "constants.a.b", "a text"),
        ("[constants]\na = [\"\"]", "constants.a", "a text"),
        ("[constants]\na = [[\"\"]]", "constants.a", "a text"),
        ("[constants]\na = []", "constants.a", "a list"),
        ("[constants]\na = {}", "constants.a", "a table"),
        (
            "[[field]]\nfrom = \"tags\"\nto = \"tags\"\nas = \"objects\"\nitem = { name = \"{value}\", id = \"\" }",
            "item.id",
            "a text",
        ),
    ] {
        assert_refused(tables, &format!("{key}: {}", take_out(noun)));
    }
    let envelope = |envelope: &str| {
        let path = "path = \"/people\"\n";
        let text = TOP.replace(path, &format!("{path}envelope = {envelope}\n"));
        Description::parse(&format!("{text}{KEY}")).err().map(|error| error.to_string()).unwrap_or_default()
    };
    for (text, key, noun) in [
        ("{ data = \"{fields}\", x = \"\" }", "create.envelope.x", "a text"),
        ("{ data = \"{fields}\", x = { y = {} } }", "create.envelope.x.y", "a table"),
        ("{ data = \"{fields}\", x = [] }", "create.envelope.x", "a list"),
    ] {
        let expected = format!("{key}: {}", take_out(noun));
        assert!(envelope(text).ends_with(&expected), "{text}\n{}", envelope(text));
    }
    // The arguments of a call have positions, which rows may complete.
    assert_eq!(envelope("{ args = [\"create\", [\"{fields}\"], {}, []] }"), "");
    for constants in ["a = [[\"create\", []]]", "\"a[0][1]\" = []"] {
        assert_eq!(mistakes(&format!("[constants]\n{constants}")), "none", "{constants}");
    }
}

#[test]
fn a_reason_may_be_given_for_every_field_of_a_contact() {
    let reasons = "[drops]\n\"links.twitter\" = \"a\"\n\"custom.score\" = \"b\"\nexternal_id = \"c\"\n\"emails.primary\" = \"d\"\n";
    assert_eq!(mistakes(reasons), "none");
    assert_refused(
        "[drops]\n\"links.twiter\" = \"a\"\n",
        "unknown word `links.twiter`, did you mean `links.twitter`?",
    );
}

#[test]
fn a_time_without_a_meaning_is_refused() {
    assert_refused(
        "[dedupe]\nheader = \"X-Key\"\nwindow = \"0s\"\n",
        "dedupe.window: is no time: say how long the vendor remembers a key, or take it out",
    );
    let lag = |lag: &str| format!("{}lag = \"{lag}\"\n", search("name = \"name\""));
    assert_refused(&lag("3651d"), "find.lag: is longer than 3650d, the longest time that a delivery waits");
    for time in ["0s", "3650d"] {
        assert_eq!(mistakes(&lag(time)), "none", "{time}");
    }
}
