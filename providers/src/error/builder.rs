//! The methods that add facts to an error.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use jiff::Zoned;
use unicontact_model::ContactId;

use super::ProviderError;
use super::kind::ErrorKind;
use super::vendor_message::VendorMessage;
use crate::comparison::{Comparison, IdentifyingValues};
use crate::provider_info::ProviderInfo;

impl ProviderError {
    /// Sets the name and vendor of the provider, which an error that was read from JSON lacks.
    #[must_use]
    pub fn with_provider(mut self, info: &ProviderInfo) -> Self {
        info.name().clone_into(&mut self.0.provider);
        info.vendor().clone_into(&mut self.0.vendor);
        self
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
        self.0.message.text = Some(message.into());
        self
    }

    /// Adds the vendor's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.message.code = Some(code.into());
        self
    }

    /// Adds the time to wait before the next attempt.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// Adds the time from which the vendor accepts requests again.
    #[must_use]
    pub fn with_retry_at(mut self, retry_at: Option<Zoned>) -> Self {
        self.0.retry_at = retry_at;
        self
    }

    /// Adds the id of the existing contact.
    #[must_use]
    pub fn with_existing_id(mut self, id: Option<ContactId>) -> Self {
        self.0.message.existing_id = id.map(|id| id.as_str().to_owned());
        self
    }

    /// Adds the identifying values of the existing contact, to be compared with the one that was sent.
    #[must_use]
    pub fn with_existing_contact(mut self, contact: IdentifyingValues) -> Self {
        self.0.existing = contact;
        self
    }

    /// Adds the comparison of the existing contact with the one that was sent.
    #[must_use]
    pub fn with_existing_compared(mut self, comparison: Comparison) -> Self {
        self.0.existing_comparison = comparison;
        self
    }

    /// Marks the refused credential as discarded: the next attempt fetches a new one, so the error is transient.
    #[must_use]
    pub fn with_renewed_credential(mut self) -> Self {
        self.0.credential_renewed = true;
        self
    }

    /// Adds the ids of the vendor's contacts that resemble a contact in doubt, for a person to compare.
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

    /// Replaces the hint of the kind.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_suggested_plan_limit(mut self, is_suggested: bool) -> Self {
        self.0.suggests_plan_limit = is_suggested;
        self
    }

    /// Changes the kind to [`ErrorKind::QuotaExhausted`], once the limit that the vendor's message suggested is confirmed.
    #[must_use]
    pub fn with_plan_limit_confirmed(mut self) -> Self {
        self.0.kind = ErrorKind::QuotaExhausted;
        self.0.suggests_plan_limit = false;
        self
    }

    pub(crate) fn with_vendor_message(mut self, message: VendorMessage) -> Self {
        self.0.message = message;
        self
    }

    /// Adds the vendor's id of the request, for its support.
    #[must_use]
    pub fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }
}
