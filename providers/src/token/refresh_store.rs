//! The store of the newest refresh token between runs. The file holds either the previous token or the whole next one after any
//! interruption, and only its owner can read it.

use std::ffi::OsString;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::secret::Secret;
use unicontact_model::hex;

/// A store of the newest refresh token between runs, such as a platform's vault.
///
/// A renewal takes the lock, loads the token, checks that a save would work, uses the token, saves the next one and releases the
/// lock. Within a process, one renewal runs at a time.
///
/// The text of an error is printed: it must not hold the token.
pub trait RefreshTokenStore: fmt::Debug + Send + Sync {
    /// Takes the lock against renewals of other processes, until the returned guard is dropped. It does not wait.
    ///
    /// The default takes no lock, for a store that one process uses.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] when another process holds the lock: the renewal tries again until the timeout of a request.
    /// Any other error when the lock cannot be taken at all. In both cases nothing is sent.
    fn try_lock(&self) -> io::Result<Box<dyn Send>> {
        Ok(Box::new(()))
    }

    /// Returns the newest successor of `configured`, if there is one.
    ///
    /// # Errors
    ///
    /// When the store cannot be read. Then nothing is sent.
    fn load(&self, configured: &Secret) -> io::Result<Option<Secret>>;

    /// Checks that [`save`](Self::save) would work now, without changing the stored token.
    ///
    /// # Errors
    ///
    /// When it would not. Then no token is used.
    fn check_writable(&self) -> io::Result<()> {
        Ok(())
    }

    /// Saves `newest`, a successor of `configured`. It must be durable when this returns.
    ///
    /// # Errors
    ///
    /// When the store cannot be written. The provider then keeps `newest` in memory and saves it at its next renewal. If the
    /// process ends before, the token is lost.
    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()>;
}

/// A store for a refresh token that the vendor does not replace. It keeps nothing.
#[derive(Debug)]
pub(crate) struct NoStore;

impl RefreshTokenStore for NoStore {
    fn load(&self, _configured: &Secret) -> io::Result<Option<Secret>> {
        Ok(None)
    }

    fn save(&self, _configured: &Secret, _newest: &Secret) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A file with the newest refresh token, which only its owner can read.
///
/// The file also holds a fingerprint of the configured token, so that a newly configured token replaces it. An empty file beside it,
/// with the suffix `.lock`, is never removed: a lock on a file that is removed and created again excludes no one.
#[derive(Debug, Clone)]
pub struct RefreshTokenFile {
    path: PathBuf,
}

impl RefreshTokenFile {
    /// Returns the store in the file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl RefreshTokenStore for RefreshTokenFile {
    fn try_lock(&self) -> io::Result<Box<dyn Send>> {
        let path = with_suffix(&self.path, ".lock");
        let file = private_file().create(true).truncate(false).open(path)?;
        file.try_lock()?;
        Ok(Box::new(file))
    }

    fn load(&self, configured: &Secret) -> io::Result<Option<Secret>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let kept: Value = serde_json::from_str(&text)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a refresh token file"))?;
        let is_successor = kept["replaces"] == fingerprint(configured);
        let token = kept["refresh_token"].as_str().filter(|_| is_successor);
        Ok(token.map(Secret::from))
    }

    fn check_writable(&self) -> io::Result<()> {
        Temporary::with_bytes(b"{}", &self.path).map(drop)
    }

    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()> {
        let kept = json!({
            "replaces": fingerprint(configured),
            "refresh_token": newest.expose(),
        });
        Temporary::with_bytes(kept.to_string().as_bytes(), &self.path)?.replace(&self.path)
    }
}

/// A durable temporary file. It is removed on drop, unless it has replaced another file.
struct Temporary {
    path: PathBuf,
    has_moved: bool,
}

impl Temporary {
    /// Returns a file beside `path` that holds `bytes`.
    fn with_bytes(bytes: &[u8], path: &Path) -> io::Result<Self> {
        let (temporary, mut file) = Self::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(temporary)
    }

    /// Creates a file with an unused name. An earlier process with the same id may have left files behind.
    fn create(path: &Path) -> io::Result<(Self, File)> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = with_suffix(path, &format!(".{}-{number}.new", process::id()));
            match private_file().create_new(true).open(&path) {
                Ok(file) => return Ok((Self { path, has_moved: false }, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn replace(mut self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, path)?;
        self.has_moved = true;
        sync_parent(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.has_moved {
            // A file that cannot be removed is skipped by the next one.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Makes the new name durable, where the system can sync a folder.
fn sync_parent(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// Returns the whole name with `suffix` appended, so that `x.a` and `x.b` have different lock files.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn fingerprint(secret: &Secret) -> String {
    hex::encode(&Sha256::digest(secret.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of one test, which is removed on drop.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("unicontact-refresh-{}-{name}", process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn store(&self, name: &str) -> RefreshTokenFile {
            RefreshTokenFile::new(self.0.join(name))
        }

        fn files(&self) -> Vec<String> {
            let entries = std::fs::read_dir(&self.0).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_saved_token_is_loaded_and_leaves_no_temporary_file() {
        let scratch = Scratch::new("kept");
        let store = scratch.store("token");
        let configured = Secret::from("first");
        assert_eq!(store.load(&configured).unwrap(), None);
        store.save(&configured, &Secret::from("second")).unwrap();
        assert_eq!(store.load(&configured).unwrap(), Some(Secret::from("second")));
        assert_eq!(scratch.files(), ["token"]);
    }

    #[test]
    fn a_newly_configured_token_replaces_the_saved_one() {
        let scratch = Scratch::new("wins");
        let store = scratch.store("token");
        store.save(&Secret::from("first"), &Secret::from("second")).unwrap();
        assert_eq!(store.load(&Secret::from("replacement")).unwrap(), None);
    }

    #[test]
    fn check_writable_changes_no_file() {
        let scratch = Scratch::new("proof");
        let store = scratch.store("token");
        store.check_writable().unwrap();
        assert_eq!(scratch.files(), [""; 0]);
        let missing = scratch.store("missing/token");
        assert_eq!(missing.check_writable().unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_failed_save_leaves_no_temporary_file() {
        let scratch = Scratch::new("failed");
        std::fs::create_dir(scratch.0.join("token")).unwrap();
        assert!(scratch.store("token").save(&Secret::from("first"), &Secret::from("second")).is_err());
        assert_eq!(scratch.files(), ["token"]);
    }

    #[test]
    fn leftover_temporary_files_are_skipped() {
        let scratch = Scratch::new("leftover");
        let leftovers: Vec<PathBuf> =
            (0..64).map(|number| scratch.0.join(format!("token.{}-{number}.new", process::id()))).collect();
        for leftover in &leftovers {
            std::fs::write(leftover, "leftover").unwrap();
        }
        let store = scratch.store("token");
        let configured = Secret::from("first");
        store.save(&configured, &Secret::from("second")).unwrap();
        assert_eq!(store.load(&configured).unwrap(), Some(Secret::from("second")));
        for leftover in &leftovers {
            assert_eq!(std::fs::read_to_string(leftover).unwrap(), "leftover");
        }
    }

    #[test]
    fn a_lock_excludes_only_stores_of_the_same_file() {
        let scratch = Scratch::new("lock");
        let held = scratch.store("x.a").try_lock().unwrap();
        let refusal = scratch.store("x.a").try_lock().map(drop).unwrap_err();
        assert_eq!(refusal.kind(), io::ErrorKind::WouldBlock);
        assert!(scratch.store("x.b").try_lock().is_ok());
        drop(held);
        assert!(scratch.store("x.a").try_lock().is_ok());
    }
}
