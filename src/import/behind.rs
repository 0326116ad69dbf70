//! The contacts that a provider still has to get.
//!
//! Its rule: memory does not grow with them: they stand in a temporary file that nobody else can open and that is gone
//! with the process. They come back in the order in which they came. A contact that cannot be put there is handed
//! back; one that cannot be read again is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OptionalExtension, params};
use unicontact_providers::UnifiedContact;

/// The first is how much is kept in memory, in KiB.
const SETTINGS: &str = "PRAGMA cache_size = -2048; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
     CREATE TABLE contact (number INTEGER PRIMARY KEY, content TEXT NOT NULL, lanes INTEGER NOT NULL); \
     CREATE TABLE behind (lane INTEGER, number INTEGER, PRIMARY KEY (lane, number)) WITHOUT ROWID; BEGIN";
const PUT: &str = "INSERT INTO contact (content, lanes) VALUES (?1, ?2)";
const PUT_LANE: &str = "INSERT INTO behind VALUES (?1, ?2)";
const FIRST: &str = "SELECT number, content FROM behind JOIN contact USING (number) \
                     WHERE lane = ?1 AND number <= ?2 ORDER BY number LIMIT 1";
const TAKE_LANE: &str = "DELETE FROM behind WHERE lane = ?1 AND number = ?2";
const TAKE: &str = "UPDATE contact SET lanes = lanes - 1 WHERE number = ?1";
const DROP: &str = "DELETE FROM contact WHERE number = ?1 AND lanes = 0";

/// How many contacts each provider has to get, by its place.
pub(super) type Counts = Arc<[AtomicU64]>;

/// The contacts, and for which providers they are.
pub(super) struct Behind {
    table: Option<Connection>,
    counts: Counts,
    /// The last that is there as a whole.
    last: i64,
    is_broken: bool,
}

/// It was there and cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Behind {
    /// The file is made when the first contact is put there.
    pub(super) fn new(counts: Counts) -> Self {
        Self { table: None, counts, last: 0, is_broken: false }
    }

    /// Whether the provider in this place has to get any.
    pub(super) fn has_any(&self, lane: usize) -> bool {
        self.count(lane) > 0
    }

    /// Puts a contact there for the providers in these places. Whether it is there now: one that was made in code may not
    /// be readable as JSON, and there may be no place for it; then there is none for any from then on.
    pub(super) fn put(&mut self, contact: &UnifiedContact, lanes: &[usize]) -> bool {
        // A contact serializes without fail: its maps have text keys and its values are JSON already.
        let content = serde_json::to_string(contact).unwrap_or_default();
        if self.is_broken || read(&content).as_ref() != Ok(contact) {
            return false;
        }
        self.is_broken = self.try_put(&content, lanes).inspect_err(|_| unusable()).is_err();
        for lane in lanes.iter().filter(|_| !self.is_broken) {
            self.counts[*lane].fetch_add(1, Ordering::Relaxed);
        }
        !self.is_broken
    }

    /// Takes the first contact for the provider in this place.
    pub(super) fn take(&mut self, lane: usize) -> Option<Result<UnifiedContact, Unreadable>> {
        if !self.has_any(lane) {
            return None;
        }
        self.counts[lane].fetch_sub(1, Ordering::Relaxed);
        let taken = self.try_take(lane).inspect_err(|_| unusable()).ok().flatten();
        Some(taken.ok_or(Unreadable).and_then(|content| read(&content)))
    }

    fn count(&self, lane: usize) -> u64 {
        self.counts[lane].load(Ordering::Relaxed)
    }

    fn try_put(&mut self, content: &str, lanes: &[usize]) -> rusqlite::Result<()> {
        let table = match &mut self.table {
            Some(table) => table,
            none => none.insert(open()?),
        };
        table.prepare_cached(PUT)?.execute(params![content, integer(lanes.len())])?;
        let number = table.last_insert_rowid();
        for lane in lanes {
            table.prepare_cached(PUT_LANE)?.execute([integer(*lane), number])?;
        }
        self.last = number;
        Ok(())
    }

    fn try_take(&self, lane: usize) -> rusqlite::Result<Option<String>> {
        let Some(table) = &self.table else { return Ok(None) };
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
        let first = table.prepare_cached(FIRST)?.query_row([integer(lane), self.last], row).optional()?;
        let Some((number, content)) = first else { return Ok(None) };
        table.prepare_cached(TAKE_LANE)?.execute([integer(lane), number])?;
        table.prepare_cached(TAKE)?.execute([number])?;
        table.prepare_cached(DROP)?.execute([number])?;
        Ok(Some(content))
    }
}

