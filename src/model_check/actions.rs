//! What may happen in a state, and what becomes of it.

mod list;

use std::borrow::Cow;
use std::sync::Arc;

use unicontact_providers::FindOutcome;

pub(super) use self::list::list;
use super::clock::Shift;
use super::process::Step;
use super::setup::Setup;
use super::state::{Failure, Message, Phase, Run, State};
use super::vendor::{LONGEST_LOOK, LONGEST_REQUEST, id_of};
use crate::journal::{Act, RecordState, Resolution};

/// What happens next. A process is named by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// A process is given the delivery: by a person, or by the queue with this message.
    Start { process: usize, is_again: bool, message: Option<usize> },
    /// A process takes its next step.
    Step(usize),
    /// The adapter of a process refuses the contact.
    Reject(usize),
    /// A process learns that the provider is paused, or that it is to end.
    Stop(usize),
    /// A delivery is cut off in order.
    CutOff(usize),
    /// A claim is written, and its process gives the delivery up without the answer.
    GiveUpClaim(usize),
    /// The vendor answers that it has the contact.
    Answer(usize),
    /// An attempt fails.
    Fail(usize, Failure),
    /// The vendor answers a look, or does not.
    Look(usize, Look),
    /// The vendor creates the contact of a request.
    Commit(usize),
    /// A process is killed.
    Kill(usize),
    /// A process ends in order.
    Leave(usize),
    /// A process begins.
    Restart(usize),
    /// The lease of a process lapses.
    Lapse(usize),
    /// The servers hear a process again.
    Hear(usize),
    /// The queue gives a message back whose process is not heard.
    Redeliver(usize),
    /// A person queues the contact once more.
    Enqueue,
    /// A worker queues what is due, or lost.
    Requeue,
    /// A person who was asked looks at the vendor and resolves the doubt.
    ResolveAsked,
    /// A person resolves it as created, or as not created.
    Guess { is_created: bool },
    /// Time passes, or a clock is set.
    Time(Shift),
}

/// The answer to a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Found(usize),
    Nothing,
    /// A contact resembles it.
    Resembles(usize),
    /// Not every page could be read.
    Unreadable,
    Failed,
}

impl Action {
    /// Returns whether it brings the delivery forward, without anybody's help that the product did not ask for.
    pub(super) fn is_progress(self) -> bool {
        match self {
            Self::Start { is_again, .. } => !is_again,
            Self::Fail(_, failure) => failure == Failure::Lost,
            Self::Look(_, look) => matches!(look, Look::Found(_) | Look::Nothing | Look::Resembles(_)),
            Self::Time(shift) => shift == Shift::Unit,
            _ if self.is_fault() => false,
            _ => true,
        }
    }
}

impl Action {
    /// Returns whether it counts as a disturbance.
    fn is_disturbance(self, state: &State) -> bool {
        match self {
            Self::Start { is_again, .. } => is_again,
            Self::Fail(_, failure) => failure != Failure::Lost,
            Self::Time(shift) => shift != Shift::Unit,
            // That of a process that was killed follows by itself.
            Self::Lapse(process) => state.processes[process].phase != Phase::Gone,
            _ => self.is_fault(),
        }
    }

    /// Returns whether it disturbs in every state.
    fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Reject(_)
                | Self::Stop(_)
                | Self::CutOff(_)
                | Self::GiveUpClaim(_)
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
        Action::Start { process, is_again, message } => {
            next.marks.has_run = setup.is_impatient;
            start(&mut next, process, is_again, message);
        }
        Action::Commit(place) => {
            next.marks.committed_late |= next.vendor.requests[place].age >= LONGEST_REQUEST;
            next.vendor.commit(&setup.vendor, place);
        }
        Action::Kill(process) => {
            next.vendor.abandon(process);
            next.processes[process].phase = Phase::Gone;
        }
        Action::Leave(process) => next.processes[process].phase = Phase::Gone,
        Action::Restart(process) => restart(setup, &mut next, process),
        Action::Lapse(process) => lapse(&mut next, process),
        Action::Hear(process) => next.processes[process].is_heard = true,
        Action::Redeliver(message) => next.messages[message] = Some(Message::Available),
        Action::Enqueue | Action::Requeue => enqueue(&mut next),
        Action::ResolveAsked => resolve(setup, &mut next, state.holds_it()),
        Action::Guess { is_created } => resolve(setup, &mut next, is_created),
        Action::Time(shift) => pass(setup, &mut next, shift),
        Action::Step(process)
        | Action::Reject(process)
        | Action::Stop(process)
        | Action::CutOff(process)
        | Action::GiveUpClaim(process)
        | Action::Answer(process)
        | Action::Fail(process, _)
        | Action::Look(process, _) => step(setup, &mut next, process, action),
    }
    next.shift(Shift::Limit);
    next
}

