//! Why a client could not be built.

use thiserror::Error;
use unicontact_providers::ConfigError;
use unicontact_providers::http::HttpError;

#[cfg(feature = "config")]
use crate::config::ConfigurationError;
use crate::journal::JournalError;

/// Why a client could not be built. Nothing was sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The configuration has mistakes, each with its file and line or its variable.
    #[cfg(feature = "config")]
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The keys of a provider have mistakes.
    #[error("{name}: {error}")]
    Provider {
        /// The provider's name.
        name: String,
        /// All mistakes of its keys.
        error: ConfigError,
    },
    /// No provider was added.
    #[error("the client has no provider: add one with ClientBuilder::provider or ClientBuilder::custom")]
    NoProvider,
    /// Two providers have the same name, or one has none. The journal tells deliveries apart by the provider's name.
    #[error("provider {0:?}: the name must be unique and not empty")]
    Name(String),
    /// The journal cannot be opened.
    #[error("the journal cannot be opened: {0}")]
    Journal(#[from] JournalError),
    /// The configuration names a journal, and this build has no journal in a file.
    #[error(
        "the configuration names a journal, which needs the cargo feature `sqlite`; set journal = false to run without one"
    )]
    NoSqlite,
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Http(#[from] HttpError),
}
