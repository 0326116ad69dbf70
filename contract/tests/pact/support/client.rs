//! Requests to a server on loopback, one after the other.
//!
//! Its rule: it waits for its answer where it stands, as whoever sets a state must before the verifier goes on.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use tokio::runtime::Handle;
use url::form_urlencoded;

use super::accounts::Account;

/// Where the requests go.
pub(crate) struct Client {
    url: String,
    client: reqwest::Client,
}

impl Client {
    pub(crate) fn of(url: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { url: url.to_owned(), client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// The JSON of the answer, or null.
    pub(crate) fn post(&self, path: &str, body: &Value, account: &Account) -> Value {
        self.send(path, "application/json", body.to_string(), account)
    }

    /// The JSON of the answer to a form, or null.
    pub(crate) fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.send(path, "application/x-www-form-urlencoded", body, &Account::nobody())
    }

    /// Whoever calls it may block.
    fn send(&self, path: &str, media_type: &'static str, body: String, account: &Account) -> Value {
        let mut request = self.client.post(format!("{}{path}", self.url)).header(CONTENT_TYPE, media_type);
        if let Some(authorization) = &account.0 {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answered = async { request.body(body).send().await.unwrap().bytes().await.unwrap() };
        serde_json::from_slice(&Handle::current().block_on(answered)).unwrap_or(Value::Null)
    }
}
