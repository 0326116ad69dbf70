//! Checks that the fixtures are complete. A gap needs a reason in this test, and every check has a test that shows that it finds gaps.

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
