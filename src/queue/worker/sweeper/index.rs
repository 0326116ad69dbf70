//! The unfinished deliveries of a journal that the queue may not hold. Pure: changes of records go in, candidates come out.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use crate::journal::jetstream::{RecordChange, Unfinished};
use crate::queue::worker::is_put_back;

/// The unfinished deliveries of some providers, by the keys of their records.
pub(super) struct Index {
    providers: HashSet<String>,
    /// The revision after the last change that was read.
    next: u64,
    open: HashMap<String, Open>,
}

struct Open {
    revision: u64,
    /// A message that holds the delivery may be older than this time, and is not younger.
    since: Timestamp,
    state: State,
}

enum State {
    /// In doubt, with nothing to do before this time.
    Parked(Timestamp),
    /// Held by a worker.
    Claimed(String),
    /// A message of the queue must hold it.
    Waiting,
}

/// Deliveries that the queue may have lost: their keys, and the times since when.
pub(super) type PerhapsLost = BTreeMap<String, Vec<(String, Timestamp)>>;

impl Index {
    /// An index that knows nothing of records before that revision.
    pub(super) fn new(providers: HashSet<String>, next: u64) -> Self {
        Self { providers, next, open: HashMap::new() }
    }

    /// Returns the revision from which on changes are to be read.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns a revision before which no delivery is unfinished.
    pub(super) fn position(&self) -> u64 {
        self.open.values().map(|open| open.revision).min().unwrap_or(self.next)
    }

    /// Returns the revision of an unfinished delivery.
    pub(super) fn revision(&self, key: &str) -> Option<u64> {
        self.open.get(key).map(|open| open.revision)
    }

    /// Takes note of a change.
    pub(super) fn note(&mut self, change: RecordChange<'_>) {
        let RecordChange { key, revision, written_at, state } = change;
        self.next = revision.saturating_add(1);
        let state = match state {
            _ if !provider_of(key).is_some_and(|provider| self.providers.contains(provider)) => return,
            Some(Unfinished::Claimed { holder }) => State::Claimed(holder),
            Some(Unfinished::InDoubt { look_again_at: Some(time) }) => State::Parked(time),
            Some(Unfinished::Interrupted | Unfinished::Pending) => State::Waiting,
            Some(Unfinished::Failed { kind }) if is_put_back(&kind) => State::Waiting,
            // Finished, or for a person.
            Some(Unfinished::InDoubt { look_again_at: None } | Unfinished::Failed { .. }) | None => {
                self.open.remove(key);
                return;
            }
        };
        self.open.insert(key.to_owned(), Open { revision, since: written_at, state });
    }

    /// Returns the keys of doubts that something can be done about now.
    pub(super) fn due(&self, now: Timestamp) -> Vec<String> {
        let is_due = |open: &Open| matches!(open.state, State::Parked(time) if time <= now);
        self.open.iter().filter(|(_, open)| is_due(open)).map(|(key, _)| key.clone()).collect()
    }

    /// Returns whether a delivery is claimed since before that time.
    pub(super) fn has_claims_before(&self, time: Timestamp) -> bool {
        self.open.values().any(|open| matches!(open.state, State::Claimed(_)) && open.since < time)
    }

    /// Returns what was to be in the queue before that time already, by provider. Of claims only those whose holder is not
    /// among the `living`.
    pub(super) fn perhaps_lost(&self, time: Timestamp, living: Option<&HashSet<String>>) -> PerhapsLost {
        let mut lost = PerhapsLost::new();
        for (key, open) in self.open.iter().filter(|(_, open)| open.since < time) {
            let is_waiting = match &open.state {
                State::Parked(_) => false,
                State::Claimed(holder) => living.is_some_and(|living| !living.contains(holder)),
                State::Waiting => true,
            };
            if let Some(provider) = provider_of(key).filter(|_| is_waiting) {
                lost.entry(provider.to_owned()).or_default().push((key.clone(), open.since));
            }
        }
        lost
    }

    /// Takes note that a delivery was put into the queue again at that time.
    pub(super) fn requeued(&mut self, key: &str, at: Timestamp) {
        if let Some(open) = self.open.get_mut(key) {
            open.since = at;
            open.state = State::Waiting;
        }
    }

