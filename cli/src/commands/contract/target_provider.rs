//! Connects a selected provider with the configuration of a fixture, and with wrong credentials.
//!
//! No fixture can change an address or a credential.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use serde_json::{Map, Value};
use unicontact::config::{Configuration, ConfiguredProvider};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::contact::Country;
use unicontact::providers::http::Http;
use unicontact::providers::token::RefreshTokenStore;
use unicontact::providers::{ConnectionOptions, ContactProvider as _, Description, Provider, Secret};
use unicontact_contract::{ConnectError, LiveProvider, made_up_credentials};

use super::target::ContractTarget;

/// A selected provider whose secrets are made up.
struct WrongTarget(ContractTarget);

/// A store that keeps no token.
#[derive(Debug)]
struct NoTokenStore;

impl LiveProvider for ContractTarget {
    fn provider(&self) -> &str {
        &self.configured.name
    }

    fn vendor(&self) -> &str {
        &self.configured.vendor
    }

    fn credentials(&self) -> BTreeSet<String> {
        self.configured.credentials.iter().cloned().collect()
    }

    fn is_described(&self) -> bool {
        let has_file = self.configured.description_file.is_some();
        has_file || Description::bundled(&self.configured.vendor).is_some()
    }

    fn has_check(&self) -> bool {
        if !self.is_described() {
            return false;
        }
        let http = Http::new(Arc::new(SystemClock)).ok();
        let connected = http.and_then(|http| self.configured.connect(&http).ok());
        connected.is_some_and(|provider| provider.capabilities().check)
    }

    fn with_wrong_credentials(&self) -> Option<Box<dyn LiveProvider + '_>> {
        let secrets = self.configured.config.secrets().into_iter();
        let secrets = secrets.filter_map(|(key, secret)| Some((key, secret?.expose())));
        let wrong = self.with_secrets(&made_up_credentials(secrets))?;
        Some(Box::new(WrongTarget(wrong)))
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let mut configured = self.with_keys(keys)?;
        configured.settings.default_region = default_region;
        configured.connect(&http).map_err(|error| ConnectError(error.to_string()))
    }
}

impl LiveProvider for WrongTarget {
    fn provider(&self) -> &str {
        self.0.provider()
    }

    fn vendor(&self) -> &str {
        self.0.vendor()
    }

    fn credentials(&self) -> BTreeSet<String> {
        self.0.credentials()
    }

    fn is_described(&self) -> bool {
        self.0.is_described()
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let ConfiguredProvider { name, settings, config, .. } = self.0.with_keys(keys)?;
        let options = ConnectionOptions::new(name).with_timeout(settings.timeout);
        let options = options.with_default_region(default_region);
        let connected = config.connect_with_store(options, http, Arc::new(NoTokenStore));
        connected.map_err(|error| ConnectError(error.to_string()))
    }
}

impl RefreshTokenStore for NoTokenStore {
    fn load(&self, _configured: &Secret) -> io::Result<Option<Secret>> {
        Ok(None)
    }

    fn save(&self, _configured: &Secret, _newest: &Secret) -> io::Result<()> {
        Ok(())
    }
}

impl ContractTarget {
    /// Returns the same provider with these secrets and its own addresses. `None` if there are no secrets, if the configuration
    /// rejects one, or if one changes an address.
    fn with_secrets(&self, secrets: &BTreeMap<String, String>) -> Option<Self> {
        if secrets.is_empty() {
            return None;
        }
        let ConfiguredProvider { name, vendor, config, .. } = &self.configured;
        // What follows from a secret, such as the host in an API key, stays that of the real one.
        let derived = config.derived_keys();
        let derived = derived.iter().map(|(key, value)| (*key, value.as_str()));
        let secrets = secrets.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let flags = derived.chain(secrets);
        let flags = flags.map(|(key, value)| (format!("providers.{vendor}.{name}.{key}"), value.to_owned()));
        let mut sources = self.sources.clone();
        sources.flags.extend(flags);
        let providers = Configuration::load(&sources).ok()?.providers;
        let configured = providers.into_iter().find(|provider| provider.name == *name)?;
        let has_same_addresses = configured.addresses() == self.configured.addresses();
        has_same_addresses.then(|| Self {
            configured,
            sources,
            is_stand_in: self.is_stand_in,
            scenarios: Vec::new(),
        })
    }

