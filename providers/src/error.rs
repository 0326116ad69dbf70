//! The one error of every adapter.
//!
//! Its rule: an error says two separate things, never one for the other: whether it may work later
//! ([`ProviderError::is_transient`]) and what may already have happened ([`ProviderError::effect`]).
//! It holds the vendor's own words without credentials, URLs with queries, or contact data.

mod contact_id;
mod envelope;
mod hint;
mod json;
mod kind;
mod phrases;
mod plan_limit;
mod resend;
mod status;
mod words;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use jiff::Zoned;

pub(crate) use self::contact_id::holds_contact_id;
pub(crate) use self::envelope::{
    ERROR_MEMBERS, http_status, is_error_envelope, judge_envelope, reports_server_error,
};
pub use self::kind::{Effect, ErrorKind, Operation};
pub(crate) use self::phrases::{report_request_in_progress, reports_maintenance};
pub(crate) use self::plan_limit::{names_plan_limit, suggest_plan_limit};
pub use self::resend::{Doubt, may_resend};
pub(crate) use self::status::judge_status;
pub use self::words::FieldError;
pub(crate) use self::words::{Scrub, Words};
use crate::comparison::{Comparison, IdentifyingValues};
use crate::provider_info::ProviderInfo;
use unicontact_model::ContactId;

/// Why a provider did not do what it was asked to.
///
/// ```
/// use unicontact_providers::{Effect, ErrorKind, Operation, ProviderError, ProviderInfo};
///
/// let info = ProviderInfo::new("acme", "smarttask");
/// let error = ProviderError::new(&info, Operation::Create, ErrorKind::Interrupted, Effect::Unknown);
/// assert!(error.is_transient(), "it may work later");
/// assert_eq!(error.effect(), Effect::Unknown, "and it may have worked already");
/// ```
pub struct ProviderError(Box<Inner>);

struct Inner {
    provider: String,
    vendor: String,
    operation: Operation,
    kind: ErrorKind,
    effect: Effect,
    status: Option<u16>,
    words: Words,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    retry_at: Option<Zoned>,
    credential_renewed: bool,
    candidates: Vec<ContactId>,
    /// The contact that exists already, as far as the answer holds it.
    existing: IdentifyingValues,
    existing_comparison: Comparison,
    suggests_plan_limit: bool,
    /// Where the kind's own would mislead.
    hint: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ProviderError {
    /// An error of `kind` with `effect`. The other facts are added with the `with_` methods.
    ///
    /// Only a create can change data: of any other operation, an unknown effect is none.
    pub fn new(info: &ProviderInfo, operation: Operation, kind: ErrorKind, effect: Effect) -> Self {
        let effect = match (operation, effect) {
            (Operation::Create, effect) => effect,
            (_, Effect::Unknown) => Effect::NotSent,
            (_, effect) => effect,
        };
        Self(Box::new(Inner {
            provider: info.name().to_owned(),
            vendor: info.vendor().to_owned(),
            operation,
            kind,
            effect,
            status: None,
            words: Words::default(),
            request_id: None,
            retry_after: None,
            retry_at: None,
            credential_renewed: false,
            candidates: Vec::new(),
            existing: IdentifyingValues::default(),
            existing_comparison: Comparison::NothingComparable,
            suggests_plan_limit: false,
            hint: None,
            source: None,
        }))
    }

    /// Adds the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Adds a message. It must hold neither credentials nor contact data.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.words.message = Some(message.into());
        self
    }

