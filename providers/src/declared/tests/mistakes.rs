//! Mistakes that a description could load with and then send something else than was meant.

use super::vendor::{KEY, TOP};
use crate::declared::Description;

const LOGIN: &str = r#"
[account.user]
[account.password]
secret = true
[[auth]]
bearer = "{token}"
"#;

fn problems(text: &str) -> String {
    match Description::parse(text) {
        Ok(_) => String::new(),
        Err(error) => {
            let lines: Vec<String> =
                error.problems.iter().map(|it| format!("{}: {}\n", it.key, it.message)).collect();
            lines.concat()
        }
    }
}

/// Returns the problems of tables beside those that every vendor needs and a credential.
fn of(tables: &str) -> String {
    problems(&format!("{TOP}{KEY}{tables}"))
}

/// Expects each of the tables to have exactly this problem.
fn expect(cases: &[(&str, &str)]) {
    for (tables, expected) in cases {
        assert_eq!(of(tables).trim_end(), *expected, "{tables}");
    }
}

#[test]
fn a_date_is_written_by_conversions() {
    let date =
        |format: &str| of(&format!("[[field]]\nfrom = \"birthday\"\nto = \"born\"\ndate = \"{format}\"\n"));
    let advice = "as it stands: a day is `%d`, a month `%m`, a year `%Y`, as in `%d.%m.%Y`\n";
    for (format, written) in [
        ("DD.MM.YYYY", "DD"),
        ("%d.%m.YYYY", "YYYY"),
        ("dd/%m/%Y", "dd"),
        ("the birthday", "the birthday"),
        ("%%", "%%"),
    ] {
        assert_eq!(date(format), format!("field[1].date: would send `{written}` {advice}"));
    }
    // A vendor may have a field for each part, and a form of a time.
    for format in ["%m/%d", "%Y", "%-d", "%B", "%Y-%m-%dT00:00:00Z", "%Y%m%d", "D%d M%m", "%F"] {
        assert_eq!(date(format), "", "{format}");
    }
    assert_eq!(date("%Q"), "field[1].date: is no format of a date, such as `%d/%m/%Y`\n");
}

#[test]
fn of_two_words_that_exclude_each_other_none_is_lost() {
    expect(&[
        (
            "[[error]]\nwhen = { status = 429 }\nkind = \"rate_limited\"\nwait = { header = \"x-wait\", seconds = 5 }\n",
            "error.wait.seconds: name one of `header` and `seconds`: take the other out",
        ),
        (
            "[[error]]\nwhen = { status = 429 }\nkind = \"rate_limited\"\nwait = { seconds = 5, unit = \"ms\" }\n",
            "error.wait.unit: is the unit of a `header` or `path`",
        ),
        (
            "[[error]]\nwhen = { status = 429 }\nkind = \"rate_limited\"\nwait = { until = \"midnight UTC\", zone = \"Europe/Berlin\" }\n",
            "error.wait.zone: is UTC already: say `until = \"midnight\"`",
        ),
        (
            "[[error]]\nwhen = { each = \"errors[]\", is = \"x\", all = [{ path = \"code\", is = \"y\" }] }\nkind = \"invalid\"\n",
            "error.when.is: is about one element: write it into `all`",
        ),
        (
            "[[error]]\nwhen = { path = \"code\", is = \"x\", all = [{ path = \"code\", is = \"y\" }] }\nkind = \"invalid\"\n",
            "error.when.all: is what one element of `each` must meet: say `each` in place of the path",
        ),
        (
            "[words]\nfields = { object = \"errors\", field = \"name\", message = \"\" }\n",
            "words.fields.field: is the name of the member in an `object`: take it out",
        ),
        (
            "[[addresses]]\nto = \"address\"\nas = \"line\"\nparts = { city = \"city\" }\n",
            "addresses.parts: are fields of their own: take `parts` or `as` out",
        ),
        (
            "[account.pod]\ndefault = \"na1\"\nderive = { from = \"api_key\", after_last = \"-\" }\n",
            "account.pod.derive: never happens, since the key has a default: take one of the two out",
        ),
        (
            "[[field]]\nfrom = \"links.linkedin\"\nto = \"in\"\nhosts = [\"linkedin.com\"]\n",
            "field[1].hosts: is about the name of an account in a link: add `as = \"account\"`",
        ),
    ]);
}

#[test]
fn a_login_has_one_body() {
    let of = |token: &str| problems(&format!("{TOP}{LOGIN}token = {{ url = \"/login\", {token} }}\n"));
    let members = "{ user = \"{user}\", password = \"{password}\" }";
    assert_eq!(of(&format!("grant = \"login\", body = {members}")), "");
    assert_eq!(
        of(&format!("grant = \"login\", body = {members}, form = {members}")),
        "auth.token.form: name one of `body` and `form`: take the other out\n"
    );
    assert_eq!(
        of(&format!("grant = \"login\", body = {members}, scopes = [\"people\"]")),
        "auth.token.scopes: are sent in a form: write them into `body`\n"
    );
    assert_eq!(
        of(&format!("grant = \"login\", body = {members}, sends = \"basic\"")),
        "auth.token.sends: needs [account.client_id] and [account.client_secret]\n"
    );
}

