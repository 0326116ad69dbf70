//! Files that are replaced completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write};
use std::path::{Path, PathBuf};

/// A limit on the temporary files that are left beside a file.
const MAX_TEMPORARIES: u32 = 100;

/// A file to replace. Until then, and if nothing is written, an older file stays.
#[derive(Debug)]
pub struct ReplacedFile {
    path: PathBuf,
    file: File,
    /// The file that is written first. `None` for a stream or a device, which is written itself, and after the replacement.
    temporary: Option<PathBuf>,
}

impl ReplacedFile {
    /// Opens a temporary file beside the file, so that a path that cannot be written is found before there is anything to write.
    ///
    /// # Errors
    ///
    /// When the path is a folder, or its folder is missing or not writable.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::open_in(path, |path| folder_of(path))
    }

    /// Opens a temporary file in the folder above that of the file, because every file in the latter has a meaning, as in
    /// the folders of fixtures.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with_temporary_above(path: &Path) -> io::Result<Self> {
        Self::open_in(path, |path| {
            let folder = folder_of(path);
            // Above `crm` there is no named folder.
            folder
                .parent()
                .map_or(folder, |above| if above.as_os_str().is_empty() { Path::new(".") } else { above })
        })
    }

    fn open_in(path: &Path, folder: impl FnOnce(&Path) -> &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if is_open_stream(path) || metadata.as_ref().is_some_and(|it| !it.is_file()) {
            let file = OpenOptions::new().append(true).open(path)?;
            return Ok(Self { path: path.to_owned(), file, temporary: None });
        }
        // A symbolic link stays: the file that it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut options = OpenOptions::new();
        options.write(true);
        #[cfg(unix)]
        if metadata.is_some() {
            // Who may not read the older file never reads this one, either.
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let (temporary, file) = new_temporary(&path, folder(&path), &mut options)?;
        let opened = Self { path, file, temporary: Some(temporary) };
        if let Some(metadata) = metadata {
            opened.file.set_permissions(metadata.permissions())?;
        }
        Ok(opened)
    }

    /// Checks that the file can be written, so that a full disk is found before there is anything to write. Nothing of it stays.
    ///
    /// # Errors
    ///
    /// When the disk or the device is full.
    pub fn probe(&mut self) -> io::Result<()> {
        if self.temporary.is_none() {
            // A stream keeps what is written, and a full device refuses even nothing.
            return self.file.write(b"").map(drop);
        }
        self.file.write_all(b"\n")?;
        self.file.set_len(0)?;
        self.file.rewind()
    }

    /// Replaces the file by one with this text and the same permissions.
    ///
    /// # Errors
    ///
    /// When the text cannot be written. The older file stays then.
    pub fn replace(mut self, text: &str) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        if let Some(temporary) = &self.temporary {
            self.file.sync_all()?;
            fs::rename(temporary, &self.path)?;
            // Another process may have a file of this name by now.
            self.temporary = None;
        }
        Ok(())
    }
}

/// Removes the file that was written first.
impl Drop for ReplacedFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Creates an empty file in `folder` for a later rename to `path`, under a name that no file has: a process that was killed may
/// have left one. The options are those of a new file.
///
/// # Errors
///
/// When no file can be created there.
pub fn new_temporary(path: &Path, folder: &Path, options: &mut OpenOptions) -> io::Result<(PathBuf, File)> {
    options.create_new(true);
    for number in 0..MAX_TEMPORARIES {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.{number}.tmp", std::process::id()));
        let temporary = folder.join(name);
        match options.open(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (temporary, file)),
        }
    }
    let folder = folder.display();
    Err(io::Error::other(format!(
        "too many temporary files are left; remove those in {folder} that end with .tmp"
    )))
}

/// Returns whether the path leads to a stream that is open already, such as `/dev/stderr` or `/proc/self/fd/3`.
pub fn is_open_stream(path: &Path) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = path.to_str().unwrap_or_default().split('/').collect();
    match parts.as_slice() {
        ["", "dev", "stdin" | "stdout" | "stderr"] => true,
        ["", "dev", "fd", stream] => is_number(stream),
        ["", "proc", process, "fd", stream] => {
            is_number(stream) && (is_number(process) || matches!(*process, "self" | "thread-self"))
        }
        _ => false,
    }
}

/// Returns the folder of a file.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
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

    #[test]
    fn a_temporary_file_of_another_process_stays_and_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crm/create.json");
        fs::create_dir(folder.path().join("crm")).unwrap();
        // In containers, processes often have the same number.
        let (left, file) = new_temporary(&path, folder.path(), OpenOptions::new().write(true)).unwrap();
        drop(file);
        ReplacedFile::open_with_temporary_above(&path).unwrap().replace("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(left.exists());
        assert_eq!(names(&folder.path().join("crm")), ["create.json"]);
    }

    #[test]
    fn a_probe_finds_a_full_device_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.xml");
        let mut file = ReplacedFile::open(&path).unwrap();
        file.probe().unwrap();
        file.replace("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        if cfg!(target_os = "linux") {
            let full = ReplacedFile::open(Path::new("/dev/full")).unwrap().probe().unwrap_err();
            assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.xml");
        for mode in [0o600, 0o664] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            ReplacedFile::open(&path).unwrap().replace("new").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        }
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

    #[test]
    fn only_descriptors_are_open_streams() {
        for path in ["/dev/stdout", "/dev/stderr", "/dev/fd/3", "/proc/self/fd/12", "/proc/77/fd/1"] {
            assert!(is_open_stream(Path::new(path)), "{path}");
        }
        for path in [
            "/proc/nope",
            "/proc/self",
            "/proc/self/fd",
            "/proc/self/fd/x",
            "/proc/x/fd/1",
            "/proc/self/environ",
            "/dev/fd",
            "/dev/fd/../shm/x",
            "/dev/full",
            "dev/stdout",
            "stdout",
            "",
        ] {
            assert!(!is_open_stream(Path::new(path)), "{path}");
        }
    }
}