    /// Adds the vendor's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.words.code = Some(code.into());
        self
    }

    /// Adds how long to wait before it may work.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// Adds when it may work again.
    #[must_use]
    pub fn with_retry_at(mut self, retry_at: Option<Zoned>) -> Self {
        self.0.retry_at = retry_at;
        self
    }

    /// Adds the id of the contact that the vendor says exists already.
    #[must_use]
    pub fn with_existing_id(mut self, id: Option<ContactId>) -> Self {
        self.0.words.existing_id = id.map(|id| id.as_str().to_owned());
        self
    }

    /// Adds the contact that exists already, to be compared with the one that was sent.
    #[must_use]
    pub fn with_existing_contact(mut self, contact: IdentifyingValues) -> Self {
        self.0.existing = contact;
        self
    }

    /// Says whether the contact that exists already is the one that was sent.
    #[must_use]
    pub fn with_existing_compared(mut self, comparison: Comparison) -> Self {
        self.0.existing_comparison = comparison;
        self
    }

    /// Says that the refused credential was thrown away and a fresh one will be fetched,
    /// so that one more attempt makes sense.
    #[must_use]
    pub fn with_renewed_credential(mut self) -> Self {
        self.0.credential_renewed = true;
        self
    }

    /// Adds the ids of the vendor's contacts that resemble one in doubt, so that a person can compare them.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<ContactId>) -> Self {
        self.0.candidates = candidates;
        self
    }

    /// Adds the cause. Its text must hold neither credentials nor contact data.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says what to do about it, where the hint of its kind would mislead.
    #[must_use]
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.0.hint = Some(hint);
        self
    }

    pub(crate) fn with_suggested_plan_limit(mut self, is_suggested: bool) -> Self {
        self.0.suggests_plan_limit = is_suggested;
        self
    }

    /// Returns the error as [`ErrorKind::QuotaExhausted`]: the limit of the account's plan that the vendor's words
    /// suggested is confirmed.
    #[must_use]
    pub fn with_plan_limit_confirmed(mut self) -> Self {
        self.0.kind = ErrorKind::QuotaExhausted;
        self.0.suggests_plan_limit = false;
        self
    }

    pub(crate) fn with_words(mut self, words: Words) -> Self {
        self.0.words = words;
        self
    }

    /// Adds the id that the vendor's support asks for.
    #[must_use]
    pub fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    /// The same error once more, without its cause.
    pub(crate) fn repeated(&self) -> Self {
        let inner = &self.0;
        Self(Box::new(Inner {
            provider: inner.provider.clone(),
            vendor: inner.vendor.clone(),
            operation: inner.operation,
            kind: inner.kind,
            effect: inner.effect,
            status: inner.status,
            words: inner.words.clone(),
            request_id: inner.request_id.clone(),
            retry_after: inner.retry_after,
            retry_at: inner.retry_at.clone(),
            credential_renewed: inner.credential_renewed,
            candidates: inner.candidates.clone(),
            existing: inner.existing.clone(),
            existing_comparison: inner.existing_comparison,
            suggests_plan_limit: inner.suggests_plan_limit,
            hint: inner.hint,
            source: None,
        }))
    }

    /// The configured name of the provider.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// The vendor of the provider.
    pub fn vendor(&self) -> &str {
        &self.0.vendor
    }

    /// What the adapter was doing.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What may already have happened at the vendor.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own code for it.
    pub fn code(&self) -> Option<&str> {
        self.0.words.code.as_deref()
    }

    /// The vendor's own words, capped, without credentials and contact data.
    pub fn message(&self) -> Option<&str> {
        self.0.words.message.as_deref()
    }

    /// What the vendor said of single fields.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.words.fields
    }

    /// The id that the vendor's support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the vendor asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// When the vendor will answer again, in the provider's time zone.
    pub fn retry_at(&self) -> Option<&Zoned> {
        self.0.retry_at.as_ref()
    }

    /// The id of the contact that exists already, where the vendor told it.
    pub fn existing_id(&self) -> Option<ContactId> {
        self.0.words.existing_id.as_deref().and_then(ContactId::new)
    }

    /// The values of the contact that exists already, as far as the answer holds them.
    pub fn existing_contact(&self) -> &IdentifyingValues {
        &self.0.existing
    }

    /// Returns whether the contact that exists already is the one that was sent. `NothingComparable` where they were not
    /// compared.
    pub fn existing_comparison(&self) -> Comparison {
        self.0.existing_comparison
    }

    /// The ids of the vendor's contacts that resemble one in doubt.
    pub fn candidates(&self) -> &[ContactId] {
        &self.0.candidates
    }

    /// Returns whether the vendor's words, and nothing else in its answer, suggest that the account's plan allows no more
    /// contacts. One such refusal may be the contact's fault; a second in a row confirms the limit
    /// ([`with_plan_limit_confirmed`](Self::with_plan_limit_confirmed)).
    pub fn suggests_plan_limit(&self) -> bool {
        self.0.suggests_plan_limit
    }

    /// Whether the same request may work later without anybody changing anything.
    ///
    /// It says nothing about safety: see [`may_resend`].
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::Unreachable
            | ErrorKind::Interrupted => true,
            ErrorKind::Unauthenticated => self.0.credential_renewed,
            _ => false,
        }
    }

    /// What to do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self.0.effect {
            Effect::Unknown => self.0.hint.unwrap_or_else(|| hint::of(self.0.kind, Effect::Unknown)),
            _ => self.provider_hint(),
        }
    }

    /// Returns what to do about the provider, whatever became of this contact.
    pub fn provider_hint(&self) -> &'static str {
        let inner = &self.0;
        let is_until_told = inner.retry_at.is_some() || inner.retry_after.is_some();
        inner.hint.unwrap_or_else(|| match inner.kind {
            ErrorKind::QuotaExhausted if !is_until_told => hint::PLAN_LIMIT,
            _ if inner.suggests_plan_limit => hint::SUGGESTED_PLAN_LIMIT,
            kind => hint::of(kind, Effect::Refused),
        })
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(
            formatter,
            "{} ({}): {} while {}",
            inner.provider,
            inner.vendor,
            inner.kind,
            inner.operation.in_words()
        )?;
        if let Some(status) = inner.status {
            write!(formatter, ", HTTP {status}")?;
        }
        if let Some(code) = &inner.words.code {
            write!(formatter, ", code {code}")?;
        }
        if let Some(message) = &inner.words.message {
            write!(formatter, ": {message}")?;
        }
        formatter.write_str(match inner.effect {
            Effect::NotSent => " (nothing was sent)",
            Effect::Refused => " (nothing was created)",
            Effect::Unknown => " (it may have been created)",
        })
    }
}

impl fmt::Debug for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        formatter
            .debug_struct("ProviderError")
            .field("provider", &inner.provider)
            .field("vendor", &inner.vendor)
            .field("operation", &inner.operation)
            .field("kind", &inner.kind)
            .field("effect", &inner.effect)
            .field("status", &inner.status)
            .field("code", &inner.words.code)
            .field("message", &inner.words.message)
            .field("fields", &inner.words.fields)
            .field("request_id", &inner.request_id)
            .field("retry_after", &inner.retry_after)
            .field("retry_at", &inner.retry_at)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for ProviderError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
