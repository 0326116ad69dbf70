//! One request and its answer, as an adapter judges it.
//!
//! Its rule: judging is pure. It reads the exchange, asks nobody, and gives the same verdict every time.

use jiff::Timestamp;
use serde_json::Value;

use crate::error::{
    ERROR_MEMBERS, Effect, ErrorKind, Operation, ProviderError, Scrub, Words, holds_an_id, judge_status,
    looks_like_an_error,
};
use crate::http::{Answer, Authorization, End};
use crate::provider_info::ProviderInfo;

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
    authorization: Option<Authorization>,
}

/// The body that was sent. Kept to take its values out of what the vendor says; never shown.
#[derive(Clone)]
struct Redacted(Value);

impl std::fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(..)")
    }
}

impl Exchange {
    /// An exchange in which `sent`, a JSON body, was answered with `answer` at once.
    pub fn new(operation: Operation, sent: Value, answer: Answer, at: Timestamp) -> Self {
        Self { operation, answer, sent_at: at, answered_at: at, sent: Redacted(sent), authorization: None }
    }

    /// Says when the answer was there.
    #[must_use]
    pub fn answered_at(mut self, at: Timestamp) -> Self {
        self.answered_at = at;
        self
    }

    /// Says which credential was sent, so that no message repeats it.
    #[must_use]
    pub fn authorized_by(mut self, authorization: Option<Authorization>) -> Self {
        self.authorization = authorization;
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
    /// let error = exchange.in_words(&said).by_status(&ProviderInfo::new("cards", "pigeonhole"));
    /// assert_eq!(error.field_errors()[0].field, "mail");
    /// ```
    #[must_use]
    pub fn in_words(&self, words: &Value) -> Self {
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
            Some(body) if looks_like_an_error(body) => Err(self.by_envelope(info, body)),
            _ => Ok(body),
        }
    }

    /// Of a success that came whole and is an object without an error in it, the members with one of these `names`;
    /// the others are skipped, which is several times cheaper than [`success`](Self::success).
    ///
    /// `None` says nothing: whatever it was, `success` judges it.
    pub fn plain_success(&self, names: &[&str]) -> Option<Value> {
        if !self.answer.is_success() || self.answer.end() == End::Cut {
            return None;
        }
        self.answer.members(&[ERROR_MEMBERS, names]).filter(|body| !looks_like_an_error(body))
    }

    /// A success that broke off, or that names a contact beside its error: whatever it says of a failure, the
    /// contact may be there.
    fn may_have_created(&self) -> bool {
        self.answer.is_success()
            && (self.answer.end() == End::Cut || self.answer.json().as_ref().is_some_and(holds_an_id))
    }

    /// An error with everything that the answer says about it, in any of the forms that vendors share; for another form
    /// see [`in_words`](Self::in_words).
    ///
    /// Of a success that broke off or holds an id, the effect is `unknown`, whatever `effect` says.
    pub fn error(&self, info: &ProviderInfo, kind: ErrorKind, effect: Effect) -> ProviderError {
        let effect = if self.may_have_created() { Effect::Unknown } else { effect };
        let scrub = self.scrub();
        ProviderError::new(info, self.operation, kind, effect)
            .with_status(self.answer.status())
            .with_words(self.words(kind).scrubbed(&scrub))
            .with_request_id(self.answer.request_id().filter(|id| scrub.allows_id(id)))
            .with_retry_after(self.answer.retry_after(self.answered_at))
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
            (ErrorKind::Invalid, Operation::Authenticate) => ErrorKind::Unauthenticated,
            (ErrorKind::Invalid | ErrorKind::AlreadyExists, _) => ErrorKind::UnexpectedResponse,
            _ => return error,
        };
        self.error(info, kind, Effect::Refused)
    }

    /// A success that carries an error: what the error's own status says, else the vendor refused the contact.
    fn by_envelope(&self, info: &ProviderInfo, body: &Value) -> ProviderError {
        let status = ["status", "statusCode", "status_code", "code"]
            .iter()
            .find_map(|key| body.get(*key).and_then(Value::as_u64))
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (400..600).contains(status));
        let refused = (ErrorKind::Invalid, Effect::Refused);
        let (kind, effect) = status.map_or(refused, |status| judge_status(status, false));
        self.error(info, kind, effect)
    }

    /// The vendor's words as it said them: to judge by, and not to be kept before they were scrubbed.
    pub(crate) fn words(&self, kind: ErrorKind) -> Words {
        match self.answer.json() {
            Some(body) => {
                let words = Words::of(&body);
                if kind == ErrorKind::AlreadyExists { words.with_existing_id_of(&body) } else { words }
            }
            None => Words { message: self.answer.headline(), ..Words::default() },
        }
    }

    /// What takes everything that was sent out of the vendor's words.
    fn scrub(&self) -> Scrub {
        let secrets = self.authorization.iter().flat_map(Authorization::secrets);
        secrets.fold(Scrub::contents_of(&self.sent.0), |scrub, secret| scrub.and_secret(&secret))
    }

    /// The verdict on a success without an id: it may have been created, and nobody knows as what.
    pub fn no_readable_id(&self, info: &ProviderInfo) -> ProviderError {
        let message = if self.answer.is_html() {
            "a web page came back instead of the contact"
        } else {
            "the answer claims success but holds no id"
        };
        self.error(info, ErrorKind::UnexpectedResponse, Effect::Unknown).with_message(message)
    }
}
