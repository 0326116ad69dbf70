//! One request and its answer, as an adapter judges it.
//!
//! Its rule: judging is pure. It reads the exchange, asks nobody, and gives the same verdict every time.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::comparison::{IdentifyingValues, may_identify};
use crate::error::{
    ERROR_MEMBERS, Effect, ErrorKind, Operation, ProviderError, Redactor, VendorMessage, holds_contact_id,
    is_error_envelope, judge_envelope, judge_status, reports_maintenance, reports_request_in_progress,
    reports_server_error, suggests_plan_limit,
};
use crate::http::{Answer, Authorization, BeforeJson, End, is_login_page};
use crate::provider_info::ProviderInfo;

/// The status of an answer that holds several others.
const MULTI_STATUS: u16 = 207;
/// The statuses that say themselves that something was, or will be, created.
const CREATING_STATUSES: [u16; 3] = [201, 202, MULTI_STATUS];

/// What was sent, what came back, and when.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What the request was for.
    pub operation: Operation,
    /// The answer.
    pub answer: Answer,
    /// When the request went out.
    pub sent_at: Timestamp,
    /// When the answer was there.
    pub answered_at: Timestamp,
    sent: Redacted,
    authorizations: Vec<Authorization>,
}

/// The body that was sent. Kept to take its values out of what the vendor says; never shown.
#[derive(Clone)]
struct Redacted(Arc<Value>);

impl std::fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(..)")
    }
}

impl Exchange {
    /// An exchange in which `sent`, a JSON body, was answered with `answer` at once.
    pub fn new(operation: Operation, sent: impl Into<Arc<Value>>, answer: Answer, at: Timestamp) -> Self {
        let (sent, authorizations) = (Redacted(sent.into()), Vec::new());
        Self { operation, answer, sent_at: at, answered_at: at, sent, authorizations }
    }

    /// Says when the answer was there.
    #[must_use]
    pub fn answered_at(mut self, at: Timestamp) -> Self {
        self.answered_at = at;
        self
    }

    /// Sets the credentials that were sent, so that no message repeats them.
    #[must_use]
    pub fn authorized_by(mut self, authorizations: Vec<Authorization>) -> Self {
        self.authorizations = authorizations;
        self
    }

    /// The same exchange in other words: for a vendor whose errors have a form of their own. The status, the headers
    /// and all judging stay; `words` takes the place of the body, and is scrubbed like any answer.
    ///
    /// Read are `code`, `message`, `errors` (a list of objects with `field` and `message`, or an object with a text or a
    /// list of texts for each field) and `existing_id`; the forms that many vendors share are read without this.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_providers::http::Answer;
    /// use unicontact_providers::{Exchange, Operation, ProviderInfo};
    ///
    /// let answer = Answer::new(422).with_body(r#"{"problems": [{"on": "mail", "why": "is not valid"}]}"#);
    /// let exchange = Exchange::new(Operation::Create, json!({}), answer, jiff::Timestamp::UNIX_EPOCH);
    /// let said = json!({"errors": [{"field": "mail", "message": "is not valid"}]});
    /// let error = exchange.with_error_body(&said).by_status(&ProviderInfo::new("cards", "pigeonhole"));
    /// assert_eq!(error.field_errors()[0].field, "mail");
    /// ```
    #[must_use]
    pub fn with_error_body(&self, words: &Value) -> Self {
        let answer = self.answer.clone().with_body(words.to_string());
        Self { answer, ..self.clone() }
    }

    /// The body of a success that came whole and is JSON without an error in it.
    ///
    /// # Errors
    ///
    /// The verdict on anything else, by the common table.
    pub fn success(&self, info: &ProviderInfo) -> Result<Option<Value>, ProviderError> {
        if !self.answer.is_success() {
            return Err(self.by_status(info));
        }
        if self.answer.end() == End::Cut {
            let error = self.error(info, ErrorKind::Interrupted, Effect::Unknown);
            return Err(error.with_message("the answer broke off in the middle"));
        }
        let body = self.answer.json();
        match &body {
            Some(body) if self.is_error(body) => Err(self.by_envelope(info, body)),
            None if self.operation != Operation::Create && self.is_of_maintenance() => {
                Err(self.error(info, ErrorKind::Unavailable, Effect::NotSent))
            }
            _ => Ok(body),
        }
    }

    /// Returns whether the body of a success reports an error. One of several statuses (207) does so by any of them.
    fn is_error(&self, body: &Value) -> bool {
        is_error_envelope(body) || (self.answer.status() == MULTI_STATUS && reports_server_error(body))
    }

