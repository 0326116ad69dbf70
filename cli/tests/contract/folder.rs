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
        folder.copy(vendor, scenario);
        folder
    }

    /// Adds a fixture of a vendor with its contact and provider document.
    pub(crate) fn copy(&self, vendor: &str, scenario: &str) {
        let fixture = format!("{vendor}/{scenario}.json");
        let contact = json(&of_the_project().join(&fixture))["contact"].as_str().unwrap().to_owned();
        for file in [fixture, format!("contacts/{contact}.json"), format!("providers/{vendor}.json")] {
            let target = self.0.path().join(&file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(of_the_project().join(&file), target).unwrap();
        }
    }

    /// Adds a contact that `SmartTask` refuses, with a documented fixture of the refusal.
    pub(crate) fn write_refused_contact(&self) {
        self.write("contacts/refused.json", r#"{"name": {"full": "Nell Nobody"}}"#);
        let mut fixture = json(&of_the_project().join("smarttask/create_minimal.json"));
        fixture["provenance"]["kind"] = "documented".into();
        fixture["contact"] = "refused".into();
        fixture["answer"] = serde_json::json!({"status": 422, "body": {"title": "no"}});
        fixture["expect"] = serde_json::json!({
            "kind": "invalid", "effect": "refused", "transient": false, "status": 422, "message": "no"
        });
        self.write("smarttask/invalid_name.json", &fixture.to_string());
    }

    /// Removes a file.
    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.0.path().join(file)).unwrap();
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
