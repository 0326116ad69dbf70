//! Checks every attempt, look, claim and report against the promises of the product while a simulation runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use unicontact::journal::{ClaimOutcome, JournalError, SettleOutcome};
use unicontact::providers::{DeliveryKey, ErrorKind, FindOutcome, ProviderError};
use unicontact::{Delivery, Outcome, PresumeLostAfter};

use crate::simulated::clock::SimulatedClock;
use crate::simulated::trace::Trace;
use crate::simulated::traits::Kind;
use crate::simulated::vendor::Vendor;

/// Times in the journal are whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(2);
const LOOK_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Monitor {
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) trace: Arc<Trace>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    violations: Vec<String>,
    permits: BTreeMap<DeliveryKey, Permit>,
    looks: BTreeMap<DeliveryKey, Look>,
    /// The number of further contacts that were requested.
    allowed_repeats: BTreeMap<DeliveryKey, usize>,
    /// The processes whose looks may not be recorded.
    unreliable: BTreeSet<usize>,
    wall_clock_set_at: Option<Duration>,
    counts: Counts,
}

/// The numbers of events, by which a test sees that the simulator causes all of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) attempts: usize,
    pub(crate) looks: usize,
    /// The creates that were sent while the effect of earlier ones was unknown.
    pub(crate) resends: usize,
    pub(crate) extended_claims: usize,
    pub(crate) kills: usize,
    pub(crate) resolutions: usize,
    /// The creates that were committed after they were presumed lost.
    pub(crate) too_late: usize,
    /// The contacts that a vendor has twice because of such a commit.
    pub(crate) duplicates: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.attempts += other.attempts;
        self.looks += other.looks;
        self.resends += other.resends;
        self.extended_claims += other.extended_claims;
        self.kills += other.kills;
        self.resolutions += other.resolutions;
        self.too_late += other.too_late;
        self.duplicates += other.duplicates;
    }

    /// Returns whether every event happened.
    pub(crate) fn are_complete(&self) -> bool {
        let Self { attempts, looks, resends, extended_claims, kills, resolutions, too_late, duplicates } =
            *self;
        [attempts, looks, resends, extended_claims, kills, resolutions, too_late, duplicates]
            .iter()
            .all(|it| *it > 0)
    }
}

/// The permit of a claim.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permit {
    pub(crate) process: usize,
    pub(crate) until: Duration,
    /// Whether another contact was requested although the vendor has one or may have one.
    pub(crate) repeats: bool,
    /// Whether a doubtful contact is sent again without a look.
    pub(crate) ignores_doubts: bool,
}

#[derive(Debug, Clone, Copy)]
struct Look {
    process: usize,
    started: Duration,
    ended: Duration,
    found_nothing: bool,
    /// Whether the delivery was claimed as new since.
    is_obsolete: bool,
}

impl Monitor {
    pub(crate) fn new(clock: Arc<SimulatedClock>, trace: Arc<Trace>) -> Self {
        Self { clock, trace, state: Mutex::default() }
    }

