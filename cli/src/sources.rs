//! Loads the configuration from the file, the environment and `--set`. No message repeats a value.

mod warnings;

use std::ffi::OsStr;

#[cfg(feature = "jetstream")]
use unicontact::config::Diagnostic;
use unicontact::config::{Configuration, ConfigurationError, FILE_NAME, ReadableVendors, Sources, is_unset};
use unicontact::providers::Vendors;

use crate::arguments::Common;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output::{self, Line, Style};

pub(crate) use self::warnings::warn_of_options_without_effect;

/// The key of the configuration that `--queue` sets.
#[cfg(feature = "jetstream")]
const URL: &str = "queue.url";

/// What to do without a configuration.
const FIRST_STEPS: &str = "  \
  Write one:         unicontact init
  See a demo first:  unicontact demo
  All keys:          unicontact schema config";
/// The command that writes a configuration.
const INIT: &str = "unicontact init";

const ALL_VENDORS: &str = "No CRM is configured, so this shows what each vendor would get, with made-up settings. Nothing is \
    sent. To configure your own: ";

/// Returns the configuration.
pub(crate) fn configuration(common: &Common) -> Result<Configuration, Failure> {
    let loaded = Configuration::load(&sources(common)?);
    selected(loaded.map_err(failure)?, common)
}

/// Returns the vendors of this build and of the configuration, which need not name a provider.
pub(crate) fn vendors(common: &Common) -> Result<Vendors, Failure> {
    Ok(Configuration::load_vendors(&sources(common)?)?)
}

/// Returns the vendors of this build and of the configuration, which need not name a provider, as far as they have no mistakes.
pub(crate) fn readable_vendors(common: &Common) -> Result<ReadableVendors, Failure> {
    Ok(Configuration::load_readable_vendors(&sources(common)?)?)
}

/// The configuration of a plan.
pub(crate) struct PlanConfiguration {
    pub(crate) configuration: Configuration,
    /// Whether no provider is configured, so that there is one for each vendor with made-up settings.
    pub(crate) has_made_up_settings: bool,
}

/// Returns the configuration for a plan, which sends nothing. Where no provider is configured, it has one for each vendor, and a
/// warning says so.
pub(crate) fn configuration_for_plan(common: &Common) -> Result<PlanConfiguration, Failure> {
    let sources = sources(common)?;
    let (configuration, has_made_up_settings) = match Configuration::load(&sources) {
        Err(error) if error.has_no_provider => {
            let configuration = Configuration::with_all_vendors(&sources).map_err(failure)?;
            output::styled_message(&Line::new(ALL_VENDORS).styled(Style::Command, INIT), 0);
            (configuration, true)
        }
        loaded => (loaded.map_err(failure)?, false),
    };
    Ok(PlanConfiguration { configuration: selected(configuration, common)?, has_made_up_settings })
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
    selected(loaded.map_err(failure)?, common)
}

/// Returns the sources of the configuration.
pub(crate) fn sources(common: &Common) -> Result<Sources, Failure> {
    Ok(Sources { file: common.config.clone(), flags: settings(common)?, ..Sources::from_environment() })
}

/// Returns the configuration with only the providers of `--to`.
pub(crate) fn selected(configuration: Configuration, common: &Common) -> Result<Configuration, Failure> {
    warnings::print_once(&configuration);
    output::note_vendors(&configuration.vendors);
    configuration.select(&common.to).map_err(|error| Failure::new(FailureCode::Usage, error.to_string()))
}

/// Returns the failure of a configuration. Without any file and provider, it says how to begin.
fn failure(error: ConfigurationError) -> Failure {
    if !error.has_no_provider || error.mistakes.iter().any(|mistake| mistake.file.is_some()) {
        return error.into();
    }
    let message = format!("no CRM is configured: there is no {FILE_NAME} in this folder");
    Failure::new(FailureCode::NoConfiguration, message).with_hint(INIT).with_steps(FIRST_STEPS)
}

/// Returns the keys and values of `--set`.
pub(crate) fn settings(common: &Common) -> Result<Vec<(String, String)>, Failure> {
    let malformed =
        || Failure::new(FailureCode::Usage, "--set: expected KEY=VALUE, such as defaults.timeout=5s");
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

/// Returns the variable that sets a key, which is given from the top: `queue.password`.
pub(crate) fn variable_for(key: &str) -> String {
    format!("UNICONTACT_{}", key.replace('.', "__").to_ascii_uppercase())
}

/// Returns whether an argument or a variable configures or names a provider.
pub(crate) fn name_a_provider(common: &Common) -> bool {
    let variable = |name: &OsStr| name.to_string_lossy().starts_with("UNICONTACT_PROVIDERS__");
    common.config.is_some()
        || !common.to.is_empty()
        || common.set.iter().any(|setting| setting.trim_start().starts_with("providers."))
        || std::env::vars_os().any(|(name, value)| variable(&name) && !is_unset(&value.to_string_lossy()))
}
