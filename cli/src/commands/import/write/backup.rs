//! Backups of files that an import is about to write.
//!
//! The earlier file may hold rows that a person has corrected. It is renamed, and removed only if the new file is equal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use unicontact_contract::replaced_file::is_open_stream;

use crate::private_file;

/// A limit on the search for a free name.
const MAX_BACKUPS: u32 = 10_000;

/// Renames the file at `path` if it has content, and returns its new path. Devices and open streams are left alone.
pub(super) fn back_up(path: &Path) -> io::Result<Option<PathBuf>> {
    private_file::check_no_link(path)?;
    let Ok(metadata) = fs::metadata(path) else { return Ok(None) };
    if !metadata.is_file() || metadata.len() == 0 || is_open_stream(path) {
        return Ok(None);
    }
    let backup = free_name(path)?;
    if let Err(error) = fs::rename(path, &backup) {
        let _ = fs::remove_file(&backup);
        return Err(error);
    }
    Ok(Some(backup))
}

/// Creates an empty file under the first free name, which reserves the name.
fn free_name(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=MAX_BACKUPS {
        let name = numbered(path, number);
        match OpenOptions::new().write(true).create_new(true).open(&name) {
            Ok(_) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Returns `contacts.csv.rejects.1.csv` for `contacts.csv.rejects.csv`: the extension stays.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Returns whether two files hold the same bytes.
pub(super) fn have_same_content(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if left[..length] != right[..length] {
            return Ok(false);
        }
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(length);
        other.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_backup_comes_before_the_extension() {
        let name = |text: &str| numbered(Path::new(text), 2).display().to_string();
        assert_eq!(name("a/people.csv.rejects.csv"), "a/people.csv.rejects.2.csv");
        assert_eq!(name("rejects"), "rejects.2");
        assert_eq!(name(".rejects"), ".rejects.2");
    }
}
