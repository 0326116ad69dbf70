//! The requests of a run to the journal, as `JournalEntry` makes them.

use std::borrow::Cow;

use serde_json::json;
use unicontact_providers::DeliveryKey;

use super::ProcessStep;
use crate::journal::rules::Settled;
use crate::journal::{Claim, ClaimId, ClaimOutcome, Record, SettleOutcome, Settlement};
use crate::model_check::state::RunResult;
use crate::model_check::vendor::id_of;
use crate::outcome::Outcome;

impl ProcessStep<'_> {
    /// Claims the delivery with this run's claim id, or extends its claim, and returns the answer.
    pub(super) fn request_claim(&mut self, extends: bool) -> ClaimOutcome {
        let claim_id = self.state.claim_id_of(self.index);
        let (policy, now) = (self.setup.policy(), self.setup.now());
        let claim = Claim {
            key: key(),
            claim_id: ClaimId::from_number(claim_id),
            vendor: "emnify".into(),
            fingerprint: "f".into(),
            content: "{}".into(),
            digest: None,
            again: self.process().run.is_repeat.then_some(jiff::Timestamp::MAX),
            extends,
            at: now,
            may_send_until: policy.may_send_until(&now),
            look_again_at: policy.look_again_after_claim(&now),
            run: None,
            story: Vec::new(),
        };
        self.run().was_claimed = true;
        let current = self.effective_record();
        let was_delivered = current.as_ref().is_some_and(|record| record.outcome().is_delivered());
        let (claimed, record) = (self.setup.rules.claim)(current, claim);
        if record.is_some() {
            self.run().claim_id = Some(claim_id);
            self.state.history.repeats +=
                u8::from(was_delivered && self.process().run.is_repeat && claimed == ClaimOutcome::New);
            self.state.write(record);
        }
        claimed
    }

    /// Settles the delivery, and returns the answer: `JournalEntry::settlement`.
    pub(super) fn write_settlement(&mut self, result: RunResult, is_final: bool) -> SettleOutcome {
        let now = self.setup.now();
        let run = self.process().run.clone();
        let is_in_doubt = result.outcome == Outcome::InDoubt;
        let last_attempt = run.last_attempt_ended.map_or(now, |it| it.0);
        let claim_id = run.claim_id.filter(|_| run.was_claimed);
        let settlement = Settlement {
            key: key(),
            claim_id: claim_id.map(ClaimId::from_number),
            vendor: "emnify".into(),
            fingerprint: "f".into(),
            content: "{}".into(),
            digest: None,
            outcome: result.outcome,
            id: result.contact.map(id_of),
            attempts: if is_final { u32::from(run.attempts) } else { 0 },
            error: result.kind.map(|kind| json!({"kind": kind.as_str()})),
            last_attempt: (is_in_doubt && run.attempts > 0).then_some(last_attempt),
            looked_at: if is_final { run.looked_at.filter(|_| is_in_doubt) } else { Some(now.time) },
            look_again_at: result.look_again_at,
            at: now.time,
            run: None,
            story: Vec::new(),
        };
        // The stored record, not the effective one: the holder of an orphaned claim can still settle it.
        let Settled { outcome, record } = (self.setup.rules.settle)(self.state.record.as_deref(), settlement);
        self.state.write(record);
        outcome
    }

    pub(super) fn effective_record(&self) -> Option<Record> {
        self.state.effective_record(self.setup, Some(self.index)).map(Cow::into_owned)
    }
}

fn key() -> DeliveryKey {
    DeliveryKey::from_contact_key("acme", "42".to_owned())
}
