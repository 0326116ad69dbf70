//! The deliveries in doubt that an import waits for.
//!
//! They wait in a temporary file, ordered by the time when looking for them is worth it, so that memory does not grow with
//! them. Each comes back once: to be delivered again, or to be reported as it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use unicontact_providers::UnifiedContact;

use super::past_doubt::PastDoubt;
use super::{SourceLocation, temporary_file};

const TABLES: &str = "CREATE TABLE parked (lane INTEGER, due INTEGER, number INTEGER, contact TEXT NOT NULL, \
                      content TEXT NOT NULL, doubt TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (lane, due, number)) WITHOUT ROWID";
const PUT: &str = "INSERT INTO parked VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const FIRST: &str = "SELECT due FROM parked WHERE lane = ?1 ORDER BY due, number LIMIT 1";
const TAKE: &str = "DELETE FROM parked WHERE (lane, due, number) = (SELECT lane, due, number FROM parked WHERE lane = ?1 \
                    ORDER BY due, number LIMIT 1) RETURNING contact, content, doubt, source";
/// The shortest wait.
const SHORTEST: Duration = Duration::from_secs(1);
/// Deliveries are due at multiples of one of these, so that those due about the same time share a look.
const STEPS: [Duration; 3] = [Duration::from_mins(1), Duration::from_secs(10), Duration::from_secs(1)];
const UNUSABLE: &str =
    "the temporary file of deliveries in doubt is not usable: they are reported without being waited for";

/// The deliveries in doubt at one provider that an import waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parked {
    /// The number of deliveries.
    pub count: u64,
    /// When looking for the first of them, or sending it again, is worth it.
    pub until: Option<Timestamp>,
}

/// The same for each provider, shared with those who watch the import.
pub(super) type SharedParked = Arc<[Mutex<Parked>]>;

/// The parked deliveries of one run.
pub(super) struct ParkedDeliveries {
    table: Option<Connection>,
    lanes: Vec<Lane>,
    shared: SharedParked,
    last_number: i64,
    is_broken: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    count: u64,
    /// In milliseconds since 1970.
    first_due: Option<i64>,
}

/// A parked delivery that comes back. What the file does not give back is `None`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Unparked {
    pub(super) key: Option<String>,
    pub(super) contact: Option<UnifiedContact>,
    pub(super) doubt: Option<PastDoubt>,
    /// The row that the contact was read from.
    pub(super) source: SourceLocation,
}

impl ParkedDeliveries {
    /// An empty store. Its file is made for the first delivery.
    pub(super) fn new(shared: SharedParked) -> Self {
        let lanes = vec![Lane::default(); shared.len()];
        Self { table: None, lanes, shared, last_number: 0, is_broken: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.count == 0)
    }

    pub(super) fn has_any(&self, lane: usize) -> bool {
        self.lanes[lane].count > 0
    }

    /// Returns when the first delivery of a provider is due.
    pub(super) fn first_due(&self, lane: usize) -> Option<Timestamp> {
        let due = self.lanes[lane].first_due?;
        Some(Timestamp::from_millisecond(due).unwrap_or(Timestamp::MAX))
    }

    /// Parks a delivery. Returns whether it is parked: a contact that was made in code may not be readable as JSON, and
    /// there may be no room for it.
    pub(super) fn put(
        &mut self,
        lane: usize,
        key: &str,
        (contact, source): (&UnifiedContact, &SourceLocation),
        doubt: &PastDoubt,
        now: Timestamp,
    ) -> bool {
        let content = serde_json::to_string(contact).unwrap_or_default();
        let is_readable = serde_json::from_str(&content).is_ok_and(|read: UnifiedContact| read == *contact);
        let Some(doubt_as_json) = serde_json::to_string(doubt).ok().filter(|_| is_readable) else {
            return false;
        };
        if self.is_broken {
            return false;
        }
        let due = due(doubt.look_again_at, now);
        let source = serde_json::to_string(source).unwrap_or_default();
        if self.try_put(lane, due, [key, &content, &doubt_as_json, &source]).is_err() {
            self.breaks();
            return false;
        }
        let state = &mut self.lanes[lane];
        state.count += 1;
        state.first_due = Some(state.first_due.map_or(due, |first| first.min(due)));
        self.share(lane);
        true
    }

