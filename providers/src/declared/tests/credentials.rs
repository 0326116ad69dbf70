//! What arrives of each credential, what a plan shows of it, and what no message repeats.

use serde_json::{Value, json};

use super::vendor::{TOP, ada, answer, clock, connect, connect_to, create, serve};
use crate::declared::description::Description;
use crate::draft::Draft;
use crate::http::Answer;
use crate::provider::ContactProvider as _;
use crate::testkit::shown;

const BEARER: &str = r#"
[account.api_key]
secret = true
[[auth]]
bearer = "{api_key}"
"#;
const BASIC: &str = r#"
[account.api_key]
secret = true
[[auth]]
basic = ["{api_key}", ""]
"#;
const SCHEME: &str = r#"
[account.api_key]
secret = true
[[auth]]
headers = { Authorization = "Acme-Key id={api_key}" }
"#;
const THREE_HEADERS: &str = r#"
[account.app]
[account.api_key]
secret = true
[account.user_key]
secret = true
[[auth]]
headers = { X-App = "{app}", X-Key = "key {api_key}", X-User-Key = "{user_key}", X-Format = "2" }
"#;
const QUERY: &str = r#"
[account.api_key]
secret = true
[[auth]]
query = { apikey = "{api_key}" }
"#;

const SECRET: &str = "sk+live/4711";

fn keys() -> Value {
    json!({"api_key": SECRET})
}

/// Returns what a plan shows of a request's address and credentials.
fn plan(draft: &Draft) -> Vec<String> {
    let headers = draft.headers.iter().map(|header| format!("{}: {}", header.name, header.value.redacted()));
    let is_of_json = |line: &String| line.ends_with("application/json");
    std::iter::once(draft.redacted_url()).chain(headers.filter(|line| !is_of_json(line))).collect()
}

#[tokio::test]
async fn each_credential_arrives_and_a_plan_names_it() {
    let three = json!({"api_key": SECRET, "user_key": "uk-0815-99", "app": "my-app"});
    for (tables, keys, shown, arrived) in [
        (
            BEARER,
            keys(),
            vec!["authorization: Bearer [secret]"],
            vec![("authorization", "Bearer sk+live/4711")],
        ),
        (
            BASIC,
            keys(),
            vec!["authorization: Basic [secret]"],
            vec![("authorization", "Basic c2srbGl2ZS80NzExOg==")],
        ),
        (
            SCHEME,
            keys(),
            vec!["authorization: Acme-Key [secret]"],
            vec![("authorization", "Acme-Key id=sk+live/4711")],
        ),
        (
            THREE_HEADERS,
            three,
            vec!["x-app: [secret]", "x-format: 2", "x-key: [secret]", "x-user-key: [secret]"],
            vec![
                ("x-app", "my-app"),
                ("x-key", "key sk+live/4711"),
                ("x-user-key", "uk-0815-99"),
                ("x-format", "2"),
            ],
        ),
    ] {
        let server = serve(vec![answer(201, &json!({"id": 7}))]).await;
        let provider = connect_to(&server, tables, keys, &clock());
        let draft = provider.draft(&ada()).unwrap();
        let url = format!("{}/v1/people", server.url());
        assert_eq!(plan(&draft), [vec![url.as_str()], shown].concat());
        assert_eq!(create(&provider).await.unwrap().id.as_str(), "7");
        let received = server.received();
        assert_eq!(received.len(), 1);
        for (name, value) in arrived {
            assert_eq!(received[0].header(name), Some(value));
        }
        assert_eq!(received[0].target(), "/v1/people");
    }
}

#[tokio::test]
async fn a_credential_in_the_query_is_added_by_the_transport() {
    let server = serve(vec![answer(201, &json!({"id": 7}))]).await;
    let provider = connect_to(&server, QUERY, keys(), &clock());
    let draft = provider.draft(&ada()).unwrap();
    assert_eq!(plan(&draft), [format!("{}/v1/people?apikey=[secret]", server.url())]);
    assert_eq!(draft.url.query(), None);
    create(&provider).await.unwrap();
    assert_eq!(server.received()[0].target(), "/v1/people?apikey=sk%2Blive%2F4711");
}

