//! Reads and writes of single keys of a bucket that all modules of this journal share.

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use bytes::Bytes;
use jiff::Timestamp;

use super::error::ErrorContext;
use crate::journal::JournalError;

/// The outcome of a compare-and-set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteOutcome {
    /// The servers stored the value as this revision.
    Written(u64),
    /// The key has another revision than the expected one. Nothing was written.
    Conflict,
}

/// Writes the value of a key if its revision is still `revision`. Revision 0 means that the key does not exist, or a person has
/// deleted it.
///
/// # Errors
///
/// The servers did not answer. They may have stored the value nevertheless.
pub(super) async fn compare_and_set(
    store: &Store,
    key: impl AsRef<str>,
    value: Vec<u8>,
    revision: u64,
    errors: &ErrorContext,
) -> Result<WriteOutcome, JournalError> {
    let (key, value) = (key.as_ref(), Bytes::from(value));
    let outcome = update(store, key, value.clone(), revision, errors).await?;
    if outcome == WriteOutcome::Conflict
        && revision == 0
        && let Some(marker) = deletion_marker(store, key, errors).await?
    {
        return update(store, key, value, marker, errors).await;
    }
    Ok(outcome)
}

async fn update(
    store: &Store,
    key: &str,
    value: Bytes,
    revision: u64,
    errors: &ErrorContext,
) -> Result<WriteOutcome, JournalError> {
    match store.update(key, value, revision).await {
        Ok(revision) => Ok(WriteOutcome::Written(revision)),
        Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(WriteOutcome::Conflict),
        Err(error) => Err(errors.unreachable(&error)),
    }
}

/// Returns the revision of the marker that a deletion left in place of the value of a key.
async fn deletion_marker(
    store: &Store,
    key: &str,
    errors: &ErrorContext,
) -> Result<Option<u64>, JournalError> {
    let entry = store.entry(key).await.map_err(|error| errors.unreachable(&error))?;
    Ok(entry.filter(|entry| entry.operation != Operation::Put).map(|entry| entry.revision))
}

/// A value of a key.
pub(super) struct StoredValue {
    pub(super) bytes: Bytes,
    pub(super) revision: u64,
    /// When it was written, by the servers' clock.
    pub(super) written_at: Timestamp,
}

/// Returns the value of a key, from any server that stores it.
pub(super) async fn get(
    store: &Store,
    key: &str,
    errors: &ErrorContext,
) -> Result<Option<StoredValue>, JournalError> {
    let entry = store.entry(key).await.map_err(|error| errors.unreachable(&error))?;
    let entry = entry.filter(|entry| entry.operation == Operation::Put);
    Ok(entry.map(|entry| StoredValue {
        bytes: entry.value,
        revision: entry.revision,
        written_at: Timestamp::from_nanosecond(entry.created.unix_timestamp_nanos())
            .unwrap_or(Timestamp::MAX),
    }))
}

/// Returns the newest message of a key from the leader of the bucket's stream. Other servers may lag behind it.
pub(super) async fn get_from_leader(
    store: &Store,
    key: &str,
    errors: &ErrorContext,
) -> Result<Option<StreamMessage>, JournalError> {
    let subject = format!("{}{key}", store.prefix);
    match store.stream.get_last_raw_message_by_subject(&subject).await {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(errors.unreachable(&error)),
    }
}
