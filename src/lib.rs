//! Creates one contact in many CRMs, reports what happened in each, and never creates it twice by accident.
//!
//! A [`Client`] holds the providers and the journal. [`Client::create`] delivers one contact to every provider and returns a
//! [`Report`]; [`Client::plan`] returns the requests without sending them; `Client::import` (cargo feature `sqlite`) delivers a
//! stream of contacts. The page `docs/library.md` describes the library as a whole, and
//! `docs/adapters.md` a vendor of your own.
//!
//! ```
//! use unicontact::Client;
//! use unicontact::providers::UnifiedContact;
//! # #[cfg(feature = "cloverhound")]
//! use unicontact::providers::cloverhound::CloverhoundConfig;
//!
//! # #[cfg(feature = "cloverhound")]
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder()
//!     .provider("voice", CloverhoundConfig::new(7, "key id", "key secret"))
//!     .build()?;
//!
//! let contact: UnifiedContact = serde_json::from_str(r#"{"name": "Ada King", "tags": ["vip"]}"#)?;
//! let plan = client.plan(&contact);
//! let draft = plan.drafts[0].draft.as_ref().map_err(ToString::to_string)?;
//! assert_eq!(draft.body.to_string(), r#"{"full_name":"Ada King"}"#);
//! assert_eq!(draft.losses().next().map(|fate| &*fate.field), Some("tags[0]"));
//! # Ok(())
//! # }
//! # #[cfg(feature = "cloverhound")]
//! # example().expect("the example works");
//! ```
//!
//! | module or type | content |
//! |---|---|
//! | [`Client`], [`ClientBuilder`] | the front door: providers, journal and policy in one value |
//! | [`Report`], [`Delivery`], [`Outcome`] | the result for one contact, as JSON and back |
//! | `bulk` | the options of an import (cargo feature `sqlite`) |
//! | [`journal`] | the record of deliveries: in memory, in a file, on servers, or your own |
//! | [`identity`] | how people are recognized |
//! | `config` | the configuration file (cargo feature `config`) |
//! | `queue` | a queue and its workers on NATS JetStream (cargo feature `queue`) |
//! | `retry` | selects unfinished deliveries (cargo feature `sqlite`) |
//! | [`verify`] | compares a vendor's contacts with the journal |
//! | [`providers`] | the contact, the adapters, and the trait for one of your own |

#![cfg_attr(
    not(feature = "sqlite"),
    allow(dead_code, reason = "bulk delivery, which needs a temporary file, uses the rest")
)]

#[cfg(feature = "sqlite")]
pub mod bulk;
pub mod circuit_breaker;
mod client;
#[cfg(feature = "config")]
pub mod config;
mod counts;
mod doubt;
mod fan_out;
pub mod identity;
pub mod journal;
mod limit;
#[cfg(feature = "queue")]
#[cfg(test)]
mod model_check;
mod outcome;
mod pipeline;
mod plan;
mod progress;
#[cfg(feature = "queue")]
#[expect(clippy::disallowed_methods, reason = "the servers have clocks of their own")]
pub mod queue;
mod quiet_time;
mod recognizer;
mod refusal;
mod report;
#[cfg(feature = "sqlite")]
pub mod retry;
mod settings;
mod shutdown;
mod source_row;
mod summary;
pub mod verify;
mod watch;

#[cfg(feature = "sqlite")]
pub use client::Reports;
pub use client::{Client, ClientBuilder, ClientError};
pub use counts::Counts;
pub use fan_out::{FanOut, Running};
pub use outcome::Outcome;
pub use pipeline::Pipeline;
pub use plan::{Plan, PlannedDraft};
pub use quiet_time::QuietTime;
pub use refusal::{Refusal, RefusalReason};
pub use report::{Delivery, Note, Policy, Report, Unrecorded, Verdict};
pub use settings::{Concurrency, OnLoss, PresumeLostAfter, Settings, is_provider_name};
pub use source_row::{DroppedField, SourceLocation, SourceRow};
pub use summary::Summary;
pub use unicontact_providers as providers;

/// The Rust blocks of the documents, compiled and run with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/adapters.md")]
#[doc = include_str!("../docs/library.md")]
struct Documents;
