//! The records of unfinished deliveries, and of others about which there is something to tell, with all their columns. A row that
//! cannot be read exactly is an error.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use unicontact_providers::{BootTime, ContactId, DeliveryKey, Stamp};

use super::column::{optional_time, sound, time};
use crate::identity::ContentDigest;
use crate::journal::story::{RunId, Story};
use crate::journal::unresolved::Unresolved;
use crate::journal::{ClaimId, Record, RecordState};
use crate::outcome::Outcome;

pub(super) const CLAIMED: &str = "claimed";
pub(super) const INTERRUPTED: &str = "interrupted";
/// Selects all columns of records.
macro_rules! records {
    ($tables:literal) => {
        concat!(
            "SELECT number, provider, contact, vendor, fingerprint, standing, ticket, id, attempts, error, by_person, changed_at, \
             may_send_until, boot, uptime, looked_at, look_again_at, overruns, digest, content, run, unresolved FROM ",
            $tables
        )
    };
}
const OF_NUMBER: &str = records!("deliveries WHERE number = ?1");
const ALL_OF_V6: &str = records!("deliveries_v6 LEFT JOIN contents USING (number) ORDER BY number");
const INSERT: &str = "INSERT INTO deliveries (vendor, fingerprint, standing, ticket, id, attempts, error, by_person, \
                      changed_at, may_send_until, boot, uptime, looked_at, look_again_at, overruns, digest, content, run, unresolved, \
                      number, provider, contact) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
const UPDATE: &str = "UPDATE deliveries SET vendor = ?1, fingerprint = ?2, standing = ?3, ticket = ?4, id = ?5, \
                      attempts = ?6, error = ?7, by_person = ?8, changed_at = ?9, may_send_until = ?10, boot = ?11, \
                      uptime = ?12, looked_at = ?13, look_again_at = ?14, overruns = ?15, digest = ?16, content = ?17, run = ?18, \
                      unresolved = ?19 WHERE number = ?20";

/// Inserts a record with this number.
pub(super) fn insert(connection: &Connection, number: i64, record: &Record) -> rusqlite::Result<()> {
    execute(connection, INSERT, record, &[&number, &record.key.provider(), &record.key.contact()])
}

/// Writes a record in the place of the one with its number.
pub(super) fn update(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    execute(connection, UPDATE, record, &[&record.number.cast_signed()])
}

pub(super) fn delete(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM deliveries WHERE number = ?1")?.execute([number]).map(drop)
}

/// Executes a statement with all columns of a record and the values behind them.
fn execute(
    connection: &Connection,
    statement: &str,
    record: &Record,
    place: &[&dyn ToSql],
) -> rusqlite::Result<()> {
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
    let settings: [&dyn ToSql; 19] = [
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
        &record.content,
        &run,
        &unresolved,
    ];
    let values = params_from_iter(settings.iter().chain(place));
    connection.prepare_cached(statement)?.execute(values).map(drop)
}

/// Erases the contacts of deliveries that a person resolved as created at this time or earlier. Returns how many.
pub(super) fn erase_resolved_contents(connection: &Connection, until: Timestamp) -> rusqlite::Result<usize> {
    let erase = "UPDATE deliveries SET content = NULL \
         WHERE unresolved IS NOT NULL AND changed_at <= ?1 AND standing IN ('created', 'existing') \
         AND content IS NOT NULL";
    connection.execute(erase, [until.as_millisecond()])
}

/// Returns the record with this number.
pub(super) fn of_number(connection: &Connection, number: i64) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached(OF_NUMBER)?;
    statement.query_row([number], record).optional()
}

/// Calls a function with every record of a file of version 6, in the order of their numbers.
pub(super) fn for_each_of_v6(
    connection: &Connection,
    mut visit: impl FnMut(Record) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(ALL_OF_V6)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(record(row)?)?;
    }
    Ok(())
}

/// Returns whether at most one delivery is claimed.
pub(super) fn is_only_claim(connection: &Connection) -> rusqlite::Result<bool> {
    let count = "SELECT count(*) < 2 FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_by_standing \
                 WHERE standing = 'claimed' LIMIT 2)";
    connection.prepare_cached(count)?.query_row([], |row| row.get(0))
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
