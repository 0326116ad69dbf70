//! The state of the model: one delivery, its record, the vendor, the processes, the queue.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use unicontact_providers::{ContactId, ErrorKind, Stamp};

use super::clock::{JUST_NOW, PAST, QUIET, Shift};
use super::setup::Setup;
use super::vendor::Vendor;
use crate::journal::{ClaimId, Record, RecordState, Story};
use crate::outcome::Outcome;

/// A message of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Message {
    /// Nobody has it.
    Available,
    /// The servers gave it to this process.
    With(usize),
}

/// One delivery and everything around it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub(super) record: Option<Arc<Record>>,
    pub(super) vendor: Vendor,
    pub(super) processes: Vec<Process>,
    /// The messages of the delivery. A file journal has no queue.
    pub(super) messages: [Option<Message>; 2],
    /// How many disturbances may still happen.
    pub(super) disturbances: u8,
    pub(super) marks: Marks,
}

/// What has happened that a state would not show otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each marks an event of its own")]
pub(super) struct Marks {
    /// How many more contacts somebody wanted with `--again`.
    pub(super) again: u8,
    /// A person said that it was not created while it was there, or could still come.
    pub(super) person_was_wrong: bool,
    /// A request committed after the quiet time.
    pub(super) committed_late: bool,
    /// A process stood still between its check and its send, until after the time for which its claim permitted attempts.
    pub(super) stood_still: bool,
    /// A delivery left the queue that the journal did not hold as settled or parked.
    pub(super) left_unfinished: bool,
    /// A delivery that was wanted again ended with the id of the contact that was there before.
    pub(super) took_old_id: bool,
    /// A process reported a contact as created that the vendor did not hold.
    pub(super) reported_missing: bool,
    /// An attempt under a lost claim is on no record.
    pub(super) hid_overrun: bool,
    /// A delivery that the vendor had was recorded as not delivered.
    pub(super) forgot_delivered: bool,
    /// Whether a run began since time last passed.
    pub(super) has_run: bool,
}

/// A process and the delivery that it runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Process {
    pub(super) phase: Phase,
    pub(super) run: Run,
    /// Whether the others take it for alive.
    pub(super) is_heard: bool,
    /// The message that it works on.
    pub(super) message: Option<usize>,
}

/// The step that a process takes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// None: it was killed, or has ended.
    Gone,
    /// None: it has no delivery.
    Idle,
    /// Reads the record.
    Started,
    /// Claims.
    Admitted,
    /// Checks that an attempt may begin.
    Claimed,
    /// Sends. Whether it has stood still since the check.
    Checked { stood_still: bool },
    /// Waits for the answer.
    Waiting,
    /// Looks for the contact: for its own attempt, or for one of an earlier run. The age of the question, in units.
    Looking { is_earlier: bool, age: u8 },
    /// Records that it was not created.
    Cleared,
    /// Claims what was not created.
    Reclaiming,
    /// Settles.
    Settling(End),
    /// Concludes: acknowledges the message or puts it back.
    Concluding { end: End, is_recorded: bool, was_kept: bool },
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) kind: Option<ErrorKind>,
    /// The contact at the vendor.
    pub(super) contact: Option<usize>,
    pub(super) look_again_at: Option<Timestamp>,
}

/// An error of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Failure {
    /// The answer was lost.
    Lost,
    /// Refused for what is in the contact.
    Invalid,
    /// Refused for a reason that may pass.
    Unavailable,
    /// Refused because the provider is paused.
    RateLimited,
}

