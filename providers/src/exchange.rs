//! One request and its answer, and the common verdicts on it. A verdict is a pure function of the exchange.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::comparison::{IdentifyingValues, may_identify};
use crate::error::{
    Effect, ErrorKind, Operation, ProviderError, Redactor, VendorMessage, holds_contact_id,
    is_error_envelope, is_error_member, judge_envelope, judge_status, reports_maintenance,
    reports_request_in_progress, reports_server_error, suggests_plan_limit,
};
use crate::http::{Answer, Authorization, BeforeJson, End, is_login_page, redirect_target};
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;

/// The status of an answer that holds several others.
const MULTI_STATUS: u16 = 207;
/// The statuses that mean that a resource was, or will be, created.
const CREATING_STATUSES: [u16; 3] = [201, 202, MULTI_STATUS];

/// A request and its answer, with their times.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The purpose of the request.
    pub operation: Operation,
    /// The answer.
    pub answer: Answer,
    /// The time at which the request was sent.
    pub sent_at: Timestamp,
    /// The time at which the answer was complete.
    pub answered_at: Timestamp,
    sent: Redacted,
    authorizations: Vec<Authorization>,
    secrets: Arc<[Secret]>,
}

/// The verdict of the common table on an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommonVerdict {
    pub(crate) kind: ErrorKind,
    pub(crate) effect: Effect,
    /// Replaces the vendor's message.
    pub(crate) message: Option<&'static str>,
}

impl From<(ErrorKind, Effect)> for CommonVerdict {
    fn from((kind, effect): (ErrorKind, Effect)) -> Self {
        Self { kind, effect, message: None }
    }
}

/// The body that was sent. Messages of the vendor are redacted by its values; `Debug` does not show it.
#[derive(Clone)]
struct Redacted(Arc<Value>);

impl std::fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(..)")
    }
}

impl Exchange {
    /// Returns an exchange in which `answer` came at once to `sent`, a JSON body.
    pub fn new(operation: Operation, sent: impl Into<Arc<Value>>, answer: Answer, at: Timestamp) -> Self {
        let (sent, authorizations) = (Redacted(sent.into()), Vec::new());
        let secrets = Arc::default();
        Self { operation, answer, sent_at: at, answered_at: at, sent, authorizations, secrets }
    }

    /// Sets the time at which the answer was complete.
    #[must_use]
    pub fn answered_at(mut self, at: Timestamp) -> Self {
        self.answered_at = at;
        self
    }

    /// Returns the exchange with a part of what was sent, so that messages may repeat the rest.
    pub(crate) fn with_sent(&self, part: impl FnOnce(&Value) -> Value) -> Self {
        Self { sent: Redacted(Arc::new(part(&self.sent.0))), ..self.clone() }
    }

    /// Sets the credentials that were sent, so that no message repeats them.
    #[must_use]
    pub fn authorized_by(mut self, authorizations: Vec<Authorization>) -> Self {
        self.authorizations = authorizations;
        self
    }

    /// Sets further secrets that no message repeats, such as those with which a token was fetched.
    #[must_use]
    pub(crate) fn with_secrets(mut self, secrets: Arc<[Secret]>) -> Self {
        self.secrets = secrets;
        self
    }

    /// Returns the exchange with a normalized error body, for a vendor whose errors have a form of their own. `body` replaces the
    /// answer's body and is redacted like it; status and headers stay.
    ///
    /// The members of `body` are `code`, `message`, `errors` (a list of objects with `field` and `message`, or an object with a text or a
    /// list of texts for each field) and `existing_id`; the forms that many vendors share need no normalization.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_providers::http::Answer;
    /// use unicontact_providers::{Exchange, Operation, ProviderInfo};
    ///
    /// let answer = Answer::new(422).with_body(r#"{"problems": [{"on": "mail", "why": "is not valid"}]}"#);
    /// let exchange = Exchange::new(Operation::Create, json!({}), answer, jiff::Timestamp::UNIX_EPOCH);
    /// let body = json!({"errors": [{"field": "mail", "message": "is not valid"}]});
    /// let error = exchange.with_error_body(&body).by_status(&ProviderInfo::new("cards", "pigeonhole"));
    /// assert_eq!(error.field_errors()[0].field, "mail");
    /// ```
    #[must_use]
    pub fn with_error_body(&self, body: &Value) -> Self {
        let answer = self.answer.clone().with_body(body.to_string());
        Self { answer, ..self.clone() }
    }

