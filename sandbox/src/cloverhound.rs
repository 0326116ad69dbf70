//! Cloverhound Cloud: `POST /{organization_id}/contacts` with HTTP Basic.
//!
//! Documented: path, key id and secret as user name and password, the body's fields and types, `full_name` as the only
//! required one, `id` and `_destroy` of a phone as "only for updates", the statuses 201, 401, 403 and 422, the 201 schema.
//!
//! Inferences (the vendor seems to run Rails): every error body, among them the plain text of a 401, field errors such as
//! `{"full_name": ["can't be blank"]}` and `contact_phones.number`; 403 for another organization; 400 for bad JSON; 404 for
//! an unknown route; unknown keys are dropped; a body that is not declared as JSON is not read, so `full_name` is missing.
//!
//! Choices where the pages are silent: a value of the wrong type, a number that is not E.164, and an update-only key are
//! 422; `email` and `description` may be null; an organization id that is no integer is 404; the e-mail's form is not
//! checked; nothing is unique.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::accounts::cloverhound::{API_KEY_ID, API_KEY_SECRET, ORGANIZATION_ID};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};

const TEXT_FIELDS: TextFields = TextFields {
    texts: &["full_name", "description"],
    emails: &["email"],
    phones: &["contact_phones_attributes.number"],
};

type FieldErrors = BTreeMap<&'static str, Vec<&'static str>>;

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |_| Box::new(Cloverhound::new()), configuration, purpose };

struct Cloverhound {
    contacts: ContactStore,
    phones: usize,
}

impl StandIn for Cloverhound {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        match (&request.method, request.segments().as_slice()) {
            (&Method::POST, [organization, "contacts"]) => guarded(request, organization),
            _ => refusal(StatusCode::NOT_FOUND).into(),
        }
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let number = self.contacts.next_number();
        let shown = self.shown(draft.fields(), number, now);
        self.contacts.add(number.to_string(), shown.clone(), draft, now);
        (StatusCode::CREATED, Json(shown)).into_response()
    }

    fn failure(&self, status: StatusCode) -> Response {
        refusal(status)
    }

    fn text_fields(&self) -> &'static TextFields {
        &TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl Cloverhound {
    fn new() -> Self {
        Self { contacts: ContactStore::default(), phones: 0 }
    }

    fn shown(&mut self, fields: &Map<String, Value>, number: usize, now: Timestamp) -> Value {
        let stamp = now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let phones: Vec<Value> = phone_numbers(fields)
            .map(|phone| {
                self.phones += 1;
                json!({
                    "id": self.phones,
                    "contact_id": number,
                    "organization_id": ORGANIZATION_ID,
                    "number": phone,
                    "phone_type": null,
                    "created_at": stamp,
                    "updated_at": stamp,
                })
            })
            .collect();
        json!({
            "id": number,
            "organization_id": ORGANIZATION_ID,
            "full_name": fields.get("full_name"),
            "email": fields.get("email"),
            "description": fields.get("description"),
            "contact_phones": phones,
            "created_at": stamp,
            "updated_at": stamp,
        })
    }
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.cloverhound.voice]
base_url = "{base_url}"
organization_id = {ORGANIZATION_ID}
api_key_id = "{API_KEY_ID}"
api_key_secret = "{API_KEY_SECRET}"
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    matches!((method, segments), (&Method::POST, [_, "contacts"])).then_some(Purpose::Create)
}

fn guarded(request: &ReceivedRequest, organization: &str) -> CheckOutcome {
    if !is_authorized(request) {
        return (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, "Basic realm=\"Application\"")],
            "HTTP Basic: Access denied.",
        )
            .into_response()
            .into();
    }
    match organization.parse::<u64>() {
        Ok(ORGANIZATION_ID) => create(request),
        Ok(_) => refusal(StatusCode::FORBIDDEN).into(),
        Err(_) => refusal(StatusCode::NOT_FOUND).into(),
    }
}

fn create(request: &ReceivedRequest) -> CheckOutcome {
    let fields = if request.is_json() {
        match request.json() {
            Some(Value::Object(fields)) => fields,
            Some(_) => Map::new(),
            None => return refusal(StatusCode::BAD_REQUEST).into(),
        }
    } else {
        Map::new()
    };
    let errors = field_errors(&fields);
    if !errors.is_empty() {
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(errors)).into_response().into();
    }
    Draft::new(fields, request).into()
}

fn is_authorized(request: &ReceivedRequest) -> bool {
    request
        .credentials("Basic")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .is_some_and(|pair| pair == format!("{API_KEY_ID}:{API_KEY_SECRET}").as_bytes())
}

fn field_errors(fields: &Map<String, Value>) -> FieldErrors {
    let mut errors = FieldErrors::new();
    match fields.get("full_name") {
        None | Some(Value::Null) => errors.entry("full_name").or_default().push("can't be blank"),
        Some(Value::String(name)) if name.trim().is_empty() => {
            errors.entry("full_name").or_default().push("can't be blank");
        }
        Some(Value::String(_)) => {}
        Some(_) => errors.entry("full_name").or_default().push("is invalid"),
    }
    for key in ["email", "description"] {
        if !matches!(fields.get(key), None | Some(Value::Null | Value::String(_))) {
            errors.entry(key).or_default().push("is invalid");
        }
    }
    match fields.get("contact_phones_attributes") {
        None => {}
        Some(Value::Array(phones)) => {
            for phone in phones {
                phone_errors(phone, &mut errors);
            }
        }
        Some(_) => errors.entry("contact_phones").or_default().push("is invalid"),
    }
    errors
}

fn phone_errors(phone: &Value, errors: &mut FieldErrors) {
    let Value::Object(phone) = phone else {
        errors.entry("contact_phones").or_default().push("is invalid");
        return;
    };
    if !phone.get("number").and_then(Value::as_str).is_some_and(is_e164) {
        errors.entry("contact_phones.number").or_default().push("is invalid");
    }
    for (key, field) in [("id", "contact_phones.id"), ("_destroy", "contact_phones._destroy")] {
        if phone.contains_key(key) {
            errors.entry(field).or_default().push("is only for updates");
        }
    }
}

/// `^\+[1-9]\d{1,14}$`
fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

fn phone_numbers(fields: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    fields
        .get("contact_phones_attributes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|phone| phone.get("number"))
}

fn refusal(status: StatusCode) -> Response {
    let body = json!({"status": status.as_u16(), "error": status.canonical_reason()});
    (status, Json(body)).into_response()
}
