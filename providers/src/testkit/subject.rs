//! The adapter that is held to the rules, and what its vendor would say.
//!
//! Its rule: whoever brings an adapter says only what the suite cannot know; everything else has a default.

use std::time::Duration;

use serde_json::Value;

use crate::contact::UnifiedContact;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::{Answer, BaseUrl};
use crate::provider::ContactProvider;

/// An adapter under test: how to get one, and how its vendor answers.
pub trait Subject: Sync {
    /// A fresh adapter that talks to `base_url` and gives up on an attempt after `timeout`.
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider>;

    /// How the vendor answers a create that made the contact `id`. The id is a text of digits.
    fn created(&self, id: &str) -> Answer;

    /// Returns how the vendor answers a create that made the contact `id`, with the whole contact in its answer, called `name`.
    /// Without it, no answer is expected to hold the contact.
    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        let _ = (id, name);
        None
    }

    /// Every credential that the adapter of [`connect`](Self::connect) holds or is handed by a login, in every form
    /// in which it travels (the encoded pair of a Basic authorization, for instance).
    fn secrets(&self) -> Vec<String>;

    /// How the vendor refuses a create in its own form, saying `words`. Asked for where that form is not one that
    /// vendors share: then only this shows whether the adapter repeats what the vendor repeats.
    fn refused(&self, words: &str) -> Option<Answer> {
        let _ = words;
        None
    }

    /// Answers to what comes before a create: a login, a look-up. They change nothing at the vendor.
    fn preparations(&self) -> Vec<Preparation> {
        Vec::new()
    }

    /// The contact that is created. Unless the vendor cannot be given one, it holds every field.
    fn contact(&self) -> UnifiedContact {
        full_contact()
    }

    /// Paths to which the adapter's `check` and `find` send a POST that only reads.
    fn reading_posts(&self) -> Vec<String> {
        Vec::new()
    }

    /// How the vendor answers what `check` asks when the credentials are good. Asked for only if the adapter claims
    /// that `check` works.
    fn checked(&self) -> Answer {
        Answer::new(200).with_header("content-type", "application/json").with_body("{}")
    }

    /// How the vendor answers what `find` asks when [`contact`](Self::contact) is there as `id`. Asked for only if
    /// the adapter claims that `find` works; without it only the failures of `find` are tried.
    fn found(&self, id: &str) -> Option<Answer> {
        let _ = id;
        None
    }

    /// Returns how the vendor answers what `find` asks when it holds no contact. Asked for only if the adapter claims that
    /// `find` works; without it, no answer is expected to be [`FindOutcome::Nothing`](crate::FindOutcome::Nothing).
    fn found_nothing(&self) -> Option<Answer> {
        None
    }

    /// What the vendor documents of a status without any more in the answer, where that is not what the common table
    /// says.
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
    /// The answer to a `method` request for `path`, whatever its query.
    pub fn new(method: Method, path: impl Into<String>, answer: Answer) -> Self {
        Self { method, path: path.into(), answer }
    }
}

/// A contact that holds every field, and whose values are nobody's.
pub fn full_contact() -> UnifiedContact {
    contact_of(FULL_CONTACT).unwrap_or_default()
}

/// The contact in a JSON text.
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
