//! Writes recorded fixtures as a folder that [`Fixtures::load`] reads.
//!
//! Existing files are found before the first file is written, and overwritten only on request. A file is written completely or
//! not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::fixture::Fixture;
use crate::folder::Fixtures;
use crate::live_call::LiveCall;
use crate::replaced_file::ReplacedFile;

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
        /// The files that were written before it.
        written: WrittenFiles,
    },
    /// Two different documents would be one file. It has the first, and the other files were written, too.
    #[error("{} was recorded twice and has only the first recording; give the scenarios different names", path.display())]
    Repeated {
        /// The file.
        path: PathBuf,
        /// The files that were written.
        written: WrittenFiles,
    },
}

impl WriteError {
    /// Returns the files that were written all the same.
    pub fn written(&self) -> WrittenFiles {
        match self {
            Self::FileExists(_) => WrittenFiles::default(),
            Self::Unwritable { written, .. } | Self::Repeated { written, .. } => written.clone(),
        }
    }
}

/// Writes recorded fixtures, their contacts and the provider documents into `folder`, and creates the folder if needed.
/// Files with the same content stay untouched.
///
/// # Errors
///
/// When a file exists with other content and `overwrite` is not set, when a file cannot be written, and when two fixtures would be
/// the same file.
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
    let repeated = remove_repeated(&mut files);
    files.retain(|file| !file.is_up_to_date());
    if let Some(file) = files.iter().find(|file| !overwrite && file.path.exists()) {
        return Err(WriteError::FileExists(file.path.clone()));
    }
    let mut written = WrittenFiles::default();
    // The contact and the provider document that the next fixture needs.
    let mut unused: Vec<PathBuf> = Vec::new();
    for file in files {
        if let Err(error) = file.write() {
            written.remove(&unused);
            return Err(WriteError::Unwritable { path: file.path, error, written });
        }
        if file.is_dependency && !file.replaces_another {
            unused.push(file.path.clone());
        } else {
            unused.clear();
        }
        written.add(file.path);
    }
    match repeated {
        Some(path) => Err(WriteError::Repeated { path, written }),
        None => Ok(written),
    }
}

impl WrittenFiles {
    fn add(&mut self, path: PathBuf) {
        let index = self.files.partition_point(|known| *known < path);
        self.files.insert(index, path);
    }

    /// Removes new files that no fixture uses.
    fn remove(&mut self, unused: &[PathBuf]) {
        self.files.retain(|path| !(unused.contains(path) && fs::remove_file(path).is_ok()));
    }
}

/// Keeps the first file of each path. Returns the first path with two different documents.
fn remove_repeated(files: &mut Vec<File>) -> Option<PathBuf> {
    let mut kept: Vec<File> = Vec::new();
    let mut repeated = None;
    for file in files.drain(..) {
        match kept.iter().find(|known| known.path == file.path) {
            Some(known) if known.document != file.document => {
                repeated.get_or_insert(file.path);
            }
            Some(_) => {}
            None => kept.push(file),
        }
    }
    *files = kept;
    repeated
}

/// Returns the files that a recording of these calls might write twice, sorted: two calls have a scenario of the same name.
pub fn repeated_files(calls: &[LiveCall<'_>], folder: &Path) -> Vec<PathBuf> {
    let (mut known, mut repeated) = (BTreeSet::new(), BTreeSet::new());
    for call in calls {
        let scenarios = call.fixtures.iter().map(|fixture| fixture.scenario.as_str());
        let scenarios: BTreeSet<&str> =
            if call.fixtures.is_empty() { [call.scenario()].into() } else { scenarios.collect() };
        for scenario in scenarios {
            let path = path(folder, call.vendor, scenario);
            if !known.insert(path.clone()) {
                repeated.insert(path);
            }
        }
    }
    repeated.into_iter().collect()
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
    let files = contact.into_iter().chain(provider);
    files.map(|file| File { is_dependency: true, ..file }).collect()
}

fn path(folder: &Path, below: &str, name: &str) -> PathBuf {
    folder.join(below).join(format!("{name}.json"))
}

struct File {
    path: PathBuf,
    document: Value,
    text: String,
    /// Whether it is a contact or a provider document, without which a fixture cannot be read.
    is_dependency: bool,
    /// Whether there was an older file.
    replaces_another: bool,
}

impl File {
    fn new(folder: &Path, below: &str, name: &str, document: &impl Serialize) -> Self {
        // Serialization fails only for maps whose keys are not texts, and a document has none.
        let text = serde_json::to_string_pretty(document).unwrap_or_default();
        let document = serde_json::to_value(document).unwrap_or_default();
        let path = path(folder, below, name);
        let replaces_another = path.exists();
        Self { path, document, text, is_dependency: false, replaces_another }
    }

    /// Returns whether the file holds the same document. Formatting does not count.
    fn is_up_to_date(&self) -> bool {
        let text = fs::read_to_string(&self.path).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).is_some_and(|it: Value| it == self.document)
    }

    fn write(&self) -> io::Result<()> {
        self.path.parent().map_or(Ok(()), fs::create_dir_all)?;
        ReplacedFile::open_with_temporary_above(&self.path)?.replace(&format!("{}\n", self.text))
    }
}
