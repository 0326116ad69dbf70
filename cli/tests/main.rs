//! Black-box tests of the built command.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

mod aging;
#[path = "../../tests/support/cutting_proxy.rs"]
mod cutting_proxy;
mod hostile;
#[path = "../../tests/support/nats_server.rs"]
mod nats_server;
mod program;
#[path = "../../tests/support/real_server.rs"]
mod real_server;
#[expect(dead_code, reason = "the documents need only the list of files")]
#[path = "../../tests/support/rust_sources.rs"]
mod rust_sources;

mod command;
mod connecting;
mod contract;
mod described;
mod documents;
mod faults;
mod import;
mod interrupt;
mod journal;
mod leaks;
mod metrics;
mod proxy;
mod queue;
