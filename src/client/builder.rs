//! Builds a client from code.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;

use unicontact_providers::clock::{SharedClock, SystemClock};
use unicontact_providers::http::Http;
use unicontact_providers::{
    ConfigError, ConfigProblem, ConnectionOptions, ContactProvider, Provider, Secret, VendorConfig,
};

#[cfg(all(feature = "config", feature = "sqlite"))]
use super::journal_file::JournalFile;
use super::startup::Startup;
use super::{Client, ClientError};
#[cfg(feature = "config")]
use crate::config::Configuration;
use crate::fan_out::FanOut;
use crate::identity::IdentifyBy;
use crate::journal::Journal;
use crate::pipeline::Pipeline;
use crate::report::Policy;
use crate::settings::{Settings, is_provider_name};

/// A provider that is not connected yet.
struct Connectable {
    name: String,
    settings: Settings,
    /// The file that describes its vendor, if a configuration names one.
    description_file: Option<PathBuf>,
    connect: Connect,
}

type Connect = Box<dyn FnOnce(ConnectionOptions, Http) -> Result<Provider, ConfigError> + Send>;

/// Builds a [`Client`] from code.
///
/// ```
/// use std::sync::Arc;
/// use unicontact::Client;
/// use unicontact::journal::MemoryJournal;
/// use unicontact::providers::cloverhound::CloverhoundConfig;
///
/// let client = Client::builder()
///     .provider("voice", CloverhoundConfig::new(7, "key id", "key secret"))
///     .journal(MemoryJournal::default())
///     .build()?;
/// # Ok::<(), unicontact::ClientError>(())
/// ```
#[derive(Default)]
pub struct ClientBuilder {
    settings: Settings,
    providers: Vec<Connectable>,
    journal: Option<Arc<dyn Journal>>,
    /// The journal in a file that a configuration names, and how long it keeps finished deliveries.
    #[cfg(feature = "config")]
    journal_file: Option<(PathBuf, Option<std::time::Duration>)>,
    policy: Policy,
    identify_by: IdentifyBy,
    clock: Option<SharedClock>,
    jitter_seed: Option<u64>,
}

impl ClientBuilder {
    /// Sets the settings of the providers that are added after this call.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Adds a provider of a built-in vendor, described by the vendor's configuration.
    #[must_use]
    pub fn provider(self, name: impl Into<String>, config: impl VendorConfig) -> Self {
        self.connect(name, move |options, http| {
            if config.secrets().into_iter().filter_map(|(_, secret)| secret).any(Secret::is_empty) {
                let problem = ConfigProblem::new("credentials", "a credential is empty: set it");
                return Err(problem.into());
            }
            config.connect(options, http)
        })
    }

