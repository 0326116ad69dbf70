//! Tests of the contract kit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

#[path = "../../tests/support/personal.rs"]
mod personal;

mod baseline;
mod blessed;
mod drift;
mod evidence;
mod held;
mod openapi;
mod pact;
mod planted;
mod recorded;
mod repeated;
mod schema;
mod untested;
mod written;
