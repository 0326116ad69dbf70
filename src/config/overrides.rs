//! Keys that environment variables and flags set. Their values stay text, so that a token such as `00123` or `true` survives.

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider, Source};
use unicontact_providers::nearest_word;

use super::diagnostic::{Diagnostic, SourceLocation};
use super::orchestrator::is_of_orchestrator;
use super::tables::TABLES;

/// The name of a flag's metadata in figment.
pub(super) const FLAG: &str = "flag";
/// The beginning of the names of all variables that are read.
pub(super) const PREFIX: &str = "UNICONTACT_";
/// Variables that the command reads itself: the file, what is logged, and how.
const OTHER_VARIABLES: [&str; 3] = ["UNICONTACT_CONFIG", "UNICONTACT_LOG", "UNICONTACT_LOG_FORMAT"];
/// The keys above all tables.
pub const TOP_LEVEL_KEYS: [&str; 3] = ["journal", "retention", "identify_by"];
const TABLE_VARIABLES: &str = "UNICONTACT_DEFAULTS__<KEY>, UNICONTACT_QUEUE__<KEY>, UNICONTACT_VENDORS__<NAME> and UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>";

/// Returns whether a variable with this value counts as unset: it is empty or blank.
pub fn is_unset(value: &str) -> bool {
    value.trim().is_empty()
}

/// One key that is set outside of the file.
pub(super) struct Override {
    /// The variable; `None` for a flag.
    variable: Option<String>,
    path: Vec<String>,
    text: String,
}

/// The keys that variables set.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) overrides: Vec<Override>,
    /// A diagnostic for each variable that sets no key.
    pub(super) mistakes: Vec<Diagnostic>,
    /// The variables that an orchestrator sets for a service named `unicontact`.
    pub(super) ignored: Vec<String>,
}

impl Environment {
    /// Reads variables.
    pub(super) fn new(variables: &[(String, String)]) -> Self {
        let mut environment = Self::default();
        for (variable, text) in variables.iter().filter(|(_, text)| !is_unset(text)) {
            if let Some(key) = key_part(variable) {
                environment.add(variable, key, text);
            }
        }
        environment
    }

    fn add(&mut self, variable: &str, key: &str, text: &str) {
        let Some(path) = parse_path(&key.to_ascii_lowercase()) else {
            if is_of_orchestrator(key, text) {
                self.ignored.push(variable.to_owned());
            } else {
                self.reject(variable, unknown_variable(key));
            }
            return;
        };
        let same = self.overrides.iter().find(|other| other.path == path);
        if let Some(same) = same.and_then(|other| other.variable.clone()) {
            self.reject(variable, format!("sets the same key as {same}: remove one of the two"));
            return;
        }
        self.overrides.push(Override { variable: Some(variable.to_owned()), path, text: text.to_owned() });
    }

    fn reject(&mut self, variable: &str, message: String) {
        self.mistakes.push(SourceLocation::from_variable(variable).diagnostic(&[], message));
    }
}

/// Returns the message about a variable that sets no key, with the nearest one that does.
fn unknown_variable(key: &str) -> String {
    let key = key.to_ascii_lowercase();
    let (table, rest) = match key.split_once("__") {
        Some((table, rest)) => (table, format!("__{rest}")),
        None => (key.as_str(), String::new()),
    };
    let others = OTHER_VARIABLES.map(|name| name.trim_start_matches(PREFIX).to_ascii_lowercase());
    let names: Vec<&str> = if rest.is_empty() {
        TOP_LEVEL_KEYS.into_iter().chain(others.iter().map(String::as_str)).collect()
    } else {
        TABLES.to_vec()
    };
    match nearest_word(table, names) {
        Some(near) if near != table => {
            let near = format!("{PREFIX}{near}{rest}").to_ascii_uppercase();
            format!("unknown variable, did you mean `{near}`?")
        }
        _ => {
            let top_level = TOP_LEVEL_KEYS.map(|key| variable_for(&[key.to_owned()]));
            format!("unknown variable (there are {}, {TABLE_VARIABLES})", top_level.join(", "))
        }
    }
}

impl Override {
    /// Returns the keys that flags set.
    pub(super) fn from_flags(flags: &[(String, String)]) -> impl Iterator<Item = Self> {
        flags.iter().map(|(path, text)| Self {
            variable: None,
            path: path.split('.').map(str::to_owned).collect(),
            text: text.clone(),
        })
    }
}

impl Provider for Override {
    fn metadata(&self) -> Metadata {
        match &self.variable {
            Some(variable) => Metadata::from("variable", Source::Custom(variable.clone())),
            None => Metadata::named(FLAG),
        }
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let text = Value::from(self.text.clone());
        let nested =
            self.path.iter().rev().fold(text, |value, key| Value::from(Dict::from([(key.clone(), value)])));
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}

/// Returns the variable that sets the key at `path`.
pub(super) fn variable_for(path: &[String]) -> String {
    format!("{PREFIX}{}", path.join("__").to_ascii_uppercase())
}

/// Returns the part of a variable's name that spells a key; `None` for a variable of other programs or of the command.
fn key_part(variable: &str) -> Option<&str> {
    variable.strip_prefix(PREFIX).filter(|_| !OTHER_VARIABLES.contains(&variable))
}

/// Returns the path of the key that a variable spells.
///
/// A provider's name may have underscores anywhere. Vendors and keys have no doubled ones and none at their ends, so they are
/// cut off first.
fn parse_path(key: &str) -> Option<Vec<String>> {
    let path = match key.split_once("__") {
        None if TOP_LEVEL_KEYS.contains(&key) => vec![key],
        Some((table @ ("defaults" | "queue" | "vendors"), key)) => vec![table, key],
        Some(("providers", provider)) => {
            let (vendor, provider) = provider.split_once("__")?;
            let (name, key) = provider.rsplit_once("__")?;
            vec!["providers", vendor, name, key]
        }
        _ => return None,
    };
    Some(path.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_name_may_have_underscores_anywhere() {
        for name in ["acme", "my_crm", "my__crm", "_crm", "crm_", "__"] {
            let path = ["providers", "emnify", name, "auth_token_file"].map(str::to_owned);
            let variable = variable_for(&path);
            let key = key_part(&variable).unwrap().to_ascii_lowercase();
            assert_eq!(parse_path(&key).unwrap(), path, "{variable}");
        }
    }
}
