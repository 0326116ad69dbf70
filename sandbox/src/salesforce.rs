//! Salesforce: `POST /services/oauth2/token` (`login`), and below `/services/data/v…`: `POST` and `GET` of `sobjects/Contact`,
//! `GET` of one contact, its `describe`, `query?q=` (`soql`, `query`) and `limits`; `GET /services/data` and
//! `/services/oauth2/userinfo`.
//!
//! Documented, in the guide to the REST API (<https://developer.salesforce.com/docs/platform/api-rest/guide/errorcodes.md>) and
//! the field reference of Contact
//! (<https://developer.salesforce.com/docs/platform/field-reference/references/field-reference/salesforce-field-reference-contact.html>):
//! the paths, the bearer, the fields and their lengths (`fields`), the errors as a list of `message`, `errorCode` and `fields`,
//! `REQUEST_LIMIT_EXCEEDED` under 403.
//!
//! Recorded: the 201 with `id`, `success` and `errors`, its `Location` and `Sforce-Limit-Info`
//! (NangoHQ/integration-templates, for an Account), `INVALID_SESSION_ID` and its words.
//!
//! Third-party: a duplicate rule's refusal with `duplicateResut`, so spelled (recorded in public repositories, for Account and
//! Contact), its header that saves all the same, both messages of `REQUEST_LIMIT_EXCEEDED` (SalesforceLabs/OrgCheck issues 181
//! and 432), the words of the field errors, `DUPLICATE_VALUE` of a unique field with an id of 15 characters.
//!
//! Inferences: a rule's match may be a lead; both kinds of match stand in one answer; the 403 of a user without the right to
//! create.
//!
//! Choices where the pages are silent: addresses are compared without case; the rule compares nothing else; the day of the limit is
//! not a rolling one; a unique field ignores case; any version from 20.0 to 79.0 is served; only Contact is served; ids count up. `PATCH`, `DELETE`,
//! collections and `queryMore` are not built.

mod duplicates;
mod error;
mod fields;
mod login;
mod query;
mod record;
mod soql;

use std::collections::HashMap;

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use self::error::with_limit_info;
use self::login::{Client, Login};
use crate::accounts::salesforce::{CLIENT_ID, CLIENT_SECRET, LEAD_EMAIL};
use crate::contact_store::ContactStore;
use crate::draft::{Draft, TextFields};
use crate::purpose::Purpose;
use crate::received_request::ReceivedRequest;
use crate::request_limits::RequestLimits;
use crate::stand_in::{CheckOutcome, StandIn, StandInSpec};

/// The vendor has no limit on a short window; the length is of no effect.
const WINDOW: SignedDuration = SignedDuration::from_secs(1);

/// The description of this stand-in.
pub(crate) static SPEC: StandInSpec =
    StandInSpec { create: |base_url| Box::new(Salesforce::new(base_url)), configuration, purpose };

struct Salesforce {
    base_url: String,
    login: Login,
    contacts: ContactStore,
    /// The numbers of the contacts by their addresses in lower case.
    numbers_by_email: HashMap<String, Vec<usize>>,
    /// The numbers of the contacts by their values of the unique field in lower case.
    numbers_by_key: HashMap<String, usize>,
    limits: RequestLimits,
    /// The version of the last create, for the addresses in its answer.
    version: String,
}

impl StandIn for Salesforce {
    fn check(&mut self, request: &ReceivedRequest) -> CheckOutcome {
        let segments = request.decoded_segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (&request.method, segments.as_slice()) {
            (&Method::POST, ["services", "oauth2", "token"]) => {
                self.login.answer(request, &self.base_url).into()
            }
            (&Method::GET, ["services", "data"]) => record::versions().into(),
            (_, ["services", route @ ..]) => self.authorized(request, route),
            _ => error::not_found().into(),
        }
    }

    fn existing(&mut self, draft: &Draft) -> Option<Response> {
        let refusal = self.with_equal_key(draft).or_else(|| self.with_equal_address(draft))?;
        Some(with_limit_info(refusal, &self.limits))
    }

    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response {
        let number = self.contacts.next_number();
        let id = record::id(number);
        if let Some(address) = fields::email_address(draft.fields()) {
            self.numbers_by_email.entry(address).or_default().push(number);
        }
        if let Some(key) = fields::unique_key(draft.fields()) {
            self.numbers_by_key.entry(key).or_insert(number);
        }
        let path = format!("/services/data/{}/sobjects/Contact/{id}", self.version);
        let shown = record::shown(draft.fields(), &id, &path, now);
        self.contacts.add(id.clone(), shown, draft, now);
        let body = json!({"id": id, "success": true, "errors": []});
        let mut response = error::json(StatusCode::CREATED, &body);
        if let Ok(location) = HeaderValue::from_str(&path) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        with_limit_info(response, &self.limits)
    }

    fn failure(&self, status: StatusCode) -> Response {
        error::failure(status)
    }

    fn too_many_requests(&self) -> Response {
        error::too_many_at_once()
    }

    fn text_fields(&self) -> &'static TextFields {
        &fields::TEXT_FIELDS
    }

    fn contacts(&self) -> &ContactStore {
        &self.contacts
    }
}

