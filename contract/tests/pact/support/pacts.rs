//! The exported Pacts of all vendors with a Rust adapter, and their interactions by key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use unicontact_contract::fixture::Fixture;
use unicontact_contract::pact::{self, Export};
use unicontact_contract::{BuiltIn, Fixtures, replay_at};
use unicontact_providers::VENDORS;

static FIXTURES: LazyLock<Fixtures> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"))
});

static EXPORTS: LazyLock<BTreeMap<String, Export>> = LazyLock::new(|| {
    let adapters = VENDORS.iter().map(|vendor| vendor.name());
    adapters.map(|vendor| (vendor.to_owned(), pact::export(fixtures(), vendor))).collect()
});

/// Returns all fixtures of this project.
pub(crate) fn fixtures() -> &'static Fixtures {
    &FIXTURES
}

/// Returns the exports by vendor.
pub(crate) fn exports() -> &'static BTreeMap<String, Export> {
    &EXPORTS
}

pub(crate) fn fixture(vendor: &str, scenario: &str) -> &'static Fixture {
    fixtures().of_vendor(vendor).find(|it| it.scenario == scenario).unwrap()
}

pub(crate) fn interactions(export: &Export) -> &[Value] {
    export.pact["interactions"].as_array().unwrap()
}

pub(crate) fn interaction<'a>(export: &'a Export, key: &str) -> &'a Value {
    interactions(export).iter().find(|it| it["key"] == key).unwrap_or_else(|| panic!("no interaction {key}"))
}

/// Returns the name of an interaction's provider state.
pub(crate) fn state(interaction: &Value) -> &str {
    interaction["providerStates"][0]["name"].as_str().unwrap()
}

/// Writes the Pact of a vendor into a folder, and returns the file.
pub(crate) fn file(export: &Export, folder: &Path) -> PathBuf {
    let file = folder.join(format!("{}.json", export.pact["provider"]["name"].as_str().unwrap()));
    std::fs::write(&file, export.pact.to_string()).unwrap();
    file
}

/// Returns the differences from a fixture with the server at `url`.
pub(crate) async fn differences_at(url: &str, fixture: &Fixture) -> Vec<String> {
    let report = replay_at(url, fixture, fixtures(), &BuiltIn).await.unwrap();
    if report.passed() { Vec::new() } else { vec![report.to_string()] }
}
