//! Every line of a bundled description can fail: a change of it is noticed by a contact or a fixture, or the line is listed with
//! its reason in `fixtures/untested`.

mod acme;
mod login;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinSet;
use unicontact_contract::{Fixtures, UntestedLine, untested_lines};
use unicontact_providers::Description;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// Returns the words of a vendor that nothing notices, each with its reason.
fn listed(vendor: &str) -> BTreeMap<String, String> {
    let path = folder().join(format!("untested/{vendor}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let document = toml_edit::Document::parse(text.as_str())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reason = |(key, item): (&str, &toml_edit::Item)| {
        let reason = item.as_str().unwrap_or_else(|| panic!("{}: {key} needs a reason", path.display()));
        assert!(reason.len() > 10, "{}: {key} needs a reason", path.display());
        (key.to_owned(), reason.to_owned())
    };
    document.as_table().iter().map(reason).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_a_bundled_description_is_noticed_or_listed_with_its_reason() {
    let fixtures = Arc::new(Fixtures::load(&folder()).unwrap_or_else(|error| panic!("\n{error}")));
    let mut tests = JoinSet::new();
    for vendor in Description::bundled_names().filter(|vendor| fixtures.provider(vendor).is_some()) {
        let fixtures = Arc::clone(&fixtures);
        tests.spawn(async move { complaints(vendor, &fixtures).await });
    }
    let complaints = tests.join_all().await.concat();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Returns the words that are untested and not listed, and those that are listed and tested.
async fn complaints(vendor: &str, fixtures: &Fixtures) -> Vec<String> {
    let text = Description::bundled_text(vendor).unwrap();
    let untested = untested_lines(text, Some(fixtures)).await.unwrap();
    let mut listed = listed(vendor);
    let mut complaints = Vec::new();
    for UntestedLine { line, key, text, change } in untested {
        if listed.remove(&key).is_none() {
            complaints
                .push(format!("{vendor}.toml:{line}: nothing notices {key:?} = {text} when it is {change}"));
        }
    }
    let stale =
        listed.keys().map(|key| format!("untested/{vendor}.toml: {key:?} is noticed; remove the line"));
    complaints.extend(stale);
    complaints
}
