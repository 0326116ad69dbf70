//! An index of unfinished deliveries, built from the changes of a journal. It returns those that the queue may not hold. No I/O.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use crate::journal::jetstream::{RecordChange, Unfinished};
use crate::queue::lease::Progress;
use crate::queue::provider_failure::is_requeued;
use crate::queue::unfinished_counts::UnfinishedCounts;

/// The largest number of earlier doubts that the next holder of the lease does not read again from the journal.
const MAX_UNRESOLVED: usize = 1000;

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
    /// Whether it is in doubt by its record, also after it was queued again.
    is_in_doubt: bool,
}

enum State {
    /// In doubt, until a person resolves it.
    Unresolved,
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
    /// Returns an index to which the changes since the progress of the last holder of the lease are applied.
    pub(super) fn new(providers: HashSet<String>, progress: Progress) -> Self {
        let unresolved = |(key, revision)| {
            let state = State::Unresolved;
            (key, Delivery { revision, since: Timestamp::MIN, state, is_in_doubt: true })
        };
        let deliveries = progress.unresolved.into_iter().map(unresolved).collect();
        Self { providers, next: progress.position, deliveries }
    }

    /// Returns the revision of the next change to apply.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns a revision before which, as far as this version can read the records, no delivery is unfinished but doubts that a person
    /// resolves, and the first of these.
    pub(super) fn progress(&self) -> Progress {
        let is_unresolved = |delivery: &Delivery| matches!(delivery.state, State::Unresolved);
        let others = self.deliveries.values().filter(|delivery| !is_unresolved(delivery));
        let mut position = others.map(|delivery| delivery.revision).min().unwrap_or(self.next);
        let earlier =
            |(_, delivery): &(&String, &Delivery)| is_unresolved(delivery) && delivery.revision < position;
        let earlier = self.deliveries.iter().filter(earlier);
        let mut unresolved: Vec<_> =
            earlier.map(|(key, delivery)| (key.clone(), delivery.revision)).collect();
        if unresolved.len() > MAX_UNRESOLVED {
            unresolved.sort_unstable_by_key(|(_, revision)| *revision);
            position = unresolved[MAX_UNRESOLVED].1;
            unresolved.truncate(MAX_UNRESOLVED);
        }
        Progress { position, unresolved }
    }

    /// Returns the numbers of unfinished deliveries, by provider.
    pub(super) fn counts(&self) -> BTreeMap<String, UnfinishedCounts> {
        let none = |provider: &String| (provider.clone(), UnfinishedCounts::default());
        let mut counts: BTreeMap<String, UnfinishedCounts> = self.providers.iter().map(none).collect();
        for (key, delivery) in &self.deliveries {
            if let Some(counts) = provider_of(key).and_then(|provider| counts.get_mut(provider)) {
                counts.in_doubt += u64::from(delivery.is_in_doubt);
                counts.pending += u64::from(!delivery.is_in_doubt);
            }
        }
        counts
    }

    /// Returns the revision of an unfinished delivery.
    pub(super) fn revision(&self, key: &str) -> Option<u64> {
        self.deliveries.get(key).map(|delivery| delivery.revision)
    }

    /// Applies a change of a record.
    pub(super) fn apply(&mut self, change: RecordChange<'_>) {
        let RecordChange { key, revision, written_at, state } = change;
        self.next = revision.saturating_add(1);
        let is_in_doubt = matches!(state, Some(Unfinished::InDoubt { .. }));
        let state = match state {
            _ if !provider_of(key).is_some_and(|provider| self.providers.contains(provider)) => return,
            Some(Unfinished::Claimed { holder }) => State::Claimed(holder),
            Some(Unfinished::InDoubt { look_again_at: Some(time) }) => State::Parked(time),
            Some(Unfinished::Newer) => State::Newer,
            Some(Unfinished::Interrupted | Unfinished::Pending) => State::Queued,
            Some(Unfinished::Failed { kind }) if is_requeued(&kind) => State::Queued,
            Some(Unfinished::InDoubt { look_again_at: None }) => State::Unresolved,
            // It is finished, or a person decides about it.
            Some(Unfinished::Failed { .. }) | None => {
                self.deliveries.remove(key);
                return;
            }
        };
        self.deliveries.insert(key.to_owned(), Delivery { revision, since: written_at, state, is_in_doubt });
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
                State::Parked(_) | State::Unresolved | State::Newer => false,
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
        let progress = Progress { position: 1, ..Progress::default() };
        let mut index = Index::new(HashSet::from(["acme".to_owned()]), progress);
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
        let progress = Progress { position: 6, unresolved: vec![("acme.2".to_owned(), 5)] };
        assert_eq!((index.next(), index.progress()), (6, progress));
    }

    #[test]
    fn a_newer_record_is_left_to_a_newer_version_and_the_position_stays_before_it() {
        let index = index_of(&[("acme.1", 3, Some(Unfinished::Newer)), ("acme.2", 5, None)]);
        assert!(
            index.due(at(60)).is_empty() && index.possibly_lost(at(60), Some(&HashSet::new())).is_empty()
        );
        assert_eq!((index.next(), index.progress().position), (6, 3));
    }

    #[test]
    fn the_position_is_that_of_the_oldest_unfinished_delivery() {
        let index = index_of(&[("acme.1", 3, None), ("acme.2", 5, Some(parked(90))), ("acme.3", 8, None)]);
        assert_eq!((index.next(), index.progress().position), (9, 5));
    }

    #[test]
    fn deliveries_in_doubt_and_pending_are_counted_also_by_the_next_holder_of_the_lease() {
        let doubt = Some(Unfinished::InDoubt { look_again_at: None });
        let mut index = index_of(&[
            ("acme.1", 1, doubt.clone()),
            ("acme.2", 2, doubt.clone()),
            ("acme.3", 3, Some(parked(60))),
            ("acme.4", 4, Some(Unfinished::Pending)),
            ("acme.5", 5, doubt),
            ("acme.6", 6, None),
        ]);
        index.set_requeued("acme.3", at(61));
        let counts = |index: &Index| index.counts()["acme"];
        assert_eq!(counts(&index), UnfinishedCounts { pending: 1, in_doubt: 4 });
        let progress = index.progress();
        assert_eq!((progress.position, progress.unresolved.len()), (3, 2));

        let mut next = Index::new(HashSet::from(["acme".to_owned()]), progress);
        assert_eq!(counts(&next), UnfinishedCounts { pending: 0, in_doubt: 2 });
        next.apply(RecordChange { key: "acme.1", revision: 7, written_at: at(7), state: None });
        assert_eq!(counts(&next), UnfinishedCounts { pending: 0, in_doubt: 1 });
        assert!(next.possibly_lost(at(99), Some(&HashSet::new())).is_empty() && next.due(at(99)).is_empty());
    }

    #[test]
    fn a_limited_number_of_doubts_is_left_to_the_next_holder_and_it_reads_the_others_again() {
        let keys: Vec<String> = (0..=MAX_UNRESOLVED).map(|number| format!("acme.{number}")).collect();
        let doubt = |(key, revision)| (key, revision, Some(Unfinished::InDoubt { look_again_at: None }));
        let changes: Vec<_> = keys.iter().map(String::as_str).zip(1..).map(doubt).collect();
        let progress = index_of(&changes).progress();
        assert_eq!(progress.unresolved.len(), MAX_UNRESOLVED);
        assert_eq!(progress.position, MAX_UNRESOLVED as u64 + 1);
    }
}
