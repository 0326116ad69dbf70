//! Recorded fixtures as files.
//!
//! Rule: a folder as [`Fixtures::read`] reads one, and no file of it is overwritten unless that is asked for: that is
//! settled before the first is written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::fixture::Fixture;
use crate::folder::Fixtures;
use crate::question::Question;

/// What was recorded, by the files that hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Every file that was written, in order.
    pub files: Vec<PathBuf>,
}

/// Recorded fixtures could not be written.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Fixtures are there already. Nothing was written.
    #[error("{} is there already; nothing was written", .0.display())]
    InTheWay(PathBuf),
    /// A file could not be written; those before it are.
    #[error("{} cannot be written: {error}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Writes recorded fixtures, their contacts and the provider documents into `folder`, which is made if it is not there.
/// A contact or provider document that is there with the same content is left alone.
///
/// # Errors
///
/// When a file is in the way and `overwrite` is not set, and when the system does not let it be written.
pub fn write_fixtures(
    recorded: &[Fixture],
    fixtures: &Fixtures,
    folder: &Path,
    overwrite: bool,
) -> Result<Recorded, RecordError> {
    let mut files = Vec::new();
    for fixture in recorded {
        files.extend(belonging_to(fixture, fixtures, folder));
        files.push(File::new(folder, &fixture.vendor, &fixture.scenario, fixture));
    }
    files.retain(|file| !file.is_there());
    if let Some(file) = files.iter().find(|file| !overwrite && file.path.exists()) {
        return Err(RecordError::InTheWay(file.path.clone()));
    }
    for file in &files {
        file.write().map_err(|error| RecordError::Unwritable { path: file.path.clone(), error })?;
    }
    let mut files: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
    files.sort();
    files.dedup();
    Ok(Recorded { files })
}

/// What [`write_fixtures`] would not write over if every question were recorded, in order: fixtures that are there,
/// whatever is in them, and other contacts and provider documents than those of `fixtures`.
pub fn obstacles(questions: &[Question<'_>], fixtures: &Fixtures, folder: &Path) -> Vec<PathBuf> {
    let mut obstacles = Vec::new();
    for fixture in questions.iter().flat_map(|question| &question.fixtures) {
        let belonging = belonging_to(fixture, fixtures, folder).into_iter().filter(|file| !file.is_there());
        obstacles.extend(belonging.map(|file| file.path));
        obstacles.push(path(folder, &fixture.vendor, &fixture.scenario));
    }
    obstacles.retain(|path| path.exists());
    obstacles.sort();
    obstacles.dedup();
    obstacles
}

/// The contact and the provider document that a fixture needs.
fn belonging_to(fixture: &Fixture, fixtures: &Fixtures, folder: &Path) -> Vec<File> {
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
        // Only a map with keys that are no texts could fail, and a document has none.
        let text = serde_json::to_string_pretty(document).unwrap_or_default();
        let document = serde_json::to_value(document).unwrap_or_default();
        Self { path: path(folder, below, name), document, text }
    }

    /// Whether the file holds the same document, however it is written.
    fn is_there(&self) -> bool {
        let text = fs::read_to_string(&self.path).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).is_some_and(|it: Value| it == self.document)
    }

    fn write(&self) -> io::Result<()> {
        self.path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&self.path, format!("{}\n", self.text))
    }
}
