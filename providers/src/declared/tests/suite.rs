//! The contract suite over descriptions that differ in their credentials, bodies and searches.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::vendor::{TOP, answer};
use crate::clock::SystemClock;
use crate::connection::ConnectionOptions;
use crate::declared::description::Description;
use crate::declared::provider::Declared;
use crate::draft::Method;
use crate::http::{Answer, BaseUrl, Http};
use crate::provider::ContactProvider;
use crate::testkit::{self, Preparation, Subject, full_contact};

const QUERY_KEY: &str = r#"
[account.api_key]
secret = true
[[auth]]
query = { apikey = "{api_key}" }
[[find]]
by = "email"
path = "/search/{email}"
results = ""
id = "id"
same = "email"
agree = { name = "name", phone = "phone" }
[check]
path = "/me"
"#;
const LOGIN: &str = r#"
[account.user]
[account.password]
secret = true
[[auth]]
headers = { X-Session = "{token}" }
token = { grant = "login", url = "/login", body = { user = "{user}", password = "{password}" }, path = "session.id", expires = "10m" }
[[find]]
by = "external_id"
path = "/search"
query = { ref = "{external_id}" }
results = "people[]"
id = "id"
same = "ref"
agree = { name = "name" }
full = 2
[[find]]
by = "phone"
path = "/search"
query = { phone = "{phone}" }
results = "people[]"
id = "id"
same = "phone"
agree = { name = "name" }
[check]
path = "/me"
expect = "user"
"#;
const CLIENT: &str = r#"
[account.client_id]
secret = true
[account.client_secret]
secret = true
[[auth]]
headers = { Authorization = "Acme-Token {token}", X-Client = "{client_id}" }
token = { grant = "client_credentials", url = "/oauth/token", sends = "basic", scopes = ["people"] }
[[find]]
by = "email"
method = "POST"
reads = true
path = "/search"
body = { q = "mail = '{email}'", limit = 5 }
escape = "double"
results = "data"
id = "id"
same = "email"
agree = { name = "name" }
"#;

/// What the vendor is sent of addresses, so that its messages may repeat them.
const ADDRESSES: &str = r#"
[[addresses]]
to = "addresses"
take = "all"
as = "objects"
item = { street = "{street}", street2 = "{street2}", city = "{city}", region = "{region}", zip = "{postal_code}", country = "{country}" }
"#;

/// A description and what its vendor answers.
struct Described {
    tables: &'static str,
    keys: Value,
    secrets: &'static [&'static str],
    login: Option<(&'static str, Value)>,
    /// The answer to a search that finds these people.
    people: fn(Vec<Value>) -> Answer,
}

impl Described {
    fn description(&self) -> Arc<Description> {
        Arc::new(Description::parse(&format!("{TOP}{ADDRESSES}{}", self.tables)).unwrap())
    }
}

impl Subject for Described {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        let mut keys = self.keys.as_object().cloned().unwrap();
        keys.insert("base_url".to_owned(), base_url.to_string().into());
        let options = ConnectionOptions::new("acme").with_timeout(timeout);
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        Box::new(Declared::connect(self.description(), keys, options, http).unwrap())
    }

    fn created(&self, id: &str) -> Answer {
        answer(201, &json!({"id": id}))
    }

    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        Some(answer(201, &json!({"id": id, "name": name})))
    }

    fn secrets(&self) -> Vec<String> {
        self.secrets.iter().map(|secret| (*secret).to_owned()).collect()
    }

    fn refused(&self, message: &str) -> Option<Answer> {
        Some(answer(422, &json!({"errors": {"name": [message]}, "message": message})))
    }

    fn preparations(&self) -> Vec<Preparation> {
        let login = self.login.iter();
        login.map(|(path, body)| Preparation::new(Method::Post, *path, answer(200, body))).collect()
    }

    fn reading_posts(&self) -> Vec<String> {
        vec!["/search".to_owned()]
    }

    fn checked(&self) -> Answer {
        answer(200, &json!({"user": {"id": 1}}))
    }

    fn found(&self, id: &str) -> Option<Answer> {
        let provider = self.connect("http://127.0.0.1:9".parse().unwrap(), Duration::from_secs(1));
        let mut person = (*provider.draft(&full_contact()).unwrap().body).clone();
        person["id"] = id.into();
        Some((self.people)(vec![person]))
    }

    fn found_nothing(&self) -> Option<Answer> {
        Some((self.people)(Vec::new()))
    }
}

async fn assert_kept(subject: &Described) {
    testkit::run(subject).await.unwrap().assert_kept();
}

#[tokio::test]
async fn a_key_in_the_query_keeps_the_rules() {
    assert_kept(&Described {
        tables: QUERY_KEY,
        keys: json!({"api_key": "made-up+key/1"}),
        secrets: &["made-up+key/1", "made-up%2Bkey%2F1"],
        login: None,
        people: |people| match people.first() {
            Some(person) => answer(200, person),
            None => answer(404, &json!({"message": "no such person"})),
        },
    })
    .await;
}

#[tokio::test]
async fn a_login_keeps_the_rules() {
    assert_kept(&Described {
        tables: LOGIN,
        keys: json!({"user": "robot@acme.example", "password": "made-up-password"}),
        secrets: &["made-up-password", "made-up-session"],
        login: Some(("/login", json!({"session": {"id": "made-up-session"}}))),
        people: |people| answer(200, &json!({"people": people})),
    })
    .await;
}

#[tokio::test]
async fn a_client_with_a_scheme_and_a_header_keeps_the_rules() {
    assert_kept(&Described {
        tables: CLIENT,
        keys: json!({"client_id": "made-up-client", "client_secret": "made-up-secret"}),
        secrets: &[
            "made-up-client",
            "made-up-secret",
            "made-up-access",
            "bWFkZS11cC1jbGllbnQ6bWFkZS11cC1zZWNyZXQ=",
        ],
        login: Some((
            "/oauth/token",
            json!({"access_token": "made-up-access", "token_type": "x", "expires_in": 600}),
        )),
        people: |people| answer(200, &json!({"data": people})),
    })
    .await;
}
