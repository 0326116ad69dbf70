//! The fixtures of this project, read with the contract kit.

use std::path::{Path, PathBuf};

use serde_json::Value;
use unicontact::providers::UnifiedContact;
pub(crate) use unicontact_contract::fixture::{
    Encoding, Fault, Fixture, FixtureAnswer, Operation, Provenance, ProvenanceKind,
};

use super::providers::fixtures;

pub(crate) use super::providers::VENDORS;

pub(crate) fn folder() -> PathBuf {
    fixtures().folder().to_owned()
}

/// Returns every fixture of every vendor.
pub(crate) fn all() -> Vec<Fixture> {
    fixtures().all().to_vec()
}

pub(crate) fn of_vendor(vendor: &str) -> Vec<Fixture> {
    fixtures().of_vendor(vendor).cloned().collect()
}

pub(crate) fn contact(name: &str) -> UnifiedContact {
    fixtures().contact(name).unwrap_or_else(|| panic!("there is no contact {name}")).clone()
}

/// Returns a contact as its JSON document.
pub(crate) fn contact_document(name: &str) -> Value {
    let document = fixtures().contact_document(name);
    document.unwrap_or_else(|| panic!("there is no contact {name}")).clone()
}

/// Returns the files of a folder, by name.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
