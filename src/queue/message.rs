//! The messages that carry deliveries: how they are written and read.
//!
//! A message of format 2 holds the contact and the contact's part of the delivery's key. A message of format 1, which version 0.1.0
//! wrote, holds only the contact. Subjects and headers hold no contact data, since servers log them.

use std::hash::{BuildHasher, RandomState};

use async_nats::HeaderMap;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use unicontact_providers::{DeliveryKey, UnifiedContact, json_fingerprint};

use crate::journal::jetstream::record_key;
use crate::report::report_name;

/// The newest format. A change that older versions cannot read raises it. They return such messages to the queue: `format` stays a
/// member of every message.
const FORMAT: u32 = 2;
/// The format of messages without a key.
const FORMAT_WITHOUT_KEY: u32 = 1;
/// The largest payload, in bytes.
const MAX_PAYLOAD: usize = 256 * 1024;
/// The header of a W3C trace context.
const TRACE_PARENT: &str = "traceparent";

/// A delivery that goes into the queue.
pub(super) struct Outgoing {
    pub(super) key: DeliveryKey,
    /// The contact's own id if it has one, else its part of the key.
    pub(super) reported_as: String,
    json: Bytes,
    /// The fingerprint of the contact, as the journal records it.
    pub(super) fingerprint: String,
    trace_id: String,
}

/// A delivery that came from the queue.
pub(super) struct Incoming {
    pub(super) contact: UnifiedContact,
    /// The contact's part of the delivery's key. `None` in a message of version 0.1.0.
    pub(super) key: Option<String>,
    /// The id of the trace that the message belongs to: 32 hexadecimal digits.
    pub(super) trace_id: Option<String>,
}

/// The error of a message that cannot be parsed. The texts say why, and repeat no data of the message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParseError {
    /// A newer version of this program wrote it.
    Newer(String),
    /// No version of this program wrote it, or it is damaged.
    Invalid(String),
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Newer(reason) | Self::Invalid(reason)) = self;
        formatter.write_str(reason)
    }
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    key: Option<String>,
    contact: UnifiedContact,
}

