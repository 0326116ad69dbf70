//! The people of a journal, as rows.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};
use unicontact_providers::DeliveryKey;

use super::column::sound;
use super::hash_index::{self, HashIndex};
use super::packed::{pack, text};
use super::records::Records;
use crate::identity::rules::{self, Candidates, Decision, Deliveries, Person};
use crate::identity::{Identification, Identity, IdentityHashes, IdentityKey, email_hash};
use crate::journal::Record;

/// The table of people in version 4 of the file, which migration 7 replaces.
pub(super) const TABLES_OF_V4: &str = "
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
/// The table of people.
pub(super) const TABLE: &str = "
    CREATE TABLE people (
        number INTEGER PRIMARY KEY,
        contact ANY,                -- as in the deliveries; null for the own id
        external_id ANY,
        traits BLOB NOT NULL        -- short hashes of the name, the addresses and the numbers
    ) STRICT;
    CREATE INDEX people_with_later_id ON people (contact) WHERE contact IS NOT NULL AND external_id IS NOT NULL;
    ";
/// The index of the hashes under which people are known, and of their own ids.
pub(super) const INDEX: &str = "person_hashes";
/// The domain of the hashes of own ids.
const ID: u8 = b'i';
const SELECT: &str = "SELECT contact, external_id, traits FROM people WHERE number = ?1";
const INSERT: &str = "INSERT INTO people (number, contact, external_id, traits) VALUES (?1, ?2, ?3, ?4)";
const UPDATE: &str = "UPDATE people SET contact = ?2, external_id = ?3, traits = ?4 WHERE number = ?1";
const LATER_ID: &str = "SELECT external_id FROM people INDEXED BY people_with_later_id \
                        WHERE contact = ?1 AND contact IS NOT NULL AND external_id IS NOT NULL";

/// Returns the statements that create the tables of a database that has only people.
pub(crate) fn tables() -> String {
    [TABLE, hash_index::SHARED_TABLES, &hash_index::table(INDEX)].concat()
}

/// The people of a database, and the index of their hashes.
pub(crate) struct People {
    key: IdentityKey,
    index: HashIndex,
}

impl People {
    /// Returns the people of a database. Those that are stored are read by [`Self::refresh`].
    pub(crate) fn new(key: IdentityKey) -> Self {
        Self { key, index: HashIndex::new(INDEX) }
    }