    /// Forgets a delivery that cannot be sent.
    pub(super) fn forget(&mut self, key: &str) {
        self.open.remove(key);
    }
}

/// The key of a record begins with the provider's name, which has no dot.
fn provider_of(key: &str) -> Option<&str> {
    key.split_once('.').map(|(provider, _)| provider)
}

#[cfg(test)]
mod tests {
    use unicontact_providers::ErrorKind;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn noted(changes: &[(&str, u64, Option<Unfinished>)]) -> Index {
        let mut index = Index::new(HashSet::from(["acme".to_owned()]), 1);
        for (key, revision, state) in changes {
            let written_at = at(i64::try_from(*revision).unwrap());
            index.note(RecordChange { key, revision: *revision, written_at, state: state.clone() });
        }
        index
    }

    fn parked(second: i64) -> Unfinished {
        Unfinished::InDoubt { look_again_at: Some(at(second)) }
    }

    #[test]
    fn a_parked_doubt_is_due_when_its_time_has_come_and_once() {
        let mut index = noted(&[("acme.1", 3, Some(parked(60))), ("acme.2", 4, Some(parked(90)))]);
        assert!(index.due(at(59)).is_empty() && index.perhaps_lost(at(59), None).is_empty());
        assert_eq!(index.due(at(60)), ["acme.1"]);
        index.requeued("acme.1", at(61));
        assert!(index.due(at(70)).is_empty());
        // The queue must hold it from then on.
        assert_eq!(index.perhaps_lost(at(62), None)["acme"], [("acme.1".to_owned(), at(61))]);
    }

    #[test]
    fn what_is_pending_or_interrupted_must_be_in_the_queue_and_a_claim_when_its_holder_is_gone() {
        let claimed = Some(Unfinished::Claimed { holder: "worker".to_owned() });
        let index = noted(&[
            ("acme.1", 1, Some(Unfinished::Pending)),
            ("acme.2", 2, Some(Unfinished::Interrupted)),
            ("acme.3", 3, claimed),
            ("acme.4", 9, Some(Unfinished::Pending)),
        ]);
        let keys = |living: Option<&HashSet<String>>| {
            let mut keys: Vec<String> = index
                .perhaps_lost(at(5), living)
                .remove("acme")
                .unwrap()
                .into_iter()
                .map(|it| it.0)
                .collect();
            keys.sort();
            keys
        };
        assert!(index.has_claims_before(at(5)));
        assert_eq!(keys(None), ["acme.1", "acme.2"]);
        assert_eq!(keys(Some(&HashSet::from(["worker".to_owned()]))), ["acme.1", "acme.2"]);
        assert_eq!(keys(Some(&HashSet::new())), ["acme.1", "acme.2", "acme.3"]);
    }

    #[test]
    fn what_failed_in_a_pause_must_be_in_the_queue_and_what_failed_by_itself_need_not() {
        let failed = |kind: ErrorKind| Some(Unfinished::Failed { kind: kind.as_str().to_owned() });
        let index = noted(&[
            ("acme.1", 1, failed(ErrorKind::RateLimited)),
            ("acme.2", 2, failed(ErrorKind::Unreachable)),
            ("acme.3", 3, failed(ErrorKind::Config)),
        ]);
        let mut keys: Vec<String> =
            index.perhaps_lost(at(5), None).remove("acme").unwrap().into_iter().map(|it| it.0).collect();
        keys.sort();
        assert_eq!(keys, ["acme.1", "acme.3"]);
    }

    #[test]
    fn a_later_change_counts_and_other_providers_do_not() {
        let index = noted(&[
            ("acme.1", 1, Some(parked(0))),
            ("acme.2", 2, Some(Unfinished::Pending)),
            ("other.3", 3, Some(parked(0))),
            ("acme.1", 4, None),
            ("acme.2", 5, Some(Unfinished::InDoubt { look_again_at: None })),
        ]);
        assert!(index.due(at(60)).is_empty() && index.perhaps_lost(at(60), None).is_empty());
        assert_eq!((index.next(), index.position()), (6, 6));
    }

    #[test]
    fn the_next_holder_begins_with_the_oldest_that_is_unfinished() {
        let index = noted(&[("acme.1", 3, None), ("acme.2", 5, Some(parked(90))), ("acme.3", 8, None)]);
        assert_eq!((index.next(), index.position()), (9, 5));
    }
}
