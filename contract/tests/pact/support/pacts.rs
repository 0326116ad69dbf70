//! The exported Pacts of all vendors.
//!
//! Its rule: an interaction is looked up by its key, and a key that is not there ends the test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use unicontact_contract::fixture::Fixture;
use unicontact_contract::pact::{self, Export};
use unicontact_contract::{BuiltIn, Fixtures, replay_at};

static FIXTURES: LazyLock<Fixtures> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::read(&folder).unwrap_or_else(|error| panic!("\n{error}"))
});

static EXPORTS: LazyLock<BTreeMap<String, Export>> = LazyLock::new(|| {
    let exports = fixtures().vendors().map(|vendor| (vendor.to_owned(), pact::export(fixtures(), vendor)));
    exports.collect()
});

/// All fixtures of this project.
pub(crate) fn fixtures() -> &'static Fixtures {
    &FIXTURES
}

/// The exports by vendor.
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

/// The state that an interaction is for.
pub(crate) fn state(interaction: &Value) -> &str {
    interaction["providerStates"][0]["name"].as_str().unwrap()
}

/// The file that the command wrote into the folder `UNICONTACT_PACTS`, or one of its own in `folder`.
pub(crate) fn file(vendor: &str, folder: &Path) -> PathBuf {
    if let Some(written) = std::env::var_os("UNICONTACT_PACTS") {
        return Path::new(&written).join(format!("unicontact-{vendor}.json"));
    }
    let file = folder.join(format!("{vendor}.json"));
    std::fs::write(&file, exports()[vendor].pact.to_string()).unwrap();
    file
}

/// What differs from what the fixture expects with somebody at `url` who answers as the Pact says.
pub(crate) async fn differences_at(url: &str, fixture: &Fixture) -> Vec<String> {
    let replayed = replay_at(url, fixture, fixtures(), &BuiltIn).await.unwrap();
    if replayed.differences.is_empty() { Vec::new() } else { vec![replayed.to_string()] }
}