fn step(setup: &Setup, state: &mut State, place: usize, action: Action) {
    let answer = state.vendor.request_of(place).and_then(|request| request.answer);
    let phase = state.processes[place].phase;
    let mut step = Step { setup, state, place };
    match (action, phase) {
        (Action::Step(_), _) => step.take(),
        (Action::Reject(_), _) => step.reject(),
        (Action::Stop(_), _) => step.stop(),
        (Action::CutOff(_), _) => step.cut_off(),
        (Action::GiveUpClaim(_), _) => step.give_up_claim(),
        (Action::Answer(_), _) => answer.into_iter().for_each(|answer| step.receive(answer)),
        (Action::Fail(_, failure), _) => step.fail(failure),
        (Action::Look(_, look), Phase::Looking { is_earlier, .. }) => {
            step.looked(is_earlier, look.outcome().as_ref());
        }
        _ => {}
    }
}

impl Look {
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

fn start(state: &mut State, place: usize, is_again: bool, message: Option<usize>) {
    if let Some(message) = message {
        state.messages[message] = Some(Message::With(place));
    }
    let process = &mut state.processes[place];
    process.phase = Phase::Started;
    process.run.is_again = is_again;
    process.message = message;
}

/// A process begins. Nobody else has the file open: what is claimed in it is an orphan.
fn restart(setup: &Setup, state: &mut State, place: usize) {
    if !setup.has_queue() && state.are_all_gone() {
        let record = state.counted(setup, None).map(Cow::into_owned);
        state.record = record.map(Arc::new);
    }
    let process = &mut state.processes[place];
    process.finish();
    process.is_heard = true;
}

fn lapse(state: &mut State, place: usize) {
    let process = &mut state.processes[place];
    process.is_heard = false;
    if process.phase == Phase::Gone {
        process.run = Run::default();
        process.message = None;
    } else {
        process.run.has_lapsed = true;
    }
}

fn enqueue(state: &mut State) {
    if let Some(free) = state.messages.iter_mut().find(|message| message.is_none()) {
        *free = Some(Message::Available);
    }
}

/// A person resolves the delivery. What is said of a claim that is held, or of what is delivered, is for the rule to refuse.
fn resolve(setup: &Setup, state: &mut State, is_created: bool) {
    let record = state.counted(setup, None).map(Cow::into_owned);
    let is_held = record.as_ref().is_some_and(|record| matches!(record.state, RecordState::Claimed(_)));
    let is_delivered = record.as_ref().is_some_and(|record| record.outcome().is_delivered());
    let may_be_there = state.holds_it() || state.may_come(setup);
    let is_wrong = if is_created { !state.holds_it() } else { may_be_there };
    let newest = state.vendor.contacts.len().saturating_sub(1);
    // What is not there has an id that no contact gets.
    let named = if state.holds_it() { newest } else { usize::MAX };
    let resolution = if is_created { Resolution::Created(id_of(named)) } else { Resolution::NotCreated };
    let resolved = (setup.rules.resolve)(record, resolution, Act::new(setup.now().time));
    state.marks.person_was_wrong |= resolved.is_some() && is_wrong && !is_held && !is_delivered;
    state.write(resolved);
}

fn pass(setup: &Setup, state: &mut State, shift: Shift) {
    match shift {
        Shift::Unit => {
            state.marks.has_run = false;
            state.vendor.age(&setup.vendor, setup.goes_on_after_exceptions);
            for process in &mut state.processes {
                match &mut process.phase {
                    Phase::Checked { stood_still } => *stood_still = true,
                    Phase::Looking { age, .. } => *age = (*age + 1).min(LONGEST_LOOK),
                    _ => {}
                }
            }
        }
        Shift::Boot => {
            for place in 0..state.processes.len() {
                state.vendor.abandon(place);
                state.processes[place].phase = Phase::Gone;
            }
        }
        Shift::WallForward | Shift::WallBack | Shift::Limit => {}
    }
    state.shift(shift);
}

impl State {
    /// Returns whether nothing more is to be learned: a second contact is there, or what follows is a person's word or excepted.
    pub(super) fn is_over(&self, setup: &Setup) -> bool {
        let is_excepted = self.marks.committed_late || self.marks.stood_still;
        let is_twice = self.vendor.contacts.len() > 1 + usize::from(self.marks.again);
        self.marks.person_was_wrong || is_twice || (is_excepted && !setup.goes_on_after_exceptions)
    }

    /// Returns whether the vendor holds the contact of this delivery. A repeated one is another.
    pub(super) fn holds_it(&self) -> bool {
        self.vendor.contacts.len() > usize::from(self.marks.again)
    }

    /// Returns whether the contact may still come: a request is under way, or the quiet time is not over.
    pub(super) fn may_come(&self, setup: &Setup) -> bool {
        let until = self.record.as_ref().and_then(|record| record.may_send_until);
        let is_quiet = until.is_none_or(|until| setup.policy().is_quiet(&until, &setup.now()));
        self.vendor.is_at_work() || !is_quiet
    }
}
