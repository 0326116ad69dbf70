//! Files that the command replaces completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::private_file::{is_open_stream, new_temporary};

/// A file to replace. Until then, and if nothing is written, an older file stays.
pub(crate) struct ReplacedFile {
    path: PathBuf,
    file: File,
    /// The file beside it that is written first. `None` for a stream or a device, which is written itself.
    temporary: Option<PathBuf>,
}

impl ReplacedFile {
    /// Opens the file that is written first, so that a path that cannot be written is found before there is anything to write.
    ///
    /// # Errors
    ///
    /// When the path is a folder, or its folder is missing or not writable.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if is_open_stream(path) || metadata.is_some_and(|it| !it.is_file()) {
            let file = OpenOptions::new().append(true).open(path)?;
            return Ok(Self { path: path.to_owned(), file, temporary: None });
        }
        // A symbolic link stays: the file that it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (temporary, file) = new_temporary(&path, OpenOptions::new().write(true).create_new(true))?;
        Ok(Self { path, file, temporary: Some(temporary) })
    }

    /// Replaces the file by one with this text.
    pub(crate) fn replace(mut self, text: &str) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        if let Some(temporary) = &self.temporary {
            self.file.sync_all()?;
            fs::rename(temporary, &self.path)?;
        }
        Ok(())
    }
}

/// Removes the file that was written first. There is none after a rename.
impl Drop for ReplacedFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_replaced_and_an_unused_one_leaves_the_older() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.xml");
        ReplacedFile::open(&path).unwrap().replace("old").unwrap();
        drop(ReplacedFile::open(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        ReplacedFile::open(&path).unwrap().replace("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["report.xml"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_stays_and_a_device_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("report.xml"), folder.path().join("link.xml"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        ReplacedFile::open(&link).unwrap().replace("new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        ReplacedFile::open(Path::new("/dev/null")).unwrap().replace("new").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_folder_and_a_file_in_no_folder_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ReplacedFile::open(folder.path()).is_err());
        assert!(ReplacedFile::open(&folder.path().join("missing/report.xml")).is_err());
    }
}
