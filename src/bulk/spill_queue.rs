//! The contacts that a provider still has to get.
//!
//! Its rule: memory does not grow with them: they stand in a temporary file that nobody else can open and that is gone
//! with the process. Each provider's come back in the order in which they were put there. A contact that cannot be put
//! there is handed back; one that cannot be read again is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::{Connection, OptionalExtension, params};
use unicontact_providers::UnifiedContact;

use super::{SourceLocation, temporary_file};

pub(super) const UNUSABLE: &str = "the temporary file of what slow providers still have to get is not usable: from now on the \
                                   slowest provider sets the pace";
const TABLES: &str = "CREATE TABLE behind (lane INTEGER, number INTEGER, contact TEXT NOT NULL, content TEXT NOT NULL, source TEXT NOT NULL, \
                      PRIMARY KEY (lane, number)) WITHOUT ROWID";
const PUT: &str = "INSERT INTO behind VALUES (?1, ?2, ?3, ?4, ?5)";
const TAKE: &str = "DELETE FROM behind WHERE lane = ?1 AND number = \
                    (SELECT min(number) FROM behind WHERE lane = ?1 AND number <= ?2) RETURNING contact, content, source";

/// How many contacts each provider has to get, by its place.
pub(super) type Counts = Arc<[AtomicU64]>;

/// The contacts of one run, and for which providers they are.
pub(super) struct SpillQueue {
    table: Option<Connection>,
    counts: Vec<u64>,
    /// The same, for those who watch.
    shown: Counts,
    /// The last that is there as a whole.
    last: i64,
    is_broken: bool,
    /// The same, for those who watch.
    is_slowed: Arc<AtomicBool>,
}

/// A contact that comes back.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Taken {
    /// Its key, unless that cannot be read either.
    pub(super) key: Option<String>,
    /// It, unless it cannot be read.
    pub(super) contact: Option<UnifiedContact>,
    /// The row that it was read from.
    pub(super) source: SourceLocation,
}

impl SpillQueue {
    /// The file is made when the first contact is put there.
    pub(super) fn new(shown: Counts, is_slowed: Arc<AtomicBool>) -> Self {
        Self { table: None, counts: vec![0; shown.len()], shown, last: 0, is_broken: false, is_slowed }
    }

    /// Whether the provider in this place has to get any.
    pub(super) fn has_any(&self, lane: usize) -> bool {
        self.counts[lane] > 0
    }

    /// Puts a contact there for the providers in these places. Whether it is there now: one that was made in code may not
    /// be readable as JSON, and there may be no place for it; then there is none for any from then on.
    pub(super) fn put(
        &mut self,
        contact: &UnifiedContact,
        key: &str,
        source: &SourceLocation,
        lanes: &[usize],
    ) -> bool {
        // A contact serializes without fail: its maps have text keys and its values are JSON already.
        let content = serde_json::to_string(contact).unwrap_or_default();
        if self.is_broken || read(&content).as_ref() != Some(contact) {
            return false;
        }
        let source = serde_json::to_string(source).unwrap_or_default();
        if self.try_put([key, &content, &source], lanes).is_err() {
            self.breaks();
        }
        for lane in lanes.iter().filter(|_| !self.is_broken) {
            self.counts[*lane] += 1;
            self.shown[*lane].fetch_add(1, Ordering::Relaxed);
        }
        !self.is_broken
    }

    /// Takes the first contact for the provider in this place.
    pub(super) fn take(&mut self, lane: usize) -> Option<Taken> {
        if !self.has_any(lane) {
            return None;
        }
        self.counts[lane] -= 1;
        self.shown[lane].fetch_sub(1, Ordering::Relaxed);
        let row = self.try_take(lane).unwrap_or_else(|_| {
            // What is in it is not known any more.
            self.table = None;
            self.breaks();
            None
        });
        let Some([key, content, source]) = row else {
            return Some(Taken::default());
        };
        let source = serde_json::from_str(&source).unwrap_or_default();
        Some(Taken { key: Some(key), contact: read(&content), source })
    }

    fn breaks(&mut self) {
        self.is_broken = true;
        self.is_slowed.store(true, Ordering::Relaxed);
        tracing::warn!("{UNUSABLE}");
    }

    fn try_put(&mut self, [key, content, source]: [&str; 3], lanes: &[usize]) -> rusqlite::Result<()> {
        let table = match &mut self.table {
            Some(table) => table,
            none => none.insert(temporary_file::with_tables(TABLES)?),
        };
        for lane in lanes {
            let row = params![integer(*lane), self.last + 1, key, content, source];
            table.prepare_cached(PUT)?.execute(row)?;
        }
        self.last += 1;
        Ok(())
    }

