//! The JSON form in which an adapter in another language gets an operation and returns its result.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicontact_providers::{Effect, ErrorKind, UnifiedContact};

use crate::fixture::{ExpectedFieldError, Operation};

/// The two documents, for the JSON Schema.
#[derive(JsonSchema)]
#[schemars(title = "Hold")]
#[expect(dead_code, reason = "only its schema is used")]
struct Form {
    /// The document on the standard input of the command.
    input: HoldInput<'static>,
    /// The document on its standard output.
    output: HoldOutput,
}

/// An operation for the adapter, on the standard input of its command.
#[derive(Serialize, JsonSchema)]
pub(super) struct HoldInput<'a> {
    /// The vendor.
    pub(super) vendor: &'a str,
    /// The operation: one attempt, without a retry.
    pub(super) operation: Operation,
    /// The contact.
    pub(super) contact: &'a UnifiedContact,
    /// The adapter's time.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(super) now: Timestamp,
    /// The longest wait for an answer of the vendor, in milliseconds.
    pub(super) timeout_ms: u64,
    /// The key of this create, for vendors that take one.
    pub(super) idempotency_key: String,
    /// The region of phone numbers without a country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default_region: Option<&'a str>,
}

/// The result of the operation, on the standard output of the command. The command exits with 0, also after an error.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum HoldOutput {
    /// The vendor has the contact.
    Created(HeldContact),
    /// The search is certain: the id, or `null` if the vendor has no such contact.
    Found(Option<String>),
    /// The search is not certain: the ids of similar contacts.
    Unclear(Vec<String>),
    /// The vendor accepts the credentials.
    Checked(#[schemars(extend("const" = true))] bool),
    /// The operation failed.
    Error(HeldError),
}

/// The contact that a create returned.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldContact {
    /// The id.
    pub(super) id: String,
    /// Whether the vendor had the contact before.
    #[serde(default)]
    pub(super) existing: bool,
}

/// An error, with the members of an error in `unicontact`'s reports.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldError {
    /// The kind.
    pub(super) kind: ErrorKind,
    /// The effect on the vendor's contacts.
    pub(super) effect: Effect,
    /// Whether a later attempt may succeed; follows from the kind if it is absent.
    #[serde(default, skip_serializing)]
    pub(super) transient: Option<bool>,
    /// The HTTP status of the answer.
    #[serde(default)]
    pub(super) status: Option<u16>,
    /// The vendor's error code.
    #[serde(default)]
    pub(super) code: Option<String>,
    /// The vendor's message without values of the contact; compared only if it is present.
    #[serde(default)]
    pub(super) message: Option<String>,
    /// The vendor's messages about single fields, in the order of the fields' names.
    #[serde(default)]
    pub(super) fields: Vec<ExpectedFieldError>,
    /// The wait that the vendor asks for, in seconds.
    #[serde(default)]
    pub(super) retry_after: Option<u64>,
    /// The time of the next attempt, with its offset.
    #[serde(default)]
    pub(super) retry_at: Option<String>,
    /// The id of the contact that exists already.
    #[serde(default)]
    pub(super) existing_id: Option<String>,
}

impl HeldError {
    /// Returns the texts that an adapter may have from the vendor.
    pub(super) fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let fields = self.fields.iter_mut().flat_map(|it| [&mut it.field, &mut it.message]);
        let texts = [&mut self.code, &mut self.message, &mut self.retry_at, &mut self.existing_id];
        texts.into_iter().flatten().chain(fields)
    }
}

/// Returns the JSON Schema of the form: an object with the schemas of `input` and `output`.
pub fn schema() -> Value {
    schemars::schema_for!(Form).to_value()
}
