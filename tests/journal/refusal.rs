//! Files that are refused as a journal: the error has their path, and they stay as they are.

use std::fs;
use std::path::Path;

use unicontact::Outcome;
use unicontact::journal::{Journal, JournalErrorKind, RecordState, Selection, SqliteJournal};

use crate::journal::bench::{Kept, claim, deliver, key};

#[track_caller]
fn refused(path: &Path, kind: JournalErrorKind) {
    let before = fs::read(path).ok();
    let error = SqliteJournal::open(path).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    assert_eq!(fs::read(path).ok(), before, "it was changed");
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "not a database, ".repeat(500)).unwrap();
    refused(&path, JournalErrorKind::Foreign);
    fs::write(&path, "short").unwrap();
    refused(&path, JournalErrorKind::Foreign);
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE deliveries (number INTEGER)").unwrap();
    drop(other);
    refused(&path, JournalErrorKind::Foreign);
}

#[test]
fn a_journal_of_a_newer_version_is_refused() {
    let (_folder, path) = Kept::in_file().close();
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 1000").unwrap();
    drop(newer);
    refused(&path, JournalErrorKind::Newer);
}

fn version_of(connection: &rusqlite::Connection) -> i64 {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

/// The tables of version 1 with a delivery.
const FIRST_VERSION: &str = "
    CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY, provider TEXT NOT NULL, contact TEXT NOT NULL, vendor TEXT NOT NULL,
        fingerprint TEXT NOT NULL, standing TEXT NOT NULL, ticket INTEGER, id TEXT, attempts INTEGER NOT NULL,
        error TEXT, by_person INTEGER NOT NULL, changed_at INTEGER NOT NULL, UNIQUE (provider, contact)
    ) STRICT;
    CREATE INDEX unfinished ON deliveries (standing) WHERE standing NOT IN ('created', 'existing');
    CREATE TABLE contents (number INTEGER PRIMARY KEY REFERENCES deliveries (number), content TEXT NOT NULL) STRICT;
    INSERT INTO deliveries VALUES (1, 'acme', '1', 'smarttask', 'f', 'created', 7, 'id-1', 1, NULL, 0, 1764000000000);
    INSERT INTO deliveries VALUES (2, 'acme', '2', 'smarttask', 'f', 'claimed', 8, NULL, 0, NULL, 0, 1764000000000);
    INSERT INTO contents VALUES (2, '{\"kind\": \"person\", \"name\": {\"full\": \"Ada King\"}}');
    PRAGMA user_version = 1; PRAGMA application_id = 1970170211;
    ";

#[tokio::test]
async fn a_journal_of_the_first_version_keeps_its_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unicontact.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch(FIRST_VERSION).unwrap();
    let journal = SqliteJournal::open(&path).unwrap();
    let delivered = journal.look(&key("1")).await.unwrap().unwrap();
    assert_eq!((delivered.number, delivered.state), (1, RecordState::Settled(Outcome::Created)));
    assert_eq!(delivered.id.unwrap().as_str(), "id-1");
    let interrupted = journal.look(&key("2")).await.unwrap().unwrap();
    assert_eq!((interrupted.number, interrupted.state), (2, RecordState::Interrupted));
    assert!(interrupted.contact().is_some());
    let found = Selection { search: Some("king".to_owned()), ..Selection::default() };
    assert_eq!(journal.list(&found).await.unwrap().len(), 1);
    assert!(journal.story(&key("1")).await.unwrap().entries.is_empty());
    drop(journal);
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
    let newer = rusqlite::Connection::open(&path).unwrap();
    let (_folder, new) = Kept::in_file().close();
    let of_new = rusqlite::Connection::open(new).unwrap();
    assert_eq!(schema_of(&newer), schema_of(&of_new));
    assert_eq!(version_of(&newer), version_of(&of_new));
}

fn schema_of(connection: &rusqlite::Connection) -> Vec<String> {
    let select = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name";
    connection.prepare(select).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_journal_of_an_earlier_version_that_another_process_has_open_is_refused_and_left_as_it_is() {
    let kept = Kept::in_file();
    deliver(&*kept.journal(), "1", 1, Outcome::InDoubt).await;
    let path = kept.path();
    let older = rusqlite::Connection::open(&path).unwrap();
    older.execute_batch("PRAGMA user_version = 2").unwrap();
    refused(&path, JournalErrorKind::Busy);
    let version = older.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(version, 2);
}

#[test]
fn a_journal_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    refused(&folder.path().join("missing/unicontact.db"), JournalErrorKind::MissingFolder);
    refused(folder.path(), JournalErrorKind::Unwritable);
    // Even root cannot write there.
    #[cfg(target_os = "linux")]
    refused(Path::new("/proc/unicontact.db"), JournalErrorKind::Unwritable);
}

#[tokio::test]
async fn a_damaged_journal_is_an_error_before_anything_is_granted() {
    let kept = Kept::in_file();
    for number in 1..200 {
        deliver(&*kept.journal(), &number.to_string(), number, Outcome::Failed).await;
    }
    let (_folder, path) = kept.close();
    // Damage of a free page harms nothing.
    rusqlite::Connection::open(&path).unwrap().execute_batch("VACUUM").unwrap();
    let sound = fs::read(&path).unwrap();
    for page in 0..sound.len() / 4096 {
        let mut damaged = sound.clone();
        // The head of every page, but not the name of the format in the first.
        let start = if page == 0 { 100 } else { page * 4096 };
        damaged[start..start + 64].fill(0xA5);
        fs::write(&path, damaged).unwrap();
        let granted = match SqliteJournal::open(&path) {
            Err(error) => Err(error),
            Ok(journal) => journal.claim(claim("7", 1)).await,
        };
        let error = granted.unwrap_err();
        assert_eq!(error.kind(), JournalErrorKind::Corrupt, "page {page}: {error}");
    }
}
