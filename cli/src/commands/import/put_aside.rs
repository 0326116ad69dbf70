//! What was in the file of rejects before.
//!
//! Its rule: somebody may have mended rows in it, so it keeps a name of its own, and goes only when the new file says the
//! same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::own_file;

/// More of them than anybody keeps; it only bounds the search for a free name.
const MOST: u32 = 10_000;

/// Gives the file at `path` another name, if there is something in it. What is no file of its own is left as it is.
pub(super) fn put_aside(path: &Path) -> io::Result<Option<PathBuf>> {
    let Ok(there) = fs::metadata(path) else { return Ok(None) };
    if !there.is_file() || there.len() == 0 || own_file::is_a_stream(path) {
        return Ok(None);
    }
    // A link stays a link: what it leads to is put aside.
    let is_link = fs::symlink_metadata(path)?.is_symlink();
    let path = if is_link { path.canonicalize()? } else { path.to_owned() };
    let aside = free_name(&path)?;
    if let Err(error) = fs::rename(&path, &aside) {
        let _ = fs::remove_file(&aside);
        return Err(error);
    }
    Ok(Some(aside))
}

/// Takes the first name that is free, so that nobody else gets it.
fn free_name(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let name = numbered(path, number);
        match OpenOptions::new().write(true).create_new(true).open(&name) {
            Ok(_) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `contacts.csv.rejects.csv` as `contacts.csv.rejects.1.csv`: its ending says what is in it.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Whether two files hold the same bytes.
pub(super) fn are_alike(one: &Path, other: &Path) -> io::Result<bool> {
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
    fn the_number_stands_before_the_ending() {
        let name = |text: &str| numbered(Path::new(text), 2).display().to_string();
        assert_eq!(name("a/people.csv.rejects.csv"), "a/people.csv.rejects.2.csv");
        assert_eq!(name("rejects"), "rejects.2");
        assert_eq!(name(".rejects"), ".rejects.2");
    }
}
