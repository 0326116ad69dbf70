//! Lists the actions that are possible in a state.

use super::{Action, LookAnswer};
use crate::journal::RecordState;
use crate::model_check::clock::Shift;
use crate::model_check::failure::Failure;
use crate::model_check::setup::Setup;
use crate::model_check::state::{Message, Phase, Process, State};
use crate::outcome::Outcome;

/// Adds the actions that are possible in a state.
pub(in crate::model_check) fn list(setup: &Setup, state: &State, actions: &mut Vec<Action>) {
    if state.is_over(setup) {
        return;
    }
    let allowed = state.allowed_disturbances(setup);
    for process in 0..state.processes.len() {
        list_process_actions(setup, state, process, actions);
        list_faults(setup, state, process, actions);
    }
    let requests = &state.vendor.requests;
    let commits = (0..requests.len()).filter(|request| requests[*request].answer.is_none());
    actions.extend(commits.map(Action::Commit));
    if setup.has_queue() {
        list_queue_actions(setup, state, actions);
    }
    list_person_actions(setup, state, actions);
    let is_working = state.processes.iter().any(Process::is_working);
    if !setup.is_impatient || (state.history.has_run && !is_working) {
        actions.push(Action::Time(Shift::Tick));
    }
    if allowed.clock_jumps {
        actions.extend([Action::Time(Shift::WallForward), Action::Time(Shift::WallBack)]);
    }
    if allowed.boots {
        actions.push(Action::Time(Shift::Boot));
    }
}

fn list_process_actions(setup: &Setup, state: &State, process: usize, actions: &mut Vec<Action>) {
    let allowed = state.allowed_disturbances(setup);
    match state.processes[process].phase {
        Phase::Gone => {
            if !setup.has_queue() || !state.processes[process].has_lease {
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
            if is_open && allowed.refusals {
                let refusals =
                    [Failure::Invalid, Failure::Unavailable, Failure::Throttled, Failure::RateLimited];
                actions.extend(refusals.map(|refusal| Action::Fail(process, refusal)));
            }
        }
        Phase::Looking { age, .. } => list_looks(setup, state, process, age, actions),
        _ => actions.push(Action::Step(process)),
    }
}

fn list_starts(setup: &Setup, state: &State, process: usize, actions: &mut Vec<Action>) {
    let allowed = state.allowed_disturbances(setup);
    // Of processes in equal states only the first one starts: the others would lead to symmetric states.
    if state.processes[..process].contains(&state.processes[process]) {
        return;
    }
    if !setup.has_queue() {
        actions.push(Action::Start { process, is_repeat: false, message: None });
        if allowed.repeats {
            actions.push(Action::Start { process, is_repeat: true, message: None });
        }
        if state.processes.len() > 1 {
            actions.push(Action::Leave(process));
        }
        return;
    }
    let messages = state.messages.iter().enumerate();
    let available = messages.filter(|(_, message)| **message == Some(Message::Available));
    let start = |(message, _)| Action::Start { process, is_repeat: false, message: Some(message) };
    if state.processes[process].has_lease {
        actions.extend(available.map(start));
    }
}

/// Adds the answers to a look. The vendor's list must show a contact that was old enough at the time of the request, and may show
/// others.
fn list_looks(setup: &Setup, state: &State, process: usize, request_age: u8, actions: &mut Vec<Action>) {
    let excluded = (setup.rules.excluded)(state.processes[process].run.earlier_contact);
    let contacts =
        || state.vendor.contacts.iter().enumerate().filter(|(contact, _)| Some(*contact) != excluded);
    actions.extend(contacts().map(|(contact, _)| Action::Look(process, LookAnswer::Found(contact))));
    if contacts().all(|(_, age)| *age < setup.vendor.shown_from() + request_age) {
        actions.push(Action::Look(process, LookAnswer::Nothing));
    }
    if setup.vendor.is_unclear {
        actions.extend(contacts().map(|(contact, _)| Action::Look(process, LookAnswer::Resembles(contact))));
        actions
            .extend([LookAnswer::Unreadable, LookAnswer::Failed].map(|answer| Action::Look(process, answer)));
    }
}

fn list_faults(setup: &Setup, state: &State, index: usize, actions: &mut Vec<Action>) {
    let (process, allowed) = (&state.processes[index], state.allowed_disturbances(setup));
    if process.is_working() && allowed.kills {
        actions.push(Action::Kill(index));
    }
    if process.is_working() && allowed.stops {
        actions.push(Action::Cancel(index));
    }
    if process.phase == Phase::Admitted && process.has_lease && allowed.stops {
        actions.push(Action::CancelClaim(index));
    }
    if process.phase == Phase::Admitted && !process.run.is_in_doubt && allowed.refusals {
        actions.push(Action::Reject(index));
    }
    if matches!(process.phase, Phase::Admitted | Phase::Claimed) && allowed.stops {
        actions.push(Action::Stop(index));
    }
    if !setup.has_queue() {
        return;
    }
    match (process.phase, process.has_lease) {
        (Phase::Gone, true) => actions.push(Action::ExpireLease(index)),
        // The leases of other processes would lead to symmetric states.
        (_, true) if process.is_working() && allowed.lease_expiries && index == 0 => {
            actions.push(Action::ExpireLease(index));
        }
        (Phase::Gone, false) | (_, true) => {}
        (_, false) => actions.push(Action::RenewLease(index)),
    }
}

fn list_queue_actions(setup: &Setup, state: &State, actions: &mut Vec<Action>) {
    let allowed = state.allowed_disturbances(setup);
    for (index, message) in state.messages.iter().enumerate() {
        // No process extends the acknowledgement deadline of the message.
        if let Some(Message::With(process)) = message
            && (!state.processes[*process].has_lease || state.processes[*process].message != Some(index))
        {
            actions.push(Action::Redeliver(index));
        }
    }
    let has_room = state.messages.iter().any(Option::is_none);
    if has_room && allowed.enqueues {
        actions.push(Action::Enqueue);
    }
    let is_held = state.messages.iter().any(Option::is_some);
    let record = state.effective_record(setup, None).filter(|_| !is_held);
    if record.is_some_and(|record| (setup.rules.requeues)(&record, setup.now().time)) {
        actions.push(Action::Requeue);
    }
}

fn list_person_actions(setup: &Setup, state: &State, actions: &mut Vec<Action>) {
    let allowed = state.allowed_disturbances(setup);
    let Some(record) = state.effective_record(setup, None) else { return };
    if allowed.guesses {
        actions.extend([true, false].map(|is_created| Action::Guess { is_created }));
    }
    let is_doubt = matches!(record.state, RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt));
    if is_doubt
        && record.look_again_at.is_none()
        && (state.vendor_has_it() || !state.may_be_created_later(setup))
    {
        actions.push(Action::ResolveAsked);
    }
}
