//! The steps of a process, in the order of the product's pipeline. Between any two of them anything else may happen.
//!
//! What the product decides by a pure function is decided by that function here. The rest follows `Entry`, `Pipeline` and the
//! worker of a queue.

mod endings;
mod journal;

use std::time::Duration;

use unicontact_providers::{Effect, ErrorKind, FindOutcome, Operation, ProviderError, ProviderInfo};

use super::clock::is_truly_past;
use super::rules::failures_of;
use super::setup::Setup;
use super::state::{Earlier, End, Failure, Phase, Process, Run, StampKey, State};
use super::vendor::{Answer, contact_of};
use crate::delivery::Outcome;
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};
use crate::journal::{Claimed, Record, RecordState, SettleOutcome};

/// The attempts of one run.
const MAX_ATTEMPTS: u8 = 2;

/// A process that takes a step.
pub(super) struct Step<'a> {
    pub(super) setup: &'a Setup,
    pub(super) state: &'a mut State,
    pub(super) place: usize,
}

impl Step<'_> {
    /// Takes the next step, if it is the process's own and not an answer that it waits for.
    pub(super) fn take(&mut self) {
        match self.process().phase {
            Phase::Gone | Phase::Idle | Phase::Waiting | Phase::Looking { .. } => {}
            Phase::Started => self.read(),
            Phase::Admitted => self.claim(),
            Phase::Claimed => self.check(),
            Phase::Checked { stood_still } => self.send(stood_still),
            Phase::Cleared => self.settle_as_not_created(),
            Phase::Reclaiming => self.reclaim(),
            Phase::Settling(end) => self.settle(end),
            Phase::Concluding { end, is_recorded, was_kept } => self.conclude(end, is_recorded, was_kept),
        }
    }

    /// Reads the record, before any waiting: `Entry::known`.
    fn read(&mut self) {
        let Some(record) = self.counted() else { return self.go(Phase::Admitted) };
        self.run().earlier_contact = record.id.as_ref().and_then(contact_of);
        match record.standing {
            RecordState::Claimed(_) => self.end_without_settling(Outcome::Pending, None, None),
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => {
                self.run().is_in_doubt = true;
                self.run().look_again_at = record.look_again_at;
                let is_settled = matches!(record.standing, RecordState::Settled(_));
                let is_due = record.look_again_at.is_some_and(|time| time <= self.setup.now().time);
                if self.setup.has_queue() && (!is_settled || is_due) {
                    self.go(Phase::Admitted);
                } else {
                    self.read_doubt(&record);
                }
            }
            RecordState::Settled(outcome) if outcome.is_delivered() && !self.process().run.is_again => {
                self.end_without_settling(Outcome::Skipped, None, None);
            }
            RecordState::Settled(_) => self.go(Phase::Admitted),
        }
    }

    fn read_doubt(&mut self, record: &Record) {
        let (setup, now) = (self.setup, self.setup.now());
        let (rules, policy) = (&setup.rules, setup.policy());
        let attempts = (rules.past_attempts)(record, policy, &now);
        if attempts.may_send_until.is_past(&policy.may_send_until(&now)) {
            return self.go(Phase::Admitted);
        }
        match (rules.next_step)(policy, &attempts, &now) {
            NextStep::Look | NextStep::Send | NextStep::Resend => self.go(Phase::Admitted),
            step @ (NextStep::Wait(_) | NextStep::AskPerson) => {
                self.end_without_settling(Outcome::InDoubt, Some(ErrorKind::Interrupted), step.time());
            }
        }
    }

    /// Claims the delivery: `Entry::claim`.
    fn claim(&mut self) {
        if !self.process().is_heard {
            return self.end_without_settling(Outcome::Failed, Some(ErrorKind::Config), None);
        }
        match self.ask_for_claim(false) {
            Claimed::New | Claimed::Extended => self.begin_new(),
            Claimed::Interrupted(record) => self.begin_interrupted(&record),
            Claimed::Done(_) => self.end_without_settling(Outcome::Skipped, None, None),
            Claimed::Held => self.end_without_settling(Outcome::Pending, None, None),
        }
    }

    fn begin_new(&mut self) {
        if self.process().run.is_again {
            let id = self.state.record.as_ref().and_then(|record| record.id.as_ref());
            let contact = id.and_then(contact_of);
            self.run().earlier_contact = contact;
        }
        let until = self.setup.policy().may_send_until(&self.setup.now());
        let run = self.run();
        run.may_send_until = Some(StampKey(until));
        run.is_in_doubt = false;
        run.earlier = None;
        self.go(Phase::Claimed);
    }

    /// Reconciles what an earlier run may have created: `Pipeline::reconcile_earlier`.
    fn begin_interrupted(&mut self, record: &Record) {
        let (setup, now) = (self.setup, self.setup.now());
        let (rules, policy) = (&setup.rules, setup.policy());
        let attempts = (rules.past_attempts)(record, policy, &now);
        let run = self.run();
        run.is_in_doubt = true;
        run.may_send_until = None;
        run.look_again_at = record.look_again_at;
        run.earlier_contact = record.id.as_ref().and_then(contact_of);
        run.earlier = Some(Earlier {
            may_send_until: StampKey(attempts.may_send_until),
            looked_at: attempts.looked_at,
        });
        match (rules.next_step)(policy, &attempts, &now) {
            _ if record.content.is_none() => self.end_in_doubt(),
            NextStep::Look => {
                self.run().asked_at = Some(StampKey(now));
                self.go(Phase::Looking { is_earlier: true, age: 0 });
            }
            NextStep::Send | NextStep::Resend => self.resend(),
            step @ (NextStep::Wait(_) | NextStep::AskPerson) => {
                self.run().look_again_at = step.time();
                self.end_in_doubt();
            }
        }
    }

    /// Sends it once more to a vendor whose dedupe covers that: `Pipeline::resend_earlier`.
    fn resend(&mut self) {
        self.run().was_sent_before = true;
        self.go(Phase::Claimed);
    }

    /// Makes sure that an attempt may begin: `Entry::permit_attempt`, `Passage::is_held`.
    fn check(&mut self) {
        let (run, now) = (&self.process().run, self.setup.now());
        let holds = !self.setup.has_queue() || (!run.has_lapsed && self.process().is_heard);
        let holds = (self.setup.rules.holds)(holds);
        // An attempt is to end within its permit.
        let ends_at = now.after(Setup::longest_attempt());
        let is_past = |until: StampKey| (self.setup.rules.is_past)(&ends_at, &until.0);
        let is_permitted = run.may_send_until.is_some_and(|until| !is_past(until));
        if !is_permitted {
            if !holds || self.ask_for_claim(true) != Claimed::Extended {
                let unpermitted = End { kind: Some(ErrorKind::Config), ..End::of(Outcome::Failed) };
                return self.end_attempts(unpermitted);
            }
            let until = self.setup.policy().may_send_until(&now);
            self.run().may_send_until = Some(StampKey(until));
        }
        if !holds {
            return self.end_attempts(End::of(Outcome::Pending));
        }
        self.go(Phase::Checked { stood_still: false });
    }

    fn send(&mut self, stood_still: bool) {
        let now = self.setup.now();
        let until = self.process().run.may_send_until;
        self.state.marks.stood_still |= stood_still && until.is_none_or(|it| is_truly_past(&it.0, &now));
        let run = self.run();
        run.attempts += 1;
        run.last_attempt_ended = None;
        self.state.vendor.send(&self.setup.vendor, self.place);
        self.go(Phase::Waiting);
    }

    /// The vendor has it.
    pub(super) fn receive(&mut self, answer: Answer) {
        self.state.vendor.abandon(self.place);
        self.attempt_ended();
        self.run().is_answered = true;
        let outcome = if answer.is_existing { Outcome::Existing } else { Outcome::Created };
        self.go(Phase::Settling(End { contact: Some(answer.contact), ..End::of(outcome) }));
    }

    /// An attempt failed: the loop of `Pipeline::create`.
    pub(super) fn fail(&mut self, failure: Failure) {
        match failure {
            Failure::Lost => self.state.vendor.abandon(self.place),
            Failure::Invalid | Failure::Unavailable | Failure::RateLimited => {
                self.state.vendor.refuse(self.place);
            }
        }
        self.attempt_ended();
        let error = failure.error();
        let run = &self.process().run;
        let doubt = failures_of(&run.failures, run.was_sent_before).doubt_with(&error, Duration::ZERO);
        let is_put_back = self.setup.has_queue() && failure == Failure::RateLimited;
        let capabilities = self.setup.vendor.capabilities();
        let resends = (self.setup.rules.may_resend)(&error, &capabilities, doubt) && !is_put_back;
        self.run().failures.push(failure);
        if resends && self.process().run.attempts < MAX_ATTEMPTS {
            self.go(Phase::Claimed);
        } else {
            self.end_attempts(End::of(Outcome::Pending));
        }
    }

    /// Ends the attempts of a run: with what went wrong in them, or else as given.
    fn end_attempts(&mut self, otherwise: End) {
        let run = &self.process().run;
        let Some(error) = (self.setup.rules.error)(&run.failures, run.was_sent_before) else {
            // `Pipeline::doubt_that_stays`: what was in doubt stays so.
            return if self.process().run.is_in_doubt {
                self.end_in_doubt();
            } else {
                self.go(Phase::Settling(otherwise));
            };
        };
        if error.effect() != Effect::Unknown {
            let end = End { kind: Some(error.kind()), ..End::of(Outcome::of_error(&error)) };
            return self.go(Phase::Settling(end));
        }
        self.run().is_in_doubt = true;
        let own = self.own_attempts();
        let is_own = self.process().run.failures.contains(&Failure::Lost);
        if is_own && self.setup.vendor.find {
            return self.go(Phase::Looking { is_earlier: false, age: 0 });
        }
        let (rules, now) = (self.setup.rules, self.setup.now());
        let step = if is_own {
            (rules.after_look)(self.setup.policy(), None, &own, &now)
        } else {
            (rules.next_step)(self.setup.policy(), &own, &now)
        };
        self.note(step);
        self.end_in_doubt();
    }

    /// The vendor answers a look, or does not: `None`.
    pub(super) fn looked(&mut self, is_earlier: bool, outcome: Option<&FindOutcome>) {
        let now = self.setup.now();
        let own = self.own_attempts();
        if outcome.is_some() {
            self.run().looked_at = Some(now.time);
        }
        if let Some(FindOutcome::Found(id)) = outcome {
            let found = End { contact: contact_of(id), ..End::of(Outcome::Created) };
            let known = self.state.record.as_ref().and_then(|record| record.id.as_ref());
            self.state.marks.took_old_id |= self.process().run.is_again && known == Some(id);
            return self.go(Phase::Settling(found));
        }
        let run = &self.process().run;
        let earlier = run.earlier.filter(|_| is_earlier).map(|earlier| PastAttempts {
            may_send_until: earlier.may_send_until.0,
            looked_at: earlier.looked_at,
        });
        // What the vendor lists may be as old as the request for it.
        let asked_at = run.asked_at.filter(|_| is_earlier).map_or(now, |it| it.0);
        let rules = &self.setup.rules;
        let asked_at = (rules.look_counts_from)(asked_at, now);
        let attempts = earlier.unwrap_or(own);
        let step = (rules.after_look)(self.setup.policy(), outcome, &attempts, &asked_at);
        self.note(step);
        match step {
            NextStep::Send if is_earlier => self.go(Phase::Cleared),
            NextStep::Resend if is_earlier => self.resend(),
            _ => self.end_in_doubt(),
        }
    }

    /// Notes when a later run can take a step that this one does not take.
    fn note(&mut self, step: NextStep) {
        self.run().look_again_at = DoubtPolicy::time_of_later_run(step, &self.setup.now());
    }

    /// Records that an earlier run did not create it: `Entry::claim_what_was_not_created`.
    fn settle_as_not_created(&mut self) {
        match self.write_settlement(End::of(Outcome::Pending), false) {
            SettleOutcome::Written | SettleOutcome::TellsLess => self.go(Phase::Reclaiming),
            SettleOutcome::NotHolder => self.end_without_settling(Outcome::Pending, None, None),
        }
    }

    fn reclaim(&mut self) {
        if !self.process().is_heard {
            return self.end_without_settling(Outcome::Failed, Some(ErrorKind::Config), None);
        }
        match self.ask_for_claim(false) {
            Claimed::New | Claimed::Extended => self.begin_new(),
            Claimed::Interrupted(record) => {
                self.run().is_in_doubt = true;
                self.run().look_again_at = record.look_again_at;
                self.end_in_doubt();
            }
            Claimed::Done(_) => self.end_without_settling(Outcome::Skipped, None, None),
            Claimed::Held => self.end_without_settling(Outcome::Pending, None, None),
        }
    }

    fn own_attempts(&self) -> PastAttempts {
        let run = &self.process().run;
        let ended = run.last_attempt_ended.map_or(self.setup.now(), |it| it.0);
        PastAttempts { may_send_until: ended, looked_at: run.looked_at }
    }

    fn attempt_ended(&mut self) {
        let now = self.setup.now();
        self.run().last_attempt_ended = Some(StampKey(now));
    }

    fn process(&self) -> &Process {
        &self.state.processes[self.place]
    }

    fn run(&mut self) -> &mut Run {
        &mut self.state.processes[self.place].run
    }

    fn go(&mut self, phase: Phase) {
        self.state.processes[self.place].phase = phase;
        // What is not read any more would only make states differ.
        let is_looking = matches!(phase, Phase::Looking { .. });
        let is_ending = matches!(phase, Phase::Settling(_) | Phase::Concluding { .. });
        let run = self.run();
        run.asked_at = run.asked_at.filter(|_| is_looking);
        run.earlier = run.earlier.filter(|_| is_looking);
        run.may_send_until = run.may_send_until.filter(|_| !is_ending);
        run.earlier_contact = run.earlier_contact.filter(|_| !is_ending);
    }
}

impl End {
    pub(super) fn of(outcome: Outcome) -> Self {
        Self { outcome, kind: None, contact: None, look_again_at: None }
    }
}

impl Failure {
    pub(super) fn error(self) -> ProviderError {
        let (kind, effect) = match self {
            Self::Lost => (ErrorKind::Interrupted, Effect::Unknown),
            Self::Invalid => (ErrorKind::Invalid, Effect::Refused),
            Self::Unavailable => (ErrorKind::Unavailable, Effect::Refused),
            Self::RateLimited => (ErrorKind::RateLimited, Effect::Refused),
        };
        ProviderError::new(&ProviderInfo::new("acme", "emnify"), Operation::Create, kind, effect)
    }
}
