//! The records of deliveries that succeeded and about which there is nothing more to tell, in few bytes. Almost all records of a
//! journal are such records; the others are in the table of deliveries with all their columns.
//!
//! The claim that ended a record ([`Record::settled_by`]) is not stored: only its process asks for it
//! ([`EndedClaims`](super::ended_claims::EndedClaims)).

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use unicontact_providers::{ContactId, DeliveryKey};

use super::column::{sound, time};
use super::names::Names;
use super::packed::{is_key_of_content, key_of_content, pack, pack_fingerprint, text, unpack_fingerprint};
use super::query::Query;
use super::spans;
use crate::identity::ContentDigest;
use crate::journal::story::Story;
use crate::journal::{Record, RecordState, Selection};
use crate::outcome::Outcome;

pub(super) const TABLE: &str = "
    CREATE TABLE delivered (
        number INTEGER PRIMARY KEY, -- shared with the deliveries
        provider INTEGER NOT NULL,  -- in names
        vendor INTEGER NOT NULL,    -- in names
        contact ANY,                -- null for the hash of the content that was last sent
        fingerprint ANY NOT NULL,
        outcome INTEGER NOT NULL,   -- 0 created, 1 existing, 2 skipped
        id ANY,
        attempts INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        digest BLOB,
        run INTEGER                 -- in runs
    ) STRICT;
    ";
const INSERT: &str = "INSERT INTO delivered VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const SELECT: &str = "SELECT provider, vendor, contact, fingerprint, outcome, id, attempts, changed_at, digest, run \
                      FROM delivered WHERE number = ?1";
/// The word of an outcome's number, in SQL.
pub(super) const OUTCOME_WORD: &str =
    "CASE outcome WHEN 0 THEN 'created' WHEN 1 THEN 'existing' ELSE 'skipped' END";
/// The outcomes in the order of their numbers.
const OUTCOMES: [Outcome; 3] = [Outcome::Created, Outcome::Existing, Outcome::Skipped];

/// Returns whether a record belongs into this table.
pub(super) fn belongs(record: &Record) -> bool {
    let Record {
        number: _,
        key: _,
        vendor: _,
        fingerprint: _,
        state,
        id: _,
        attempts: _,
        error,
        by_person,
        changed_at: _,
        may_send_until,
        looked_at,
        look_again_at,
        settled_by: _,
        overruns,
        digest: _,
        content,
        run: _,
        unresolved,
        story: _,
    } = record;
    let has_times = may_send_until.is_some() || looked_at.is_some() || look_again_at.is_some();
    outcome_of(*state).is_some()
        && error.is_none()
        && !by_person
        && !has_times
        && *overruns == 0
        && content.is_none()
        && unresolved.is_none()
}

/// Returns the number of a delivered outcome.
pub(super) fn outcome_of(state: RecordState) -> Option<i64> {
    let RecordState::Settled(outcome) = state else { return None };
    let number = OUTCOMES.iter().position(|delivered| *delivered == outcome)?;
    i64::try_from(number).ok()
}

pub(super) fn insert(
    connection: &Connection,
    names: &mut Names,
    number: i64,
    record: &Record,
) -> rusqlite::Result<()> {
    let key = record.key.contact();
    let contact = (!is_key_of_content(key, &record.fingerprint)).then(|| pack(key));
    let values = params![
        number,
        names.number(connection, record.key.provider())?,
        names.number(connection, &record.vendor)?,
        contact,
        pack_fingerprint(&record.fingerprint),
        outcome_of(record.state),
        record.id.as_ref().map(|id| pack(id.as_str())),
        record.attempts,
        record.changed_at.as_millisecond(),
        record.digest.as_ref().map(ContentDigest::as_bytes),
        record.run.and_then(|run| names.run(run)),
    ];
    connection.prepare_cached(INSERT)?.execute(values).map(drop)
}

pub(super) fn delete(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM delivered WHERE number = ?1")?.execute([number]).map(drop)
}