    /// Adds a provider with an adapter of your own. `connect` gets the name and the settings that a connection needs, and the
    /// HTTP client that all providers share.
    #[must_use]
    pub fn custom<P: ContactProvider + 'static>(
        self,
        name: impl Into<String>,
        connect: impl FnOnce(ConnectionOptions, Http) -> P + Send + 'static,
    ) -> Self {
        self.connect(name, move |options, http| Ok(Provider::custom(connect(options, http))))
    }

    fn connect(
        mut self,
        name: impl Into<String>,
        connect: impl FnOnce(ConnectionOptions, Http) -> Result<Provider, ConfigError> + Send + 'static,
    ) -> Self {
        self.providers.push(Connectable {
            name: name.into(),
            settings: self.settings.clone(),
            description_file: None,
            connect: Box::new(connect),
        });
        self
    }

    /// Adds the providers of a configuration, each with its own settings, and takes over its journal and `identify_by`. A journal
    /// that is set with [`journal`](Self::journal) is stronger.
    #[cfg(feature = "config")]
    #[must_use]
    pub fn configuration(mut self, configuration: &Configuration) -> Self {
        for configured in &configuration.providers {
            let configured = configured.clone();
            self.providers.push(Connectable {
                name: configured.name.clone(),
                settings: configured.settings.clone(),
                description_file: configured.description_file.clone(),
                connect: Box::new(move |_, http| configured.connect(&http)),
            });
        }
        self.identify_by = configuration.identify_by;
        self.journal_file = configuration.journal.clone().map(|path| (path, configuration.retention));
        self
    }

    /// Records deliveries in this journal, so that nothing is created twice by accident. Without one, a contact that is created
    /// again is sent again.
    #[must_use]
    pub fn journal(self, journal: impl Journal + 'static) -> Self {
        self.shared_journal(Arc::new(journal))
    }

    /// Records deliveries in a journal that others hold, too.
    #[must_use]
    pub fn shared_journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Sets when a report counts as done.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets by what contacts are recognized that were delivered earlier.
    #[must_use]
    pub fn identify_by(mut self, method: IdentifyBy) -> Self {
        self.identify_by = method;
        self
    }

    /// Sets the clock. The default is the system's.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Makes the random part of the waits between attempts repeatable.
    #[must_use]
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Returns the client.
    ///
    /// # Errors
    ///
    /// When there is no provider, two have one name, the keys of one have mistakes, or TLS cannot be set up.
    pub fn build(mut self) -> Result<Client, ClientError> {
        if self.providers.is_empty() {
            return Err(ClientError::NoProvider);
        }
        let clock = self.clock.take().unwrap_or_else(|| Arc::new(SystemClock));
        let journal = self.journal.take();
        #[cfg(feature = "config")]
        let file = self.journal_file.take();
        let fan_out = self.into_fan_out(&clock)?;
        if let Some(journal) = journal {
            return Ok(Client::new(fan_out.with_journal(journal), Startup::default()));
        }
        #[cfg(all(feature = "config", feature = "sqlite"))]
        if let Some((path, retention)) = file {
            let file = JournalFile::open(&path, retention, clock)?;
            return Ok(Client::new(fan_out.with_journal(file.journal()), Startup::with_file(file)));
        }
        #[cfg(all(feature = "config", not(feature = "sqlite")))]
        if file.is_some() {
            return Err(ClientError::NoSqlite);
        }
        Ok(Client::new(fan_out, Startup::default()))
    }

    /// Connects the providers. The journal is left out.
    pub(super) fn into_fan_out(self, clock: &SharedClock) -> Result<FanOut, ClientError> {
        let seed = self.jitter_seed.unwrap_or_else(random_seed);
        let http = Http::new(Arc::clone(clock))?;
        let mut names = BTreeSet::new();
        let mut pipelines = Vec::with_capacity(self.providers.len());
        for Connectable { name, settings, description_file, connect } in self.providers {
            if !is_provider_name(&name) {
                return Err(ClientError::Name(name));
            }
            if !names.insert(name.clone()) {
                return Err(ClientError::NameTaken(name));
            }
            let provider = connect(settings.connection_options(&name), http.clone())
                .map_err(|error| ClientError::Provider { name: name.clone(), error })?;
            let own = provider.info().name();
            if own != name {
                return Err(ClientError::OtherName { name, own: own.to_owned() });
            }
            let pipeline = Pipeline::new(provider, settings, Arc::clone(clock), seed);
            pipelines.push(pipeline.with_description_file(description_file));
        }
        Ok(FanOut::new(pipelines, self.policy).with_identify_by(self.identify_by))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.providers.iter().map(|provider| provider.name.as_str()).collect();
        formatter.debug_struct("ClientBuilder").field("providers", &names).finish_non_exhaustive()
    }
}

/// Returns a seed that differs between processes, so that many that failed together do not come back together.
#[expect(clippy::disallowed_methods, reason = "the seed spreads waits and decides nothing")]
fn random_seed() -> u64 {
    RandomState::new().hash_one(std::process::id())
}
