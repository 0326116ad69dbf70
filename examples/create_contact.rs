//! Creates one contact at one vendor, and prints the outcome.
//!
//! ```text
//! unicontact sandbox &
//! cargo run --example create_contact
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

use std::sync::Arc;
use std::time::Duration;

use unicontact::providers::clock::SystemClock;
use unicontact::providers::emnify::{Emnify, EmnifyConfig};
use unicontact::providers::http::Http;
use unicontact::providers::{
    ConnectionOptions, ContactProvider, DeliveryKey, Effect, FindRequest, SendPermit, UnifiedContact, attempt,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config: EmnifyConfig = serde_json::from_str(
        r#"{
            "base_url": "http://127.0.0.1:8701",
            "organisation_id": 42,
            "application_token": "sandbox-application-token",
            "contact_type": "commercial"
        }"#,
    )?;
    let common = ConnectionOptions {
        name: "iot".to_owned(),
        timeout: Duration::from_secs(20),
        default_region: Some("GB".parse()?),
    };
    let emnify = Emnify::new(common, config, Http::new(Arc::new(SystemClock))?)?;

    let contact: UnifiedContact = serde_json::from_str(
        r#"{"name": "Ada King", "emails": ["ada@example.com"], "phones": ["020 7946 0123"], "tags": ["vip"]}"#,
    )?;

    let draft = emnify.draft(&contact)?;
    for loss in draft.losses() {
        println!("{} will not arrive: {}", loss.field, loss.detail.as_deref().unwrap_or_default());
    }

    let key = DeliveryKey::new("iot", &contact);
    match attempt(&emnify, &draft, &SendPermit::default()).await {
        Ok(created) => println!("created as {}", created.id),
        Err(error) if error.effect() == Effect::Unknown => {
            println!("{error}; looking for it: {:?}", emnify.find(&FindRequest::new(&contact, &key)).await?);
        }
        Err(error) => println!("{error}. {}", error.hint()),
    }
    Ok(())
}
