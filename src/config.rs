//! Reads the configuration: the providers, their settings, the journal and the queue.
//!
//! Four layers are merged, each stronger than the one before: defaults, the file `unicontact.toml`, environment variables
//! (`UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN`) and flags. Loading reports every mistake of every layer at once, with
//! its file and line or its variable, and no message repeats a value.

mod concurrency;
mod diagnostic;
mod document;
mod keys;
mod layers;
mod load;
mod overrides;
mod presume_lost;
mod queue;
mod replicas;
mod schema;
mod secret_file;
mod server_url;
mod settings_keys;
mod table;
mod text_file;
mod time_span;

use std::borrow::Cow;
use std::ffi::OsString;
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

/// The name of the file that is read when the user names none.
pub const FILE_NAME: &str = "unicontact.toml";
/// The beginning of the names of all variables that are read.
const PREFIX: &str = "UNICONTACT_";
/// The variable by which the command finds the file. Its value is a path, which need not be text.
const FILE_VARIABLE: &str = "UNICONTACT_CONFIG";

/// A configuration without mistakes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Configuration {
    /// The file that was read, if it exists.
    pub file: Option<PathBuf>,
    /// The file of the journal; `None` when the journal is off.
    pub journal: Option<PathBuf>,
    /// How long the journal keeps finished deliveries; `None` keeps them for ever.
    pub retention: Option<Duration>,
    /// What identifies a contact that was delivered before.
    pub identify_by: IdentifyBy,
    /// At least one, in the order of the file; those that only the environment names come last. Names are unique.
    pub providers: Vec<ConfiguredProvider>,
    /// The table `[queue]`, if there is one.
    pub queue: Option<QueueConfig>,
}

/// One configured connection to a vendor.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConfiguredProvider {
    /// The name that the user chose, unique across vendors.
    pub name: String,
    /// The vendor's name, as in `[providers.<vendor>.<name>]`.
    pub vendor: Cow<'static, str>,
    /// Its timeouts, limits and policies.
    pub settings: Settings,
    /// The vendor's own keys.
    pub config: Arc<dyn VendorConfig>,
    /// The keys of the credentials that are set, in any layer; never their values.
    pub credentials: Vec<String>,
    /// The keys of credentials that hold `replace-me`, as the examples do. No vendor accepts them.
    pub placeholders: Vec<String>,
}

/// The sources of a configuration. Nothing else is read, not even the process's own environment.
#[derive(Clone, Default)]
pub struct Sources {
    /// The file that the user named. It must exist.
    pub file: Option<PathBuf>,
    /// The text of a file, which is read instead of a file. Relative paths start from `search`.
    pub text: Option<String>,
    /// The directory of [`FILE_NAME`] when no file is named. The file may be absent if the environment sets everything. Empty
    /// is the current directory.
    pub search: PathBuf,
    /// Names and values of variables; those that do not start with `UNICONTACT_` are ignored.
    pub environment: Vec<(String, String)>,
    /// Names of variables whose value is not UTF-8 text. Each is a mistake.
    pub unreadable: Vec<String>,
    /// Keys that flags set, the strongest layer: a path such as `defaults.timeout`, and its value as text.
    pub flags: Vec<(String, String)>,
}

impl Sources {
    /// Returns the variables of the process that start with `UNICONTACT_`, with neither a file nor flags.
    pub fn from_environment() -> Self {
        Self::from_variables(std::env::vars_os())
    }

    fn from_variables(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut sources = Self::default();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            match value.into_string() {
                Ok(value) => sources.environment.push((name.to_owned(), value)),
                Err(_) if name == FILE_VARIABLE => {}
                Err(_) => sources.unreadable.push(name.to_owned()),
            }
        }
        sources
    }
}

impl Configuration {
    /// Reads and merges all layers.
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

    /// Returns the JSON Schema (draft 2020-12) of the file.
    pub fn json_schema() -> serde_json::Value {
        schema::file_schema()
    }

    /// Keeps only the providers of these names, or all of them when `names` is empty.
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
        None => format!("choose from {}", known.join(", ")),
    };
    Diagnostic {
        path: "--to".to_owned(),
        message: format!("no provider is named `{}`: {advice}", name.escape_debug()),
        ..Diagnostic::default()
    }
}

impl ConfiguredProvider {
    /// Returns every address that it may send to, the API's first. Another may be the vendor's although the API's is not.
    pub fn addresses(&self) -> Vec<&BaseUrl> {
        self.config.addresses()
    }

    /// Returns whether it has the addresses, the credentials and the store of another.
    pub fn is_same_access(&self, other: &Self) -> bool {
        self.addresses() == other.addresses()
            && self.config.secrets() == other.config.secrets()
            && self.config.store() == other.config.store()
    }

    /// Returns the adapter of this vendor, which sends through `http`.
    ///
    /// # Errors
    ///
    /// The problems of the vendor's own keys; a loaded configuration has none.
    pub fn connect(&self, http: &Http) -> Result<Provider, ConfigError> {
        let options = ConnectionOptions {
            name: self.name.clone(),
            timeout: self.settings.timeout,
            default_region: self.settings.default_region,
        };
        self.config.connect(options, http.clone())
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn only_variables_of_ours_must_be_text() {
        let broken = || OsString::from_vec(vec![b'x', 0xFF]);
        let variables = [
            ("PATH".into(), broken()),
            ("UNICONTACT_CONFIG".into(), broken()),
            ("UNICONTACT_JOURNAL".into(), broken()),
            ("UNICONTACT_RETENTION".into(), "90d".into()),
            ("HOME".into(), "/root".into()),
        ];
        let sources = Sources::from_variables(variables.into_iter());
        assert_eq!(sources.environment, [("UNICONTACT_RETENTION".to_owned(), "90d".to_owned())]);
        assert_eq!(sources.unreadable, ["UNICONTACT_JOURNAL"]);
    }
}
