//! The configuration that `init` is about to write.
//!
//! Invariant: a message about a draft names keys and files, and no value.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unicontact::config::{
    Configuration, ConfigurationError, Diagnostic, FILE_NAME, MissingKey, Sources, VendorKeys, is_unset,
};
use unicontact::is_provider_name;
use unicontact::providers::{Vendor, Vendors, nearest_word};
use unicontact_files::toml_string;

use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::sources;

const HEAD: &str = "\
# All keys: unicontact schema config
";
const JOURNAL: &str = "\
# The deliveries so far: a second run skips what is delivered. Beside this file.
journal = \"unicontact.db\"
";

/// The beginning of the keys that name files of descriptions.
const VENDORS: &str = "vendors.";

/// A key and its value.
type Setting = (String, String);

/// The configuration so far.
pub(super) struct Draft {
    path: PathBuf,
    /// The vendors that a provider may have.
    pub(super) vendors: Vendors,
    /// The variables of this process, some of which may set keys.
    environment: Vec<Setting>,
    pub(super) providers: Vec<DraftProvider>,
    /// Keys outside of `[providers]`, from the top.
    others: Vec<Setting>,
}

/// A provider so far.
pub(super) struct DraftProvider {
    pub(super) vendor: Vendor,
    pub(super) name: String,
    settings: Vec<Setting>,
}

impl Draft {
    /// Creates an empty draft. Its vendors are those of this build, and those that `settings` and the environment describe.
    ///
    /// # Errors
    ///
    /// A description has a mistake.
    pub(super) fn new(path: &Path, settings: &[Setting]) -> Result<Self, Failure> {
        let environment = Sources::from_environment().environment;
        let is_of_vendor = |(key, _): &&Setting| key.starts_with(VENDORS);
        let vendors = Configuration::load_vendors(&Sources {
            file: Some(path.to_owned()),
            text: Some(String::new()),
            environment: environment.clone(),
            flags: settings.iter().filter(is_of_vendor).cloned().collect(),
            ..Sources::default()
        })?;
        let (providers, others) = (Vec::new(), Vec::new());
        Ok(Self { path: path.to_owned(), vendors, environment, providers, others })
    }

    /// Returns the vendor of this name. One that only the usual configuration file describes is described in this one, too.
    pub(super) fn vendor(&mut self, name: &str) -> Result<Vendor, Failure> {
        if self.vendors.by_name(name).is_none() && self.path != Path::new(FILE_NAME) {
            let usual = Sources { file: Some(FILE_NAME.into()), ..Sources::default() };
            let found = Configuration::load_vendors(&usual).ok().and_then(|vendors| vendors.by_name(name));
            let file = found.as_ref().and_then(|vendor| vendor.source().file());
            if let (Some(description), Some(file)) = (found.as_ref().and_then(Vendor::description), file) {
                let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
                replace(&mut self.others, &format!("{VENDORS}{name}"), &file.to_string_lossy());
                self.vendors = std::mem::take(&mut self.vendors).with_file(Arc::clone(description), file);
            }
        }
        self.vendors.by_name(name).ok_or_else(|| unknown_vendor(name, &self.vendors))
    }

    /// Returns the provider of this name, which is added if there is none.
    pub(super) fn provider(&mut self, vendor: &Vendor, name: &str) -> &mut DraftProvider {
        let is_it = |it: &DraftProvider| it.name == name && it.vendor.name() == vendor.name();
        let index = self.providers.iter().position(is_it).unwrap_or_else(|| {
            let (vendor, name) = (vendor.clone(), name.to_owned());
            self.providers.push(DraftProvider { vendor, name, settings: Vec::new() });
            self.providers.len() - 1
        });
        &mut self.providers[index]
    }

