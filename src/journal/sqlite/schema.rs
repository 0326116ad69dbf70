//! The tables, and how older ones become these.
//!
//! Its rule: a migration that was released is never changed; another is added. The file says of itself whose it is
//! (`application_id`) and how far it was migrated (`user_version`).

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::failure::ErrorContext;
use super::{indices, people, words};
use crate::journal::{JournalError, JournalErrorKind};

/// "unic".
const APPLICATION: i32 = 0x756E_6963;
/// Each brings the file from the version before it to its own, the first from an empty file to 1. The parts of one are executed
/// together.
const MIGRATIONS: [&[&str]; 6] = [
    &["
    CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY,
        provider TEXT NOT NULL,
        contact TEXT NOT NULL,
        vendor TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        standing TEXT NOT NULL,     -- claimed, interrupted, or the outcome in which it was settled
        ticket INTEGER,             -- of the claim
        id TEXT,
        attempts INTEGER NOT NULL,
        error TEXT,                 -- JSON, as in a report
        by_person INTEGER NOT NULL,
        changed_at INTEGER NOT NULL, -- milliseconds since 1970
        UNIQUE (provider, contact)
    ) STRICT;
    CREATE INDEX unfinished ON deliveries (standing) WHERE standing NOT IN ('created', 'existing');
    CREATE TABLE contents (         -- the contacts of unfinished deliveries
        number INTEGER PRIMARY KEY REFERENCES deliveries (number),
        content TEXT NOT NULL
    ) STRICT;
    "],
    // No query used it, and every claim and settlement paid for it.
    &["DROP INDEX unfinished;"],
    // Times are milliseconds since 1970. An attempt of an earlier version counts from this migration, or from the last change
    // of its record where that settled it: neither is earlier than the attempt.
    &["
    ALTER TABLE deliveries ADD COLUMN may_send_until INTEGER; -- no attempt began after it
    ALTER TABLE deliveries ADD COLUMN boot INTEGER;           -- of may_send_until: which boot,
    ALTER TABLE deliveries ADD COLUMN uptime INTEGER;         -- and how many milliseconds after it
    ALTER TABLE deliveries ADD COLUMN looked_at INTEGER;
    ALTER TABLE deliveries ADD COLUMN look_again_at INTEGER;
    ALTER TABLE deliveries ADD COLUMN overruns INTEGER NOT NULL DEFAULT 0;
    UPDATE deliveries SET may_send_until = changed_at WHERE standing = 'in_doubt';
    UPDATE deliveries SET may_send_until = CAST(unixepoch('subsec') * 1000 AS INTEGER)
        WHERE standing IN ('claimed', 'interrupted');
    "],
    // The identities of contacts. Records of earlier versions have none.
    &[
        "
    ALTER TABLE deliveries ADD COLUMN digest BLOB; -- of the content that was last sent
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value ANY NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO settings VALUES ('identity_key', randomblob(32));
    INSERT INTO settings SELECT 'has_records_without_identity', 1 WHERE EXISTS (SELECT 1 FROM deliveries);
    INSERT INTO settings SELECT 'has_contents_without_identity', 1 WHERE EXISTS (SELECT 1 FROM contents);
    ",
        people::TABLES,
    ],
    // What happened to deliveries. Records of earlier versions have no story.
    &["
    ALTER TABLE deliveries ADD COLUMN run INTEGER;     -- which last claimed or settled it
    ALTER TABLE deliveries ADD COLUMN unresolved TEXT; -- JSON: its state before a person resolved it
    CREATE INDEX resolutions ON deliveries (changed_at) WHERE unresolved IS NOT NULL;
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        worker TEXT,
        started_at INTEGER NOT NULL,
        version TEXT NOT NULL
    ) STRICT;
    CREATE TABLE story (
        delivery INTEGER NOT NULL REFERENCES deliveries (number),
        sequence INTEGER NOT NULL,  -- from 1; the oldest may be dropped
        at INTEGER NOT NULL,
        run INTEGER REFERENCES runs (id),
        by_person INTEGER NOT NULL,
        event TEXT NOT NULL,        -- JSON
        PRIMARY KEY (delivery, sequence)
    ) STRICT, WITHOUT ROWID;
    "],
    &[indices::MIGRATION],
];
/// How long another process may keep it locked. Each of its transactions takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes an open file a journal of the newest version. One of an earlier version that another process has open
/// (`is_alone` is false) stays as it is: that process would write records without the times that this version needs. Every page
/// is checked if `is_checked`.
pub(super) fn settle(
    connection: &Connection,
    is_alone: bool,
    is_checked: bool,
    failing: &ErrorContext,
) -> Result<(), JournalError> {
    let of_sqlite = |error: rusqlite::Error| failing.of_sqlite(&error);
    connection.busy_timeout(PATIENCE).map_err(of_sqlite)?;
    // Whose it is comes first: setting the mode already writes.
    let version = version(connection, failing)?;
    if !is_alone && (1..MIGRATIONS.len()).contains(&version) {
        return Err(failing.of_kind(JournalErrorKind::Busy));
    }
    set_modes(connection).map_err(of_sqlite)?;
    if version < MIGRATIONS.len() {
        migrate(connection, failing)?;
    }
    if is_checked { check(connection, failing) } else { Ok(()) }
}

/// A damaged page could hide a record, and what has no record is sent. It takes half a second for a million records.
fn check(connection: &Connection, failing: &ErrorContext) -> Result<(), JournalError> {
    let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match found.map_err(|error| failing.of_sqlite(&error))?.as_str() {
        "ok" => Ok(()),
        _ => Err(failing.of_kind(JournalErrorKind::Corrupt)),
    }
}

fn version(connection: &Connection, failing: &ErrorContext) -> Result<usize, JournalError> {
    let number =
        |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0));
    let count_tables =
        || connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let read = || Ok((number("application_id")?, number("user_version")?, count_tables()?));
    let read: rusqlite::Result<(i32, i32, i64)> = read();
    let (application, version, tables) = read.map_err(|error| failing.of_sqlite(&error))?;
    match (application, usize::try_from(version)) {
        (0, Ok(0)) if tables == 0 => Ok(0),
        (APPLICATION, Ok(version)) if (1..=MIGRATIONS.len()).contains(&version) => Ok(version),
        (APPLICATION, Ok(version)) if version > MIGRATIONS.len() => {
            Err(failing.of_kind(JournalErrorKind::Newer))
        }
        _ => Err(failing.of_kind(JournalErrorKind::Foreign)),
    }
}

fn set_modes(connection: &Connection) -> rusqlite::Result<()> {
    // Without it, SQLite compiles a query anew whenever another value is bound: nine tenths of what a look costs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Hashes enter their indices in no order: a small cache reads a page again for each, and a short log copies it again.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA journal_size_limit = 0;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cache_size = -16384;
         PRAGMA cell_size_check = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;",
    )
}

/// All that are missing in one transaction. Another process may have been faster.
fn migrate(connection: &Connection, failing: &ErrorContext) -> Result<(), JournalError> {
    let of_sqlite = |error: rusqlite::Error| failing.of_sqlite(&error);
    connection.execute_batch("BEGIN IMMEDIATE").map_err(of_sqlite)?;
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(version(connection, failing)?) {
        let migration = migration.concat();
        let signed = format!(
            "{migration}; PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION}",
            index + 1
        );
        connection.execute_batch(&signed).map_err(of_sqlite)?;
    }
    words::index_missing(connection).map_err(of_sqlite)?;
    connection.execute_batch("COMMIT").map_err(of_sqlite)
}
