//! Creates one contact in many CRMs, tells exactly what happened in each, and never creates it twice by accident.
//!
//! [`config`] says which providers there are, [`Pipeline`] puts a provider under its layers, [`FanOut`] sends
//! one contact to all of them, [`bulk::Import`] a stream of contacts, and a [`Report`] says what became of each. How to speak to a single vendor is the
//! business of [`providers`].

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
#[allow(clippy::disallowed_methods, reason = "the servers have clocks of their own")]
pub mod queue;
mod quiet_time;
mod recognizer;
mod refusal;
mod report;
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
pub use settings::{Concurrency, OnLoss, PresumeLostAfter, Settings};
pub use source_row::{DroppedField, SourceLocation, SourceRow};
pub use summary::Summary;
pub use unicontact_providers as providers;

/// The Rust blocks of the README, compiled and run with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
