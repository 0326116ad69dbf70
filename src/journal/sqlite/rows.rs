//! The records of a journal, as rows. A row that cannot be read exactly is an error.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use unicontact_providers::{BootTime, ContactId, DeliveryKey, Stamp};

use super::column::{optional_time, sound, time};
use super::story;
use crate::identity::ContentDigest;
use crate::journal::story::{RunId, Story};
use crate::journal::unresolved::Unresolved;
use crate::journal::{ClaimId, Record, RecordState};
use crate::outcome::Outcome;

pub(super) const CLAIMED: &str = "claimed";
pub(super) const INTERRUPTED: &str = "interrupted";
/// Selects all columns of records.
macro_rules! records {
    () => {
        "SELECT number, provider, contact, vendor, fingerprint, standing, ticket, id, attempts, error, by_person, changed_at, \
         may_send_until, boot, uptime, looked_at, look_again_at, overruns, digest, content, run, unresolved \
         FROM deliveries LEFT JOIN contents USING (number)"
    };
}
const LOOK: &str = concat!(records!(), " WHERE provider = ?1 AND contact = ?2");
const OF_NUMBER: &str = concat!(records!(), " WHERE number = ?1");
const INSERT: &str = "INSERT INTO deliveries (vendor, fingerprint, standing, ticket, id, attempts, error, by_person, \
                      changed_at, may_send_until, boot, uptime, looked_at, look_again_at, overruns, digest, run, unresolved, provider, \
                      contact) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) \
                      ON CONFLICT (provider, contact) DO NOTHING";
const UPDATE: &str = "UPDATE deliveries SET vendor = ?1, fingerprint = ?2, standing = ?3, ticket = ?4, id = ?5, \
                      attempts = ?6, error = ?7, by_person = ?8, changed_at = ?9, may_send_until = ?10, boot = ?11, \
                      uptime = ?12, looked_at = ?13, look_again_at = ?14, overruns = ?15, digest = ?16, run = ?17, \
                      unresolved = ?18 WHERE number = ?19";
const END_CLAIM: &str = "UPDATE deliveries SET standing = ?1, id = ?2, attempts = ?3, changed_at = ?4, may_send_until = NULL, \
                         boot = NULL, uptime = NULL, look_again_at = NULL WHERE number = ?5";

pub(super) fn look(connection: &Connection, key: &DeliveryKey) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached(LOOK)?;
    statement.query_row(params![key.provider(), key.contact()], record).optional()
}

/// Writes a record in the place of `known`, or as a new one. Returns its number, or `None` if it is new and its key has a record
/// already.
pub(super) fn write(
    connection: &Connection,
    known: Option<&Record>,
    record: &Record,
) -> rusqlite::Result<Option<u64>> {
    let number = match known {
        None => match insert(connection, record)? {
            Some(number) => number,
            None => return Ok(None),
        },
        Some(known) => {
            if is_end_of_claim(known, record) {
                end_claim(connection, record)?;
            } else {
                update(connection, record)?;
            }
            record.number.cast_signed()
        }
    };
    write_content(connection, known.is_none(), number, record.content.as_deref())?;
    story::append(connection, number, &record.story)?;
    Ok(Some(number.cast_unsigned()))
}

/// Inserts a record, and returns its number. `None` if its key has a record already.
fn insert(connection: &Connection, record: &Record) -> rusqlite::Result<Option<i64>> {
    let key: [&dyn ToSql; 2] = [&record.key.provider(), &record.key.contact()];
    let inserted = execute(connection, INSERT, record, &key)?;
    Ok((inserted > 0).then(|| connection.last_insert_rowid()))
}

fn update(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    execute(connection, UPDATE, record, &[&record.number.cast_signed()]).map(drop)
}

/// Returns whether a record differs from its claim only in what [`end_claim`] writes. Most deliveries end so.
fn is_end_of_claim(known: &Record, record: &Record) -> bool {
    let (RecordState::Claimed(claim_id), RecordState::Settled(_)) = (known.state, record.state) else {
        return false;
    };
    let is_without_doubt = record.may_send_until.is_none() && record.look_again_at.is_none();
    is_without_doubt
        && record.settled_by == Some(claim_id)
        && record.vendor == known.vendor
        && record.fingerprint == known.fingerprint
        && record.error == known.error
        && record.by_person == known.by_person
        && record.looked_at == known.looked_at
        && record.overruns == known.overruns
        && record.digest == known.digest
        && record.run == known.run
        && record.unresolved == known.unresolved
}

/// Writes the end of a claim without a doubt.
fn end_claim(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    let id = record.id.as_ref().map(ContactId::as_str);
    let (standing, changed_at) = (word(record.state), record.changed_at.as_millisecond());
    let values = params![standing, id, record.attempts, changed_at, record.number.cast_signed()];
    connection.prepare_cached(END_CLAIM)?.execute(values).map(drop)
}

/// Writes the contact of a record, or erases it.
fn write_content(
    connection: &Connection,
    is_new: bool,
    number: i64,
    content: Option<&str>,
) -> rusqlite::Result<()> {
    let statement = match (content, is_new) {
        (Some(_), true) => "INSERT INTO contents (number, content) VALUES (?1, ?2)",
        (Some(_), false) => "INSERT OR REPLACE INTO contents (number, content) VALUES (?1, ?2)",
        (None, true) => return Ok(()),
        (None, false) => "DELETE FROM contents WHERE number = ?1",
    };
    let mut statement = connection.prepare_cached(statement)?;
    match content {
        Some(content) => statement.execute(params![number, content]),
        None => statement.execute([number]),
    }
    .map(drop)
}

