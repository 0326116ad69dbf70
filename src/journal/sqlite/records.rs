//! The records of the file: where each one is written, and how it is found by its key.
//!
//! A record keeps its number for ever, and its key is found by a hash in an index ([`HashIndex`]). No constraint of a table keeps
//! two records from having one key: a transaction looks for the key before it adds a record, with everything that other processes
//! have added until then.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::Connection;
use unicontact_providers::{ContactId, DeliveryKey};

use super::hash_index::HashIndex;
use super::names::Names;
use super::overwrite::{Leftovers, RecordedLeftovers};
use super::spans::Spans;
use super::totals::Totals;
use super::{delivered, rows, settings, story, totals, words};
use crate::identity::IdentityKey;
use crate::journal::{Record, RecordState};

/// The index of the keys of all records, and of the vendors' ids of delivered ones.
pub(super) const INDEX: &str = "record_hashes";
/// The domains of the hashes.
const KEY: u8 = b'd';
const ID: u8 = b'v';

/// The greatest number that was ever used, so that no number is used again after its record was deleted.
const LAST_NUMBER: &str = "SELECT max(coalesce((SELECT max(number) FROM deliveries), 0), \
                           coalesce((SELECT max(number) FROM delivered), 0), \
                           coalesce((SELECT value FROM settings WHERE name = 'last_number'), 0))";

/// The records of the file, and the changes of a transaction that are not written yet.
pub(super) struct Records {
    key: IdentityKey,
    pub(super) names: Names,
    index: HashIndex,
    pub(super) totals: Totals,
    spans: Spans,
    last_number: i64,
    leftovers: RecordedLeftovers,
}

impl Records {
    /// Returns the records of a file, which are read by [`Self::refresh`].
    pub(super) fn new(key: IdentityKey) -> Self {
        Self {
            key,
            names: Names::default(),
            index: HashIndex::new(INDEX),
            totals: Totals::default(),
            spans: Spans::default(),
            last_number: 0,
            leftovers: RecordedLeftovers::default(),
        }
    }

