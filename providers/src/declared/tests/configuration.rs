//! Which keys a provider of a described vendor has, and what is wrong with them.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::vendor::description;
use crate::clock::SystemClock;
use crate::configuration::ConfigProblem;
use crate::connection::ConnectionOptions;
use crate::declared::Description;
use crate::declared::account::AccountKey;
use crate::declared::account_kind::AccountKind;
use crate::http::Http;
use crate::provider::ContactProvider as _;
use crate::testkit::full_contact;
use crate::vendor::VendorConfig;

const TABLES: &str = r#"
[account.origin]
kind = "origin"
optional = true
about = "https://acme.crm.example"
[account.api_key]
secret = true
about = "Settings > API."
[account.client_id]
optional = true
[account.client_secret]
secret = true
optional = true
[account.refresh_token]
secret = true
optional = true
[[auth]]
bearer = "{token}"
token = { grant = "refresh_token", url = "{origin}/token", rotates = true }
[[auth]]
headers = { X-Key = "{api_key}" }
"#;

fn read(tables: &str, keys: &Value) -> Result<Box<dyn VendorConfig>, ConfigProblem> {
    description(tables).read(keys.as_object().cloned().unwrap())
}

fn problem(tables: &str, keys: &Value) -> String {
    let ConfigProblem { key, message } = read(tables, keys).unwrap_err();
    format!("{key}: {message}")
}

fn problems(config: &dyn VendorConfig) -> Vec<String> {
    config.problems().iter().map(|it| format!("{}: {}", it.key, it.message)).collect()
}

#[test]
fn a_key_that_is_unknown_missing_or_of_another_type_is_named() {
    for (keys, expected) in [
        (json!({"api_kye": "TOPSECRET"}), "api_kye: unknown key, did you mean `api_key`?"),
        (
            json!({"api_key": "k", "elsewhere": 1}),
            "elsewhere: unknown key (there are base_url, token_url, refresh_token_store, origin, api_key, client_id, client_secret, refresh_token)",
        ),
        (
            json!({"api_key": "k", "accept_overwrite": true}),
            "accept_overwrite: unknown key (there are base_url, token_url, refresh_token_store, origin, api_key, client_id, client_secret, refresh_token)",
        ),
        (json!({"api_key": ["TOPSECRET"]}), "api_key: expected text"),
        (
            json!({"api_key": "k", "base_url": "http://TOPSECRET.example"}),
            "base_url: plain http is refused except to this machine (127.0.0.1, [::1], localhost): use https",
        ),
        (json!({"api_key": "k", "token_url": 7}), "token_url: expected text"),
    ] {
        assert_eq!(problem(TABLES, &keys), expected, "{keys}");
    }
}

#[test]
fn a_credential_is_missing_where_no_alternative_has_all_of_its_keys() {
    for keys in [json!({}), json!({"api_key": null})] {
        let config = read(TABLES, &keys).unwrap();
        let missing = "is missing: set client_id, client_secret, origin and refresh_token, or api_key";
        assert_eq!(problems(&*config), [format!("client_id: {missing}")]);
    }
    let alone = "[account.api_key]\nsecret = true\nabout = \"Settings > API.\"\n[[auth]]\nheaders = { X-Key = \"{api_key}\" }\n";
    assert_eq!(problem(alone, &json!({})), "api_key: is missing: set it (Settings > API)");
}

#[test]
fn every_problem_beyond_the_types_is_told() {
    let tables = TABLES.replace("[account.api_key]\n", "[account.api_key]\noptional = true\n");
    let config = read(&tables, &json!({"client_id": "c"})).unwrap();
    let missing = "is missing: set client_id, client_secret, origin and refresh_token, or api_key";
    assert_eq!(problems(&*config), [format!("client_secret: {missing}")]);

    let keys = json!({"client_id": "c", "client_secret": "s", "refresh_token": "r", "origin": "https://acme.crm.example"});
    let config = read(&tables, &keys).unwrap();
    let store = "refresh_token_store: is missing: set a file for the next refresh token, since each may be good for one use only";
    assert_eq!(problems(&*config), [store]);
    let http = Http::new(std::sync::Arc::new(SystemClock)).unwrap();
    let error = config.connect(ConnectionOptions::new("acme"), http).unwrap_err();
    assert_eq!(error.to_string(), store);
}

