//! Tests that no output contains a credential, and that logs and errors contain no contact data.
//!
//! All credentials and contact values carry markers, every run logs everything, and the vendors repeat what they were
//! sent.

mod command_lines;
mod configuration;
mod echo;
mod echoed;
mod markers;
mod ordinary;
mod scan;
