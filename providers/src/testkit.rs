//! The contract suite for adapters: it tests the rules of [`ContactProvider`](crate::ContactProvider) and the error matrix over a
//! real socket. It reads what the adapter sends, returns and shows; every finding says what to do.
//!
//! A [`Subject`] provides the adapter and its vendor's answers; [`run`] does the rest. The adapter here is a built-in one; a custom
//! one is tested in the same way.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use unicontact_providers::clock::SystemClock;
//! # #[cfg(feature = "cloverhound")]
//! use unicontact_providers::cloverhound::{Cloverhound, CloverhoundConfig};
//! use unicontact_providers::http::{Answer, BaseUrl, Http};
//! use unicontact_providers::testkit::{self, Subject};
//! use unicontact_providers::{ConnectionOptions, ContactProvider};
//!
//! struct Voice;
//!
//! # #[cfg(feature = "cloverhound")]
//! impl Subject for Voice {
//!     fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
//!         let config: CloverhoundConfig = serde_json::from_value(serde_json::json!({
//!             "base_url": base_url.to_string(),
//!             "organization_id": 7,
//!             "api_key_id": "fake-id",
//!             "api_key_secret": "fake-secret",
//!         }))
//!         .unwrap();
//!         let common = ConnectionOptions { name: "voice".to_owned(), timeout, default_region: None };
//!         Box::new(Cloverhound::new(common, config, Http::new(Arc::new(SystemClock)).unwrap()))
//!     }
//!
//!     fn created(&self, id: &str) -> Answer {
//!         Answer::new(201).with_body(format!(r#"{{"id": {id}}}"#))
//!     }
//!
//!     fn secrets(&self) -> Vec<String> {
//!         ["fake-id", "fake-secret", "ZmFrZS1pZDpmYWtlLXNlY3JldA=="].map(str::to_owned).to_vec()
//!     }
//! }
//!
//! # #[cfg(feature = "cloverhound")]
//! async fn voice_keeps_the_rules() {
//!     testkit::run(&Voice).await.unwrap().assert_kept();
//! }
//! # #[cfg(feature = "cloverhound")]
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(voice_keeps_the_rules());
//! ```
//!
//! # What it cannot see
//!
//! A wait of less than ten seconds, and work that [`send`](crate::ContactProvider::send) leaves in a task of its own. Whether a
//! code of the vendor's own is read correctly, a limit is kept, or a claim of dedupe is true: fixtures test these. Whether an error
//! repeats a vendor message in a form of its own is seen only with [`Subject::refused`].

mod arbitrary;
mod bench;
mod doubtful;
mod drafts;
mod echoes;
mod leaks;
mod looks;
mod matrix;
mod reads;
mod received;
mod remedy;
mod report;
mod returned;
mod script;
mod server;
mod subject;
mod success;

use std::io;

use self::bench::Bench;
pub use self::leaks::{Forbidden, shown};
pub use self::received::Received;
pub use self::report::{Finding, Report};
pub use self::server::{Behaviour, ClosedPort, Server};
pub use self::subject::{Preparation, Subject, full_contact};

/// Tests an adapter against every rule. It needs a tokio runtime with time and network, and takes seconds.
///
/// # Errors
///
/// When no server can be started on loopback.
pub async fn run(subject: &dyn Subject) -> io::Result<Report> {
    let mut bench = Bench::new(subject);
    drafts::run(&mut bench).await?;
    success::run(&mut bench).await?;
    returned::run(&mut bench).await?;
    matrix::run(&mut bench).await?;
    doubtful::run(&mut bench).await?;
    echoes::run(&mut bench).await?;
    reads::run(&mut bench).await?;
    looks::run(&mut bench).await?;
    arbitrary::run(&mut bench).await?;
    Ok(bench.report)
}
