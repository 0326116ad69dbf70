//! What would be sent for one contact to one provider, and what becomes of every field.
//!
//! Its rule: a draft holds no credential. Where one goes, it says so, and the transport puts it there.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::contact::PhoneNumberError;

/// The exact request that would be sent, and the fate of every field.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// The HTTP method.
    pub method: Method,
    /// Where it goes. It never holds a credential.
    pub url: Url,
    /// The headers that the adapter sets.
    pub headers: Vec<Header>,
    /// The JSON body.
    pub body: Value,
    /// Ids that only the vendor knows; a text in the body stands in for each.
    pub lookups: Vec<LookUp>,
    /// What becomes of every field of the contact.
    pub fields: Vec<FieldFate>,
}

impl Draft {
    /// The body as it goes over the wire. The same contact gives the same bytes every time.
    pub fn body_bytes(&self) -> Vec<u8> {
        json_bytes(&self.body)
    }

    /// The fates that lose something of the contact.
    pub fn losses(&self) -> impl Iterator<Item = &FieldFate> {
        self.fields.iter().filter(|field| field.fate.is_loss())
    }
}

/// The text of `value`. Written as bytes it costs half of what `to_string` does, which goes through a formatter.
pub(crate) fn json_bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|_| value.to_string().into_bytes())
}

impl fmt::Debug for Draft {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Draft")
            .field("method", &self.method)
            .field("lookups", &self.lookups.len())
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
}

/// A header of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name in lower case.
    pub name: &'static str,
    /// What it says.
    pub value: HeaderText,
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderText {
    /// This text.
    Plain(&'static str),
    /// A credential, of the given scheme, that the transport puts in.
    Secret(&'static str),
}

impl HeaderText {
    /// The text, with `[secret]` for a credential.
    pub fn redacted(&self) -> String {
        match self {
            Self::Plain(text) => (*text).to_owned(),
            Self::Secret(scheme) => format!("{scheme} [secret]"),
        }
    }
}

/// An id that only the vendor knows, to be read there before sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookUp {
    /// Where in the body it goes, as a JSON pointer.
    pub pointer: String,
    /// What is looked up: `country`.
    pub name: &'static str,
    /// By which key: `GB`.
    pub key: String,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Sent as it is.
    Sent,
    /// Sent as a part of something else.
    Merged,
    /// Sent in another form that means the same.
    Reformatted,
    /// Sent in part.
    Truncated,
    /// Not sent.
    Dropped,
    /// Replaced by what the contact's `vendor` section says.
    Overridden,
    /// Not meant for the vendor: it serves here, or belongs to another vendor.
    Kept,
}

impl Fate {
    /// Whether something of the contact does not reach the vendor.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Truncated | Self::Dropped)
    }

    /// The word for it in all output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Merged => "merged",
            Self::Reformatted => "reformatted",
            Self::Truncated => "truncated",
            Self::Dropped => "dropped",
            Self::Overridden => "overridden",
            Self::Kept => "kept",
        }
    }
}

/// What becomes of one field of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFate {
    /// The path of the field: `emails[0].address`.
    pub field: CowStr,
    /// What becomes of it.
    pub fate: Fate,
    /// The vendor's field that holds it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<CowStr>,
    /// Why, where it is not simply sent. Never the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<CowStr>,
    /// Why a telephone number is not sent in E.164, where it is not. In JSON `detail` says it.
    #[serde(skip)]
    pub not_e164: Option<PhoneNumberError>,
}

/// A text of a fate: most are the same for every contact.
pub type CowStr = Cow<'static, str>;

/// One row of an adapter's mapping: which vendor field holds a unified field, and how we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MappingRow {
    /// The unified field, without indices: `emails`.
    pub field: &'static str,
    /// The vendor's field.
    pub to: &'static str,
    /// The longest text it takes, if the vendor says.
    pub limit: Option<usize>,
    /// How many it takes.
    pub count: Cardinality,
    /// Where we know it from.
    pub evidence: Evidence,
}

/// How many values a vendor's field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cardinality {
    /// One.
    One,
    /// Any number.
    Many,
}

/// How sure we are of a vendor's behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The vendor's own documentation, client library or recorded traffic says so.
    Documented,
    /// Somebody else's code says so.
    ThirdParty,
    /// It follows from conventions, and nobody has confirmed it.
    Inferred,
}
