//! Sends one contact to every provider of a configuration, with retries, rate limits and a report.
//!
//! ```text
//! unicontact sandbox > unicontact.toml &
//! cargo run --example fan_out
//! ```
#![expect(clippy::print_stdout, reason = "it is what the example shows")]

use unicontact::providers::UnifiedContact;
use unicontact::{Client, Verdict};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_config("unicontact.toml")?;
    let contact: UnifiedContact = serde_json::from_str(
        r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"], "organization": "Analytical Engines"}"#,
    )?;
    let report = client.create(contact).await;
    println!("{}", serde_json::to_string_pretty(&report)?);

    match report.verdict(client.fan_out().policy()) {
        Verdict::Done => println!("every provider has the contact"),
        Verdict::Incomplete => println!("the report says which provider does not have it, and why"),
        Verdict::InDoubt => println!("a provider may have it; look there before sending it again"),
    }
    Ok(())
}
