//! Writes recorded fixtures as a folder that [`Fixtures::load`] reads.
//!
//! Existing files are found before the first file is written, and overwritten only on request.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::fixture::Fixture;
use crate::folder::Fixtures;
use crate::live_call::LiveCall;

/// The files that were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenFiles {
    /// The paths, sorted.
    pub files: Vec<PathBuf>,
}

/// The error of recorded fixtures that cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A file exists already. Nothing was written.
    #[error("{} exists already; nothing was written", .0.display())]
    FileExists(PathBuf),
    /// A file cannot be written. The files before it were.
    #[error("{} cannot be written: {error}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

/// Writes recorded fixtures, their contacts and the provider documents into `folder`, and creates the folder if needed.
/// Files with the same content stay untouched.
///
/// # Errors
///
/// When a file exists with other content and `overwrite` is not set, and when a file cannot be written.
pub fn write_fixtures(
    recorded: &[Fixture],
    fixtures: &Fixtures,
    folder: &Path,
    overwrite: bool,
) -> Result<WrittenFiles, WriteError> {
    let mut files = Vec::new();
    for fixture in recorded {
        files.extend(dependencies(fixture, fixtures, folder));
        files.push(File::new(folder, &fixture.vendor, &fixture.scenario, fixture));
    }
    files.retain(|file| !file.is_up_to_date());
    if let Some(file) = files.iter().find(|file| !overwrite && file.path.exists()) {
        return Err(WriteError::FileExists(file.path.clone()));
    }
    for file in &files {
        file.write().map_err(|error| WriteError::Unwritable { path: file.path.clone(), error })?;
    }
    let mut files: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
    files.sort();
    files.dedup();
    Ok(WrittenFiles { files })
}

/// Returns the existing files that a recording of these calls would overwrite, sorted: every fixture, and
/// the contacts and provider documents with other content than in `fixtures`.
pub fn conflicting_files(calls: &[LiveCall<'_>], fixtures: &Fixtures, folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for call in calls.iter().filter(|call| call.fixtures.is_empty()) {
        paths.push(path(folder, call.vendor, call.scenario()));
    }
    for fixture in calls.iter().flat_map(|call| &call.fixtures) {
        let changed =
            dependencies(fixture, fixtures, folder).into_iter().filter(|file| !file.is_up_to_date());
        paths.extend(changed.map(|file| file.path));
        paths.push(path(folder, &fixture.vendor, &fixture.scenario));
    }
    paths.retain(|path| path.exists());
    paths.sort();
    paths.dedup();
    paths
}

/// Returns the contact and the provider document of a fixture.
fn dependencies(fixture: &Fixture, fixtures: &Fixtures, folder: &Path) -> Vec<File> {
    let contact = fixtures.contact_document(&fixture.contact);
    let contact = contact.map(|it| File::new(folder, "contacts", &fixture.contact, it));
    let provider = fixtures.provider(&fixture.vendor);
    let provider = provider.map(|it| File::new(folder, "providers", &fixture.vendor, it));
    contact.into_iter().chain(provider).collect()
}

fn path(folder: &Path, below: &str, name: &str) -> PathBuf {
    folder.join(below).join(format!("{name}.json"))
}

struct File {
    path: PathBuf,
    document: Value,
    text: String,
}

impl File {
    fn new(folder: &Path, below: &str, name: &str, document: &impl Serialize) -> Self {
        // Serialization fails only for maps whose keys are not texts, and a document has none.
        let text = serde_json::to_string_pretty(document).unwrap_or_default();
        let document = serde_json::to_value(document).unwrap_or_default();
        Self { path: path(folder, below, name), document, text }
    }

    /// Returns whether the file holds the same document. Formatting does not count.
    fn is_up_to_date(&self) -> bool {
        let text = fs::read_to_string(&self.path).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).is_some_and(|it: Value| it == self.document)
    }

    fn write(&self) -> io::Result<()> {
        self.path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&self.path, format!("{}\n", self.text))
    }
}
