//! Where a credential may go: addresses of the description, hosts of the account, and the headers beside a credential.

use serde_json::{Value, json};

use super::vendor::{KEY, TOP, description};
use crate::declared::Description;

const BASE: &str = "https://api.acme.example/v1";
const ACCOUNT: &str = r#"
[account.o]
kind = "origin"
hosts = ["*.acme.example"]
[account.label]
kind = "host_label"
[account.word]
[account.region]
kind = "choice"
choices = { eu = { api = "https://eu.acme.example", part = "eu", odd = "http://eu.acme.example" }, us = { api = "https://us.acme.example", part = "us", odd = "https://us.acme.example/x" } }
[account.site]
kind = "choice"
choices = ["https://a.acme.example", "https://b.acme.example"]
"#;

fn errors(text: &str) -> String {
    Description::parse(text).err().map(|error| error.to_string()).unwrap_or_default()
}

fn with_base(base: &str) -> String {
    format!("{}{KEY}{ACCOUNT}", TOP.replace(BASE, base))
}

fn with_token_url(url: &str) -> String {
    let client = "[account.client_id]\n[account.client_secret]\nsecret = true\n";
    let token = format!(
        "[[auth]]\nbearer = \"{{token}}\"\ntoken = {{ grant = \"client_credentials\", url = \"{url}\" }}\n"
    );
    format!("{TOP}{ACCOUNT}{client}{token}")
}

#[test]
fn an_address_whose_host_is_not_the_description_s_is_refused() {
    let follows = |hole: &str| {
        format!("`{{{hole}}}` is a whole address, and only a path can follow it, such as `{{{hole}}}/v1`")
    };
    let begins = "an address begins with https:// or with a key of the kind `origin`";
    for (address, expected) in [
        ("{o}.evil.example/v1", follows("o")),
        ("{o}v1", follows("o")),
        ("{o}:80/v1", follows("o")),
        ("{o}@evil.example", follows("o")),
        ("{region.api}.evil.example", follows("region.api")),
        ("https:///v1", "names no host after https://".to_owned()),
        ("https://", "names no host after https://".to_owned()),
        ("https://?x", "names no host after https://".to_owned()),
        (
            "https://api.acme.example@evil.example/v1",
            "has a user before its host: a credential belongs into [[auth]]".to_owned(),
        ),
        ("https://{word}/v1", "`{word}` in a host is a key of the kind `host_label` or `choice`".to_owned()),
        (
            "https://{word}?x",
            "`{word}` in a host is a key of the kind `host_label` or `choice`".to_owned(),
        ),
        ("https://acme.example/{word}", "`{word}` in the path of an address is a key of the kind `segment`".to_owned()),
        ("{word}/v1", begins.to_owned()),
        ("acme.example", begins.to_owned()),
        (
            "{region.odd}/v1",
            "`{region.odd}` begins the address, and its value `http://eu.acme.example` is no https address without a path".to_owned(),
        ),
        (
            "{region.part}/v1",
            "`{region.part}` begins the address, and its value `eu` is no https address without a path".to_owned(),
        ),
        (
            "https://{region.api}/v1",
            "`{region.api}` stands in a host, and its value `https://eu.acme.example` is no part of one: begin the address with the hole, or take what is no host out of the values".to_owned(),
        ),
    ] {
        for (text, table) in [(with_base(address), "address"), (with_token_url(address), "auth")] {
            let line = text.lines().position(|line| line.contains(&format!("\"{address}\""))).unwrap() + 1;
            assert_eq!(errors(&text), format!("line {line}: {table}: {expected}"), "{address}");
        }
    }
}

#[test]
fn an_address_may_begin_with_an_origin_or_a_choice_among_addresses() {
    for address in [
        "{o}",
        "{o}/v1",
        "https://{label}.acme.example:8443/v1/{region.part}",
        "https://api-{region.part}.acme.example",
        "{region.api}/v1",
        "{site}",
    ] {
        assert_eq!(errors(&with_base(address)), "", "{address}");
        assert_eq!(errors(&with_token_url(address)), "", "{address}");
    }
}

#[test]
fn a_choice_among_addresses_is_the_address() {
    let text = with_base("{region.api}/v1");
    let description = std::sync::Arc::new(Description::parse(&text).unwrap());
    let keys = json!({
        "api_key": "k", "o": "https://x.acme.example", "label": "l", "word": "w", "region": "us",
        "site": "https://a.acme.example",
    });
    let config = description.read(keys.as_object().cloned().unwrap()).unwrap();
    let addresses: Vec<String> = config.addresses().iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["https://us.acme.example/v1"]);
}

#[test]
fn a_default_has_the_form_of_its_key() {
    for (key, expected) in [
        (
            "kind = \"origin\"\nhosts = [\"*.acme.example\"]\ndefault = \"https://evil.example\"",
            "the host is none of *.acme.example",
        ),
        (
            "kind = \"origin\"\ndefault = \"https://acme.example/v1\"",
            "expected scheme and host alone, such as https://crm.example.com, without a path",
        ),
        (
            "kind = \"host_label\"\ndefault = \"a.b\"",
            "expected one part of a host's name, such as acme: letters, digits and `-`",
        ),
        ("kind = \"segment\"\ndefault = \"..\"", "expected one part of a path, which is never `.` or `..`"),
        ("kind = \"choice\"\nchoices = [\"a\", \"b\"]\ndefault = \"c\"", "expected one of a, b"),
    ] {
        let errors = errors(&format!("{TOP}{KEY}[account.x]\n{key}\n"));
        assert!(errors.ends_with(&format!("account.x.default: {expected}")), "{key}\n{errors}");
    }
}