#[test]
fn an_address_that_cannot_be_made_is_a_problem() {
    let tables = "[account.pod]\nkind = \"host_label\"\noptional = true\n[account.k]\nsecret = true\n[[auth]]\nbearer = \"{k}\"\n";
    let with = |line: &str, path: &str| {
        let text = description_text(tables)
            .replace("https://api.acme.example/v1", line)
            .replace("\"/people\"", path);
        std::sync::Arc::new(Description::parse(&text).unwrap())
    };
    let problems_of = |line: &str, path: &str, keys: Value| {
        problems(&*with(line, path).read(keys.as_object().cloned().unwrap()).unwrap())
    };
    let base = "https://{pod}.acme.example/v1";
    assert_eq!(problems_of(base, "\"/people\"", json!({"k": "x"})), ["base_url: cannot be made: set pod"]);
    assert_eq!(problems_of(base, "\"/people\"", json!({"k": "x", "pod": "na1"})), [""; 0]);
    let own = json!({"k": "x", "base_url": "https://crm.example/api"});
    assert_eq!(problems_of(base, "\"/people\"", own), [""; 0]);
    let path = "\"/{pod}/people\"";
    assert_eq!(
        problems_of("https://acme.example", path, json!({"k": "x"})),
        ["pod: is missing: the path of [create] in the description needs it"]
    );
}

fn description_text(tables: &str) -> String {
    format!("{}{tables}", super::vendor::TOP)
}

#[test]
fn a_create_that_overwrites_must_be_accepted() {
    let tables = "[account.k]\nsecret = true\n[[auth]]\nbearer = \"{k}\"\n";
    let text = description_text(tables)
        .replace("path = \"/people\"", "path = \"/people\"\noverwrites = [\"email\", \"external_id\"]");
    let description = std::sync::Arc::new(Description::parse(&text).unwrap());
    for (accept, expected) in [
        (
            json!(null),
            vec![
                "accept_overwrite: is missing: a create at Acme CRM replaces a contact that has the same email or external id. Set it to true if that may happen",
            ],
        ),
        (
            json!(false),
            vec![
                "accept_overwrite: is missing: a create at Acme CRM replaces a contact that has the same email or external id. Set it to true if that may happen",
            ],
        ),
        (json!(true), vec![]),
        (json!("yes"), vec![]),
    ] {
        let keys = json!({"k": "x", "accept_overwrite": accept});
        let config = description.read(keys.as_object().cloned().unwrap()).unwrap();
        assert_eq!(problems(&*config), expected, "{accept}");
    }
}

#[test]
fn addresses_secrets_and_the_store_are_those_of_the_chosen_credential() {
    let refresh = json!({"api_key": "k", "client_id": "c", "client_secret": "s", "refresh_token": "r", "origin": "https://acme.crm.example"});
    let mut config = read(TABLES, &refresh).unwrap();
    let addresses =
        |config: &dyn VendorConfig| config.addresses().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(addresses(&*config), ["https://api.acme.example/v1", "https://acme.crm.example/token"]);
    let secrets: Vec<(&str, Option<&str>)> =
        config.secrets().into_iter().map(|(key, it)| (key, it.map(crate::secret::Secret::expose))).collect();
    let expected = [("api_key", "k"), ("client_secret", "s"), ("refresh_token", "r")];
    assert_eq!(secrets, expected.map(|(key, secret)| (key, Some(secret))));
    assert_eq!(config.store(), None);
    config.resolve_paths(Path::new("/etc/unicontact"), "acme");
    assert_eq!(config.store(), Some(Path::new("/etc/unicontact/.unicontact-acme-refresh-token")));
    assert_eq!(problems(&*config), [""; 0]);

    let mut config = read(TABLES, &json!({"api_key": "TOPSECRET"})).unwrap();
    config.resolve_paths(Path::new("/etc/unicontact"), "acme");
    assert_eq!((addresses(&*config).len(), config.store()), (1, None));
    assert_eq!(format!("{config:?}"), "DeclaredConfig { vendor: \"acmecrm\", .. }");

    let own = json!({"api_key": "k", "client_id": "c", "client_secret": "s", "refresh_token": "r", "origin": "https://acme.crm.example", "token_url": "http://127.0.0.1:9/t", "base_url": "http://127.0.0.1:9/b", "refresh_token_store": "kept"});
    let mut config = read(TABLES, &own).unwrap();
    config.resolve_paths(Path::new("/etc/unicontact"), "acme");
    assert_eq!(addresses(&*config), ["http://127.0.0.1:9/b", "http://127.0.0.1:9/t"]);
    assert_eq!(config.store(), Some(Path::new("/etc/unicontact/kept")));
}

