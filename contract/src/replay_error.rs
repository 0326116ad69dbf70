//! The errors of a replay.

use std::io;

use thiserror::Error;
use unicontact_providers::http::HttpError;

use crate::adapters::ConnectError;

/// The error of a fixture that cannot be replayed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The folder has no document for the fixture's contact or vendor.
    #[error("the folder of fixtures has no {0}")]
    Missing(String),
    /// The adapter rejects its configuration.
    #[error(transparent)]
    NotConnected(#[from] ConnectError),
    /// `default_region` is not a region.
    #[error("default_region: {0} is not a region; write a two-letter country code such as GB")]
    NoRegion(String),
    /// No server can be started on loopback.
    #[error("no server can be started on loopback: {0}")]
    Server(#[from] io::Error),
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Http(#[from] HttpError),
}
