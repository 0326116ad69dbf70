//! `SmartTask`: `POST /v1.0/contact/create/{organization_id}`, `POST /v1.0/organization-user/filter-users/{organization_id}`
//! (`users`) and `POST /connect/token`.
//!
//! Documented: the create path, `use_created`, the bearer header, the body's fields, types, limits and enumerations
//! (`body`), the 200 with the whole contact, stamps without a zone, the token request as a form.
//!
//! Inferences (the vendor seems to run ASP.NET Core): every status but 200 and every error body; `organization_id` and
//! `created_by_user_id` are set by the server; unknown keys are ignored; all of the refresh grant (`grant`), which lives on
//! this port here and on a host of its own at the vendor.
//!
//! Choices where the pages are silent: "similar" means the same name and, if both have e-mail addresses, a shared one, with
//! letter case ignored; the version is checked before the token, as routing comes first.

mod body;
mod grant;
mod problem;
mod shown;
mod users;

use std::collections::HashMap;

use axum::Json;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value};

use self::body::field_errors;
use self::grant::Grants;
use self::problem::Errors;
use self::shown::{email_addresses, shown};
use crate::accounts::smarttask::{ACCESS_TOKEN, ORGANIZATION_ID};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};

const API_VERSION: &str = "1.0";

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |_| Box::new(SmartTask::new()), configuration, purpose };

struct SmartTask {
    grants: Grants,
    contacts: ContactStore,
    numbers_by_name: HashMap<String, Vec<usize>>,
}

impl StandIn for SmartTask {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        let segments = request.segments();
        let is_post = request.method == Method::POST;
        match segments.as_slice() {
            ["connect", "token"] if is_post => self.grants.answer(request).into(),
            [version, "contact", "create", organization] if version.starts_with('v') => self
                .refused(request, version, organization)
                .map_or_else(|| create(request), CheckOutcome::from),
            [version, "organization-user", "filter-users", organization] if version.starts_with('v') => {
                self.refused(request, version, organization).unwrap_or_else(|| users::answer(request)).into()
            }
            ["connect", "token"] => method_not_allowed().into(),
            _ => StatusCode::NOT_FOUND.into_response().into(),
        }
    }

    fn existing(&mut self, draft: &Draft) -> Option<Response> {
        let similar = self.similar(draft.fields()).filter(|_| draft.dedupes)?;
        let contact = self.contacts.return_again(similar, draft.request)?;
        Some(Json(contact).into_response())
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let number = self.contacts.next_number();
        let id = format!("5a4db0c5-0000-4000-8000-{number:012x}");
        let contact = shown(draft.fields(), &id, now);
        self.numbers_by_name.entry(name_key(draft.fields())).or_default().push(number);
        self.contacts.add(id, contact.clone(), draft, now);
        Json(contact).into_response()
    }

    fn failure(&self, status: StatusCode) -> Response {
        problem::failure(status)
    }

    fn text_fields(&self) -> &'static TextFields {
        &body::TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl SmartTask {
    fn new() -> Self {
        Self { grants: Grants::new(), contacts: ContactStore::default(), numbers_by_name: HashMap::new() }
    }

    /// Why the request gets no further, for what is the same on every route of an organization.
    fn refused(&mut self, request: &ReceivedRequest, version: &str, organization: &str) -> Option<Response> {
        if &version[1..] != API_VERSION {
            return Some(problem::unsupported_version(&version[1..]));
        }
        if request.method != Method::POST {
            return Some(method_not_allowed());
        }
        let challenge = match request.bearer() {
            None => Some("Bearer"),
            Some(token) if self.grants.is_valid(token, request) => None,
            Some(_) => Some("Bearer error=\"invalid_token\""),
        };
        if let Some(challenge) = challenge {
            let headers = [(header::WWW_AUTHENTICATE, challenge)];
            return Some((StatusCode::UNAUTHORIZED, headers).into_response());
        }
        match organization.parse::<u64>() {
            Ok(ORGANIZATION_ID) => None,
            Ok(_) => Some(StatusCode::FORBIDDEN.into_response()),
            Err(_) => Some(problem::invalid(&problem::not_valid("organization_id", organization))),
        }
    }

    /// The number of the oldest contact that `fields` is similar to.
    fn similar(&self, fields: &Map<String, Value>) -> Option<usize> {
        let wanted = email_addresses(fields);
        let candidates = self.numbers_by_name.get(&name_key(fields))?;
        candidates.iter().copied().find(|number| {
            let stored = self.contacts.shown(*number).and_then(Value::as_object);
            let found = stored.map(email_addresses).unwrap_or_default();
            wanted.is_empty() || found.is_empty() || wanted.iter().any(|address| found.contains(address))
        })
    }
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.smarttask.acme]
base_url = "{base_url}"
organization_id = {ORGANIZATION_ID}
access_token = "{ACCESS_TOKEN}"
use_created = true
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    match (method, segments) {
        (&Method::POST, ["connect", "token"]) => Some(Purpose::Login),
        (&Method::POST, [_, "contact", "create", _]) => Some(Purpose::Create),
        _ => None,
    }
}

fn create(request: &ReceivedRequest) -> CheckOutcome {
    let use_existing = match use_created(request) {
        Ok(use_created) => use_created,
        Err(errors) => return problem::invalid(&errors).into(),
    };
    if !request.is_json() {
        return problem::unsupported_media_type().into();
    }
    let Some(Value::Object(fields)) = request.json() else {
        let errors = problem::one("$", "The JSON value could not be converted to a contact.");
        return problem::invalid(&errors).into();
    };
    let errors = field_errors(&fields);
    if !errors.is_empty() {
        return problem::invalid(&errors).into();
    }
    let mut draft = Draft::new(fields, request);
    draft.dedupes = use_existing;
    draft.into()
}

fn name_key(fields: &Map<String, Value>) -> String {
    let name = fields.get("name").and_then(Value::as_str);
    name.unwrap_or_default().trim().to_lowercase()
}

fn use_created(request: &ReceivedRequest) -> Result<bool, Errors> {
    match request.query_value("use_created") {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
        Some(value) => Err(problem::not_valid("use_created", &value)),
    }
}

fn method_not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response()
}
