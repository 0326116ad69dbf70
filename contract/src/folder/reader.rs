//! Reads the files of a folder, and collects the diagnostics of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use unicontact_providers::{UnifiedContact, nearest_word};

use super::diagnostic::FixtureDiagnostic;
use super::files::Files;
use crate::fixture::{Fixture, NOT_WRITTEN, ProviderDocument, ReadFixture, read_first_fixture, reserved};

pub(super) const CONTACTS: &str = "contacts";
pub(super) const PROVIDERS: &str = "providers";
const EXTENSION: &str = "json";
const NOT_BLESSED: &str = "the requests and the result of this first fixture are not written yet; \
                           `contract test --bless` writes them";

/// Whether fixtures may lack their requests and their result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstFixtures {
    Permitted,
    Reported,
}

#[derive(Debug, Clone)]
pub(super) struct StoredContact {
    pub(super) document: Value,
    pub(super) contact: UnifiedContact,
}

pub(super) fn document_path(folder: &Path, below: &str, name: &str) -> PathBuf {
    folder.join(below).join(format!("{name}.{EXTENSION}"))
}

pub(super) fn unknown_contact(name: &str, contacts: &BTreeMap<String, StoredContact>) -> String {
    let nearest = nearest_word(name, contacts.keys().map(String::as_str));
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
    format!("there is no contact {CONTACTS}/{name}.{EXTENSION}{hint}")
}

/// Returns what is missing in a first fixture, and what to do.
fn what_is_missing(fixture: &Fixture) -> &'static str {
    if fixture.expect.is_unwritten() && fixture.is_not_recorded() { NOT_WRITTEN } else { NOT_BLESSED }
}

/// Reads files and collects their diagnostics.
pub(super) struct Reader {
    files: Files,
    pub(super) diagnostics: Vec<FixtureDiagnostic>,
}

impl Reader {
    pub(super) fn new(files: Files) -> Self {
        Self { files, diagnostics: Vec::new() }
    }

