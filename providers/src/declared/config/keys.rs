//! The names of a provider's keys, and those that every described vendor may have.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};
use unicontact_model::nearest_word;

use crate::configuration::{ConfigProblem, read};
use crate::declared::account::Account;
use crate::declared::account_values::AccountValues;
use crate::declared::credential::Grant;
use crate::declared::description::Description;
use crate::http::BaseUrl;

const BASE_URL: &str = "base_url";
const TOKEN_URL: &str = "token_url";
pub(in crate::declared) const REFRESH_TOKEN_STORE: &str = "refresh_token_store";
const ACCEPT_OVERWRITE: &str = "accept_overwrite";

/// The keys that are no account's.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnKeys {
    pub(super) base_url: Option<BaseUrl>,
    pub(super) token_url: Option<BaseUrl>,
    pub(super) refresh_token_store: Option<PathBuf>,
    pub(super) accept_overwrite: bool,
}

impl OwnKeys {
    /// Takes the keys out of those of a provider.
    pub(super) fn take(keys: &mut Map<String, Value>) -> Result<Self, ConfigProblem> {
        let names = [BASE_URL, TOKEN_URL, REFRESH_TOKEN_STORE, ACCEPT_OVERWRITE];
        let taken = names.into_iter().filter_map(|name| keys.remove_entry(name));
        read(taken.collect())
    }
}

/// Reports the first key that the vendor's providers do not have.
pub(super) fn check_names(description: &Description, keys: &Map<String, Value>) -> Result<(), ConfigProblem> {
    let known = names(description);
    let Some(unknown) = keys.keys().find(|key| !known.contains(&key.as_str())) else {
        return Ok(());
    };
    let message = match nearest_word(unknown, known.iter().copied()) {
        Some(near) => format!("unknown key, did you mean `{near}`?"),
        None => format!("unknown key (there are {})", known.join(", ")),
    };
    Err(ConfigProblem::new(unknown.clone(), message))
}

/// Returns the names of a provider's keys.
fn names(description: &Description) -> Vec<&str> {
    let rules = &description.rules;
    let mut names = vec![BASE_URL];
    let mut grants = rules.credentials.iter().filter_map(|it| it.token.as_ref()).map(|token| token.grant);
    if grants.clone().next().is_some() {
        names.push(TOKEN_URL);
    }
    if grants.any(|grant| grant == Grant::RefreshToken) {
        names.push(REFRESH_TOKEN_STORE);
    }
    if !description.capabilities().overwrites.is_empty() {
        names.push(ACCEPT_OVERWRITE);
    }
    names.extend(rules.account.keys.iter().map(|key| key.name.as_str()));
    names
}

/// Reports the first key that a provider must have and has not.
pub(super) fn check_required(account: &Account, values: &AccountValues) -> Result<(), ConfigProblem> {
    let missing = account.keys.iter().find(|key| key.is_required() && !values.is_set(&key.name));
    match missing {
        Some(key) if key.about.is_empty() => Err(ConfigProblem::new(key.name.clone(), "is missing: set it")),
        Some(key) => Err(ConfigProblem::new(
            key.name.clone(),
            format!("is missing: set it ({})", key.about.trim_end_matches('.')),
        )),
        None => Ok(()),
    }
}
