//! The request that a contact becomes, without its credentials, and the fate of every field.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::body::BodyEncoding;
use crate::contact::UnifiedContact;
use crate::cow_str::CowStr;
use crate::field_fate::{FieldFate, fields_without_fate};
use crate::idempotency_key::{self, KEY_PLACEHOLDER, KeyForm, KeyPlace, PATH_PLACEHOLDER};

/// The request that would create one contact, and the fate of every field. It holds no credential: a header or query member
/// that carries one is named, and its value comes with the [`Prepared`](crate::Prepared) request.
///
/// ```
/// use serde_json::json;
/// use unicontact_providers::{Draft, Method};
///
/// let url = "https://crm.example/people/42".parse().unwrap();
/// let draft = Draft::new(Method::Put, url, json!({"person": {"name": "Ada King"}}))
///     .with_header("x-api-version", "2")
///     .with_secret_header("x-api-key", "");
/// assert_eq!(draft.body["person"]["name"], "Ada King");
/// assert_eq!(draft.headers[2].name, "x-api-key");
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Draft {
    /// The HTTP method.
    pub method: Method,
    /// The address, with the query members that are no credentials.
    pub url: Url,
    /// The headers that the adapter sets, by name.
    pub headers: Vec<Header>,
    /// The names of the query members that hold a credential.
    pub secret_query: Vec<CowStr>,
    /// The content of the body. A clone of the draft shares it; [`body_mut`](Self::body_mut) changes it.
    pub body: Arc<Value>,
    /// How the content is written.
    pub encoding: BodyEncoding,
    /// Ids that only the vendor knows; a text in the body stands in for each.
    pub lookups: Vec<LookUp>,
    /// The places that the delivery's idempotency key fills, until it is set.
    pub key_places: Vec<(KeyPlace, KeyForm)>,
    /// The fate of every field of the contact.
    pub fields: Vec<FieldFate>,
}