    /// Of a success that came whole and is an object without an error in it, the members with one of these `names` and those
    /// that may identify a contact ([`IdentifyingValues`](crate::comparison::IdentifyingValues)); the others are skipped,
    /// which is several times cheaper than [`success`](Self::success).
    ///
    /// `None` says nothing: whatever it was, `success` judges it.
    pub fn plain_success(&self, names: &[&str]) -> Option<Value> {
        let status = self.answer.status();
        if !self.answer.is_success() || status == MULTI_STATUS || self.answer.end() == End::Cut {
            return None;
        }
        let is_kept =
            |name: &str| ERROR_MEMBERS.contains(&name) || names.contains(&name) || may_identify(name);
        self.answer.members(&is_kept).filter(|body| !is_error_envelope(body))
    }

    /// Returns the kind of an answer to a create that leaves open whether the contact was created, whatever error it
    /// reports.
    fn doubt(&self) -> Option<ErrorKind> {
        if self.operation != Operation::Create {
            return None;
        }
        let answer = &self.answer;
        match answer.status() {
            200..=299 if answer.end() == End::Cut => Some(ErrorKind::Interrupted),
            200..=299 => self.shows_a_creation().then_some(ErrorKind::UnexpectedResponse),
            302 | 303 => self.redirects_beyond_a_login().then_some(ErrorKind::UnexpectedResponse),
            409 => reports_request_in_progress(&self.words(ErrorKind::Interrupted))
                .then_some(ErrorKind::Interrupted),
            status => matches!(judge_status(status, false), (ErrorKind::Interrupted, Effect::Unknown))
                .then_some(ErrorKind::Interrupted),
        }
    }

    /// Returns whether a success says by its status, its `Location` or an id that something was created.
    fn shows_a_creation(&self) -> bool {
        CREATING_STATUSES.contains(&self.answer.status())
            || self.answer.has_location()
            || self.answer.json().as_ref().is_some_and(holds_contact_id)
    }

    /// Returns whether a redirect leads to what may be the page of a contact that was created.
    fn redirects_beyond_a_login(&self) -> bool {
        let location = self.answer.header("location").map(str::trim);
        location.is_some_and(|location| !location.is_empty() && !is_login_page(location))
    }

    /// Returns the kind and effect of an answer that the vendor's or the common table judges as `kind` and `effect`.
    fn with_doubt(&self, kind: ErrorKind, effect: Effect) -> (ErrorKind, Effect) {
        if let Some(kind) = self.doubt() {
            return (kind, Effect::Unknown);
        }
        let is_refused_create = self.operation == Operation::Create && effect == Effect::Refused;
        if is_refused_create
            && self.answer.is_success()
            && self.answer.json().as_ref().is_some_and(reports_server_error)
        {
            return (ErrorKind::Unavailable, Effect::Unknown);
        }
        (kind, effect)
    }

    /// An error with everything that the answer says about it, in any of the forms that vendors share; for another form
    /// see [`in_words`](Self::in_words).
    ///
    /// Of an answer that leaves open whether the contact was created, the effect is `unknown`, and the kind is that of the
    /// common table, whatever `kind` and `effect` say: for example a success with an id beside its error.
    pub fn error(&self, info: &ProviderInfo, kind: ErrorKind, effect: Effect) -> ProviderError {
        let (kind, effect) = self.with_doubt(kind, effect);
        let redactor = self.redactor();
        let words = self.words(kind).redacted(&redactor);
        let suggests_plan_limit =
            self.may_be_of_the_plan(kind, effect, &words) && suggests_plan_limit(&words);
        ProviderError::new(info, self.operation, kind, effect)
            .with_status(self.answer.status())
            .with_vendor_message(words)
            .with_request_id(self.answer.request_id().filter(|id| redactor.allows_id(id)))
            .with_retry_after(self.answer.retry_after(self.answered_at))
            .with_suggested_plan_limit(suggests_plan_limit)
            .with_existing_contact(self.existing_contact(kind))
    }

    /// Returns the contact that exists already, as far as the answer holds it.
    fn existing_contact(&self, kind: ErrorKind) -> IdentifyingValues {
        match self.answer.json() {
            Some(body) if kind == ErrorKind::AlreadyExists => VendorMessage::existing_contact(&body),
            _ => IdentifyingValues::default(),
        }
    }

    /// Returns whether a refusal is one that the account's plan may be the reason of.
    fn may_be_of_the_plan(&self, kind: ErrorKind, effect: Effect, words: &VendorMessage) -> bool {
        let is_suspect =
            matches!(kind, ErrorKind::Invalid | ErrorKind::PermissionDenied | ErrorKind::AlreadyExists);
        is_suspect
            && self.operation == Operation::Create
            && effect == Effect::Refused
            && words.existing_id.is_none()
    }

