//! `OneCloud`: `POST /api/authenticate`, `POST /api/contactrz` and `GET /api/prospectrz` (`prospects`); the limit of
//! creates (`quota`).
//!
//! Documented: both paths, `email`, `password` and `siteId`, the answer with the token, the login's 401 with `errorCode` as
//! a string, the token's claims and its 900 seconds (as in both of the vendor's samples), the bearer header, the "Expired
//! token" envelope, the nine strings of a created contact.
//!
//! Third-party: a form works for authenticate too; "jwt token not found"; without `siteId` the answer is a 200 without a
//! token that lists the sites.
//!
//! Inferences: `Name` is needed; unknown keys are ignored; an unknown route is a 404 envelope with `NF1000`, for a wrong
//! method too; the words for a token that was never valid; the envelope of a failure on request, in which
//! the empty texts are those of the sample of a used up limit.
//!
//! Choices where the pages are silent: values that are no strings, a missing `Name` and a body that is no JSON object are 400
//! envelopes; a given `Id` is ignored; the key of the list of sites; `sid` is a number; nothing is unique; no lengths.

mod envelope;
mod prospects;
mod quota;

use axum::Json;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use self::envelope::{bad_request, envelope, envelope_of_login, envelope_with_empty_texts, unauthorized};
use self::quota::Quota;
use crate::accounts::onecloud::{EMAIL, PASSWORD, SITE_ID};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};
use crate::token::{TokenStatus, Tokens};

const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_secs(900);
const FIELDS: [&str; 8] = ["Name", "Phone", "Fax", "Email", "Mobile", "TwitterId", "FacebookId", "Media"];

const TEXT_FIELDS: TextFields =
    TextFields { texts: &["Name"], emails: &["Email"], phones: &["Phone", "Fax", "Mobile"] };

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |base_url| Box::new(OneCloud::new(base_url)), configuration, purpose };

struct OneCloud {
    issuer: String,
    tokens: Tokens,
    contacts: ContactStore,
    quota: Quota,
}

struct Login {
    email: String,
    password: String,
    site: Option<String>,
}

impl StandIn for OneCloud {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        match (&request.method, request.segments().as_slice()) {
            (&Method::POST, ["api", "authenticate"]) => self.authenticate(request).into(),
            (&Method::POST, ["api", "contactrz"]) => match self.refused_token(request) {
                Some(refusal) => refusal.into(),
                None => self.create(request),
            },
            (&Method::GET, ["api", "prospectrz"]) => {
                self.refused_token(request).unwrap_or_else(|| prospects::list(request)).into()
            }
            _ => envelope(StatusCode::NOT_FOUND, 404, "Not Found.", Some("NF1000")).into(),
        }
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let id = self.contacts.next_number().to_string();
        let mut shown = Map::from_iter([("Id".to_owned(), json!(id))]);
        for key in FIELDS {
            shown.insert(key.to_owned(), json!(text(draft.fields(), key)));
        }
        let shown = Value::Object(shown);
        self.contacts.add(id, shown.clone(), draft, now);
        Json(shown).into_response()
    }

    fn failure(&self, status: StatusCode) -> Response {
        envelope_with_empty_texts(status, status.as_u16(), status.canonical_reason().unwrap_or_default())
    }

    fn text_fields(&self) -> &'static TextFields {
        &TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl OneCloud {
    fn new(base_url: &str) -> Self {
        Self {
            issuer: base_url.to_owned(),
            tokens: Tokens::new(TOKEN_LIFETIME),
            contacts: ContactStore::default(),
            quota: Quota::default(),
        }
    }

    fn authenticate(&mut self, request: &ReceivedRequest) -> Response {
        let Some(login) = login(request) else {
            return bad_request("Bad Request");
        };
        let site = login.site.unwrap_or_default();
        let may_log_in = login.email == EMAIL && login.password == PASSWORD;
        if may_log_in && site.is_empty() {
            return Json(json!({
                "response_code": "200",
                "response_status": "Success",
                "sites": [{"siteId": SITE_ID.to_string()}],
            }))
            .into_response();
        }
        if !may_log_in || site != SITE_ID.to_string() {
            let message = format!("you are not authorized to log into this site {site}");
            return envelope_of_login(&message);
        }
        let claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer)),
            ("sub".to_owned(), json!("1")),
            ("sid".to_owned(), json!(SITE_ID)),
        ]);
        let token = self.tokens.issue(claims, request.at);
        Json(json!({"response_code": "200", "response_status": "Success", "token": token})).into_response()
    }

    fn refused_token(&mut self, request: &ReceivedRequest) -> Option<Response> {
        let Some(token) = request.bearer() else {
            return Some(unauthorized("jwt token not found"));
        };
        match self.tokens.token_status(token, request) {
            TokenStatus::Malformed => Some(unauthorized("Wrong number of segments")),
            TokenStatus::Unknown => Some(unauthorized("Signature verification failed")),
            TokenStatus::Expired => Some(unauthorized("Expired token")),
            TokenStatus::Valid => None,
        }
    }

    fn create(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        if let Some(refusal) = self.quota.refused(request) {
            return refusal.into();
        }
        let Some(Value::Object(fields)) = request.json() else {
            return bad_request("Bad Request").into();
        };
        if let Some((key, _)) = fields.iter().find(|(_, value)| !value.is_string()) {
            return bad_request(&format!("{key} must be a string")).into();
        }
        if text(&fields, "Name").trim().is_empty() {
            return bad_request("Name is required").into();
        }
        Draft::new(fields, request).into()
    }
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.onecloud.jakarta]
base_url = "{base_url}"
email = "{EMAIL}"
password = "{PASSWORD}"
site_id = {SITE_ID}
time_zone = "Asia/Jakarta"
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    match (method, segments) {
        (&Method::POST, ["api", "authenticate"]) => Some(Purpose::Login),
        (&Method::POST, ["api", "contactrz"]) => Some(Purpose::Create),
        _ => None,
    }
}

fn text<'fields>(fields: &'fields Map<String, Value>, key: &str) -> &'fields str {
    fields.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn login(request: &ReceivedRequest) -> Option<Login> {
    if request.is_form() {
        return Some(Login {
            email: request.form_value("email").unwrap_or_default(),
            password: request.form_value("password").unwrap_or_default(),
            site: request.form_value("siteId"),
        });
    }
    let Value::Object(fields) = request.json()? else {
        return None;
    };
    let site = match fields.get("siteId") {
        Some(Value::String(site)) => Some(site.clone()),
        Some(Value::Number(site)) => Some(site.to_string()),
        _ => None,
    };
    Some(Login {
        email: text(&fields, "email").to_owned(),
        password: text(&fields, "password").to_owned(),
        site,
    })
}
