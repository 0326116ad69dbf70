//! Pipedrive: `POST` and `GET` of `/api/v2/persons`, `GET` of one person, `GET /api/v2/persons/search` (`search`), and `GET
//! /api/v1/users/me`.
//!
//! Documented, in the vendor's specification of persons v2 (mirrored in api-evangelist/pipedrive, 2026-08-22): the paths, the
//! header `x-api-token`, the fields of a create (`body`), its 200 with the person, what each call costs. On the page of answers
//! (<https://pipedrive.readme.io/docs/core-api-concepts-responses>): `success`, `error`, `error_info`, `data`,
//! `additional_data`. On the page of limits (<https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting>): a budget of
//! tokens for a day, a limit for two seconds, their headers (`limits`). On the changelog
//! (<https://developers.pipedrive.com/changelog>): persons of v1 are gone since 2026-08-01. Duplicates are accepted.
//!
//! Recorded, of v1: the 201 of its create (NangoHQ/integration-templates). Third-party: the 401 and its words, recorded in public
//! repositories, which every route and method has without a good token.
//!
//! Inferences: v2 answers a create with 200, as its specification says; the words of a missing name are those of v1.
//!
//! Choices where the pages are silent: the 403 of a user who may only read; the 410 of v1; a field that v2 does not have is
//! refused; ids count up. `PATCH`, `DELETE` and OAuth are not built.

mod body;
mod error;
mod limits;
mod search;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::accounts::pipedrive::{API_TOKEN, COMPANY, READ_ONLY_TOKEN, USER_ID};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::request_limits::{Exceeded, RequestLimits};
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};

const TOKEN_HEADER: &str = "x-api-token";
const WINDOW: SignedDuration = SignedDuration::from_secs(2);

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |_| Box::new(Pipedrive::new()), configuration, purpose };

struct Pipedrive {
    contacts: ContactStore,
    limits: RequestLimits,
}

impl StandIn for Pipedrive {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        let may_create = match request.header(TOKEN_HEADER) {
            Some(API_TOKEN) => true,
            Some(READ_ONLY_TOKEN) => false,
            _ => return error::unauthorized().into(),
        };
        let segments = request.decoded_segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let Some(exceeded) = self.limits.count(request, limits::cost(&request.method, &segments)) {
            return limits::with_headers(limits::refusal(exceeded), &self.limits, Some(exceeded)).into();
        }
        match self.answer(request, &segments, may_create) {
            CheckOutcome::Answered(response) => limits::with_headers(response, &self.limits, None).into(),
            accepted @ CheckOutcome::Accepted(_) => accepted,
        }
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let number = self.contacts.next_number();
        let shown = body::shown(draft.fields(), number, now);
        self.contacts.add(number.to_string(), shown.clone(), draft, now);
        limits::with_headers(error::success(&shown), &self.limits, None)
    }

    fn failure(&self, status: StatusCode) -> Response {
        match status {
            StatusCode::TOO_MANY_REQUESTS => limits::refusal(Exceeded::Burst { seconds: 2 }),
            _ => error::failure(status),
        }
    }

    fn text_fields(&self) -> &'static TextFields {
        &body::TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl Pipedrive {
    fn new() -> Self {
        Self { contacts: ContactStore::default(), limits: RequestLimits::new(WINDOW) }
    }

    fn answer(&self, request: &ReceivedRequest, segments: &[&str], may_create: bool) -> CheckOutcome {
        match (&request.method, segments) {
            (&Method::POST, ["api", "v2", "persons"]) if may_create => create(request),
            (&Method::POST, ["api", "v2", "persons"]) => error::forbidden().into(),
            (&Method::GET, ["api", "v2", "persons"]) => search::list(&self.contacts, request).into(),
            (&Method::GET, ["api", "v2", "persons", "search"]) => {
                search::answer(&self.contacts, request).into()
            }
            (&Method::GET, ["api", "v2", "persons", id]) => self.one(id).into(),
            (&Method::GET, ["api", "v1", "users", "me"] | ["v1", "users", "me"]) => user().into(),
            (_, ["api", "v1", "persons", ..] | ["v1", "persons", ..]) => {
                error::failure(StatusCode::GONE).into()
            }
            _ => error::failure(StatusCode::NOT_FOUND).into(),
        }
    }

    fn one(&self, id: &str) -> Response {
        let found = self.contacts.all().iter().find(|contact| contact.id == id);
        found.map_or_else(
            || error::refused(StatusCode::NOT_FOUND, "Person not found"),
            |contact| error::success(&contact.shown),
        )
    }
}

fn create(request: &ReceivedRequest) -> CheckOutcome {
    let fields = match request.json() {
        Some(Value::Object(fields)) if request.is_json() => fields,
        _ => return error::invalid("Request body is not a JSON object").into(),
    };
    match body::error(&fields) {
        Some(message) => error::invalid(&message).into(),
        None => Draft::new(fields, request).into(),
    }
}

/// Returns the user of the token.
fn user() -> Response {
    error::success(&json!({
        "id": USER_ID,
        "name": "Sandbox User",
        "email": "sandbox@example.com",
        "company_id": 1,
        "company_name": "Sandbox",
        "company_domain": COMPANY,
        "is_deleted": false,
    }))
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.pipedrive.deals]
base_url = "{base_url}"
company = "{COMPANY}"
api_token = "{API_TOKEN}"
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    match (method, segments) {
        (&Method::POST, ["api", "v2", "persons"] | ["api", "v2", "persons", ""]) => Some(Purpose::Create),
        (&Method::GET, ["api", "v2", "persons", "search"]) => Some(Purpose::ReadContacts),
        _ => None,
    }
}
