//! What the simulator watches while it runs: every attempt, look, claim and report is held against the promises.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use unicontact::journal::{ClaimOutcome, JournalError, SettleOutcome};
use unicontact::providers::{DeliveryKey, ErrorKind, FindOutcome, ProviderError};
use unicontact::{Delivery, Outcome, PresumeLostAfter};

use crate::clock::SimulatedClock;
use crate::trace::Trace;
use crate::traits::Kind;
use crate::vendor::Vendor;

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
    /// How many further contacts somebody asked for.
    allowed: BTreeMap<DeliveryKey, usize>,
    /// The processes that may have looked without anybody knowing.
    forgetful: BTreeSet<usize>,
    wall_clock_set_at: Option<Duration>,
    counts: Counts,
}

/// What happened, to see that the simulator does what it is meant to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) attempts: usize,
    pub(crate) looks: usize,
    /// The creates that were sent while the end of others was not known.
    pub(crate) resends: usize,
    pub(crate) extended_claims: usize,
    pub(crate) kills: usize,
    pub(crate) persons: usize,
    /// The creates that were committed after the vendor was presumed to have dropped them.
    pub(crate) too_late: usize,
    /// The contacts that a vendor has twice since it was too late.
    pub(crate) twice: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.attempts += other.attempts;
        self.looks += other.looks;
        self.resends += other.resends;
        self.extended_claims += other.extended_claims;
        self.kills += other.kills;
        self.persons += other.persons;
        self.too_late += other.too_late;
        self.twice += other.twice;
    }

    /// Returns whether everything happened.
    pub(crate) fn are_complete(&self) -> bool {
        let Self { attempts, looks, resends, extended_claims, kills, persons, too_late, twice } = *self;
        [attempts, looks, resends, extended_claims, kills, persons, too_late, twice].iter().all(|it| *it > 0)
    }
}

/// What a claim permits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permit {
    pub(crate) process: usize,
    pub(crate) until: Duration,
    /// Whether the vendor has the contact or may have it, and another one was asked for.
    pub(crate) repeats: bool,
    /// Whether it is sent although it is in doubt.
    pub(crate) ignores_doubts: bool,
}

#[derive(Debug, Clone, Copy)]
struct Look {
    process: usize,
    begun: Duration,
    ended: Duration,
    found_nothing: bool,
    /// Whether the delivery was claimed anew since.
    is_past: bool,
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

    /// A process was killed.
    pub(crate) fn killed(&self, process: usize) {
        let mut state = self.state();
        state.forgetful.insert(process);
        state.counts.kills += 1;
    }

    pub(crate) fn wall_clock_was_set(&self) {
        self.state().wall_clock_set_at = Some(self.clock.true_time());
    }

    /// Somebody says that the vendor may make another contact.
    pub(crate) fn allow(&self, key: &DeliveryKey, further: usize) {
        *self.state().allowed.entry(key.clone()).or_default() += further;
    }

    pub(crate) fn allowed(&self, key: &DeliveryKey) -> usize {
        self.state().allowed.get(key).copied().unwrap_or_default()
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
            look.is_past = true;
        }
        let known = state.permits.get(key).filter(|known| known.process == process);
        let repeats = permit.repeats || known.is_some_and(|known| known.repeats);
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
                state.forgetful.insert(process);
            }
        }
    }

    /// A create is about to be sent.
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
        let open: Vec<Duration> = vendor.open(key.contact()).map(|request| request.sent_at).collect();
        state.counts.resends += usize::from(!open.is_empty());
        *state.allowed.entry(key.clone()).or_default() += usize::from(repeats);
        // Looking for this attempt is another matter.
        state.looks.remove(key);
        drop(state);
        if !is_permitted {
            self.violation(format!("p{process} sends {key} without a claim that permits it"));
        }
        let last = open.last().copied().filter(|_| !ignores_doubts);
        if let Some(why) = last.and_then(|last| refusal_to_resend(vendor, &open, last, now, look)) {
            self.violation(format!("p{process} sends {key} again {why}"));
        }
        if !vendor.traits.serializes() && !matches!(vendor.traits.kind, Kind::Keys { .. }) {
            // What was sent before is presumed lost from now on.
            vendor.close(key.contact());
        }
    }

    pub(crate) fn look_begins(&self, process: usize, key: &DeliveryKey) {
        let now = self.clock.true_time();
        let mut state = self.state();
        state.counts.looks += 1;
        let Some(last) = state.looks.get(key).copied() else { return };
        let is_excused = last.is_past
            || state.forgetful.contains(&last.process)
            || state.wall_clock_set_at.is_some_and(|set_at| set_at + LOOK_INTERVAL >= last.begun);
        drop(state);
        if now + ROUNDING < last.ended + LOOK_INTERVAL && !is_excused {
            self.violation(format!("p{process} looks for {key} again within a minute"));
        }
    }

    pub(crate) fn look_ends(
        &self,
        process: usize,
        key: &DeliveryKey,
        begun: Duration,
        outcome: &FindOutcome,
        vendor: &mut Vendor,
    ) {
        self.trace.note(|| format!("p{process} looks for {key}: {outcome:?}"));
        if matches!(outcome, FindOutcome::Found(_)) {
            vendor.close(key.contact());
        }
        let (ended, found_nothing) = (self.clock.true_time(), *outcome == FindOutcome::Nothing);
        self.state().looks.insert(key.clone(), Look { process, begun, ended, found_nothing, is_past: false });
    }

    /// A person said how it is.
    pub(crate) fn resolved(&self, key: &DeliveryKey) {
        let mut state = self.state();
        state.counts.persons += 1;
        state.looks.remove(key);
    }

    /// A delivery is reported. What it says is true.
    pub(crate) fn reported(
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
        let held = vendor.held(now, key.contact());
        let is_there = delivery.id.as_ref().is_some_and(|id| held.contains(id));
        let may_come = vendor.may_come(now, process, key.contact()) && self.allowed(key) == 0;
        let what_is_wrong = match outcome {
            Outcome::Created | Outcome::Existing if !is_there => "not there",
            Outcome::Failed | Outcome::Rejected if may_come && !is_of_the_journal(delivery) => "may be there",
            _ => return,
        };
        self.violation(format!("{key} is reported as {} and {what_is_wrong}", outcome.as_str()));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether the journal kept it from being sent, or from being recorded.
fn is_of_the_journal(delivery: &Delivery) -> bool {
    let kind = delivery.error.as_ref().map(ProviderError::kind);
    delivery.unrecorded.is_some() || kind == Some(ErrorKind::Config)
}

/// Returns why a create must not be sent while the end of others is not known.
fn refusal_to_resend(
    vendor: &Vendor,
    open: &[Duration],
    last: Duration,
    now: Duration,
    look: Option<Look>,
) -> Option<&'static str> {
    let traits = &vendor.traits;
    let quiet_from = last + traits.settles_within;
    match traits.kind {
        _ if traits.serializes() => None,
        Kind::Keys { window } => {
            (now >= open[0] + window + ROUNDING).then_some("after the vendor has forgotten the key")
        }
        _ if traits.settings.presume_lost_after == Some(PresumeLostAfter::Never) => {
            Some("although it is never presumed lost")
        }
        _ if now + ROUNDING < quiet_from => Some("before the quiet time is over"),
        Kind::ChecksFirst => None,
        Kind::Neither => Some("although nobody can tell"),
        _ => {
            let is_nothing_there =
                look.is_some_and(|look| look.found_nothing && look.begun + ROUNDING >= quiet_from);
            (!is_nothing_there).then_some("without a look after the quiet time")
        }
    }
}
