//! The credentials of the sandbox, by their names in the Pacts. Tokens come from a login if the vendor has one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor;
use unicontact_sandbox::accounts::{cloverhound, emnify, onecloud, smarttask};

use super::client::Client;

/// A token of three segments that the sandbox never issued.
const NEVER_ISSUED: &str = "never.issued.here";

/// The value of an `Authorization` header, if there is one.
pub(crate) struct Account(pub(crate) Option<String>);

impl Account {
    pub(crate) fn nobody() -> Self {
        Self(None)
    }

    pub(crate) fn from_credentials(credentials: &Value) -> Self {
        Self(credentials["authorization"].as_str().map(str::to_owned))
    }
}

/// Returns valid credentials.
pub(crate) fn good(vendor: Vendor, client: &Client) -> Value {
    match vendor {
        Vendor::SmartTask => json!({
            "authorization": format!("Bearer {}", smarttask::ACCESS_TOKEN),
            "client_id": smarttask::CLIENT_ID,
            "client_secret": smarttask::CLIENT_SECRET,
            "refresh_token": smarttask::REFRESH_TOKEN,
        }),
        Vendor::Emnify => {
            let login = json!({"application_token": emnify::APPLICATION_TOKEN});
            let answer = client.post("/api/v1/authenticate", &login, &Account::nobody());
            with(&login, "authorization", &bearer(&answer["auth_token"]))
        }
        Vendor::Cloverhound => json!({"authorization": basic(cloverhound::API_KEY_SECRET)}),
        Vendor::OneCloud => {
            let keys = json!({"email": onecloud::EMAIL, "password": onecloud::PASSWORD});
            let login = with(&keys, "siteId", &onecloud::SITE_ID.to_string());
            let answer = client.post("/api/authenticate", &login, &Account::nobody());
            with(&keys, "authorization", &bearer(&answer["token"]))
        }
        Vendor::HubSpot | Vendor::Salesforce | Vendor::Pipedrive => unreachable!("{vendor:?} has no Pact"),
    }
}

/// Returns valid credentials that expire.
pub(crate) fn expiring(vendor: Vendor, client: &Client) -> Value {
    let credentials = good(vendor, client);
    if vendor != Vendor::SmartTask {
        return credentials;
    }
    let grant = [
        ("grant_type", "refresh_token"),
        ("client_id", smarttask::CLIENT_ID),
        ("client_secret", smarttask::CLIENT_SECRET),
        ("refresh_token", smarttask::REFRESH_TOKEN),
    ];
    let answer = client.post_form("/connect/token", &grant);
    with(&credentials, "authorization", &bearer(&answer["access_token"]))
}

/// Returns invalid credentials of the kind that the interaction needs.
pub(crate) fn bad(vendor: Vendor, interaction: &Value) -> Value {
    let key = interaction["key"].as_str().unwrap();
    let token = if key.ends_with("at_the_gateway") { "no-token" } else { NEVER_ISSUED };
    let wrong_client = if key.ends_with("wrong_client") { "wrong" } else { smarttask::CLIENT_SECRET };
    match vendor {
        Vendor::SmartTask => json!({
            "authorization": format!("Bearer {token}"),
            "client_id": smarttask::CLIENT_ID,
            "client_secret": wrong_client,
            "refresh_token": "wrong",
        }),
        Vendor::Emnify => json!({"authorization": format!("Bearer {token}"), "application_token": "wrong"}),
        Vendor::Cloverhound => json!({"authorization": basic("wrong")}),
        Vendor::OneCloud => json!({
            "authorization": format!("Bearer {token}"),
            "email": onecloud::EMAIL,
            "password": "wrong",
        }),
        Vendor::HubSpot | Vendor::Salesforce | Vendor::Pipedrive => unreachable!("{vendor:?} has no Pact"),
    }
}

fn with(credentials: &Value, key: &str, value: &str) -> Value {
    let mut credentials = credentials.clone();
    credentials[key] = json!(value);
    credentials
}

fn bearer(token: &Value) -> String {
    format!("Bearer {}", token.as_str().unwrap())
}

fn basic(secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{secret}", cloverhound::API_KEY_ID)))
}
