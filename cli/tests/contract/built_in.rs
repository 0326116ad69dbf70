//! Tests of the fixtures that the command carries in itself, in folders without fixtures.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::contract::folder::{Folder, of_the_project};
use crate::program::Program;

/// Returns the relative paths of the files in a folder of fixtures, with their contents.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|it| it.is_dir()) {
        for file in fs::read_dir(&entry).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            files.insert(name, fs::read(&file).unwrap());
        }
    }
    files
}

/// Returns the files of the project that the command reads.
fn files_of_the_project() -> BTreeMap<String, Vec<u8>> {
    let mut files = files(&of_the_project());
    files.retain(|name, _| !["config/", "openapi/", "untested/"].iter().any(|it| name.starts_with(it)));
    files
}

#[tokio::test]
async fn the_fixtures_of_the_command_are_those_of_the_project() {
    let running =
        Program::new(&["contract", "fixtures", "--out", "written", "--format", "json"]).start().await;
    let (written, ended) = running.end_with(|folder| files(&folder.join("written"))).await;
    let expected = files_of_the_project();
    let names: Vec<&String> = written.keys().collect();
    assert_eq!(names, expected.keys().collect::<Vec<_>>());
    assert!(written == expected, "a file has other content");
    let report = ended.expect_code(0).json();
    assert_eq!((&report["folder"], &report["files"]), (&json!("written"), &json!(expected.len())));
}

#[tokio::test]
async fn the_files_of_a_vendor_are_a_folder_of_fixtures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let arguments = ["contract", "fixtures", "--vendor", "cloverhound,onecloud", "--out", path];
    let written = Program::new(&arguments).run().await.expect_code(0).stdout;
    let count = files(folder.path()).len();
    assert_eq!(written, format!("{count} files of 2 vendors written to {path}\n"));
    let ended = Program::new(&["contract", "test", "--fixtures", path]).run().await.expect_code(0);
    assert_eq!(ended.stderr, "");
    assert!(ended.stdout.contains(" onecloud "), "{}", ended.stdout);
}

#[tokio::test]
async fn a_changed_file_is_not_overwritten() {
    let folder = Folder::with("cloverhound", "create_minimal");
    let arguments = ["contract", "fixtures", "--vendor", "cloverhound", "--out", folder.path()];
    folder.write("cloverhound/create_full.json", "{}");
    let before = files(Path::new(folder.path()));
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr.replace(folder.path(), "DIR"), @"error: DIR/cloverhound/create_full.json exists already with other content, and nothing was written; name another folder with --out");
    assert_eq!(files(Path::new(folder.path())), before);
    folder.write("contacts/full.json", "{}");
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains("create_full.json and 1 more exist already"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_commands_need_no_folder_of_fixtures() {
    let arguments = ["--vendor", "onecloud", "--out", "recorded"];
    for (command, options) in [
        ("test", &arguments[..2]),
        ("compare", &arguments[..2]),
        ("record", &arguments[..]),
        ("export", &["--vendor", "onecloud", "--pact", "pacts"][..]),
    ] {
        let ended = Program::new(&[&["contract", command][..], options].concat()).run().await;
        let note = "The fixtures are those of this version of unicontact.\n";
        assert!(ended.stderr.starts_with(note), "{command}: {}", ended.stderr);
        assert_eq!(ended.code, 0, "{command}: {ended:#?}");
    }
}

#[tokio::test]
async fn a_folder_with_fixtures_of_another_kind_is_not_used() {
    let test = ["contract", "test", "--vendor", "cloverhound"];
    let other = Program::new(&test).folder_with_file("fixtures", "users.json", "[]");
    let ended = other.run().await.expect_code(0);
    assert_eq!(ended.stderr, "The fixtures are those of this version of unicontact.\n");
}

#[tokio::test]
async fn a_vendor_without_fixtures_is_reported_with_the_nearest() {
    for command in [&["contract", "test"][..], &["contract", "fixtures", "--out", "x"]] {
        let ended = Program::new(&[command, &["--vendor", "clover"]].concat()).run().await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(ended.expect_usage_error().stderr, @"error: this version of unicontact has no vendor clover; did you mean cloverhound?");
        }
    }
}
