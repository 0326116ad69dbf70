//! The settings of a journal: the key of its hashes, and the recorded method of recognition.

use async_nats::jetstream::kv::Store;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use unicontact_providers::hex;

use super::super::error::{DecodeError, ErrorContext};
use super::super::kv::{self, WriteOutcome};
use super::values::{FORMAT, decode, encode};
use crate::identity::{IdentifyBy, IdentityKey};
use crate::journal::{JournalError, JournalErrorKind};

const KEY: &str = "settings";

/// The settings of a journal. They are created with it.
#[derive(Clone)]
pub(in super::super) struct Settings {
    pub(in super::super) identity_key: [u8; IdentityKey::LENGTH],
    /// Whether version 0.1.0 recorded deliveries of people that are not registered.
    pub(in super::super) has_unknown_people: bool,
    /// Whether a migration from version 0.1.0 began and has not completed.
    pub(in super::super) is_being_migrated: bool,
    /// The method by which contacts are recognized, if one is recorded.
    pub(in super::super) identify_by: Option<IdentifyBy>,
}

#[derive(Serialize, Deserialize)]
struct StoredSettings {
    format: u32,
    /// Hexadecimal.
    identity_key: String,
    #[serde(default)]
    has_unknown_people: bool,
    #[serde(default)]
    is_being_migrated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identify_by: Option<String>,
}

impl Settings {
    /// Returns the settings of the journal. `None` if it has none yet.
    pub(in super::super) async fn load(
        store: &Store,
        errors: &ErrorContext,
    ) -> Result<Option<Self>, JournalError> {
        Ok(Self::load_with_revision(store, errors).await?.map(|(settings, _)| settings))
    }

    async fn load_with_revision(
        store: &Store,
        errors: &ErrorContext,
    ) -> Result<Option<(Self, u64)>, JournalError> {
        let Some(message) = kv::get_from_leader(store, KEY, errors).await? else { return Ok(None) };
        let settings = Self::from_bytes(&message.payload).map_err(|error| errors.decode(error))?;
        Ok(Some((settings, message.sequence)))
    }

    /// Returns the settings of the journal, and creates them with a new key if there are none.
    pub(in super::super) async fn load_or_create(
        store: &Store,
        is_being_migrated: bool,
        errors: &ErrorContext,
    ) -> Result<Self, JournalError> {
        if let Some(settings) = Self::load(store, errors).await? {
            return Ok(settings);
        }
        let settings = Self {
            identity_key: random_bytes().ok_or_else(|| errors.error(JournalErrorKind::Broken))?,
            has_unknown_people: is_being_migrated,
            is_being_migrated,
            // Version 0.1.0 recognized people by their content.
            identify_by: is_being_migrated.then_some(IdentifyBy::Content),
        };
        match kv::compare_and_set(store, KEY, settings.to_bytes(), 0, errors).await? {
            WriteOutcome::Written(_) => Ok(settings),
            // Another process created them.
            WriteOutcome::Conflict => {
                let settings = Self::load(store, errors).await?;
                settings.ok_or_else(|| errors.error(JournalErrorKind::Unreachable))
            }
        }
    }

    /// Changes the existing settings. On a conflict with another process the change is applied to the newer ones.
    pub(in super::super) async fn update(
        store: &Store,
        change: impl Fn(&mut Self),
        errors: &ErrorContext,
    ) -> Result<(), JournalError> {
        loop {
            let Some((mut settings, revision)) = Self::load_with_revision(store, errors).await? else {
                return Err(errors.error(JournalErrorKind::Outdated));
            };
            change(&mut settings);
            let written = kv::compare_and_set(store, KEY, settings.to_bytes(), revision, errors).await?;
            if let WriteOutcome::Written(_) = written {
                return Ok(());
            }
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        encode(&StoredSettings {
            format: FORMAT,
            identity_key: hex::encode(&self.identity_key),
            has_unknown_people: self.has_unknown_people,
            is_being_migrated: self.is_being_migrated,
            identify_by: self.identify_by.map(|method| method.as_str().to_owned()),
        })
    }

    fn from_bytes(value: &[u8]) -> Result<Self, DecodeError> {
        let stored: StoredSettings = decode(value)?;
        let key = hex::decode(&stored.identity_key).and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            identity_key: key.ok_or(DecodeError::Damaged)?,
            has_unknown_people: stored.has_unknown_people,
            is_being_migrated: stored.is_being_migrated,
            // The method of a later version counts as none.
            identify_by: stored.identify_by.and_then(|word| word.parse().ok()),
        })
    }
}

/// Returns random bytes from the generator of `SQLite`, which creates the keys of journals in files, too.
fn random_bytes() -> Option<[u8; IdentityKey::LENGTH]> {
    let connection = Connection::open_in_memory().ok()?;
    connection.query_row("SELECT randomblob(32)", [], |row| row.get(0)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decoding_any_bytes_does_not_panic(value in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Settings::from_bytes(&value);
        }
    }

    #[test]
    fn settings_of_a_newer_version_are_not_reported_as_damaged() {
        let newer = br#"{"format": 2, "more": true}"#;
        assert!(matches!(Settings::from_bytes(newer), Err(DecodeError::Newer { .. })));
        assert!(matches!(Settings::from_bytes(br#"{"format": 1}"#), Err(DecodeError::Damaged)));
    }
}