/// Returns made-up keys for every key of a description's account.
fn made_up_keys(description: &Description) -> Map<String, Value> {
    let value = |key: &AccountKey| match &key.kind {
        AccountKind::Integer => json!(38),
        AccountKind::Integers => json!([38]),
        AccountKind::Table => json!({"Size": "size"}),
        AccountKind::Choice(choices) => json!(choices[0].name),
        AccountKind::Origin(_) => json!("http://127.0.0.1:9"),
        AccountKind::HostLabel => json!("na1"),
        AccountKind::Text if key.name == "time_zone" => json!("Asia/Jakarta"),
        AccountKind::Text | AccountKind::Segment => json!("made-up-us1"),
    };
    description.rules.account.keys.iter().map(|key| (key.name.clone(), value(key))).collect()
}

#[test]
fn every_bundled_description_connects() {
    for name in Description::bundled_names() {
        let description = Description::bundled(name).unwrap();
        let mut config = description.read(made_up_keys(&description)).unwrap();
        config.resolve_paths(Path::new("/etc/unicontact"), "acme");
        assert_eq!(problems(&*config), [""; 0], "{name}");
        let http = Http::new(std::sync::Arc::new(SystemClock)).unwrap();
        let provider = config.connect(ConnectionOptions::new("acme"), http).unwrap();
        assert_eq!(provider.capabilities(), description.capabilities(), "{name}");
        let draft = provider.draft(&full_contact()).unwrap();
        assert!(format!("{draft:?}{provider:?}").find("made-up").is_none(), "{name}");
    }
}

const ZONE: &str = r#"
[account.api_key]
secret = true
[account.time_zone]
default = "UTC"
[account.list_id]
[[auth]]
headers = { X-Key = "{api_key}" }
[[error]]
when = { status = 429 }
kind = "quota_exhausted"
wait = { until = "midnight", zone = "{time_zone}" }
"#;

#[test]
fn a_value_that_is_no_time_zone_or_no_part_of_a_path_is_refused_before_anything_is_sent() {
    let text = description_text(ZONE).replace("\"/people\"", "\"/lists/{list_id}\"");
    let description = std::sync::Arc::new(Description::parse(&text).unwrap());
    let zone = "time_zone: not a time zone (expected an IANA name such as Europe/Berlin)";
    let path = "list_id: expected one part of a path, which is never `.` or `..`";
    for (keys, expected) in [
        (json!({"list_id": "l", "time_zone": "Europe/Berlin"}), vec![]),
        (json!({"list_id": "l", "time_zone": "Mars/Olympus"}), vec![zone]),
        (json!({"list_id": "l", "time_zone": "CET+7 o'clock"}), vec![zone]),
        (json!({"list_id": "..", "time_zone": "Mars/Olympus"}), vec![path, zone]),
        (json!({"list_id": "."}), vec![path]),
        (json!({"list_id": "a.."}), vec![]),
    ] {
        let mut keys = keys.as_object().cloned().unwrap();
        keys.insert("api_key".to_owned(), json!("k"));
        let config = description.read(keys.clone()).unwrap();
        assert_eq!(problems(&*config), expected, "{keys:?}");
        let http = Http::new(std::sync::Arc::new(SystemClock)).unwrap();
        let error = config.connect(ConnectionOptions::new("acme"), http).err();
        assert_eq!(error.is_some(), !expected.is_empty(), "{keys:?}");
    }
    let required = text.replace("[account.time_zone]\ndefault = \"UTC\"", "[account.time_zone]");
    let required = std::sync::Arc::new(Description::parse(&required).unwrap());
    let config = required.read(required.made_up_keys(&Map::new())).unwrap();
    assert_eq!(problems(&*config), [""; 0]);
}

