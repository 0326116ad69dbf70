//! The people of a journal, as rows.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column::sound;
use crate::identity::rules::{self, Candidates, Decision, Deliveries, Person};
use crate::identity::{Identification, Identity, IdentityHashes};

/// The tables of people. They are a part of migration 4, which is never changed once it is released.
pub(crate) const TABLES: &str = "
    CREATE TABLE people (
        number INTEGER PRIMARY KEY,
        contact TEXT NOT NULL,      -- as in the deliveries
        external_id TEXT,
        traits BLOB NOT NULL        -- hashes of the name, the addresses and the numbers
    ) STRICT;
    CREATE UNIQUE INDEX people_by_external_id ON people (external_id) WHERE external_id IS NOT NULL;
    CREATE TABLE identities (       -- hashes under which people are known
        hash INTEGER NOT NULL,
        person INTEGER NOT NULL REFERENCES people (number),
        PRIMARY KEY (hash, person)
    ) STRICT, WITHOUT ROWID;
    ";
const BY_ID: &str = "SELECT number, contact, external_id, traits FROM people WHERE external_id = ?1";
const BY_HASH: &str = "SELECT number, contact, external_id, traits FROM identities JOIN people ON number = person WHERE hash = ?1";
const MAY_BE_AT_VENDOR: &str = "SELECT standing NOT IN ('failed', 'rejected', 'pending') OR id IS NOT NULL FROM deliveries \
     WHERE provider = ?1 AND contact = ?2 AND (?3 IS NULL OR fingerprint = ?3)";
const INSERT_HASH: &str = "INSERT OR IGNORE INTO identities VALUES (?1, ?2)";
const PROVIDERS: &str = "SELECT DISTINCT provider FROM totals";

/// Returns who a contact is, and registers it.
pub(crate) fn identify(
    connection: &Connection,
    identity: &Identity,
    deliveries: &mut impl Deliveries<Error = rusqlite::Error>,
) -> rusqlite::Result<Identification> {
    let candidates = candidates(connection, identity)?;
    let decision = rules::decide(identity, &candidates, deliveries)?;
    write(connection, identity, &decision)?;
    Ok(decision.identification())
}

/// Returns who a contact is, and registers nobody.
pub(crate) fn recognize(
    connection: &Connection,
    identity: &Identity,
    deliveries: &mut impl Deliveries<Error = rusqlite::Error>,
) -> rusqlite::Result<Identification> {
    let candidates = candidates(connection, identity)?;
    Ok(rules::decide(identity, &candidates, deliveries)?.identification())
}

/// Writes people with their numbers, and their hashes, to empty tables.
pub(crate) fn add_all(
    connection: &Connection,
    people: impl Iterator<Item = Person>,
    hashes: impl Iterator<Item = (u64, u64)>,
) -> rusqlite::Result<()> {
    let mut insert = connection
        .prepare("INSERT INTO people (number, contact, external_id, traits) VALUES (?1, ?2, ?3, ?4)")?;
    for person in people {
        let number = person.number.cast_signed();
        insert.execute(params![number, person.contact, person.external_id, person.traits.to_bytes()])?;
    }
    let mut insert = connection.prepare(INSERT_HASH)?;
    for (hash, number) in hashes {
        insert.execute([hash.cast_signed(), number.cast_signed()])?;
    }
    Ok(())
}

fn candidates(connection: &Connection, identity: &Identity) -> rusqlite::Result<Candidates> {
    let by_id = match &identity.external_id {
        Some(id) => person_of_id(connection, id)?,
        None => None,
    };
    if by_id.as_ref().is_some_and(|person: &Person| person.traits.agrees_with(&identity.traits)) {
        return Ok(Candidates { by_id, ..Candidates::default() });
    }
    Ok(Candidates {
        by_id,
        decisive: people_of(connection, &identity.decisive)?,
        by_number: people_of(connection, &identity.by_number)?,
    })
}

fn person_of_id(connection: &Connection, id: &str) -> rusqlite::Result<Option<Person>> {
    let mut statement = connection.prepare_cached(BY_ID)?;
    statement.query_row([id], person).optional()
}

