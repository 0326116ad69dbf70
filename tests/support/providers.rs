//! The adapters under test, with credentials that are nobody's.
//!
//! Its rule: every vendor has one default configuration; a fixture says only what differs from it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use unicontact::providers::clock::{ManualClock, SharedClock};
use unicontact::providers::cloverhound::Cloverhound;
use unicontact::providers::emnify::Emnify;
use unicontact::providers::http::Http;
use unicontact::providers::onecloud::OneCloud;
use unicontact::providers::smarttask::{RefreshTokenStore, SmartTask};
use unicontact::providers::{Common, Created, Exchange, Provider, ProviderError, Secret};

use super::fixture::{Fault, Fixture, ProviderSettings};

/// The configured name of every provider under test.
pub(crate) const NAME: &str = "under_test";
/// For an answer that never comes.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(500);
/// For an answer that does, however busy the machine is.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
/// The time of every fixture that does not say what time it is.
const NOW: &str = "2026-11-20T10:00:00Z";

/// Credentials by configuration key.
const CREDENTIALS: &[(&str, &str)] = &[
    ("access_token", "fake-access-token"),
    ("refresh_token", "fake-refresh-token"),
    ("client_id", "fake-client-id"),
    ("client_secret", "fake-client-secret"),
    ("application_token", "fake-application-token"),
    ("auth_token", "fake-auth-token"),
    ("api_key_id", "fake-key-id"),
    ("api_key_secret", "fake-key-secret"),
    ("email", "fake-login@example.com"),
    ("password", "fake-password"),
    ("token", "fake-token"),
];

/// What a login in a fixture hands out in place of `[secret]`.
pub(crate) const ISSUED: &str = "fake-issued-token";

/// The key's id and secret as they travel.
pub(crate) const BASIC: &str = "ZmFrZS1rZXktaWQ6ZmFrZS1rZXktc2VjcmV0";

/// Every text that no error, message or `Debug` output may hold.
pub(crate) fn secrets() -> Vec<&'static str> {
    let configured = CREDENTIALS.iter().map(|(_, secret)| *secret);
    configured.chain([ISSUED, BASIC]).collect()
}

pub(crate) fn credential(key: &str) -> &'static str {
    let known = CREDENTIALS.iter().find(|(known, _)| *known == key);
    known.unwrap_or_else(|| panic!("no credential is called {key}")).1
}

/// The credentials that a vendor has unless a fixture says otherwise.
fn default_credentials(vendor: &str) -> &'static [&'static str] {
    match vendor {
        "smarttask" => &["access_token"],
        "emnify" => &["auth_token", "application_token"],
        "cloverhound" => &["api_key_id", "api_key_secret"],
        "onecloud" => &["token", "email", "password", "site_id"],
        other => panic!("no vendor is called {other}"),
    }
}

/// The bearer token that a vendor begins with, if it has one.
pub(crate) fn first_token(fixture: &Fixture) -> Option<&'static str> {
    let keys = credentials_of(&fixture.vendor, &fixture.provider);
    let tokens = ["access_token", "auth_token", "token"];
    let token = tokens.into_iter().find(|key| keys.iter().any(|it| it == key));
    token.map(credential)
}

fn credentials_of(vendor: &str, settings: &ProviderSettings) -> Vec<String> {
    let defaults = || default_credentials(vendor).iter().map(|key| (*key).to_owned());
    settings.credentials.clone().unwrap_or_else(|| defaults().collect())
}

/// The adapter that a fixture asks for, talking to `base_url`.
pub(crate) fn of_fixture(fixture: &Fixture, base_url: &str) -> Provider {
    let hangs = fixture.fault() == Some(Fault::Hang);
    let timeout = if hangs { TIMEOUT } else { PATIENT };
    let now = fixture.now.unwrap_or_else(|| NOW.parse().unwrap());
    let clock = Arc::new(ManualClock::starting_at(now));
    build(&fixture.vendor, &fixture.provider, base_url, timeout, clock)
}

