//! Finds the registrations of other processes that one identification has to void, because they were left unfinished.
//!
//! A registration counts as abandoned if it is older than [`MAX_REGISTRATION`] by the servers' clock when the identification
//! begins. So all that a killed process left is voided without another wait. One that the identification meets later is observed by
//! the clock of this machine for that time first, since the servers' clocks may differ from each other.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::values::PersonRef;

/// The time after which an unfinished registration of another process is voided for the first time.
const MAX_REGISTRATION: Duration = Duration::from_secs(1);
/// The longest time after which one is voided.
const LONGEST_OBSERVATION: Duration = Duration::from_secs(15);

/// The times of one read of the index entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadTime {
    pub(super) local: Instant,
    /// The servers' time or an earlier one.
    pub(super) of_servers: Timestamp,
}

/// A reference of an index entry to an unfinished registration.
#[derive(Debug, Clone)]
pub(super) struct UnfinishedRegistration {
    pub(super) reference: PersonRef,
    /// When the index entry was last written, by the servers' clock.
    pub(super) written_at: Timestamp,
}

/// The unfinished registrations of other processes that one identification has met.
#[derive(Debug)]
pub(super) struct UnfinishedRegistrations {
    first_seen: HashMap<PersonRef, Instant>,
    is_first_read: bool,
    /// The time for which the next registration is observed before it is voided. It doubles, so that two slow processes do not void
    /// each other's registrations for ever.
    observation: Duration,
}

impl UnfinishedRegistrations {
    pub(super) fn new() -> Self {
        Self { first_seen: HashMap::new(), is_first_read: true, observation: MAX_REGISTRATION }
    }

    /// Takes the unfinished registrations of one read, and returns those to void now.
    pub(super) fn abandoned(&mut self, read: &[UnfinishedRegistration], time: ReadTime) -> Vec<PersonRef> {
        let is_first_read = std::mem::replace(&mut self.is_first_read, false);
        let mut abandoned = Vec::new();
        for UnfinishedRegistration { reference, .. } in read {
            let first_seen = *self.first_seen.entry(reference.clone()).or_insert(time.local);
            let is_observed = time.local.saturating_duration_since(first_seen) >= self.observation;
            let is_old = is_first_read && age(reference, read, time.of_servers) >= MAX_REGISTRATION;
            if (is_observed || is_old) && !abandoned.contains(reference) {
                abandoned.push(reference.clone());
            }
        }
        if !abandoned.is_empty() {
            self.observation = self.observation.saturating_mul(2).min(LONGEST_OBSERVATION);
        }
        abandoned
    }
}

/// Returns the time since the newest of the index entries with a reference was written.
fn age(reference: &PersonRef, read: &[UnfinishedRegistration], now: Timestamp) -> Duration {
    let entries = read.iter().filter(|it| it.reference == *reference);
    let newest = entries.map(|it| it.written_at).max().unwrap_or(Timestamp::MAX);
    // An entry that is newer than the estimate of the servers' time has no age.
    now.duration_since(newest).try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn reference(registration: u64) -> PersonRef {
        PersonRef { hash: "0123".to_owned(), registration }
    }

    fn servers_time(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000 + seconds).unwrap()
    }

    fn unfinished(registration: u64, written_at: i64) -> UnfinishedRegistration {
        UnfinishedRegistration { reference: reference(registration), written_at: servers_time(written_at) }
    }

    /// Reads at times after the first read, which the servers' clock showed as `servers_start`.
    struct Reads {
        registrations: UnfinishedRegistrations,
        start: Instant,
        servers_start: i64,
    }

    impl Reads {
        fn new(servers_start: i64) -> Self {
            Self { registrations: UnfinishedRegistrations::new(), start: Instant::now(), servers_start }
        }

        fn abandoned(&mut self, after: u32, read: &[UnfinishedRegistration]) -> Vec<u64> {
            let of_servers = servers_time(self.servers_start + i64::from(after));
            let time = ReadTime { local: self.start + SECOND * after, of_servers };
            self.registrations.abandoned(read, time).iter().map(|it| it.registration).collect()
        }
    }

    #[test]
    fn all_that_is_old_at_the_first_read_is_abandoned_at_once() {
        let mut reads = Reads::new(20);
        let read = [unfinished(1, 10), unfinished(2, 15), unfinished(1, 11), unfinished(3, 20)];
        assert_eq!(reads.abandoned(0, &read), [1, 2]);
    }

    #[test]
    fn a_registration_is_as_old_as_its_newest_entry() {
        let mut reads = Reads::new(20);
        assert_eq!(reads.abandoned(0, &[unfinished(1, 10), unfinished(1, 20)]), [0; 0]);
    }

    #[test]
    fn an_entry_from_the_future_is_not_old() {
        let mut reads = Reads::new(20);
        assert_eq!(reads.abandoned(0, &[unfinished(1, 90)]), [0; 0]);
    }

    #[test]
    fn a_registration_that_began_later_is_observed_for_its_time_whatever_the_servers_clock_shows() {
        let mut reads = Reads::new(20);
        assert_eq!(reads.abandoned(0, &[]), [0; 0]);
        assert_eq!(reads.abandoned(5, &[unfinished(1, 0)]), [0; 0]);
        assert_eq!(reads.abandoned(6, &[unfinished(1, 0)]), [1]);
    }

    #[test]
    fn the_time_of_observation_doubles_with_every_void_up_to_its_limit() {
        let mut reads = Reads::new(0);
        let mut after = 0;
        let mut waits = Vec::new();
        for registration in 1..=6 {
            let began = after;
            while reads.abandoned(after, &[unfinished(registration, 1_000)]).is_empty() {
                after += 1;
            }
            waits.push(after - began);
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
    }
}
