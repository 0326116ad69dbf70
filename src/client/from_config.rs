//! Builds a client from the configuration.

use std::path::Path;
use std::sync::Arc;

use unicontact_providers::clock::{SharedClock, SystemClock};
use unicontact_providers::http::Http;

use super::builder::random_seed;
use super::{Client, ClientError};
use crate::config::{Configuration, Sources};
use crate::fan_out::FanOut;
use crate::pipeline::Pipeline;
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
        let fan_out = FanOut::from_configuration(configuration, Policy::default())?;
        let Some(path) = &configuration.journal else {
            return Ok(Self::from_fan_out(fan_out));
        };
        Self::with_journal_file(fan_out, path, configuration)
    }

    #[cfg(feature = "sqlite")]
    fn with_journal_file(
        fan_out: FanOut,
        path: &Path,
        configuration: &Configuration,
    ) -> Result<Self, ClientError> {
        use crate::journal::{Journal, Run, SqliteJournal};
        let clock: SharedClock = Arc::new(SystemClock);
        let run = Run::new("library", clock.now());
        let journal = Arc::new(SqliteJournal::open(path)?.with_run(run));
        let shared: Arc<dyn Journal> = Arc::clone(&journal) as _;
        let upkeep = super::Upkeep {
            journal,
            retention: configuration.retention,
            clock,
            done: tokio::sync::OnceCell::new(),
        };
        Ok(Self { fan_out: fan_out.with_journal(shared), upkeep: Some(Arc::new(upkeep)) })
    }

    #[cfg(not(feature = "sqlite"))]
    fn with_journal_file(_: FanOut, _: &Path, _: &Configuration) -> Result<Self, ClientError> {
        Err(ClientError::NoSqlite)
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
        let (http, seed) = (Http::new(Arc::clone(&clock))?, random_seed());
        let mut pipelines = Vec::with_capacity(configuration.providers.len());
        for configured in &configuration.providers {
            let provider = configured.connect(&http).map_err(|error| {
                let name = configured.name.clone();
                ClientError::Provider { name, error }
            })?;
            pipelines.push(Pipeline::new(provider, configured.settings.clone(), Arc::clone(&clock), seed));
        }
        Ok(Self::new(pipelines, policy).with_identify_by(configuration.identify_by))
    }
}