/// The adapter of `vendor` in its default configuration, talking to `base_url`.
pub(crate) fn by_default(vendor: &str, base_url: &str, timeout: Duration) -> Provider {
    let clock = Arc::new(ManualClock::starting_at(NOW.parse().unwrap()));
    build(vendor, &ProviderSettings::default(), base_url, timeout, clock)
}

/// One adapter of every vendor, with nobody to talk to.
pub(crate) fn one_of_each() -> Vec<Provider> {
    let vendors = super::fixture::VENDORS.into_iter();
    let nobody = "http://127.0.0.1:9";
    vendors.map(|vendor| by_default(vendor, nobody, TIMEOUT)).collect()
}

fn build(
    vendor: &str,
    settings: &ProviderSettings,
    base_url: &str,
    timeout: Duration,
    clock: SharedClock,
) -> Provider {
    let common = Common {
        name: NAME.to_owned(),
        timeout,
        default_region: settings.default_region.as_ref().map(|region| region.parse().unwrap()),
    };
    let http = Http::new(clock).unwrap();
    let configuration = configuration(vendor, settings, base_url);
    match vendor {
        "smarttask" => {
            let store: Arc<dyn RefreshTokenStore> = Arc::new(TokenInMemory::default());
            let config = typed(configuration);
            SmartTask::new(common, config, http, Some(store)).unwrap().into()
        }
        "emnify" => Emnify::new(common, typed(configuration), http).unwrap().into(),
        "cloverhound" => Cloverhound::new(common, typed(configuration), http).into(),
        "onecloud" => OneCloud::new(common, typed(configuration), http).unwrap().into(),
        other => panic!("no vendor is called {other}"),
    }
}

fn typed<T: DeserializeOwned>(configuration: Map<String, Value>) -> T {
    serde_json::from_value(Value::Object(configuration)).unwrap()
}

fn configuration(vendor: &str, settings: &ProviderSettings, base_url: &str) -> Map<String, Value> {
    let mut keys = Map::new();
    let mut set = |key: &str, value: Value| keys.insert(key.to_owned(), value);
    set("base_url", base_url.into());
    match vendor {
        "smarttask" => set("organization_id", json!(38)),
        "emnify" => {
            set("contact_type", json!("commercial"));
            set("organisation_id", json!(42))
        }
        "cloverhound" => set("organization_id", json!(7)),
        _ => None,
    };
    for key in credentials_of(vendor, settings) {
        match key.as_str() {
            "site_id" => set("site_id", json!(169)),
            other => set(other, credential(other).into()),
        };
    }
    let given = [
        ("use_created", settings.use_created.map(Value::from)),
        ("contact_type", settings.contact_type.clone()),
        ("time_zone", settings.time_zone.clone().map(Value::from)),
    ];
    for (key, value) in given {
        if let Some(value) = value {
            set(key, value);
        }
    }
    keys
}

/// What an answer to a create means to the adapter.
pub(crate) fn interpret(provider: &Provider, exchange: &Exchange) -> Result<Created, ProviderError> {
    match provider {
        Provider::SmartTask(adapter) => adapter.interpret(exchange),
        Provider::Emnify(adapter) => adapter.interpret(exchange),
        Provider::Cloverhound(adapter) => adapter.interpret(exchange),
        Provider::OneCloud(adapter) => adapter.interpret(exchange),
        Provider::Custom(_) => panic!("no adapter of this test is a custom one"),
    }
}

/// Keeps refresh tokens for as long as a test lasts.
#[derive(Debug, Default)]
struct TokenInMemory(Mutex<Option<Secret>>);

impl RefreshTokenStore for TokenInMemory {
    fn load(&self, _configured: &Secret) -> io::Result<Option<Secret>> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, _configured: &Secret, newest: &Secret) -> io::Result<()> {
        *self.0.lock().unwrap() = Some(newest.clone());
        Ok(())
    }
}
