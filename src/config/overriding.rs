//! What the environment and flags say: one key each, as text.
//!
//! Its rule: text stays text, so that a token such as `00123` or `true` survives. A variable that can be no
//! key is a mistake, never passed over.

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider, Source};

use super::diagnostic::{Diagnostic, Place};

/// What figment knows a flag by.
pub(super) const FLAG: &str = "flag";
const PREFIX: &str = "UNICONTACT_";
/// What the command itself reads: where the file is, what is logged, and how.
const NO_KEYS: [&str; 3] = ["UNICONTACT_CONFIG", "UNICONTACT_LOG", "UNICONTACT_LOG_FORMAT"];
const SHAPES: &str = "unknown variable (there are UNICONTACT_JOURNAL, UNICONTACT_DEFAULTS__<KEY>, UNICONTACT_QUEUE__<KEY> and UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>)";

/// One key that was given outside of the file.
pub(super) struct Override {
    /// The variable; `None` for a flag.
    variable: Option<String>,
    path: Vec<String>,
    text: String,
}

impl Override {
    /// The keys that the environment holds, and the variables that are none.
    pub(super) fn from_environment(environment: &[(String, String)]) -> (Vec<Self>, Vec<Diagnostic>) {
        let mut all: Vec<Self> = Vec::new();
        let mut mistakes = Vec::new();
        for (variable, text) in environment {
            let spelled = variable.strip_prefix(PREFIX);
            let Some(spelled) = spelled.filter(|_| !NO_KEYS.contains(&variable.as_str())) else {
                continue;
            };
            let mut refuse = |message| {
                mistakes.push(Place::variable(variable).mistake(&[], message));
            };
            let Some(path) = path_of(&spelled.to_ascii_lowercase()) else {
                refuse(SHAPES.to_owned());
                continue;
            };
            let same = all.iter().find(|given| given.path == path);
            if let Some(same) = same.and_then(|given| given.variable.as_deref()) {
                refuse(format!("the same key as {same}"));
                continue;
            }
            all.push(Self { variable: Some(variable.clone()), path, text: text.clone() });
        }
        (all, mistakes)
    }

    /// The keys that flags set.
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

/// The variable that sets the key at `path`.
pub(super) fn variable_for(path: &[String]) -> String {
    format!("{PREFIX}{}", path.join("__").to_ascii_uppercase())
}

/// The key that a variable means. A provider's name may hold underscores of its own: vendor and key cannot,
/// doubled or at their ends, so they are cut off first.
fn path_of(spelled: &str) -> Option<Vec<String>> {
    let path = match spelled.split_once("__") {
        None if spelled == "journal" => vec![spelled],
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
    fn a_providers_name_may_hold_underscores_anywhere() {
        for name in ["acme", "my_crm", "my__crm", "_crm", "crm_", "__"] {
            let path = ["providers", "emnify", name, "auth_token_file"].map(str::to_owned);
            let variable = variable_for(&path);
            let spelled = variable.strip_prefix(PREFIX).unwrap().to_ascii_lowercase();
            assert_eq!(path_of(&spelled).unwrap(), path, "{variable}");
        }
    }
}