/// Returns the messages of one contact, with a new trace id. `key` is the contact's part of the keys of its deliveries.
pub(super) fn outgoing_messages<'a>(
    contact: &UnifiedContact,
    key: &str,
    providers: &'a [String],
) -> impl Iterator<Item = Outgoing> + use<'a> {
    let key_json = Value::from(key);
    // A contact always serializes: its maps have text keys, and its values are JSON.
    let json = serde_json::to_string(contact).unwrap_or_default();
    let fingerprint = json_fingerprint(&json);
    let json = Bytes::from(format!(r#"{{"format":{FORMAT},"key":{key_json},"contact":{json}}}"#));
    let trace_id = format!("{:016x}{:016x}", random(), random());
    let key = key.to_owned();
    let reported_as = report_name(contact, key.clone());
    providers.iter().map(move |provider| Outgoing {
        key: DeliveryKey::from_contact_key(provider, key.clone()),
        reported_as: reported_as.clone(),
        json: json.clone(),
        fingerprint: fingerprint.clone(),
        trace_id: trace_id.clone(),
    })
}

fn random() -> u64 {
    RandomState::new().hash_one(())
}

impl Outgoing {
    /// Returns whether the servers may reject the delivery's record in the journal, which holds the contact as an escaped string.
    pub(super) fn is_too_large(&self) -> bool {
        self.json.len() > MAX_PAYLOAD
    }

    /// Returns the message. Its id is that of the delivery and its content, so that the servers drop a second one. After an attempt at
    /// `tried_at`, the id is a new one.
    pub(super) fn message(&self, tried_at: Option<Timestamp>) -> PublishMessage {
        let mut id = format!("{}.{}", record_key(&self.key), self.fingerprint);
        if let Some(tried_at) = tried_at {
            id = format!("{id}.{}", tried_at.as_nanosecond());
        }
        let trace = format!("00-{}-{:016x}-01", self.trace_id, random());
        PublishMessage::build().payload(self.json.clone()).message_id(id).header(TRACE_PARENT, trace.as_str())
    }
}

impl Incoming {
    /// Parses a message.
    pub(super) fn parse(payload: &[u8], headers: Option<&HeaderMap>) -> Result<Self, ParseError> {
        let header: Header = serde_json::from_slice(payload).map_err(|error| invalid(&error))?;
        if header.format > FORMAT {
            let reason = format!("its format is {}, and this version reads up to {FORMAT}", header.format);
            return Err(ParseError::Newer(reason));
        }
        let Body { key, contact } = serde_json::from_slice(payload).map_err(|error| invalid(&error))?;
        let trace_parent = headers.and_then(|headers| headers.get(TRACE_PARENT));
        let trace_id = trace_parent.and_then(|value| trace_id_in(value.as_str()));
        if key.is_none() && header.format > FORMAT_WITHOUT_KEY {
            let reason = format!("its format is {}, and it has no key", header.format);
            return Err(ParseError::Invalid(reason));
        }
        Ok(Self { contact, key, trace_id })
    }
}

/// Returns the error without serde's message, which may repeat a value.
fn invalid(error: &serde_json::Error) -> ParseError {
    let what = if error.is_data() { "not a contact" } else { "not JSON" };
    ParseError::Invalid(format!("{what}, at line {} column {}", error.line(), error.column()))
}

fn trace_id_in(header: &str) -> Option<String> {
    let id = header.split('-').nth(1)?;
    let is_valid = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_valid.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn contact(id: &str, name: &str) -> UnifiedContact {
        serde_json::from_value(json!({"external_id": id, "name": name})).unwrap()
    }

    fn one(contact: &UnifiedContact) -> Outgoing {
        outgoing_messages(contact, "42", &["acme".to_owned()]).next().unwrap()
    }

    fn id_of(outgoing: &Outgoing, tried_at: Option<Timestamp>) -> String {
        let message = outgoing.message(tried_at).outbound_message("subject");
        message.headers.unwrap().get("Nats-Msg-Id").unwrap().as_str().to_owned()
    }

    #[test]
    fn equal_deliveries_have_one_message_id_and_a_new_attempt_or_a_changed_contact_has_another() {
        let (ada, corrected) = (contact("42", "Ada King"), contact("42", "Ada Lovelace"));
        let first = id_of(&one(&ada), None);
        assert_eq!(first, id_of(&one(&ada), None));
        assert_ne!(first, id_of(&one(&corrected), None));
        assert_ne!(first, id_of(&one(&ada), Some(Timestamp::UNIX_EPOCH)));
        assert!(first.starts_with("acme.") && !first.contains("42."), "{first}");
    }

    #[test]
    fn a_contact_is_reported_by_its_external_id_or_else_by_its_key() {
        let reported = |contact| {
            outgoing_messages(&contact, "sha256:ab", &["acme".to_owned()]).next().unwrap().reported_as
        };
        assert_eq!(reported(contact("42", "Ada King")), "42");
        assert_eq!(reported(UnifiedContact { external_id: None, ..contact("42", "Ada King") }), "sha256:ab");
    }

    #[test]
    fn a_message_is_read_as_it_was_written() {
        let ada = contact("42", "Ada King");
        let message = one(&ada).message(None).outbound_message("subject");
        let read = Incoming::parse(&message.payload, message.headers.as_ref()).ok().unwrap();
        assert_eq!(read.contact, ada);
        assert_eq!(read.key.as_deref(), Some("42"));
        assert_eq!(read.trace_id.unwrap().len(), 32);
    }

    #[test]
    fn a_message_of_0_1_0_needs_no_key_and_one_of_format_2_does() {
        let read = |payload: &str| Incoming::parse(payload.as_bytes(), None);
        let old = read(r#"{"format":1,"contact":{"external_id":"42","name":{"full":"Ada King"}}}"#);
        let old = old.ok().unwrap();
        assert_eq!((old.key, old.contact), (None, contact("42", "Ada King")));
        let without = read(r#"{"format":2,"contact":{"external_id":"42","name":{"full":"Ada King"}}}"#);
        let reason = "its format is 2, and it has no key".to_owned();
        assert_eq!(without.err().unwrap(), ParseError::Invalid(reason));
    }

    #[test]
    fn parse_errors_repeat_no_data_of_the_message() {
        let why = |payload: &str| match Incoming::parse(payload.as_bytes(), None) {
            Err(ParseError::Invalid(reason)) => reason,
            _ => panic!("it is not invalid"),
        };
        assert_eq!(why("ada@example.com"), "not JSON, at line 1 column 1");
        let unknown = why(r#"{"format": 1, "contact": {"secret-name": "Ada"}}"#);
        assert!(unknown.starts_with("not a contact") && !unknown.contains("secret"), "{unknown}");
    }

    #[test]
    fn a_newer_message_is_not_invalid_whatever_its_members_are() {
        let newer = format!(r#"{{"format": {}, "contact": 7, "more": true}}"#, FORMAT + 1);
        let reason = "its format is 3, and this version reads up to 2".to_owned();
        assert_eq!(Incoming::parse(newer.as_bytes(), None).err(), Some(ParseError::Newer(reason)));
    }

    proptest! {
        #[test]
        fn any_key_survives_a_round_trip(key in ".{1,20}") {
            let ada = contact("42", "Ada King");
            let outgoing = outgoing_messages(&ada, &key, &["acme".to_owned()]).next().unwrap();
            let message = outgoing.message(None).outbound_message("subject");
            let read = Incoming::parse(&message.payload, None).ok().unwrap();
            prop_assert_eq!(read.key, Some(key));
        }

        #[test]
        fn any_bytes_parse_or_fail_without_a_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Incoming::parse(&payload, None);
        }
    }
}
