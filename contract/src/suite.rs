//! Runs the contract suite over a description, against a stand-in on this machine.

use std::io;
use std::sync::Arc;

use thiserror::Error;
use unicontact_providers::testkit::{self, Report};
use unicontact_providers::{ConfigError, DescribedSubject, Description};

/// The error of a description that the suite cannot test.
#[derive(Debug, Error)]
pub enum SuiteError {
    /// A provider cannot be connected with made-up keys.
    #[error("a provider cannot be connected with made-up keys: {0}")]
    NotConnected(#[from] ConfigError),
    /// No server can be started on loopback.
    #[error("no server can be started on loopback: {0}")]
    Server(#[from] io::Error),
}

/// Tests the provider of a description with the rules that hold for every adapter. It takes seconds.
///
/// # Errors
///
/// When no provider can be connected, or no server can be started.
pub async fn run_suite(description: Arc<Description>) -> Result<Report, SuiteError> {
    Ok(testkit::run(&DescribedSubject::new(description)?).await?)
}
