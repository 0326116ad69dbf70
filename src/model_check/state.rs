//! The state of the model: the record of one delivery, the vendor, the processes, and the messages of the queue.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use unicontact_providers::{ContactId, ErrorKind, Stamp};

use super::clock::{JUST_NOW, PAST, QUIET, Shift};
use super::failure::Failure;
use super::setup::{Disturbances, Setup};
use super::vendor::Vendor;
use crate::journal::{ClaimId, Record, RecordState, Story};
use crate::outcome::Outcome;

/// A message of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Message {
    /// In the queue.
    Available,
    /// Delivered to this process.
    With(usize),
}

/// The state of one delivery and its environment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub(super) record: Option<Arc<Record>>,
    pub(super) vendor: Vendor,
    pub(super) processes: Vec<Process>,
    /// The messages of the delivery. Empty without a queue.
    pub(super) messages: [Option<Message>; 2],
    /// The number of disturbances that may still happen.
    pub(super) disturbances: u8,
    pub(super) history: History,
}

/// Events of the past that the rest of the state does not show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for one event")]
pub(super) struct History {
    /// The number of further contacts that were requested with `--again`.
    pub(super) repeats: u8,
    /// A person resolved a delivery wrongly.
    pub(super) person_was_wrong: bool,
    /// The vendor committed a request after the quiet time.
    pub(super) committed_late: bool,
    /// A process was suspended between its check and its send until the permit of its claim had ended.
    pub(super) was_suspended: bool,
    /// The last message of a delivery was acknowledged although the journal had no result.
    pub(super) left_unfinished: bool,
    /// A repeat ended with the id of the earlier contact.
    pub(super) took_old_id: bool,
    /// A process reported a contact as created that the vendor did not have.
    pub(super) reported_missing: bool,
    /// No record counts an attempt under a lost claim.
    pub(super) hid_overrun: bool,
    /// A delivered contact was recorded as not delivered.
    pub(super) forgot_delivered: bool,
    /// A run started since the last tick.
    pub(super) has_run: bool,
}

/// A process and its run of the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Process {
    pub(super) phase: Phase,
    pub(super) run: Run,
    /// Whether its lease is valid for the other processes.
    pub(super) has_lease: bool,
    /// The index of its message.
    pub(super) message: Option<usize>,
}

/// The step that a process takes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// None: the process was killed or has exited.
    Gone,
    /// None: the process has no delivery.
    Idle,
    /// Reads the record.
    Started,
    /// Claims the delivery.
    Admitted,
    /// Checks that an attempt may start.
    Claimed,
    /// Sends the request. `was_suspended`: time has passed since the check.
    Checked { was_suspended: bool },
    /// Waits for the answer.
    Waiting,
    /// Looks for the contact of its own attempt, or of one of an earlier run. `age`: the age of the request, in units.
    Looking { is_earlier: bool, age: u8 },
    /// Records that the contact was not created.
    NotCreated,
    /// Claims the delivery after that.
    Reclaiming,
    /// Settles the delivery.
    Settling(RunResult),
    /// Acknowledges the message or puts it back.
    Concluding { result: RunResult, is_recorded: bool, had_result: bool },
}

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RunResult {
    pub(super) outcome: Outcome,
    pub(super) kind: Option<ErrorKind>,
    /// The contact at the vendor.
    pub(super) contact: Option<usize>,
    pub(super) look_again_at: Option<Timestamp>,
}

/// The variables of a run, which the product keeps in `JournalEntry`, `Progress` and `Failures`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "the product keeps them in several types")]
pub(super) struct Run {
    pub(super) is_repeat: bool,
    pub(super) claim_id: Option<u64>,
    pub(super) was_claimed: bool,
    /// Whether the lease expired since the claim.
    pub(super) lost_lease: bool,
    pub(super) is_in_doubt: bool,
    /// Whether an earlier run sent the contact, and this one sends it again in doubt.
    pub(super) was_sent_before: bool,
    pub(super) failures: Vec<Failure>,
    pub(super) attempts: u8,
    /// Whether the vendor answered an attempt with the contact.
    pub(super) is_answered: bool,
    pub(super) may_send_until: Option<HashableStamp>,
    pub(super) last_attempt_ended: Option<HashableStamp>,
    pub(super) looked_at: Option<Timestamp>,
    pub(super) look_again_at: Option<Timestamp>,
    /// The time of the request of a look.
    pub(super) asked_at: Option<HashableStamp>,
    /// The contact of an earlier delivery.
    pub(super) earlier_contact: Option<usize>,
    /// The times of an earlier run.
    pub(super) earlier: Option<EarlierRun>,
}

