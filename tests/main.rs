//! Black-box tests of the library, the adapters and the documents.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

#[path = "../examples/carddav/address_book.rs"]
mod address_book;
#[path = "../examples/custom_provider/card_index.rs"]
mod card_index;
#[path = "support/cutting_proxy.rs"]
mod cutting_proxy;
#[expect(dead_code, reason = "only tests of the command need a server without JetStream")]
#[path = "support/nats_server.rs"]
mod nats_server;
#[path = "support/real_server.rs"]
mod real_server;
#[path = "support/rust_sources.rs"]
mod rust_sources;
mod scripted;
mod support;
#[path = "../examples/carddav/vcard.rs"]
mod vcard;

mod adapters;
mod carddav;
mod census;
mod client;
mod config;
mod contract;
mod described;
mod doubtful_answers;
mod fan_out;
mod hostile;
mod import;
#[cfg(feature = "testkit")]
mod journal;
mod journaled;
mod layers;
mod library_page;
mod looks;
mod module_circles;
mod openapi_facts;
mod own_fixtures;
mod parked;
mod plan_limit;
mod readme;
mod real_descriptions;
mod refresh;
mod report_json;
mod retry;
mod returned;
mod simulated;
mod testkit;
mod transport;
mod vendor_places;
mod verify;