fn read(content: &str) -> Result<UnifiedContact, Unreadable> {
    serde_json::from_str(content).map_err(|_| Unreadable)
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn open() -> rusqlite::Result<Connection> {
    // The empty name is a file of its own that is deleted when it is closed.
    let connection = Connection::open("")?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

fn unusable() {
    tracing::warn!(
        "The temporary file of the contacts that a provider still has to get is not usable; its slowest provider sets the \
         pace of the import"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(number: u32) -> UnifiedContact {
        let person = serde_json::json!({"external_id": number.to_string(), "name": "Ada King"});
        serde_json::from_value(person).unwrap()
    }

    fn empty() -> Behind {
        Behind::new((0..3).map(|_| AtomicU64::new(0)).collect())
    }

    fn all(behind: &mut Behind, lane: usize) -> Vec<String> {
        let taken = std::iter::from_fn(|| behind.take(lane));
        taken.map(|contact| contact.unwrap().external_id.unwrap()).collect()
    }

    fn table_again(behind: &Behind) {
        let again = "ALTER TABLE aside RENAME TO behind; INSERT INTO behind VALUES (0, 2)";
        behind.table.as_ref().unwrap().execute_batch(again).unwrap();
    }

    #[test]
    fn every_provider_gets_its_own_in_their_order() {
        let mut behind = empty();
        for (number, lanes) in [(1, &[0, 2][..]), (2, &[2]), (3, &[0]), (4, &[0, 2])] {
            assert!(behind.put(&contact(number), lanes));
        }
        assert_eq!([0, 1, 2].map(|lane| behind.count(lane)), [3, 0, 3]);
        assert_eq!(all(&mut behind, 2), ["1", "2", "4"]);
        assert_eq!(all(&mut behind, 0), ["1", "3", "4"]);
        assert_eq!([0, 1, 2].map(|lane| behind.has_any(lane)), [false; 3]);
    }

    #[test]
    fn what_all_got_takes_no_place_any_more() {
        let mut behind = empty();
        assert!(behind.put(&contact(1), &[0, 1]));
        let kept = |behind: &Behind| -> i64 {
            let table = behind.table.as_ref().unwrap();
            table.query_row("SELECT count(*) FROM contact", [], |row| row.get(0)).unwrap()
        };
        assert!(behind.take(0).is_some());
        assert_eq!(kept(&behind), 1);
        assert!(behind.take(1).is_some());
        assert_eq!(kept(&behind), 0);
    }

    #[test]
    fn a_contact_that_cannot_be_read_again_is_told_once_for_each_provider() {
        let mut behind = empty();
        assert!(behind.put(&contact(1), &[0, 1]));
        behind.table.as_ref().unwrap().execute("UPDATE contact SET content = '{'", []).unwrap();
        assert_eq!(behind.take(0), Some(Err(Unreadable)));
        behind.table.as_ref().unwrap().execute("DROP TABLE behind", []).unwrap();
        assert_eq!(behind.take(1), Some(Err(Unreadable)));
        assert_eq!(behind.take(1), None);
    }

    #[test]
    fn a_contact_that_would_not_come_back_is_handed_back_and_others_are_not() {
        let mut behind = empty();
        assert!(!behind.put(&UnifiedContact::default(), &[0]));
        assert!(behind.put(&contact(1), &[0]));
        assert_eq!(all(&mut behind, 0), ["1"]);
    }

    #[test]
    fn a_contact_that_finds_no_place_is_handed_back() {
        let mut behind = empty();
        assert!(behind.put(&contact(1), &[0]));
        let table = behind.table.as_ref().unwrap();
        table.execute_batch("ALTER TABLE behind RENAME TO aside").unwrap();
        assert!(!behind.put(&contact(2), &[0]));
        table_again(&behind);
        assert!(!behind.put(&contact(3), &[0]));
        assert_eq!(all(&mut behind, 0), ["1"]);
    }
}
