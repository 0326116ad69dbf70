//! Sends a fixture's requests to the sandbox, with the sandbox's credentials in place of `[secret]`. Only the state changes
//! a request further.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use unicontact_contract::fixture::{ExpectedRequest, Fixture, SECRET_PLACEHOLDER};
use unicontact_sandbox::accounts::{cloverhound, emnify, onecloud, smarttask};
use unicontact_sandbox::{Faults, Options, Sandbox, SettableClock, Vendor};

use super::states::State;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The contact of a create with an empty answer, as a later request returns it.
    pub(crate) shown: Option<Value>,
}

/// A sandbox that can enter the state of a fixture.
pub(crate) struct PreparedSandbox {
    sandbox: Sandbox,
    vendor: Vendor,
    state: State,
    last: usize,
    client: reqwest::Client,
    bearer: Mutex<String>,
}

impl PreparedSandbox {
    pub(crate) async fn start(fixture: &Fixture, state: State) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let redirect = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let vendor = Vendor::BUILT_IN.into_iter().find(|it| it.name() == fixture.vendor).unwrap();
        let last = fixture.exchanges().count() - 1;
        let prepared = Self { sandbox, vendor, state, last, client, bearer: Mutex::new(String::new()) };
        let bearer = prepared.first_bearer().await;
        *prepared.bearer.lock().unwrap() = bearer;
        prepared
    }

    /// Returns a valid token.
    async fn first_bearer(&self) -> String {
        let login = match self.vendor {
            Vendor::SmartTask => return smarttask::ACCESS_TOKEN.to_owned(),
            Vendor::Cloverhound => return String::new(),
            Vendor::Emnify => (
                "/api/v1/authenticate",
                json!({"application_token": emnify::APPLICATION_TOKEN}),
                "auth_token",
            ),
            Vendor::OneCloud => {
                let login = json!({
                    "email": onecloud::EMAIL, "password": onecloud::PASSWORD, "siteId": onecloud::SITE_ID,
                });
                ("/api/authenticate", login, "token")
            }
            vendor => unreachable!("{vendor:?} is not played"),
        };
        let (path, body, key) = login;
        let headers = BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]);
        let answer = self.send("POST", path, &headers, body.to_string()).await;
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        body[key].as_str().unwrap().to_owned()
    }

    /// Sends the request of the exchange with this index, and enters the state before the last one.
    pub(crate) async fn play(&self, index: usize, request: &ExpectedRequest) -> Answer {
        let mut request = request.clone();
        let mut is_good = true;
        if index == self.last {
            is_good = !matches!(self.state, State::BadCredentials);
            self.enter(&mut request).await;
        }
        let mut headers = request.headers.clone();
        if let Some(header) = headers.get_mut("authorization") {
            *header = self.authorization(header, is_good);
        }
        let body = self.body(&request, is_good);
        let mut answer = self.send(&request.method, &request.path, &headers, body).await;
        answer.shown = self.shown(&answer, &headers).await;
        if let Ok(Value::Object(body)) = serde_json::from_str(&answer.text) {
            let token = ["access_token", "auth_token", "token"].iter().find_map(|key| body.get(*key));
            if let Some(Value::String(token)) = token {
                token.clone_into(&mut self.bearer.lock().unwrap());
            }
        }
        answer
    }

    async fn enter(&self, request: &mut ExpectedRequest) {
        match &self.state {
            State::Good | State::BadCredentials => {}
            State::TokenOf(token) => (*token).clone_into(&mut self.bearer.lock().unwrap()),
            State::NoCredentials => drop(request.headers.remove("authorization")),
            State::Later(by) => self.clock().advance(*by),
            State::Altered(alter) => alter(request),
            State::Fault(rules) => self.sandbox.set_faults(Faults::from_toml(rules).unwrap()).await,
            State::FaultOnSecond(rules) => {
                self.sandbox.set_faults(Faults::from_toml(rules).unwrap()).await;
                let mut headers = request.headers.clone();
                if let Some(header) = headers.get_mut("authorization") {
                    *header = self.authorization(header, true);
                }
                self.send(&request.method, &request.path, &headers, self.body(request, true)).await;
            }
            State::Twice => {
                let mut headers = request.headers.clone();
                *headers.get_mut("authorization").unwrap() = self.authorization("Bearer [secret]", true);
                self.send(&request.method, &request.path, &headers, self.body(request, true)).await;
            }
            State::AfterCreates(path, bodies) => {
                let bearer = self.authorization("Bearer [secret]", true);
                let json = ("content-type".to_owned(), "application/json".to_owned());
                let headers = BTreeMap::from([json, ("authorization".to_owned(), bearer)]);
                for body in *bodies {
                    self.send("POST", path, &headers, (*body).to_owned()).await;
                }
            }
            State::FailedLogins(count) => {
                for _ in 0..*count {
                    let body = self.body(request, false);
                    self.send(&request.method, &request.path, &request.headers, body).await;
                }
            }
        }
    }

    fn clock(&self) -> SettableClock {
        self.sandbox.clock()
    }

    fn authorization(&self, header: &str, is_good: bool) -> String {
        if !is_good {
            return header.replace(SECRET_PLACEHOLDER, "bm9ib2R5Om5vYm9keQ==.of.nobody");
        }
        if header.starts_with("Basic") {
            let pair = format!("{}:{}", cloverhound::API_KEY_ID, cloverhound::API_KEY_SECRET);
            return header.replace(SECRET_PLACEHOLDER, &STANDARD.encode(pair));
        }
        header.replace(SECRET_PLACEHOLDER, &self.bearer.lock().unwrap())
    }

    fn body(&self, request: &ExpectedRequest, is_good: bool) -> String {
        let secret = |key: &str| if is_good { self.secret(key) } else { "nobody@example.com" };
        if let Some(form) = &request.form {
            let pairs = form.iter().map(|(key, value)| {
                (key, if value == SECRET_PLACEHOLDER { secret(key).to_owned() } else { value.clone() })
            });
            return url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        }
        let Some(mut body) = request.body.clone() else {
            return String::new();
        };
        if let Value::Object(map) = &mut body {
            for (key, value) in map.iter_mut().filter(|(_, value)| *value == SECRET_PLACEHOLDER) {
                *value = json!(secret(key));
            }
        }
        body.to_string()
    }

    fn secret(&self, key: &str) -> &'static str {
        match (self.vendor, key) {
            (Vendor::OneCloud, "email") => onecloud::EMAIL,
            (Vendor::OneCloud, "password") => onecloud::PASSWORD,
            (_, "application_token") => emnify::APPLICATION_TOKEN,
            (_, "client_id") => smarttask::CLIENT_ID,
            (_, "client_secret") => smarttask::CLIENT_SECRET,
            (_, "refresh_token") => smarttask::REFRESH_TOKEN,
            (vendor, key) => panic!("{} has no credential {key}", vendor.name()),
        }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &BTreeMap<String, String>,
        body: String,
    ) -> Answer {
        let url = format!("{}{path}", self.sandbox.base_url(self.vendor));
        let mut request = self.client.request(method.parse().unwrap(), url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap(), shown: None }
    }

    /// Returns the contact at the location of an empty answer.
    async fn shown(&self, answer: &Answer, headers: &BTreeMap<String, String>) -> Option<Value> {
        let location = answer.headers.get("location").filter(|_| answer.status == 201)?.to_str().unwrap();
        let path = location.strip_prefix(self.sandbox.base_url(self.vendor).as_str()).unwrap();
        let shown = self.send("GET", path, headers, String::new()).await;
        Some(serde_json::from_str(&shown.text).unwrap())
    }
}