    pub(crate) fn violation(&self, text: String) {
        self.trace.note(|| format!("VIOLATION: {text}"));
        self.state().violations.push(text);
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    pub(crate) fn counts(&self) -> Counts {
        self.state().counts
    }

    pub(crate) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.state().counts);
    }

    /// Records that a process was killed.
    pub(crate) fn killed(&self, process: usize) {
        let mut state = self.state();
        state.unreliable.insert(process);
        state.counts.kills += 1;
    }

    pub(crate) fn wall_clock_was_set(&self) {
        self.state().wall_clock_set_at = Some(self.clock.true_time());
    }

    /// Allows further contacts at the vendor.
    pub(crate) fn allow_repeats(&self, key: &DeliveryKey, further: usize) {
        *self.state().allowed_repeats.entry(key.clone()).or_default() += further;
    }

    pub(crate) fn allowed_repeats(&self, key: &DeliveryKey) -> usize {
        self.state().allowed_repeats.get(key).copied().unwrap_or_default()
    }

    pub(crate) fn claimed(
        &self,
        process: usize,
        key: &DeliveryKey,
        claimed: &ClaimOutcome,
        permit: Option<Permit>,
    ) {
        let word = match claimed {
            ClaimOutcome::New => "new",
            ClaimOutcome::Interrupted(_) => "interrupted",
            ClaimOutcome::Extended => "extended",
            ClaimOutcome::Done(_) => "done",
            ClaimOutcome::Held => "held",
        };
        self.trace.note(|| format!("p{process} claims {key}: {word}"));
        let Some(permit) = permit else { return };
        let mut state = self.state();
        state.counts.extended_claims += usize::from(*claimed == ClaimOutcome::Extended);
        if let Some(look) = state.looks.get_mut(key).filter(|_| *claimed == ClaimOutcome::New) {
            look.is_obsolete = true;
        }
        let previous = state.permits.get(key).filter(|previous| previous.process == process);
        let repeats = permit.repeats || previous.is_some_and(|previous| previous.repeats);
        state.permits.insert(key.clone(), Permit { repeats, ..permit });
    }

    pub(crate) fn settled(
        &self,
        process: usize,
        key: &DeliveryKey,
        result: &Result<SettleOutcome, JournalError>,
    ) {
        self.trace.note(|| format!("p{process} settles {key}: {result:?}"));
        let mut state = self.state();
        match result {
            Ok(SettleOutcome::Written) => {
                if state.permits.get(key).is_some_and(|permit| permit.process == process) {
                    state.permits.remove(key);
                }
            }
            Ok(SettleOutcome::TellsLess) => {}
            Ok(SettleOutcome::NotHolder) | Err(_) => {
                state.unreliable.insert(process);
            }
        }
    }

    /// Checks a create that is about to be sent.
    pub(crate) fn attempt(&self, process: usize, key: &DeliveryKey, vendor: &mut Vendor) {
        let now = self.clock.true_time();
        vendor.advance(now);
        let mut state = self.state();
        state.counts.attempts += 1;
        let permit = state.permits.get_mut(key).filter(|permit| permit.process == process);
        let is_permitted = permit.as_ref().is_some_and(|permit| now <= permit.until + ROUNDING);
        let repeats = permit.as_ref().is_some_and(|permit| permit.repeats);
        let ignores_doubts = permit.as_ref().is_some_and(|permit| permit.ignores_doubts);
        if let Some(permit) = permit {
            permit.repeats = false;
        }
        let look = state.looks.get(key).copied();
        let unresolved: Vec<Duration> =
            vendor.unresolved(key.contact()).map(|request| request.sent_at).collect();
        state.counts.resends += usize::from(!unresolved.is_empty());
        *state.allowed_repeats.entry(key.clone()).or_default() += usize::from(repeats);
        // Looks for earlier attempts do not count for this one.
        state.looks.remove(key);
        drop(state);
        if !is_permitted {
            self.violation(format!("p{process} sends {key} without a claim that permits it"));
        }
        let last = unresolved.last().copied().filter(|_| !ignores_doubts);
        if let Some(reason) = last.and_then(|last| violation_of_resend(vendor, &unresolved, last, now, look))
        {
            self.violation(format!("p{process} sends {key} again {reason}"));
        }
        if !vendor.traits.serializes() && !matches!(vendor.traits.kind, Kind::Keys { .. }) {
            // Earlier requests are presumed lost from now on.
            vendor.resolve(key.contact());
        }
    }

    /// Checks a look that is about to be sent.
    pub(crate) fn look_starts(&self, process: usize, key: &DeliveryKey) {
        let now = self.clock.true_time();
        let mut state = self.state();
        state.counts.looks += 1;
        let Some(last) = state.looks.get(key).copied() else { return };
        let is_excused = last.is_obsolete
            || state.unreliable.contains(&last.process)
            || state.wall_clock_set_at.is_some_and(|set_at| set_at + LOOK_INTERVAL >= last.started);
        drop(state);
        if now + ROUNDING < last.ended + LOOK_INTERVAL && !is_excused {
            self.violation(format!("p{process} looks for {key} again within a minute"));
        }
    }

    pub(crate) fn look_ends(
        &self,
        process: usize,
        key: &DeliveryKey,
        started: Duration,
        outcome: &FindOutcome,
        vendor: &mut Vendor,
    ) {
        self.trace.note(|| format!("p{process} looks for {key}: {outcome:?}"));
        if matches!(outcome, FindOutcome::Found(_)) {
            vendor.resolve(key.contact());
        }
        let (ended, found_nothing) = (self.clock.true_time(), *outcome == FindOutcome::Nothing);
        self.state()
            .looks
            .insert(key.clone(), Look { process, started, ended, found_nothing, is_obsolete: false });
    }

    /// Records that a person resolved a delivery.
    pub(crate) fn resolved(&self, key: &DeliveryKey) {
        let mut state = self.state();
        state.counts.resolutions += 1;
        state.looks.remove(key);
    }

    /// Checks that a reported delivery is true.
    pub(crate) fn check_report(
        &self,
        process: usize,
        key: &DeliveryKey,
        delivery: &Delivery,
        vendor: &mut Vendor,
    ) {
        let outcome = delivery.outcome;
        self.trace.note(|| {
            let kind = delivery.error.as_ref().map_or("", |error| error.kind().as_str());
            let look_again_at = delivery.look_again_at.map(|time| time.to_string()).unwrap_or_default();
            format!("p{process} reports {key}: {} {kind} {look_again_at}", outcome.as_str())
        });
        let now = self.clock.true_time();
        let stored = vendor.stored(now, key.contact());
        let is_at_vendor = delivery.id.as_ref().is_some_and(|id| stored.contains(id));
        let may_be_created =
            vendor.may_be_created(now, process, key.contact()) && self.allowed_repeats(key) == 0;
        let contradiction = match outcome {
            Outcome::Created | Outcome::Existing if !is_at_vendor => "not at the vendor",
            Outcome::Failed | Outcome::Rejected if may_be_created && !is_journal_error(delivery) => {
                "may be at the vendor"
            }
            _ => return,
        };
        self.violation(format!("{key} is reported as {}, but is {contradiction}", outcome.as_str()));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether an error of the journal prevented the attempt or the record.
fn is_journal_error(delivery: &Delivery) -> bool {
    let kind = delivery.error.as_ref().map(ProviderError::kind);
    delivery.unrecorded.is_some() || kind == Some(ErrorKind::Config)
}

/// Returns the rule that a create violates which is sent while the effect of earlier ones is unknown.
fn violation_of_resend(
    vendor: &Vendor,
    unresolved: &[Duration],
    last: Duration,
    now: Duration,
    look: Option<Look>,
) -> Option<&'static str> {
    let traits = &vendor.traits;
    let quiet_from = last + traits.quiet_time;
    match traits.kind {
        _ if traits.serializes() => None,
        Kind::Keys { window } => {
            (now >= unresolved[0] + window + ROUNDING).then_some("after the vendor's key window")
        }
        _ if traits.settings.presume_lost_after == Some(PresumeLostAfter::Never) => {
            Some("although requests are never presumed lost")
        }
        _ if now + ROUNDING < quiet_from => Some("before the quiet time has ended"),
        Kind::ChecksFirst => None,
        Kind::Neither => Some("although the vendor has neither dedupe nor search"),
        _ => {
            let is_not_found =
                look.is_some_and(|look| look.found_nothing && look.started + ROUNDING >= quiet_from);
            (!is_not_found).then_some("without a look after the quiet time")
        }
    }
}
