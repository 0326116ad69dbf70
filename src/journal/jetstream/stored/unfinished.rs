//! Reads the state of an unfinished delivery from a stored value without decoding the whole record.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

use super::{CLAIMED, FORMAT, INTERRUPTED};
use crate::journal::jetstream::decode;
use crate::journal::jetstream::error::DecodeError;
use crate::journal::record::PURGED;
use crate::outcome::Outcome;

/// The state of an unfinished delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// Claimed by a holder.
    Claimed {
        /// The id of the holder.
        holder: String,
    },
    /// Its claim was not settled, and that is recorded.
    Interrupted,
    /// Not sent.
    Pending,
    /// Failed with an error that may not be the contact's fault.
    Failed {
        /// The error kind, as in reports.
        kind: String,
    },
    /// Possibly at the vendor.
    InDoubt {
        /// When a worker can resolve the doubt without a person.
        look_again_at: Option<Timestamp>,
    },
    /// Unknown: a newer version of this program wrote the record, and a worker of that version queues the delivery if necessary.
    Newer,
}

/// The members of a stored record that make up its state.
#[derive(Deserialize)]
struct StoredState<'a> {
    #[serde(borrow)]
    standing: Cow<'a, str>,
    #[serde(default, borrow)]
    holder: Option<Cow<'a, str>>,
    #[serde(default)]
    look_again_at: Option<Timestamp>,
    #[serde(default, borrow)]
    error: Option<StoredError<'a>>,
}

#[derive(Deserialize)]
struct StoredError<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

/// Returns the state of the delivery of a value. `None` if it is finished, or the value cannot be decoded.
pub(crate) fn unfinished(value: &[u8]) -> Option<Unfinished> {
    let stored = match decode::decode(value, FORMAT) {
        Ok(stored) => stored,
        Err(DecodeError::Newer { .. }) => return Some(Unfinished::Newer),
        Err(DecodeError::NotJson { .. } | DecodeError::Damaged) => return None,
    };
    let StoredState { standing, holder, look_again_at, error } = stored;
    match &*standing {
        CLAIMED => Some(Unfinished::Claimed { holder: holder?.into_owned() }),
        INTERRUPTED => Some(Unfinished::Interrupted),
        // Only a person or an import queues it again.
        word if word == Outcome::Pending.as_str() && error.as_ref().is_some_and(|it| it.kind == PURGED) => {
            None
        }
        word if word == Outcome::Pending.as_str() => Some(Unfinished::Pending),
        word if word == Outcome::InDoubt.as_str() => Some(Unfinished::InDoubt { look_again_at }),
        word if word == Outcome::Failed.as_str() => {
            Some(Unfinished::Failed { kind: error?.kind.into_owned() })
        }
        _ => None,
    }
}
