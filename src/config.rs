//! The configuration: which providers there are, and how each is treated.
//!
//! Its rule: it is right as a whole or not at all. Every mistake of every layer is told at once, by file and
//! line or by variable, and no message repeats a value.
//!
//! The layers, each stronger than the one before: what is usual, the file `unicontact.toml`, the environment
//! (`UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN`), the flags of a command.

mod concurrency;
mod diagnostic;
mod document;
mod keys;
mod layers;
mod load;
mod overrides;
mod overriding;
mod presume_lost;
mod queue;
mod replicas;
mod schema;
mod secret_file;
mod server_url;
mod table;
mod text_file;
mod time_span;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use unicontact_providers::http::{BaseUrl, Http};
use unicontact_providers::{ConfigError, ConnectionOptions, Provider, VendorConfig, nearest_word};

pub use self::diagnostic::{ConfigurationError, Diagnostic};
pub use self::queue::{QueueConfig, QueueLogin, QueueStorage, QueueTls};
use crate::identity::IdentifyBy;
use crate::settings::Settings;

/// The name of the file that is looked for when none is named.
pub const FILE_NAME: &str = "unicontact.toml";

/// Everything that is configured, without a mistake.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    /// Where deliveries are recorded; `None` when that is off.
    pub journal: Option<PathBuf>,
    /// How long finished deliveries are kept in that file; `None` for ever.
    pub retention: Option<Duration>,
    /// By what contacts are recognized that were delivered before.
    pub identify_by: IdentifyBy,
    /// At least one, in the order of the file, then those that only the environment names. Names are unique.
    pub providers: Vec<ConfiguredProvider>,
    /// What `[queue]` says, if there is such a table.
    pub queue: Option<QueueConfig>,
}

/// One configured connection to a vendor.
#[derive(Debug, Clone)]
pub struct ConfiguredProvider {
    /// The name that the user chose, unique across vendors.
    pub name: String,
    /// The vendor's name, as in `[providers.<vendor>.<name>]`.
    pub vendor: Cow<'static, str>,
    /// How it is treated.
    pub settings: Settings,
    /// The vendor's own keys.
    pub config: Arc<dyn VendorConfig>,
    /// The keys of its credentials that are set, wherever they come from; never their values.
    pub credentials: Vec<String>,
    /// Its credentials that are `replace-me`, as in the examples: no vendor will take them.
    pub placeholders: Vec<String>,
}

/// Where a configuration comes from. Nothing else is read, the process's own environment included.
#[derive(Clone, Default)]
pub struct Sources {
    /// The file that the user named. It must exist.
    pub file: Option<PathBuf>,
    /// The text of a file, read instead of any. Relative paths start from `search`.
    pub text: Option<String>,
    /// The directory in which [`FILE_NAME`] is looked for when no file is named. It need not be there if the
    /// environment says it all. Empty is the current directory.
    pub search: PathBuf,
    /// Names and values; those that do not start with `UNICONTACT_` are passed over.
    pub environment: Vec<(String, String)>,
    /// What flags set, strongest of all: a key's path, such as `defaults.timeout`, and its value as text.
    pub flags: Vec<(String, String)>,
}

impl Configuration {
    /// Reads all layers.
    ///
    /// ```
    /// use unicontact::config::{Configuration, Sources};
    ///
    /// let variable = |key: &str, value: &str| {
    ///     (format!("UNICONTACT_PROVIDERS__CLOVERHOUND__VOICE__{key}"), value.to_owned())
    /// };
    /// let configuration = Configuration::load(&Sources {
    ///     environment: vec![
    ///         variable("ORGANIZATION_ID", "7"),
    ///         variable("API_KEY_ID", "00123"),
    ///         variable("API_KEY_SECRET", "true"),
    ///     ],
    ///     ..Sources::default()
    /// })?;
    /// assert_eq!(configuration.providers[0].name, "voice");
    /// # Ok::<(), unicontact::config::ConfigurationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All mistakes of all layers at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigurationError> {
        load::load(sources)
    }

    /// The JSON Schema (draft 2020-12) of the file.
    pub fn json_schema() -> serde_json::Value {
        schema::of_the_file()
    }

    /// Only the providers of these names; all of them when `names` is empty.
    ///
    /// # Errors
    ///
    /// One mistake for each name that no provider has.
    pub fn select(mut self, names: &[String]) -> Result<Self, ConfigurationError> {
        if names.is_empty() {
            return Ok(self);
        }
        let known = || self.providers.iter().map(|provider| provider.name.as_str());
        let mistakes: Vec<Diagnostic> = names
            .iter()
            .filter(|name| !known().any(|known| known == *name))
            .map(|name| unknown_provider(name, known()))
            .collect();
        ConfigurationError::unless_empty(mistakes)?;
        self.providers.retain(|provider| names.contains(&provider.name));
        Ok(self)
    }
}

fn unknown_provider<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let advice = match nearest_word(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    Diagnostic {
        path: "--to".to_owned(),
        message: format!("no provider is named `{}`, {advice}", name.escape_debug()),
        ..Diagnostic::default()
    }
}

impl ConfiguredProvider {
    /// Every address that it may send to, the API's first. One of them may be of the vendor although the API's is not.
    pub fn addresses(&self) -> Vec<&BaseUrl> {
        self.config.addresses()
    }

    /// Whether it sends to the same addresses as another, with the same credentials.
    pub fn is_same_access(&self, other: &Self) -> bool {
        self.addresses() == other.addresses()
            && self.config.secrets() == other.config.secrets()
            && self.config.store() == other.config.store()
    }

    /// The adapter of this vendor, sending through `http`.
    ///
    /// # Errors
    ///
    /// The mistakes of the vendor's own keys; a loaded configuration has none.
    pub fn connect(&self, http: &Http) -> Result<Provider, ConfigError> {
        let common = ConnectionOptions {
            name: self.name.clone(),
            timeout: self.settings.timeout,
            default_region: self.settings.default_region,
        };
        self.config.connect(common, http.clone())
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| {
            let names: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
            names
        };
        formatter
            .debug_struct("Sources")
            .field("file", &self.file)
            .field("text", &self.text.is_some())
            .field("search", &self.search)
            .field("environment", &names(&self.environment))
            .field("flags", &names(&self.flags))
            .finish()
    }
}