impl Draft {
    /// Returns a draft with a JSON body, and with the headers `accept` and `content-type` that say so.
    pub fn new(method: Method, url: Url, body: Value) -> Self {
        Self {
            method,
            url,
            headers: vec![Header::json("accept"), Header::json("content-type")],
            secret_query: Vec::new(),
            body: Arc::new(body),
            encoding: BodyEncoding::Json,
            lookups: Vec::new(),
            key_places: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Sets the fates of the contact's fields.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldFate>) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the ids that are to be looked up before the contact is sent.
    #[must_use]
    pub fn with_lookups(mut self, lookups: Vec<LookUp>) -> Self {
        self.lookups = lookups;
        self
    }

    /// Sets a header. `name` is in lower case.
    #[must_use]
    pub fn with_header(self, name: impl Into<CowStr>, value: impl Into<CowStr>) -> Self {
        self.with(Header { name: name.into(), value: HeaderText::Plain(value.into()) })
    }

    /// Names a header whose value is a credential. `scheme` is what stands before the credential (`Bearer`), or empty.
    #[must_use]
    pub fn with_secret_header(self, name: impl Into<CowStr>, scheme: impl Into<CowStr>) -> Self {
        self.with(Header { name: name.into(), value: HeaderText::Secret(scheme.into()) })
    }

    /// Names a query member whose value is a credential.
    #[must_use]
    pub fn with_secret_query(mut self, name: impl Into<CowStr>) -> Self {
        self.secret_query.push(name.into());
        self
    }

    /// Names a header that takes the delivery's idempotency key, as
    /// [`with_idempotency_key`](Self::with_idempotency_key) does.
    #[must_use]
    pub fn with_idempotency_header(self, name: impl Into<CowStr>) -> Self {
        self.with_idempotency_key(KeyPlace::Header(name.into()), KeyForm::AsIs)
    }

    /// Names a place that takes the delivery's idempotency key. An adapter with
    /// [`Dedupe::IdempotencyKey`](crate::Dedupe::IdempotencyKey) needs one, and any adapter may have several.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_providers::{Draft, KeyForm, KeyPlace, Method};
    ///
    /// let url = "https://crm.example/people/%7Bkey%7D".parse().unwrap();
    /// let mut draft = Draft::new(Method::Put, url, json!({"name": "Ada King"}))
    ///     .with_idempotency_key(KeyPlace::Path, KeyForm::AsIs)
    ///     .with_idempotency_key(KeyPlace::Body("/id".to_owned()), KeyForm::Uuid);
    /// draft.set_idempotency_key(|_| "6b86b273".to_owned());
    /// assert_eq!(draft.url.path(), "/people/6b86b273");
    /// assert_eq!(draft.body["id"], "1f57ef92-a2ab-479c-88b9-63b00168a2f1");
    /// ```
    #[must_use]
    pub fn with_idempotency_key(mut self, place: KeyPlace, form: KeyForm) -> Self {
        match &place {
            KeyPlace::Header(name) => {
                self = self.with(Header { name: name.clone(), value: HeaderText::IdempotencyKey });
            }
            KeyPlace::Body(pointer) => idempotency_key::put(self.body_mut(), pointer, KEY_PLACEHOLDER),
            KeyPlace::Path => {}
        }
        self.key_places.push((place, form));
        self
    }

    /// Writes the body as a form instead of JSON.
    #[must_use]
    pub fn with_form_body(mut self) -> Self {
        self.encoding = BodyEncoding::Form;
        self.with(Header::form())
    }

    /// Writes the body as `bytes` instead of JSON. The content stays what is compared with the vendor's contacts and removed
    /// from its messages.
    #[must_use]
    pub fn with_bytes(mut self, content_type: impl Into<CowStr>, bytes: Vec<u8>) -> Self {
        self.encoding = BodyEncoding::Bytes(bytes);
        self.with_header("content-type", content_type)
    }

    fn with(mut self, header: Header) -> Self {
        self.set_header(header);
        self
    }

    fn set_header(&mut self, mut header: Header) {
        if header.name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            header.name = header.name.to_ascii_lowercase().into();
        }
        match self.headers.binary_search_by(|other| other.name.cmp(&header.name)) {
            Ok(index) => self.headers[index] = header,
            Err(index) => self.headers.insert(index, header),
        }
    }

    /// Returns the content of the body for changes. A content that another clone shares is copied first.
    pub fn body_mut(&mut self) -> &mut Value {
        Arc::make_mut(&mut self.body)
    }

    /// Returns the body as it is sent. The same contact gives the same bytes every time.
    pub fn body_bytes(&self) -> Vec<u8> {
        self.encoding.bytes_of(&self.body)
    }

    /// Returns the address, with `[secret]` for each query member that holds a credential.
    pub fn redacted_url(&self) -> String {
        let mut text = self.url.to_string();
        if self.key_places.iter().any(|(place, _)| *place == KeyPlace::Path) {
            text = text.replace(PATH_PLACEHOLDER, "{key}");
        }
        for name in &self.secret_query {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(name);
            text.push_str("=[secret]");
        }
        text
    }

    /// Returns the fates that lose something of the contact.
    pub fn losses(&self) -> impl Iterator<Item = &FieldFate> {
        self.fields.iter().filter(|field| field.fate.is_loss())
    }

    /// Adds the fate `dropped` for every field of the contact to which the draft gives none, and returns how many there were.
    pub fn drop_fields_without_fate(&mut self, contact: &UnifiedContact) -> usize {
        let fields = fields_without_fate(contact, &self.fields);
        let count = fields.len();
        self.fields.extend(fields.into_iter().map(FieldFate::unsaid));
        count
    }

    /// Returns whether the draft has a place for an idempotency key that is not set.
    pub fn takes_idempotency_key(&self) -> bool {
        !self.key_places.is_empty()
    }

    /// Sets the idempotency key, where the draft has a place for one. `key` is called only then.
    pub fn set_idempotency_key(&mut self, key: impl FnOnce(&Self) -> String) {
        if self.key_places.is_empty() {
            return;
        }
        let key = key(self);
        for (place, form) in std::mem::take(&mut self.key_places) {
            let text = form.text_of(&key);
            match place {
                KeyPlace::Header(name) => {
                    self.set_header(Header { name, value: HeaderText::Plain(text.into()) });
                }
                KeyPlace::Body(pointer) => idempotency_key::put(self.body_mut(), &pointer, &text),
                KeyPlace::Path => idempotency_key::put_into_path(&mut self.url, &text),
            }
        }
    }
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
#[non_exhaustive]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// `PROPFIND` of `WebDAV`, which reads.
    Propfind,
    /// `REPORT` of `WebDAV`, which reads.
    Report,
}

impl Method {
    /// Returns the method as it is written in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Propfind => "PROPFIND",
            Self::Report => "REPORT",
        }
    }
}

/// A header of a draft.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The name in lower case.
    pub name: CowStr,
    /// The value.
    pub value: HeaderText,
}

impl fmt::Debug for Header {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Header({}, ..)", self.name)
    }
}

impl Header {
    pub(crate) fn json(name: &'static str) -> Self {
        Self { name: name.into(), value: HeaderText::Plain("application/json".into()) }
    }

    /// Returns the content type of a form.
    pub(crate) fn form() -> Self {
        let text = HeaderText::Plain("application/x-www-form-urlencoded".into());
        Self { name: "content-type".into(), value: text }
    }
}

/// The value of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderText {
    /// This text.
    Plain(CowStr),
    /// A credential after this scheme, which may be empty.
    Secret(CowStr),
    /// The idempotency key of the delivery, which is not set yet.
    IdempotencyKey,
}

impl HeaderText {
    /// Returns the text, with `[secret]` for a credential.
    pub fn redacted(&self) -> String {
        match self {
            Self::Plain(text) => text.clone().into_owned(),
            Self::Secret(scheme) if scheme.is_empty() => "[secret]".to_owned(),
            Self::Secret(scheme) => format!("{scheme} [secret]"),
            Self::IdempotencyKey => KEY_PLACEHOLDER.to_owned(),
        }
    }
}

/// An id that only the vendor knows, to be read there before sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookUp {
    /// The place of the id in the body, as a JSON pointer.
    pub pointer: String,
    /// The kind of id: `country`.
    pub name: CowStr,
    /// The key by which it is looked up: `GB`.
    pub key: String,
}
