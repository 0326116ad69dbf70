//! Black-box tests of the readers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

mod xlsx;

mod broken_csv;
mod continuations;
mod countries;
mod crm_exports;
mod emails;
mod encodings;
mod header_languages;
mod headers;
mod house_numbers;
mod ids;
mod json;
mod json_tables;
mod layouts;
mod mapping;
mod names;
mod numbers;
mod openings;
mod preview;
mod properties;
mod rejects;
mod second_tables;
mod sheets;
mod single_columns;
mod storm;
mod tables;
mod vcards;
mod vcards_boundaries;
mod vcards_values;
mod wrappings;
