//! A vendor of your own: one adapter, beside the built-in ones, under the same layers and in the same report.
//!
//! The adapter is in `card_index.rs`. Its vendor is invented; a stand-in for it runs in this program, so that the example
//! needs nothing.
//!
//! ```text
//! cargo run -p unicontact --example custom_provider
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

mod card_index;

use card_index::CardIndex;
use unicontact::Client;
use unicontact::providers::Secret;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vendor = stand_in().await;
    let base_url = vendor.uri().parse()?;
    let client = Client::builder()
        .custom("cards", |options, http| CardIndex::new(options, base_url, Secret::from("replace-me"), http))
        .build()?;
    let contact = serde_json::from_str(
        r#"{"name": "Ada King", "emails": ["ada@example.com"], "phones": ["+442079460123"]}"#,
    )?;
    let report = client.create(contact).await;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

/// The vendor that does not exist.
async fn stand_in() -> wiremock::MockServer {
    use wiremock::matchers::{header, method, path};
    let server = wiremock::MockServer::start().await;
    let created = serde_json::json!({"person": {"id": "p-1"}});
    wiremock::Mock::given(method("POST"))
        .and(path("/people"))
        .and(header("authorization", "Bearer replace-me"))
        .respond_with(wiremock::ResponseTemplate::new(201).set_body_json(created))
        .mount(&server)
        .await;
    server
}
