//! Records deliveries that a person took out of the queue.

use std::sync::Arc;

use serde_json::{Value, json};
use unicontact_providers::{DeliveryKey, Effect, UnifiedContact};

use super::JetStreamJournal;
use crate::journal::content::Content;
use crate::journal::record::PURGED;
use crate::journal::resolution::Act;
use crate::journal::settlement::Settlement;
use crate::journal::{Journal, JournalError, Record, RecordState, rules};
use crate::outcome::Outcome;

impl JetStreamJournal {
    /// Records a waiting delivery as pending because a person takes it out of the queue. Returns `false` if it does not wait: a worker
    /// has it, it is in doubt, or it is finished.
    pub(crate) async fn purge(
        &self,
        key: &DeliveryKey,
        vendor: &Arc<str>,
        contact: &UnifiedContact,
        act: &Act,
    ) -> Result<bool, JournalError> {
        let act = Act { at: self.servers_time(), ..act.clone() };
        let Content { fingerprint, json, digest, .. } = Content::from_contact(contact, self.identity_key());
        let settlement = Settlement {
            key: key.clone(),
            claim_id: None,
            vendor: Arc::clone(vendor),
            fingerprint,
            content: json,
            digest,
            outcome: Outcome::Pending,
            id: None,
            attempts: 0,
            error: Some(error(&act)),
            last_attempt: None,
            looked_at: None,
            look_again_at: None,
            at: act.at,
            run: None,
            story: vec![act.purged()],
        };
        self.records.change(key, |record| rules::purge(record.as_ref(), settlement.clone())).await
    }
}

impl JetStreamJournal {
    /// Records that a delivery which a person took out of the queue was queued again, so that it can be claimed.
    pub(crate) async fn end_purge(&self, key: &DeliveryKey) -> Result<(), JournalError> {
        let queued = |record: Option<Record>| {
            let record = record.filter(|record| record.state == RecordState::Settled(Outcome::Pending))?;
            record.is_purged().then_some(Record { error: None, ..record })
        };
        self.records.change(key, queued).await.map(drop)
    }
}

fn error(act: &Act) -> Value {
    let reason = act.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
    json!({
        "kind": PURGED,
        "effect": Effect::NotSent.as_str(),
        "operation": "create",
        "message": format!("a person took it out of the queue{reason}"),
    })
}
