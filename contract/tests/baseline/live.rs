//! The stand-ins of the sandbox as live vendors.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use unicontact_contract::{Adapters as _, BuiltIn, ConnectError, LiveProvider};
use unicontact_providers::contact::Country;
use unicontact_providers::http::Http;
use unicontact_providers::{ConnectionOptions, Description, Provider};
use unicontact_sandbox::{Vendor, accounts};

pub(crate) struct Live {
    vendor: Vendor,
    url: String,
    has_wrong_credentials: bool,
}

impl Live {
    pub(crate) fn new(vendor: Vendor, url: String) -> Self {
        Self { vendor, url, has_wrong_credentials: false }
    }

    pub(crate) fn with_wrong_credentials(vendor: Vendor, url: String) -> Self {
        Self { vendor, url, has_wrong_credentials: true }
    }

    /// Returns the account that is no secret, and the credentials.
    fn account(&self) -> (Value, Value) {
        match self.vendor {
            Vendor::SmartTask => {
                (json!({"organization_id": 38}), json!({"access_token": accounts::smarttask::ACCESS_TOKEN}))
            }
            Vendor::Emnify => (
                json!({"organisation_id": 42, "contact_type": "commercial"}),
                json!({"application_token": accounts::emnify::APPLICATION_TOKEN}),
            ),
            Vendor::Cloverhound => (
                json!({"organization_id": 7}),
                json!({
                    "api_key_id": accounts::cloverhound::API_KEY_ID,
                    "api_key_secret": accounts::cloverhound::API_KEY_SECRET,
                }),
            ),
            Vendor::OneCloud => (
                json!({"site_id": 169, "time_zone": "Asia/Jakarta"}),
                json!({"email": accounts::onecloud::EMAIL, "password": accounts::onecloud::PASSWORD}),
            ),
            Vendor::HubSpot => (json!({}), json!({"access_token": accounts::hubspot::ACCESS_TOKEN})),
            Vendor::Salesforce => (
                json!({}),
                json!({
                    "client_id": accounts::salesforce::CLIENT_ID,
                    "client_secret": accounts::salesforce::CLIENT_SECRET,
                }),
            ),
            Vendor::Pipedrive => (
                json!({"company": accounts::pipedrive::COMPANY}),
                json!({"api_token": accounts::pipedrive::API_TOKEN}),
            ),
        }
    }

    /// Returns the values of the credentials.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let (_, credentials) = self.account();
        let values = credentials.as_object().unwrap().values();
        let wrong = if self.has_wrong_credentials { "-wrong" } else { "" };
        values.map(|value| format!("{}{wrong}", value.as_str().unwrap())).collect()
    }
}

impl LiveProvider for Live {
    fn provider(&self) -> &'static str {
        "main"
    }

    fn vendor(&self) -> &str {
        self.vendor.name()
    }

    fn credentials(&self) -> BTreeSet<String> {
        self.account().1.as_object().unwrap().keys().cloned().collect()
    }

    fn is_described(&self) -> bool {
        Description::bundled(self.vendor.name()).is_some()
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let (account, credentials) = self.account();
        let mut all = account.as_object().unwrap().clone();
        all.extend(keys.clone());
        let names = credentials.as_object().unwrap().keys().cloned();
        all.extend(names.zip(self.secrets().into_iter().map(Value::from)));
        all.insert("base_url".to_owned(), self.url.clone().into());
        let options = ConnectionOptions { default_region, ..ConnectionOptions::new("main") };
        BuiltIn.connect(self.vendor.name(), all, options, http)
    }
}
