//! A delivery as a message.
//!
//! A message of format 2 holds the contact's part of the delivery's key, as the producer found it. One of format 1, which version
//! 0.1.0 wrote, holds only the contact. The subject and the headers tell nothing of the contact, since they stand in the logs of
//! servers.

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

/// The newest format. It is raised when an older version could no longer read what is written.
const FORMAT: u32 = 2;
/// The format of messages without a key.
const WITHOUT_KEY: u32 = 1;
/// The largest contact that is queued.
const LARGEST: usize = 256 * 1024;
/// The header of the W3C by which a trace goes from one process to another.
const TRACE: &str = "traceparent";

/// A contact on its way into the queue, for one provider.
pub(super) struct Outgoing {
    pub(super) key: DeliveryKey,
    /// The contact's own id if it has one, else its part of the key.
    pub(super) reported_as: String,
    json: Bytes,
    /// Of the contact, as the journal has it.
    pub(super) fingerprint: String,
    trace: String,
}

/// One that came out of it.
pub(super) struct Incoming {
    pub(super) contact: UnifiedContact,
    /// The contact's part of the delivery's key. `None` in a message of version 0.1.0.
    pub(super) key: Option<String>,
    /// The trace that it belongs to, as 32 hexadecimal digits.
    pub(super) trace: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    key: Option<String>,
    contact: UnifiedContact,
}