/// The times of an earlier run, from the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct EarlierRun {
    pub(super) may_send_until: HashableStamp,
    pub(super) looked_at: Option<Timestamp>,
}

/// A stamp that can be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HashableStamp(pub(super) Stamp);

impl Hash for HashableStamp {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.time.as_second().hash(hasher);
        self.0.boot.map(|boot| (boot.boot, boot.uptime)).hash(hasher);
    }
}

impl Process {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Idle, run: Run::default(), has_lease: true, message: None }
    }

    /// Makes the process idle.
    pub(super) fn finish(&mut self) {
        (self.phase, self.run, self.message) = (Phase::Idle, Run::default(), None);
    }

    /// Returns whether it has a delivery.
    pub(super) fn is_working(&self) -> bool {
        !matches!(self.phase, Phase::Gone | Phase::Idle)
    }
}

impl State {
    /// Returns the initial state. The queue, if there is one, has one message of the delivery.
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            record: None,
            vendor: Vendor::default(),
            processes: vec![Process::new(); setup.processes],
            messages: [setup.has_queue().then_some(Message::Available), None],
            disturbances: setup.disturbances.limit,
            history: History::default(),
        }
    }

    /// Returns the effective record. A claim is orphaned if its holder has no lease; in a file, if no process has the file open.
    pub(super) fn effective_record(&self, setup: &Setup, reader: Option<usize>) -> Option<Cow<'_, Record>> {
        let record = self.record.as_deref()?;
        let is_held = match record.state {
            RecordState::Claimed(claim_id) if setup.has_queue() => self.is_held(claim_id.number(), reader),
            RecordState::Claimed(_) => !self.are_all_gone(),
            RecordState::Interrupted | RecordState::Settled(_) => true,
        };
        let orphan = || Cow::Owned((setup.rules.orphan)(record.clone()));
        Some(if is_held { Cow::Borrowed(record) } else { orphan() })
    }

    /// Returns the disturbances that may still happen.
    pub(super) fn allowed_disturbances(&self, setup: &Setup) -> Disturbances {
        if self.disturbances > 0 { setup.disturbances } else { Disturbances::default() }
    }

    /// Returns whether no process has the journal open.
    pub(super) fn are_all_gone(&self) -> bool {
        self.processes.iter().all(|process| process.phase == Phase::Gone)
    }

    fn is_held(&self, claim_id: u64, reader: Option<usize>) -> bool {
        let holds = |(index, process): (usize, &Process)| {
            process.run.claim_id == Some(claim_id) && (process.has_lease || reader == Some(index))
        };
        self.processes.iter().enumerate().any(holds)
    }

    /// Writes a record, if there is one.
    pub(super) fn write(&mut self, record: Option<Record>) {
        let Some(record) = record else { return };
        let is_delivered =
            |standing| matches!(standing, RecordState::Settled(outcome) if outcome.is_delivered());
        let was_delivered = self.record.as_ref().is_some_and(|current| is_delivered(current.state));
        let is_settled = matches!(record.state, RecordState::Settled(_));
        self.history.forgot_delivered |= was_delivered && is_settled && !is_delivered(record.state);
        // No rule distinguishes one overrun from several.
        let overruns = record.overruns.min(1);
        let story = Story::default();
        let mut record = Record { number: 1, overruns, attempts: 0, unresolved: None, story, ..record };
        shift_record(&mut record, Shift::Clamp);
        self.record = Some(Arc::new(record));
    }

    /// Returns the claim id of a process's run: an unused one if it has none yet.
    pub(super) fn claim_id_of(&self, process: usize) -> u64 {
        let is_used = |claim_id: u64| {
            let by_record = self.record.as_ref().is_some_and(|record| {
                record.state == RecordState::Claimed(ClaimId::from_number(claim_id))
                    || record.settled_by == Some(ClaimId::from_number(claim_id))
            });
            by_record || self.processes.iter().any(|process| process.run.claim_id == Some(claim_id))
        };
        let unused = || (1..=9).find(|claim_id| !is_used(*claim_id)).unwrap_or_default();
        self.processes[process].run.claim_id.unwrap_or_else(unused)
    }

    /// Removes a message from the queue, even if it was redelivered to another process.
    pub(super) fn acknowledge(&mut self, message: usize, has_result: bool) {
        self.messages[message] = None;
        for process in self.processes.iter_mut().filter(|process| process.message == Some(message)) {
            process.message = None;
        }
        self.history.left_unfinished |= !has_result && self.messages.iter().all(Option::is_none);
    }

    /// Puts a message back into the queue, unless it was redelivered to another process.
    pub(super) fn put_back(&mut self, message: usize, process: usize) {
        if self.messages[message] == Some(Message::With(process)) {
            self.messages[message] = Some(Message::Available);
        }
    }

    /// Returns whether no process works on the delivery and the queue has no message of it.
    pub(super) fn is_at_rest(&self) -> bool {
        !self.processes.iter().any(Process::is_working) && self.messages.iter().all(Option::is_none)
    }

    /// Changes every time in the state.
    pub(super) fn shift(&mut self, shift: Shift) {
        if let Some(record) = self.record.as_mut().filter(|_| shift != Shift::Clamp) {
            shift_record(Arc::make_mut(record), shift);
        }
        for process in &mut self.processes {
            process.run.shift(shift);
            if let Phase::Settling(result) | Phase::Concluding { result, .. } = &mut process.phase {
                shift.apply_to_optional(&mut result.look_again_at, PAST);
            }
        }
    }
}

