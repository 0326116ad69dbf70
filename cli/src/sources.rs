//! Loads the configuration from the file, the environment and `--set`. No message repeats a value.

use std::ffi::OsString;

#[cfg(feature = "jetstream")]
use unicontact::config::Diagnostic;
use unicontact::config::{Configuration, Sources};

use crate::arguments::Common;
use crate::exit::Failure;

/// The key of the configuration that `--queue` sets.
#[cfg(feature = "jetstream")]
const URL: &str = "queue.url";

/// Returns the configuration.
pub(crate) fn configuration(common: &Common) -> Result<Configuration, Failure> {
    selected(Configuration::load(&sources(common)?)?, common)
}

/// Returns the configuration with the servers of `--queue`.
#[cfg(feature = "jetstream")]
pub(crate) fn configuration_on(common: &Common, queue: Option<&str>) -> Result<Configuration, Failure> {
    let mut sources = sources(common)?;
    sources.flags.extend(queue.map(|url| (URL.to_owned(), url.to_owned())));
    let loaded = Configuration::load(&sources).map_err(|mut error| {
        let is_of_queue =
            |diagnostic: &&mut Diagnostic| queue.is_some() && diagnostic.by_flag && diagnostic.path == URL;
        for diagnostic in error.mistakes.iter_mut().filter(is_of_queue) {
            *diagnostic = Diagnostic { path: "--queue".to_owned(), by_flag: false, ..diagnostic.clone() };
        }
        error
    });
    selected(loaded?, common)
}

/// Returns the sources of the configuration.
pub(crate) fn sources(common: &Common) -> Result<Sources, Failure> {
    Ok(Sources { file: common.config.clone(), flags: settings(common)?, ..Sources::from_environment() })
}

/// Returns the configuration with only the providers of `--to`.
pub(crate) fn selected(configuration: Configuration, common: &Common) -> Result<Configuration, Failure> {
    configuration.select(&common.to).map_err(|error| Failure::new(error.to_string()))
}

/// Returns the keys and values of `--set`.
pub(crate) fn settings(common: &Common) -> Result<Vec<(String, String)>, Failure> {
    let malformed = || Failure::new("--set: expected KEY=VALUE, such as defaults.timeout=5s");
    let pair = |text: &String| {
        let (key, value) = text.split_once('=').ok_or_else(malformed)?;
        let key = key.trim();
        if key.split('.').any(str::is_empty) {
            Err(malformed())
        } else {
            Ok((key.to_owned(), value.to_owned()))
        }
    };
    common.set.iter().map(pair).collect()
}

/// Returns whether an argument or a variable configures or names a provider.
pub(crate) fn name_a_provider(common: &Common) -> bool {
    let variable = |name: &OsString| name.to_string_lossy().starts_with("UNICONTACT_PROVIDERS__");
    common.config.is_some()
        || !common.to.is_empty()
        || common.set.iter().any(|setting| setting.trim_start().starts_with("providers."))
        || std::env::vars_os().any(|(name, _)| variable(&name))
}
