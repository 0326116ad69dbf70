//! Loads a folder of fixtures, or an archive of one: `contacts/`, `providers/` and a folder for each vendor.
//!
//! The folder is read as a whole, and an error lists the diagnostics of all files. A file that nothing reads is an error.

mod diagnostic;
mod files;
mod reader;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use unicontact_providers::UnifiedContact;

pub use self::diagnostic::{FixtureDiagnostic, FixturesError};
use self::files::Files;
use self::reader::{
    CONTACTS, FirstFixtures, PROVIDERS, Reader, StoredContact, document_path, unknown_contact,
};
use crate::archive::FixtureArchive;
use crate::fixture::{Fixture, ProviderDocument};

/// All documents of a folder of fixtures.
#[derive(Debug, Clone)]
pub struct Fixtures {
    root: PathBuf,
    contacts: BTreeMap<String, StoredContact>,
    providers: BTreeMap<String, ProviderDocument>,
    all: Vec<Fixture>,
}

impl Fixtures {
    /// Loads a folder. Each folder in it, apart from `contacts` and `providers`, holds the fixtures of a vendor if
    /// `providers` has a file of that name. Any other folder is ignored unless it holds a fixture.
    ///
    /// # Errors
    ///
    /// With the diagnostics of all files.
    pub fn load(folder: &Path) -> Result<Self, FixturesError> {
        Self::read(folder, Files::Disk, FirstFixtures::Reported)
    }

    /// Loads a folder to [`bless`](crate::bless) its fixtures. A first fixture may lack the requests of its answers, and the
    /// expected result; until it is blessed it fails.
    ///
    /// # Errors
    ///
    /// With the diagnostics of all files.
    pub fn load_to_bless(folder: &Path) -> Result<Self, FixturesError> {
        Self::read(folder, Files::Disk, FirstFixtures::Permitted)
    }

    /// Loads an archive as [`load`](Self::load) loads its folder. `folder` stands for the folder in diagnostics.
    ///
    /// # Errors
    ///
    /// With the diagnostics of all files.
    pub fn load_archive(archive: &FixtureArchive, folder: &Path) -> Result<Self, FixturesError> {
        let files = archive.files().map(|(path, text)| (folder.join(path), text.to_owned()));
        Self::read(folder, Files::Memory(files.collect()), FirstFixtures::Reported)
    }

    fn read(folder: &Path, files: Files, first: FirstFixtures) -> Result<Self, FixturesError> {
        let mut reader = Reader::new(files);
        let contacts = reader.contacts(&folder.join(CONTACTS));
        let providers: BTreeMap<String, ProviderDocument> = reader.documents(&folder.join(PROVIDERS));
        reader.check_unread_folders(folder, &providers);
        let mut fixtures = Vec::new();
        for (vendor, defaults) in &providers {
            let of_vendor = reader.fixtures(folder, vendor, first);
            reader.check_reserved_keys(folder, vendor, defaults, &of_vendor);
            fixtures.extend(of_vendor);
        }
        for fixture in &fixtures {
            let is_reported = reader.has_diagnostic_in(&document_path(folder, CONTACTS, &fixture.contact));
            if !is_reported && !contacts.contains_key(&fixture.contact) {
                let path = document_path(folder, &fixture.vendor, &fixture.scenario);
                reader.report(&path, None, unknown_contact(&fixture.contact, &contacts));
            }
        }
        if reader.diagnostics.is_empty() {
            Ok(Self { root: folder.to_owned(), contacts, providers, all: fixtures })
        } else {
            Err(FixturesError(reader.diagnostics))
        }
    }

    /// Returns the path of the folder.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Returns the vendors with fixtures, sorted by name.
    pub fn vendors(&self) -> impl Iterator<Item = &str> {
        self.providers.keys().map(String::as_str)
    }

    /// Returns every fixture, sorted by vendor and scenario.
    pub fn all(&self) -> &[Fixture] {
        &self.all
    }

    /// Returns the fixtures of a vendor, sorted by scenario.
    pub fn of_vendor(&self, vendor: &str) -> impl Iterator<Item = &Fixture> {
        self.all.iter().filter(move |fixture| fixture.vendor == vendor)
    }

    /// Returns a vendor's document in `providers/`: its configuration unless a fixture overrides it.
    pub fn provider(&self, vendor: &str) -> Option<&ProviderDocument> {
        self.providers.get(vendor)
    }

    /// Returns a contact of `contacts/`. The contact of every fixture exists.
    pub fn contact(&self, name: &str) -> Option<&UnifiedContact> {
        self.contacts.get(name).map(|stored| &stored.contact)
    }

    /// Returns every contact of `contacts/` with its name, sorted by name.
    pub fn contacts(&self) -> impl Iterator<Item = (&str, &UnifiedContact)> {
        self.contacts.iter().map(|(name, stored)| (name.as_str(), &stored.contact))
    }

    /// Returns the JSON document of a contact.
    pub fn contact_document(&self, name: &str) -> Option<&Value> {
        self.contacts.get(name).map(|stored| &stored.document)
    }
}
