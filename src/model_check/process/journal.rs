//! What a run asks of the journal, as `Entry` does.

use std::borrow::Cow;

use serde_json::json;
use unicontact_providers::DeliveryKey;

use super::Step;
use crate::delivery::Outcome;
use crate::journal::rules::Settled;
use crate::journal::{Claim, ClaimId, Claimed, Record, SettleOutcome, Settlement};
use crate::model_check::state::End;
use crate::model_check::vendor::id_of;

impl Step<'_> {
    /// Claims with this run's ticket, or extends its claim, and returns the answer.
    pub(super) fn ask_for_claim(&mut self, extends: bool) -> Claimed {
        let ticket = self.state.ticket_of(self.place);
        let (policy, now) = (self.setup.policy(), self.setup.now());
        let claim = Claim {
            key: key(),
            ticket: ClaimId::of_number(ticket),
            vendor: "emnify".into(),
            fingerprint: "f".into(),
            content: "{}".into(),
            digest: None,
            again: self.process().run.is_again.then_some(jiff::Timestamp::MAX),
            extends,
            at: now,
            may_send_until: policy.may_send_until(&now),
            look_again_at: policy.look_again_after_claim(&now),
            run: None,
            story: Vec::new(),
        };
        self.run().was_claimed = true;
        let known = self.counted();
        let was_delivered = known.as_ref().is_some_and(|record| record.outcome().is_delivered());
        let (claimed, record) = (self.setup.rules.claim)(known, claim);
        if record.is_some() {
            self.run().ticket = Some(ticket);
            self.state.marks.again +=
                u8::from(was_delivered && self.process().run.is_again && claimed == Claimed::New);
            self.state.write(record);
        }
        claimed
    }

    /// Settles, and returns the answer: `Entry::settlement`.
    pub(super) fn write_settlement(&mut self, end: End, is_final: bool) -> SettleOutcome {
        let now = self.setup.now();
        let run = self.process().run.clone();
        let is_in_doubt = end.outcome == Outcome::InDoubt;
        let last_attempt = run.last_attempt_ended.map_or(now, |it| it.0);
        let ticket = run.ticket.filter(|_| run.was_claimed);
        let settlement = Settlement {
            key: key(),
            ticket: ticket.map(ClaimId::of_number),
            vendor: "emnify".into(),
            fingerprint: "f".into(),
            content: "{}".into(),
            digest: None,
            outcome: end.outcome,
            id: end.contact.map(id_of),
            attempts: if is_final { u32::from(run.attempts) } else { 0 },
            error: end.kind.map(|kind| json!({"kind": kind.as_str()})),
            last_attempt: (is_in_doubt && run.attempts > 0).then_some(last_attempt),
            looked_at: if is_final { run.looked_at.filter(|_| is_in_doubt) } else { Some(now.time) },
            look_again_at: end.look_again_at,
            at: now.time,
            run: None,
            story: Vec::new(),
        };
        // The record as it is written: an orphan that nobody claimed is still its holder's.
        let Settled { outcome, record } = (self.setup.rules.settle)(self.state.record.as_deref(), settlement);
        self.state.write(record);
        outcome
    }

    pub(super) fn counted(&self) -> Option<Record> {
        self.state.counted(self.setup, Some(self.place)).map(Cow::into_owned)
    }
}

fn key() -> DeliveryKey {
    DeliveryKey::from_contact_key("acme", "42".to_owned())
}
