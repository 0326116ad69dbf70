//! How a run ends: settled, stopped, cut off; and what becomes of its message.

use jiff::Timestamp;
use unicontact_providers::ErrorKind;

use super::Step;
use crate::delivery::Outcome;
use crate::doubt::DoubtPolicy;
use crate::journal::{Record, RecordState, SettleOutcome};
use crate::model_check::rules::ended_of;
use crate::model_check::state::{End, Failure, Phase};
use crate::queue::{DeliveryResult, acknowledges};

impl Step<'_> {
    pub(super) fn settle(&mut self, end: End) {
        let is_recorded = self.write_settlement(end, true) != SettleOutcome::NotHolder;
        let is_there = end.contact.is_none_or(|contact| contact < self.state.vendor.contacts.len());
        self.state.marks.reported_missing |= !is_there || (is_delivered(end) && end.contact.is_none());
        let run = self.process().run.clone();
        if !is_recorded {
            let may_be_created = is_delivered(end) || end.outcome == Outcome::InDoubt;
            let is_overrun = run.was_claimed && run.attempts > 0 && may_be_created;
            let is_counted = self.state.record.as_ref().is_some_and(|record| record.overruns > 0);
            self.state.marks.hid_overrun |= is_overrun && !is_counted;
        }
        self.conclude_later(end, is_recorded);
    }

    /// Acknowledges the message or puts it back; then the process is free.
    pub(super) fn conclude(&mut self, end: End, is_recorded: bool, was_kept: bool) {
        if let Some(place) = self.process().message {
            let record = self.counted();
            let ended = DeliveryResult {
                outcome: end.outcome,
                kind: end.kind,
                is_recorded,
                is_breaker_open: end.kind == Some(ErrorKind::RateLimited),
            };
            if (self.setup.rules.acknowledges)(ended, record.as_ref(), self.setup.now().time) {
                let is_kept = was_kept || record.as_ref().is_some_and(is_kept);
                self.state.acknowledge(place, is_kept);
            } else {
                self.state.put_back(place, self.place);
            }
        }
        self.state.processes[self.place].finish();
    }

    /// The adapter refuses the contact before it is claimed.
    pub(in crate::model_check) fn reject(&mut self) {
        let kind = Some(ErrorKind::Unmappable);
        self.go(Phase::Settling(End { kind, ..End::of(Outcome::Rejected) }));
    }

    /// Nothing is sent any more: the provider is paused, or the process ends.
    pub(in crate::model_check) fn stop(&mut self) {
        let run = &self.process().run;
        if run.is_in_doubt && !run.was_claimed {
            let look_again_at = run.look_again_at;
            let kind = Some(ErrorKind::Interrupted);
            self.end_without_settling(Outcome::InDoubt, kind, look_again_at);
        } else {
            self.end_attempts(End::of(Outcome::Pending));
        }
    }

    /// The delivery is cut off in order: what may have been sent is in doubt.
    pub(in crate::model_check) fn cut_off(&mut self) {
        let end = self.cut_off_end();
        self.state.vendor.abandon(self.place);
        // Nobody waits for the answer.
        let _ = self.write_settlement(end, true);
        if let Some(place) = self.process().message {
            self.state.put_back(place, self.place);
        }
        self.state.processes[self.place].finish();
    }

    /// The claim is written, and its answer never comes: nothing is sent.
    pub(in crate::model_check) fn give_up_claim(&mut self) {
        let _ = self.ask_for_claim(false);
        self.cut_off();
    }

    pub(super) fn cut_off_end(&mut self) -> End {
        if let Phase::Settling(end) | Phase::Concluding { end, .. } = self.process().phase
            && is_delivered(end)
            && self.process().run.is_answered
        {
            return end;
        }
        let is_sending = self.process().phase == Phase::Waiting;
        let run = &self.process().run;
        if !is_sending && !run.is_in_doubt && !run.failures.contains(&Failure::Lost) {
            return End::of(Outcome::Pending);
        }
        let look_again_at = if self.process().run.attempts == 0 {
            self.process().run.look_again_at
        } else {
            let now = self.setup.now();
            let own = self.own_attempts();
            let step = (self.setup.rules.after_look)(self.setup.policy(), None, &own, &now);
            DoubtPolicy::time_of_later_run(step, &now)
        };
        End { kind: Some(ErrorKind::Interrupted), look_again_at, ..End::of(Outcome::InDoubt) }
    }

    pub(super) fn end_in_doubt(&mut self) {
        let look_again_at = self.process().run.look_again_at;
        let kind = Some(ErrorKind::Interrupted);
        self.go(Phase::Settling(End { kind, look_again_at, ..End::of(Outcome::InDoubt) }));
    }

    pub(super) fn end_without_settling(
        &mut self,
        outcome: Outcome,
        kind: Option<ErrorKind>,
        at: Option<Timestamp>,
    ) {
        let end = End { kind, look_again_at: at, ..End::of(outcome) };
        self.conclude_later(end, true);
    }

    pub(super) fn conclude_later(&mut self, end: End, is_recorded: bool) {
        let counted = self.state.counted(self.setup, Some(self.place));
        let was_kept = counted.is_some_and(|record| is_kept(&record));
        let end = End { look_again_at: None, ..end };
        self.go(Phase::Concluding { end, is_recorded, was_kept });
    }
}

/// Returns whether the journal holds a delivery as settled or parked.
fn is_kept(record: &Record) -> bool {
    match record.standing {
        // A person says so of what has left the queue, and it is queued again.
        RecordState::Settled(Outcome::Pending) => record.by_person,
        // What met a pause is not finished.
        RecordState::Settled(Outcome::Failed) => acknowledges(ended_of(record), None, record.changed_at),
        RecordState::Settled(_) => true,
        RecordState::Claimed(_) | RecordState::Interrupted => false,
    }
}

fn is_delivered(end: End) -> bool {
    matches!(end.outcome, Outcome::Created | Outcome::Existing)
}
