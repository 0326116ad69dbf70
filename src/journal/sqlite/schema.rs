//! The tables of the file, and the migrations that create them. A released migration never changes; a later one is added.
//!
//! The file holds the application (`application_id`) and the number of executed migrations (`user_version`).

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::error_context::ErrorContext;
use super::{indices, migration, people, words};
use crate::journal::{JournalError, JournalErrorKind};

/// "unic".
const APPLICATION: i32 = 0x756E_6963;
/// The number of migrations. The last is [`migration`].
const MIGRATIONS: usize = 7;
/// The other migrations: each takes the file from the version before it to its own. The parts of one are executed together.
const EARLIER_MIGRATIONS: [&[&str]; MIGRATIONS - 1] = [
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
        people::TABLES_OF_V4,
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
    &[indices::MIGRATION_6],
];
/// More statements than a transaction executes, so that each is compiled once.
const STATEMENTS: usize = 128;
/// The time to wait for a lock of another process, whose transactions take milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Migrates an open file to the newest version, and checks every page if `is_checked`.
///
/// A file of an earlier version that another process has open (`is_alone` is false) stays as it is: that process would write
/// records without the times that this version needs.
pub(super) fn migrate_and_check(
    connection: &Connection,
    is_alone: bool,
    is_checked: bool,
    errors: &ErrorContext,
) -> Result<(), JournalError> {
    let sqlite_error = |error: rusqlite::Error| errors.sqlite_error(&error);
    connection.busy_timeout(BUSY_TIMEOUT).map_err(sqlite_error)?;
    // The file is identified first: setting the mode writes to it.
    let version = version(connection, errors)?;
    if !is_alone && (1..MIGRATIONS).contains(&version) {
        return Err(errors.error(JournalErrorKind::Busy));
    }
    set_modes(connection).map_err(sqlite_error)?;
    if version < MIGRATIONS {
        migrate(connection, errors)?;
    }
    if is_checked { check(connection, errors) } else { Ok(()) }
}

/// A damaged page could hide a record, and what has no record is sent. It takes half a second for a million records.
fn check(connection: &Connection, errors: &ErrorContext) -> Result<(), JournalError> {
    let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match found.map_err(|error| errors.sqlite_error(&error))?.as_str() {
        "ok" => Ok(()),
        _ => Err(errors.error(JournalErrorKind::Corrupt)),
    }
}

fn version(connection: &Connection, errors: &ErrorContext) -> Result<usize, JournalError> {
    let number =
        |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0));
    let count_tables =
        || connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let read = || Ok((number("application_id")?, number("user_version")?, count_tables()?));
    let read: rusqlite::Result<(i32, i32, i64)> = read();
    let (application, version, tables) = read.map_err(|error| errors.sqlite_error(&error))?;
    match (application, usize::try_from(version)) {
        (0, Ok(0)) if tables == 0 => Ok(0),
        (APPLICATION, Ok(version)) if (1..=MIGRATIONS).contains(&version) => Ok(version),
        (APPLICATION, Ok(version)) if version > MIGRATIONS => Err(errors.error(JournalErrorKind::Newer)),
        _ => Err(errors.error(JournalErrorKind::Foreign)),
    }
}

fn set_modes(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite compiles a query again for every bound value, which takes nine tenths of the time of a read.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A short log would copy pages that change often each time.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA journal_size_limit = 0;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cache_size = -2048;
         PRAGMA cell_size_check = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;",
    )
}

/// Executes the missing migrations in one transaction. Another process may have executed some meanwhile.
fn migrate(connection: &Connection, errors: &ErrorContext) -> Result<(), JournalError> {
    let sqlite_error = |error: rusqlite::Error| errors.sqlite_error(&error);
    connection.execute_batch("BEGIN IMMEDIATE").map_err(sqlite_error)?;
    let version = version(connection, errors)?;
    for migration in EARLIER_MIGRATIONS.iter().skip(version) {
        connection.execute_batch(&migration.concat()).map_err(sqlite_error)?;
    }
    if version < MIGRATIONS {
        connection.execute_batch(&migration::tables()).map_err(sqlite_error)?;
        migration::move_rows(connection).map_err(sqlite_error)?;
        let sign = format!("PRAGMA user_version = {MIGRATIONS}; PRAGMA application_id = {APPLICATION}");
        connection.execute_batch(&sign).map_err(sqlite_error)?;
    }
    words::index_missing(connection).map_err(sqlite_error)?;
    connection.execute_batch("COMMIT").map_err(sqlite_error)
}
