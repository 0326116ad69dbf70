//! `unicontact contract export`: writes the fixtures as Pact files. It reports what it leaves out and why, and never
//! overwrites the file of another tool.

use std::path::{Path, PathBuf};

use serde_json::Value;
use unicontact::providers::Description;

use crate::program::Program;

const VENDORS: [&str; 4] = ["cloverhound", "emnify", "onecloud", "smarttask"];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn export(pacts: &Path, more: &[&str]) -> Program {
    let fixtures = fixtures();
    let mut arguments = vec!["contract", "export", "--fixtures", fixtures.to_str().unwrap()];
    arguments.extend(["--pact", pacts.to_str().unwrap()]);
    arguments.extend(more);
    Program::new(&arguments)
}

fn read(pacts: &Path, vendor: &str) -> String {
    std::fs::read_to_string(pacts.join(format!("unicontact-{vendor}.json"))).unwrap()
}

#[tokio::test]
async fn every_vendor_gets_a_file_and_each_omitted_fixture_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let pacts = folder.path().join("made/by/it");
    let ended = export(&pacts, &[]).run().await.expect_code(0);
    for vendor in VENDORS {
        let pact: Value = serde_json::from_str(&read(&pacts, vendor)).unwrap();
        assert_eq!(pact["provider"]["name"], vendor);
        assert!(ended.stdout.contains(&format!("unicontact-{vendor}.json")), "{}", ended.stdout);
    }
    let line = ended.stdout.lines().find(|line| line.contains("emnify/hang")).unwrap();
    assert!(line.contains("the server does not answer"), "{line}");
}

#[tokio::test]
async fn json_output_lists_written_and_omitted_fixtures() {
    let folder = tempfile::tempdir().unwrap();
    let report = export(folder.path(), &["--format", "json"]).run().await.expect_code(0).json();
    let written = report["written"].as_array().unwrap();
    let vendors: Vec<&str> = written.iter().map(|it| it["vendor"].as_str().unwrap()).collect();
    let mut all: Vec<&str> = VENDORS.into_iter().chain(Description::bundled_names()).collect();
    all.sort_unstable();
    assert_eq!(vendors, all);
    for file in written {
        let text = std::fs::read_to_string(file["file"].as_str().unwrap()).unwrap();
        let pact: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(file["interactions"], pact["interactions"].as_array().unwrap().len());
        let left_out =
            report["left_out"].as_array().unwrap().iter().filter(|it| it["vendor"] == file["vendor"]);
        let fixtures = std::fs::read_dir(fixtures().join(file["vendor"].as_str().unwrap())).unwrap().count();
        assert_eq!(file["scenarios"].as_u64().unwrap() + left_out.count() as u64, fixtures as u64);
    }
}

#[tokio::test]
async fn a_second_export_writes_the_same_bytes_over_the_first() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path(), &[]).run().await.expect_code(0);
    let first = VENDORS.map(|vendor| read(folder.path(), vendor));
    export(folder.path(), &[]).run().await.expect_code(0);
    assert_eq!(VENDORS.map(|vendor| read(folder.path(), vendor)), first);
}

#[tokio::test]
async fn only_the_named_vendors_are_exported() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path(), &["--vendor", "emnify"]).run().await.expect_code(0);
    let files = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
    assert_eq!(files.collect::<Vec<_>>(), ["unicontact-emnify.json"]);
    let ended = export(folder.path(), &["--vendor", "nobody"]).run().await.expect_usage_error();
    let expected = "has no vendor nobody; it has activecampaign, ";
    assert!(ended.stderr.contains(expected), "{}", ended.stderr);
}

#[tokio::test]
async fn a_file_that_is_not_the_same_pact_is_kept_and_nothing_is_written() {
    for other in ["{}", "notes", r#"{"consumer": {"name": "somebody"}, "provider": {"name": "onecloud"}}"#] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("unicontact-onecloud.json"), other).unwrap();
        let ended = export(folder.path(), &[]).run().await.expect_usage_error();
        let reason = "unicontact-onecloud.json is no Pact between unicontact and onecloud: move it away; \
                      nothing was written\n";
        assert!(ended.stderr.ends_with(reason), "{}", ended.stderr);
        assert_eq!(read(folder.path(), "onecloud"), other);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_missing_folder_of_fixtures_is_an_error_that_names_the_option() {
    let arguments = ["contract", "export", "--pact", "pacts", "--fixtures", "nowhere"];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    let expected = "error: there is no folder nowhere; name a folder of fixtures with --fixtures DIR, or write those of this version to it: unicontact contract fixtures --out nowhere\n";
    assert_eq!((ended.stderr.as_str(), ended.files), (expected, vec![]));
}

#[tokio::test]
async fn mistakes_in_the_fixtures_are_reported_by_file() {
    let fixtures = tempfile::tempdir().unwrap();
    for name in ["contacts", "providers", "vendor"] {
        std::fs::create_dir(fixtures.path().join(name)).unwrap();
    }
    std::fs::write(fixtures.path().join("providers/vendor.json"), "{\"credentials\": []}").unwrap();
    std::fs::write(fixtures.path().join("vendor/hang.json"), "{}").unwrap();
    let arguments =
        ["contract", "export", "--pact", "pacts", "--fixtures", fixtures.path().to_str().unwrap()];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.starts_with("error: 1 mistake in the fixtures\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("vendor/hang.json:1: missing field"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_help_shows_examples_and_exit_codes() {
    let help = Program::new(&["contract", "export", "--help"]).run().await.expect_code(0).stdout;
    assert!(help.contains("unicontact contract export --pact pacts"), "{help}");
    assert!(help.contains("Exit codes: 0 every Pact is written"), "{help}");
}