#[tokio::test]
async fn no_error_and_no_debug_output_shows_a_credential() {
    for (tables, sent) in [
        (BEARER, "Bearer sk+live/4711"),
        (BASIC, "sk+live/4711: as Basic c2srbGl2ZS80NzExOg=="),
        (SCHEME, "Acme-Key id=sk+live/4711"),
        (QUERY, "?apikey=sk%2Blive%2F4711 (sk+live/4711)"),
    ] {
        let echo = format!("not a good key: {sent}");
        let refusal =
            |status| answer(status, &json!({"message": echo, "errors": [{"field": "key", "message": echo}]}));
        for refusal in [refusal(401), refusal(422), Answer::new(400).with_body(echo.clone())] {
            let server = serve(vec![refusal]).await;
            let provider = connect_to(&server, tables, keys(), &clock());
            let prepared = provider.prepare(&provider.draft(&ada()).unwrap()).await.unwrap();
            let error = create(&provider).await.unwrap_err();
            let all = format!("{}{provider:?}{prepared:?}", shown(&error));
            for secret in ["sk+live", "4711", "sk%2B", "c2srbGl2"] {
                assert!(!all.contains(secret), "{secret} in {all}");
            }
        }
    }
}

#[tokio::test]
async fn a_short_secret_is_removed_without_the_text_around_it() {
    let server = serve(vec![answer(401, &json!({"message": "k7q is no key"}))]).await;
    let provider = connect_to(&server, SCHEME, json!({"api_key": "k7q"}), &clock());
    let error = create(&provider).await.unwrap_err();
    assert_eq!(error.message(), Some("[removed] is no key"));
}

#[test]
fn the_first_alternative_whose_keys_are_all_set_is_taken() {
    let tables = r#"
    [account.user]
    optional = true
    [account.password]
    secret = true
    optional = true
    [account.api_key]
    secret = true
    optional = true
    [[auth]]
    basic = ["{user}", "{password}"]
    [[auth]]
    headers = { X-Key = "{api_key}" }
    "#;
    let names = |keys: Value| {
        let provider = connect(tables, &keys, &clock()).unwrap();
        plan(&provider.draft(&ada()).unwrap())[1].clone()
    };
    let both = json!({"user": "u", "password": "p", "api_key": "k"});
    assert_eq!(names(both), "authorization: Basic [secret]");
    assert_eq!(names(json!({"user": "u", "api_key": "k"})), "x-key: [secret]");
    let error = connect(tables, &json!({"user": "u"}), &clock()).unwrap_err();
    assert_eq!(error.to_string(), "password: is missing: set password and user, or api_key");
}

#[test]
fn a_secret_is_refused_where_it_would_be_shown() {
    let token = |url: &str, rest: &str| {
        format!(
            "[account.k]\nkind = \"segment\"\nsecret = true\n[account.client_id]\n[account.client_secret]\nsecret = true\n\
             [account.refresh_token]\nsecret = true\n[[auth]]\nbearer = \"{{token}}\"\n\
             token = {{ grant = \"refresh_token\", url = \"{url}\"{rest} }}\n"
        )
    };
    let of_key = "[account.k]\nsecret = true\n[[auth]]\nbearer = \"{k}\"\n";
    for (tables, expected) in [
        (
            token("https://acme.example/{k}", ""),
            "auth: `{k}` is a secret, and addresses are shown: send it in `body` or `form`",
        ),
        (
            token("/{k}/token", ""),
            "auth: `{k}` is a secret, and addresses are shown: send it in `body` or `form`",
        ),
        (
            token("/token", ", body = { a = 1 }"),
            "auth.token.body: a refresh token is sent as a form: say its further members in `form`",
        ),
        (
            format!("{of_key}[check]\npath = \"/me\"\nheaders = {{ X-Key = \"{{k}}\" }}\n"),
            "check: `{k}` is a secret, which only [[auth]] may send",
        ),
    ] {
        let error = Description::parse(&format!("{TOP}{tables}")).unwrap_err().to_string();
        assert!(error.ends_with(expected) && error.lines().count() == 1, "{error}");
    }
}
