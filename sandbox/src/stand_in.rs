//! The interface of a vendor's stand-in.
//!
//! A stand-in checks a request and commits a create in two steps, so that a fault can delay or change the commit. It computes
//! both from the request, its own state and the given time, and never waits.

use axum::http::{Method, StatusCode};
use axum::response::Response;
use jiff::Timestamp;

use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;

/// The description of a vendor's stand-in, one per vendor.
pub(crate) struct StandInSpec {
    /// Creates the stand-in for its base URL, without contacts.
    pub(crate) create: fn(base_url: &str) -> Box<dyn StandIn>,
    /// Returns the provider's section of a configuration for a base URL.
    pub(crate) configuration: fn(base_url: &str) -> String,
    /// Returns the purpose of a request with this method and these path segments, or `None` for
    /// [`Purpose::Read`].
    pub(crate) purpose: fn(&Method, segments: &[&str]) -> Option<Purpose>,
}

/// A vendor's stand-in.
pub(crate) trait StandIn: Send {
    /// Checks a request, and answers it unless it is a valid create.
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome;

    /// Returns the answer that names an equal contact, if the vendor has one and does not store another.
    fn existing(&mut self, _draft: &Draft) -> Option<Response> {
        None
    }

    /// Stores the contact of a create, and returns the answer.
    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response;

    /// Returns an error that is independent of the request, in the vendor's form.
    fn failure(&self, status: StatusCode) -> Response;

    /// Returns the vendor's refusal of too many requests.
    fn too_many_requests(&self) -> Response {
        self.failure(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns the fields of a create that are texts.
    fn text_fields(&self) -> &'static TextFields;

    /// Returns the created contacts.
    fn contacts(&self) -> &ContactStore;
}

/// The result of checking a request.
pub(crate) enum CheckOutcome {
    /// The answer to a request that stores no contact.
    Answered(Response),
    /// A valid create, not yet committed.
    Accepted(Draft),
}

impl From<Response> for CheckOutcome {
    fn from(response: Response) -> Self {
        Self::Answered(response)
    }
}

impl From<Draft> for CheckOutcome {
    fn from(draft: Draft) -> Self {
        Self::Accepted(draft)
    }
}