    /// Returns the body of a success that is complete and reports no error. `None` if it is not JSON.
    ///
    /// # Errors
    ///
    /// The verdict of the common table on any other answer.
    pub fn success(&self, info: &ProviderInfo) -> Result<Option<Value>, ProviderError> {
        let body = if self.answer.is_success() { self.answer.json() } else { None };
        let Some(CommonVerdict { kind, effect, message }) = self.common_verdict(body.as_ref()) else {
            return Ok(body);
        };
        let error = self.error(info, kind, effect);
        Err(match message {
            Some(message) => error.with_message(message),
            None => error,
        })
    }

    /// Returns the verdict of the common table, before [`with_doubt`](Self::with_doubt). `None` of a success. `body` is the body
    /// of a success, if it is JSON.
    pub(crate) fn common_verdict(&self, body: Option<&Value>) -> Option<CommonVerdict> {
        if !self.answer.is_success() {
            return Some(judge_status(self.answer.status(), self.answer.is_html()).into());
        }
        if self.answer.end() == End::Cut {
            let message = Some("the answer broke off in the middle");
            return Some(CommonVerdict { kind: ErrorKind::Interrupted, effect: Effect::Unknown, message });
        }
        match body {
            Some(body) if self.is_error(body) => Some(self.judge_envelope(body).into()),
            None if self.operation != Operation::Create && self.is_of_maintenance() => {
                Some((ErrorKind::Unavailable, Effect::NotSent).into())
            }
            _ => None,
        }
    }

    /// Returns whether the body of a success reports an error. In an answer with several statuses (207), any of them counts.
    pub(crate) fn is_error(&self, body: &Value) -> bool {
        is_error_envelope(body) || (self.answer.status() == MULTI_STATUS && reports_server_error(body))
    }

    /// Returns some members of a success that is complete and an object without an error: those with one of these `names`, and
    /// those that may identify a contact ([`IdentifyingValues`](crate::comparison::IdentifyingValues)). The other members are
    /// skipped, which is several times cheaper than [`success`](Self::success).
    ///
    /// `None` means nothing about the answer: `success` judges it.
    pub fn plain_success(&self, names: &[&str]) -> Option<Value> {
        let status = self.answer.status();
        if !self.answer.is_success() || status == MULTI_STATUS || self.answer.end() == End::Cut {
            return None;
        }
        let is_kept = |name: &str| is_error_member(name) || names.contains(&name) || may_identify(name);
        self.answer.members(&is_kept).filter(|body| !is_error_envelope(body))
    }

    /// Returns the kind of an answer to a create that leaves open whether the contact was created, also where it
    /// reports an error.
    fn doubt(&self) -> Option<ErrorKind> {
        if self.operation != Operation::Create {
            return None;
        }
        let answer = &self.answer;
        match answer.status() {
            200..=299 if answer.end() == End::Cut => Some(ErrorKind::Interrupted),
            200..=299 => self.shows_a_creation().then_some(ErrorKind::UnexpectedResponse),
            302 | 303 => self.redirects_beyond_a_login().then_some(ErrorKind::UnexpectedResponse),
            409 => reports_request_in_progress(&self.vendor_message(ErrorKind::Interrupted))
                .then_some(ErrorKind::Interrupted),
            status => matches!(judge_status(status, false), (ErrorKind::Interrupted, Effect::Unknown))
                .then_some(ErrorKind::Interrupted),
        }
    }

