//! Creates one contact at any vendor, and looks at what it holds.

use std::error::Error;

use reqwest::Method;
use serde_json::{Value, json};
use unicontact_sandbox::Vendor;
use unicontact_sandbox::accounts::emnify::APPLICATION_TOKEN;

use crate::client::{Answer, Bench, CLOVERHOUND};

pub(crate) const SMARTTASK: &str = "Bearer sandbox-access-token";
pub(crate) const EMNIFY_CONTACTS: &str = "/api/v1/organisation/42/contact";

/// A vendor and the credential of its requests.
pub(crate) struct Account {
    pub(crate) vendor: Vendor,
    pub(crate) bearer: String,
}

impl Account {
    pub(crate) async fn open(bench: &Bench, vendor: Vendor) -> Result<Self, Box<dyn Error>> {
        let bearer = match vendor {
            // The token of Pipedrive is in a header of its own.
            Vendor::SmartTask | Vendor::HubSpot | Vendor::Pipedrive => SMARTTASK.to_owned(),
            Vendor::Salesforce => bench.salesforce_token("sandbox-client").await?,
            Vendor::Cloverhound => CLOVERHOUND.to_owned(),
            Vendor::OneCloud => bench.onecloud_token().await?,
            Vendor::Emnify => {
                let body = json!({"application_token": APPLICATION_TOKEN});
                let answer = bench.post(vendor, "/api/v1/authenticate", "", &body).await?;
                format!("Bearer {}", answer.json()["auth_token"].as_str().unwrap_or_default())
            }
        };
        Ok(Self { vendor, bearer })
    }

    /// Creates a contact of this name.
    pub(crate) async fn create(&self, bench: &Bench, name: &str) -> Result<Answer, Box<dyn Error>> {
        self.post(bench, &body(self.vendor, name)).await
    }

    /// Sends the body of a create. `SmartTask` returns an equal contact instead of a new one.
    pub(crate) async fn post(&self, bench: &Bench, body: &Value) -> Result<Answer, Box<dyn Error>> {
        let path = match self.vendor {
            Vendor::SmartTask => "/v1.0/contact/create/38?use_created=true",
            Vendor::Emnify => EMNIFY_CONTACTS,
            Vendor::Cloverhound => "/7/contacts",
            Vendor::OneCloud => "/api/contactrz",
            Vendor::HubSpot => "/crm/v3/objects/contacts",
            Vendor::Salesforce => "/services/data/v59.0/sobjects/Contact/",
            Vendor::Pipedrive => "/api/v2/persons",
        };
        let headers = [
            ("authorization", self.bearer.as_str()),
            ("x-api-token", "sandbox-api-token"),
            ("content-type", "application/json"),
        ];
        bench.send(self.vendor, Method::POST, path, &headers, body.to_string()).await
    }
}

fn body(vendor: Vendor, name: &str) -> Value {
    match vendor {
        Vendor::SmartTask | Vendor::Pipedrive => json!({"name": name}),
        Vendor::Emnify => json!({"type": {"id": 1}, "name": name}),
        Vendor::Cloverhound => json!({"full_name": name}),
        Vendor::OneCloud => json!({"Name": name}),
        Vendor::HubSpot => json!({"properties": {"lastname": name}}),
        Vendor::Salesforce => json!({"LastName": name}),
    }
}

/// Waits until a vendor has accepted so many creates that it has not committed.
pub(crate) async fn accepted(bench: &Bench, vendor: Vendor, creates: usize) {
    while bench.sandbox.uncommitted(vendor).len() < creates {
        tokio::task::yield_now().await;
    }
}

/// Sends a create, and goes away without its answer once it is accepted.
pub(crate) async fn give_up_once_accepted(bench: &Bench, account: &Account, name: &str) {
    let before = bench.sandbox.uncommitted(account.vendor).len();
    tokio::select! {
        answer = account.create(bench, name) => assert!(answer.is_err(), "it is answered"),
        () = accepted(bench, account.vendor, before + 1) => {}
    }
}

/// The numbers of contacts that a vendor holds and has still to commit.
pub(crate) fn held_and_uncommitted(bench: &Bench, vendor: Vendor) -> (usize, usize) {
    let tally = bench.sandbox.tally(vendor);
    assert_eq!(tally.held, bench.sandbox.contacts(vendor).len());
    assert_eq!(tally.uncommitted, bench.sandbox.uncommitted(vendor).len());
    (tally.held, tally.uncommitted)
}
