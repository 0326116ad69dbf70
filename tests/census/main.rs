//! Counts what there is, and fails when something is missing.
//!
//! Its rule: it fails closed. What is missing needs a reason here, and every check is itself shown to find what it
//! looks for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod files;
mod format;
mod mapping;
mod paths;
mod properties;
mod scenarios;
mod table;
