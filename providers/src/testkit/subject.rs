//! The adapter under test, and its vendor's answers. Methods have defaults where the suite needs no knowledge of the vendor.

use std::time::Duration;

use serde_json::Value;

use crate::contact::UnifiedContact;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::{Answer, BaseUrl};
use crate::provider::ContactProvider;

/// An adapter under test, with the answers of its vendor.
pub trait Subject: Sync {
    /// Returns a new adapter that sends to `base_url`, with `timeout` for each attempt.
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider>;

    /// Returns the vendor's answer to a create that made the contact `id`, a text of digits.
    fn created(&self, id: &str) -> Answer;

    /// Returns the vendor's answer to a create that made the contact `id`, if the answer holds the whole contact, with this `name`.
    /// With the default, no answer is expected to hold the contact.
    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        let _ = (id, name);
        None
    }

    /// Returns the credentials of the adapter from [`connect`](Self::connect), including those from a login, in every form
    /// in which they are sent (the encoded pair of a Basic authorization, for instance).
    fn secrets(&self) -> Vec<String>;

    /// Returns the vendor's refusal of a create, with `words` as its message. Needed if the vendor's form of errors is
    /// uncommon: only with it the suite sees whether an error repeats values that the vendor echoes.
    fn refused(&self, words: &str) -> Option<Answer> {
        let _ = words;
        None
    }

    /// Returns the answers to requests before a create, such as a login or a look-up. Those requests change nothing.
    fn preparations(&self) -> Vec<Preparation> {
        Vec::new()
    }

    /// Returns the contact to create. It holds every field, unless the vendor cannot take such a contact.
    fn contact(&self) -> UnifiedContact {
        full_contact()
    }

    /// Returns the paths to which `check` and `find` send a POST that only reads.
    fn reading_posts(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the vendor's answer to `check` with valid credentials. Used only if the capabilities claim `check`.
    fn checked(&self) -> Answer {
        Answer::new(200).with_header("content-type", "application/json").with_body("{}")
    }

    /// Returns the vendor's answer to `find` if it has [`contact`](Self::contact) as `id`. Used only if the capabilities
    /// claim `find`. With the default, only failures of `find` are tested.
    fn found(&self, id: &str) -> Option<Answer> {
        let _ = id;
        None
    }

    /// Returns the vendor's answer to `find` if it has no contact. Used only if the capabilities claim `find`. With the
    /// default, no answer is expected to be [`FindOutcome::Nothing`](crate::FindOutcome::Nothing).
    fn found_nothing(&self) -> Option<Answer> {
        None
    }

    /// Returns the documented meaning of a status alone, if it differs from the common table.
    fn documented(&self, status: u16) -> Option<(ErrorKind, Effect)> {
        let _ = status;
        None
    }
}

/// An answer to a request that comes before a create.
#[derive(Debug, Clone)]
pub struct Preparation {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) answer: Answer,
}

impl Preparation {
    /// Returns the answer to a `method` request for `path` with any query.
    pub fn new(method: Method, path: impl Into<String>, answer: Answer) -> Self {
        Self { method, path: path.into(), answer }
    }
}

/// Returns a contact with every field, whose values belong to no person.
pub fn full_contact() -> UnifiedContact {
    contact_of(FULL_CONTACT).unwrap_or_default()
}

fn contact_of(text: &str) -> Option<UnifiedContact> {
    let document: Value = serde_json::from_str(text).ok()?;
    UnifiedContact::from_json(document).ok()
}

const FULL_CONTACT: &str = r#"{
  "external_id": "testkit-4711",
  "kind": "organization",
  "name": {"full": "Dr Mira Quill Beispiel Jnr", "prefix": "Dr med", "given": "Miranda", "middle": "Quill",
           "family": "Beispiel", "suffix": "Jnr"},
  "emails": [
    {"address": "mira.private@example.org", "kind": "home", "label": "Private inbox"},
    {"address": "mira.beispiel@example.com", "kind": "work", "label": "Front desk", "primary": true}
  ],
  "phones": [
    {"number": "+442079460101", "kind": "work", "label": "Reception", "extension": "61234"},
    {"number": "+447700900102", "kind": "mobile", "label": "Pager", "primary": true}
  ],
  "addresses": [
    {"kind": "work", "street": "Musterstrasse 12", "street2": "Hinterhaus", "city": "Berlin",
     "region": "Land Berlin", "postal_code": "10115", "country": "DE"},
    {"kind": "home", "street": "1 Sample Lane", "street2": "Flat 2", "city": "London",
     "region": "Greater London", "postal_code": "W1A 1AA", "country": "GB"}
  ],
  "organization": {"name": "Example Widgets", "department": "Research lab"},
  "title": "Head of Samples",
  "links": [
    {"kind": "website", "url": "https://www.example.com/team/mira"},
    {"kind": "linkedin", "url": "https://www.linkedin.com/in/example-mira"},
    {"kind": "other", "url": "https://blog.example.org/mira"}
  ],
  "birthday": "1985-02-28",
  "photo_url": "https://www.example.com/pictures/mira.webp",
  "notes": "Met at the sample fair",
  "tags": ["speaker-2026", "newsletter"],
  "owner_id": "51505150",
  "custom": {"score": 7, "favourite_colour": "turquoise"},
  "vendor": {"somebody_elses": {"remark": "Prefers to be called back"}}
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_contact_holds_every_field() {
        let document = serde_json::to_value(full_contact()).unwrap();
        let schema = schemars::schema_for!(UnifiedContact).to_value();
        for field in schema["properties"].as_object().unwrap().keys() {
            assert!(document.get(field).is_some(), "{field}");
        }
    }
}
