//! The exported Pacts: what is in them, and that Pact's own tools read them as they are meant.
//!
//! Its rule: the Pact alone is under test. The fixtures only say what should come out.

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
