//! A record that a journal cannot read, while it reads all others.

use std::fmt;

/// A record whose value this program cannot read. It holds no contact data but the contact's part of the delivery's key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableRecord {
    /// The name of the bucket that holds the record.
    pub bucket: String,
    /// The key of the record in its bucket: the provider's name and a hash.
    pub key: String,
    /// The revision of the value.
    pub revision: u64,
    /// The contact's part of the delivery's key. `None` if the value does not hold it any more.
    pub contact: Option<String>,
    /// Whether a newer version of this program wrote the value. If not, the value is damaged.
    pub is_newer: bool,
    /// Why the value cannot be read.
    pub reason: String,
}

impl UnreadableRecord {
    /// Returns the name of the provider, with which the key begins.
    pub fn provider(&self) -> &str {
        self.key.split_once('.').map_or("", |(provider, _)| provider)
    }

    /// Returns what to do, in one sentence.
    pub fn hint(&self) -> String {
        if self.is_newer {
            return "Use the version of this program that wrote it.".to_owned();
        }
        let Self { bucket, key, .. } = self;
        format!(
            "Restore the value from a copy. Or, if the vendor does not have the contact, delete the record and import the contact \
             again: nats kv del {bucket} {key}"
        )
    }

    /// Returns where the record is and why it cannot be read, without the contact.
    pub(crate) fn detail(&self) -> String {
        format!("record {}, revision {}: {}", self.key, self.revision, self.reason)
    }
}

impl fmt::Display for UnreadableRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.contact {
            Some(contact) => write!(formatter, "{}/{contact}: ", self.provider())?,
            None => write!(formatter, "{}: ", self.provider())?,
        }
        write!(formatter, "the record cannot be read ({})", self.detail())
    }
}