/// Executes a statement with all columns of a record and the values behind them. Returns the number of written rows.
fn execute(
    connection: &Connection,
    statement: &str,
    record: &Record,
    place: &[&dyn ToSql],
) -> rusqlite::Result<usize> {
    let claim_id = match record.state {
        RecordState::Claimed(claim_id) => Some(claim_id),
        RecordState::Interrupted => None,
        RecordState::Settled(_) => record.settled_by,
    };
    let claim_id = claim_id.map(|claim_id| claim_id.number().cast_signed());
    let error = record.error.as_ref().map(serde_json::Value::to_string);
    let id = record.id.as_ref().map(ContactId::as_str);
    let milliseconds = record.changed_at.as_millisecond();
    let standing = word(record.state);
    let may_send_until = record.may_send_until.map(|stamp| stamp.time.as_millisecond());
    let boot_time = record.may_send_until.and_then(|stamp| stamp.boot);
    let boot = boot_time.map(|time| time.boot.cast_signed());
    let uptime = boot_time.map(|time| i64::try_from(time.uptime.as_millis()).unwrap_or(i64::MAX));
    let looked_at = record.looked_at.map(Timestamp::as_millisecond);
    let look_again_at = record.look_again_at.map(Timestamp::as_millisecond);
    let digest = record.digest.as_ref().map(ContentDigest::as_bytes);
    let run = record.run.map(|run| run.number().cast_signed());
    let unresolved = record.unresolved.as_ref().map(|before| before.to_json().to_string());
    let settings: [&dyn ToSql; 18] = [
        &record.vendor,
        &record.fingerprint,
        &standing,
        &claim_id,
        &id,
        &record.attempts,
        &error,
        &record.by_person,
        &milliseconds,
        &may_send_until,
        &boot,
        &uptime,
        &looked_at,
        &look_again_at,
        &record.overruns,
        &digest,
        &run,
        &unresolved,
    ];
    let values = params_from_iter(settings.iter().chain(place));
    connection.prepare_cached(statement)?.execute(values)
}

/// Erases the contacts of deliveries that a person resolved as created at this time or earlier.
pub(super) fn erase_resolved_contents(connection: &Connection, until: Timestamp) -> rusqlite::Result<()> {
    let erase = "DELETE FROM contents WHERE number IN (SELECT number FROM deliveries \
         WHERE unresolved IS NOT NULL AND changed_at <= ?1 AND standing IN ('created', 'existing'))";
    connection.execute(erase, [until.as_millisecond()]).map(drop)
}

/// Returns the record with this number.
pub(super) fn of_number(connection: &Connection, number: i64) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached(OF_NUMBER)?;
    statement.query_row([number], record).optional()
}

/// Returns the numbers of all deliveries that are claimed.
pub(super) fn claimed(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    let select = "SELECT number FROM deliveries INDEXED BY deliveries_by_standing WHERE standing = 'claimed'";
    connection.prepare_cached(select)?.query_map([], |row| row.get(0))?.collect()
}

/// Returns the word that the file stores for a state.
pub(super) fn word(state: RecordState) -> &'static str {
    match state {
        RecordState::Claimed(_) => CLAIMED,
        RecordState::Interrupted => INTERRUPTED,
        RecordState::Settled(outcome) => outcome.as_str(),
    }
}

fn state(word: &str, claim_id: Option<i64>) -> Option<RecordState> {
    Some(match (word, claim_id) {
        (CLAIMED, Some(claim_id)) => RecordState::Claimed(ClaimId::from_number(claim_id.cast_unsigned())),
        (INTERRUPTED, _) => RecordState::Interrupted,
        (word, _) => RecordState::Settled(Outcome::from_word(word)?),
    })
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let text = |index: usize| row.get::<_, String>(index);
    let id: Option<String> = row.get(7)?;
    let error: Option<String> = row.get(9)?;
    let digest: Option<Vec<u8>> = row.get(18)?;
    let claim_id: Option<i64> = row.get(6)?;
    let state = sound(5, state(&text(5)?, claim_id))?;
    let is_settled = matches!(state, RecordState::Settled(_));
    let run: Option<i64> = row.get(20)?;
    let unresolved: Option<String> = row.get(21)?;
    let unresolved =
        unresolved.map(|json| sound(21, serde_json::from_str(&json).ok().and_then(Unresolved::from_json)));
    let boot: Option<i64> = row.get(13)?;
    let uptime: Option<i64> = row.get(14)?;
    let boot = boot.zip(uptime).map(|(boot, uptime)| BootTime {
        boot: boot.cast_unsigned(),
        uptime: Duration::from_millis(u64::try_from(uptime).unwrap_or_default()),
    });
    Ok(Record {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        key: DeliveryKey::from_contact_key(&text(1)?, text(2)?),
        vendor: row.get(3)?,
        fingerprint: row.get(4)?,
        state,
        id: id.map(|id| sound(7, ContactId::new(id))).transpose()?,
        attempts: row.get(8)?,
        error: error.map(|error| sound(9, serde_json::from_str(&error).ok())).transpose()?,
        by_person: row.get(10)?,
        changed_at: time(row, 11)?,
        may_send_until: optional_time(row, 12)?.map(|time| Stamp { time, boot }),
        looked_at: optional_time(row, 15)?,
        look_again_at: optional_time(row, 16)?,
        settled_by: claim_id
            .filter(|_| is_settled)
            .map(|number| ClaimId::from_number(number.cast_unsigned())),
        overruns: row.get(17)?,
        digest: digest.map(|bytes| sound(18, ContentDigest::from_bytes(&bytes))).transpose()?,
        content: row.get(19)?,
        run: run.map(|number| RunId::from_number(number.cast_unsigned())),
        unresolved: unresolved.transpose()?.map(Box::new),
        story: Story::default(),
    })
}