    pub(super) fn has_diagnostic_in(&self, path: &Path) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.path == path)
    }

    pub(super) fn report(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        self.diagnostics.push(FixtureDiagnostic { path: path.to_owned(), line, message: message.into() });
    }

    pub(super) fn contacts(&mut self, folder: &Path) -> BTreeMap<String, StoredContact> {
        let documents: BTreeMap<String, Value> = self.documents(folder);
        let mut contacts = BTreeMap::new();
        for (name, document) in documents {
            match UnifiedContact::from_json(document.clone()) {
                Ok(contact) => {
                    contacts.insert(name, StoredContact { document, contact });
                }
                Err(error) => {
                    self.report(&folder.join(format!("{name}.{EXTENSION}")), None, error.to_string());
                }
            }
        }
        contacts
    }

    pub(super) fn fixtures(&mut self, folder: &Path, vendor: &str, first: FirstFixtures) -> Vec<Fixture> {
        let folder = folder.join(vendor);
        let documents = self.documents_by(&folder, read_first_fixture);
        let mut fixtures = Vec::new();
        for (scenario, ReadFixture { mut fixture, is_first }) in documents {
            let path = folder.join(format!("{scenario}.{EXTENSION}"));
            if is_first && first == FirstFixtures::Reported {
                self.report(&path, None, what_is_missing(&fixture));
            }
            if let Some(contradiction) = fixture.contradiction() {
                self.report(&path, None, contradiction);
            }
            vendor.clone_into(&mut fixture.vendor);
            fixture.scenario = scenario;
            fixtures.push(fixture);
        }
        fixtures
    }

    /// Reports keys that set an address or a credential. A folder of fixtures may come from anybody, and must not
    /// redirect a user's credentials.
    pub(super) fn check_reserved_keys(
        &mut self,
        folder: &Path,
        vendor: &str,
        defaults: &ProviderDocument,
        fixtures: &[Fixture],
    ) {
        let listed = fixtures.iter().filter_map(|fixture| fixture.provider.credentials.as_ref()).flatten();
        let credentials: BTreeSet<&str> = listed.chain(&defaults.credentials).map(String::as_str).collect();
        self.check_keys(&document_path(folder, PROVIDERS, vendor), &defaults.keys, &credentials);
        for fixture in fixtures {
            let path = document_path(folder, vendor, &fixture.scenario);
            self.check_keys(&path, &fixture.provider.keys, &credentials);
        }
    }

    /// Reports folders that hold fixtures and have no provider document.
    pub(super) fn check_unread_folders(
        &mut self,
        folder: &Path,
        providers: &BTreeMap<String, ProviderDocument>,
    ) {
        let entries = self.entries(folder);
        for path in entries {
            if !self.files.is_folder(&path) {
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_read = [CONTACTS, PROVIDERS].contains(&&*name) || providers.contains_key(&*name);
            if is_read || !self.holds_a_fixture(&path) {
                continue;
            }
            let nearest = nearest_word(&name, providers.keys().map(String::as_str));
            let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
            let message = format!(
                "these fixtures belong to no vendor: there is no {PROVIDERS}/{name}.{EXTENSION}{hint}"
            );
            self.report(&path, None, message);
        }
    }

    fn check_keys(&mut self, path: &Path, keys: &Map<String, Value>, credentials: &BTreeSet<&str>) {
        for key in reserved(keys, credentials) {
            let message = format!("{key}: a fixture cannot set an address or a credential; remove the key");
            self.report(path, None, message);
        }
    }

    /// Returns the documents of a folder by name, and reports those that cannot be read.
    pub(super) fn documents<T: DeserializeOwned>(&mut self, folder: &Path) -> BTreeMap<String, T> {
        self.documents_by(folder, |text| serde_json::from_str(text))
    }

    fn documents_by<T>(
        &mut self,
        folder: &Path,
        parse: fn(&str) -> Result<T, serde_json::Error>,
    ) -> BTreeMap<String, T> {
        let mut documents = BTreeMap::new();
        for path in self.entries(folder) {
            let Some(name) = self.name_of(&path) else {
                let message =
                    format!("this file is not read; rename it to end with .{EXTENSION}, or move it away");
                self.report(&path, None, message);
                continue;
            };
            if let Some(document) = self.document(&path, parse) {
                documents.insert(name, document);
            }
        }
        documents
    }

    fn document<T>(&mut self, path: &Path, parse: fn(&str) -> Result<T, serde_json::Error>) -> Option<T> {
        let text = match self.files.read(path) {
            Ok(text) => text,
            Err(error) => {
                self.report(path, None, format!("cannot be read: {error}"));
                return None;
            }
        };
        match parse(&text) {
            Ok(document) => Some(document),
            Err(error) => {
                let line = Some(error.line()).filter(|line| *line > 0);
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                self.report(path, line, message);
                None
            }
        }
    }

    /// Returns the entries of a folder, sorted by name, and reports a folder that cannot be read.
    fn entries(&mut self, folder: &Path) -> Vec<PathBuf> {
        self.files.entries(folder).unwrap_or_else(|error| {
            let message = format!("this folder is required, and cannot be read: {error}");
            self.report(folder, None, message);
            Vec::new()
        })
    }

    fn name_of(&self, path: &Path) -> Option<String> {
        let is_document = self.files.is_file(path) && path.extension().is_some_and(|it| it == EXTENSION);
        let name = path.file_stem().filter(|_| is_document)?;
        Some(name.to_string_lossy().into_owned())
    }

    /// Returns whether a document directly in the folder has the key `provenance`, which only fixtures have.
    fn holds_a_fixture(&self, folder: &Path) -> bool {
        let paths = self.files.entries(folder).unwrap_or_default();
        let mut documents = paths.iter().filter(|path| self.name_of(path).is_some()).filter_map(|path| {
            let text = self.files.read(path).ok()?;
            serde_json::from_str::<Value>(&text).ok()
        });
        documents.any(|document| document.get("provenance").is_some())
    }
}
