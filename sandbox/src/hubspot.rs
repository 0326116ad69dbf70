//! `HubSpot`: `POST` and `GET` of `/crm/v3/objects/contacts`, `GET` of one contact by its id or its e-mail address, `POST
//! /crm/v3/objects/contacts/search` (`search`), and `GET /account-info/v3/details`. The dated paths
//! `/crm/objects/2026-03/contacts…` are the same.
//!
//! Documented, in the vendor's specification (`HubSpot-public-api-spec-collection`, contacts v3 of 2026-08-21) and its guide to
//! contacts (<https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide>): the paths, the bearer, the body and its
//! default properties (`properties`), at least one of `email`, `firstname` and `lastname`, the 201 with the contact,
//! `idProperty=email`. On the page of errors (<https://developers.hubspot.com/docs/api-reference/error-handling>): the members
//! of an error, 401, 403, 429. On the page of limits: both policies, their words and headers (`limits`).
//!
//! Third-party: the conflict with the id in its message alone (stape-io/hubspot-tag issue 7 and others), also for an address
//! that is another contact's second one; the words of a missing, an expired and an insufficient token (useparagon.com,
//! HubSpot/hubspot-api-nodejs issue 268); the form of invalid properties and of what is not found (recordings in public
//! repositories); `Location`; the lag of the search.
//!
//! Inferences: the read by e-mail address does not wait for the index of the search; addresses are compared without case.
//!
//! Choices where the pages are silent: the account's own properties; no property is checked for its options or its length; a
//! null is as good as an absent property; a read by e-mail address does not look at second ones; `associations` are ignored;
//! ids count up. `PATCH`, `DELETE` and batches are not built, and neither is the limit of searches in a second.

mod error;
mod limits;
mod properties;
mod search;

use std::collections::HashMap;

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::accounts::hubspot::{ACCESS_TOKEN, PORTAL_ID, READ_ONLY_TOKEN};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::request_limits::{Exceeded, RequestLimits};
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};
use crate::token_uses::TokenUses;

const WINDOW: SignedDuration = SignedDuration::from_secs(10);
const FIRST_ID: usize = 734_900_000_000;

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |_| Box::new(HubSpot::new()), configuration, purpose };

struct HubSpot {
    contacts: ContactStore,
    /// The numbers of the contacts by all their addresses, in lower case.
    numbers_by_email: HashMap<String, usize>,
    limits: RequestLimits,
    uses: TokenUses,
}

/// What a token may do.
enum Access {
    ReadAndWrite,
    Read,
}

