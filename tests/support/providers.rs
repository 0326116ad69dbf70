//! The fixtures, and the adapters under test in the configuration of their fixtures, with fake credentials.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use unicontact::providers::clock::ManualClock;
use unicontact::providers::http::Http;
use unicontact::providers::{
    self, ConnectionOptions, ContactProvider, Created, Draft, Exchange, Method, Prepared, Provider,
    ProviderError, SendPermit, UnifiedContact, attempt,
};
use unicontact_contract::fixture::{ProviderDocument, ProviderKeys};
use unicontact_contract::{Adapters as _, BuiltIn, FakeCredentials, Fixture, Fixtures};

/// The names of the vendors of this build. Each has a folder of fixtures.
pub(crate) static VENDORS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| providers::VENDORS.iter().map(|vendor| vendor.name()).collect());
/// The configured name of every provider under test.
pub(crate) const NAME: &str = "under_test";
/// A timeout for an answer that never comes.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(500);
/// A timeout that is long enough for a busy machine.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
const NOW: &str = "2026-11-20T10:00:00Z";

/// A key's id and secret as they are sent.
pub(crate) const BASIC: &str = "ZmFrZS1hcGkta2V5LWlkOmZha2UtYXBpLWtleS1zZWNyZXQ=";

static FIXTURES: LazyLock<Fixtures> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"))
});

/// Returns all fixtures of this project.
pub(crate) fn fixtures() -> &'static Fixtures {
    &FIXTURES
}

fn usual(vendor: &str) -> &'static ProviderDocument {
    fixtures().provider(vendor).unwrap_or_else(|| panic!("no vendor is called {vendor}"))
}

/// Returns every text that no error, message or `Debug` output may hold.
pub(crate) fn secrets() -> Vec<String> {
    VENDORS.iter().flat_map(|vendor| usual(vendor).credentials(&ProviderKeys::default()).secrets()).collect()
}

/// Returns the adapter of `vendor` in its usual configuration, which sends to `base_url`.
pub(crate) fn by_default(vendor: &str, base_url: &str, timeout: Duration) -> Provider {
    configured(vendor, &ProviderKeys::default(), base_url, timeout)
}

/// Returns the adapter of `vendor` with these configuration keys beside the usual ones, which sends to `base_url`.
pub(crate) fn configured_with(
    vendor: &str,
    keys: &serde_json::Value,
    base_url: &str,
    timeout: Duration,
) -> Provider {
    let keys: ProviderKeys = serde_json::from_value(keys.clone()).unwrap();
    configured(vendor, &keys, base_url, timeout)
}

/// Returns the adapter of a fixture, whose vendor is unreachable.
pub(crate) fn of_fixture(fixture: &Fixture) -> Provider {
    configured(&fixture.vendor, &fixture.provider, "http://127.0.0.1:9", TIMEOUT)
}

fn configured(vendor: &str, differing: &ProviderKeys, base_url: &str, timeout: Duration) -> Provider {
    let default_region = differing.default_region.as_ref().map(|region| region.parse().unwrap());
    let common = ConnectionOptions { name: NAME.to_owned(), timeout, default_region };
    let keys = usual(vendor).configuration(differing, base_url);
    BuiltIn.connect(vendor, keys, common, http()).unwrap()
}

/// Returns a client whose clock is at the fixtures' time.
pub(crate) fn http() -> Http {
    Http::new(Arc::new(ManualClock::new(NOW.parse().unwrap()))).unwrap()
}

/// Returns one adapter of every vendor, each unreachable.
pub(crate) fn one_of_each() -> Vec<Provider> {
    VENDORS.iter().map(|vendor| by_default(vendor, "http://127.0.0.1:9", TIMEOUT)).collect()
}

/// Returns the fake credential of a configuration key.
pub(crate) fn credential(key: &str) -> String {
    FakeCredentials::value(key)
}

/// Returns the adapter's verdict on an answer to a create.
pub(crate) fn interpret(provider: &Provider, exchange: &Exchange) -> Result<Created, ProviderError> {
    let url = "http://127.0.0.1:9".parse().unwrap();
    let sent = Prepared::new(Draft::new(Method::Post, url, serde_json::Value::Null));
    provider.interpret(&sent, exchange)
}

/// Creates the contact with one attempt.
pub(crate) async fn create<P: ContactProvider + ?Sized>(
    provider: &P,
    contact: &UnifiedContact,
) -> Result<Created, ProviderError> {
    let draft = provider.draft(contact)?;
    attempt(provider, &draft, &SendPermit::default()).await
}
