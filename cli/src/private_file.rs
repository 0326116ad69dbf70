//! Files that the command writes and that only their owner can read.
//!
//! Invariants: such a file may hold contact data, so no other user can read it from its first byte on. A symbolic link in its
//! place is never followed, since another user may have put it there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use unicontact_contract::replaced_file::{is_open_stream, new_temporary};

/// The message of the error about a symbolic link.
const IS_LINK: &str = "this is a symbolic link, which is not followed; name the file itself";

/// A file of lines, written through a buffer.
pub(crate) struct PrivateFile(BufWriter<File>);

impl PrivateFile {
    /// Creates the file, or truncates an existing one.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        create(path).map(BufWriter::new).map(Self)
    }

    pub(crate) fn write_line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "{text}")
    }

    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns an empty file that only its owner can read.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    if is_open_stream(path) {
        // The stream may lead to a file that other processes write to, such as a log.
        return options.append(true).open(path);
    }
    options.write(true).create(true).truncate(true);
    // Other systems have no flag for it.
    #[cfg(not(unix))]
    check_no_link(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(no_follow());
    }
    let file = options.open(path).map_err(|error| if is_link(path) { link_error() } else { error })?;
    restrict_to_owner(&file)?;
    Ok(file)
}

/// Writes a new file that only its owner can read, completely or not at all.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if there is anything at `path`, or that the file cannot be written.
pub(crate) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let folder = path.parent().unwrap_or(Path::new(""));
    let (temporary, mut file) = new_temporary(path, folder, &mut options)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| move_to_new(&temporary, path));
    if !matches!(written, Ok(Moved::Renamed)) {
        let _ = fs::remove_file(&temporary);
    }
    written.map(drop)
}

/// How a file got another name.
enum Moved {
    /// It has both names.
    Linked,
    Renamed,
}

/// Gives a file another name that no file has. Unlike a rename, a new hard link never replaces a file.
fn move_to_new(path: &Path, new: &Path) -> io::Result<Moved> {
    match fs::hard_link(path, new) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no hard links.
        Err(_) if fs::symlink_metadata(new).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(path, new).map(|()| Moved::Renamed),
        Ok(()) => Ok(Moved::Linked),
    }
}

/// Checks that there is no symbolic link at `path`. The file need not exist.
pub(crate) fn check_no_link(path: &Path) -> io::Result<()> {
    if !is_open_stream(path) && is_link(path) { Err(link_error()) } else { Ok(()) }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

fn link_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, IS_LINK)
}

/// Returns the flag with which the system opens no symbolic link.
#[cfg(unix)]
fn no_follow() -> i32 {
    rustix::fs::OFlags::NOFOLLOW.bits().cast_signed()
}

/// Sets the mode of a file that existed before: opening it does not. Devices such as `/dev/full` keep their mode.
#[cfg(unix)]
fn restrict_to_owner(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.is_file() {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn restrict_to_owner(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_file_that_was_left_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crm.toml");
        let left = folder.path().join(format!("crm.toml.{}.0.tmp", std::process::id()));
        fs::write(&left, "left").unwrap();
        write_new(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_to_string(&left).unwrap(), "left");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert_eq!(write_new(&path, "other").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
}