/// Returns the record with this number.
pub(super) fn of_number(
    connection: &Connection,
    names: &Names,
    number: i64,
) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached(SELECT)?;
    statement.query_row([number], |row| record(row, names, number)).optional()
}

fn record(row: &Row<'_>, names: &Names, number: i64) -> rusqlite::Result<Record> {
    let fingerprint = sound(3, unpack_fingerprint(row.get_ref(3)?))?;
    let contact = text(row, 2)?.unwrap_or_else(|| key_of_content(&fingerprint));
    let outcome: u8 = row.get(4)?;
    let id = text(row, 5)?.map(|id| sound(5, ContactId::new(id))).transpose()?;
    let digest = row.get_ref(8)?.as_blob_or_null()?;
    let run: Option<i64> = row.get(9)?;
    Ok(Record {
        number: number.cast_unsigned(),
        key: DeliveryKey::from_contact_key(names.name(0, row.get(0)?)?, contact),
        vendor: Arc::clone(names.name(1, row.get(1)?)?),
        fingerprint: fingerprint.into(),
        state: RecordState::Settled(sound(4, OUTCOMES.get(usize::from(outcome)).copied())?),
        id,
        attempts: row.get(6)?,
        error: None,
        by_person: false,
        changed_at: time(row, 7)?,
        may_send_until: None,
        looked_at: None,
        look_again_at: None,
        settled_by: None,
        overruns: 0,
        digest: digest.map(|bytes| sound(8, ContentDigest::from_bytes(bytes))).transpose()?,
        content: None,
        run: run.map(|number| names.run_id(9, number)).transpose()?,
        unresolved: None,
        story: Story::default(),
    })
}

/// Returns the numbers of the selected records, in ascending order. A search and a person do not count.
pub(super) fn numbers(
    connection: &Connection,
    names: &Names,
    selection: &Selection,
) -> rusqlite::Result<Vec<i64>> {
    let Some(columns) = columns(names, selection) else { return Ok(Vec::new()) };
    let is_whole = columns.sql.is_empty() && selection.changed_since.or(selection.changed_before).is_none();
    let after = i64::try_from(selection.after).unwrap_or(i64::MAX);
    let mut limit = selection.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let parts = if is_whole {
        [(after, i64::MAX)].into()
    } else {
        let condition = columns.clone().within(selection, "earliest < ?", "latest >= ?");
        spans::matching(connection, condition, after)?
    };
    let mut found = Vec::new();
    for (first, last) in parts {
        let mut query = Query::new("SELECT number FROM delivered WHERE number > ? AND number <= ?");
        query.values.extend([after.max(first - 1).into(), last.into()]);
        query.sql.push_str(&columns.sql);
        query.values.extend(columns.values.iter().cloned());
        let rest = Selection { limit: u32::try_from(limit).ok(), ..selection.clone() };
        let query = query.changed(selection).ordered(&rest);
        let mut statement = connection.prepare_cached(&query.sql)?;
        let before = found.len();
        let numbers = statement.query_map(rusqlite::params_from_iter(query.values), |row| row.get(0))?;
        found.extend(numbers.collect::<rusqlite::Result<Vec<i64>>>()?);
        limit -= found.len() - before;
        if limit == 0 {
            break;
        }
    }
    Ok(found)
}

/// Returns the conditions on the provider and the outcome. `None` if no record meets them.
fn columns(names: &Names, selection: &Selection) -> Option<Query> {
    if selection.error_kind.is_some() {
        return None;
    }
    let providers: Vec<i64> = selection.providers.iter().filter_map(|name| names.find(name)).collect();
    let outcomes: Vec<i64> =
        selection.outcomes.iter().filter_map(|outcome| outcome_of(RecordState::Settled(*outcome))).collect();
    let is_possible = |wanted: usize, found: usize| wanted == 0 || found > 0;
    let has_providers = is_possible(selection.providers.len(), providers.len());
    let has_outcomes = is_possible(selection.outcomes.len(), outcomes.len());
    let mut query = Query::new("");
    query.one_of("provider", providers.into_iter());
    query.one_of("outcome", outcomes.into_iter());
    (has_providers && has_outcomes).then_some(query)
}