impl StandIn for HubSpot {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        let token = request.bearer().unwrap_or_default();
        let Some(access) = access(token) else {
            return error::unauthenticated(request.number).into();
        };
        if !self.uses.spend(token, request) {
            return error::expired(request.number).into();
        }
        let outcome = match self.limits.count(request, 1) {
            Some(exceeded) => limits::refusal(request.number, exceeded).into(),
            None => self.answer(request, &access),
        };
        match outcome {
            CheckOutcome::Answered(response) if !is_search(request) => {
                limits::with_headers(response, &self.limits).into()
            }
            outcome => outcome,
        }
    }

    fn existing(&mut self, draft: &Draft) -> Option<Response> {
        let addresses = properties::email_addresses(draft.fields());
        let number = addresses.iter().find_map(|address| self.numbers_by_email.get(address)).copied()?;
        let id = self.contacts.return_again(number, draft.request)?.get("id")?.as_str()?.to_owned();
        Some(limits::with_headers(error::conflict(draft.request, &id), &self.limits))
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let number = self.contacts.next_number();
        let id = (FIRST_ID + number).to_string();
        for address in properties::email_addresses(draft.fields()) {
            self.numbers_by_email.entry(address).or_insert(number);
        }
        let shown = properties::shown(draft.fields(), &id, now);
        self.contacts.add(id.clone(), shown.clone(), draft, now);
        let mut response = error::json(StatusCode::CREATED, &shown);
        if let Ok(location) = HeaderValue::from_str(&format!("/crm/v3/objects/contacts/{id}")) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        limits::with_headers(response, &self.limits)
    }

    fn failure(&self, status: StatusCode) -> Response {
        match status {
            StatusCode::TOO_MANY_REQUESTS => limits::refusal(0, Exceeded::Burst { seconds: 10 }),
            _ => error::failure(status),
        }
    }

    fn text_fields(&self) -> &'static TextFields {
        &properties::TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl HubSpot {
    fn new() -> Self {
        Self {
            contacts: ContactStore::default(),
            numbers_by_email: HashMap::new(),
            limits: RequestLimits::new(WINDOW),
            uses: TokenUses::default(),
        }
    }

    fn answer(&self, request: &ReceivedRequest, access: &Access) -> CheckOutcome {
        let segments = request.decoded_segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (&request.method, contact_route(&segments)) {
            (&Method::POST, Some([])) => match access {
                Access::ReadAndWrite => create(request),
                Access::Read => error::missing_scope(request.number).into(),
            },
            (&Method::POST, Some(["search"])) => search::answer(&self.contacts, request).into(),
            (&Method::GET, Some([])) => search::list(&self.contacts, request).into(),
            (&Method::GET, Some([key])) => self.one(request, key).into(),
            (&Method::GET, None) if segments == ["account-info", "v3", "details"] => {
                error::json(StatusCode::OK, &json!({"portalId": PORTAL_ID, "timeZone": "UTC"})).into()
            }
            _ => error::not_found(request.number).into(),
        }
    }

    /// Returns one contact by its id, or by its e-mail address with `idProperty=email`.
    fn one(&self, request: &ReceivedRequest, key: &str) -> Response {
        let is_this = |shown: &Value| match request.query_value("idProperty").as_deref() {
            None | Some("hs_object_id") => shown["id"] == key,
            Some("email") => {
                let address = shown["properties"]["email"].as_str();
                address.is_some_and(|address| address.eq_ignore_ascii_case(key))
            }
            Some(_) => false,
        };
        let wanted = request.query_value("properties");
        let names: Option<Vec<&str>> = wanted.as_deref().map(|names| names.split(',').collect());
        match self.contacts.all().iter().find(|contact| is_this(&contact.shown)) {
            Some(contact) => {
                error::json(StatusCode::OK, &properties::selected(&contact.shown, names.as_deref()))
            }
            None => error::not_found(request.number),
        }
    }
}

fn access(token: &str) -> Option<Access> {
    match token {
        ACCESS_TOKEN => Some(Access::ReadAndWrite),
        READ_ONLY_TOKEN => Some(Access::Read),
        _ => None,
    }
}

fn is_search(request: &ReceivedRequest) -> bool {
    purpose(&request.method, &request.segments()) == Some(Purpose::ReadContacts)
}

/// Returns the rest of a path after the contacts.
fn contact_route<'segments, 'text>(segments: &'segments [&'text str]) -> Option<&'segments [&'text str]> {
    match segments {
        ["crm", "v3", "objects", "contacts", rest @ ..]
        | ["crm", "objects", "2026-03", "contacts", rest @ ..] => Some(rest),
        _ => None,
    }
}

fn create(request: &ReceivedRequest) -> CheckOutcome {
    let fields = match request.json() {
        Some(Value::Object(fields)) if request.is_json() => fields,
        _ => return error::invalid_json(request.number).into(),
    };
    let Some(properties) = fields.get("properties").and_then(Value::as_object) else {
        return error::invalid_json(request.number).into();
    };
    let errors = properties::errors(properties);
    if !errors.is_empty() {
        return error::invalid_properties(request.number, &errors).into();
    }
    let mut draft = Draft::new(fields, request);
    draft.dedupes = true;
    draft.into()
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.hubspot.marketing]
base_url = "{base_url}"
access_token = "{ACCESS_TOKEN}"
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    match (method, contact_route(segments)?) {
        (&Method::POST, [] | [""]) => Some(Purpose::Create),
        (&Method::POST, ["search"]) => Some(Purpose::ReadContacts),
        _ => None,
    }
}
