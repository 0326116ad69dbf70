//! Tests of the built command `unicontact`: its output, exit code and files, and the contacts at the vendors.

mod about;
mod check;
mod configuration;
mod contract_export;
mod create;
mod demo;
mod described_vendors;
mod environment;
mod first_steps;
mod help;
mod idle_server;
#[cfg(unix)]
mod init;
#[cfg(unix)]
mod init_terminal;
mod input;
mod json_errors;
mod logging;
mod output;
#[cfg(unix)]
mod own_vendor;
mod plan;
mod providers;
mod sandbox;
mod screens;
#[cfg(unix)]
mod secret_warnings;
mod shape;
mod vendors;
mod vendors_test;
