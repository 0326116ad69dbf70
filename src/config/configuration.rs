//! A loaded configuration.

use std::path::PathBuf;
use std::time::Duration;

use unicontact_providers::{Vendors, nearest_word};

use super::configured_provider::ConfiguredProvider;
use super::diagnostic::{ConfigurationError, Diagnostic};
use super::queue::QueueConfig;
use super::secret_source::SecretSource;
use crate::identity::IdentifyBy;

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
    /// The vendors that it can name: those of `[vendors]`, and those of this build.
    pub vendors: Vendors,
    /// The table `[queue]`, if there is one.
    pub queue: Option<QueueConfig>,
    /// The variables that an orchestrator sets for a service named `unicontact`. They are ignored.
    pub ignored_variables: Vec<String>,
    /// The flags and files that hold secrets for other machines than this one. Their names, never their content.
    pub secret_sources: Vec<SecretSource>,
}

impl Configuration {
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
