//! The contract suite tests any adapter over a real socket against the rules of [`ContactProvider`](crate::ContactProvider) and the
//! table of errors. It checks what the adapter sends, returns and shows, and every finding says what to do.
//!
//! A [`Subject`] gives the suite an adapter and its vendor's answers, and [`run`] runs the suite. The example tests a built-in
//! adapter; a custom adapter is tested in the same way.
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
//! # Limits
//!
//! The suite does not detect waits below ten seconds, or tasks that run on after a call. Fixtures have to test the
//! vendor's own error codes, limits of fields, and whether a claimed dedupe is true. Whether errors repeat values from a
//! vendor's own form of errors is tested only with [`Subject::refused`].

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

/// Tests an adapter against every rule. Needs a Tokio runtime with time and network, and takes seconds.
///
/// # Errors
///
/// If no server can be started on loopback.
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