#[test]
fn a_pattern_of_hosts_is_a_host_or_all_below_one() {
    let with = |pattern: &str| {
        errors(&format!(
            "{TOP}{KEY}[account.x]\nkind = \"origin\"\nhosts = [\"*.crm.example\", \"{pattern}\"]\n"
        ))
    };
    for pattern in [
        "*acme.example",
        "*",
        "*.",
        "https://*.acme.example",
        "*.ACME.example",
        "a.*.example",
        "acme.example:443",
        "a..b",
        "-a.b",
    ] {
        let expected = format!(
            "account.x.hosts: `{pattern}` is no pattern: write a host as `crm.example.com`, or `*.example.com` for all below one"
        );
        assert!(with(pattern).ends_with(&expected), "{pattern}: {}", with(pattern));
    }
    for pattern in ["acme.example", "*.acme.example", "localhost", "*.my-acme.example"] {
        assert_eq!(with(pattern), "", "{pattern}");
    }
}

fn with_headers(create: &str, tables: &str) -> String {
    let path = "path = \"/people\"\n";
    let top = TOP.replace(path, &format!("{path}headers = {{ {create} }}\n"));
    errors(&format!("{top}[account.k]\nsecret = true\n{tables}\n"))
}

#[test]
fn a_header_that_something_else_sets_is_refused() {
    let bearer = "[[auth]]\nbearer = \"{k}\"";
    let own = "[[auth]]\nheaders = { X-Key = \"{k}\", X-Format = \"2\" }";
    for (create, tables, expected) in [
        (
            "Host = \"evil.example\"",
            bearer.to_owned(),
            "create: `host` is set for every request: take it out",
        ),
        (
            "Content-Length = \"0\"",
            bearer.to_owned(),
            "create: `content-length` is set for every request: take it out",
        ),
        (
            "",
            "[[auth]]\nheaders = { Connection = \"{k}\" }".to_owned(),
            "auth: `connection` is set for every request: take it out",
        ),
        (
            "",
            "[[auth]]\nheaders = { Accept = \"{k}\" }".to_owned(),
            "auth: `accept` says what the body is, and holds no credential: name another header",
        ),
        (
            "Authorization = \"x\"",
            bearer.to_owned(),
            "create: `authorization` is set twice, here and by [auth]",
        ),
        ("x-key = \"1\"", own.to_owned(), "create: `x-key` is set twice, here and by [auth]"),
        ("x-format = \"3\"", own.to_owned(), "create: `x-format` is set twice, here and by [auth]"),
        (
            "",
            format!("{own}\n[check]\npath = \"/me\"\nheaders = {{ X-Format = \"3\" }}"),
            "check: `x-format` is set twice, here and by [auth]",
        ),
        (
            "",
            format!("{own}\n[dedupe]\nheader = \"X-Key\""),
            "dedupe: `x-key` is set twice, here and by [auth]",
        ),
        (
            "x-request = \"1\"",
            format!("{own}\n[dedupe]\nkey = {{ header = \"X-Request\" }}"),
            "dedupe: `x-request` is set twice, here and by [create]",
        ),
        (
            "",
            format!("{bearer}\n[dedupe]\nheader = \"Authorization\""),
            "dedupe: `authorization` has a meaning of its own, and holds no idempotency key",
        ),
        (
            "",
            format!("{bearer}\n[dedupe]\nheader = \"Content-Type\""),
            "dedupe: `content-type` has a meaning of its own, and holds no idempotency key",
        ),
        (
            "",
            format!("{bearer}\n[dedupe]\nheader = \"Host\""),
            "dedupe: `host` is set for every request: take it out",
        ),
    ] {
        let errors = with_headers(create, &tables);
        assert!(errors.ends_with(expected) && errors.lines().count() == 1, "{create} {tables}\n{errors}");
    }
    assert_eq!(with_headers("Accept = \"application/vnd.api+json\", x-format = \"2\"", own), "");
}

#[test]
fn a_key_that_only_one_of_several_credentials_needs_may_be_left_out() {
    let tables = r#"
[account.token]
secret = true
[account.user]
[account.password]
secret = true
[account.team]
[[auth]]
bearer = "{token}"
[[auth]]
basic = ["{user}", "{password}"]
[constants]
team = "{team}"
"#;
    let read = |keys: Value| {
        let config = description(tables).read(keys.as_object().cloned().unwrap());
        match config {
            Err(problem) => vec![format!("{}: {}", problem.key, problem.message)],
            Ok(config) => config.problems().iter().map(|it| format!("{}: {}", it.key, it.message)).collect(),
        }
    };
    assert_eq!(read(json!({"team": "t", "token": "k"})), [""; 0]);
    assert_eq!(read(json!({"team": "t", "user": "u", "password": "p"})), [""; 0]);
    let missing = "is missing: set token, or password and user";
    assert_eq!(read(json!({"team": "t", "user": "u"})), [format!("token: {missing}")]);
    assert_eq!(read(json!({"token": "k"})), ["team: is missing: set it"]);
}
