//! Builds a client from the configuration.

use std::path::Path;
use std::sync::Arc;

use unicontact_providers::clock::{SharedClock, SystemClock};

use super::{Client, ClientError};
use crate::config::{Configuration, Sources};
use crate::fan_out::FanOut;
use crate::report::Policy;

impl Client {
    /// Returns the client that a configuration file describes, with its journal. The file `unicontact.toml` that the command
    /// uses works as it is; variables that start with `UNICONTACT_` are stronger than the file.
    ///
    /// # Errors
    ///
    /// All mistakes of the configuration at once, or why the journal cannot be opened.
    pub fn from_config(path: impl AsRef<Path>) -> Result<Self, ClientError> {
        let sources = Sources { file: Some(path.as_ref().to_owned()), ..Sources::from_environment() };
        Self::from_configuration(&Configuration::load(&sources)?)
    }

    /// Returns the client that a configuration describes, with its journal.
    ///
    /// # Errors
    ///
    /// As those of [`from_config`](Self::from_config).
    pub fn from_configuration(configuration: &Configuration) -> Result<Self, ClientError> {
        Self::builder().configuration(configuration).build()
    }
}

impl FanOut {
    /// Returns the providers of a configuration, without its journal.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up. A loaded configuration has no mistakes.
    pub fn from_configuration(configuration: &Configuration, policy: Policy) -> Result<Self, ClientError> {
        let clock: SharedClock = Arc::new(SystemClock);
        Client::builder().configuration(configuration).policy(policy).into_fan_out(&clock)
    }
}
