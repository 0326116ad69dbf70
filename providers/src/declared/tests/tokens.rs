//! Tokens that are fetched: what is asked for, how long a token is used, and what happens when it is refused.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::vendor::{TOP, ada, answer, clock, connect, create};
use crate::declared::Description;
use crate::declared::provider::Declared;
use crate::error::ErrorKind;
use crate::http::{Answer, Http};
use crate::provider::ContactProvider as _;
use crate::testkit::{Behaviour, Received, Server, shown};

const LOGIN: &str = r#"
[account.user]
[account.password]
secret = true
[account.site]
kind = "integer"
[[auth]]
headers = { X-Session = "s {token}" }
token = { grant = "login", url = "/login", body = { user = "{user}", password = "{password}", site = "{site}" }, path = "data.session", expires = { path = "data.life", unit = "ms" } }
[check]
path = "/me"
"#;
const CLIENT: &str = r#"
[account.client_id]
secret = true
[account.client_secret]
secret = true
[account.tenant]
kind = "segment"
[[auth]]
bearer = "{token}"
token = { grant = "client_credentials", url = "https://login.acme.example/{tenant}/token", scopes = ["people", "offline"], form = { audience = "api {tenant}" }, expires = "2h" }
"#;
const ROTATING: &str = r#"
[account.client_id]
secret = true
[account.client_secret]
secret = true
[account.refresh_token]
secret = true
[[auth]]
query = { session = "{token}" }
token = { grant = "refresh_token", url = "/token", sends = "basic", path = "data.access_token", rotates = true }
"#;

fn login_keys() -> Value {
    json!({"user": "ada-admin", "password": "pass-phrase-9", "site": 38})
}

fn client_keys() -> Value {
    json!({"client_id": "client-4711", "client_secret": "hush-4711", "tenant": "acme x"})
}

fn refresh_keys() -> Value {
    json!({"client_id": "client-4711", "client_secret": "hush-4711", "refresh_token": "refresh-0"})
}

/// Returns a vendor that gives session `session-N` at its N-th login, and refuses `refused` with a 401.
async fn vendor(refused: &'static [&'static str]) -> Server {
    let logins = std::sync::atomic::AtomicU32::new(0);
    Server::start(move |request| {
        let is_login = request.path().ends_with("/login") || request.path().ends_with("/token");
        Behaviour::Answer(if is_login {
            let number = logins.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            let session = format!("session-{number}");
            let data = json!({"session": session, "life": 60_000, "access_token": session, "refresh_token": format!("refresh-{number}")});
            answer(200, &json!({"data": data, "access_token": session}))
        } else {
            let shown = format!("{}{:?}{:?}", request.target(), request.header("x-session"), request.header("authorization"));
            if refused.iter().any(|session| shown.contains(session)) { answer(401, &json!({"message": format!("{shown} is over")})) } else { answer(201, &json!({"id": 7})) }
        })
    })
    .await
    .unwrap()
}

fn connect_at(
    server: &Server,
    tables: &str,
    mut keys: Value,
    clock: &Arc<crate::clock::ManualClock>,
) -> Declared {
    keys["base_url"] = format!("{}/v1", server.url()).into();
    connect(tables, &keys, clock).unwrap()
}

/// Returns the paths of the requests that arrived.
fn paths(server: &Server) -> Vec<String> {
    server.received().iter().map(|request| request.path().to_owned()).collect()
}

fn of_path(server: &Server, path: &str) -> Received {
    server.received().into_iter().find(|request| request.path() == path).unwrap()
}

#[tokio::test]
async fn a_login_is_shared_until_its_token_ends() {
    let server = vendor(&[]).await;
    let clock = clock();
    let provider = connect_at(&server, LOGIN, login_keys(), &clock);
    create(&provider).await.unwrap();
    create(&provider).await.unwrap();
    clock.advance(Duration::from_secs(29));
    create(&provider).await.unwrap();
    assert_eq!(paths(&server), ["/v1/login", "/v1/people", "/v1/people", "/v1/people"]);
    // A token is not used in its last half minute.
    clock.advance(Duration::from_secs(1));
    create(&provider).await.unwrap();
    let received = server.received();
    assert_eq!(received[4].path(), "/v1/login");
    assert_eq!(received[5].header("x-session"), Some("s session-2"));
    let login: Value = serde_json::from_slice(received[0].body()).unwrap();
    assert_eq!(login, json!({"user": "ada-admin", "password": "pass-phrase-9", "site": 38}));
    assert_eq!(received[0].header("x-session"), None);
}

#[tokio::test]
async fn a_refused_token_is_fetched_anew_once() {
    let server = vendor(&["session-1"]).await;
    let provider = connect_at(&server, LOGIN, login_keys(), &clock());
    provider.check().await.unwrap();
    assert_eq!(paths(&server), ["/v1/login", "/v1/me", "/v1/login", "/v1/me"]);

    let server = vendor(&["session-"]).await;
    let provider = connect_at(&server, LOGIN, login_keys(), &clock());
    let error = provider.check().await.unwrap_err();
    assert_eq!((error.kind(), paths(&server).len()), (ErrorKind::Unauthenticated, 4));
    let all = format!("{}{provider:?}", shown(&error));
    assert!(!all.contains("session-") && !all.contains("pass-phrase"), "{all}");
}

