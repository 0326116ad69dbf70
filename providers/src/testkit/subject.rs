//! The adapter under test and the answers of its vendor. The trait requires only what the suite cannot know.

use std::time::Duration;

use serde_json::Value;

use super::received::Received;
use crate::contact::UnifiedContact;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::{Answer, BaseUrl};
use crate::provider::ContactProvider;

/// An adapter under test, and the answers of its vendor.
pub trait Subject: Sync {
    /// Returns a new adapter that sends to `base_url` and gives up on a request after `timeout`.
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider>;

    /// Returns the vendor's answer to a create that made the contact `id`. The id consists of digits.
    fn created(&self, id: &str) -> Answer;

    /// Returns the id that the adapter chose in this create, for a vendor whose clients name their contacts (`PUT /contacts/4242`).
    /// Without it, the id of a create is the one in the vendor's answer.
    fn chosen_id(&self, create: &Received) -> Option<String> {
        let _ = create;
        None
    }

    /// Returns the vendor's answer to a create that made the contact `id`, with the whole contact in it, called `name`.
    /// Without it, no answer is expected to hold the contact.
    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        let _ = (id, name);
        None
    }

    /// Returns whether a file describes the vendor. Findings then say what to change in the file, and not in Rust.
    fn is_described(&self) -> bool {
        false
    }

    /// Returns every credential that the adapter of [`connect`](Self::connect) holds or gets from a login, in every form in which
    /// it is sent (the encoded pair of a Basic authorization, for instance).
    fn secrets(&self) -> Vec<String>;

    /// Returns the vendor's refusal of a create, with `message` in it. It is needed for a vendor whose errors have a form of their
    /// own: without it the suite does not see whether the adapter redacts such a message.
    fn refused(&self, message: &str) -> Option<Answer> {
        let _ = message;
        None
    }

    /// Returns the answers to the requests before a create: a login, a look-up. Those requests change no data.
    fn preparations(&self) -> Vec<Preparation> {
        Vec::new()
    }

    /// Returns the contact that is created. The default holds every field.
    fn contact(&self) -> UnifiedContact {
        full_contact()
    }

    /// Returns the paths to which the adapter's `check` and `find` send a `POST` that only reads.
    fn reading_posts(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the vendor's answer to the request of `check` with valid credentials. It is used only if the adapter claims `check`.
    fn checked(&self) -> Answer {
        Answer::new(200).with_header("content-type", "application/json").with_body("{}")
    }

    /// Returns the vendor's answer to the request of `find` when it holds [`contact`](Self::contact) as `id`. It is used only if
    /// the adapter claims `find`; without it only the failures of `find` are tested.
    fn found(&self, id: &str) -> Option<Answer> {
        let _ = id;
        None
    }

    /// Returns the vendor's answer to the request of `find` when it holds no contact. It is used only if the adapter claims
    /// `find`; without it, no answer is expected to be [`FindOutcome::Nothing`](crate::FindOutcome::Nothing).
    fn found_nothing(&self) -> Option<Answer> {
        None
    }

    /// Returns the kind and the effect that the vendor documents for a status without a code in the body, where they differ from
    /// the common table.
    fn documented(&self, status: u16) -> Option<(ErrorKind, Effect)> {
        let _ = status;
        None
    }

    /// Returns whether the vendor documents this answer as a success, although it has an error beside the contact.
    fn documents_success(&self, answer: &Answer) -> bool {
        let _ = answer;
        false
    }

    /// Returns the kind and the effect that the vendor documents for an answer that looks like a success: one with an error in it,
    /// where its body says more than the common table knows, or one without an id, such as a 204 that means a duplicate.
    fn documented_answer(&self, answer: &Answer) -> Option<(ErrorKind, Effect)> {
        let _ = answer;
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
    /// Returns the answer to a `method` request for `path`, with any query.
    pub fn new(method: Method, path: impl Into<String>, answer: Answer) -> Self {
        Self { method, path: path.into(), answer }
    }
}

/// Returns a contact that holds every field. Its values are invented.
pub fn full_contact() -> UnifiedContact {
    parse_contact(FULL_CONTACT).unwrap_or_default()
}

fn parse_contact(text: &str) -> Option<UnifiedContact> {
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
