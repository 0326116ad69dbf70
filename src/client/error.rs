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
    /// The adapter of a provider has another name than the provider. The journal tells deliveries apart by the adapter's name.
    #[error(
        "provider {name:?}: its adapter is named {own:?}: take the name of its ProviderInfo from the ConnectionOptions"
    )]
    OtherName {
        /// The provider's name.
        name: String,
        /// The adapter's name.
        own: String,
    },
    /// No provider was added.
    #[error("the client has no provider: add one with ClientBuilder::provider or ClientBuilder::custom")]
    NoProvider,
    /// A provider's name has other characters than a-z, 0-9 and _, or none. It stands in the keys of deliveries and in commands.
    #[error(
        "provider {0:?}: the name may have a-z, 0-9 and _ only, and at least one of them: rename the provider"
    )]
    Name(String),
    /// Two providers have the same name. The journal tells deliveries apart by it.
    #[error("provider {0:?}: another provider has this name: rename one of them")]
    NameTaken(String),
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