fn people_of(connection: &Connection, hashes: &[u64]) -> rusqlite::Result<Vec<Person>> {
    let mut statement = connection.prepare_cached(BY_HASH)?;
    let mut people = Vec::new();
    for hash in hashes {
        let found = statement.query_map([hash.cast_signed()], person)?;
        for person in found {
            people.push(person?);
        }
    }
    Ok(people)
}

fn write(connection: &Connection, identity: &Identity, decision: &Decision) -> rusqlite::Result<()> {
    let number = match decision {
        // The contact is recognized only by its content, which is its key.
        Decision::New(person) if person.external_id.is_none() && identity.hashes().next().is_none() => {
            return Ok(());
        }
        Decision::New(person) => {
            let insert = "INSERT INTO people (contact, external_id, traits) VALUES (?1, ?2, ?3)";
            let mut statement = connection.prepare_cached(insert)?;
            statement.execute(params![person.contact, person.external_id, person.traits.to_bytes()])?;
            connection.last_insert_rowid()
        }
        Decision::Known { person, is_changed: true, .. } => {
            let number = person.number.cast_signed();
            let update = "UPDATE people SET external_id = ?2, traits = ?3 WHERE number = ?1";
            let mut statement = connection.prepare_cached(update)?;
            statement.execute(params![number, person.external_id, person.traits.to_bytes()])?;
            number
        }
        Decision::Known { person, is_changed: false, .. } => person.number.cast_signed(),
        Decision::Contradicted(_) | Decision::Other(_) => return Ok(()),
    };
    // A name and an address of a registered person may not be registered together yet.
    let mut insert = connection.prepare_cached(INSERT_HASH)?;
    for hash in identity.hashes() {
        insert.execute([hash.cast_signed(), number])?;
    }
    Ok(())
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    let traits: Vec<u8> = row.get(3)?;
    Ok(Person {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        contact: row.get(1)?,
        external_id: row.get(2)?,
        traits: sound(3, IdentityHashes::from_bytes(&traits))?,
    })
}

/// Deliveries of a store that has only people: none.
pub(crate) struct NoDeliveries;

impl Deliveries for NoDeliveries {
    type Error = rusqlite::Error;

    fn may_be_at_vendor(&mut self, _contact: &str) -> rusqlite::Result<bool> {
        Ok(false)
    }

    fn may_be_at_vendor_as(&mut self, _contact: &str, _fingerprint: &str) -> rusqlite::Result<bool> {
        Ok(false)
    }

    fn have_unknown_people(&self) -> bool {
        false
    }
}

/// The deliveries in the same database, to all providers.
pub(super) struct DeliveriesTo<'a> {
    /// Providers that may not be in the totals yet.
    pub(super) providers: &'a [String],
    pub(super) connection: &'a Connection,
    pub(super) have_unknown_people: bool,
}

impl DeliveriesTo<'_> {
    /// Returns whether a vendor has, or may have, the contact of this key, sent with this fingerprint if one is given.
    fn any_record(&self, contact: &str, fingerprint: Option<&str>) -> rusqlite::Result<bool> {
        let mut statement = self.connection.prepare_cached(MAY_BE_AT_VENDOR)?;
        for provider in &self.all_providers()? {
            let may_be_there = statement.query_row(params![provider, contact, fingerprint], |row| row.get(0));
            if may_be_there.optional()? == Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn all_providers(&self) -> rusqlite::Result<BTreeSet<String>> {
        let mut statement = self.connection.prepare_cached(PROVIDERS)?;
        let mut providers: BTreeSet<String> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        providers.extend(self.providers.iter().cloned());
        Ok(providers)
    }
}

impl Deliveries for DeliveriesTo<'_> {
    type Error = rusqlite::Error;

    fn may_be_at_vendor(&mut self, contact: &str) -> rusqlite::Result<bool> {
        self.any_record(contact, None)
    }

    fn may_be_at_vendor_as(&mut self, contact: &str, fingerprint: &str) -> rusqlite::Result<bool> {
        self.any_record(contact, Some(fingerprint))
    }

    fn have_unknown_people(&self) -> bool {
        self.have_unknown_people
    }
}