    /// Reads what other processes have written since the last call.
    pub(super) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.index.refresh(connection)
    }

    /// Drops what was read, and the changes of a transaction that was rolled back.
    pub(super) fn clear(&mut self) {
        self.index.clear();
    }

    /// Writes the rest of a transaction.
    pub(super) fn finish(&mut self, connection: &Connection, transaction: i64) -> rusqlite::Result<()> {
        self.index.write(connection, transaction)
    }

    /// Writes many hashes to the sorted table, in a database or a transaction that no other process reads.
    pub(crate) fn sort_if_many(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.index.sort_if_many(connection)
    }

    /// Writes all hashes to the sorted table.
    pub(super) fn sort(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.index.sort(connection)
    }

    /// Returns who a contact is, and registers it.
    pub(crate) fn identify(
        &mut self,
        connection: &Connection,
        identity: Identity,
        deliveries: &mut impl Deliveries<Error = rusqlite::Error>,
    ) -> rusqlite::Result<Identification> {
        let identity = identity.with_short_traits();
        let candidates = self.candidates(connection, &identity)?;
        let decision = rules::decide(&identity, &candidates, deliveries)?;
        self.write(connection, &identity, &decision)?;
        Ok(decision.identification())
    }

    /// Returns who a contact is, and registers nobody.
    pub(super) fn recognize(
        &self,
        connection: &Connection,
        identity: Identity,
        deliveries: &mut impl Deliveries<Error = rusqlite::Error>,
    ) -> rusqlite::Result<Identification> {
        let identity = identity.with_short_traits();
        let candidates = self.candidates(connection, &identity)?;
        Ok(rules::decide(&identity, &candidates, deliveries)?.identification())
    }

    /// Adds a person with its number and whole traits. The hashes under which it is known are added by [`Self::add_hash`].
    pub(crate) fn add(&mut self, connection: &Connection, person: Person) -> rusqlite::Result<()> {
        let person = Person { traits: person.traits.shortened(), ..person };
        write_row(connection, INSERT, Some(person.number), &person)?;
        if let Some(id) = &person.external_id {
            self.index.add(self.hash_of_id(id), person.number);
        }
        Ok(())
    }

    /// Adds a hash under which the person with a number is known.
    pub(crate) fn add_hash(&mut self, hash: u64, number: u64) {
        self.index.add(short(hash), number);
    }

    fn hash_of_id(&self, id: &str) -> u32 {
        self.key.short_hash(ID, &[id.as_bytes()])
    }

    fn candidates(&self, connection: &Connection, identity: &Identity) -> rusqlite::Result<Candidates> {
        let by_id = match &identity.external_id {
            Some(id) => self.with_id(connection, id)?,
            None => None,
        };
        if by_id.as_ref().is_some_and(|person: &Person| person.traits.agrees_with(&identity.traits)) {
            return Ok(Candidates { by_id, ..Candidates::default() });
        }
        Ok(Candidates {
            by_id,
            decisive: self.known_under(connection, &identity.decisive)?,
            by_number: self.known_under(connection, &identity.by_number)?,
        })
    }

    fn with_id(&self, connection: &Connection, id: &str) -> rusqlite::Result<Option<Person>> {
        // A later person with the id took the place of one that was never delivered.
        for number in self.index.find(connection, self.hash_of_id(id))?.into_iter().rev() {
            let person = of_number(connection, number)?;
            if let Some(person) = person.filter(|person| person.external_id.as_deref() == Some(id)) {
                return Ok(Some(person));
            }
        }
        Ok(None)
    }

    fn known_under(&self, connection: &Connection, hashes: &[u64]) -> rusqlite::Result<Vec<Person>> {
        let mut people = Vec::new();
        for hash in hashes {
            for number in self.index.find(connection, short(*hash))? {
                people.extend(of_number(connection, number)?);
            }
        }
        Ok(people)
    }

    fn write(
        &mut self,
        connection: &Connection,
        identity: &Identity,
        decision: &Decision,
    ) -> rusqlite::Result<()> {
        let (person, is_changed) = match decision {
            // The contact is recognized only by its content, which is its key.
            Decision::New(person) if person.external_id.is_none() && identity.hashes().next().is_none() => {
                return Ok(());
            }
            Decision::New(person) => (person, true),
            Decision::Known { person, is_changed, .. } => (person, *is_changed),
            Decision::Contradicted(_) | Decision::Other(_) => return Ok(()),
        };
        let is_new = person.number == 0;
        let number = if is_new {
            write_row(connection, INSERT, None, person)?;
            connection.last_insert_rowid().cast_unsigned()
        } else {
            person.number
        };
        if is_changed && !is_new {
            write_row(connection, UPDATE, Some(number), person)?;
        }
        // A name and an address of a registered person may not be registered together yet.
        let of_id = person.external_id.as_deref().map(|id| self.hash_of_id(id));
        for hash in identity.hashes().map(short).chain(of_id) {
            if is_new || !self.index.find(connection, hash)?.contains(&number) {
                self.index.add(hash, number);
            }
        }
        Ok(())
    }

    /// Returns whether every person with an own id is found by it, and the sorted table of the index has as many entries as were
    /// counted. A person that cannot be read is an error.
    pub(super) fn are_found(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let mut select = connection.prepare("SELECT number FROM people")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let number = row.get::<_, i64>(0)?.cast_unsigned();
            let Some(id) = of_number(connection, number)?.and_then(|person| person.external_id) else {
                continue;
            };
            if !self.index.find(connection, self.hash_of_id(&id))?.contains(&number) {
                return Ok(false);
            }
        }
        self.index.is_complete(connection)
    }

    /// Returns the key of the person with this own id.
    pub(super) fn key_of_id(&self, connection: &Connection, id: &str) -> rusqlite::Result<Option<String>> {
        Ok(self.with_id(connection, id)?.map(|person| person.contact))
    }

    /// Returns the keys of the people with this normalized address.
    pub(super) fn keys_with_address(
        &self,
        connection: &Connection,
        address: &str,
    ) -> rusqlite::Result<Vec<String>> {
        let hash = email_hash(address, &self.key);
        let trait_hash = IdentityHashes::shortened_hash(hash);
        let beginning = short(hash) & !END;
        let mut keys = Vec::new();
        for number in self.index.find_all(connection, beginning..=beginning | END)? {
            let person = of_number(connection, number)?;
            keys.extend(person.filter(|it| it.traits.emails.contains(&trait_hash)).map(|it| it.contact));
        }
        Ok(keys)
    }
}

