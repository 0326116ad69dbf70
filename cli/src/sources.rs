//! Where the configuration comes from: the file, the environment and `--set`.
//!
//! Its rule: nothing that is given is passed over, and no message repeats a value.

use std::ffi::OsString;

#[cfg(feature = "jetstream")]
use unicontact::config::Diagnostic;
use unicontact::config::{Configuration, Sources};

use crate::arguments::Common;
use crate::exit::Failure;

/// What `--queue` sets.
#[cfg(feature = "jetstream")]
const URL: &str = "queue.url";

/// The configuration that the common arguments name.
pub(crate) fn configuration(common: &Common) -> Result<Configuration, Failure> {
    selected(Configuration::load(&sources(common)?)?, common)
}

/// The same, with the servers of the queue that `--queue` names.
#[cfg(feature = "jetstream")]
pub(crate) fn configuration_on(common: &Common, queue: Option<&str>) -> Result<Configuration, Failure> {
    let mut sources = sources(common)?;
    sources.flags.extend(queue.map(|url| (URL.to_owned(), url.to_owned())));
    let loaded = Configuration::load(&sources).map_err(|mut error| {
        let by_queue = |mistake: &&mut Diagnostic| queue.is_some() && mistake.by_flag && mistake.path == URL;
        for mistake in error.mistakes.iter_mut().filter(by_queue) {
            *mistake = Diagnostic { path: "--queue".to_owned(), by_flag: false, ..mistake.clone() };
        }
        error
    });
    selected(loaded?, common)
}

/// The layers that the common arguments name.
pub(crate) fn sources(common: &Common) -> Result<Sources, Failure> {
    Ok(Sources { file: common.config.clone(), flags: settings(common)?, ..Sources::from_environment() })
}

/// Only the providers that `--to` names.
pub(crate) fn selected(configuration: Configuration, common: &Common) -> Result<Configuration, Failure> {
    configuration.select(&common.to).map_err(|error| Failure::new(error.to_string()))
}

/// What `--set` sets.
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

/// Whether anything but a file in this folder configures a provider.
pub(crate) fn name_a_provider(common: &Common) -> bool {
    let variable = |name: &OsString| name.to_string_lossy().starts_with("UNICONTACT_PROVIDERS__");
    common.config.is_some()
        || !common.to.is_empty()
        || common.set.iter().any(|setting| setting.trim_start().starts_with("providers."))
        || std::env::vars_os().any(|(name, _)| variable(&name))
}