    /// The verdict of the common table on the status alone.
    pub fn by_status(&self, info: &ProviderInfo) -> ProviderError {
        let (kind, effect) = judge_status(self.answer.status(), self.answer.is_html());
        self.error(info, kind, effect)
    }

    /// The verdict `error` on the answer to a request that holds nothing of a contact, and so says nothing of one:
    /// what a login calls invalid are the credentials, and a look-up has nothing that could be there already.
    pub(crate) fn not_about_the_contact(&self, info: &ProviderInfo, error: ProviderError) -> ProviderError {
        let kind = match (error.kind(), self.operation) {
            (ErrorKind::Invalid | ErrorKind::UnexpectedResponse, _) if self.is_of_maintenance() => {
                return self.error(info, ErrorKind::Unavailable, Effect::NotSent);
            }
            (ErrorKind::Invalid, Operation::Authenticate) => ErrorKind::Unauthenticated,
            (ErrorKind::Invalid | ErrorKind::AlreadyExists, _) => ErrorKind::UnexpectedResponse,
            _ => return error,
        };
        self.error(info, kind, Effect::Refused)
    }

    /// Returns the verdict on a successful answer to a login that holds no token: `unavailable` where it tells of
    /// maintenance, `unexpected_response` where it is another web page, else `kind` with `message`.
    pub fn no_readable_token(&self, info: &ProviderInfo, kind: ErrorKind, message: &str) -> ProviderError {
        if self.is_of_maintenance() {
            return self.error(info, ErrorKind::Unavailable, Effect::NotSent);
        }
        if self.answer.is_html() {
            let error = self.error(info, ErrorKind::UnexpectedResponse, Effect::Refused);
            return error.with_message("a web page came back instead of the token");
        }
        self.error(info, kind, Effect::Refused).with_message(message)
    }

    /// Returns whether a success is the page or message of a service under maintenance.
    fn is_of_maintenance(&self) -> bool {
        if !self.answer.is_success() {
            return false;
        }
        match self.answer.json() {
            Some(Value::Object(members)) => {
                let said = self.words(ErrorKind::Unavailable).text;
                let texts = members.values().filter_map(Value::as_str).chain(said.as_deref());
                let is_flagged =
                    |(name, value): (&String, &Value)| *value == true && reports_maintenance(name);
                texts.into_iter().any(reports_maintenance) || members.iter().any(is_flagged)
            }
            Some(Value::String(text)) => reports_maintenance(&text),
            Some(_) => false,
            None => reports_maintenance(&self.answer.text()),
        }
    }

    /// The verdict on a success that carries an error.
    fn by_envelope(&self, info: &ProviderInfo, body: &Value) -> ProviderError {
        let is_create = self.operation == Operation::Create;
        let (kind, effect) = match judge_envelope(body) {
            (ErrorKind::AlreadyExists, _)
                if is_create && reports_request_in_progress(&self.words(ErrorKind::Interrupted)) =>
            {
                (ErrorKind::Interrupted, Effect::Unknown)
            }
            verdict => verdict,
        };
        self.error(info, kind, effect)
    }

    /// The vendor's words as it said them: to judge by, and not to be kept before they were scrubbed.
    pub(crate) fn words(&self, kind: ErrorKind) -> VendorMessage {
        match self.answer.json() {
            Some(body) => {
                let words = VendorMessage::from_json(&body);
                if kind == ErrorKind::AlreadyExists { words.with_existing_id_from(&body) } else { words }
            }
            None => VendorMessage { text: self.answer.headline(), ..VendorMessage::default() },
        }
    }

    /// What takes everything that was sent out of the vendor's words.
    fn redactor(&self) -> Redactor {
        let secrets = self.authorizations.iter().flat_map(Authorization::secrets);
        secrets.fold(Redactor::from_request(&self.sent.0), |redactor, secret| redactor.with_secret(&secret))
    }

    /// The verdict on a success without an id: it may have been created, and nobody knows as what.
    pub fn no_readable_id(&self, info: &ProviderInfo) -> ProviderError {
        let message = if self.answer.is_html() {
            "a web page came back instead of the contact"
        } else if self.answer.end() == End::Capped {
            "the answer claims success but is too long to be read"
        } else if self.answer.json().is_some() || self.answer.text().trim().is_empty() {
            "the answer claims success but holds no id where the vendor puts one"
        } else {
            match self.answer.before_json() {
                Some(BeforeJson::Markup) => "the answer claims success, but HTML stands before its JSON",
                Some(BeforeJson::Text) => "the answer claims success, but text stands before its JSON",
                None => "the answer claims success but is not JSON",
            }
        };
        self.error(info, ErrorKind::UnexpectedResponse, Effect::Unknown).with_message(message)
    }
}
