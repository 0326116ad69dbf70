//! The mark of a clean end: the last process that had the journal open closed it without an error, and every page was checked not
//! long before. A process that sends can then open the journal without the check of every page.
//!
//! The mark describes the file as it was closed: its size, the time of its last change and its number in the file system. A file
//! that was written, replaced or restored since then does not fit its mark. A write-ahead log beside the file shows that a process
//! was killed, or that another one has the file open.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The first word of a mark, with its version.
const WORD: &str = "clean-1";
/// A limit on the bytes of a mark.
const MAX_BYTES: u64 = 256;
/// The time after which a file is checked again although every process ended cleanly: a disk may lose what nobody reads.
const CHECK_EVERY: Duration = Duration::from_hours(24);

/// The state of a closed file, and the time of its last check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CleanEnd {
    size: u64,
    /// Nanoseconds since 1970.
    changed_at: u128,
    file_number: u64,
    /// Seconds since 1970.
    checked_at: u64,
}

impl CleanEnd {
    /// Returns the state of the closed journal. `None` if it has a write-ahead log or cannot be examined.
    fn of_closed(journal: &Path, checked_at: u64) -> Option<Self> {
        // SQLite names the log after the file that a link leads to.
        let journal = fs::canonicalize(journal).ok()?;
        if fs::symlink_metadata(log_path(&journal)).is_ok() {
            return None;
        }
        let metadata = fs::metadata(&journal).ok()?;
        let changed_at = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { size: metadata.len(), changed_at, file_number: file_number(&metadata), checked_at })
    }

    fn from_text(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.strip_suffix('\n')?.split(' ').collect();
        let [WORD, size, changed_at, file_number, checked_at] = words[..] else { return None };
        Some(Self {
            size: size.parse().ok()?,
            changed_at: changed_at.parse().ok()?,
            file_number: file_number.parse().ok()?,
            checked_at: checked_at.parse().ok()?,
        })
    }

    fn to_text(self) -> String {
        let Self { size, changed_at, file_number, checked_at } = self;
        format!("{WORD} {size} {changed_at} {file_number} {checked_at}\n")
    }
}

/// Returns the time of the last check if the mark fits the journal, which no process may have open, and the check is not too old
/// at `now`. Both times are seconds since 1970.
pub(super) fn read(mark: &mut File, journal: &Path, now: u64) -> Option<u64> {
    let mut text = String::new();
    mark.rewind().ok()?;
    mark.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    let marked = CleanEnd::from_text(&text)?;
    // A check in the future was dated by a wrong clock.
    let age = now.checked_sub(marked.checked_at)?;
    let is_recent = age < CHECK_EVERY.as_secs();
    (is_recent && CleanEnd::of_closed(journal, marked.checked_at) == Some(marked))
        .then_some(marked.checked_at)
}

/// Writes the mark of a journal that was just closed, unless it has a write-ahead log.
///
/// No sync is necessary: the journal was synced before, and a mark that is lost only leads to a check.
pub(super) fn write(mark: &mut File, journal: &Path, checked_at: u64) -> io::Result<()> {
    if CleanEnd::of_closed(journal, checked_at).is_none() {
        return Ok(());
    }
    // The system dates writes by the tick of its clock. An exact time differs from that of a later write within the same tick.
    File::options().write(true).open(journal)?.set_modified(system_time())?;
    let Some(clean_end) = CleanEnd::of_closed(journal, checked_at) else { return Ok(()) };
    mark.set_len(0)?;
    mark.rewind()?;
    mark.write_all(clean_end.to_text().as_bytes())
}

/// Returns the time in seconds since 1970.
pub(super) fn now() -> u64 {
    system_time().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[expect(clippy::disallowed_methods, reason = "only times of files and of checks are compared with it")]
fn system_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(unix)]
fn file_number(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn file_number(_metadata: &fs::Metadata) -> u64 {
    0
}

fn log_path(journal: &Path) -> PathBuf {
    let mut name = OsString::from(journal);
    name.push("-wal");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked() -> (tempfile::TempDir, PathBuf, File) {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("unicontact.db");
        fs::write(&journal, "pages").unwrap();
        let mut mark = super::super::file::open_private(&folder.path().join("mark")).unwrap();
        write(&mut mark, &journal, 1000).unwrap();
        (folder, journal, mark)
    }

    #[test]
    fn a_mark_fits_the_file_that_was_closed() {
        let (_folder, journal, mut mark) = marked();
        assert_eq!(read(&mut mark, &journal, 1000), Some(1000));
        write(&mut mark, &journal, 7).unwrap();
        assert_eq!(read(&mut mark, &journal, 8), Some(7), "a shorter mark replaces a longer one");
    }

    #[test]
    fn a_changed_replaced_or_missing_file_does_not_fit_its_mark() {
        let (folder, journal, mut mark) = marked();
        let copy = folder.path().join("copy");
        fs::copy(&journal, &copy).unwrap();
        fs::rename(&copy, &journal).unwrap();
        assert_eq!(read(&mut mark, &journal, 1000), None);
        write(&mut mark, &journal, 1000).unwrap();
        let file = File::options().write(true).open(&journal).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(5)).unwrap();
        assert_eq!(read(&mut mark, &journal, 1000), None);
        fs::remove_file(&journal).unwrap();
        assert_eq!(read(&mut mark, &journal, 1000), None);
    }

    #[test]
    fn a_file_with_a_write_ahead_log_has_no_mark() {
        let (folder, journal, mut mark) = marked();
        fs::write(folder.path().join("unicontact.db-wal"), "").unwrap();
        assert_eq!(read(&mut mark, &journal, 1000), None);
        write(&mut mark, &journal, 2000).unwrap();
        fs::remove_file(folder.path().join("unicontact.db-wal")).unwrap();
        assert_eq!(read(&mut mark, &journal, 1000), Some(1000), "the mark was not written again");
    }

    #[test]
    fn a_check_counts_for_a_day() {
        let (_folder, journal, mut mark) = marked();
        let day = CHECK_EVERY.as_secs();
        assert_eq!(read(&mut mark, &journal, 999 + day), Some(1000));
        assert_eq!(read(&mut mark, &journal, 1000 + day), None);
        assert_eq!(read(&mut mark, &journal, 999), None, "a clock that was set back");
    }

    #[test]
    fn a_truncated_mark_is_none() {
        let (_folder, journal, mut mark) = marked();
        let whole = mark.metadata().unwrap().len();
        for length in 0..whole {
            mark.set_len(length).unwrap();
            assert_eq!(read(&mut mark, &journal, 1000), None, "{length}");
            write(&mut mark, &journal, 1000).unwrap();
        }
    }
}