fn shift_record(record: &mut Record, shift: Shift) {
    match &mut record.may_send_until {
        // `changed_at` is read only without this time, so it is reset.
        Some(until) => {
            shift.apply_to_stamp(until, QUIET);
            record.changed_at = Timestamp::UNIX_EPOCH;
        }
        None => shift.apply_to_time(&mut record.changed_at, QUIET),
    }
    shift.apply_to_optional(&mut record.looked_at, JUST_NOW);
    shift.apply_to_optional(&mut record.look_again_at, PAST);
}

impl Run {
    fn shift(&mut self, shift: Shift) {
        if let Some(earlier) = &mut self.earlier {
            shift.apply_to_stamp(&mut earlier.may_send_until.0, QUIET);
            shift.apply_to_optional(&mut earlier.looked_at, JUST_NOW);
        }
        if let Some(until) = &mut self.may_send_until {
            shift.apply_to_stamp(&mut until.0, JUST_NOW);
        }
        if let Some(ended) = &mut self.last_attempt_ended {
            shift.apply_to_stamp(&mut ended.0, QUIET);
        }
        if let Some(asked) = &mut self.asked_at {
            shift.apply_to_stamp(&mut asked.0, QUIET);
        }
        shift.apply_to_optional(&mut self.looked_at, JUST_NOW);
        shift.apply_to_optional(&mut self.look_again_at, PAST);
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if let Some(record) = &self.record {
            hash_record(record, hasher);
        }
        (&self.vendor, &self.processes, &self.messages, self.disturbances, self.history).hash(hasher);
    }
}

/// Hashes the fields of a record that the rules read and the model changes.
fn hash_record<H: Hasher>(record: &Record, hasher: &mut H) {
    let Record { state, id, error, by_person, changed_at, may_send_until, .. } = record;
    let kind = error.as_ref().and_then(|error| error.get("kind")?.as_str());
    (state, id.as_ref().map(ContactId::as_str), kind, by_person).hash(hasher);
    (changed_at.as_second(), may_send_until.map(HashableStamp), record.attempts).hash(hasher);
    let second = |time: Timestamp| time.as_second();
    (record.looked_at.map(second), record.look_again_at.map(second)).hash(hasher);
    (record.settled_by, record.overruns, record.content.is_some()).hash(hasher);
}