#[test]
fn the_word_bearer_and_the_token_s_name_are_taken() {
    for bearer in ["Bearer {api_key}", "bearer  {api_key}"] {
        let tables = format!("[account.api_key]\nsecret = true\n[[auth]]\nbearer = \"{bearer}\"\n");
        let expected = "auth.bearer: `bearer` writes the word Bearer itself: leave it out\n";
        assert_eq!(problems(&format!("{TOP}{tables}")), expected);
    }
    let login = "token = { grant = \"login\", url = \"/login\", body = { password = \"{password}\" } }\n";
    let error = Description::parse(&format!("{TOP}[account.token]\n{LOGIN}{login}")).unwrap_err();
    let line = TOP.lines().count() + 1;
    assert_eq!(
        error.to_string(),
        format!(
            "line {line}: account.token: `{{token}}` is the token that [[auth]] fetches: give the key another name, such as `api_token`"
        )
    );
    // Another credential may send a token that nobody fetches.
    let static_token =
        "[account.token]\nsecret = true\n[account.password]\nsecret = true\n[[auth]]\nbearer = \"{token}\"\n";
    assert_eq!(problems(&format!("{TOP}{static_token}{login}[[auth]]\nbearer = \"{{token}}\"\n")), "");
    // Without a login it is a key like others.
    let key = "[account.token]\nsecret = true\n[[auth]]\nbearer = \"{token}\"\n";
    assert_eq!(problems(&format!("{TOP}{key}")), "");
}

#[test]
fn headers_have_names_that_http_allows() {
    let bad = "`X Token` is no name of a header, such as `X-Api-Key`";
    for (tables, word) in [
        ("[check]\npath = \"/me\"\nheaders = { \"X Token\" = \"1\" }\n", "check.headers"),
        ("[dedupe]\nheader = \"X Token\"\nsource = \"page\"\n", "dedupe.header"),
        ("[dedupe]\nkey = { header = \"X Token\" }\n", "dedupe.key.header"),
        ("[[error]]\nwhen = { header = \"X Token\" }\nkind = \"invalid\"\n", "error.when.header"),
        ("[words]\nrequest_id = { header = \"X Token\" }\n", "words.request_id.header"),
        ("[limits]\nwait = { header = \"X Token\" }\n", "limits.wait.header"),
    ] {
        assert_eq!(of(tables), format!("{word}: {bad}\n"));
    }
    let auth = "[account.api_key]\nsecret = true\n[[auth]]\nheaders = { \"X Token\" = \"{api_key}\" }\n";
    assert_eq!(problems(&format!("{TOP}{auth}")), format!("auth.headers: {bad}\n"));
    expect(&[
        (
            "[check]\npath = \"/me\"\nheaders = { X-V = \"1\", x-v = \"2\" }\n",
            "check.headers: writes the header `x-v` twice",
        ),
        (
            "[check]\npath = \"/me\"\nheaders = { X-V = \"1\\n2\" }\n",
            "check.headers: the value of `X-V` is no single line",
        ),
    ]);
}

#[test]
fn a_misspelt_required_place_is_refused() {
    expect(&[
        ("[require]\nall = [\"nmae\"]\n", "require.all: nothing writes `nmae`, did you mean `name`?"),
        (
            "[require]\nany = [\"emial\", \"b\"]\n",
            "require.any: nothing writes `emial`, did you mean `email`?",
        ),
    ]);
    for tables in [
        // The contact's own section may write them.
        "[require]\nall = [\"somewhere\"]\n",
        "[custom]\nto = \"extra\"\n[require]\nall = [\"size\"]\n",
        "[require]\nany = [\"email\", \"twitter_id\"]\n",
        "[constants]\n\"a.b\" = 1\n[require]\nall = [\"a\", \"a.b\"]\n",
        "[custom]\n[require]\nall = [\"anything\"]\n",
        "[custom]\nto = \"extra\"\n[require]\nall = [\"extra.size\"]\n",
        "[[addresses]]\nto = \"homes\"\nas = \"objects\"\nitem = { town = \"{city}\" }\n[require]\nall = [\"homes[0].town\", \"homes[].town\"]\n",
        "[account.n]\n[[field]]\nfrom = \"notes\"\nto = \"x.{n}\"\n[require]\nall = [\"x.y\"]\n",
    ] {
        assert_eq!(of(tables), "", "{tables}");
    }
}

