//! Credentials are never printed, and contacts never in logs and errors. All values have markers, and everything is logged.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod configuration;
mod echo;
mod everyday;
#[path = "../hostile/mod.rs"]
mod hostile;
mod markers;
#[path = "../program/mod.rs"]
mod program;
mod sent_back;
mod told;
