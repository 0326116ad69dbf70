//! Where the newest refresh token is kept between runs.
//!
//! Its rule: the place holds either the token before or the whole next one, readable by its owner only, whatever
//! breaks off in between.

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

/// Where the newest refresh token is kept between runs.
///
/// A platform puts its own vault behind it. A renewal takes the lock, loads, checks that a save would work, spends the
/// token, saves the next one and gives the lock back; within a process, one renewal at a time does so.
///
/// An error's text is shown: it must not hold the token.
pub trait RefreshTokenStore: fmt::Debug + Send + Sync {
    /// Keeps every other process from renewing until the returned guard is dropped.
    ///
    /// It returns at once. Without an implementation of its own a store locks nobody out, which is right where only one
    /// process uses it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] when another process holds the lock; then it is tried again for as long as one
    /// attempt may take. Any other when there can be no lock. In both cases nothing is sent.
    fn try_lock(&self) -> io::Result<Box<dyn Send>> {
        Ok(Box::new(()))
    }

    /// The newest token that came in place of `configured`, if any did.
    ///
    /// # Errors
    ///
    /// When the place cannot be read. Then nothing is sent.
    fn load(&self, configured: &Secret) -> io::Result<Option<Secret>>;

    /// Whether [`save`](Self::save) would work now, as far as that can be told without changing what is kept.
    ///
    /// # Errors
    ///
    /// When it would not. Then no token is spent.
    fn check_writable(&self) -> io::Result<()> {
        Ok(())
    }

    /// Keeps `newest`, which came in place of `configured`. It must be durable when this returns.
    ///
    /// # Errors
    ///
    /// When the place cannot be written. The provider then goes on with `newest` in memory, and saves it at its next
    /// renewal; if the process ends before, the token is lost.
    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()>;
}

/// Keeps the newest refresh token in a file that only its owner can read.
///
/// The file also holds a fingerprint of the configured token, so that a newly configured one wins over it. Beside it
/// stands an empty file whose name ends in `.lock`. It stays there: a lock on a file that comes and goes locks nobody out.
#[derive(Debug, Clone)]
pub struct RefreshTokenFile {
    path: PathBuf,
}

impl RefreshTokenFile {
    /// Keeps it at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl RefreshTokenStore for RefreshTokenFile {
    fn try_lock(&self) -> io::Result<Box<dyn Send>> {
        let path = with_suffix(&self.path, ".lock");
        let file = private().create(true).truncate(false).open(path)?;
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
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a file of ours"))?;
        let is_successor = kept["replaces"] == fingerprint(configured);
        let token = kept["refresh_token"].as_str().filter(|_| is_successor);
        Ok(token.map(Secret::from))
    }

    fn check_writable(&self) -> io::Result<()> {
        Temporary::holding(b"{}", &self.path).map(drop)
    }

    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()> {
        let kept = json!({
            "replaces": fingerprint(configured),
            "refresh_token": newest.expose(),
        });
        Temporary::holding(kept.to_string().as_bytes(), &self.path)?.replace(&self.path)
    }
}

/// A file under a name of its own, durable, that is removed unless it takes the place of another.
struct Temporary {
    path: PathBuf,
    has_moved: bool,
}

impl Temporary {
    /// A file beside `path` that holds `bytes`.
    fn holding(bytes: &[u8], path: &Path) -> io::Result<Self> {
        let (temporary, mut file) = Self::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(temporary)
    }

    /// Passes over names that are taken: an earlier process of the same id may have left one behind.
    fn create(path: &Path) -> io::Result<(Self, File)> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = with_suffix(path, &format!(".{}-{number}.new", process::id()));
            match private().create_new(true).open(&path) {
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
            // What cannot be removed is passed over by the next.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Makes the new name durable, where a folder can be synced.
fn sync_parent(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// The whole name with `suffix` behind it, so that `x.a` and `x.b` have nothing in common.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn private() -> OpenOptions {
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

    /// A folder of its own, which is removed at the end.
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
    fn a_kept_token_is_read_back_and_nothing_else_is_left() {
        let scratch = Scratch::new("kept");
        let store = scratch.store("token");
        let configured = Secret::from("first");
        assert_eq!(store.load(&configured).unwrap(), None);
        store.save(&configured, &Secret::from("second")).unwrap();
        assert_eq!(store.load(&configured).unwrap(), Some(Secret::from("second")));
        assert_eq!(scratch.files(), ["token"]);
    }

    #[test]
    fn a_newly_configured_token_wins_over_the_kept_one() {
        let scratch = Scratch::new("wins");
        let store = scratch.store("token");
        store.save(&Secret::from("first"), &Secret::from("second")).unwrap();
        assert_eq!(store.load(&Secret::from("replacement")).unwrap(), None);
    }

    #[test]
    fn proving_the_place_writable_changes_nothing() {
        let scratch = Scratch::new("proof");
        let store = scratch.store("token");
        store.check_writable().unwrap();
        assert_eq!(scratch.files(), [""; 0]);
        let missing = scratch.store("missing/token");
        assert_eq!(missing.check_writable().unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_failed_save_leaves_nothing_behind() {
        let scratch = Scratch::new("failed");
        std::fs::create_dir(scratch.0.join("token")).unwrap();
        assert!(scratch.store("token").save(&Secret::from("first"), &Secret::from("second")).is_err());
        assert_eq!(scratch.files(), ["token"]);
    }

    #[test]
    fn leftover_temporary_files_are_passed_over() {
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
    fn a_lock_keeps_out_those_of_the_same_file_only() {
        let scratch = Scratch::new("lock");
        let held = scratch.store("x.a").try_lock().unwrap();
        let refusal = scratch.store("x.a").try_lock().map(drop).unwrap_err();
        assert_eq!(refusal.kind(), io::ErrorKind::WouldBlock);
        assert!(scratch.store("x.b").try_lock().is_ok());
        drop(held);
        assert!(scratch.store("x.a").try_lock().is_ok());
    }
}
