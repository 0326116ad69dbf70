//! The file of a blessed fixture: its text before and after, and its replacement.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use super::layout::{self, Part};
use crate::fixture::Fixture;

/// The file of a blessed fixture. What does not change keeps its text: order of keys, line breaks, indentation.
#[derive(Debug, Clone)]
pub struct BlessedFile {
    /// The path of the file.
    pub path: PathBuf,
    /// The text that the file has.
    pub before: String,
    /// The text that the file gets.
    pub after: String,
}

impl BlessedFile {
    /// Returns the file of a blessed fixture in `folder`. Nothing is written.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn new(fixture: &Fixture, folder: &Path) -> io::Result<Self> {
        let path = folder.join(&fixture.vendor).join(format!("{}.json", fixture.scenario));
        let before = fs::read_to_string(&path)?;
        let written = layout::with_parts(&before, &parts(fixture)?);
        // A text that would not be the fixture gives way to one in the layout of recordings.
        let after = match written.filter(|text| is_fixture(text, fixture)) {
            Some(written) => written,
            None => format!("{}\n", serde_json::to_string_pretty(fixture)?),
        };
        Ok(Self { path, before, after })
    }

    /// Replaces the file at once: an interrupted run leaves the whole old file.
    ///
    /// # Errors
    ///
    /// When the file was changed since it was read, is read-only, or cannot be written.
    pub fn write(&self) -> io::Result<()> {
        if fs::read_to_string(&self.path)? != self.before {
            return Err(io::Error::other("it was changed in the meantime; bless again"));
        }
        // A link stays a link.
        replace(&fs::canonicalize(&self.path)?, &self.after)
    }
}

/// Writes a blessed fixture to its file in `folder`, as [`BlessedFile::write`] does.
///
/// # Errors
///
/// When the file cannot be read or written.
pub fn write_blessed(fixture: &Fixture, folder: &Path) -> io::Result<PathBuf> {
    let file = BlessedFile::new(fixture, folder)?;
    file.write()?;
    Ok(file.path)
}

/// Returns what a bless writes.
fn parts(fixture: &Fixture) -> io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (index, preparation) in fixture.before.iter().enumerate() {
        let text = serde_json::to_string_pretty(&preparation.request)?;
        parts.push(Part::new(&format!("/before/{index}"), "request", text).before("answer"));
    }
    if let Some(request) = &fixture.request {
        parts.push(Part::new("", "request", serde_json::to_string_pretty(request)?).before("answer"));
    }
    parts.push(Part::new("", "expect", serde_json::to_string_pretty(&fixture.expect)?));
    Ok(parts)
}

fn is_fixture(text: &str, fixture: &Fixture) -> bool {
    serde_json::from_str::<Fixture>(text).is_ok_and(|mut read| {
        read.vendor.clone_from(&fixture.vendor);
        read.scenario.clone_from(&fixture.scenario);
        read == *fixture
    })
}

/// Replaces a file by a rename. The temporary file is beside the vendor's folder, in which every file is a fixture.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let vendor = path.parent().unwrap_or(Path::new("."));
    let folder = vendor.parent().unwrap_or(vendor);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", process::id()));
    let written = write_new(&temporary, text)
        .and_then(|()| fs::set_permissions(&temporary, permissions))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // It may not exist.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