    fn try_take(&self, lane: usize) -> rusqlite::Result<Option<[String; 3]>> {
        let Some(table) = &self.table else { return Ok(None) };
        let mut take = table.prepare_cached(TAKE)?;
        take.query_row([integer(lane), self.last], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
            .optional()
    }
}

impl Drop for SpillQueue {
    fn drop(&mut self) {
        for (shown, count) in self.shown.iter().zip(&self.counts) {
            shown.fetch_sub(*count, Ordering::Relaxed);
        }
    }
}

fn read(content: &str) -> Option<UnifiedContact> {
    serde_json::from_str(content).ok()
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(number: u32) -> UnifiedContact {
        let person = serde_json::json!({"external_id": number.to_string(), "name": "Ada King"});
        serde_json::from_value(person).unwrap()
    }

    fn put(behind: &mut SpillQueue, number: u32, lanes: &[usize]) -> bool {
        let source = SourceLocation { line: number.into(), dropped: Vec::new() };
        behind.put(&contact(number), &number.to_string(), &source, lanes)
    }

    fn empty() -> SpillQueue {
        SpillQueue::new((0..3).map(|_| AtomicU64::new(0)).collect(), Arc::default())
    }

    fn all(behind: &mut SpillQueue, lane: usize) -> Vec<String> {
        std::iter::from_fn(|| behind.take(lane))
            .map(|taken| taken.contact.unwrap().external_id.unwrap())
            .collect()
    }

    fn execute(behind: &SpillQueue, statements: &str) {
        behind.table.as_ref().unwrap().execute_batch(statements).unwrap();
    }

    #[test]
    fn every_provider_gets_its_own_in_their_order() {
        let mut behind = empty();
        for (number, lanes) in [(1, &[0, 2][..]), (2, &[2]), (3, &[0]), (4, &[0, 2])] {
            assert!(put(&mut behind, number, lanes));
        }
        assert_eq!(behind.counts, [3, 0, 3]);
        assert_eq!(all(&mut behind, 2), ["1", "2", "4"]);
        assert_eq!(all(&mut behind, 0), ["1", "3", "4"]);
        assert_eq!([0, 1, 2].map(|lane| behind.has_any(lane)), [false; 3]);
    }

    #[test]
    fn what_is_left_is_shown_no_more_when_the_run_is_over() {
        let shown: Counts = (0..2).map(|_| AtomicU64::new(7)).collect();
        let mut behind = SpillQueue::new(Arc::clone(&shown), Arc::default());
        assert!(put(&mut behind, 1, &[0, 1]));
        assert!(behind.take(0).is_some());
        drop(behind);
        assert!(shown.iter().all(|count| count.load(Ordering::Relaxed) == 7));
    }

    #[test]
    fn a_contact_that_cannot_be_read_again_is_told_with_its_key() {
        let mut behind = empty();
        assert!(put(&mut behind, 1, &[0]));
        execute(&behind, "UPDATE behind SET content = '{'");
        let source = SourceLocation { line: 1, dropped: Vec::new() };
        assert_eq!(behind.take(0), Some(Taken { key: Some("1".to_owned()), contact: None, source }));
        assert_eq!(behind.take(0), None);
    }

    #[test]
    fn when_the_file_fails_all_that_were_there_are_told_once_and_none_comes_back() {
        let mut behind = empty();
        for number in 1..=3 {
            assert!(put(&mut behind, number, &[1]));
        }
        execute(&behind, "ALTER TABLE behind RENAME TO elsewhere");
        let told: Vec<Taken> = std::iter::from_fn(|| behind.take(1)).collect();
        assert!(told.iter().all(|taken| *taken == Taken::default()));
        assert_eq!(told.len(), 3);
        assert!(!put(&mut behind, 4, &[1]));
    }

    #[test]
    fn a_contact_that_would_not_come_back_is_handed_back_and_others_are_not() {
        let mut behind = empty();
        assert!(!behind.put(&UnifiedContact::default(), "", &SourceLocation::default(), &[0]));
        assert!(put(&mut behind, 1, &[0]));
        assert_eq!(all(&mut behind, 0), ["1"]);
    }

    #[test]
    fn half_of_a_contact_that_found_no_place_never_comes_back() {
        let mut behind = empty();
        assert!(put(&mut behind, 1, &[0]));
        execute(&behind, "INSERT INTO behind VALUES (1, 2, 'in the way', '', '')");
        assert!(!put(&mut behind, 2, &[0, 1]));
        assert!(!put(&mut behind, 3, &[0]));
        assert_eq!(all(&mut behind, 0), ["1"]);
    }
}
