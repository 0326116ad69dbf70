//! The migration to version 7 of the file, which moves finished deliveries into the table of delivered records and writes the
//! indices of hashes.

use rusqlite::Connection;

use super::people::{self, People};
use super::records::{self, Records};
use super::{column, delivered, hash_index, identities, indices, names, rows, spans};
use crate::identity::IdentityHashes;
use crate::identity::rules::Person;

const TABLES: &str = "
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
        may_send_until INTEGER,     -- no attempt began after it
        boot INTEGER,               -- of may_send_until: which boot,
        uptime INTEGER,             -- and how many milliseconds after it
        looked_at INTEGER,
        look_again_at INTEGER,
        overruns INTEGER NOT NULL,
        digest BLOB,                -- of the content that was last sent
        run INTEGER,                -- which last claimed or settled it
        unresolved TEXT,            -- JSON: its state before a person resolved it
        content TEXT                -- the contact, while the delivery is unfinished
    ) STRICT;
    CREATE TABLE story (
        delivery INTEGER NOT NULL,
        sequence INTEGER NOT NULL,  -- from 1; the oldest may be dropped
        at INTEGER NOT NULL,
        run INTEGER,                -- its id
        by_person INTEGER NOT NULL,
        event TEXT NOT NULL,        -- JSON
        PRIMARY KEY (delivery, sequence)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO runs (id, command, worker, started_at, version)
        SELECT id, command, worker, started_at, version FROM runs_v6 ORDER BY started_at, id;
    INSERT INTO story SELECT delivery, sequence, at, run, by_person, event FROM story_v6;
    ";
const SET_ASIDE: &str = "
    DROP INDEX deliveries_by_standing;
    DROP INDEX deliveries_by_error;
    DROP INDEX deliveries_by_change;
    DROP INDEX deliveries_by_id;
    DROP INDEX resolutions;
    DROP INDEX people_by_external_id;
    DROP INDEX people_with_later_id;
    ALTER TABLE deliveries RENAME TO deliveries_v6;
    ALTER TABLE story RENAME TO story_v6;
    ALTER TABLE runs RENAME TO runs_v6;
    ALTER TABLE people RENAME TO people_v6;
    DELETE FROM totals;
    INSERT INTO settings SELECT 'leftovers', 0 WHERE EXISTS (SELECT 1 FROM words);
    ";
/// Tables whose rows refer to others are dropped first.
const DROP: &str = "
    DROP TABLE story_v6;
    DROP TABLE contents;
    DROP TABLE deliveries_v6;
    DROP TABLE identities;
    DROP TABLE people_v6;
    DROP TABLE runs_v6;
    ";

/// Returns the tables of version 7, behind the older ones that were set aside.
pub(super) fn tables() -> String {
    let sorted = [records::INDEX, people::INDEX].map(hash_index::table).concat();
    let hashes = [hash_index::SHARED_TABLES, &sorted].concat();
    [
        SET_ASIDE,
        names::TABLES,
        TABLES,
        indices::OF_DELIVERIES,
        delivered::TABLE,
        spans::TABLE,
        people::TABLE,
        &hashes,
    ]
    .concat()
}

/// Moves the rows of version 6 to the tables of version 7.
pub(super) fn move_rows(connection: &Connection) -> rusqlite::Result<()> {
    let key = identities::key(connection)?;
    let mut records = Records::new(key.clone());
    records.refresh(connection)?;
    rows::for_each_of_v6(connection, |record| {
        records.adopt(connection, &record)?;
        records.sort_if_many(connection)
    })?;
    records.write_summaries(connection)?;
    records.sort(connection)?;
    move_people(connection, &mut People::new(key))?;
    connection.execute_batch(DROP)
}

fn move_people(connection: &Connection, people: &mut People) -> rusqlite::Result<()> {
    let mut select = connection.prepare("SELECT number, contact, external_id, traits FROM people_v6")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let traits = IdentityHashes::from_bytes(row.get_ref(3)?.as_blob()?);
        let person = Person {
            number: row.get::<_, i64>(0)?.cast_unsigned(),
            contact: row.get(1)?,
            external_id: row.get(2)?,
            traits: column::sound(3, traits)?,
        };
        people.add(connection, person)?;
        people.sort_if_many(connection)?;
    }
    let mut select = connection.prepare("SELECT hash, person FROM identities")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        people.add_hash(row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned());
        people.sort_if_many(connection)?;
    }
    people.sort(connection)
}