#[tokio::test]
async fn a_token_that_a_create_was_refused_with_is_not_sent_again() {
    for (tables, keys) in [(LOGIN, login_keys()), (ROTATING, refresh_keys())] {
        let server = vendor(&["session-1"]).await;
        let mut keys = keys;
        keys["base_url"] = format!("{}/v1", server.url()).into();
        let folder = Folder::new("refused");
        if tables == ROTATING {
            keys["refresh_token_store"] = folder.file().into();
        }
        let provider = connect(tables, &keys, &clock()).unwrap();
        let error = create(&provider).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert!(!shown(&error).contains("session-1"), "{error}");
        assert_eq!(create(&provider).await.unwrap().id.as_str(), "7");
    }
}

#[tokio::test]
async fn a_refused_login_is_not_tried_again_for_a_minute() {
    for refusal in [
        answer(401, &json!({"message": "no such ada-admin with pass-phrase-9"})),
        answer(400, &json!({"error": "invalid_grant"})),
    ] {
        let server = super::vendor::serve(vec![refusal]).await;
        let clock = clock();
        let provider = connect_at(&server, LOGIN, login_keys(), &clock);
        for _ in 0..2 {
            let error = create(&provider).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unauthenticated);
            assert!(!shown(&error).contains("pass-phrase"), "{error}");
        }
        assert_eq!(paths(&server), ["/v1/login"]);
        clock.advance(Duration::from_mins(1));
        create(&provider).await.unwrap_err();
        assert_eq!(paths(&server), ["/v1/login", "/v1/login"]);
    }
}

