//! Credentials whose keys the description does not mark as secrets.

use serde_json::{Value, json};

use super::vendor::{ada, answer, clock, connect, connect_to, create, description, serve};
use crate::http::Answer;
use crate::provider::ContactProvider as _;
use crate::testkit::shown;

const UNMARKED: &str = "[account.api_key]\n[[auth]]\nheaders = { X-Api-Key = \"{api_key}\" }\n";
const SECRET: &str = "sk+live/4711";

fn unmarked(tables: &str) -> Vec<String> {
    description(tables).unmarked_secret_keys().map(str::to_owned).collect()
}

#[test]
fn the_texts_that_only_a_credential_sends_are_secrets() {
    let pair = "[account.user]\n[account.password]\n[[auth]]\nbasic = [\"{user}\", \"{password}\"]\n";
    let login = "[account.user]\n[account.password]\n[account.n]\nkind = \"integer\"\n[[auth]]\nbearer = \"{token}\"\n\
                 token = { grant = \"login\", url = \"/login\", body = { user = \"{user}\", password = \"{password}\", n = \"{n}\" } }\n";
    for (tables, expected) in [
        (UNMARKED, vec!["api_key"]),
        (pair, vec!["user", "password"]),
        (login, vec!["user", "password"]),
        // One marked key is enough: the others may be shown.
        (&pair.replace("[account.password]\n", "[account.password]\nsecret = true\n"), vec![]),
        // What the address or the body shows cannot be a secret.
        (&format!("{UNMARKED}[constants]\nworkspace = \"{{api_key}}\"\n"), vec![]),
        (&UNMARKED.replace("[account.api_key]\n", "[account.api_key]\ndefault = \"public\"\n"), vec![]),
    ] {
        assert_eq!(unmarked(tables), expected, "{tables}");
    }
    let description = description(UNMARKED);
    assert_eq!(description.secret_keys().collect::<Vec<_>>(), ["api_key"]);
    assert_eq!(description.schema()["properties"]["api_key"]["writeOnly"], true);
    let config = description.read(json!({"api_key": SECRET}).as_object().cloned().unwrap()).unwrap();
    assert_eq!(config.secrets().into_iter().filter(|(_, secret)| secret.is_some()).count(), 1);
}

#[tokio::test]
async fn no_plan_no_error_and_no_debug_output_shows_them() {
    let echo = format!("{SECRET} is no good key");
    let bodies = [answer(401, &json!({"message": echo})), Answer::new(400).with_body(echo.clone())];
    for refusal in bodies {
        let server = serve(vec![refusal]).await;
        let provider = connect_to(&server, UNMARKED, json!({"api_key": SECRET}), &clock());
        let draft = provider.draft(&ada()).unwrap();
        let error = create(&provider).await.unwrap_err();
        assert_eq!(server.received()[0].header("x-api-key"), Some(SECRET));
        let all = format!("{}{draft:?}{provider:?}", shown(&error));
        assert!(!all.contains("sk+live") && !all.contains("4711"), "{all}");
    }
}

#[test]
fn a_credential_is_one_line() {
    let marked = UNMARKED.replace("[account.api_key]\n", "[account.api_key]\nsecret = true\n");
    let header = "[account.api_key]\nsecret = true\n[account.client]\n[[auth]]\nheaders = { X-Api-Key = \"{api_key}\", X-Client = \"{client}\" }\n";
    let expected = "expected text of one line, without control characters";
    let problem = |tables: &str, keys: Value| connect(tables, &keys, &clock()).unwrap_err().to_string();
    for value in ["sk-live\n4711", "sk\u{0}4711", "sk\t4711"] {
        for tables in [UNMARKED, &marked] {
            assert_eq!(problem(tables, json!({"api_key": value})), format!("api_key: {expected}"));
        }
        let keys = json!({"api_key": "k", "client": value});
        assert_eq!(problem(header, keys), format!("client: {expected}"));
    }
    // The end of a file is no part of the key.
    assert!(connect(UNMARKED, &json!({"api_key": "sk-live-4711\n"}), &clock()).is_ok());
}

#[test]
fn a_key_that_follows_from_another_is_not_blamed() {
    let tables = "[account.api_key]\nsecret = true\n[account.data_center]\nkind = \"host_label\"\n\
                  derive = { from = \"api_key\", after_last = \"-\" }\n[[auth]]\nbearer = \"{api_key}\"\n";
    let problem = |keys: Value| connect(tables, &keys, &clock()).unwrap_err().to_string();
    let expected =
        "api_key: does not end in `-` and the data_center that follows from it: set data_center as well";
    for key in ["k", "k-", "k-us 21", "k-us.evil"] {
        assert_eq!(problem(json!({"api_key": key})), expected, "{key}");
    }
    let own = problem(json!({"api_key": "k-us21", "data_center": "u.s"}));
    assert!(own.starts_with("data_center: expected one part"), "{own}");
}