    /// Takes the delivery of a provider that is due first.
    pub(super) fn take(&mut self, lane: usize) -> Option<Unparked> {
        if !self.has_any(lane) {
            return None;
        }
        self.lanes[lane].count -= 1;
        let row = self.try_take(lane).unwrap_or_else(|_| {
            self.table = None;
            self.breaks();
            None
        });
        self.lanes[lane].first_due = self.read_first_due(lane);
        self.share(lane);
        let Some([key, content, doubt, source]) = row else {
            return Some(Unparked::default());
        };
        let (contact, doubt) = (serde_json::from_str(&content).ok(), serde_json::from_str(&doubt).ok());
        let source = serde_json::from_str(&source).unwrap_or_default();
        Some(Unparked { key: Some(key), contact, doubt, source })
    }

    fn breaks(&mut self) {
        self.is_broken = true;
        tracing::warn!("{UNUSABLE}");
    }

    fn try_put(&mut self, lane: usize, due: i64, texts: [&str; 4]) -> rusqlite::Result<()> {
        let table = match &mut self.table {
            Some(table) => table,
            none => none.insert(temporary_file::with_tables(TABLES)?),
        };
        self.last_number += 1;
        let [key, content, doubt, source] = texts;
        let row = params![integer(lane), due, self.last_number, key, content, doubt, source];
        table.prepare_cached(PUT)?.execute(row).map(drop)
    }

