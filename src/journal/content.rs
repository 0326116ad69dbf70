//! A contact in the form that a journal records: JSON, fingerprint, digest, and the error that left it in doubt.

use std::sync::Arc;

use serde_json::Value;
use unicontact_providers::{UnifiedContact, json_fingerprint};

use super::record::Record;
use crate::identity::{ContentDigest, IdentityKey};

/// A contact in its recorded form, which all its deliveries share.
#[derive(Clone)]
pub(crate) struct Content {
    pub(super) fingerprint: Arc<str>,
    pub(super) json: Arc<str>,
    pub(super) digest: Option<ContentDigest>,
    /// The error of an earlier run that left the delivery in doubt.
    pub(super) error: Option<Value>,
}

impl Content {
    pub(crate) fn from_contact(contact: &UnifiedContact, key: Option<&IdentityKey>) -> Self {
        // Serializing cannot fail: the maps have text keys, and the values are JSON.
        let json = serde_json::to_string(contact).unwrap_or_default();
        let digest = key.map(|key| ContentDigest::new(contact, key));
        Self { fingerprint: json_fingerprint(&json).into(), json: json.into(), digest, error: None }
    }

    /// Returns the contact that an earlier run sent, if the record still has it.
    pub(super) fn from_record(record: &Record) -> Option<Self> {
        Some(Self {
            fingerprint: Arc::clone(&record.fingerprint),
            json: Arc::clone(record.content.as_ref()?),
            digest: record.digest.clone(),
            error: record.error.clone(),
        })
    }

    /// Returns the error that left the delivery in doubt, with the candidates of the last look.
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
