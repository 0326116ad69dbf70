//! Tests of the exported Pacts: their content, and how Pact's own tools read them.

#![allow(clippy::print_stdout, reason = "what was proven is printed")]

mod support;

mod described;
mod document;
mod rules;
mod socket;
mod stub;
mod verifier;