/// The variables of one delivery in a process, as `JournalEntry`, `Progress` and `Failures` hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "they are those of the product, in several types there")]
pub(super) struct Run {
    pub(super) is_again: bool,
    pub(super) ticket: Option<u64>,
    pub(super) was_claimed: bool,
    /// Whether the lease lapsed since the claim.
    pub(super) has_lapsed: bool,
    pub(super) is_in_doubt: bool,
    /// Whether an earlier run had sent it, and this one sends it again in doubt.
    pub(super) was_sent_before: bool,
    pub(super) failures: Vec<Failure>,
    pub(super) attempts: u8,
    /// Whether an attempt was answered with the contact.
    pub(super) is_answered: bool,
    pub(super) may_send_until: Option<StampKey>,
    pub(super) last_attempt_ended: Option<StampKey>,
    pub(super) looked_at: Option<Timestamp>,
    pub(super) look_again_at: Option<Timestamp>,
    /// When it asked for a look.
    pub(super) asked_at: Option<StampKey>,
    /// The contact of an earlier delivery.
    pub(super) earlier_contact: Option<usize>,
    /// The record of an earlier run, as far as it counts.
    pub(super) earlier: Option<Earlier>,
}

/// What an earlier run left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Earlier {
    pub(super) may_send_until: StampKey,
    pub(super) looked_at: Option<Timestamp>,
}

/// A stamp that can be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StampKey(pub(super) Stamp);

impl Hash for StampKey {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.time.as_second().hash(hasher);
        self.0.boot.map(|boot| (boot.boot, boot.uptime)).hash(hasher);
    }
}

impl Process {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Idle, run: Run::default(), is_heard: true, message: None }
    }

    /// The process is free.
    pub(super) fn finish(&mut self) {
        (self.phase, self.run, self.message) = (Phase::Idle, Run::default(), None);
    }

    /// Returns whether it has a delivery.
    pub(super) fn is_working(&self) -> bool {
        !matches!(self.phase, Phase::Gone | Phase::Idle)
    }
}

impl State {
    /// Returns the first state: nothing has happened, and the queue holds the delivery.
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            record: None,
            vendor: Vendor::default(),
            processes: vec![Process::new(); setup.processes],
            messages: [setup.has_queue().then_some(Message::Available), None],
            disturbances: setup.disturbances.most,
            marks: Marks::default(),
        }
    }

    /// Returns the record as it counts: with a queue, a claim whose holder is gone is an orphan; in a file, one that nobody
    /// has open.
    pub(super) fn counted(&self, setup: &Setup, reader: Option<usize>) -> Option<Cow<'_, Record>> {
        let record = self.record.as_deref()?;
        let is_held = match record.state {
            RecordState::Claimed(ticket) if setup.has_queue() => self.is_held(ticket.number(), reader),
            RecordState::Claimed(_) => !self.are_all_gone(),
            RecordState::Interrupted | RecordState::Settled(_) => true,
        };
        let orphan = || Cow::Owned((setup.rules.orphan)(record.clone()));
        Some(if is_held { Cow::Borrowed(record) } else { orphan() })
    }

    /// Returns whether no process has the journal open.
    pub(super) fn are_all_gone(&self) -> bool {
        self.processes.iter().all(|process| process.phase == Phase::Gone)
    }

    fn is_held(&self, ticket: u64, reader: Option<usize>) -> bool {
        let holds = |(place, process): (usize, &Process)| {
            process.run.ticket == Some(ticket) && (process.is_heard || reader == Some(place))
        };
        self.processes.iter().enumerate().any(holds)
    }

    /// Writes the record, if there is one to write.
    pub(super) fn write(&mut self, record: Option<Record>) {
        let Some(record) = record else { return };
        let is_delivered =
            |standing| matches!(standing, RecordState::Settled(outcome) if outcome.is_delivered());
        let was_delivered = self.record.as_ref().is_some_and(|known| is_delivered(known.state));
        let is_settled = matches!(record.state, RecordState::Settled(_));
        self.marks.forgot_delivered |= was_delivered && is_settled && !is_delivered(record.state);
        // One count is as good as many.
        let overruns = record.overruns.min(1);
        let story = Story::default();
        let mut record = Record { number: 1, overruns, attempts: 0, unresolved: None, story, ..record };
        shift_record(&mut record, Shift::Limit);
        self.record = Some(Arc::new(record));
    }

    /// Returns the ticket of a process's run: a free one, if it has none yet.
    pub(super) fn ticket_of(&self, place: usize) -> u64 {
        let is_taken = |ticket: u64| {
            let by_record = self.record.as_ref().is_some_and(|record| {
                record.state == RecordState::Claimed(ClaimId::from_number(ticket))
                    || record.settled_by == Some(ClaimId::from_number(ticket))
            });
            by_record || self.processes.iter().any(|process| process.run.ticket == Some(ticket))
        };
        let free = || (1..=9).find(|ticket| !is_taken(*ticket)).unwrap_or_default();
        self.processes[place].run.ticket.unwrap_or_else(free)
    }

    /// A message leaves the queue, whoever has it now.
    pub(super) fn acknowledge(&mut self, message: usize, is_kept: bool) {
        self.messages[message] = None;
        for process in self.processes.iter_mut().filter(|process| process.message == Some(message)) {
            process.message = None;
        }
        self.marks.left_unfinished |= !is_kept && self.messages.iter().all(Option::is_none);
    }

    /// A process puts a message back, if the servers have not given it to another one.
    pub(super) fn put_back(&mut self, message: usize, place: usize) {
        if self.messages[message] == Some(Message::With(place)) {
            self.messages[message] = Some(Message::Available);
        }
    }

    /// Returns whether nobody works on the delivery and the queue does not hold it.
    pub(super) fn is_at_rest(&self) -> bool {
        !self.processes.iter().any(Process::is_working) && self.messages.iter().all(Option::is_none)
    }

    /// Changes every time in the state.
    pub(super) fn shift(&mut self, shift: Shift) {
        if let Some(record) = self.record.as_mut().filter(|_| shift != Shift::Limit) {
            shift_record(Arc::make_mut(record), shift);
        }
        for process in &mut self.processes {
            process.run.shift(shift);
            if let Phase::Settling(end) | Phase::Concluding { end, .. } = &mut process.phase {
                shift.optional(&mut end.look_again_at, PAST);
            }
        }
    }
}

