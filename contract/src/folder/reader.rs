//! Reading the files of a folder.
//!
//! Rule: what is wrong with one file is noted, and the others are read all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use unicontact_providers::{UnifiedContact, nearest_word};

use super::{CONTACTS, ENDING, FixtureMistake, PROVIDERS, StoredContact};
use crate::fixture::{Fixture, ProviderDocument, reserved};

pub(super) fn document(folder: &Path, below: &str, name: &str) -> PathBuf {
    folder.join(below).join(format!("{name}.{ENDING}"))
}

pub(super) fn unknown_contact(name: &str, contacts: &BTreeMap<String, StoredContact>) -> String {
    let nearest = nearest_word(name, contacts.keys().map(String::as_str));
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
    format!("there is no contact {CONTACTS}/{name}.{ENDING}{hint}")
}

/// Reads files and gathers what is wrong with them.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) mistakes: Vec<FixtureMistake>,
}

impl Reader {
    pub(super) fn has_mistake_in(&self, path: &Path) -> bool {
        self.mistakes.iter().any(|mistake| mistake.path == path)
    }

    pub(super) fn note(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        self.mistakes.push(FixtureMistake { path: path.to_owned(), line, message: message.into() });
    }

    pub(super) fn contacts(&mut self, folder: &Path) -> BTreeMap<String, StoredContact> {
        let documents: BTreeMap<String, Value> = self.documents(folder);
        let mut contacts = BTreeMap::new();
        for (name, document) in documents {
            match UnifiedContact::from_json(document.clone()) {
                Ok(contact) => {
                    contacts.insert(name, StoredContact { document, contact });
                }
                Err(error) => self.note(&folder.join(format!("{name}.{ENDING}")), None, error.to_string()),
            }
        }
        contacts
    }

    pub(super) fn fixtures(&mut self, folder: &Path, vendor: &str) -> Vec<Fixture> {
        let folder = folder.join(vendor);
        let documents: BTreeMap<String, Fixture> = self.documents(&folder);
        let mut fixtures = Vec::new();
        for (scenario, mut fixture) in documents {
            if let Some(contradiction) = fixture.contradiction() {
                self.note(&folder.join(format!("{scenario}.{ENDING}")), None, contradiction);
            }
            vendor.clone_into(&mut fixture.vendor);
            fixture.scenario = scenario;
            fixtures.push(fixture);
        }
        fixtures
    }

    /// A folder may be anybody's: where a provider is and how it logs in is not said in one.
    pub(super) fn note_reserved(
        &mut self,
        folder: &Path,
        vendor: &str,
        usual: &ProviderDocument,
        fixtures: &[Fixture],
    ) {
        let listed = fixtures.iter().filter_map(|fixture| fixture.provider.credentials.as_ref()).flatten();
        let credentials: BTreeSet<&str> = listed.chain(&usual.credentials).map(String::as_str).collect();
        self.note_keys(&document(folder, PROVIDERS, vendor), &usual.keys, &credentials);
        for fixture in fixtures {
            self.note_keys(
                &document(folder, vendor, &fixture.scenario),
                &fixture.provider.keys,
                &credentials,
            );
        }
    }

    /// A folder of fixtures that no provider document makes a vendor's.
    pub(super) fn note_unread(&mut self, folder: &Path, providers: &BTreeMap<String, ProviderDocument>) {
        for path in self.files(folder).into_iter().filter(|path| path.is_dir()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_read = [CONTACTS, PROVIDERS].contains(&&*name) || providers.contains_key(&*name);
            if is_read || !holds_a_fixture(&path) {
                continue;
            }
            let nearest = nearest_word(&name, providers.keys().map(String::as_str));
            let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
            let message = format!("nobody reads this: there is no {PROVIDERS}/{name}.{ENDING}{hint}");
            self.note(&path, None, message);
        }
    }

    fn note_keys(&mut self, path: &Path, keys: &Map<String, Value>, credentials: &BTreeSet<&str>) {
        for key in reserved(keys, credentials) {
            let message = format!("{key}: an address or a credential is not a fixture's to set");
            self.note(path, None, message);
        }
    }

    /// The documents of a folder by their names. One that cannot be read is a mistake.
    pub(super) fn documents<T: DeserializeOwned>(&mut self, folder: &Path) -> BTreeMap<String, T> {
        let mut documents = BTreeMap::new();
        for path in self.files(folder) {
            let Some(name) = name_of(&path) else {
                self.note(&path, None, format!("nobody reads this: a document's name ends with .{ENDING}"));
                continue;
            };
            if let Some(document) = self.document(&path) {
                documents.insert(name, document);
            }
        }
        documents
    }

    fn document<T: DeserializeOwned>(&mut self, path: &Path) -> Option<T> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.note(path, None, format!("cannot be read: {error}"));
                return None;
            }
        };
        match serde_json::from_str(&text) {
            Ok(document) => Some(document),
            Err(error) => {
                let line = Some(error.line()).filter(|line| *line > 0);
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                self.note(path, line, message);
                None
            }
        }
    }

    /// The entries of a folder, by name.
    fn files(&mut self, folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<PathBuf>, _>>()
        });
        match entries {
            Ok(mut files) => {
                files.sort();
                files
            }
            Err(error) => {
                self.note(
                    folder,
                    None,
                    format!("a folder of fixtures has this one, and it cannot be read: {error}"),
                );
                Vec::new()
            }
        }
    }
}

fn name_of(path: &Path) -> Option<String> {
    let is_document = path.is_file() && path.extension().is_some_and(|it| it == ENDING);
    let name = path.file_stem().filter(|_| is_document)?;
    Some(name.to_string_lossy().into_owned())
}

/// Whether a document right in the folder says where it comes from, as only fixtures do.
fn holds_a_fixture(folder: &Path) -> bool {
    let paths = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut documents = paths.filter(|path| name_of(path).is_some()).filter_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        serde_json::from_str::<Value>(&text).ok()
    });
    documents.any(|document| document.get("provenance").is_some())
}
