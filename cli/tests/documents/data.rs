//! Parses the TOML and JSON blocks as what they are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::{Outcome, PresumeLostAfter, Report};
use unicontact_contract::AcceptedFindings;
use unicontact_sandbox::Faults;

use super::page::{Block, Page, blocks_in, pages, root};

/// Pages whose blocks are parts of descriptions.
const WORD_PAGES: [&str; 3] = ["docs/vendor-words.md", "docs/vendor-fields.md", "docs/vendor-answers.md"];
const PROVIDER: &str = "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"t\"\n";

fn configuration(text: &str) -> Configuration {
    // The folder has the description that most pages name.
    configuration_in(root().join("fixtures/config"), text)
}

fn configuration_in(search: PathBuf, text: &str) -> Configuration {
    let provider = if text.contains("[providers.") { "" } else { PROVIDER };
    let sources = Sources { text: Some(format!("{text}\n{provider}")), search, ..Sources::default() };
    Configuration::load(&sources).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn every_toml_block_is_a_configuration_faults_accepted_findings_or_dependencies() {
    let (mut configurations, mut faults, mut accepted, mut dependencies) = (0, 0, 0, 0);
    for block in blocks_in("toml").into_iter().filter(|block| !is_of_a_description(block)) {
        let page = Page::read(&block.page);
        if block.text.contains("[[fault]]") {
            assert!(!Faults::from_toml(&block.text).unwrap().rules.is_empty(), "{}", block.place());
            faults += 1;
        } else if block.text.contains("[[accepted]]") {
            AcceptedFindings::parse(&block.text, Path::new(&block.page)).unwrap();
            accepted += 1;
        } else if block.text.contains("dependencies]") {
            assert_are_dependencies(&block);
            dependencies += 1;
        } else {
            let folder = tempfile::tempdir().unwrap();
            page.write_descriptions(folder.path());
            let has_own = !page.descriptions().is_empty();
            let search = if has_own { folder.path().to_owned() } else { root().join("fixtures/config") };
            configuration_in(search, &block.text);
            configurations += 1;
        }
    }
    assert!(configurations > 3 && faults > 1 && dependencies > 1, "{configurations} {faults} {dependencies}");
    assert!(accepted > 0);
}

/// Returns whether a block is a description of a vendor or a part of one. A test of the crate that reads them reads the parts, too.
fn is_of_a_description(block: &Block) -> bool {
    block.is_description() || WORD_PAGES.contains(&&*block.page)
}

#[test]
fn every_description_of_a_page_can_be_read() {
    let descriptions: usize = pages().iter().map(|page| page.descriptions().len()).sum();
    assert!(descriptions > 1, "{descriptions}");
}

/// Asserts that each of our packages is in the folder that its path names, and has the features.
fn assert_are_dependencies(block: &Block) {
    let table: toml::Table = block.text.parse().unwrap_or_else(|error| panic!("{}: {error}", block.place()));
    let packages = table.values().filter_map(toml::Value::as_table).flatten();
    let ours: Vec<_> = packages.filter(|(name, _)| name.starts_with("unicontact")).collect();
    assert!(!ours.is_empty(), "{}", block.place());
    for (name, package) in ours {
        let path = package["path"].as_str().unwrap().replacen("../unicontact", ".", 1);
        let manifest = std::fs::read_to_string(root().join(path).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some(name.as_str()), "{}", block.place());
        for feature in package.get("features").and_then(toml::Value::as_array).into_iter().flatten() {
            assert!(
                manifest["features"].get(feature.as_str().unwrap()).is_some(),
                "{}: {feature:?}",
                block.place()
            );
        }
    }
}

#[test]
fn the_page_on_configuration_shows_every_provider_and_every_default_key() {
    let blocks = Page::read("docs/configuration.md").blocks();
    let whole = blocks.iter().find(|block| block.language == "toml").unwrap();
    assert_eq!(configuration(&whole.text).providers.len(), 4);
    let page = Page::read("docs/configuration.md").text;
    let example = std::fs::read_to_string(root().join("examples/unicontact.toml")).unwrap();
    let keys = example.lines().filter_map(|line| line.trim_start_matches("# ").split_once(" = "));
    let keys: Vec<&str> = keys.map(|(key, _)| key).filter(|key| !key.contains(' ')).collect();
    assert!(keys.len() > 30, "{keys:?}");
    let queue = Page::read("docs/queue.md").text;
    for key in keys {
        let key = key.trim_end_matches("_file");
        assert!(page.contains(key) || queue.contains(key), "no page explains the key {key}");
    }
}

#[test]
fn the_guarantees_show_the_default_quiet_time() {
    let blocks = Page::read("docs/guarantees.md").blocks();
    let shown = blocks.iter().find(|block| block.language == "toml").unwrap();
    let presumed = configuration(&shown.text).providers[0].settings.presume_lost_after;
    assert_eq!(presumed, Some(PresumeLostAfter::After(Duration::from_mins(10))));
}

#[test]
fn every_json_block_is_a_contact_a_report_a_summary_or_an_error() {
    let (mut contacts, mut reports, mut summaries, mut errors) = (0, 0, 0, 0);
    for block in blocks_in("json") {
        let value: Value =
            serde_json::from_str(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.place()));
        if value.get("deliveries").is_some() {
            let report: Report = serde_json::from_value(value).unwrap();
            assert!(
                report.deliveries.iter().all(|it| it.id.is_some() != it.error.is_some()),
                "{}",
                block.place()
            );
            reports += 1;
        } else if let Some(providers) = value.get("providers") {
            let rows = value["read"].as_u64().unwrap() - value["rejects"].as_u64().unwrap();
            providers.as_object().unwrap().values().for_each(|counts| assert_are_counts(counts, rows));
            summaries += 1;
        } else if let Some(error) = value.get("error") {
            assert_eq!(*error, error_of_a_mistyped_option(), "{}", block.place());
            errors += 1;
        } else {
            UnifiedContact::from_json(value).unwrap_or_else(|error| panic!("{}: {error}", block.place()));
            contacts += 1;
        }
    }
    assert!(
        contacts > 1 && reports > 0 && summaries > 0 && errors > 0,
        "{contacts} {reports} {summaries} {errors}"
    );
}

/// Returns the error of `unicontact create --nmae`.
fn error_of_a_mistyped_option() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
    command.args(["create", "--nmae", "Ada", "--format", "json"]).env_clear().current_dir(folder.path());
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let mut json: Value = serde_json::from_slice(&ended.stderr).unwrap();
    json["error"].take()
}

/// Asserts that every outcome has a count, and that their sum is the number of rows.
fn assert_are_counts(counts: &Value, rows: u64) {
    assert_eq!(counts.as_object().unwrap().len(), Outcome::ALL.len());
    let counted = Outcome::ALL.map(|outcome| counts[outcome.as_str()].as_u64().unwrap());
    assert_eq!(counted.iter().sum::<u64>(), rows);
}