impl Salesforce {
    fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            login: Login::new(),
            contacts: ContactStore::default(),
            numbers_by_email: HashMap::new(),
            numbers_by_key: HashMap::new(),
            limits: RequestLimits::new(WINDOW),
            version: String::new(),
        }
    }

    /// Returns the refusal of a value that the unique field of another contact has.
    fn with_equal_key(&mut self, draft: &Draft) -> Option<Response> {
        let number = *self.numbers_by_key.get(&fields::unique_key(draft.fields())?)?;
        let id = self.contacts.return_again(number, draft.request)?.get("Id")?.as_str()?;
        Some(duplicates::of_unique_field(id))
    }

    /// Returns the refusal of the duplicate rule.
    fn with_equal_address(&mut self, draft: &Draft) -> Option<Response> {
        let address = fields::email_address(draft.fields()).filter(|_| draft.dedupes)?;
        let numbers = self.numbers_by_email.get(&address).cloned().unwrap_or_default();
        let lead = address.eq_ignore_ascii_case(LEAD_EMAIL);
        if numbers.is_empty() && !lead {
            return None;
        }
        if let Some(first) = numbers.first() {
            self.contacts.return_again(*first, draft.request);
        }
        let ids = numbers.iter().filter_map(|number| self.contacts.shown(*number)?.get("Id")?.as_str());
        Some(duplicates::refusal(&self.version, &ids.collect::<Vec<_>>(), lead))
    }

    fn authorized(&mut self, request: &ReceivedRequest, route: &[&str]) -> CheckOutcome {
        let Some(client) = self.login.client(request) else {
            return error::invalid_session().into();
        };
        if self.limits.count(request, 1).is_some() {
            return with_limit_info(error::daily_limit(), &self.limits).into();
        }
        match self.answer(request, route, client) {
            CheckOutcome::Answered(response) => with_limit_info(response, &self.limits).into(),
            accepted @ CheckOutcome::Accepted(_) => accepted,
        }
    }

    fn answer(&mut self, request: &ReceivedRequest, route: &[&str], client: Client) -> CheckOutcome {
        let (version, route) = match route {
            ["oauth2", "userinfo"] => return record::user().into(),
            ["data", version, route @ ..] if is_version(version) => (*version, route),
            _ => return error::not_found().into(),
        };
        match (&request.method, route) {
            (&Method::POST, ["sobjects", "Contact"]) => match client {
                Client::ReadAndWrite => {
                    version.clone_into(&mut self.version);
                    create(request)
                }
                Client::Read => error::insufficient_access().into(),
            },
            (&Method::GET, ["sobjects", "Contact"]) => record::object(version).into(),
            (&Method::GET, ["sobjects", "Contact", "describe"]) => record::description().into(),
            (&Method::GET, ["sobjects", "Contact", id]) => self.one(request, id).into(),
            (&Method::GET, ["query"]) => query::answer(&self.contacts, request).into(),
            (&Method::GET, ["limits"]) => record::limits(&self.limits).into(),
            (_, ["sobjects", "Contact"] | ["query" | "limits"]) => error::method_not_allowed().into(),
            _ => error::not_found().into(),
        }
    }

    fn one(&self, request: &ReceivedRequest, id: &str) -> Response {
        let is_this = |own: &str| own == id || record::short_id(own) == id;
        let contact = self.contacts.all().iter().find(|contact| is_this(&contact.id));
        let Some(contact) = contact else {
            return error::not_found();
        };
        let wanted = request.query_value("fields");
        match wanted.as_deref().map(|names| record::selected(&contact.shown, names.split(','))) {
            None => error::json(StatusCode::OK, &contact.shown),
            Some(Ok(selected)) => error::json(StatusCode::OK, &selected),
            Some(Err(name)) => error::unknown_field(&name),
        }
    }
}

fn create(request: &ReceivedRequest) -> CheckOutcome {
    if !request.is_json() {
        return error::unsupported_media_type().into();
    }
    let Some(Value::Object(sent)) = request.json() else {
        return error::invalid_json("Unexpected end-of-input: expected close marker for Object").into();
    };
    if let Some(refusal) = fields::refusal(&sent) {
        return refusal.into();
    }
    let mut draft = Draft::new(sent, request);
    draft.dedupes = request.limits.has_duplicate_rule && !duplicates::are_allowed(request);
    draft.into()
}

/// Returns whether a segment is a version of the API, such as `v59.0`.
fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').and_then(|number| number.strip_suffix(".0"));
    number.and_then(|number| number.parse::<u8>().ok()).is_some_and(|number| (20..80).contains(&number))
}

fn configuration(base_url: &str) -> String {
    format!(
        r#"[providers.salesforce.sales]
base_url = "{base_url}"
token_url = "{base_url}/services/oauth2/token"
instance_url = "{base_url}"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
"#
    )
}

fn purpose(method: &Method, segments: &[&str]) -> Option<Purpose> {
    match (method, segments) {
        (&Method::POST, ["services", "oauth2", "token"]) => Some(Purpose::Login),
        (
            &Method::POST,
            ["services", "data", _, "sobjects", "Contact"]
            | ["services", "data", _, "sobjects", "Contact", ""],
        ) => Some(Purpose::Create),
        _ => None,
    }
}