fn shift_record(record: &mut Record, shift: Shift) {
    match &mut record.may_send_until {
        // What is only read where this is missing.
        Some(until) => {
            shift.stamp(until, QUIET);
            record.changed_at = Timestamp::UNIX_EPOCH;
        }
        None => shift.time(&mut record.changed_at, QUIET),
    }
    shift.optional(&mut record.looked_at, JUST_NOW);
    shift.optional(&mut record.look_again_at, PAST);
}

impl Run {
    fn shift(&mut self, shift: Shift) {
        if let Some(earlier) = &mut self.earlier {
            shift.stamp(&mut earlier.may_send_until.0, QUIET);
            shift.optional(&mut earlier.looked_at, JUST_NOW);
        }
        if let Some(until) = &mut self.may_send_until {
            shift.stamp(&mut until.0, JUST_NOW);
        }
        if let Some(ended) = &mut self.last_attempt_ended {
            shift.stamp(&mut ended.0, QUIET);
        }
        if let Some(asked) = &mut self.asked_at {
            shift.stamp(&mut asked.0, QUIET);
        }
        shift.optional(&mut self.looked_at, JUST_NOW);
        shift.optional(&mut self.look_again_at, PAST);
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if let Some(record) = &self.record {
            hash_record(record, hasher);
        }
        (&self.vendor, &self.processes, &self.messages, self.disturbances, self.marks).hash(hasher);
    }
}

/// Hashes what the rules read of a record, and what a model changes of it.
fn hash_record<H: Hasher>(record: &Record, hasher: &mut H) {
    let Record { state, id, error, by_person, changed_at, may_send_until, .. } = record;
    let kind = error.as_ref().and_then(|error| error.get("kind")?.as_str());
    (state, id.as_ref().map(ContactId::as_str), kind, by_person).hash(hasher);
    (changed_at.as_second(), may_send_until.map(StampKey), record.attempts).hash(hasher);
    let second = |time: Timestamp| time.as_second();
    (record.looked_at.map(second), record.look_again_at.map(second)).hash(hasher);
    (record.settled_by, record.overruns, record.content.is_some()).hash(hasher);
}