/// Returns the messages of one contact, with a trace of its own. `key` is the contact's part of the keys of its deliveries.
pub(super) fn outgoing<'a>(
    contact: &UnifiedContact,
    key: &str,
    providers: &'a [String],
) -> impl Iterator<Item = Outgoing> + use<'a> {
    let key_json = Value::from(key);
    // A contact serializes without fail: its maps have text keys and its values are JSON already.
    let json = serde_json::to_string(contact).unwrap_or_default();
    let fingerprint = json_fingerprint(&json);
    let json = Bytes::from(format!(r#"{{"format":{FORMAT},"key":{key_json},"contact":{json}}}"#));
    let trace = format!("{:016x}{:016x}", random(), random());
    let key = key.to_owned();
    let reported_as = report_name(contact, key.clone());
    providers.iter().map(move |provider| Outgoing {
        key: DeliveryKey::from_contact_key(provider, key.clone()),
        reported_as: reported_as.clone(),
        json: json.clone(),
        fingerprint: fingerprint.clone(),
        trace: trace.clone(),
    })
}

fn random() -> u64 {
    RandomState::new().hash_one(())
}

impl Outgoing {
    /// Whether its record in the journal, which holds it as a text within a text, may be larger than the servers take.
    pub(super) fn is_too_large(&self) -> bool {
        self.json.len() > LARGEST
    }

    /// The message. What waits already with the same content is there once; what was tried at `tried_at` meanwhile, or was corrected,
    /// is another one.
    pub(super) fn message(&self, tried_at: Option<Timestamp>) -> PublishMessage {
        let mut id = format!("{}.{}", record_key(&self.key), self.fingerprint);
        if let Some(tried_at) = tried_at {
            id = format!("{id}.{}", tried_at.as_nanosecond());
        }
        let trace = format!("00-{}-{:016x}-01", self.trace, random());
        PublishMessage::build().payload(self.json.clone()).message_id(id).header(TRACE, trace.as_str())
    }
}

impl Incoming {
    /// What is in a message, or why it cannot be read. The reason repeats nothing of it.
    pub(super) fn read(payload: &[u8], headers: Option<&HeaderMap>) -> Result<Self, String> {
        let head: Head = serde_json::from_slice(payload).map_err(|error| unreadable(&error))?;
        if head.format > FORMAT {
            return Err(format!("its format is {}, and this version reads up to {FORMAT}", head.format));
        }
        let Body { key, contact } = serde_json::from_slice(payload).map_err(|error| unreadable(&error))?;
        let trace = headers.and_then(|headers| headers.get(TRACE)).and_then(|it| trace_in(it.as_str()));
        if key.is_none() && head.format > WITHOUT_KEY {
            return Err(format!("its format is {}, and it has no key", head.format));
        }
        Ok(Self { contact, key, trace })
    }
}

/// The place only: what serde says may repeat a value.
fn unreadable(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "not a contact" } else { "not JSON" };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

fn trace_in(header: &str) -> Option<String> {
    let trace = header.split('-').nth(1)?;
    let is_trace = trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_trace.then(|| trace.to_owned())
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
        outgoing(contact, "42", &["acme".to_owned()]).next().unwrap()
    }

    fn id_of(outgoing: &Outgoing, tried_at: Option<Timestamp>) -> String {
        let message = outgoing.message(tried_at).outbound_message("subject");
        message.headers.unwrap().get("Nats-Msg-Id").unwrap().as_str().to_owned()
    }

    #[test]
    fn what_waits_is_known_by_its_id_and_what_was_tried_or_corrected_has_another() {
        let (ada, corrected) = (contact("42", "Ada King"), contact("42", "Ada Lovelace"));
        let first = id_of(&one(&ada), None);
        assert_eq!(first, id_of(&one(&ada), None));
        assert_ne!(first, id_of(&one(&corrected), None));
        assert_ne!(first, id_of(&one(&ada), Some(Timestamp::UNIX_EPOCH)));
        assert!(first.starts_with("acme.") && !first.contains("42."), "{first}");
    }

    #[test]
    fn a_contact_is_reported_by_its_own_id_and_without_one_by_its_key() {
        let reported =
            |contact| outgoing(&contact, "sha256:ab", &["acme".to_owned()]).next().unwrap().reported_as;
        assert_eq!(reported(contact("42", "Ada King")), "42");
        assert_eq!(reported(UnifiedContact { external_id: None, ..contact("42", "Ada King") }), "sha256:ab");
    }

    #[test]
    fn a_message_is_read_as_it_was_written() {
        let ada = contact("42", "Ada King");
        let message = one(&ada).message(None).outbound_message("subject");
        let read = Incoming::read(&message.payload, message.headers.as_ref()).ok().unwrap();
        assert_eq!(read.contact, ada);
        assert_eq!(read.key.as_deref(), Some("42"));
        assert_eq!(read.trace.unwrap().len(), 32);
    }

    #[test]
    fn a_message_of_0_1_0_has_no_key_and_one_of_this_version_must_have_one() {
        let read = |payload: &str| Incoming::read(payload.as_bytes(), None);
        let old = read(r#"{"format":1,"contact":{"external_id":"42","name":{"full":"Ada King"}}}"#);
        let old = old.ok().unwrap();
        assert_eq!((old.key, old.contact), (None, contact("42", "Ada King")));
        let without = read(r#"{"format":2,"contact":{"external_id":"42","name":{"full":"Ada King"}}}"#);
        assert_eq!(without.err().unwrap(), "its format is 2, and it has no key");
    }

    #[test]
    fn a_reason_repeats_nothing_of_the_message() {
        let why = |payload: &str| Incoming::read(payload.as_bytes(), None).err().unwrap();
        assert_eq!(why("ada@example.com"), "not JSON, at line 1 column 1");
        assert_eq!(why(r#"{"format": 3}"#), "its format is 3, and this version reads up to 2");
        let unknown = why(r#"{"format": 1, "contact": {"secret-name": "Ada"}}"#);
        assert!(unknown.starts_with("not a contact") && !unknown.contains("secret"), "{unknown}");
    }

    proptest! {
        #[test]
        fn a_key_of_any_text_is_read_as_it_was_written(key in ".{1,20}") {
            let ada = contact("42", "Ada King");
            let outgoing = outgoing(&ada, &key, &["acme".to_owned()]).next().unwrap();
            let message = outgoing.message(None).outbound_message("subject");
            let read = Incoming::read(&message.payload, None).ok().unwrap();
            prop_assert_eq!(read.key, Some(key));
        }

        #[test]
        fn any_bytes_are_a_delivery_or_an_error(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Incoming::read(&payload, None);
        }
    }
}
