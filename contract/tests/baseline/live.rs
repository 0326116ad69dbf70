//! The stand-ins of the sandbox as live vendors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use unicontact_contract::{Adapters as _, BuiltIn, ConnectError, LiveProvider, made_up_credentials};
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

    /// Returns the credentials by their keys.
    fn credential_values(&self) -> BTreeMap<String, String> {
        let (_, credentials) = self.account();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let values = credentials.as_object().unwrap().iter();
        let mut values: BTreeMap<String, String> =
            values.map(|(key, value)| (key.clone(), text(value))).collect();
        if self.has_wrong_credentials {
            let made_up =
                made_up_credentials(values.iter().map(|(key, value)| (key.as_str(), value.as_str())));
            values.extend(made_up);
        }
        values
    }

    /// Returns the made-up values of the secrets.
    pub(crate) fn wrong_secrets(&self) -> Vec<String> {
        let values = self.credential_values();
        made_up_credentials(values.iter().map(|(key, value)| (&**key, &**value))).into_values().collect()
    }

    /// Returns the values of the credentials.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.credential_values().into_values().collect()
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

    fn with_wrong_credentials(&self) -> Option<Box<dyn LiveProvider + '_>> {
        let url = self.url.clone();
        Some(Box::new(Self { vendor: self.vendor, url, has_wrong_credentials: true }))
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let (account, _) = self.account();
        let mut all = account.as_object().unwrap().clone();
        all.extend(keys.clone());
        all.extend(self.credential_values().into_iter().map(|(key, value)| (key, Value::from(value))));
        all.insert("base_url".to_owned(), self.url.clone().into());
        let options = ConnectionOptions { default_region, ..ConnectionOptions::new("main") };
        BuiltIn.connect(self.vendor.name(), all, options, http)
    }
}
