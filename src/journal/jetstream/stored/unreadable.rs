//! Describes a value that cannot be decoded, from its key and what its bytes still hold.

use unicontact_providers::DeliveryKey;

use super::{FORMAT, record_key};
use crate::journal::UnreadableRecord;
use crate::journal::jetstream::error::DecodeError;

/// The member with the contact's part of the delivery's key, in all formats.
const CONTACT: &[u8] = br#""contact":"#;

/// Returns the description of a value that `error` occurred for.
pub(in super::super) fn unreadable(
    bucket: &str,
    key: &str,
    revision: u64,
    value: &[u8],
    error: DecodeError,
) -> UnreadableRecord {
    let reason = match error {
        DecodeError::Newer { format } => {
            format!("its format is {format}, and this version reads up to {FORMAT}")
        }
        DecodeError::NotJson { line, column } => format!("it is not JSON, at line {line} column {column}"),
        DecodeError::Damaged => "it is not a record: a member is missing or has an unknown value".to_owned(),
    };
    UnreadableRecord {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        revision,
        contact: contact_in(key, value),
        is_newer: matches!(error, DecodeError::Newer { .. }),
        reason,
    }
}

/// Returns the contact that a value names, if the key in the bucket is that of the contact: any other text may be contact data.
fn contact_in(key: &str, value: &[u8]) -> Option<String> {
    let (provider, _) = key.split_once('.')?;
    let start = value.windows(CONTACT.len()).position(|window| window == CONTACT)? + CONTACT.len();
    let mut texts = serde_json::Deserializer::from_slice(value.get(start..)?).into_iter::<String>();
    let contact = texts.next()?.ok()?;
    (record_key(&DeliveryKey::from_contact_key(provider, contact.clone())) == key).then_some(contact)
}
