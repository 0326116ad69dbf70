//! The file of a blessed fixture: its text before and after, and its replacement.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::layout::{self, Part};
use crate::fixture::Fixture;
use crate::replaced_file::ReplacedFile;

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
        if fs::metadata(&self.path)?.permissions().readonly() {
            let message = "it is read-only; make it writable, and bless again";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        ReplacedFile::open_with_temporary_above(&self.path)?.replace(&self.after)
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
