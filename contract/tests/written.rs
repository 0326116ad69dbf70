//! Tests of the files of a recording: what was written is told, and a file is whole.

use std::fs;
use std::path::Path;
use std::slice;

use serde_json::Map;
use unicontact_contract::fixture::Operation;
use unicontact_contract::{
    Fixture, Fixtures, LiveCall, ProvokedRefusal, WriteError, repeated_files, write_fixtures,
};

fn fixtures() -> Fixtures {
    Fixtures::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")).unwrap()
}

fn fixture<'a>(fixtures: &'a Fixtures, vendor: &str, scenario: &str) -> &'a Fixture {
    fixtures.of_vendor(vendor).find(|it| it.scenario == scenario).unwrap()
}

#[test]
fn the_files_before_one_that_cannot_be_written_are_told() {
    let fixtures = fixtures();
    let recorded =
        ["create_full", "create_minimal", "reset"].map(|it| fixture(&fixtures, "cloverhound", it).clone());
    let folder = tempfile::tempdir().unwrap();
    // No file can replace a folder.
    fs::create_dir_all(folder.path().join("cloverhound/create_minimal.json")).unwrap();
    let error = write_fixtures(&recorded, &fixtures, folder.path(), true).unwrap_err();
    let files = ["cloverhound/create_full.json", "contacts/full.json", "providers/cloverhound.json"];
    let mut written: Vec<_> = error.written().files;
    written.retain(|path| !path.ends_with("contacts/minimal.json"));
    assert_eq!(written, files.map(|file| folder.path().join(file)));
    for path in error.written().files {
        assert!(path.is_file(), "{}", path.display());
    }
    assert!(error.to_string().contains("create_minimal.json cannot be written: "), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn two_recordings_of_one_name_do_not_overwrite_each_other() {
    let fixtures = fixtures();
    let first = fixture(&fixtures, "cloverhound", "create_minimal").clone();
    let mut second = first.clone();
    second.expect.created = Some("902".to_owned());
    let last = fixture(&fixtures, "cloverhound", "reset").clone();
    let folder = tempfile::tempdir().unwrap();
    let recorded = [first.clone(), second, last, first];
    let error = write_fixtures(&recorded, &fixtures, folder.path(), true).unwrap_err();
    assert!(matches!(&error, WriteError::Repeated { path, .. } if path.ends_with("create_minimal.json")));
    assert!(error.written().files.contains(&folder.path().join("cloverhound/reset.json")));
    let read = Fixtures::load(folder.path()).unwrap();
    assert_eq!(fixture(&read, "cloverhound", "create_minimal").expect.created.as_deref(), Some("901"));
    assert!(write_fixtures(&recorded[2..], &fixtures, folder.path(), false).is_ok());
}

#[test]
fn two_calls_of_one_name_are_found_before_they_are_made() {
    let fixtures = fixtures();
    let known = fixture(&fixtures, "cloverhound", "unauthenticated_bad");
    let call = LiveCall {
        vendor: "cloverhound",
        operation: Operation::Create,
        contact_name: &known.contact,
        contact: fixtures.contact(&known.contact).unwrap(),
        keys: Map::new(),
        default_region: None,
        fixtures: vec![known],
        provoked: Some(ProvokedRefusal::Contact),
    };
    let first_refusal =
        LiveCall { fixtures: Vec::new(), provoked: Some(ProvokedRefusal::WrongCredentials), ..call.clone() };
    let folder = Path::new("crm");
    assert!(repeated_files(slice::from_ref(&call), folder).is_empty());
    let twice = folder.join("cloverhound/unauthenticated_bad.json");
    assert_eq!(repeated_files(&[call, first_refusal], folder), [twice]);
}
