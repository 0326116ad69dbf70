//! Made-up keys for a provider that is tried without an account.

use serde_json::{Map, Value, json};

use super::account::AccountKey;
use super::account_kind::AccountKind;
use super::account_values::AccountValues;
use super::auth::chosen;
use super::config::REFRESH_TOKEN_STORE;
use super::description::Description;
use super::template::Template;

/// The origin of a vendor that names no hosts.
const ORIGIN: &str = "https://crm.example.com";
/// The text in place of `*` in the pattern of a host.
const HOST_LABEL: &str = "fake";

impl Description {
    /// Returns keys with which a provider connects: those of `given`, and a made-up value for each that it lacks and needs.
    /// Without a whole credential in `given`, the first one of the description is made up. Every secret begins with `fake-`.
    ///
    /// ```
    /// use serde_json::Map;
    /// use unicontact_providers::Description;
    ///
    /// let pipedrive = Description::bundled("pipedrive").ok_or("this build has no Pipedrive")?;
    /// let keys = pipedrive.made_up_keys(&Map::new());
    /// assert_eq!(keys["api_token"], "fake-api-token");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn made_up_keys(&self, given: &Map<String, Value>) -> Map<String, Value> {
        let account = &self.rules.account;
        let mut keys = given.clone();
        keys.retain(|_, value| !value.is_null());
        if !self.capabilities().overwrites.is_empty() {
            keys.entry("accept_overwrite").or_insert_with(|| true.into());
        }
        let mut add = |key: &AccountKey| {
            keys.entry(key.name.clone()).or_insert_with(|| self.made_up(key));
        };
        account.keys.iter().filter(|key| key.is_required()).for_each(&mut add);
        if !self.has_credential(&keys) {
            let names =
                self.rules.credentials.first().map(super::credential::Credential::keys).unwrap_or_default();
            let is_open = |key: &&AccountKey| key.default.is_none() && key.derive.is_none();
            for key in names.iter().filter_map(|name| account.key(name)).filter(is_open) {
                keys.entry(key.name.clone()).or_insert_with(|| self.made_up(key));
            }
        }
        if self.rotates() {
            // Nothing opens the file before a token is fetched.
            let store = std::env::temp_dir().join("unicontact-fake-refresh-token");
            keys.entry(REFRESH_TOKEN_STORE).or_insert_with(|| store.to_string_lossy().into());
        }
        self.add_derived(&mut keys);
        keys
    }

    /// Returns a made-up value for one key, if the account has it.
    pub fn made_up_key(&self, name: &str) -> Option<Value> {
        self.rules.account.key(name).map(|key| self.made_up(key))
    }

    /// Returns the names of the keys that hold a secret.
    pub fn secret_keys(&self) -> impl Iterator<Item = &str> {
        self.rules.account.keys.iter().filter(|key| key.is_secret).map(|key| key.name.as_str())
    }

    /// Returns the names of the keys that are handled as secrets because a credential sends them, although the description does
    /// not say `secret = true`.
    pub fn unmarked_secret_keys(&self) -> impl Iterator<Item = &str> {
        self.rules.account.keys.iter().filter(|key| key.is_unmarked).map(|key| key.name.as_str())
    }

    /// Returns the keys of the account that each credential needs, in the order in which they are tried.
    pub fn credentials(&self) -> Vec<Vec<String>> {
        self.rules.credentials.iter().map(super::credential::Credential::keys).collect()
    }

    /// Returns the names of the headers, in lower case, and query members that hold a credential, or a key of the account beside
    /// it. A draft shows none of their values.
    pub fn credential_members(&self) -> impl Iterator<Item = &str> {
        let credentials = self.rules.credentials.iter();
        let members = credentials.flat_map(|credential| credential.headers.iter().chain(&credential.query));
        members.filter(|(_, template)| template.holes().next().is_some()).map(|(name, _)| name.as_str())
    }

    fn made_up(&self, key: &AccountKey) -> Value {
        let is_text = matches!(key.kind, AccountKind::Text | AccountKind::Segment);
        let mut zones = self.rules.zones().flat_map(Template::holes);
        if is_text && zones.any(|hole| hole == key.name) { json!("UTC") } else { made_up(key) }
    }

    /// Returns whether a credential has a refresh token that rotates.
    fn rotates(&self) -> bool {
        let mut tokens = self.rules.credentials.iter().filter_map(|credential| credential.token.as_ref());
        tokens.any(|token| token.rotates)
    }

    fn has_credential(&self, keys: &Map<String, Value>) -> bool {
        let values = AccountValues::read(&self.rules.account, &mut keys.clone());
        values.is_ok_and(|values| chosen(&self.rules.credentials, &values).is_some())
    }

    /// Adds the keys that should follow from others and cannot, because those are made up.
    fn add_derived(&self, keys: &mut Map<String, Value>) {
        for key in &self.rules.account.keys {
            let Some(derivation) = key.derive.as_ref().filter(|_| !keys.contains_key(&key.name)) else {
                continue;
            };
            let source = keys.get(&derivation.from).and_then(Value::as_str).unwrap_or_default();
            let follows =
                source.rsplit_once(&derivation.after_last).is_some_and(|(_, derived)| !derived.is_empty());
            // A key that is no text does not follow from a made-up text.
            let is_text =
                !matches!(key.kind, AccountKind::Integer | AccountKind::Integers | AccountKind::Table);
            if !follows || !is_text {
                keys.insert(key.name.clone(), self.made_up(key));
            }
        }
    }
}

