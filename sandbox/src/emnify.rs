//! emnify: `POST /api/v1/authenticate`, `GET /api/v1/country`, `GET /api/v1/organisation/my`, and `GET` and `POST` of
//! `/api/v1/organisation/{organisation}/contact`, with `GET` of one contact.
//!
//! Documented, or recorded by the vendor: the paths, the ways to authenticate and their answers (`login`), 240 minutes, the
//! error envelope and its codes (`error`), the create's fields (`body`), its 201 with an empty body and an absolute
//! `Location`, the gateway's words for a malformed bearer, the country list.
//!
//! Inferences: contact types 2, 3 and 4; 403 for somebody else's organisation, which is the next one, and for all others,
//! which are not there, the 404 that is recorded of unknown ids; that the recorded refusal to update the own organisation
//! answers a PATCH of it; the answer without a bearer; every path but authenticate wants one; 404 with code 1201 for an
//! unknown route, and for a wrong method too.
//!
//! Choices where the pages are silent: an organisation or a contact id that is no integer, and a `geographic` that is no
//! boolean, are 400 with code 1000; which rows `geographic=true` takes for MCC duplicates (`country`); fields that a contact does not have are left out when it is shown. The vendor's rate limits are
//! not enforced. PATCH and DELETE of a contact are not built.

mod body;
mod country;
mod error;
mod login;

use axum::Json;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use self::country::Countries;
use self::error::Code;
use self::login::Login;
use crate::accounts::emnify::{APPLICATION_TOKEN, ORGANISATION_ID, ORGANISATION_NAME};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};
use crate::token::TokenStatus;

/// Somebody else's organisation.
const FOREIGN_ORGANISATION_ID: u64 = ORGANISATION_ID + 1;

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |base_url| Box::new(Emnify::new(base_url)), configuration, purpose };

struct Emnify {
    base_url: String,
    login: Login,
    countries: Countries,
    contacts: ContactStore,
}

impl StandIn for Emnify {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        let segments = request.segments();
        match (&request.method, segments.as_slice()) {
            (&Method::POST, ["api", "v1", "authenticate"]) => self.login.answer(request).into(),
            (_, ["api", "v1", route @ ..]) => match self.refused_token(request) {
                Some(refusal) => refusal.into(),
                None => self.answer_member(request, route),
            },
            _ => no_such_route().into(),
        }
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let number = self.contacts.next_number();
        let shown = body::shown(draft.fields(), number, &self.countries);
        self.contacts.add(number.to_string(), shown, draft, now);
        let location = format!("{}/api/v1/organisation/{ORGANISATION_ID}/contact/{number}", self.base_url);
        let headers = [(header::LOCATION, location), (header::CONTENT_TYPE, "text/html".to_owned())];
        (StatusCode::CREATED, headers).into_response()
    }

    fn failure(&self, status: StatusCode) -> Response {
        error::failure(status)
    }

    fn text_fields(&self) -> &'static TextFields {
        &body::TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl Emnify {
    fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            login: Login::new(),
            countries: Countries::new(),
            contacts: ContactStore::default(),
        }
    }

    fn refused_token(&mut self, request: &ReceivedRequest) -> Option<Response> {
        let Some(token) = request.bearer() else {
            return Some(refused_by_gateway("Unauthorized"));
        };
        match self.login.token_status(token, request) {
            TokenStatus::Valid => None,
            TokenStatus::Malformed => {
                Some(refused_by_gateway("token contains an invalid number of segments"))
            }
            TokenStatus::Unknown => Some(error::answer(Code::InvalidToken, "Invalid token")),
            TokenStatus::Expired => Some(error::answer(Code::TokenExpired, "Token expired")),
        }
    }

    fn answer_member(&self, request: &ReceivedRequest, route: &[&str]) -> CheckOutcome {
        match (&request.method, route) {
            (&Method::GET, ["country"]) => self.list_countries(request).into(),
            (&Method::GET, ["organisation", "my"]) => {
                Json(json!({"id": ORGANISATION_ID, "name": ORGANISATION_NAME})).into_response().into()
            }
            (method, ["organisation", organisation, rest @ ..]) => match organisation.parse::<u64>() {
                Err(_) => bad_request().into(),
                Ok(ORGANISATION_ID) => self.answer_organisation(request, method, rest),
                Ok(FOREIGN_ORGANISATION_ID) => error::answer(Code::Forbidden, "Forbidden").into(),
                Ok(_) => error::invalid_reference("Organisation not found").into(),
            },
            _ => no_such_route().into(),
        }
    }

    fn answer_organisation(&self, request: &ReceivedRequest, method: &Method, rest: &[&str]) -> CheckOutcome {
        match (method, rest) {
            (&Method::PATCH, []) => {
                error::answer(Code::NotAllowed, "Updating of own organisation not allowed.").into()
            }
            (method, ["contact", rest @ ..]) => self.answer_contact(request, method, rest),
            _ => no_such_route().into(),
        }
    }

    fn answer_contact(&self, request: &ReceivedRequest, method: &Method, rest: &[&str]) -> CheckOutcome {
        match (method, rest) {
            (&Method::GET, []) => Json(self.contacts.list(request)).into_response().into(),
            (&Method::POST, []) => self.create(request),
            (&Method::GET, [contact]) => self.show(request, contact).into(),
            _ => no_such_route().into(),
        }
    }

    fn list_countries(&self, request: &ReceivedRequest) -> Response {
        match request.query_value("geographic").as_deref() {
            None | Some("false") => Json(self.countries.all()).into_response(),
            Some("true") => Json(self.countries.geographic()).into_response(),
            Some(_) => bad_request(),
        }
    }

    fn show(&self, request: &ReceivedRequest, contact: &str) -> Response {
        let Ok(number) = contact.parse() else {
            return bad_request();
        };
        if let Some(shown) = self.contacts.look_up(number, request) {
            return Json(shown).into_response();
        }
        let message = format!("Contact with id {number} not found");
        error::answer(Code::NotFound, &message)
    }

    fn create(&self, request: &ReceivedRequest) -> CheckOutcome {
        let Some(Value::Object(fields)) = request.json() else {
            return bad_request().into();
        };
        let mut errors = body::forbidden_in_query(request);
        errors.extend(body::errors(&fields, &self.countries));
        if !errors.is_empty() {
            return error::validation(&errors).into();
        }
        Draft::new(fields, request).into()
    }
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.emnify.iot]
base_url = "{base_url}"
organisation_id = {ORGANISATION_ID}
application_token = "{APPLICATION_TOKEN}"
contact_type = "commercial"
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    match (method, segments) {
        (&Method::POST, ["api", "v1", "authenticate"]) => Some(Purpose::Login),
        (&Method::POST, ["api", "v1", "organisation", _, "contact"]) => Some(Purpose::Create),
        (
            &Method::GET,
            ["api", "v1", "organisation", _, "contact"] | ["api", "v1", "organisation", _, "contact", _],
        ) => Some(Purpose::ReadContacts),
        _ => None,
    }
}

fn refused_by_gateway(message: &str) -> Response {
    let headers = [("x-amzn-ErrorType", "AccessDeniedException")];
    let body = Json(json!({"message": message}));
    (StatusCode::UNAUTHORIZED, headers, body).into_response()
}

fn bad_request() -> Response {
    error::answer(Code::BadRequest, "Bad Request")
}

fn no_such_route() -> Response {
    error::answer(Code::NotFound, "Not Found")
}
