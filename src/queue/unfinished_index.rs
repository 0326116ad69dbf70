//! An index of unfinished deliveries, built from the changes of a journal. It returns those that the queue may not hold. No I/O.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use crate::journal::jetstream::{RecordChange, Unfinished};
use crate::queue::provider_failure::is_requeued;

/// An index of the unfinished deliveries of some providers, by the keys of their records.
pub(super) struct Index {
    providers: HashSet<String>,
    /// The revision after the last applied change.
    next: u64,
    deliveries: HashMap<String, Delivery>,
}

struct Delivery {
    revision: u64,
    /// The time of the last change. A message that holds the delivery is not younger.
    since: Timestamp,
    state: State,
}

enum State {
    /// In doubt until this time.
    Parked(Timestamp),
    /// Claimed by this holder.
    Claimed(String),
    /// A message of the queue must hold it.
    Queued,
    /// In a record of a newer version, which only a worker of that version reads. The position stays before it, for such a worker.
    Newer,
}

/// Deliveries that no message may hold, by provider: their keys, and the times of their last changes.
pub(super) type PossiblyLost = BTreeMap<String, Vec<(String, Timestamp)>>;

impl Index {
    /// Returns an empty index, to which the changes from revision `next` on are applied.
    pub(super) fn new(providers: HashSet<String>, next: u64) -> Self {
        Self { providers, next, deliveries: HashMap::new() }
    }

    /// Returns the revision of the next change to apply.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns a revision before which no delivery is unfinished, as far as this version can read the records.
    pub(super) fn position(&self) -> u64 {
        self.deliveries.values().map(|delivery| delivery.revision).min().unwrap_or(self.next)
    }

    /// Returns the revision of an unfinished delivery.
    pub(super) fn revision(&self, key: &str) -> Option<u64> {
        self.deliveries.get(key).map(|delivery| delivery.revision)
    }

    /// Applies a change of a record.
    pub(super) fn apply(&mut self, change: RecordChange<'_>) {
        let RecordChange { key, revision, written_at, state } = change;
        self.next = revision.saturating_add(1);
        let state = match state {
            _ if !provider_of(key).is_some_and(|provider| self.providers.contains(provider)) => return,
            Some(Unfinished::Claimed { holder }) => State::Claimed(holder),
            Some(Unfinished::InDoubt { look_again_at: Some(time) }) => State::Parked(time),
            Some(Unfinished::Newer) => State::Newer,
            Some(Unfinished::Interrupted | Unfinished::Pending) => State::Queued,
            Some(Unfinished::Failed { kind }) if is_requeued(&kind) => State::Queued,
            // It is finished, or a person resolves it.
            Some(Unfinished::InDoubt { look_again_at: None } | Unfinished::Failed { .. }) | None => {
                self.deliveries.remove(key);
                return;
            }
        };
        self.deliveries.insert(key.to_owned(), Delivery { revision, since: written_at, state });
    }

    /// Returns the keys of parked doubts that are due.
    pub(super) fn due(&self, now: Timestamp) -> Vec<String> {
        let is_due = |delivery: &Delivery| matches!(delivery.state, State::Parked(time) if time <= now);
        self.deliveries.iter().filter(|(_, delivery)| is_due(delivery)).map(|(key, _)| key.clone()).collect()
    }

    /// Returns whether a claim is older than `time`.
    pub(super) fn has_claims_before(&self, time: Timestamp) -> bool {
        self.deliveries
            .values()
            .any(|delivery| matches!(delivery.state, State::Claimed(_)) && delivery.since < time)
    }

    /// Returns the deliveries, last changed before `time`, that a message must hold. A claim is among them only if its holder is not
    /// one of the `living`.
    pub(super) fn possibly_lost(&self, time: Timestamp, living: Option<&HashSet<String>>) -> PossiblyLost {
        let mut lost = PossiblyLost::new();
        for (key, delivery) in self.deliveries.iter().filter(|(_, delivery)| delivery.since < time) {
            let must_be_queued = match &delivery.state {
                State::Parked(_) | State::Newer => false,
                State::Claimed(holder) => living.is_some_and(|living| !living.contains(holder)),
                State::Queued => true,
            };
            if let Some(provider) = provider_of(key).filter(|_| must_be_queued) {
                lost.entry(provider.to_owned()).or_default().push((key.clone(), delivery.since));
            }
        }
        lost
    }

