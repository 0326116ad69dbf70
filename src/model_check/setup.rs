//! The configuration of a check: a journal, a vendor, a number of processes, and the disturbances.

use std::time::Duration;

use unicontact_providers::Stamp;

use super::clock::{now, units};
use super::rules::Rules;
use super::vendor::{LONGEST_REQUEST, VendorKind};
use crate::doubt::DoubtPolicy;
use crate::settings::{PresumeLostAfter, Settings};

/// The configuration of a check.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    journal: Journal,
    pub(super) vendor: VendorKind,
    pub(super) processes: usize,
    pub(super) disturbances: Disturbances,
    /// Whether a person starts the next run at once, so that time passes only between runs.
    pub(super) is_impatient: bool,
    /// Whether the documented exceptions occur, and the states after them are explored.
    pub(super) explores_exceptions: bool,
    /// Whether the documented exceptions excuse a second contact.
    pub(super) excuses_exceptions: bool,
    pub(super) rules: Rules,
    policy: DoubtPolicy,
}

/// The disturbances that may happen.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of disturbance of its own")]
pub(super) struct Disturbances {
    /// The number of disturbances in one path.
    pub(super) limit: u8,
    /// Processes are killed.
    pub(super) kills: bool,
    /// Deliveries are cancelled, or stopped before an attempt: by a pause, or because the process shuts down.
    pub(super) stops: bool,
    /// Leases expire while their processes run.
    pub(super) lease_expiries: bool,
    /// The vendor or its adapter refuses the contact.
    pub(super) refusals: bool,
    /// A person resolves deliveries without looking.
    pub(super) guesses: bool,
    /// A run repeats a delivered contact.
    pub(super) repeats: bool,
    /// A person enqueues the contact again.
    pub(super) enqueues: bool,
    /// Wall clocks jump.
    pub(super) clock_jumps: bool,
    /// The machine reboots.
    pub(super) boots: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Journal {
    File,
    Queue,
}

impl Setup {
    /// Returns a setup of one process with its journal in a file. It may run any number of times.
    pub(super) fn file(vendor: VendorKind, disturbances: Disturbances) -> Self {
        Self::new(Journal::File, vendor, 1, disturbances)
    }

    /// Returns a setup of two workers of a queue.
    pub(super) fn queue(vendor: VendorKind, disturbances: Disturbances) -> Self {
        Self::new(Journal::Queue, vendor, 2, disturbances)
    }

    fn new(journal: Journal, vendor: VendorKind, processes: usize, disturbances: Disturbances) -> Self {
        let rules = Rules::PRODUCT;
        let policy = (rules.policy)(&settings(), &vendor.capabilities());
        Self {
            journal,
            vendor,
            processes,
            disturbances,
            is_impatient: false,
            explores_exceptions: false,
            excuses_exceptions: true,
            rules,
            policy,
        }
    }

    /// Sets the number of processes.
    pub(super) fn with_processes(self, processes: usize) -> Self {
        Self { processes, ..self }
    }

    /// Sets the number of disturbances in one path.
    pub(super) fn with_limit(mut self, limit: u8) -> Self {
        self.disturbances.limit = limit;
        self
    }

    /// Lets a person start a run every minute.
    pub(super) fn impatient(self) -> Self {
        Self { is_impatient: true, ..self }
    }

    /// Explores the documented exceptions, too.
    pub(super) fn with_exceptions(self) -> Self {
        Self { explores_exceptions: true, ..self }
    }

    /// Counts second contacts after a documented exception as failures.
    pub(super) fn without_excuses(self) -> Self {
        Self { excuses_exceptions: false, ..self }
    }

    /// Replaces rules.
    pub(super) fn with_rules(self, change: impl FnOnce(&mut Rules)) -> Self {
        let mut rules = self.rules;
        change(&mut rules);
        let policy = (rules.policy)(&settings(), &self.vendor.capabilities());
        Self { rules, policy, ..self }
    }

    pub(super) fn has_queue(&self) -> bool {
        self.journal == Journal::Queue
    }

    pub(super) fn policy(&self) -> &DoubtPolicy {
        &self.policy
    }

    /// Returns the longest time of an attempt.
    pub(super) fn longest_attempt() -> Duration {
        settings().deadline
    }

    /// Returns the current time by the journal's clock.
    pub(super) fn now(&self) -> Stamp {
        now(!self.has_queue())
    }
}

/// Returns settings under which a claim permits attempts for one unit, and a request is presumed lost exactly when the vendor drops
/// it.
fn settings() -> Settings {
    Settings {
        timeout: Duration::from_secs(20),
        deadline: Duration::from_secs(30),
        presume_lost_after: Some(PresumeLostAfter::After(units(LONGEST_REQUEST))),
        ..Settings::default()
    }
}