    /// Sets a key. `path` is the key from the top: `providers.VENDOR.NAME.KEY`, `defaults.KEY` or `journal`. `flag` is the key as
    /// the user wrote it, for messages.
    ///
    /// # Errors
    ///
    /// The key is that of a secret, or cannot be a key.
    pub(super) fn set(&mut self, path: &str, flag: &str, value: &str) -> Result<(), Failure> {
        let parts: Vec<&str> = path.split('.').collect();
        if !parts.iter().all(|part| is_bare_key(part)) {
            return Err(not_a_key(flag, "KEY=VALUE, with a-z, 0-9 and _ in the key"));
        }
        if Configuration::key_schema(path).is_some_and(|schema| schema["writeOnly"] == true) {
            return Err(secret_in_flag(path, flag));
        }
        match parts.as_slice() {
            ["providers", vendor, name, key] => {
                let vendor = self.vendor(vendor)?;
                if VendorKeys::new(&vendor).key(key).is_some_and(|key| key.is_secret) {
                    return Err(secret_in_flag(path, flag));
                }
                if !is_provider_name(name) {
                    return Err(wrong_name(&format!("--set {flag}")));
                }
                self.provider(&vendor, name).answer(key, value);
            }
            ["providers", ..] => return Err(not_a_key(flag, "providers.VENDOR.NAME.KEY")),
            [table @ ("defaults" | "queue")] => return Err(not_a_key(flag, &format!("{table}.KEY"))),
            _ => replace(&mut self.others, path, value),
        }
        Ok(())
    }

