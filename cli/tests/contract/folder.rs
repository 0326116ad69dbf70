//! A temporary folder with a copy of one fixture, its contact and its provider document.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// Returns the folder of the project's fixtures.
pub(crate) fn of_the_project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

pub(crate) struct Folder(TempDir);

impl Folder {
    /// Copies a fixture of a vendor with its contact and provider document.
    pub(crate) fn with(vendor: &str, scenario: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let fixture = format!("{vendor}/{scenario}.json");
        let contact = json(&of_the_project().join(&fixture))["contact"].as_str().unwrap().to_owned();
        for file in [fixture, format!("contacts/{contact}.json"), format!("providers/{vendor}.json")] {
            let target = folder.0.path().join(&file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(of_the_project().join(&file), target).unwrap();
        }
        folder
    }

    /// Returns a folder without files.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    /// Reads a document.
    pub(crate) fn document(&self, file: &str) -> Value {
        json(&self.0.path().join(file))
    }

    /// Reads a file.
    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.path().join(file)).unwrap()
    }

    /// Writes a file.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes a document.
    pub(crate) fn change(&self, file: &str, change: impl FnOnce(&mut Value)) {
        let mut document = json(&self.0.path().join(file));
        change(&mut document);
        self.write(file, &serde_json::to_string_pretty(&document).unwrap());
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
