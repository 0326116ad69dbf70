//! What is checked: a journal, a vendor, a number of processes, and the disturbances.

use std::time::Duration;

use unicontact_providers::Stamp;

use super::clock::{now, units};
use super::rules::Rules;
use super::state::State;
use super::vendor::{Kind, LONGEST_REQUEST};
use crate::doubt::DoubtPolicy;
use crate::settings::{PresumeLostAfter, Settings};

/// What is checked.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    journal: Journal,
    pub(super) vendor: Kind,
    pub(super) processes: usize,
    pub(super) disturbances: Disturbances,
    /// Whether each run of a person follows the one before at once, and time passes only between them.
    pub(super) is_impatient: bool,
    /// Whether the vendor may commit a request after the quiet time, and what follows from the documented exceptions is
    /// checked, too.
    pub(super) goes_on_after_exceptions: bool,
    /// Whether the documented exceptions excuse a second contact.
    pub(super) has_excuses: bool,
    pub(super) rules: Rules,
    policy: DoubtPolicy,
}

/// How many disturbances happen, and which.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of disturbance of its own")]
pub(super) struct Disturbances {
    pub(super) most: u8,
    /// Processes are killed.
    pub(super) kills: bool,
    /// Deliveries are cut off in order, or stopped before an attempt: by a pause, or because the process ends.
    pub(super) stops: bool,
    /// Leases lapse while their process lives.
    pub(super) lapses: bool,
    /// The vendor, or its adapter, refuses the contact.
    pub(super) refusals: bool,
    /// A person says what may be wrong.
    pub(super) guesses: bool,
    /// A run repeats what is delivered.
    pub(super) again: bool,
    /// A person queues the contact once more.
    pub(super) enqueues: bool,
    /// Clocks are set.
    pub(super) jumps: bool,
    /// The machine boots anew.
    pub(super) boots: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Journal {
    File,
    Queue,
}

impl Setup {
    /// One process with its journal in a file. It may be run any number of times.
    pub(super) fn file(vendor: Kind, disturbances: Disturbances) -> Self {
        Self::new(Journal::File, vendor, 1, disturbances)
    }

    /// Two workers of a queue.
    pub(super) fn queue(vendor: Kind, disturbances: Disturbances) -> Self {
        Self::new(Journal::Queue, vendor, 2, disturbances)
    }

    fn new(journal: Journal, vendor: Kind, processes: usize, disturbances: Disturbances) -> Self {
        let rules = Rules::PRODUCT;
        let policy = (rules.policy)(&settings(), &vendor.capabilities());
        Self {
            journal,
            vendor,
            processes,
            disturbances,
            is_impatient: false,
            goes_on_after_exceptions: false,
            has_excuses: true,
            rules,
            policy,
        }
    }

    /// The same with so many processes.
    pub(super) fn with_processes(self, processes: usize) -> Self {
        Self { processes, ..self }
    }

    /// The same with at most so many disturbances.
    pub(super) fn with_at_most(mut self, most: u8) -> Self {
        self.disturbances.most = most;
        self
    }

    /// The same with people who run it again every minute.
    pub(super) fn impatient(self) -> Self {
        Self { is_impatient: true, ..self }
    }

    /// The same with the documented exceptions, and what follows from them.
    pub(super) fn with_exceptions(self) -> Self {
        Self { goes_on_after_exceptions: true, ..self }
    }

    /// The same without an excuse for what follows from the documented exceptions.
    pub(super) fn without_excuses(self) -> Self {
        Self { has_excuses: false, ..self }
    }

    /// The same by other rules.
    pub(super) fn with_rules(self, change: impl FnOnce(&mut Rules)) -> Self {
        let mut rules = self.rules;
        change(&mut rules);
        let policy = (rules.policy)(&settings(), &self.vendor.capabilities());
        Self { rules, policy, ..self }
    }

    /// Returns which disturbances may still happen.
    pub(super) fn may(&self, state: &State) -> Disturbances {
        if state.disturbances > 0 { self.disturbances } else { Disturbances::default() }
    }

    pub(super) fn has_queue(&self) -> bool {
        self.journal == Journal::Queue
    }

    pub(super) fn policy(&self) -> &DoubtPolicy {
        &self.policy
    }

    /// Returns how long an attempt takes at most.
    pub(super) fn longest_attempt() -> Duration {
        settings().deadline
    }

    /// Returns the present by the journal's clock.
    pub(super) fn now(&self) -> Stamp {
        now(!self.has_queue())
    }
}

/// Returns settings under which a claim permits attempts for one unit, and the vendor is presumed to drop a request
/// when it does.
fn settings() -> Settings {
    Settings {
        timeout: Duration::from_secs(20),
        deadline: Duration::from_secs(30),
        presume_lost_after: Some(PresumeLostAfter::After(units(LONGEST_REQUEST))),
        ..Settings::default()
    }
}
