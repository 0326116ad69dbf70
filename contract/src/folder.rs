//! A folder of fixtures: `contacts/`, `providers/` and a folder for each vendor.
//!
//! Rule: it is read as a whole, and every mistake in it is told at once, by file and line. A file that nobody would read
//! is a mistake too.

mod reader;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;
use unicontact_providers::UnifiedContact;

use self::reader::{Reader, document, unknown_contact};
use crate::fixture::{Fixture, ProviderDocument};

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
    /// that name. Any other is left alone if there is no fixture in it.
    ///
    /// # Errors
    ///
    /// With all mistakes of all files.
    pub fn read(folder: &Path) -> Result<Self, FixturesError> {
        let mut reader = Reader::default();
        let contacts = reader.contacts(&folder.join(CONTACTS));
        let providers: BTreeMap<String, ProviderDocument> = reader.documents(&folder.join(PROVIDERS));
        reader.note_unread(folder, &providers);
        let mut fixtures = Vec::new();
        for (vendor, usual) in &providers {
            let of_vendor = reader.fixtures(folder, vendor);
            reader.note_reserved(folder, vendor, usual, &of_vendor);
            fixtures.extend(of_vendor);
        }
        for fixture in &fixtures {
            let is_told = reader.has_mistake_in(&document(folder, CONTACTS, &fixture.contact));
            if !is_told && !contacts.contains_key(&fixture.contact) {
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