    /// Returns whether wrong credentials may lock the same account: the addresses are the same, and so are the names among the
    /// credentials, such as `email` and `client_id`.
    pub(super) fn has_same_account(&self, other: &Self) -> bool {
        self.configured.addresses() == other.configured.addresses()
            && self.account_names() == other.account_names()
    }

    fn account_names(&self) -> Vec<(&str, &str)> {
        let credentials = self.configured.config.secrets().into_iter();
        let mut names: Vec<_> = credentials.filter_map(|(key, it)| Some((key, it?.expose()))).collect();
        let secrets = made_up_credentials(names.iter().copied());
        names.retain(|(key, _)| !secrets.contains_key(*key));
        names
    }

    /// Returns the configuration of the provider with these keys in addition to its own.
    fn with_keys(&self, keys: &Map<String, Value>) -> Result<ConfiguredProvider, ConnectError> {
        let ConfiguredProvider { name, vendor, .. } = &self.configured;
        let mut sources = self.sources.clone();
        for (key, value) in keys {
            let path = format!("providers.{vendor}.{name}.{key}");
            sources
                .flags
                .extend(flags(path, value).map_err(|problem| ConnectError(format!("{key}: {problem}")))?);
        }
        let configuration = Configuration::load(&sources).map_err(|error| {
            let prefix = format!("providers.{vendor}.{name}.");
            let mistakes = error.mistakes.iter().map(|mistake| {
                let key = mistake.path.strip_prefix(&prefix).unwrap_or(&mistake.path);
                format!("{key}: {}", mistake.message)
            });
            ConnectError(mistakes.collect::<Vec<_>>().join("; "))
        })?;
        let found = configuration.providers.into_iter().find(|provider| provider.name == *name);
        let found = found.ok_or_else(|| ConnectError(format!("{name} is no longer configured")))?;
        if !found.is_same_access(&self.configured) {
            return Err(ConnectError("it would change an address or a credential".to_owned()));
        }
        Ok(found)
    }
}

