//! Replaces damaged records, so that people can resolve their deliveries.

use async_nats::jetstream::kv::Operation;
use serde_json::json;
use unicontact_providers::{DeliveryKey, Effect, ErrorKind};

use super::JetStreamJournal;
use super::kv::WriteOutcome;
use crate::journal::rules::FORGOTTEN;
use crate::journal::{JournalError, Record, RecordState, Story, UnreadableRecord};
use crate::outcome::Outcome;

impl JetStreamJournal {
    /// Returns the value of a damaged record. `None` if it has changed since it was read.
    pub(crate) async fn damaged_value(
        &self,
        damaged: &UnreadableRecord,
    ) -> Result<Option<Vec<u8>>, JournalError> {
        let entry = self.records.store.entry(&damaged.key).await;
        let entry = entry.map_err(|error| self.records.errors.unreachable(&error))?;
        let is_same = |revision| revision == damaged.revision;
        let entry = entry.filter(|entry| entry.operation == Operation::Put && is_same(entry.revision));
        Ok(entry.map(|entry| entry.value.to_vec()))
    }

    /// Replaces a damaged record by one that is in doubt, without a contact: whether the contact was sent is not known, so that only a
    /// person can resolve it. Returns `false` if the record has changed since it was read.
    pub(crate) async fn replace_damaged(
        &self,
        damaged: &UnreadableRecord,
        key: DeliveryKey,
        vendor: &str,
    ) -> Result<bool, JournalError> {
        let message =
            format!("its record was damaged ({}); the value is with the dead letters", damaged.reason);
        let record = Record {
            number: damaged.revision,
            key,
            vendor: vendor.into(),
            fingerprint: FORGOTTEN.into(),
            state: RecordState::Settled(Outcome::InDoubt),
            id: None,
            attempts: 0,
            error: Some(json!({
                "kind": ErrorKind::Interrupted.as_str(),
                "effect": Effect::Unknown.as_str(),
                "operation": "create",
                "message": message,
            })),
            by_person: false,
            changed_at: self.servers_time(),
            may_send_until: None,
            looked_at: None,
            look_again_at: None,
            settled_by: None,
            overruns: 0,
            digest: None,
            content: None,
            run: None,
            unresolved: None,
            story: Story::default(),
        };
        let written = self.records.write(&record, damaged.revision).await?;
        Ok(matches!(written, WriteOutcome::Written(_)))
    }
}
