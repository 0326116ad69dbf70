//! The end of a run: its settlement, and the acknowledgement of its message.

use jiff::Timestamp;
use unicontact_providers::ErrorKind;

use super::ProcessStep;
use crate::doubt::DoubtPolicy;
use crate::journal::{Record, RecordState, SettleOutcome};
use crate::model_check::failure::Failure;
use crate::model_check::rules::ended_from_record;
use crate::model_check::state::{Phase, RunResult};
use crate::outcome::Outcome;
use crate::queue::{DeliveryResult, acknowledges};

impl ProcessStep<'_> {
    pub(super) fn settle(&mut self, result: RunResult) {
        let is_recorded = self.write_settlement(result, true) != SettleOutcome::NotHolder;
        let is_at_vendor = result.contact.is_none_or(|contact| contact < self.state.vendor.contacts.len());
        self.state.history.reported_missing |=
            !is_at_vendor || (is_delivered(result) && result.contact.is_none());
        let run = self.process().run.clone();
        if !is_recorded {
            let may_be_created = is_delivered(result) || result.outcome == Outcome::InDoubt;
            let is_overrun = run.was_claimed && run.attempts > 0 && may_be_created;
            let is_counted = self.state.record.as_ref().is_some_and(|record| record.overruns > 0);
            self.state.history.hid_overrun |= is_overrun && !is_counted;
        }
        self.conclude_later(result, is_recorded);
    }

    /// Acknowledges the message or puts it back. The process is idle then.
    pub(super) fn conclude(&mut self, result: RunResult, is_recorded: bool, had_result: bool) {
        if let Some(message) = self.process().message {
            let record = self.effective_record();
            let ended = DeliveryResult {
                outcome: result.outcome,
                kind: result.kind,
                is_recorded,
                is_breaker_open: result.kind == Some(ErrorKind::RateLimited),
            };
            if (self.setup.rules.acknowledges)(ended, record.as_ref(), self.setup.now().time) {
                let is_settled = had_result || record.as_ref().is_some_and(has_result);
                self.state.acknowledge(message, is_settled);
            } else {
                self.state.put_back(message, self.index);
            }
        }
        self.state.processes[self.index].finish();
    }

    /// Ends the delivery because the adapter rejected the contact before the claim.
    pub(in crate::model_check) fn reject(&mut self) {
        let kind = Some(ErrorKind::Unmappable);
        self.enter(Phase::Settling(RunResult { kind, ..RunResult::new(Outcome::Rejected) }));
    }

    /// Ends the delivery without another attempt: the provider is paused, or the process shuts down.
    pub(in crate::model_check) fn stop(&mut self) {
        let run = &self.process().run;
        if run.is_in_doubt && !run.was_claimed {
            let look_again_at = run.look_again_at;
            let kind = Some(ErrorKind::Interrupted);
            self.end_without_settling(Outcome::InDoubt, kind, look_again_at);
        } else {
            self.end_attempts(RunResult::new(Outcome::Pending));
        }
    }

    /// Cancels the delivery. It is in doubt if its request may have been sent.
    pub(in crate::model_check) fn cancel(&mut self) {
        let result = self.result_of_cancellation();
        self.state.vendor.abandon(self.index);
        // A cancelled delivery does not wait for the answer.
        let _ = self.write_settlement(result, true);
        if let Some(message) = self.process().message {
            self.state.put_back(message, self.index);
        }
        self.state.processes[self.index].finish();
    }

    /// Claims the delivery, and cancels it before the answer. Nothing is sent.
    pub(in crate::model_check) fn cancel_claim(&mut self) {
        let _ = self.request_claim(false);
        self.cancel();
    }

    fn result_of_cancellation(&mut self) -> RunResult {
        if let Phase::Settling(result) | Phase::Concluding { result, .. } = self.process().phase
            && is_delivered(result)
            && self.process().run.is_answered
        {
            return result;
        }
        let is_sending = self.process().phase == Phase::Waiting;
        let run = &self.process().run;
        if !is_sending && !run.is_in_doubt && !run.failures.contains(&Failure::Lost) {
            return RunResult::new(Outcome::Pending);
        }
        let look_again_at = if self.process().run.attempts == 0 {
            self.process().run.look_again_at
        } else {
            let now = self.setup.now();
            let own = self.own_attempts();
            let step = (self.setup.rules.after_look)(self.setup.policy(), None, &own, &now);
            DoubtPolicy::time_of_later_run(step, &now)
        };
        RunResult { kind: Some(ErrorKind::Interrupted), look_again_at, ..RunResult::new(Outcome::InDoubt) }
    }

    pub(super) fn end_in_doubt(&mut self) {
        let look_again_at = self.process().run.look_again_at;
        let kind = Some(ErrorKind::Interrupted);
        self.enter(Phase::Settling(RunResult { kind, look_again_at, ..RunResult::new(Outcome::InDoubt) }));
    }

    pub(super) fn end_without_settling(
        &mut self,
        outcome: Outcome,
        kind: Option<ErrorKind>,
        at: Option<Timestamp>,
    ) {
        let result = RunResult { kind, look_again_at: at, ..RunResult::new(outcome) };
        self.conclude_later(result, true);
    }

    pub(super) fn conclude_later(&mut self, result: RunResult, is_recorded: bool) {
        let record = self.state.effective_record(self.setup, Some(self.index));
        let had_result = record.is_some_and(|record| has_result(&record));
        let result = RunResult { look_again_at: None, ..result };
        self.enter(Phase::Concluding { result, is_recorded, had_result });
    }
}

/// Returns whether the journal has a result for the delivery, so that its last message may be acknowledged.
fn has_result(record: &Record) -> bool {
    match record.state {
        // A person resolved it as not created, and a worker enqueues it again.
        RecordState::Settled(Outcome::Pending) => record.by_person,
        // A failure because of a pause is not final.
        RecordState::Settled(Outcome::Failed) => {
            acknowledges(ended_from_record(record), None, record.changed_at)
        }
        RecordState::Settled(_) => true,
        RecordState::Claimed(_) | RecordState::Interrupted => false,
    }
}

fn is_delivered(result: RunResult) -> bool {
    matches!(result.outcome, Outcome::Created | Outcome::Existing)
}