    /// Reads what other processes have written since the last call.
    pub(super) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.names.refresh(connection)?;
        self.index.refresh(connection)?;
        // Another process may have overwritten the leftovers.
        self.leftovers = RecordedLeftovers::default();
        self.last_number = connection.prepare_cached(LAST_NUMBER)?.query_row([], |row| row.get(0))?;
        Ok(())
    }

    /// Drops the changes of a transaction that was rolled back, and everything that was read.
    pub(super) fn clear(&mut self) {
        self.names = Names::default();
        self.index.clear();
        self.totals.clear();
        self.spans.clear();
        self.leftovers = RecordedLeftovers::default();
    }

    /// Writes the rest of a transaction.
    pub(super) fn finish(&mut self, connection: &Connection, transaction: i64) -> rusqlite::Result<()> {
        self.write_summaries(connection)?;
        self.index.write(connection, transaction)
    }

    /// Writes the totals and the spans, from which lists are read.
    pub(super) fn write_summaries(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.totals.write(connection)?;
        self.spans.write(connection)
    }

    /// Writes many hashes to the sorted table, in the only transaction of a migration.
    pub(super) fn sort_if_many(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.index.sort_if_many(connection)
    }

    /// Writes all hashes to the sorted table.
    pub(super) fn sort(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.index.sort(connection)
    }

    /// Returns the record of a delivery.
    pub(super) fn look(
        &self,
        connection: &Connection,
        key: &DeliveryKey,
    ) -> rusqlite::Result<Option<Record>> {
        for number in self.index.find(connection, self.hash_of_key(key))? {
            let record = self.of_number(connection, number.cast_signed())?;
            if let Some(record) = record.filter(|record| record.key == *key) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Returns the record with this number.
    pub(super) fn of_number(&self, connection: &Connection, number: i64) -> rusqlite::Result<Option<Record>> {
        match delivered::of_number(connection, &self.names, number)? {
            Some(record) => Ok(Some(record)),
            None => rows::of_number(connection, number),
        }
    }

    /// Returns the records of these contacts for providers, and the delivered ones with a vendor's id.
    pub(super) fn known_as(
        &self,
        connection: &Connection,
        providers: &[String],
        contacts: &BTreeSet<String>,
        id: Option<&str>,
    ) -> rusqlite::Result<Vec<Record>> {
        let mut hashes: BTreeSet<u32> = id.map(|id| self.hash_of_id(id)).into_iter().collect();
        for provider in providers {
            let key = |contact: &String| DeliveryKey::from_contact_key(provider, contact.clone());
            hashes.extend(contacts.iter().map(|contact| self.hash_of_key(&key(contact))));
        }
        let mut numbers = BTreeSet::new();
        for hash in hashes {
            numbers.extend(self.index.find(connection, hash)?);
        }
        let mut records = Vec::new();
        for number in numbers {
            let record = self.of_number(connection, number.cast_signed())?;
            records.extend(record.filter(|record| {
                let own_id = record.id.as_ref().map(ContactId::as_str);
                contacts.contains(record.key.contact()) || (id.is_some() && own_id == id)
            }));
        }
        Ok(records)
    }

    /// Writes a record in the place of `known`, or as a new one with the next number. Returns its number.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        known: Option<&Record>,
        record: &Record,
    ) -> rusqlite::Result<u64> {
        for run in &record.story.runs {
            self.names.register(connection, run)?;
        }
        let number = match known {
            Some(_) => record.number.cast_signed(),
            None => self.last_number + 1,
        };
        if known.is_none() {
            self.last_number = number;
            self.register_key(connection, &record.key, number)?;
        }
        self.place(connection, known, number, record)?;
        if story::append(connection, number, &record.story)? > 0 {
            self.leftovers.record(connection, Leftovers::OfStories)?;
        }
        words::change(connection, known, record, number.cast_unsigned())?;
        Ok(number.cast_unsigned())
    }

    /// Adds the key of a new record to the index, and its provider to the names.
    fn register_key(
        &mut self,
        connection: &Connection,
        key: &DeliveryKey,
        number: i64,
    ) -> rusqlite::Result<()> {
        self.names.number(connection, key.provider())?;
        self.index.add(self.hash_of_key(key), number.cast_unsigned());
        Ok(())
    }

    /// Writes the row of a record into its table, deletes the earlier row from the other, and counts both.
    fn place(
        &mut self,
        connection: &Connection,
        known: Option<&Record>,
        number: i64,
        record: &Record,
    ) -> rusqlite::Result<()> {
        let was_delivered = known.is_some_and(delivered::belongs);
        let is_delivered = delivered::belongs(record);
        let in_deliveries = |record: &&Record| !delivered::belongs(record);
        self.totals.change(known.filter(in_deliveries), Some(record).filter(in_deliveries));
        if let Some(known) = known.filter(|_| !(was_delivered && is_delivered)) {
            self.record_leftovers(connection, known, is_delivered)?;
        }
        if let Some(known) = known.filter(|_| was_delivered) {
            self.delete_delivered(connection, known)?;
        }
        if is_delivered {
            if known.is_some() && !was_delivered {
                rows::delete(connection, number)?;
            }
            self.insert_delivered(connection, number, record)
        } else if known.is_some() && !was_delivered {
            rows::update(connection, record)
        } else {
            rows::insert(connection, number, record)
        }
    }

    /// Records that copies of rows may stay in the table of deliveries: its pages are divided or joined by a change of a kept row, and
    /// by the end of one of several claims beside kept rows.
    fn record_leftovers(
        &mut self,
        connection: &Connection,
        known: &Record,
        is_delivered: bool,
    ) -> rusqlite::Result<()> {
        let was_claimed = matches!(known.state, RecordState::Claimed(_));
        let is_alone = || -> rusqlite::Result<bool> {
            Ok(!totals::are_kept(connection)? || rows::is_only_claim(connection)?)
        };
        if self.leftovers.has(Leftovers::OfContacts) || (was_claimed && is_delivered && is_alone()?) {
            return Ok(());
        }
        self.leftovers.record(connection, Leftovers::OfContacts)
    }

    fn insert_delivered(
        &mut self,
        connection: &Connection,
        number: i64,
        record: &Record,
    ) -> rusqlite::Result<()> {
        delivered::insert(connection, &mut self.names, number, record)?;
        if let Some(id) = &record.id {
            self.index.add(self.hash_of_id(id.as_str()), number.cast_unsigned());
        }
        if let Some((provider, outcome)) = self.span_of(record) {
            self.spans.add(number, provider, outcome, record.changed_at.as_millisecond());
        }
        Ok(())
    }

    fn delete_delivered(&mut self, connection: &Connection, record: &Record) -> rusqlite::Result<()> {
        let number = record.number.cast_signed();
        delivered::delete(connection, number)?;
        if let Some((provider, outcome)) = self.span_of(record) {
            self.spans.remove(number, provider, outcome);
        }
        let hash = record.id.as_ref().map(|id| self.hash_of_id(id.as_str()));
        // The key of the record could have the same hash.
        if let Some(hash) = hash.filter(|hash| *hash != self.hash_of_key(&record.key)) {
            self.index.remove(hash, record.number);
        }
        Ok(())
    }

    /// Returns the numbers of the provider and the outcome of a delivered record.
    fn span_of(&self, record: &Record) -> Option<(i64, i64)> {
        self.names.find(record.key.provider()).zip(delivered::outcome_of(record.state))
    }

    /// Adds a record with its number, of a file of an earlier version.
    pub(super) fn adopt(&mut self, connection: &Connection, record: &Record) -> rusqlite::Result<()> {
        let number = record.number.cast_signed();
        self.register_key(connection, &record.key, number)?;
        self.place(connection, None, number, record)
    }

    /// Deletes a record with its story.
    pub(super) fn delete(&mut self, connection: &Connection, record: &Record) -> rusqlite::Result<()> {
        let number = record.number.cast_signed();
        self.index.remove(self.hash_of_key(&record.key), record.number);
        if delivered::belongs(record) {
            self.delete_delivered(connection, record)?;
        } else {
            rows::delete(connection, number)?;
            self.leftovers.record(connection, Leftovers::OfContacts)?;
            self.totals.change(Some(record), None);
        }
        if story::delete(connection, number)? > 0 {
            self.leftovers.record(connection, Leftovers::OfStories)?;
        }
        Ok(())
    }

    /// Erases the contacts of deliveries that a person resolved as created at this time or earlier.
    pub(super) fn erase_resolved_contents(
        &mut self,
        connection: &Connection,
        until: Timestamp,
    ) -> rusqlite::Result<()> {
        match rows::erase_resolved_contents(connection, until)? {
            0 => Ok(()),
            _ => self.leftovers.record(connection, Leftovers::OfContacts),
        }
    }

    /// Erases the vendor's messages and people's notes from the story of a delivery.
    pub(super) fn forget_words(&mut self, connection: &Connection, record: &Record) -> rusqlite::Result<()> {
        self.leftovers.record(connection, Leftovers::OfStories)?;
        story::forget_words(connection, record.number.cast_signed())
    }

    /// Returns whether a delivered record is found by the vendor's id.
    pub(super) fn is_found_by_id(&self, connection: &Connection, record: &Record) -> rusqlite::Result<bool> {
        let Some(id) = record.id.as_ref().filter(|_| delivered::belongs(record)) else { return Ok(true) };
        Ok(self.index.find(connection, self.hash_of_id(id.as_str()))?.contains(&record.number))
    }

    /// Returns whether the sorted table of the index has as many entries as were counted.
    pub(super) fn is_index_complete(&self, connection: &Connection) -> rusqlite::Result<bool> {
        self.index.is_complete(connection)
    }

    /// Stores the greatest number that was ever used, before its record is deleted.
    pub(super) fn keep_last_number(&self, connection: &Connection) -> rusqlite::Result<()> {
        settings::set(connection, "last_number", self.last_number)
    }

    fn hash_of_key(&self, key: &DeliveryKey) -> u32 {
        self.key.short_hash(KEY, &[key.provider().as_bytes(), key.contact().as_bytes()])
    }

    fn hash_of_id(&self, id: &str) -> u32 {
        self.key.short_hash(ID, &[id.as_bytes()])
    }
}