    /// Records that a delivery was queued again at that time.
    pub(super) fn set_requeued(&mut self, key: &str, at: Timestamp) {
        if let Some(delivery) = self.deliveries.get_mut(key) {
            delivery.since = at;
            delivery.state = State::Queued;
        }
    }

    /// Removes a delivery that cannot be queued.
    pub(super) fn remove(&mut self, key: &str) {
        self.deliveries.remove(key);
    }
}

/// Returns the provider's name, which has no dot and begins the key of a record.
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

    fn index_of(changes: &[(&str, u64, Option<Unfinished>)]) -> Index {
        let mut index = Index::new(HashSet::from(["acme".to_owned()]), 1);
        for (key, revision, state) in changes {
            let written_at = at(i64::try_from(*revision).unwrap());
            index.apply(RecordChange { key, revision: *revision, written_at, state: state.clone() });
        }
        index
    }

    fn parked(second: i64) -> Unfinished {
        Unfinished::InDoubt { look_again_at: Some(at(second)) }
    }

    #[test]
    fn a_parked_doubt_is_due_once_at_its_time() {
        let mut index = index_of(&[("acme.1", 3, Some(parked(60))), ("acme.2", 4, Some(parked(90)))]);
        assert!(index.due(at(59)).is_empty() && index.possibly_lost(at(59), None).is_empty());
        assert_eq!(index.due(at(60)), ["acme.1"]);
        index.set_requeued("acme.1", at(61));
        assert!(index.due(at(70)).is_empty());
        // From then on, a message must hold it.
        assert_eq!(index.possibly_lost(at(62), None)["acme"], [("acme.1".to_owned(), at(61))]);
    }

    #[test]
    fn pending_and_interrupted_deliveries_must_be_queued_and_claims_only_without_a_living_holder() {
        let claimed = Some(Unfinished::Claimed { holder: "worker".to_owned() });
        let index = index_of(&[
            ("acme.1", 1, Some(Unfinished::Pending)),
            ("acme.2", 2, Some(Unfinished::Interrupted)),
            ("acme.3", 3, claimed),
            ("acme.4", 9, Some(Unfinished::Pending)),
        ]);
        let keys = |living: Option<&HashSet<String>>| {
            let mut keys: Vec<String> = index
                .possibly_lost(at(5), living)
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
    fn failures_of_the_provider_must_be_queued_and_failures_of_the_contact_need_not() {
        let failed = |kind: ErrorKind| Some(Unfinished::Failed { kind: kind.as_str().to_owned() });
        let index = index_of(&[
            ("acme.1", 1, failed(ErrorKind::RateLimited)),
            ("acme.2", 2, failed(ErrorKind::Unreachable)),
            ("acme.3", 3, failed(ErrorKind::Config)),
        ]);
        let mut keys: Vec<String> =
            index.possibly_lost(at(5), None).remove("acme").unwrap().into_iter().map(|it| it.0).collect();
        keys.sort();
        assert_eq!(keys, ["acme.1", "acme.3"]);
    }

    #[test]
    fn the_last_change_of_a_record_counts_and_other_providers_are_ignored() {
        let index = index_of(&[
            ("acme.1", 1, Some(parked(0))),
            ("acme.2", 2, Some(Unfinished::Pending)),
            ("other.3", 3, Some(parked(0))),
            ("acme.1", 4, None),
            ("acme.2", 5, Some(Unfinished::InDoubt { look_again_at: None })),
        ]);
        assert!(index.due(at(60)).is_empty() && index.possibly_lost(at(60), None).is_empty());
        assert_eq!((index.next(), index.position()), (6, 6));
    }

    #[test]
    fn a_newer_record_is_left_to_a_newer_version_and_the_position_stays_before_it() {
        let index = index_of(&[("acme.1", 3, Some(Unfinished::Newer)), ("acme.2", 5, None)]);
        assert!(
            index.due(at(60)).is_empty() && index.possibly_lost(at(60), Some(&HashSet::new())).is_empty()
        );
        assert_eq!((index.next(), index.position()), (6, 3));
    }

    #[test]
    fn the_position_is_that_of_the_oldest_unfinished_delivery() {
        let index = index_of(&[("acme.1", 3, None), ("acme.2", 5, Some(parked(90))), ("acme.3", 8, None)]);
        assert_eq!((index.next(), index.position()), (9, 5));
    }
}
