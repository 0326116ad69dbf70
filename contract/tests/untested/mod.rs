//! Every line of a bundled description can fail: a change of it is noticed by a contact or a fixture, or the line is listed with
//! its reason in `fixtures/untested`.

mod acme;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicontact_contract::{Fixtures, untested_lines};
use unicontact_providers::Description;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// Returns the words of a vendor that nothing notices, each with its reason.
fn listed(vendor: &str) -> BTreeMap<String, String> {
    let path = folder().join(format!("untested/{vendor}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let document =
        toml_edit::Document::parse(text.as_str()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let reason = |(key, item): (&str, &toml_edit::Item)| {
        let reason = item.as_str().unwrap_or_else(|| panic!("{path:?}: {key} needs a reason"));
        assert!(reason.len() > 10, "{path:?}: {key} needs a reason");
        (key.to_owned(), reason.to_owned())
    };
    document.as_table().iter().map(reason).collect()
}

#[tokio::test]
async fn each_line_of_a_bundled_description_is_noticed_or_listed_with_its_reason() {
    let fixtures = Fixtures::load(&folder()).unwrap_or_else(|error| panic!("\n{error}"));
    let mut complaints = String::new();
    for vendor in Description::bundled_names().filter(|vendor| fixtures.provider(vendor).is_some()) {
        let text = Description::bundled_text(vendor).unwrap();
        let untested = untested_lines(text, Some(&fixtures)).await.unwrap();
        let mut listed = listed(vendor);
        for line in untested {
            if listed.remove(&line.key).is_none() {
                let (key, text, change) = (line.key, line.text, line.change);
                complaints += &format!(
                    "{vendor}.toml:{}: nothing notices {key:?} = {text} when it is {change}\n",
                    line.line
                );
            }
        }
        for key in listed.keys() {
            complaints += &format!("untested/{vendor}.toml: {key:?} is noticed; remove the line\n");
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}