    /// Returns all keys that a provider lacks, also those that are missing only once others are set.
    pub(super) fn all_missing(&self, provider: &DraftProvider) -> Vec<MissingKey> {
        let set = self.set_keys(provider);
        VendorKeys::new(&provider.vendor).all_missing(&set.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Returns the keys that a provider lacks, in the file and in the environment.
    pub(super) fn missing(&self, provider: &DraftProvider) -> Vec<MissingKey> {
        let set = self.set_keys(provider);
        VendorKeys::new(&provider.vendor).missing(&set.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Returns the keys that the file and the environment set.
    fn set_keys(&self, provider: &DraftProvider) -> Vec<String> {
        let prefix = provider.variable("");
        let variables = self.environment.iter().filter(|(_, value)| !is_unset(value));
        let in_environment =
            variables.filter_map(|(name, _)| Some(name.strip_prefix(&prefix)?.to_ascii_lowercase()));
        provider.settings.iter().map(|(key, _)| key.clone()).chain(in_environment).collect()
    }

    /// Returns the mistake in a key that is set, such as a number that is none.
    pub(super) fn mistake(&self, provider: &DraftProvider, key: &str) -> Option<String> {
        let path = format!("providers.{}.{}", provider.vendor.name(), provider.name);
        let mistakes = self.check().err()?.mistakes;
        let is_it = |mistake: &str| mistake == path || mistake == format!("{path}.{key}");
        mistakes.into_iter().find(|mistake| is_it(&mistake.path)).map(|mistake| mistake.message)
    }

    /// Loads the configuration with the environment, as later commands will. A mistake of a file that is not written yet names
    /// its key alone.
    ///
    /// # Errors
    ///
    /// All mistakes.
    pub(super) fn check_before_writing(&self) -> Result<Configuration, Failure> {
        self.check().map_err(|mut error| {
            let is_of_draft = |it: &&mut Diagnostic| it.file.as_deref() == Some(self.path.as_path());
            for mistake in error.mistakes.iter_mut().filter(is_of_draft) {
                (mistake.file, mistake.line) = (None, None);
            }
            Failure::from(error).prefixed("nothing was written: ")
        })
    }

    /// Loads the configuration with the environment, as later commands will.
    pub(super) fn check(&self) -> Result<Configuration, ConfigurationError> {
        Configuration::load(&Sources {
            file: Some(self.path.clone()),
            text: Some(self.text()),
            environment: self.environment.clone(),
            ..Sources::default()
        })
    }

    /// Returns the file's text.
    pub(super) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        let top: Vec<&Setting> = self.others.iter().filter(|(path, _)| !path.contains('.')).collect();
        if !top.iter().any(|(path, _)| path == "journal") {
            text.push_str(JOURNAL);
        }
        for (key, value) in top {
            push_setting(&mut text, key, &bare_or_quoted(value));
        }
        for (name, keys) in self.tables() {
            let _ = write!(text, "\n[{name}]\n");
            for (key, value) in keys {
                push_setting(&mut text, key, &bare_or_quoted(value));
            }
        }
        for provider in &self.providers {
            let _ = write!(text, "\n[providers.{}.{}]\n", provider.vendor.name(), provider.name);
            let keys = VendorKeys::new(&provider.vendor);
            for (key, value) in &provider.settings {
                let is_text = keys.key(key).is_some_and(|key| key.is_text);
                push_setting(
                    &mut text,
                    key,
                    &if is_text { toml_string(value) } else { bare_or_quoted(value) },
                );
            }
        }
        text
    }

    /// Returns the tables outside of `[providers]` with their keys, in the order in which they were set first.
    fn tables(&self) -> Vec<(&str, Vec<(&str, &str)>)> {
        let mut tables: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
        for (path, value) in &self.others {
            let Some((name, key)) = path.split_once('.') else { continue };
            let setting = (key, value.as_str());
            match tables.iter_mut().find(|(other, _)| *other == name) {
                Some((_, keys)) => keys.push(setting),
                None => tables.push((name, vec![setting])),
            }
        }
        tables
    }
}

impl DraftProvider {
    /// Sets a key to an answer of the user.
    pub(super) fn answer(&mut self, key: &str, value: &str) {
        replace(&mut self.settings, key, value);
    }

    /// Removes a key whose value is wrong.
    pub(super) fn remove(&mut self, key: &str) {
        self.settings.retain(|(other, _)| other != key);
    }

    /// Returns the variable that sets a key.
    pub(super) fn variable(&self, key: &str) -> String {
        sources::variable_for(&format!("providers.{}.{}.{key}", self.vendor.name(), self.name))
    }
}

/// Returns the failure of a name that no provider may have, in an option.
pub(super) fn wrong_name(option: &str) -> Failure {
    Failure::new(
        FailureCode::Usage,
        format!("{option}: the name of a provider has only the characters a-z, 0-9 and _"),
    )
}

fn not_a_key(flag: &str, expected: &str) -> Failure {
    Failure::new(FailureCode::Usage, format!("--set {}: expected {expected}", flag.escape_debug()))
}

fn secret_in_flag(path: &str, flag: &str) -> Failure {
    let variable = sources::variable_for(path);
    Failure::new(
        FailureCode::Usage,
        format!(
            "--set {flag}: other users of this machine can see the command line; write the secret into a file and use \
             --set {flag}_file=PATH, or set the variable {variable}"
        ),
    )
}

/// Returns whether a key needs no quotes in TOML.
fn is_bare_key(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))
}

fn unknown_vendor(name: &str, vendors: &Vendors) -> Failure {
    let advice = match nearest_word(name, vendors.names()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("choose from {}", vendors.names().join(", ")),
    };
    let name = name.escape_debug();
    Failure::new(
        FailureCode::Usage,
        format!("no vendor is named `{name}`: {advice} One that a file describes: --set vendors.NAME=FILE"),
    )
}

fn replace(settings: &mut Vec<Setting>, key: &str, value: &str) {
    match settings.iter_mut().find(|(other, _)| other == key) {
        Some((_, other)) => value.clone_into(other),
        None => settings.push((key.to_owned(), value.to_owned())),
    }
}

fn push_setting(text: &mut String, key: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

/// Returns a number or a truth value as it is, and any other text in quotes.
fn bare_or_quoted(value: &str) -> String {
    let is_number = value.parse::<i64>().is_ok_and(|number| number.to_string() == value);
    if is_number || matches!(value, "true" | "false") { value.to_owned() } else { toml_string(value) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_answer_is_read_back_unchanged(secret in "[!-~äЖ👍]([ -~\u{0}-\u{1f}\u{7f}-\u{9f}äЖ👍]{0,12}[!-~])?") {
            let draft = Draft::new(Path::new("crm.toml"), &[]).unwrap();
            let mut draft = Draft { environment: Vec::new(), ..draft };
            let vendor = draft.vendor("smarttask").unwrap();
            let provider = draft.provider(&vendor, "acme");
            provider.answer("organization_id", "38");
            provider.answer("access_token", &secret);
            let configuration = draft.check().unwrap();
            let secrets = configuration.providers[0].config.secrets();
            prop_assert_eq!(secrets[0].1.unwrap().expose(), secret);
        }
    }

    #[test]
    fn only_numbers_and_truth_values_are_bare() {
        for bare in ["38", "-1", "true", "false"] {
            assert_eq!(bare_or_quoted(bare), bare);
        }
        for text in ["007", "1.5", "DE", "", "True", "99999999999999999999"] {
            assert_eq!(bare_or_quoted(text), format!("\"{text}\""));
        }
    }
}
