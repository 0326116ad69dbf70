//! Tests of the exported Pacts: their content, and how Pact's own tools read them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what was proven is printed")]

#[path = "../../../tests/support/personal.rs"]
mod personal;
mod support;

mod document;
mod rules;
mod socket;
mod stub;
mod verifier;