fn made_up(key: &AccountKey) -> Value {
    match &key.kind {
        AccountKind::Integer => json!(7),
        AccountKind::Integers => json!([7]),
        AccountKind::Table => json!({}),
        AccountKind::Choice(choices) => choices.first().map_or(Value::Null, |choice| json!(choice.name)),
        AccountKind::Origin(hosts) => match hosts.first() {
            Some(host) => json!(format!("https://{}", host.replacen('*', HOST_LABEL, 1))),
            None => json!(ORIGIN),
        },
        AccountKind::Text | AccountKind::Segment if !key.is_secret && key.name.contains("email") => {
            json!("fake-login@example.com")
        }
        AccountKind::HostLabel | AccountKind::Text | AccountKind::Segment => {
            json!(format!("fake-{}", key.name.replace('_', "-")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;
    use crate::connection::ConnectionOptions;
    use crate::declared::provider::Declared;
    use crate::http::Http;

    #[test]
    fn every_bundled_vendor_connects_with_made_up_keys() {
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        for name in Description::bundled_names() {
            let description = Description::bundled(name).unwrap();
            let keys = description.made_up_keys(&Map::new());
            let options = ConnectionOptions::new("tried");
            Declared::connect(description, keys, options, http.clone())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_number_that_should_follow_from_a_made_up_key_is_made_up() {
        let text = include_str!("testdata/others/pairs.toml");
        let keys = Description::parse(text).unwrap().made_up_keys(&Map::new());
        assert_eq!(keys, *json!({"hapikey": "fake-hapikey", "portal": 7}).as_object().unwrap());
    }

    #[test]
    fn a_vendor_whose_refresh_token_rotates_connects_with_made_up_keys() {
        let text =
            include_str!("testdata/others/graphql.toml").replace("expires = \"jwt\"", "rotates = true");
        let description = Arc::new(Description::parse(&text).unwrap());
        let keys = description.made_up_keys(&Map::new());
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        Declared::connect(description, keys, ConnectionOptions::new("tried"), http).unwrap();
    }

    #[test]
    fn given_keys_stay_and_choose_the_credential() {
        let salesforce = Description::bundled("salesforce").unwrap();
        let given = json!({"access_token": "mine", "api_version": null});
        let keys = salesforce.made_up_keys(given.as_object().unwrap());
        assert_eq!(keys["access_token"], "mine");
        assert!(!keys.contains_key("client_id"), "{:?}", keys.keys());
        let keys = salesforce.made_up_keys(&Map::new());
        assert_eq!(keys["client_secret"], "fake-client-secret");
        assert_eq!(salesforce.credentials()[1], ["access_token"]);
    }
}