    fn try_take(&self, lane: usize) -> rusqlite::Result<Option<[String; 4]>> {
        let Some(table) = &self.table else { return Ok(None) };
        let mut take = table.prepare_cached(TAKE)?;
        take.query_row([integer(lane)], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
            .optional()
    }

    /// Without a file that can be read, every delivery is due, so that each is reported.
    fn read_first_due(&self, lane: usize) -> Option<i64> {
        if !self.has_any(lane) {
            return None;
        }
        let first = self.table.as_ref().and_then(|table| {
            table.prepare_cached(FIRST).ok()?.query_row([integer(lane)], |row| row.get(0)).ok()
        });
        Some(first.unwrap_or_default())
    }

    fn share(&self, lane: usize) {
        let parked = Parked { count: self.lanes[lane].count, until: self.first_due(lane) };
        *self.shared[lane].lock().unwrap_or_else(PoisonError::into_inner) = parked;
    }
}

impl Drop for ParkedDeliveries {
    fn drop(&mut self) {
        self.lanes.fill(Lane::default());
        (0..self.lanes.len()).for_each(|lane| self.share(lane));
    }
}

/// Returns when it is due, in milliseconds since 1970: never early, and late by an eighth of the wait or a second.
fn due(look_again_at: Timestamp, now: Timestamp) -> i64 {
    let wait = Duration::try_from(look_again_at.duration_since(now)).unwrap_or_default().max(SHORTEST);
    let step = STEPS.into_iter().find(|step| *step <= wait / 8).unwrap_or(SHORTEST);
    let step = i64::try_from(step.as_millis()).unwrap_or(1);
    let due = now.saturating_add(wait).unwrap_or(Timestamp::MAX).as_millisecond();
    (due / step + 1).saturating_mul(step)
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_delivery_is_never_due_early_and_at_most_an_eighth_of_its_wait_or_a_second_late() {
        for wait in [-5, 0, 1, 2, 9, 60, 99, 100, 599, 600, 3600, 86_400] {
            for begin in [0, 1, 17, 59] {
                let due = Timestamp::from_millisecond(due(at(begin + wait), at(begin))).unwrap();
                let late = due.duration_since(at(begin + wait.max(1))).as_millis();
                assert!((1..=i128::from(wait.max(8)) * 125).contains(&late), "{wait} {begin}: {late}");
            }
        }
    }

    #[test]
    fn deliveries_whose_times_are_close_are_due_at_the_same_time() {
        let due_of = |second| due(at(600 + second), at(second));
        let dues: std::collections::BTreeSet<i64> = (0..60).map(due_of).collect();
        assert!(dues.len() <= 2, "{dues:?}");
    }

    fn contact(number: u32) -> UnifiedContact {
        let person = serde_json::json!({"external_id": number.to_string(), "name": "Ada King"});
        serde_json::from_value(person).unwrap()
    }

    fn doubt(seconds: i64) -> PastDoubt {
        let doubt = serde_json::json!({"look_again_at": at(seconds), "attempts": 1, "begun": {"secs": 1, "nanos": 0}});
        serde_json::from_value(doubt).unwrap()
    }

    fn source(number: u32) -> SourceLocation {
        let dropped =
            serde_json::json!([{"column": 3, "field": "Phone", "reason": "not a telephone number"}]);
        serde_json::from_value(serde_json::json!({"line": number, "dropped": dropped})).unwrap()
    }

    fn empty(lanes: usize) -> ParkedDeliveries {
        ParkedDeliveries::new((0..lanes).map(|_| Mutex::default()).collect())
    }

    fn put(parked: &mut ParkedDeliveries, lane: usize, number: u32, seconds: i64) -> bool {
        parked.put(lane, &number.to_string(), (&contact(number), &source(number)), &doubt(seconds), at(0))
    }

    fn taken(parked: &mut ParkedDeliveries, lane: usize) -> Vec<String> {
        std::iter::from_fn(|| parked.take(lane)).filter_map(|unparked| unparked.key).collect()
    }

    #[test]
    fn each_provider_gets_its_own_back_in_the_order_in_which_they_are_due() {
        let mut parked = empty(2);
        for (lane, number, seconds) in [(0, 1, 900), (1, 2, 600), (0, 3, 600), (0, 4, 700), (0, 5, 600)] {
            assert!(put(&mut parked, lane, number, seconds));
        }
        assert!(parked.first_due(0) <= parked.first_due(1));
        assert_eq!(taken(&mut parked, 0), ["3", "5", "4", "1"]);
        assert_eq!((parked.has_any(0), parked.first_due(0)), (false, None));
        assert_eq!(taken(&mut parked, 1), ["2"]);
        assert!(parked.is_empty());
    }

    #[test]
    fn what_comes_back_is_what_was_put_there() {
        let mut parked = empty(1);
        assert!(put(&mut parked, 0, 7, 600));
        let expected = Unparked {
            key: Some("7".to_owned()),
            contact: Some(contact(7)),
            doubt: Some(doubt(600)),
            source: source(7),
        };
        assert_eq!(parked.take(0), Some(expected));
        assert_eq!(parked.take(0), None);
    }

    #[test]
    fn when_the_file_fails_all_that_were_there_come_back_once_and_none_is_taken() {
        let mut parked = empty(1);
        assert!((0..3).all(|number| put(&mut parked, 0, number, 600)));
        let table = parked.table.as_ref().unwrap();
        table.execute_batch("ALTER TABLE parked RENAME TO elsewhere").unwrap();
        let unparked: Vec<Unparked> = std::iter::from_fn(|| parked.take(0)).collect();
        assert_eq!(unparked, [Unparked::default(), Unparked::default(), Unparked::default()]);
        assert!(!put(&mut parked, 0, 4, 600));
    }

    #[test]
    fn a_contact_that_would_not_come_back_is_not_parked() {
        let mut parked = empty(1);
        assert!(!parked.put(0, "", (&UnifiedContact::default(), &source(1)), &doubt(600), at(0)));
        assert!(parked.is_empty());
    }

    #[test]
    fn those_who_watch_see_how_many_wait_until_the_run_is_over() {
        let mut parked = empty(1);
        let shared = Arc::clone(&parked.shared);
        assert!(put(&mut parked, 0, 1, 600) && put(&mut parked, 0, 2, 900));
        let shown = *shared[0].lock().unwrap();
        assert_eq!((shown.count, shown.until), (2, parked.first_due(0)));
        drop(parked);
        assert_eq!(*shared[0].lock().unwrap(), Parked::default());
    }
}
