//! The actions of the model, and the state after each.

mod list;

use std::borrow::Cow;
use std::sync::Arc;

use unicontact_providers::FindOutcome;

pub(super) use self::list::list;
use super::clock::Shift;
use super::failure::Failure;
use super::process::ProcessStep;
use super::setup::Setup;
use super::state::{Message, Phase, Run, State};
use super::vendor::{LONGEST_LOOK, LONGEST_REQUEST, id_of};
use crate::journal::{Act, RecordState, Resolution};

/// An action. A process, a message or a request is named by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// A person, or the queue with this message, gives the delivery to a process.
    Start { process: usize, is_repeat: bool, message: Option<usize> },
    /// A process takes its next step.
    Step(usize),
    /// The adapter of a process rejects the contact.
    Reject(usize),
    /// The provider is paused, or the process shuts down.
    Stop(usize),
    /// A delivery is cancelled, and the process settles it.
    Cancel(usize),
    /// The journal writes a claim, but the process is cancelled before the answer.
    CancelClaim(usize),
    /// The vendor's answer reports the contact.
    Answer(usize),
    /// An attempt fails.
    Fail(usize, Failure),
    /// The vendor answers a look, or the look fails.
    Look(usize, LookAnswer),
    /// The vendor creates the contact of a request.
    Commit(usize),
    /// A process is killed.
    Kill(usize),
    /// A process exits.
    Leave(usize),
    /// A process starts.
    Restart(usize),
    /// The lease of a process expires.
    ExpireLease(usize),
    /// A process that lost its lease sends a heartbeat again.
    RenewLease(usize),
    /// The queue makes a message available again whose process has no lease or has dropped it.
    Redeliver(usize),
    /// A person enqueues the contact again.
    Enqueue,
    /// A worker enqueues a delivery that is due, or that no message holds.
    Requeue,
    /// A person whom the product asked looks at the vendor and resolves the doubt correctly.
    ResolveAsked,
    /// A person resolves the delivery without looking.
    Guess { is_created: bool },
    /// Time passes, or a clock is set.
    Time(Shift),
}

/// The answer to a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookAnswer {
    Found(usize),
    Nothing,
    /// A contact is similar.
    Resembles(usize),
    /// Not every page could be read.
    Unreadable,
    Failed,
}

impl Action {
    /// Returns whether the action advances the delivery without a disturbance, and without a person whom the product did not ask.
    pub(super) fn is_progress(self) -> bool {
        match self {
            Self::Start { is_repeat, .. } => !is_repeat,
            Self::Fail(_, failure) => failure == Failure::Lost,
            Self::Look(_, look) => {
                matches!(look, LookAnswer::Found(_) | LookAnswer::Nothing | LookAnswer::Resembles(_))
            }
            Self::Time(shift) => shift == Shift::Tick,
            _ if self.is_fault() => false,
            _ => true,
        }
    }

    /// Returns whether the action uses up one of the allowed disturbances.
    fn is_disturbance(self, state: &State) -> bool {
        match self {
            Self::Start { is_repeat, .. } => is_repeat,
            Self::Fail(_, failure) => failure != Failure::Lost,
            Self::Time(shift) => shift != Shift::Tick,
            // The lease of a killed process always expires.
            Self::ExpireLease(process) => state.processes[process].phase != Phase::Gone,
            _ => self.is_fault(),
        }
    }

    /// Returns whether the action is a disturbance in every state.
    fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Reject(_)
                | Self::Stop(_)
                | Self::Cancel(_)
                | Self::CancelClaim(_)
                | Self::Kill(_)
                | Self::Enqueue
                | Self::Guess { .. }
        )
    }
}

/// Returns the state after an action.
pub(super) fn apply(setup: &Setup, state: &State, action: Action) -> State {
    let mut next = state.clone();
    next.disturbances -= u8::from(action.is_disturbance(state));
    match action {
        Action::Start { process, is_repeat, message } => {
            next.history.has_run = setup.is_impatient;
            start(&mut next, process, is_repeat, message);
        }
        Action::Commit(request) => {
            next.history.committed_late |= next.vendor.requests[request].age >= LONGEST_REQUEST;
            next.vendor.commit(&setup.vendor, request);
        }
        Action::Kill(process) => {
            next.vendor.abandon(process);
            next.processes[process].phase = Phase::Gone;
        }
        Action::Leave(process) => next.processes[process].phase = Phase::Gone,
        Action::Restart(process) => restart(setup, &mut next, process),
        Action::ExpireLease(process) => expire_lease(&mut next, process),
        Action::RenewLease(process) => next.processes[process].has_lease = true,
        Action::Redeliver(message) => next.messages[message] = Some(Message::Available),
        Action::Enqueue | Action::Requeue => enqueue(&mut next),
        Action::ResolveAsked => resolve(setup, &mut next, state.vendor_has_it()),
        Action::Guess { is_created } => resolve(setup, &mut next, is_created),
        Action::Time(shift) => pass_time(setup, &mut next, shift),
        Action::Step(process)
        | Action::Reject(process)
        | Action::Stop(process)
        | Action::Cancel(process)
        | Action::CancelClaim(process)
        | Action::Answer(process)
        | Action::Fail(process, _)
        | Action::Look(process, _) => step(setup, &mut next, process, action),
    }
    next.shift(Shift::Clamp);
    next
}

