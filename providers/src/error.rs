//! The error of all adapters, and the judgement of error answers that vendors have in common.
//!
//! Whether a retry may succeed ([`ProviderError::is_transient`]) and whether the contact may have been created
//! ([`ProviderError::effect`]) are independent. An error holds the vendor's message without credentials and contact data.

mod builder;
mod contact_id;
mod display;
mod envelope;
mod hint;
mod json;
mod kind;
mod phrases;
mod plan_limit;
mod redactor;
mod status;
mod vendor_message;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use jiff::Zoned;

pub(crate) use self::contact_id::holds_contact_id;
pub(crate) use self::envelope::{
    http_status, is_error_envelope, is_error_member, judge_envelope, reports_server_error,
};
pub use self::kind::{Effect, ErrorKind, Operation};
pub(crate) use self::phrases::{reports_maintenance, reports_request_in_progress};
pub(crate) use self::plan_limit::{names_plan_limit, suggests_plan_limit};
pub(crate) use self::redactor::Redactor;
pub(crate) use self::status::judge_status;
pub use self::vendor_message::FieldError;
pub(crate) use self::vendor_message::VendorMessage;
use crate::comparison::{Comparison, IdentifyingValues};
use crate::provider_info::ProviderInfo;
use unicontact_model::ContactId;

/// The error of a provider's operation.
///
/// It serializes as the JSON object of reports. A deserialized error has what that JSON holds: no cause, no
/// [`existing_contact`](Self::existing_contact), and empty names until [`with_provider`](Self::with_provider) sets them.
///
/// ```
/// use unicontact_providers::{Effect, ErrorKind, Operation, ProviderError, ProviderInfo};
///
/// let info = ProviderInfo::new("acme", "smarttask");
/// let error = ProviderError::new(&info, Operation::Create, ErrorKind::Interrupted, Effect::Unknown);
/// assert!(error.is_transient(), "a later attempt may succeed");
/// assert_eq!(error.effect(), Effect::Unknown, "but this one may have created the contact");
///
/// let json = serde_json::to_value(&error)?;
/// assert_eq!(json["kind"], "interrupted");
/// let read: ProviderError = serde_json::from_value(json)?;
/// assert_eq!(read.with_provider(&info).to_string(), error.to_string());
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct ProviderError(Box<Inner>);

struct Inner {
    provider: String,
    vendor: String,
    operation: Operation,
    kind: ErrorKind,
    effect: Effect,
    status: Option<u16>,
    message: VendorMessage,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    retry_at: Option<Zoned>,
    credential_renewed: bool,
    candidates: Vec<ContactId>,
    /// The identifying values of the existing contact in the answer.
    existing: IdentifyingValues,
    existing_comparison: Comparison,
    suggests_plan_limit: bool,
    /// Replaces the hint of the kind.
    hint: Option<Cow<'static, str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ProviderError {
    /// Creates an error. The `with_` methods add further facts.
    ///
    /// Only a create can change data, so an unknown effect of any other operation becomes [`Effect::NotSent`].
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
            message: VendorMessage::default(),
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

    /// Returns a copy of the error without its cause.
    pub(crate) fn repeated(&self) -> Self {
        let inner = &self.0;
        Self(Box::new(Inner {
            provider: inner.provider.clone(),
            vendor: inner.vendor.clone(),
            operation: inner.operation,
            kind: inner.kind,
            effect: inner.effect,
            status: inner.status,
            message: inner.message.clone(),
            request_id: inner.request_id.clone(),
            retry_after: inner.retry_after,
            retry_at: inner.retry_at.clone(),
            credential_renewed: inner.credential_renewed,
            candidates: inner.candidates.clone(),
            existing: inner.existing.clone(),
            existing_comparison: inner.existing_comparison,
            suggests_plan_limit: inner.suggests_plan_limit,
            hint: inner.hint.clone(),
            source: None,
        }))
    }

    /// Returns the configured name of the provider.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// Returns the vendor of the provider.
    pub fn vendor(&self) -> &str {
        &self.0.vendor
    }

    /// Returns the operation that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the effect of the attempt on the vendor's data.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Returns the HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the vendor's own error code.
    pub fn code(&self) -> Option<&str> {
        self.0.message.code.as_deref()
    }

    /// Returns the vendor's message, limited in length, without credentials and contact data.
    pub fn message(&self) -> Option<&str> {
        self.0.message.text.as_deref()
    }

    /// Returns the vendor's messages about single fields.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.message.fields
    }

    /// Returns the vendor's id of the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns the time to wait that the vendor asks for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the time from which the vendor accepts requests again, in the provider's time zone.
    pub fn retry_at(&self) -> Option<&Zoned> {
        self.0.retry_at.as_ref()
    }

    /// Returns the id of the existing contact, if the vendor returned it.
    pub fn existing_id(&self) -> Option<ContactId> {
        self.0.message.existing_id.as_deref().and_then(ContactId::new)
    }

    /// Returns the identifying values of the existing contact in the vendor's answer. May be empty.
    pub fn existing_contact(&self) -> &IdentifyingValues {
        &self.0.existing
    }

    /// Returns the comparison of the existing contact with the one that was sent. `NothingComparable` if they were not compared.
    pub fn existing_comparison(&self) -> Comparison {
        self.0.existing_comparison
    }

    /// Returns the ids of the vendor's contacts that resemble a contact in doubt.
    pub fn candidates(&self) -> &[ContactId] {
        &self.0.candidates
    }

    /// Returns whether only the vendor's message suggests that the account's plan is full. A single such refusal may be the
    /// contact's fault. A second one in a row confirms the limit
    /// ([`with_plan_limit_confirmed`](Self::with_plan_limit_confirmed)).
    pub fn suggests_plan_limit(&self) -> bool {
        self.0.suggests_plan_limit
    }

    /// Returns whether the same request may succeed later without a change of contact or configuration.
    ///
    /// A retry that may succeed can still create a second contact: see [`may_resend`](crate::may_resend).
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

    /// Returns what to do, in one sentence.
    pub fn hint(&self) -> Cow<'static, str> {
        match (self.0.effect, &self.0.hint) {
            (Effect::Unknown, None) => hint::for_error(self.0.kind, Effect::Unknown).into(),
            _ => self.provider_hint(),
        }
    }

    /// Returns what to do about the provider, regardless of the effect on this contact.
    pub fn provider_hint(&self) -> Cow<'static, str> {
        let inner = &self.0;
        if let Some(hint) = &inner.hint {
            return hint.clone();
        }
        let has_end = inner.retry_at.is_some() || inner.retry_after.is_some();
        let hint = match inner.kind {
            ErrorKind::QuotaExhausted if !has_end => hint::PLAN_LIMIT,
            _ if inner.suggests_plan_limit => hint::SUGGESTED_PLAN_LIMIT,
            kind => hint::for_error(kind, Effect::Refused),
        };
        hint.into()
    }
}