/// Returns the flags that set a key to this value, one for each member of a table.
fn flags(path: String, value: &Value) -> Result<Vec<(String, String)>, &'static str> {
    match value {
        Value::String(text) => Ok(vec![(path, text.clone())]),
        Value::Bool(_) | Value::Number(_) => Ok(vec![(path, value.to_string())]),
        Value::Object(table) => {
            let members = table.iter().map(|(name, value)| flags(format!("{path}.{name}"), value));
            Ok(members.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Value::Null | Value::Array(_) => Err("write a text, a number, true, false or a table of them"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use unicontact::config::Sources;
    use unicontact_sandbox::{Options, configuration_for};

    use super::*;

    fn target() -> ContractTarget {
        let vendors = Options::default().vendors;
        let text = Some(configuration_for(&vendors, |_| "http://127.0.0.1:9".to_owned()));
        let sources = Sources { text, ..Sources::default() };
        let providers = Configuration::load(&sources).unwrap().providers;
        let configured = providers.into_iter().find(|it| it.vendor == "smarttask").unwrap();
        ContractTarget { configured, sources, is_stand_in: false, scenarios: Vec::new() }
    }

    #[test]
    fn a_fixture_cannot_change_addresses_or_credentials() {
        for (key, value) in [
            ("base_url", "http://127.0.0.1:10"),
            ("token_url", "http://127.0.0.1:10"),
            ("access_token", "another"),
            ("client_id", "another"),
        ] {
            let keys = Map::from_iter([(key.to_owned(), json!(value))]);
            assert!(target().with_keys(&keys).is_err(), "{key}");
        }
        let keys = Map::from_iter([("use_created".to_owned(), json!(false))]);
        assert!(target().with_keys(&keys).is_ok());
    }

    #[test]
    fn wrong_credentials_change_the_secrets_alone() {
        let right = target();
        let wrong = right.with_secrets(&made_up_credentials([("access_token", "Sandbox-1")])).unwrap();
        assert_eq!(wrong.configured.addresses(), right.configured.addresses());
        assert_ne!(wrong.configured.config.secrets(), right.configured.config.secrets());
        assert_eq!(wrong.credentials(), right.credentials());
        assert!(right.with_secrets(&BTreeMap::new()).is_none());
    }

    /// Returns a provider with these keys.
    fn provider(vendor: &str, keys: &Map<String, Value>) -> ContractTarget {
        let flag = |(key, value)| flags(format!("providers.{vendor}.main.{key}"), value).unwrap();
        let sources = Sources { flags: keys.iter().flat_map(flag).collect(), ..Sources::default() };
        let configured = Configuration::load(&sources).unwrap().providers.remove(0);
        ContractTarget { configured, sources, is_stand_in: false, scenarios: Vec::new() }
    }

    /// Returns a provider of a described vendor, with made-up keys in place of those that are missing.
    fn described(vendor: &str, keys: &Value) -> ContractTarget {
        let description = Description::bundled(vendor).unwrap();
        provider(vendor, &description.made_up_keys(keys.as_object().unwrap()))
    }

    fn wrong(right: &ContractTarget) -> Option<ContractTarget> {
        let secrets = right.configured.config.secrets().into_iter();
        let secrets = secrets.filter_map(|(key, secret)| Some((key, secret?.expose())));
        right.with_secrets(&made_up_credentials(secrets))
    }

    #[test]
    fn wrong_credentials_are_sent_to_the_addresses_of_the_right_ones() {
        let given = json!({"api_key": "8c1f3a0b2d4e5f60718293a4b5c6d7e8-us21"});
        let mailchimp = described("mailchimp", &given);
        let host = mailchimp.configured.addresses()[0].host().to_owned();
        assert_eq!(host, "us21.api.mailchimp.com");
        for target in Description::bundled_names().map(|name| described(name, &json!({}))).chain([mailchimp])
        {
            let name = &target.configured.vendor;
            let wrong = wrong(&target).unwrap_or_else(|| panic!("{name} has no wrong credentials"));
            assert_eq!(wrong.configured.addresses(), target.configured.addresses(), "{name}");
            assert_ne!(wrong.configured.config.secrets(), target.configured.config.secrets(), "{name}");
        }
    }

    #[test]
    fn an_account_is_told_apart_by_its_address_and_its_names() {
        let provider = |email: &str, password: &str, host: &str| {
            let keys = json!({
                "email": email, "password": password, "site_id": 169, "time_zone": "Asia/Jakarta",
                "base_url": format!("https://{host}.example.com"),
            });
            provider("onecloud", keys.as_object().unwrap())
        };
        let one = provider("a@example.com", "fake-1", "one");
        assert!(one.has_same_account(&provider("a@example.com", "fake-2", "one")));
        assert!(!one.has_same_account(&provider("b@example.com", "fake-1", "one")));
        assert!(!one.has_same_account(&provider("a@example.com", "fake-1", "two")));
    }

    #[test]
    fn a_table_of_a_fixture_is_set_member_by_member() {
        let table = json!({"score": "51c27e", "colours": {"eye": 7}});
        let expected = [("a.colours.eye", "7"), ("a.score", "51c27e")];
        let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec();
        let mut flags = flags("a".to_owned(), &table).unwrap();
        flags.sort();
        assert_eq!(flags, expected);
        assert!(super::flags("a".to_owned(), &json!({"list": [1]})).is_err());
    }
}
