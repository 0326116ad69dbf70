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
//! # What an adapter prints
//!
//! [`run_and_read_output`] also searches what the adapter prints. It runs the test again in a child process, because a test cannot
//! read its own output.
//!
//! # What it cannot see
//!
//! A wait of less than half a second, a date that a draft holds in words, and work that
//! [`send`](crate::ContactProvider::send) leaves in a task of its own. Whether a code of the vendor's own is read correctly, a limit
//! is kept, or a claim of dedupe is true: fixtures test these. Whether an error repeats a vendor message in a form of its own is seen
//! only with [`Subject::refused`]. A call that blocks its thread ends the suite in time only on a runtime with several threads.

mod arbitrary;
mod bench;
mod dates;
mod doubtful;
mod drafts;
mod echoes;
mod ids;
mod leaks;
mod looks;
mod matrix;
mod output;
mod places;
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
use std::time::Duration;

use self::bench::Bench;
pub use self::leaks::{Forbidden, shown};
pub use self::output::run_and_read_output;
pub use self::received::Received;
pub use self::report::{Finding, Report};
pub use self::server::{Behaviour, ClosedPort, Server};
pub use self::subject::{Preparation, Subject, full_contact};

/// The time that the suite may take in all.
const LIMIT: Duration = Duration::from_mins(10);

/// Tests an adapter against every rule. It needs a tokio runtime with time and network, takes seconds, and never more than ten
/// minutes: then it reports what it was waiting for.
///
/// # Errors
///
/// When no server can be started on loopback.
pub async fn run(subject: &dyn Subject) -> io::Result<Report> {
    run_within(subject, LIMIT).await
}

/// Tests an adapter against every rule, and stops after `limit` with a finding that names the call it was waiting for.
///
/// # Errors
///
/// When no server can be started on loopback.
pub async fn run_within(subject: &dyn Subject, limit: Duration) -> io::Result<Report> {
    let mut bench = Bench::new(subject);
    match tokio::time::timeout(limit, test_rules(&mut bench)).await {
        Ok(tested) => tested?,
        Err(_) => bench.report_unfinished(limit),
    }
    Ok(bench.report)
}

async fn test_rules(bench: &mut Bench<'_>) -> io::Result<()> {
    drafts::run(bench).await?;
    success::run(bench).await?;
    ids::run(bench).await?;
    returned::run(bench).await?;
    matrix::run(bench).await?;
    doubtful::run(bench).await?;
    echoes::run(bench).await?;
    reads::run(bench).await?;
    looks::run(bench).await?;
    arbitrary::run(bench).await
}
