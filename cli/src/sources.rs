//! Where the configuration comes from: the file, the environment and `--set`.
//!
//! Its rule: nothing that is given is passed over, and no message repeats a value.

use std::ffi::OsString;

use unicontact::config::{Configuration, ConfigurationError, Diagnostic, Sources};

use crate::arguments::Common;
use crate::exit::Failure;

const OURS: &str = "UNICONTACT_";
/// It may hold any path that the system knows, so it is not read as text.
const NO_TEXT: &str = "UNICONTACT_CONFIG";
/// What `--queue` sets.
#[cfg(feature = "jetstream")]
const URL: &str = "queue.url";

/// The configuration that the common arguments name.
pub(crate) fn configuration(common: &Common) -> Result<Configuration, Failure> {
    let loaded = Configuration::load(&sources(common)?);
    let (_, unreadable) = split(std::env::vars_os());
    selected(told_with(loaded, unreadable)?, common)
}

/// The same, with the servers of the queue that `--queue` names.
#[cfg(feature = "jetstream")]
pub(crate) fn configuration_on(common: &Common, queue: Option<&str>) -> Result<Configuration, Failure> {
    let mut sources = sources(common)?;
    sources.flags.extend(queue.map(|url| (URL.to_owned(), url.to_owned())));
    let (_, unreadable) = split(std::env::vars_os());
    let loaded = Configuration::load(&sources).map_err(|mut error| {
        let by_queue = |mistake: &&mut Diagnostic| queue.is_some() && mistake.by_flag && mistake.path == URL;
        for mistake in error.mistakes.iter_mut().filter(by_queue) {
            *mistake = Diagnostic { path: "--queue".to_owned(), by_flag: false, ..mistake.clone() };
        }
        error
    });
    selected(told_with(loaded, unreadable)?, common)
}

/// The layers that the common arguments name.
pub(crate) fn sources(common: &Common) -> Result<Sources, Failure> {
    let (environment, _) = split(std::env::vars_os());
    Ok(Sources { file: common.config.clone(), environment, flags: settings(common)?, ..Sources::default() })
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

/// The variables as text, and the names of our own that are none.
fn split(variables: impl Iterator<Item = (OsString, OsString)>) -> (Vec<(String, String)>, Vec<String>) {
    let (mut environment, mut unreadable) = (Vec::new(), Vec::new());
    for (name, value) in variables {
        let shown = name.to_string_lossy().into_owned();
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => environment.push((name, value)),
            _ if shown.starts_with(OURS) && shown != NO_TEXT => unreadable.push(shown),
            _ => {}
        }
    }
    (environment, unreadable)
}

fn told_with(
    loaded: Result<Configuration, ConfigurationError>,
    unreadable: Vec<String>,
) -> Result<Configuration, ConfigurationError> {
    if unreadable.is_empty() {
        return loaded;
    }
    let (mut mistakes, missing_file) = match loaded {
        Ok(_) => (Vec::new(), None),
        Err(error) => (error.mistakes, error.missing_file),
    };
    mistakes.extend(unreadable.into_iter().map(|variable| Diagnostic {
        variable: Some(variable),
        message: "not UTF-8 text".to_owned(),
        ..Diagnostic::default()
    }));
    Err(ConfigurationError { mistakes, missing_file })
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn only_our_own_variables_must_be_text() {
        let broken = || OsString::from_vec(vec![b'x', 0xFF]);
        let variables = [
            ("PATH".into(), broken()),
            ("UNICONTACT_CONFIG".into(), broken()),
            ("UNICONTACT_JOURNAL".into(), broken()),
            ("HOME".into(), "/root".into()),
        ];
        let (environment, unreadable) = split(variables.into_iter());
        assert_eq!(environment, [("HOME".to_owned(), "/root".to_owned())]);
        assert_eq!(unreadable, ["UNICONTACT_JOURNAL"]);
    }
}