    /// Returns whether the status, the `Location` or an id of a success shows that a resource was created.
    fn shows_a_creation(&self) -> bool {
        CREATING_STATUSES.contains(&self.answer.status())
            || self.answer.has_location()
            || self.answer.json().as_ref().is_some_and(holds_contact_id)
    }

    /// Returns whether a redirect may lead to the page of a created contact.
    fn redirects_beyond_a_login(&self) -> bool {
        let location = self.answer.header("location").map(str::trim);
        location.is_some_and(|location| !location.is_empty() && !is_login_page(location))
    }

    /// Returns the kind and effect of an answer that the vendor's or the common table judges as `kind` and `effect`.
    pub(crate) fn with_doubt(&self, kind: ErrorKind, effect: Effect) -> (ErrorKind, Effect) {
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

    /// Returns an error with all details of the answer, in any of the forms that vendors share. For another form, see [`with_error_body`](Self::with_error_body).
    ///
    /// If the answer leaves open whether the contact was created (for example a success with an id beside its error), the effect
    /// is `unknown` and the kind that of the common table, and `kind` and `effect` are ignored.
    pub fn error(&self, info: &ProviderInfo, kind: ErrorKind, effect: Effect) -> ProviderError {
        let (kind, effect) = self.with_doubt(kind, effect);
        self.error_without_doubt(info, kind, effect, self.vendor_message(kind))
    }

    /// Returns an error of exactly this kind and effect, with `message` before its redaction.
    pub(crate) fn error_without_doubt(
        &self,
        info: &ProviderInfo,
        kind: ErrorKind,
        effect: Effect,
        message: VendorMessage,
    ) -> ProviderError {
        let redactor = self.redactor();
        let message = self.with_redirect(message).redacted(&redactor);
        let suggests_plan_limit =
            self.may_be_plan_limit(kind, effect, &message) && suggests_plan_limit(&message);
        ProviderError::new(info, self.operation, kind, effect)
            .with_status(self.answer.status())
            .with_vendor_message(message)
            .with_request_id(self.answer.request_id().filter(|id| redactor.allows_id(id)))
            .with_retry_after(self.answer.retry_after(self.answered_at))
            .with_suggested_plan_limit(suggests_plan_limit)
            .with_existing_contact(self.existing_contact(kind))
    }

    /// Returns a message that says where a redirect leads, unless the vendor's own says something.
    fn with_redirect(&self, message: VendorMessage) -> VendorMessage {
        let is_silent = message.text.is_none() || self.answer.is_html();
        if !(300..400).contains(&self.answer.status()) || !is_silent {
            return message;
        }
        match self.answer.header("location").and_then(redirect_target) {
            Some(target) => {
                let text = Some(format!("the vendor redirects to {target}"));
                VendorMessage { text, ..message }
            }
            None => message,
        }
    }

    /// Returns the identifying values of the existing contact in the answer.
    fn existing_contact(&self, kind: ErrorKind) -> IdentifyingValues {
        match self.answer.json() {
            Some(body) if kind == ErrorKind::AlreadyExists => VendorMessage::existing_contact(&body),
            _ => IdentifyingValues::default(),
        }
    }

    /// Returns whether a limit of the account's plan may be the reason of a refusal.
    fn may_be_plan_limit(&self, kind: ErrorKind, effect: Effect, message: &VendorMessage) -> bool {
        let is_suspect =
            matches!(kind, ErrorKind::Invalid | ErrorKind::PermissionDenied | ErrorKind::AlreadyExists);
        is_suspect
            && self.operation == Operation::Create
            && effect == Effect::Refused
            && message.existing_id.is_none()
    }

    /// Returns the verdict of the common table on the status.
    pub fn by_status(&self, info: &ProviderInfo) -> ProviderError {
        let (kind, effect) = judge_status(self.answer.status(), self.answer.is_html());
        self.error(info, kind, effect)
    }

    /// Adjusts a verdict on the answer to a request without a contact: an `invalid` login means its credentials, and a look-up
    /// creates nothing that could exist already.
    pub(crate) fn not_about_the_contact(&self, info: &ProviderInfo, error: ProviderError) -> ProviderError {
        match self.kind_without_contact(error.kind()) {
            Some((kind, effect)) => self.error(info, kind, effect),
            None => error,
        }
    }

    /// Returns the kind and effect of an answer to a request without a contact, where they differ from those of an answer to a
    /// create: see [`not_about_the_contact`](Self::not_about_the_contact).
    pub(crate) fn kind_without_contact(&self, kind: ErrorKind) -> Option<(ErrorKind, Effect)> {
        let kind = match (kind, self.operation) {
            (ErrorKind::Invalid | ErrorKind::UnexpectedResponse, _) if self.is_of_maintenance() => {
                return Some((ErrorKind::Unavailable, Effect::NotSent));
            }
            (ErrorKind::Invalid, Operation::Authenticate) => ErrorKind::Unauthenticated,
            (ErrorKind::Invalid | ErrorKind::AlreadyExists, _) => ErrorKind::UnexpectedResponse,
            _ => return None,
        };
        Some((kind, Effect::Refused))
    }

    /// Returns the verdict on a successful answer to a login that holds no token: `unavailable` where it reports
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
                let message = self.vendor_message(ErrorKind::Unavailable).text;
                let texts = members.values().filter_map(Value::as_str).chain(message.as_deref());
                let is_flagged =
                    |(name, value): (&String, &Value)| *value == true && reports_maintenance(name);
                texts.into_iter().any(reports_maintenance) || members.iter().any(is_flagged)
            }
            Some(Value::String(text)) => reports_maintenance(&text),
            Some(_) => false,
            None => reports_maintenance(&self.answer.text()),
        }
    }

    /// Returns the kind and effect of a success with an error in its body.
    fn judge_envelope(&self, body: &Value) -> (ErrorKind, Effect) {
        let is_create = self.operation == Operation::Create;
        match judge_envelope(body) {
            (ErrorKind::AlreadyExists, _)
                if is_create && reports_request_in_progress(&self.vendor_message(ErrorKind::Interrupted)) =>
            {
                (ErrorKind::Interrupted, Effect::Unknown)
            }
            verdict => verdict,
        }
    }

    /// Returns the vendor's message before redaction. It serves to judge the answer and must not be kept.
    pub(crate) fn vendor_message(&self, kind: ErrorKind) -> VendorMessage {
        match self.answer.json() {
            Some(body) => {
                let message = VendorMessage::from_json(&body);
                if kind == ErrorKind::AlreadyExists { message.with_existing_id_from(&body) } else { message }
            }
            None => VendorMessage { text: self.answer.headline(), ..VendorMessage::default() },
        }
    }

    /// Returns the redactor for the vendor's message, which removes everything that was sent.
    pub(crate) fn redactor(&self) -> Redactor {
        let secrets = self.authorizations.iter().flat_map(Authorization::secrets);
        let redactor = match self.operation {
            Operation::Authenticate => Redactor::from_login(&self.sent.0),
            _ => Redactor::from_request(&self.sent.0),
        };
        let redactor = secrets.fold(redactor, |redactor, secret| redactor.with_secret(&secret));
        self.secrets.iter().fold(redactor, |redactor, secret| redactor.with_secret(secret.expose()))
    }

    /// Returns the verdict on a success without an id: the contact may have been created, with an unknown id.
    pub fn no_readable_id(&self, info: &ProviderInfo) -> ProviderError {
        let message = self.missing_id_message();
        self.error(info, ErrorKind::UnexpectedResponse, Effect::Unknown).with_message(message)
    }

    /// Returns why a success holds no id.
    pub(crate) fn missing_id_message(&self) -> &'static str {
        if self.answer.is_html() {
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
        }
    }
}