#[test]
fn a_derived_value_in_another_form_names_the_key_that_it_follows_from() {
    let tables = "[account.api_key]\nsecret = true\n[account.pod]\nkind = \"host_label\"\nderive = { from = \"api_key\", after_last = \"-\" }\n[[auth]]\nbearer = \"{api_key}\"\n";
    assert_eq!(
        problem(tables, &json!({"api_key": "TOPSECRET-us.1"})),
        "api_key: does not end in `-` and the pod that follows from it: set pod as well"
    );
}

/// Returns the mistakes of a description.
fn mistakes(tables: &str) -> Vec<String> {
    let problems = Description::parse(&description_text(tables)).unwrap_err().problems;
    problems.into_iter().map(|it| format!("{}: {}", it.key, it.message)).collect()
}

#[test]
fn a_key_that_no_environment_variable_can_spell_is_refused() {
    let message = "a key has only the characters a-z and 0-9, and single underscores between them: environment variables cannot spell other names";
    for name in ["a__b", "_a", "a_", "Api", "\"a-b\"", "\"a.b\"", "\"\""] {
        let tables = format!("[account.{name}]\n[account.k]\nsecret = true\n[[auth]]\nbearer = \"{{k}}\"\n");
        assert_eq!(mistakes(&tables), [format!("account.{}: {message}", name.trim_matches('"'))], "{name}");
    }
}

#[test]
fn a_default_has_the_form_of_the_key() {
    let with = |lines: &str| {
        mistakes(&format!("[account.a]\n{lines}\n[account.k]\nsecret = true\n[[auth]]\nbearer = \"{{k}}\"\n"))
    };
    for (lines, expected) in [
        (
            "kind = \"host_label\"\ndefault = \"a.b\"",
            "expected one part of a host's name, such as acme: letters, digits and `-`",
        ),
        (
            "kind = \"origin\"\nhosts = [\"*.crm.example\"]\ndefault = \"https://a.example\"",
            "the host is none of *.crm.example",
        ),
        ("kind = \"choice\"\nchoices = [\"b\", \"c\"]\ndefault = \"d\"", "expected one of b, c"),
        ("kind = \"segment\"\ndefault = \"..\"", "expected one part of a path, which is never `.` or `..`"),
        ("kind = \"integer\"\ndefault = \"5\"", "does not fit the key's kind: it is a text"),
        ("default = [\"b\"]", "does not fit the key's kind: it is a list"),
    ] {
        assert_eq!(with(lines), [format!("account.a.default: {expected}")], "{lines}");
    }
}

#[test]
fn a_zone_that_may_be_unknown_is_refused() {
    for (line, expected) in [
        (
            "default = \"Mars/Olympus\"",
            "`Mars/Olympus` of [account.time_zone] is no time zone, such as Europe/Berlin",
        ),
        (
            "optional = true",
            "is unknown without time_zone, which is optional: give [account.time_zone] a default",
        ),
        (
            "kind = \"choice\"\nchoices = [\"UTC\", \"Mars/Olympus\"]",
            "`Mars/Olympus` of [account.time_zone] is no time zone, such as Europe/Berlin",
        ),
    ] {
        assert_eq!(
            mistakes(&ZONE.replace("default = \"UTC\"", line)),
            [format!("error.wait.zone: {expected}")],
            "{line}"
        );
    }
}
