//! Settles a delivery by its journal entry.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{JournalEntry, NotSent};
use crate::journal::{Content, JournalError, JournalErrorKind};
use crate::journal::{Record, SettleOutcome, Settlement};
use crate::outcome::Outcome;
use crate::report::Delivery;

impl JournalEntry {
    /// Records the end of the delivery. The write is under way when this returns.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, or another process holds the delivery.
    pub(crate) fn settle(
        &self,
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), JournalError>> + Send + use<> {
        let (settlement, provider) = (self.settlement(delivery), self.key.provider().to_owned());
        let settling = self.journal.settle(settlement);
        async move {
            match settling.await? {
                SettleOutcome::Written | SettleOutcome::TellsLess => Ok(()),
                SettleOutcome::NotHolder => {
                    tracing::error!(provider, "Another process holds a delivery that was settled here");
                    Err(JournalError::new(provider, JournalErrorKind::TakenOver))
                }
            }
        }
    }

    fn settlement(&self, delivery: &Delivery) -> Settlement {
        let error = delivery.error.as_ref().and_then(|error| serde_json::to_value(error).ok());
        let is_in_doubt = delivery.outcome == Outcome::InDoubt;
        // A delivery that was only looked for keeps the error that brought the doubt.
        let was_only_looked_for = is_in_doubt && delivery.attempts == 0;
        let (run, uptime) = (self.run_id(), self.clock.uptime());
        let mut state = self.state();
        let story = state.attempts.take(delivery.outcome, uptime, run);
        let first = state.sent.error_with_candidates(error.as_ref()).filter(|_| was_only_looked_for);
        let last_attempt = state.last_attempt_ended.unwrap_or_else(|| self.now());
        Settlement {
            // An extended claim that sent nothing does not move the time of the earlier attempts.
            last_attempt: if delivery.attempts > 0 { Some(last_attempt) } else { state.earlier_attempt }
                .filter(|_| is_in_doubt),
            looked_at: state.looked_at.filter(|_| is_in_doubt),
            look_again_at: delivery.look_again_at,
            id: delivery.id.clone(),
            attempts: delivery.attempts,
            error: first.or(error),
            story,
            ..self.settlement_of(delivery.outcome, &state.sent)
        }
    }

    fn settlement_of(&self, outcome: Outcome, sent: &Content) -> Settlement {
        Settlement {
            key: self.key.clone(),
            claim_id: self.was_claimed.load(Ordering::SeqCst).then_some(self.claim_id),
            vendor: Arc::clone(&self.vendor),
            fingerprint: Arc::clone(&sent.fingerprint),
            content: Arc::clone(&sent.json),
            digest: sent.digest.clone(),
            outcome,
            id: None,
            attempts: 0,
            error: None,
            last_attempt: None,
            looked_at: None,
            look_again_at: None,
            at: self.now().time,
            run: self.run.clone(),
            story: Vec::new(),
        }
    }

    /// Records that the vendor does not have what an earlier run may have created, and claims the delivery again.
    ///
    /// # Errors
    ///
    /// The claim was not granted.
    pub(crate) async fn reclaim_not_created(&self) -> Result<Option<Box<Record>>, NotSent> {
        let settlement = {
            let state = self.state();
            let not_created = self.settlement_of(Outcome::Pending, &state.sent);
            // The journal keeps the doubt unless the settlement has the time of a look.
            Settlement { looked_at: state.looked_at, ..not_created }
        };
        match self.journal.settle(settlement).await {
            Ok(SettleOutcome::Written | SettleOutcome::TellsLess) => self.claim().await,
            Ok(SettleOutcome::NotHolder) => Err(NotSent::Held),
            Err(error) => Err(NotSent::JournalFailed(error)),
        }
    }
}