#[tokio::test]
async fn a_login_without_a_token_creates_nothing() {
    for body in [json!({}), json!({"data": {"session": ""}}), json!({"error": "locked"}), json!([])] {
        let server = super::vendor::serve(vec![answer(200, &body)]).await;
        let provider = connect_at(&server, LOGIN, login_keys(), &clock());
        let error = create(&provider).await.unwrap_err();
        assert_eq!(error.effect().as_str(), "refused", "{body}: {error}");
        assert_eq!(paths(&server), ["/v1/login"]);
    }
    let server = super::vendor::serve(vec![Answer::new(503)]).await;
    let provider = connect_at(&server, LOGIN, login_keys(), &clock());
    assert_eq!(create(&provider).await.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_client_asks_with_its_scopes_and_either_in_the_form_or_in_a_header() {
    for (tables, form, header) in [
        (
            CLIENT.to_owned(),
            "grant_type=client_credentials&client_id=client-4711&client_secret=hush-4711&scope=people+offline&audience=api+acme+x",
            None,
        ),
        (
            CLIENT.replace("expires = \"2h\"", "sends = \"basic\""),
            "grant_type=client_credentials&scope=people+offline&audience=api+acme+x",
            Some("Basic Y2xpZW50LTQ3MTE6aHVzaC00NzEx"),
        ),
    ] {
        let server = vendor(&[]).await;
        let mut keys = client_keys();
        keys["token_url"] = format!("{}/elsewhere/token", server.url()).into();
        let provider = connect_at(&server, &tables, keys, &clock());
        create(&provider).await.unwrap();
        let login = of_path(&server, "/elsewhere/token");
        assert_eq!(
            (login.method(), login.text().as_str(), login.header("authorization")),
            ("POST", form, header)
        );
        assert_eq!(login.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(of_path(&server, "/v1/people").header("authorization"), Some("Bearer session-1"));
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_the_description_says() {
    let server = vendor(&[]).await;
    let clock = clock();
    let mut keys = client_keys();
    keys["token_url"] = format!("{}/token", server.url()).into();
    let provider = connect_at(&server, CLIENT, keys, &clock);
    create(&provider).await.unwrap();
    clock.advance(Duration::from_secs(2 * 3600 - 31));
    create(&provider).await.unwrap();
    assert_eq!(paths(&server), ["/token", "/v1/people", "/v1/people"]);
    clock.advance(Duration::from_secs(1));
    create(&provider).await.unwrap();
    assert_eq!(paths(&server)[3], "/token");
}

/// A folder that is removed on drop.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("unicontact-declared-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> String {
        self.0.join("token").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_rotating_refresh_token_is_on_disk_before_its_access_token_is_used() {
    let folder = Folder::new("rotating");
    let file = folder.file();
    let server = {
        let file = file.clone();
        let renewals = std::sync::atomic::AtomicU32::new(0);
        Server::start(move |request| {
            if request.path() == "/v1/token" {
                let number = renewals.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
                let data = json!({"access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}")});
                return Behaviour::Answer(answer(200, &json!({"data": data})));
            }
            // The next token is kept already when the first request with its access token arrives.
            let kept = fs::read_to_string(&file).unwrap_or_default();
            let number = request.query().and_then(|query| query.strip_prefix("session=access-")).unwrap_or("none");
            let is_kept = kept.contains(&format!("refresh-{number}"));
            Behaviour::Answer(if is_kept { answer(201, &json!({"id": number})) } else { Answer::new(500) })
        })
        .await
        .unwrap()
    };
    let mut keys = refresh_keys();
    keys["refresh_token_store"] = file.into();
    let provider = connect_at(&server, ROTATING, keys.clone(), &clock());
    assert_eq!(create(&provider).await.unwrap().id.as_str(), "1");
    // Another process begins with the token that is kept.
    let provider = connect_at(&server, ROTATING, keys, &clock());
    assert_eq!(create(&provider).await.unwrap().id.as_str(), "2");
    let renewals: Vec<Received> =
        server.received().into_iter().filter(|request| request.path() == "/v1/token").collect();
    let forms: Vec<String> = renewals.iter().map(Received::text).collect();
    assert_eq!(
        forms,
        [
            "grant_type=refresh_token&refresh_token=refresh-0",
            "grant_type=refresh_token&refresh_token=refresh-1"
        ]
    );
    assert_eq!(renewals[0].header("authorization"), Some("Basic Y2xpZW50LTQ3MTE6aHVzaC00NzEx"));
}

#[tokio::test]
async fn a_refresh_token_that_stays_needs_no_store() {
    let tables =
        ROTATING.replace(", rotates = true", "").replace("sends = \"basic\", ", "form = { scope = \"x\" }, ");
    let server = vendor(&[]).await;
    let provider = connect_at(&server, &tables, refresh_keys(), &clock());
    create(&provider).await.unwrap();
    let form = of_path(&server, "/v1/token").text();
    assert_eq!(
        form,
        "grant_type=refresh_token&client_id=client-4711&client_secret=hush-4711&refresh_token=refresh-0&scope=x"
    );
}

#[tokio::test]
async fn a_token_is_fetched_by_one_of_many() {
    let server = vendor(&[]).await;
    let provider = connect_at(&server, LOGIN, login_keys(), &clock());
    let (one, two, three) = tokio::join!(create(&provider), create(&provider), create(&provider));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(paths(&server).iter().filter(|path| path.ends_with("/login")).count(), 1);
}

#[tokio::test]
async fn a_provider_that_is_offline_drafts_and_asks_for_no_token() {
    let keys = login_keys().as_object().cloned().unwrap();
    let http = Http::new(clock()).unwrap().offline();
    let description = super::vendor::description(LOGIN);
    let options = crate::connection::ConnectionOptions::new("acme");
    let provider = Declared::connect(description, keys, options, http).unwrap();
    let draft = provider.draft(&ada()).unwrap();
    assert_eq!(provider.prepare(&draft).await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_scope_has_holes_of_the_account() {
    let tables = CLIENT.replace("[\"people\", \"offline\"]", "\"https://{tenant}.acme.example/.default\"");
    let server = vendor(&[]).await;
    let mut keys = client_keys();
    keys["token_url"] = format!("{}/token", server.url()).into();
    create(&connect_at(&server, &tables, keys, &clock())).await.unwrap();
    let form = of_path(&server, "/token").text();
    assert!(form.contains("&scope=https%3A%2F%2Facme+x.acme.example%2F.default&"), "{form}");
    let unknown = tables.replace("{tenant}.acme.example/.default", "{tenants}");
    let problem = Description::parse(&format!("{TOP}{unknown}")).unwrap_err().to_string();
    assert!(problem.contains("auth.token.scopes: `{tenants}` is no hole here"), "{problem}");
}

#[tokio::test]
async fn a_client_with_a_body_of_its_own_needs_no_keys_of_usual_names() {
    let tables = r#"
[account.app]
[account.app_secret]
secret = true
[[auth]]
bearer = "{token}"
token = { grant = "client_credentials", url = "/token", scopes = "people", body = { client_id = "{app}", client_secret = "{app_secret}", version = 2 } }
"#;
    for (tables, sent, content_type) in [
        (
            tables.replace("scopes = \"people\", ", ""),
            r#"{"client_id":"app 7","client_secret":"hush-4711","version":2}"#,
            "application/json",
        ),
        (
            tables.replace("version = 2 }", "version = 2 }, form = true"),
            "scope=people&client_id=app+7&client_secret=hush-4711&version=2",
            "application/x-www-form-urlencoded",
        ),
    ] {
        let server = vendor(&[]).await;
        let provider =
            connect_at(&server, &tables, json!({"app": "app 7", "app_secret": "hush-4711"}), &clock());
        create(&provider).await.unwrap();
        let login = of_path(&server, "/v1/token");
        assert_eq!((login.text().as_str(), login.header("content-type")), (sent, Some(content_type)));
    }
}