/// The half of a short hash that belongs to the end of the whole one.
const END: u32 = 0xFFFF;

/// Returns the short form of a hash: the upper half of each of its halves. An address and a name with the address begin alike.
/// Short traits hold the other bits, so that a person who is found under a hash by chance does not share the trait.
fn short(hash: u64) -> u32 {
    u32::try_from((hash >> 48 << 16) | (hash >> 16 & u64::from(END))).unwrap_or_default()
}

/// Executes a statement with the columns of a person. A new person without a number gets the next one.
fn write_row(
    connection: &Connection,
    statement: &str,
    number: Option<u64>,
    person: &Person,
) -> rusqlite::Result<()> {
    let is_own_id = person.external_id.as_ref() == Some(&person.contact);
    let contact = (!is_own_id).then(|| pack(&person.contact));
    let id = person.external_id.as_deref().map(pack);
    let values = params![number.map(u64::cast_signed), contact, id, person.traits.to_short_bytes()];
    connection.prepare_cached(statement)?.execute(values).map(drop)
}

fn of_number(connection: &Connection, number: u64) -> rusqlite::Result<Option<Person>> {
    let mut statement = connection.prepare_cached(SELECT)?;
    statement.query_row([number.cast_signed()], |row| person(row, number)).optional()
}

fn person(row: &Row<'_>, number: u64) -> rusqlite::Result<Person> {
    let external_id = text(row, 1)?;
    let contact = sound(0, text(row, 0)?.or_else(|| external_id.clone()))?;
    let traits = sound(2, IdentityHashes::from_short_bytes(row.get_ref(2)?.as_blob()?))?;
    Ok(Person { number, contact, external_id, traits })
}

/// Returns the own id of a contact that was first recorded without it.
pub(super) fn later_id(connection: &Connection, contact: &str) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached(LATER_ID)?;
    Ok(statement.query_row([pack(contact)], |row| text(row, 0)).optional()?.flatten())
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
    /// Providers that may have no name in the file yet.
    pub(super) providers: &'a [String],
    pub(super) connection: &'a Connection,
    pub(super) records: &'a Records,
    pub(super) have_unknown_people: bool,
}

impl DeliveriesTo<'_> {
    /// Returns whether a vendor has, or may have, the contact of this key, sent with this fingerprint if one is given.
    fn any_record(&self, contact: &str, fingerprint: Option<&str>) -> rusqlite::Result<bool> {
        let requested = self.providers.iter().map(String::as_str);
        // The names of vendors are among them, and have no records.
        let providers: BTreeSet<&str> = self.records.names.all().chain(requested).collect();
        for provider in providers {
            let key = DeliveryKey::from_contact_key(provider, contact.to_owned());
            let record = self.records.look(self.connection, &key)?;
            let is_one = |record: &Record| {
                record.may_be_at_vendor() && fingerprint.is_none_or(|it| it == &*record.fingerprint)
            };
            if record.as_ref().is_some_and(is_one) {
                return Ok(true);
            }
        }
        Ok(false)
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
