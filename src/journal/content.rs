//! A contact as a journal records it: its JSON, the fingerprint of that, and the error that left it in doubt.

use std::sync::Arc;

use serde_json::Value;
use unicontact_providers::{UnifiedContact, json_fingerprint};

use super::record::Record;
use crate::identity::{ContentDigest, IdentityKey};

/// A contact as it is recorded. Made once for all its deliveries.
#[derive(Clone)]
pub(crate) struct Content {
    pub(super) fingerprint: Arc<str>,
    pub(super) json: Arc<str>,
    pub(super) digest: Option<ContentDigest>,
    /// What went wrong when it was sent in an earlier run.
    pub(super) error: Option<Value>,
}

impl Content {
    pub(crate) fn from_contact(contact: &UnifiedContact, key: Option<&IdentityKey>) -> Self {
        // A contact serializes without fail: its maps have text keys and its values are JSON already.
        let json = serde_json::to_string(contact).unwrap_or_default();
        let digest = key.map(|key| ContentDigest::new(contact, key));
        Self { fingerprint: json_fingerprint(&json).into(), json: json.into(), digest, error: None }
    }

    /// Returns what an earlier run sent, unless the record does not hold it any more.
    pub(super) fn from_record(record: &Record) -> Option<Self> {
        Some(Self {
            fingerprint: Arc::clone(&record.fingerprint),
            json: Arc::clone(record.content.as_ref()?),
            digest: record.digest.clone(),
            error: record.error.clone(),
        })
    }

    /// Returns the error that brought the doubt, with the candidates of the last look.
    pub(super) fn error_with_candidates(&self, last: Option<&Value>) -> Option<Value> {
        let mut first = self.error.clone()?;
        if let Some(candidates) = last.and_then(|last| last.get("candidates"))
            && let Some(first) = first.as_object_mut()
        {
            first.insert("candidates".to_owned(), candidates.clone());
        }
        Some(first)
    }
}
