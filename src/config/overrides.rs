//! Keys that environment variables and flags set. Their values stay text, so that a token such as `00123` or `true` survives.

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider, Source};

use super::diagnostic::{Diagnostic, SourceLocation};

/// The name of a flag's metadata in figment.
pub(super) const FLAG: &str = "flag";
/// The beginning of the names of all variables that are read.
pub(super) const PREFIX: &str = "UNICONTACT_";
/// Variables that the command reads itself: the file, what is logged, and how.
const OTHER_VARIABLES: [&str; 3] = ["UNICONTACT_CONFIG", "UNICONTACT_LOG", "UNICONTACT_LOG_FORMAT"];
const UNKNOWN_VARIABLE: &str = "unknown variable (there are UNICONTACT_JOURNAL, UNICONTACT_DEFAULTS__<KEY>, UNICONTACT_QUEUE__<KEY> and UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>)";

/// One key that is set outside of the file.
pub(super) struct Override {
    /// The variable; `None` for a flag.
    variable: Option<String>,
    path: Vec<String>,
    text: String,
}

impl Override {
    /// Returns the keys that the environment sets, and a diagnostic for each variable that sets none.
    pub(super) fn from_environment(environment: &[(String, String)]) -> (Vec<Self>, Vec<Diagnostic>) {
        let mut overrides: Vec<Self> = Vec::new();
        let mut mistakes = Vec::new();
        for (variable, text) in environment {
            let Some(key) = key_part(variable) else { continue };
            let mut reject =
                |message| mistakes.push(SourceLocation::from_variable(variable).diagnostic(&[], message));
            let Some(path) = parse_path(&key.to_ascii_lowercase()) else {
                reject(UNKNOWN_VARIABLE.to_owned());
                continue;
            };
            let same = overrides.iter().find(|other| other.path == path);
            if let Some(same) = same.and_then(|other| other.variable.as_deref()) {
                reject(format!("sets the same key as {same}: remove one of the two"));
                continue;
            }
            overrides.push(Self { variable: Some(variable.clone()), path, text: text.clone() });
        }
        (overrides, mistakes)
    }

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
        None if key == "journal" => vec![key],
        Some((table @ ("defaults" | "queue"), key)) => vec![table, key],
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
