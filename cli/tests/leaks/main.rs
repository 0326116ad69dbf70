//! Tests that no output contains a credential, and that logs and errors contain no contact data.
//!
//! All credentials and contact values carry markers, every run logs everything, and the vendors repeat what they were
//! sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod configuration;
mod echo;
mod echoed;
#[path = "../hostile/mod.rs"]
mod hostile;
mod markers;
mod ordinary;
#[path = "../program/mod.rs"]
mod program;
mod scan;
