//! The steps of a process, in the order of the product's pipeline. Any other action may come between two of them.
//!
//! The steps call the product's pure functions. The rest follows `JournalEntry`, `Pipeline` and the worker of a queue.

mod journal;
mod settlement;

use std::time::Duration;

use unicontact_providers::{Effect, ErrorKind, FindOutcome};

use super::clock::is_truly_past;
use super::failure::Failure;
use super::rules::failures_of;
use super::setup::Setup;
use super::state::{EarlierRun, HashableStamp, Phase, Process, Run, RunResult, State};
use super::vendor::{Answer, contact_of};
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};
use crate::journal::{ClaimOutcome, Record, RecordState, SettleOutcome};
use crate::outcome::Outcome;

/// The most attempts of one run.
const MAX_ATTEMPTS: u8 = 2;

/// A step of one process.
pub(super) struct ProcessStep<'a> {
    pub(super) setup: &'a Setup,
    pub(super) state: &'a mut State,
    /// The index of the process.
    pub(super) index: usize,
}

impl ProcessStep<'_> {
    /// Takes the next step. Does nothing while the process waits for an answer.
    pub(super) fn advance(&mut self) {
        match self.process().phase {
            Phase::Gone | Phase::Idle | Phase::Waiting | Phase::Looking { .. } => {}
            Phase::Started => self.read_record(),
            Phase::Admitted => self.claim(),
            Phase::Claimed => self.check_permit(),
            Phase::Checked { was_suspended } => self.send(was_suspended),
            Phase::NotCreated => self.settle_as_not_created(),
            Phase::Reclaiming => self.reclaim(),
            Phase::Settling(result) => self.settle(result),
            Phase::Concluding { result, is_recorded, had_result } => {
                self.conclude(result, is_recorded, had_result);
            }
        }
    }

    /// Reads the record before the claim: `JournalEntry::not_sent`.
    fn read_record(&mut self) {
        let Some(record) = self.effective_record() else { return self.enter(Phase::Admitted) };
        self.run().earlier_contact = record.id.as_ref().and_then(contact_of);
        match record.state {
            RecordState::Claimed(_) => self.end_without_settling(Outcome::Pending, None, None),
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => {
                self.run().is_in_doubt = true;
                self.run().look_again_at = record.look_again_at;
                let is_settled = matches!(record.state, RecordState::Settled(_));
                let is_due = record.look_again_at.is_some_and(|time| time <= self.setup.now().time);
                if self.setup.has_queue() && (!is_settled || is_due) {
                    self.enter(Phase::Admitted);
                } else {
                    self.read_doubt(&record);
                }
            }
            RecordState::Settled(outcome) if outcome.is_delivered() && !self.process().run.is_repeat => {
                self.end_without_settling(Outcome::Skipped, None, None);
            }
            RecordState::Settled(_) => self.enter(Phase::Admitted),
        }
    }

    fn read_doubt(&mut self, record: &Record) {
        let (setup, now) = (self.setup, self.setup.now());
        let (rules, policy) = (&setup.rules, setup.policy());
        let attempts = (rules.past_attempts)(record, policy, &now);
        if attempts.may_send_until.is_past(&policy.may_send_until(&now)) {
            return self.enter(Phase::Admitted);
        }
        match (rules.next_step)(policy, &attempts, &now) {
            NextStep::Look | NextStep::Send | NextStep::Resend => self.enter(Phase::Admitted),
            step @ (NextStep::Wait(_) | NextStep::AskPerson) => {
                self.end_without_settling(Outcome::InDoubt, Some(ErrorKind::Interrupted), step.time());
            }
        }
    }

    /// Claims the delivery: `JournalEntry::claim`.
    fn claim(&mut self) {
        if !self.process().has_lease {
            return self.end_without_settling(Outcome::Failed, Some(ErrorKind::Config), None);
        }
        match self.request_claim(false) {
            ClaimOutcome::New | ClaimOutcome::Extended => self.begin_new(),
            ClaimOutcome::Interrupted(record) => self.begin_interrupted(&record),
            ClaimOutcome::Done(_) => self.end_without_settling(Outcome::Skipped, None, None),
            ClaimOutcome::Held => self.end_without_settling(Outcome::Pending, None, None),
        }
    }

    fn begin_new(&mut self) {
        if self.process().run.is_repeat {
            let id = self.state.record.as_ref().and_then(|record| record.id.as_ref());
            let contact = id.and_then(contact_of);
            self.run().earlier_contact = contact;
        }
        let until = self.setup.policy().may_send_until(&self.setup.now());
        let run = self.run();
        run.may_send_until = Some(HashableStamp(until));
        run.is_in_doubt = false;
        run.earlier = None;
        self.enter(Phase::Claimed);
    }

    /// Reconciles the contact that an earlier run may have created: `Pipeline::reconcile_earlier`.
    fn begin_interrupted(&mut self, record: &Record) {
        let (setup, now) = (self.setup, self.setup.now());
        let (rules, policy) = (&setup.rules, setup.policy());
        let attempts = (rules.past_attempts)(record, policy, &now);
        let run = self.run();
        run.is_in_doubt = true;
        run.may_send_until = None;
        run.look_again_at = record.look_again_at;
        run.earlier_contact = record.id.as_ref().and_then(contact_of);
        run.earlier = Some(EarlierRun {
            may_send_until: HashableStamp(attempts.may_send_until),
            looked_at: attempts.looked_at,
        });
        match (rules.next_step)(policy, &attempts, &now) {
            _ if record.content.is_none() => self.end_in_doubt(),
            NextStep::Look => {
                self.run().asked_at = Some(HashableStamp(now));
                self.enter(Phase::Looking { is_earlier: true, age: 0 });
            }
            NextStep::Send | NextStep::Resend => self.resend(),
            step @ (NextStep::Wait(_) | NextStep::AskPerson) => {
                self.run().look_again_at = step.time();
                self.end_in_doubt();
            }
        }
    }

    /// Sends the contact again to a vendor whose dedupe covers that: `Pipeline::resend_earlier`.
    fn resend(&mut self) {
        self.run().was_sent_before = true;
        self.enter(Phase::Claimed);
    }

    /// Checks that an attempt may start: `JournalEntry::permit_attempt`, `DeliveryContext::is_held`.
    fn check_permit(&mut self) {
        let (run, now) = (&self.process().run, self.setup.now());
        let holds = !self.setup.has_queue() || (!run.lost_lease && self.process().has_lease);
        let holds = (self.setup.rules.holds)(holds);
        // The attempt must end within the permit.
        let ends_at = now.after(Setup::longest_attempt());
        let is_past = |until: HashableStamp| (self.setup.rules.is_past)(&ends_at, &until.0);
        let is_permitted = run.may_send_until.is_some_and(|until| !is_past(until));
        if !is_permitted {
            if !holds || self.request_claim(true) != ClaimOutcome::Extended {
                let not_permitted =
                    RunResult { kind: Some(ErrorKind::Config), ..RunResult::new(Outcome::Failed) };
                return self.end_attempts(not_permitted);
            }
            let until = self.setup.policy().may_send_until(&now);
            self.run().may_send_until = Some(HashableStamp(until));
        }
        if !holds {
            return self.end_attempts(RunResult::new(Outcome::Pending));
        }
        self.enter(Phase::Checked { was_suspended: false });
    }

    fn send(&mut self, was_suspended: bool) {
        let now = self.setup.now();
        let until = self.process().run.may_send_until;
        self.state.history.was_suspended |=
            was_suspended && until.is_none_or(|it| is_truly_past(&it.0, &now));
        let run = self.run();
        run.attempts += 1;
        run.last_attempt_ended = None;
        self.state.vendor.send(&self.setup.vendor, self.index);
        self.enter(Phase::Waiting);
    }

    /// Handles the vendor's answer with the contact.
    pub(super) fn receive(&mut self, answer: Answer) {
        self.state.vendor.abandon(self.index);
        self.attempt_ended();
        self.run().is_answered = true;
        let outcome = if answer.is_existing { Outcome::Existing } else { Outcome::Created };
        self.enter(Phase::Settling(RunResult { contact: Some(answer.contact), ..RunResult::new(outcome) }));
    }

    /// Handles a failed attempt: the loop of `Pipeline::create`.
    pub(super) fn fail(&mut self, failure: Failure) {
        match failure {
            Failure::Lost => self.state.vendor.abandon(self.index),
            Failure::Invalid | Failure::Unavailable | Failure::Throttled | Failure::RateLimited => {
                self.state.vendor.refuse(self.index);
            }
        }
        self.attempt_ended();
        let error = failure.error();
        let run = &self.process().run;
        let doubt = failures_of(&run.failures, run.was_sent_before).doubt_with(&error, Duration::ZERO);
        let is_requeued = self.setup.has_queue() && failure == Failure::RateLimited;
        let capabilities = self.setup.vendor.capabilities();
        let resends = (self.setup.rules.may_resend)(&error, &capabilities, doubt) && !is_requeued;
        self.run().failures.push(failure);
        if resends && self.process().run.attempts < MAX_ATTEMPTS {
            self.enter(Phase::Claimed);
        } else {
            self.end_attempts(RunResult::new(Outcome::Pending));
        }
    }

    /// Ends the attempts of a run with their error, or with `otherwise` if none failed.
    fn end_attempts(&mut self, otherwise: RunResult) {
        let run = &self.process().run;
        let Some(error) = (self.setup.rules.final_error)(&run.failures, run.was_sent_before) else {
            // `Pipeline::doubt_that_stays`: a doubtful delivery stays in doubt.
            return if self.process().run.is_in_doubt {
                self.end_in_doubt();
            } else {
                self.enter(Phase::Settling(otherwise));
            };
        };
        if error.effect() != Effect::Unknown {
            let result =
                RunResult { kind: Some(error.kind()), ..RunResult::new(Outcome::from_error(&error)) };
            return self.enter(Phase::Settling(result));
        }
        self.run().is_in_doubt = true;
        let own = self.own_attempts();
        let is_own = self.process().run.failures.contains(&Failure::Lost);
        if is_own && self.setup.vendor.find {
            return self.enter(Phase::Looking { is_earlier: false, age: 0 });
        }
        let (rules, now) = (self.setup.rules, self.setup.now());
        let step = if is_own {
            (rules.after_look)(self.setup.policy(), None, &own, &now)
        } else {
            (rules.next_step)(self.setup.policy(), &own, &now)
        };
        self.set_look_again(step);
        self.end_in_doubt();
    }

    /// Handles the outcome of a look. `None` means that it failed.
    pub(super) fn looked(&mut self, is_earlier: bool, outcome: Option<&FindOutcome>) {
        let now = self.setup.now();
        let own = self.own_attempts();
        if outcome.is_some() {
            self.run().looked_at = Some(now.time);
        }
        if let Some(FindOutcome::Found(id)) = outcome {
            let found = RunResult { contact: contact_of(id), ..RunResult::new(Outcome::Created) };
            let earlier_id = self.state.record.as_ref().and_then(|record| record.id.as_ref());
            self.state.history.took_old_id |= self.process().run.is_repeat && earlier_id == Some(id);
            return self.enter(Phase::Settling(found));
        }
        let run = &self.process().run;
        let earlier = run.earlier.filter(|_| is_earlier).map(|earlier| PastAttempts {
            may_send_until: earlier.may_send_until.0,
            looked_at: earlier.looked_at,
        });
        // The vendor's list may be as old as the request.
        let asked_at = run.asked_at.filter(|_| is_earlier).map_or(now, |it| it.0);
        let rules = &self.setup.rules;
        let asked_at = (rules.look_counts_from)(asked_at, now);
        let attempts = earlier.unwrap_or(own);
        let step = (rules.after_look)(self.setup.policy(), outcome, &attempts, &asked_at);
        self.set_look_again(step);
        match step {
            NextStep::Send if is_earlier => self.enter(Phase::NotCreated),
            NextStep::Resend if is_earlier => self.resend(),
            _ => self.end_in_doubt(),
        }
    }

    /// Records when a later run can take a step that this run does not take.
    fn set_look_again(&mut self, step: NextStep) {
        self.run().look_again_at = DoubtPolicy::time_of_later_run(step, &self.setup.now());
    }

    /// Records that an earlier run did not create the contact: `JournalEntry::reclaim_not_created`.
    fn settle_as_not_created(&mut self) {
        match self.write_settlement(RunResult::new(Outcome::Pending), false) {
            SettleOutcome::Written | SettleOutcome::TellsLess => self.enter(Phase::Reclaiming),
            SettleOutcome::NotHolder => self.end_without_settling(Outcome::Pending, None, None),
        }
    }

    fn reclaim(&mut self) {
        if !self.process().has_lease {
            return self.end_without_settling(Outcome::Failed, Some(ErrorKind::Config), None);
        }
        match self.request_claim(false) {
            ClaimOutcome::New | ClaimOutcome::Extended => self.begin_new(),
            ClaimOutcome::Interrupted(record) => {
                self.run().is_in_doubt = true;
                self.run().look_again_at = record.look_again_at;
                self.end_in_doubt();
            }
            ClaimOutcome::Done(_) => self.end_without_settling(Outcome::Skipped, None, None),
            ClaimOutcome::Held => self.end_without_settling(Outcome::Pending, None, None),
        }
    }

    fn own_attempts(&self) -> PastAttempts {
        let run = &self.process().run;
        let ended = run.last_attempt_ended.map_or(self.setup.now(), |it| it.0);
        PastAttempts { may_send_until: ended, looked_at: run.looked_at }
    }

    fn attempt_ended(&mut self) {
        let now = self.setup.now();
        self.run().last_attempt_ended = Some(HashableStamp(now));
    }

    fn process(&self) -> &Process {
        &self.state.processes[self.index]
    }

    fn run(&mut self) -> &mut Run {
        &mut self.state.processes[self.index].run
    }

    fn enter(&mut self, phase: Phase) {
        self.state.processes[self.index].phase = phase;
        // Variables that are not read any more are reset, so that equal states have equal hashes.
        let is_looking = matches!(phase, Phase::Looking { .. });
        let is_ending = matches!(phase, Phase::Settling(_) | Phase::Concluding { .. });
        let run = self.run();
        run.asked_at = run.asked_at.filter(|_| is_looking);
        run.earlier = run.earlier.filter(|_| is_looking);
        run.may_send_until = run.may_send_until.filter(|_| !is_ending);
        run.earlier_contact = run.earlier_contact.filter(|_| !is_ending);
    }
}

impl RunResult {
    pub(super) fn new(outcome: Outcome) -> Self {
        Self { outcome, kind: None, contact: None, look_again_at: None }
    }
}
