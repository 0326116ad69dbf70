//! A blocking client: a provider state must be complete before the verifier continues.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use tokio::runtime::Handle;
use url::form_urlencoded;

use super::accounts::Account;

/// A client of one server.
pub(crate) struct Client {
    url: String,
    client: reqwest::Client,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { url: url.to_owned(), client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Posts JSON, and returns the JSON of the answer or null.
    pub(crate) fn post(&self, path: &str, body: &Value, account: &Account) -> Value {
        self.send(path, "application/json", body.to_string(), account)
    }

    /// Posts a form, and returns the JSON of the answer or null.
    pub(crate) fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.send(path, "application/x-www-form-urlencoded", body, &Account::nobody())
    }

    /// Sends a request. Blocks the thread.
    fn send(&self, path: &str, media_type: &'static str, body: String, account: &Account) -> Value {
        let mut request = self.client.post(format!("{}{path}", self.url)).header(CONTENT_TYPE, media_type);
        if let Some(authorization) = &account.0 {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answered = async { request.body(body).send().await.unwrap().bytes().await.unwrap() };
        serde_json::from_slice(&Handle::current().block_on(answered)).unwrap_or(Value::Null)
    }
}
