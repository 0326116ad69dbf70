//! A folder of fixtures: `contacts/`, `providers/` and a folder for each vendor.
//!
//! Rule: it is read as a whole, and every mistake in it is told at once, by file and line. A file that nobody would read
//! is a mistake too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;
use unicontact_providers::{UnifiedContact, nearest_word};

use crate::fixture::{Fixture, ProviderDocument, reserved};

const CONTACTS: &str = "contacts";
const PROVIDERS: &str = "providers";
const ENDING: &str = "json";

/// Everything in a folder of fixtures, without a mistake.
#[derive(Debug, Clone)]
pub struct Fixtures {
    root: PathBuf,
    contacts: BTreeMap<String, StoredContact>,
    providers: BTreeMap<String, ProviderDocument>,
    all: Vec<Fixture>,
}

#[derive(Debug, Clone)]
struct StoredContact {
    document: Value,
    contact: UnifiedContact,
}

/// Everything that is wrong with a folder of fixtures.
#[derive(Debug, Error)]
pub struct FixturesError(Vec<FixtureMistake>);

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureMistake {
    /// The file or folder.
    pub path: PathBuf,
    /// The line in it, counted from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Fixtures {
    /// Reads the folder. Every folder in it but `contacts` and `providers` is a vendor's if `providers` has a file of
    /// that name; any other is left alone.
    ///
    /// # Errors
    ///
    /// With all mistakes of all files.
    pub fn read(folder: &Path) -> Result<Self, FixturesError> {
        let mut reader = Reader::default();
        let contacts = reader.contacts(&folder.join(CONTACTS));
        let providers: BTreeMap<String, ProviderDocument> = reader.documents(&folder.join(PROVIDERS));
        let mut fixtures = Vec::new();
        for (vendor, usual) in &providers {
            let of_vendor = reader.fixtures(folder, vendor);
            reader.note_reserved(folder, vendor, usual, &of_vendor);
            fixtures.extend(of_vendor);
        }
        for fixture in &fixtures {
            if !contacts.contains_key(&fixture.contact) {
                let path = document(folder, &fixture.vendor, &fixture.scenario);
                reader.note(&path, None, unknown_contact(&fixture.contact, &contacts));
            }
        }
        if reader.mistakes.is_empty() {
            Ok(Self { root: folder.to_owned(), contacts, providers, all: fixtures })
        } else {
            Err(FixturesError(reader.mistakes))
        }
    }

    /// Where they were read from.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// The vendors that have fixtures, in the order of their names.
    pub fn vendors(&self) -> impl Iterator<Item = &str> {
        self.providers.keys().map(String::as_str)
    }

    /// Every fixture, by vendor and then by name.
    pub fn all(&self) -> &[Fixture] {
        &self.all
    }

    /// The fixtures of a vendor, by name.
    pub fn of_vendor(&self, vendor: &str) -> impl Iterator<Item = &Fixture> {
        self.all.iter().filter(move |fixture| fixture.vendor == vendor)
    }

    /// How a vendor's provider is configured unless a fixture says otherwise.
    pub fn provider(&self, vendor: &str) -> Option<&ProviderDocument> {
        self.providers.get(vendor)
    }

    /// A contact of `contacts/`, if it is there; for a fixture's it is.
    pub fn contact(&self, name: &str) -> Option<&UnifiedContact> {
        self.contacts.get(name).map(|stored| &stored.contact)
    }

    /// The same as it is written.
    pub fn contact_document(&self, name: &str) -> Option<&Value> {
        self.contacts.get(name).map(|stored| &stored.document)
    }

    /// The names of all contacts.
    pub fn contact_names(&self) -> impl Iterator<Item = &str> {
        self.contacts.keys().map(String::as_str)
    }
}

fn document(folder: &Path, below: &str, name: &str) -> PathBuf {
    folder.join(below).join(format!("{name}.{ENDING}"))
}

fn unknown_contact(name: &str, contacts: &BTreeMap<String, StoredContact>) -> String {
    let nearest = nearest_word(name, contacts.keys().map(String::as_str));
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
    format!("there is no contact {CONTACTS}/{name}.{ENDING}{hint}")
}

/// Reads files and gathers what is wrong with them.
#[derive(Default)]
struct Reader {
    mistakes: Vec<FixtureMistake>,
}

impl Reader {
    fn note(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        self.mistakes.push(FixtureMistake { path: path.to_owned(), line, message: message.into() });
    }

    fn contacts(&mut self, folder: &Path) -> BTreeMap<String, StoredContact> {
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

    fn fixtures(&mut self, folder: &Path, vendor: &str) -> Vec<Fixture> {
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
    fn note_reserved(&mut self, folder: &Path, vendor: &str, usual: &ProviderDocument, fixtures: &[Fixture]) {
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

    fn note_keys(&mut self, path: &Path, keys: &Map<String, Value>, credentials: &BTreeSet<&str>) {
        for key in reserved(keys, credentials) {
            let message = format!("{key}: an address or a credential is not a fixture's to set");
            self.note(path, None, message);
        }
    }

    /// The documents of a folder by their names. One that cannot be read is a mistake.
    fn documents<T: DeserializeOwned>(&mut self, folder: &Path) -> BTreeMap<String, T> {
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

impl FixturesError {
    /// The mistakes, in the order in which they were found; at least one.
    pub fn mistakes(&self) -> &[FixtureMistake] {
        &self.0
    }
}

impl fmt::Display for FixturesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            let end_of_line = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end_of_line}{mistake}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FixtureMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, ": {}", self.message)
    }
}