#[test]
fn a_place_is_written_once() {
    expect(&[
        (
            "[constants]\nemail = \"a@example.com\"\n",
            "constants.email: `email` is written twice, here and by [emails]",
        ),
        (
            "[[field]]\nfrom = \"title\"\nto = \"x\"\n[[field]]\nfrom = \"notes\"\nto = \"x\"\n",
            "field: `x` is written twice, here and by [field]",
        ),
        (
            "[[field]]\nfrom = \"tags\"\nto = \"x\"\n[[field]]\nfrom = \"notes\"\nto = \"x\"\n",
            "field: `x` is written twice, here and by [field]",
        ),
        (
            "[[field]]\nfrom = \"tags\"\nas = \"joined\"\nto = \"x\"\n[constants]\nx = [\"mine\"]\n",
            "constants.x: `x` is written twice, here and by [field]",
        ),
    ]);
    for tables in [
        "[[field]]\nfrom = \"tags\"\nto = \"x\"\n[constants]\nx = [\"mine\"]\n",
        "[[field]]\nfrom = \"tags\"\nas = \"map\"\nto = \"x\"\n[constants]\nx = { mine = true }\n",
        "[[field]]\nfrom = \"notes\"\nto = \"x.note\"\n[constants]\nx = { mine = true }\n",
        "[[field]]\nfrom = \"links.twitter\"\nas = \"account\"\nhosts = [\"x.com\"]\nto = \"x\"\n[[field]]\nfrom = \"links.twitter\"\nto = \"x\"\n",
    ] {
        assert_eq!(of(tables), "", "{tables}");
    }
}

#[test]
fn messages_name_what_was_meant() {
    expect(&[
        (
            "[limits]\nrequests_per_second = 0\n",
            "limits.requests_per_second: expected a number above zero, not 0",
        ),
        ("[limits]\nconcurrency = -2\n", "limits.concurrency: expected a whole number from 1, not -2"),
        (
            "[limits]\nconcurrency = true\n",
            "limits.concurrency: expected a whole number from 1, not true or false",
        ),
        (
            "[words]\nrequest_id = 4711\n",
            "words.request_id: expected a path as a text, such as \"id\" or \"data.id\", or a table with `path` or `header`, not a whole number",
        ),
        (
            "[check]\nmethod = \"get\"\npath = \"/me\"\n",
            "check.method: unknown word `get`, did you mean `GET`?",
        ),
        (
            "[[field]]\nfrom = \"company\"\nto = \"c\"\n",
            "field[1].from: unknown word `company`, did you mean `organization.name`?",
        ),
        (
            "[[field]]\nfrom = \"birthdate\"\nto = \"c\"\n",
            "field[1].from: unknown word `birthdate`, did you mean `birthday`?",
        ),
        (
            "[[field]]\nfrom = \"email\"\nto = \"c\"\n",
            "field[1].from: `email` has a table of its own: [[emails]]",
        ),
        (
            "[[field]]\nfrom = \"name.given\"\nto = \"c\"\n",
            "field[1].from: `name.given` has a table of its own: [name]",
        ),
    ]);
}

#[test]
fn a_hole_that_is_unknown_offers_no_secret() {
    let find = "[account.workspace]\nkind = \"integer\"\n[[find]]\nby = \"external_id\"\npath = \"/search\"\n\
                query = { ref = \"{external_id}\", mail = \"{email}\" }\nresults = \"\"\nid = \"id\"\nsame = \"ref\"\nagree = { name = \"name\" }\n";
    expect(&[(find, "find.query: `{email}` is no hole here (there are external_id, workspace)")]);
    let auth = "[account.api_key]\nsecret = true\n[[auth]]\nbearer = \"{key}\"\n";
    assert_eq!(problems(&format!("{TOP}{auth}")), "auth: `{key}` is no hole here (there are api_key)\n");
}

#[test]
fn a_plain_address_is_that_of_a_provider() {
    let text = format!("{TOP}{KEY}").replace("https://api.acme.example/v1", "http://127.0.0.1:8080");
    assert_eq!(
        problems(&text),
        "address: an address begins with https:// or with a key of the kind `origin`; for a server on this machine, write https:// here \
         and set `base_url` of the provider to its address\n"
    );
}

#[test]
fn a_secret_in_the_object_of_a_row_is_refused() {
    let field = "[[field]]\nfrom = \"organization.name\"\nas = \"object\"\nto = \"org\"\nitem = { name = \"{value}\", key = \"{api_key}\" }\n";
    expect(&[(field, "field: `{api_key}` is a secret, which only [[auth]] may send")]);
    // What the contact fills is no key of the account.
    let email = "[account.email]\nsecret = true\n[[auth]]\nbearer = \"{email}\"\n[[find]]\nby = \"email\"\npath = \"/search/{email}\"\n\
                 results = \"\"\nid = \"id\"\nsame = \"email\"\nagree = { name = \"name\" }\n";
    assert_eq!(problems(&format!("{TOP}{email}")), "");
}
