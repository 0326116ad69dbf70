//! Tests of accidents: a killed process, a truncated log, a failed write. What the journal acknowledged is on disk.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use unicontact::Outcome;
use unicontact::journal::{ClaimOutcome, Journal, JournalErrorKind, RecordState, SqliteJournal};

use crate::journal::bench::{Kept, claim, deliver, look, settlement, state};

/// Copies the files of an open journal: the state that a process leaves that is killed now.
fn snapshot(from: &Path, to: &Path) {
    for name in ["unicontact.db", "unicontact.db-wal"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Returns a folder for many thousand journals, in memory if possible, where syncing costs nothing.
fn fast_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

#[tokio::test]
async fn acknowledged_writes_survive_a_killed_process() {
    let Kept::InFile(folder, journal) = Kept::in_file() else { unreachable!() };
    let journal = journal.unwrap();
    deliver(&*journal, "1", 1, Outcome::Created).await;
    journal.claim(claim("2", 2)).await.unwrap();
    let left = tempfile::tempdir().unwrap();
    snapshot(folder.path(), left.path());
    let next = SqliteJournal::open(&left.path().join("unicontact.db")).unwrap();
    assert_eq!(state(&next, "1").await, RecordState::Settled(Outcome::Created));
    assert_eq!(state(&next, "2").await, RecordState::Interrupted);
}

#[tokio::test]
async fn a_log_truncated_within_its_last_transaction_loses_only_that_transaction() {
    let Kept::InFile(folder, journal) = Kept::in_file() else { unreachable!() };
    let journal = journal.unwrap();
    for number in 1..4 {
        deliver(&*journal, &number.to_string(), number, Outcome::Created).await;
    }
    journal.claim(claim("4", 4)).await.unwrap();
    let log = |folder: &Path| folder.join("unicontact.db-wal");
    let before = fs::metadata(log(folder.path())).unwrap().len();
    crate::journal::bench::settle(&*journal, settlement("4", Some(4), Outcome::Created)).await;
    let whole = fs::read(log(folder.path())).unwrap();
    let before = usize::try_from(before).unwrap();
    assert!(whole.len() > before, "the last transaction is in the log");
    let database = fs::read(folder.path().join("unicontact.db")).unwrap();
    let left = fast_folder();
    let path = left.path().join("unicontact.db");
    for length in before..=whole.len() {
        fs::write(&path, &database).unwrap();
        fs::write(log(left.path()), &whole[..length]).unwrap();
        let next = SqliteJournal::open(&path).unwrap();
        for contact in ["1", "2", "3"] {
            assert_eq!(state(&next, contact).await, RecordState::Settled(Outcome::Created), "{length}");
        }
        let last = state(&next, "4").await;
        if length == whole.len() {
            assert_eq!(last, RecordState::Settled(Outcome::Created));
        } else {
            assert_eq!(last, RecordState::Interrupted, "truncated to {length} of {}", whole.len());
        }
    }
}

#[tokio::test]
async fn a_log_with_a_changed_byte_keeps_the_transactions_before_it() {
    let Kept::InFile(folder, journal) = Kept::in_file() else { unreachable!() };
    let journal = journal.unwrap();
    deliver(&*journal, "1", 1, Outcome::Created).await;
    let before =
        usize::try_from(fs::metadata(folder.path().join("unicontact.db-wal")).unwrap().len()).unwrap();
    journal.claim(claim("2", 2)).await.unwrap();
    let left = tempfile::tempdir().unwrap();
    snapshot(folder.path(), left.path());
    let log = left.path().join("unicontact.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    bytes[before + 100] ^= 0x40;
    fs::write(&log, bytes).unwrap();
    let next = SqliteJournal::open(&left.path().join("unicontact.db")).unwrap();
    assert_eq!(state(&next, "1").await, RecordState::Settled(Outcome::Created));
    assert!(next.look(&crate::journal::bench::key("2")).await.unwrap().is_none());
}

fn execute(path: &Path, statement: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(statement).unwrap();
}

#[tokio::test]
async fn a_failed_write_is_an_error_and_changes_nothing() {
    let (_folder, path) = Kept::in_file().close();
    execute(&path, "CREATE TRIGGER t BEFORE INSERT ON deliveries BEGIN SELECT RAISE(FAIL, 'no'); END");
    let journal = SqliteJournal::open(&path).unwrap();
    let error = journal.claim(claim("42", 1)).await.unwrap_err();
    assert!(error.to_string().contains("unicontact.db"), "{error}");
    assert_eq!(error.kind(), JournalErrorKind::Broken);
    drop(journal);
    execute(&path, "DROP TRIGGER t");
    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(journal.claim(claim("42", 1)).await.unwrap(), ClaimOutcome::New);
    assert!(look(&journal, "42").await.content.is_some());
}

/// A transaction that fails at its last write leaves nothing in memory that is not in the file.
#[tokio::test]
async fn a_full_disk_at_the_index_of_keys_loses_no_record() {
    let (_folder, path) = Kept::in_file().close();
    let journal = SqliteJournal::open(&path).unwrap();
    deliver(&journal, "1", 1, Outcome::Created).await;
    let full = rusqlite::Connection::open(&path).unwrap();
    full.execute_batch(
        "CREATE TRIGGER t BEFORE INSERT ON recent_hashes BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    .unwrap();
    journal.claim(claim("2", 2)).await.unwrap_err();
    full.execute_batch("DROP TRIGGER t").unwrap();
    drop(journal);
    let next = SqliteJournal::open(&path).unwrap();
    assert_eq!(next.claim(claim("2", 3)).await.unwrap(), ClaimOutcome::New);
    assert!(matches!(next.claim(claim("1", 4)).await.unwrap(), ClaimOutcome::Done(_)));
    drop(next);
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
}