fn step(setup: &Setup, state: &mut State, process: usize, action: Action) {
    let answer = state.vendor.request_of(process).and_then(|request| request.answer);
    let phase = state.processes[process].phase;
    let mut step = ProcessStep { setup, state, index: process };
    match (action, phase) {
        (Action::Step(_), _) => step.advance(),
        (Action::Reject(_), _) => step.reject(),
        (Action::Stop(_), _) => step.stop(),
        (Action::Cancel(_), _) => step.cancel(),
        (Action::CancelClaim(_), _) => step.cancel_claim(),
        (Action::Answer(_), _) => answer.into_iter().for_each(|answer| step.receive(answer)),
        (Action::Fail(_, failure), _) => step.fail(failure),
        (Action::Look(_, look), Phase::Looking { is_earlier, .. }) => {
            step.looked(is_earlier, look.outcome().as_ref());
        }
        _ => {}
    }
}

impl LookAnswer {
    fn outcome(self) -> Option<FindOutcome> {
        match self {
            Self::Found(contact) => Some(FindOutcome::Found(id_of(contact))),
            Self::Nothing => Some(FindOutcome::Nothing),
            Self::Resembles(contact) => Some(FindOutcome::Unclear { candidates: vec![id_of(contact)] }),
            Self::Unreadable => Some(FindOutcome::Unclear { candidates: Vec::new() }),
            Self::Failed => None,
        }
    }
}

fn start(state: &mut State, index: usize, is_repeat: bool, message: Option<usize>) {
    if let Some(message) = message {
        state.messages[message] = Some(Message::With(index));
    }
    let process = &mut state.processes[index];
    process.phase = Phase::Started;
    process.run.is_repeat = is_repeat;
    process.message = message;
}

/// Starts a process. If no other process has the file open, the claims in it are interrupted.
fn restart(setup: &Setup, state: &mut State, process: usize) {
    if !setup.has_queue() && state.are_all_gone() {
        let record = state.effective_record(setup, None).map(Cow::into_owned);
        state.record = record.map(Arc::new);
    }
    let process = &mut state.processes[process];
    process.finish();
    process.has_lease = true;
}

fn expire_lease(state: &mut State, process: usize) {
    let process = &mut state.processes[process];
    process.has_lease = false;
    if process.phase == Phase::Gone {
        process.run = Run::default();
        process.message = None;
    } else {
        process.run.lost_lease = true;
    }
}

fn enqueue(state: &mut State) {
    if let Some(free) = state.messages.iter_mut().find(|message| message.is_none()) {
        *free = Some(Message::Available);
    }
}

/// Resolves the delivery for a person. The rule refuses this for a held claim and for a delivered contact.
fn resolve(setup: &Setup, state: &mut State, is_created: bool) {
    let record = state.effective_record(setup, None).map(Cow::into_owned);
    let is_held = record.as_ref().is_some_and(|record| matches!(record.state, RecordState::Claimed(_)));
    let is_delivered = record.as_ref().is_some_and(|record| record.outcome().is_delivered());
    let may_be_created = state.vendor_has_it() || state.may_be_created_later(setup);
    let is_wrong = if is_created { !state.vendor_has_it() } else { may_be_created };
    let newest = state.vendor.contacts.len().saturating_sub(1);
    // Without a contact the person names an id that no contact gets.
    let named = if state.vendor_has_it() { newest } else { usize::MAX };
    let resolution = if is_created { Resolution::Created(id_of(named)) } else { Resolution::NotCreated };
    let resolved = (setup.rules.resolve)(record, resolution, Act::new(setup.now().time));
    state.history.person_was_wrong |= resolved.is_some() && is_wrong && !is_held && !is_delivered;
    state.write(resolved);
}

fn pass_time(setup: &Setup, state: &mut State, shift: Shift) {
    match shift {
        Shift::Tick => {
            state.history.has_run = false;
            state.vendor.advance_time(&setup.vendor, setup.explores_exceptions);
            for process in &mut state.processes {
                match &mut process.phase {
                    Phase::Checked { was_suspended } => *was_suspended = true,
                    Phase::Looking { age, .. } => *age = (*age + 1).min(LONGEST_LOOK),
                    _ => {}
                }
            }
        }
        Shift::Boot => {
            for process in 0..state.processes.len() {
                state.vendor.abandon(process);
                state.processes[process].phase = Phase::Gone;
            }
        }
        Shift::WallForward | Shift::WallBack | Shift::Clamp => {}
    }
    state.shift(shift);
}

impl State {
    /// Returns whether exploration stops here: the vendor has a second contact, a person was wrong, or an exception occurred.
    pub(super) fn is_over(&self, setup: &Setup) -> bool {
        let is_excepted = self.history.committed_late || self.history.was_suspended;
        let is_twice = self.vendor.contacts.len() > 1 + usize::from(self.history.repeats);
        self.history.person_was_wrong || is_twice || (is_excepted && !setup.explores_exceptions)
    }

    /// Returns whether the vendor has the contact of this delivery. A repeat asks for one more.
    pub(super) fn vendor_has_it(&self) -> bool {
        self.vendor.contacts.len() > usize::from(self.history.repeats)
    }

    /// Returns whether the vendor may still create the contact: a request is in flight, or the quiet time has not ended.
    pub(super) fn may_be_created_later(&self, setup: &Setup) -> bool {
        let until = self.record.as_ref().and_then(|record| record.may_send_until);
        let is_quiet = until.is_none_or(|until| setup.policy().is_quiet(&until, &setup.now()));
        self.vendor.has_open_request() || !is_quiet
    }
}
