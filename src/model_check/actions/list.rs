//! What may happen in a state.

use super::{Action, Look};
use crate::journal::RecordState;
use crate::model_check::clock::Shift;
use crate::model_check::setup::Setup;
use crate::model_check::state::{Failure, Message, Phase, Process, State};
use crate::outcome::Outcome;

/// Lists what may happen in a state.
pub(in crate::model_check) fn list(setup: &Setup, state: &State, actions: &mut Vec<Action>) {
    if state.is_over(setup) {
        return;
    }
    let may = setup.may(state);
    for process in 0..state.processes.len() {
        list_of_process(setup, state, process, actions);
        list_faults(setup, state, process, actions);
    }
    let requests = &state.vendor.requests;
    let commits = (0..requests.len()).filter(|place| requests[*place].answer.is_none());
    actions.extend(commits.map(Action::Commit));
    if setup.has_queue() {
        list_of_queue(setup, state, actions);
    }
    list_of_people(setup, state, actions);
    let is_working = state.processes.iter().any(Process::is_working);
    if !setup.is_impatient || (state.marks.has_run && !is_working) {
        actions.push(Action::Time(Shift::Unit));
    }
    if may.jumps {
        actions.extend([Action::Time(Shift::WallForward), Action::Time(Shift::WallBack)]);
    }
    if may.boots {
        actions.push(Action::Time(Shift::Boot));
    }
}

fn list_of_process(setup: &Setup, state: &State, process: usize, actions: &mut Vec<Action>) {
    let may = setup.may(state);
    match state.processes[process].phase {
        Phase::Gone => {
            if !setup.has_queue() || !state.processes[process].is_heard {
                actions.push(Action::Restart(process));
            }
        }
        Phase::Idle => list_starts(setup, state, process, actions),
        Phase::Waiting => {
            actions.push(Action::Fail(process, Failure::Lost));
            let request = state.vendor.request_of(process);
            if request.is_some_and(|request| request.answer.is_some()) {
                actions.push(Action::Answer(process));
            }
            let is_open = request.is_some_and(|request| request.answer.is_none());
            if is_open && may.refusals {
                let refusals = [Failure::Invalid, Failure::Unavailable, Failure::RateLimited];
                actions.extend(refusals.map(|refusal| Action::Fail(process, refusal)));
            }
        }
        Phase::Looking { age, .. } => list_looks(setup, state, process, age, actions),
        _ => actions.push(Action::Step(process)),
    }
}

fn list_starts(setup: &Setup, state: &State, process: usize, actions: &mut Vec<Action>) {
    let may = setup.may(state);
    // Of processes that are alike the first one begins.
    if state.processes[..process].contains(&state.processes[process]) {
        return;
    }
    if !setup.has_queue() {
        actions.push(Action::Start { process, is_again: false, message: None });
        if may.again {
            actions.push(Action::Start { process, is_again: true, message: None });
        }
        if state.processes.len() > 1 {
            actions.push(Action::Leave(process));
        }
        return;
    }
    let messages = state.messages.iter().enumerate();
    let available = messages.filter(|(_, message)| **message == Some(Message::Available));
    let start = |(place, _)| Action::Start { process, is_again: false, message: Some(place) };
    if state.processes[process].is_heard {
        actions.extend(available.map(start));
    }
}

/// The list shows a contact that was old enough when it was asked for, and may show others.
fn list_looks(setup: &Setup, state: &State, process: usize, asked: u8, actions: &mut Vec<Action>) {
    let except = (setup.rules.except)(state.processes[process].run.earlier_contact);
    let contacts = || state.vendor.contacts.iter().enumerate().filter(|(place, _)| Some(*place) != except);
    actions.extend(contacts().map(|(place, _)| Action::Look(process, Look::Found(place))));
    if contacts().all(|(_, age)| *age < setup.vendor.shown_from() + asked) {
        actions.push(Action::Look(process, Look::Nothing));
    }
    if setup.vendor.is_unclear {
        actions.extend(contacts().map(|(place, _)| Action::Look(process, Look::Resembles(place))));
        actions.extend([Look::Unreadable, Look::Failed].map(|look| Action::Look(process, look)));
    }
}

fn list_faults(setup: &Setup, state: &State, place: usize, actions: &mut Vec<Action>) {
    let (process, may) = (&state.processes[place], setup.may(state));
    if process.is_working() && may.kills {
        actions.push(Action::Kill(place));
    }
    if process.is_working() && may.stops {
        actions.push(Action::CutOff(place));
    }
    if process.phase == Phase::Admitted && process.is_heard && may.stops {
        actions.push(Action::GiveUpClaim(place));
    }
    if process.phase == Phase::Admitted && !process.run.is_in_doubt && may.refusals {
        actions.push(Action::Reject(place));
    }
    if matches!(process.phase, Phase::Admitted | Phase::Claimed) && may.stops {
        actions.push(Action::Stop(place));
    }
    if !setup.has_queue() {
        return;
    }
    match (process.phase, process.is_heard) {
        (Phase::Gone, true) => actions.push(Action::Lapse(place)),
        // Processes are alike, and the first one begins.
        (_, true) if process.is_working() && may.lapses && place == 0 => actions.push(Action::Lapse(place)),
        (Phase::Gone, false) | (_, true) => {}
        (_, false) => actions.push(Action::Hear(place)),
    }
}

fn list_of_queue(setup: &Setup, state: &State, actions: &mut Vec<Action>) {
    let may = setup.may(state);
    for (place, message) in state.messages.iter().enumerate() {
        // Nobody says any more that it is under way.
        if let Some(Message::With(process)) = message
            && (!state.processes[*process].is_heard || state.processes[*process].message != Some(place))
        {
            actions.push(Action::Redeliver(place));
        }
    }
    let has_room = state.messages.iter().any(Option::is_none);
    if has_room && may.enqueues {
        actions.push(Action::Enqueue);
    }
    let is_held = state.messages.iter().any(Option::is_some);
    let record = state.counted(setup, None).filter(|_| !is_held);
    if record.is_some_and(|record| (setup.rules.requeues)(&record, setup.now().time)) {
        actions.push(Action::Requeue);
    }
}

fn list_of_people(setup: &Setup, state: &State, actions: &mut Vec<Action>) {
    let may = setup.may(state);
    let Some(record) = state.counted(setup, None) else { return };
    if may.guesses {
        actions.extend([true, false].map(|is_created| Action::Guess { is_created }));
    }
    let is_doubt = matches!(record.state, RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt));
    if is_doubt && record.look_again_at.is_none() && (state.holds_it() || !state.may_come(setup)) {
        actions.push(Action::ResolveAsked);
    }
}
