//! Settles deliveries, and counts the settlements that are pending.

use unicontact_providers::DeliveryKey;

use super::{MAX_CONFLICTS, PendingSettlements, RETRY_LIMIT, RecordStore, VersionedRecord};
use crate::journal::jetstream::kv::WriteOutcome;
use crate::journal::jetstream::retry_budget::RetryBudget;
use crate::journal::jetstream::stored;
use crate::journal::{ClaimId, Record, SettleOutcome, Settlement};
use crate::journal::{JournalError, JournalErrorKind, rules};

impl RecordStore {
    /// Waits until the settlements that are pending in this process meet a condition.
    pub(in super::super) async fn wait_for_settlements(
        &self,
        condition: impl FnMut(&PendingSettlements) -> bool,
    ) {
        // It cannot fail: the sender lives as long as this store.
        let _ = self.pending_settlements.subscribe().wait_for(condition).await;
    }

    pub(in super::super) fn settlement_begins(&self, key: &DeliveryKey) {
        self.pending_settlements.send_modify(|pending| *pending.entry(key.clone()).or_default() += 1);
    }

    pub(in super::super) fn settlement_ended(&self, key: &DeliveryKey) {
        self.pending_settlements.send_modify(|pending| {
            if let Some(count) = pending.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    pending.remove(key);
                }
            }
        });
    }

    pub(in super::super) async fn settle(
        &self,
        settlement: Settlement,
    ) -> Result<SettleOutcome, JournalError> {
        let claim_id = settlement.claim_id;
        let granted =
            claim_id.and_then(|claim_id: ClaimId| self.claims().get_mut(&claim_id.number())?.granted.take());
        let settled = self.try_settle(settlement, granted).await;
        if let Some(claim_id) = claim_id {
            self.claims().remove(&claim_id.number());
        }
        settled
    }

    /// Writes a settlement, and retries for the time of the lease: before that no other holder can settle the delivery instead.
    async fn try_settle(
        &self,
        settlement: Settlement,
        granted: Option<VersionedRecord>,
    ) -> Result<SettleOutcome, JournalError> {
        let key = stored::record_key(&settlement.key);
        let budget = RetryBudget::new(self.lease.duration().max(RETRY_LIMIT));
        let mut current = match granted {
            Some(granted) => Some(granted),
            None => self.read_within(&key, &budget).await?,
        };
        let mut written_overruns = None;
        let mut conflicts = 0;
        while conflicts < MAX_CONFLICTS {
            let record = current.as_ref().map(|it| &it.record);
            let overruns = record.map(|record| record.overruns);
            let rules::Settled { outcome, record } = rules::settle(record, settlement.clone());
            // An earlier try without an answer stored the overrun.
            let is_recorded = outcome == SettleOutcome::NotHolder
                && written_overruns.is_some()
                && written_overruns == overruns;
            let Some(record) = record.filter(|_| !is_recorded) else { return Ok(outcome) };
            let written = match &current {
                Some(current) if outcome == SettleOutcome::NotHolder => {
                    written_overruns = Some(record.overruns);
                    self.write_overrun(current, record).await
                }
                current => self.write(&record, current.as_ref().map_or(0, |it| it.revision)).await,
            };
            match written {
                Ok(WriteOutcome::Written(_)) => return Ok(outcome),
                Ok(WriteOutcome::Conflict) => conflicts += 1,
                Err(error) => budget.wait_after(error).await?,
            }
            // If a try without an answer stored the settlement, the next turn of this loop sees it.
            current = self.read_within(&key, &budget).await?;
        }
        Err(self.errors.error(JournalErrorKind::Busy))
    }

    /// Writes the count of overruns to a record that another holder may have claimed. Its claim stays, even if its lease has ended.
    async fn write_overrun(
        &self,
        current: &VersionedRecord,
        record: Record,
    ) -> Result<WriteOutcome, JournalError> {
        let record = Record { state: current.stored_state, ..record };
        let holder = current.holder.as_deref().unwrap_or_else(|| self.lease.holder());
        self.write_for(holder, &record, current.revision).await
    }
}
