//! A started sandbox with a manual clock, and requests to it.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use unicontact_sandbox::{Clock, Faults, Options, Sandbox, Vendor};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// The key's id and secret.
pub(crate) const CLOVERHOUND: &str = "Basic c2FuZGJveC1rZXktaWQ6c2FuZGJveC1rZXktc2VjcmV0";

/// 2026-01-02T03:04:05Z
const START: i64 = 1_767_323_045;

pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    client: Client,
    now: Arc<AtomicI64>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Bench {
    pub(crate) async fn start() -> Result<Self, Box<dyn Error>> {
        Self::start_with("").await
    }

    /// With all vendors, these faults, in TOML, and a control endpoint.
    pub(crate) async fn start_with(faults: &str) -> Result<Self, Box<dyn Error>> {
        let now = Arc::new(AtomicI64::new(START));
        let hand = Arc::clone(&now);
        let clock =
            Clock::new(move || Timestamp::from_second(hand.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX));
        let faults = Faults::from_toml(faults)?;
        let vendors = Vendor::ALL.to_vec();
        let options = Options { vendors, clock, faults, control_port: Some(0), ..Options::default() };
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            sandbox: Sandbox::start(options).await?,
            client: Client::builder().no_proxy().build()?,
            now,
        })
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) async fn send(
        &self,
        vendor: Vendor,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer, Box<dyn Error>> {
        let url = format!("{}{path}", self.sandbox.base_url(vendor));
        self.send_to(url, method, headers, body).await
    }

    /// Sends to any address.
    pub(crate) async fn send_to(
        &self,
        url: String,
        method: Method,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer, Box<dyn Error>> {
        let mut request = self.client.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Creates a contact of this name at `Cloverhound`, which has no tokens.
    pub(crate) async fn create(&self, name: &str) -> Result<Answer, Box<dyn Error>> {
        self.post(Vendor::Cloverhound, "/7/contacts", CLOVERHOUND, &json!({"full_name": name})).await
    }

    /// A token of `OneCloud`, as the header says it.
    pub(crate) async fn onecloud_token(&self) -> Result<String, Box<dyn Error>> {
        let form = "email=sandbox%40example.com&password=sandbox-password&siteId=169";
        let answer = self.post_form(Vendor::OneCloud, "/api/authenticate", form).await?;
        Ok(format!("Bearer {}", answer.json()["token"].as_str().unwrap_or_default()))
    }

    /// A token of Salesforce for one of its clients, as the header says it.
    pub(crate) async fn salesforce_token(&self, client_id: &str) -> Result<String, Box<dyn Error>> {
        let form = format!(
            "grant_type=client_credentials&client_id={client_id}&client_secret=sandbox-client-secret"
        );
        let answer = self.post_form(Vendor::Salesforce, "/services/oauth2/token", &form).await?;
        Ok(format!("Bearer {}", answer.json()["access_token"].as_str().unwrap_or_default()))
    }

    /// Sends JSON with an `Authorization` header.
    pub(crate) async fn post(
        &self,
        vendor: Vendor,
        path: &str,
        authorization: &str,
        body: &Value,
    ) -> Result<Answer, Box<dyn Error>> {
        let headers = [("authorization", authorization), ("content-type", "application/json")];
        self.send(vendor, Method::POST, path, &headers, body.to_string()).await
    }

    /// Sends an url-encoded form.
    pub(crate) async fn post_form(
        &self,
        vendor: Vendor,
        path: &str,
        form: &str,
    ) -> Result<Answer, Box<dyn Error>> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send(vendor, Method::POST, path, &headers, form.to_owned()).await
    }

    pub(crate) async fn get(
        &self,
        vendor: Vendor,
        path: &str,
        authorization: &str,
    ) -> Result<Answer, Box<dyn Error>> {
        let headers = [("authorization", authorization)];
        self.send(vendor, Method::GET, path, &headers, "").await
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
