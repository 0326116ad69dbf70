//! The check of every page when the journal is opened: after an unclean end, and not after a clean one. And the whole check.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::Connection;
use unicontact::Outcome;
use unicontact::journal::{ClaimOutcome, Journal, JournalDefect, JournalErrorKind, SqliteJournal};

use crate::journal::bench::{Kept, claim, deliver};

/// Returns a closed journal with a few deliveries, and its folder.
async fn closed() -> (tempfile::TempDir, std::path::PathBuf) {
    let kept = Kept::in_file();
    for (number, outcome) in [(1, Outcome::Created), (2, Outcome::Failed), (3, Outcome::InDoubt)] {
        deliver(&*kept.journal(), &number.to_string(), number, outcome).await;
    }
    kept.close()
}

fn execute(path: &Path, statement: &str) {
    Connection::open(path).unwrap().execute_batch(statement).unwrap();
}

/// Damages the page of an index that no claim reads. The file keeps its size and the time of its last change.
fn damage(path: &Path) {
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'people_with_later_id'";
    let page: u32 = Connection::open(path).unwrap().query_row(root, [], |row| row.get(0)).unwrap();
    let changed_at = fs::metadata(path).unwrap().modified().unwrap();
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(u64::from(page - 1) * 4096)).unwrap();
    file.write_all(&[0xA5; 64]).unwrap();
    file.set_modified(changed_at).unwrap();
}

fn kind_of_open(path: &Path) -> Option<JournalErrorKind> {
    SqliteJournal::open(path).err().map(|error| error.kind())
}

#[tokio::test]
async fn a_file_that_was_closed_cleanly_is_not_checked_again() {
    let (_folder, path) = closed().await;
    damage(&path);
    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(journal.claim(claim("4", 4)).await.unwrap(), ClaimOutcome::New);
}

#[tokio::test]
async fn a_file_without_a_mark_or_changed_after_it_is_checked() {
    let (folder, path) = closed().await;
    damage(&path);
    let lock = folder.path().join("unicontact.db-lock");
    let mark = fs::read(&lock).unwrap();
    fs::write(&lock, "").unwrap();
    assert_eq!(kind_of_open(&path), Some(JournalErrorKind::Corrupt));
    fs::write(&lock, &mark).unwrap();
    assert_eq!(kind_of_open(&path), None);
    fs::write(&lock, &mark).unwrap();
    fs::write(&path, fs::read(&path).unwrap()).unwrap();
    assert_eq!(kind_of_open(&path), Some(JournalErrorKind::Corrupt));
}

#[tokio::test]
async fn the_files_of_a_killed_process_are_checked() {
    let (folder, path) = closed().await;
    damage(&path);
    let log = folder.path().join("unicontact.db-wal");
    File::create(&log).unwrap();
    assert_eq!(kind_of_open(&path), Some(JournalErrorKind::Corrupt));
}

#[tokio::test]
async fn a_reading_process_does_not_hide_an_unclean_end() {
    let (folder, path) = closed().await;
    damage(&path);
    fs::write(folder.path().join("unicontact.db-lock"), "").unwrap();
    drop(SqliteJournal::open_unchecked(&path).unwrap());
    assert_eq!(kind_of_open(&path), Some(JournalErrorKind::Corrupt));
}

#[tokio::test]
async fn the_end_of_a_journal_that_failed_to_write_is_unclean() {
    let (folder, path) = closed().await;
    execute(&path, "CREATE TRIGGER t BEFORE INSERT ON deliveries BEGIN SELECT RAISE(FAIL, 'no'); END");
    let journal = SqliteJournal::open(&path).unwrap();
    let lock = folder.path().join("unicontact.db-lock");
    assert_ne!(fs::read(&lock).unwrap(), b"");
    journal.claim(claim("4", 4)).await.unwrap_err();
    drop(journal);
    assert_eq!(fs::read(&lock).unwrap(), b"");
}

#[tokio::test]
async fn damage_that_the_check_found_is_not_overlooked_by_the_next_process() {
    let (_folder, path) = closed().await;
    damage(&path);
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, [JournalDefect::Pages]);
    assert_eq!(kind_of_open(&path), Some(JournalErrorKind::Corrupt));
}

#[tokio::test]
async fn a_check_that_found_no_damage_counts_for_the_next_process() {
    let (folder, path) = closed().await;
    fs::write(folder.path().join("unicontact.db-lock"), "").unwrap();
    SqliteJournal::check(&path).unwrap();
    damage(&path);
    assert_eq!(kind_of_open(&path), None);
}

#[tokio::test]
async fn a_sound_journal_has_no_defects() {
    let (_folder, path) = closed().await;
    let checked = SqliteJournal::check(&path).unwrap();
    assert_eq!((checked.deliveries, checked.defects), (3, vec![]));
}

#[tokio::test]
async fn the_check_finds_what_does_not_agree_with_the_records() {
    let cases = [
        ("UPDATE totals SET count = count + 1", JournalDefect::Totals),
        ("DELETE FROM totals", JournalDefect::Totals),
        ("DELETE FROM words", JournalDefect::Words),
        ("INSERT INTO words VALUES ('zanzibar', 1)", JournalDefect::Words),
        ("INSERT INTO words SELECT 'zanzibar', number FROM deliveries WHERE content IS NOT NULL", JournalDefect::Words),
        (
            "INSERT INTO story VALUES (99, 1, 0, NULL, 0, '{\"event\":\"interrupted\"}')",
            JournalDefect::References,
        ),
        ("UPDATE spans SET count = 2", JournalDefect::Totals),
        ("UPDATE spans SET latest = earliest - 1", JournalDefect::Totals),
        ("DELETE FROM recent_hashes", JournalDefect::Keys),
        // An index that has lost a record.
        (
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, 'WHERE standing <> ''claimed''', 'WHERE standing = ''x''')
                 WHERE name = 'deliveries_by_change';
             PRAGMA writable_schema = RESET; REINDEX deliveries_by_change; PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, 'WHERE standing = ''x''', 'WHERE standing <> ''claimed''')
                 WHERE name = 'deliveries_by_change';",
            JournalDefect::Pages,
        ),
    ];
    for (statement, defect) in cases {
        let (_folder, path) = closed().await;
        execute(&path, statement);
        let checked = SqliteJournal::check(&path).unwrap();
        assert_eq!(checked.defects, [defect], "{statement}");
    }
}

#[tokio::test]
async fn the_check_reads_every_row() {
    let cases = [
        "UPDATE people SET traits = x'01'",
        "UPDATE people SET contact = x'0102' WHERE number = 1",
        "UPDATE delivered SET run = 99",
        "UPDATE delivered SET id = x'01'",
        "UPDATE deliveries SET unresolved = '{'",
        "UPDATE story SET event = '{'",
        "UPDATE record_hashes SET entries = x'80'",
    ];
    for statement in cases {
        let (_folder, path) = crate::journal::migration::version_6();
        drop(SqliteJournal::open(&path).unwrap());
        execute(&path, statement);
        let checked = SqliteJournal::check(&path);
        assert!(!checked.is_ok_and(|checked| checked.defects.is_empty()), "{statement}");
    }
}

#[test]
fn the_check_of_a_missing_file_is_an_error_and_creates_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unicontact.db");
    assert_eq!(SqliteJournal::check(&path).unwrap_err().kind(), JournalErrorKind::Unwritable);
    assert!(!path.exists());
}
