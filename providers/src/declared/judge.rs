//! Judges the answers of a described vendor: by the rows of its description, then by the table that all vendors have in common.
//! What neither names is a success.

mod answer;
mod condition;
mod hint;
mod id;
mod ignored;
mod members;
mod own_words;
mod returned;
mod row;
mod success;
#[cfg(test)]
mod tests;
mod wait;

use serde_json::Value;

use self::answer::AnswerContext;
pub(super) use self::hint::for_answer as hint_for_answer;
use self::own_words::OwnWords;
use self::row::Row;
use self::success::SuccessRules;
use self::wait::BoundWait;
use super::account_values::AccountValues;
use super::answers::ErrorWords;
use super::rules::Rules;
use crate::comparison::IdentifyingValues;
use crate::created::Created;
use crate::error::{Effect, ErrorKind, Operation, ProviderError, judge_status, reports_request_in_progress};
use crate::exchange::{CommonVerdict, Exchange};
use crate::http::is_request_id;
use crate::prepared::Prepared;
use crate::provider_info::ProviderInfo;

/// The status by which most vendors refuse a duplicate, and some a request that is still in progress.
const CONFLICT: u16 = 409;
/// The status of a rate limit.
const TOO_MANY_REQUESTS: u16 = 429;

/// The judge of a described vendor's answers, bound to one account.
#[derive(Debug)]
pub(super) struct Judge {
    rows: Vec<Row>,
    words: ErrorWords,
    success: SuccessRules,
    /// The waits of a 429 whose row has none.
    wait: Vec<BoundWait>,
    /// The members of a success that are read. `None`: all of them.
    members: Option<Vec<String>>,
    own_words: OwnWords,
}

/// A verdict on an answer that is no success.
#[derive(Debug)]
struct Verdict<'j> {
    kind: ErrorKind,
    effect: Effect,
    /// The row that decided. `None`: the common table.
    row: Option<&'j Row>,
    /// Replaces the vendor's message.
    message: Option<&'static str>,
}

impl Judge {
    pub(super) fn new(rules: &Rules, account: &AccountValues) -> Self {
        let rows: Vec<Row> = rules.errors.iter().map(|row| Row::new(row, account)).collect();
        let success = SuccessRules::new(rules, account);
        Self {
            members: members::of_success(&rows, &success, &rules.words),
            wait: rules.limits.wait.iter().map(|wait| BoundWait::new(wait, account)).collect(),
            words: rules.words.clone(),
            rows,
            success,
            own_words: OwnWords::new(rules, account),
        }
    }

    /// Returns the contact of an answer to a create.
    ///
    /// # Errors
    ///
    /// The verdict on an answer that is no success, or has no id.
    pub(super) fn interpret(
        &self,
        info: &ProviderInfo,
        sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        if let Some(created) = self.plain_success(sent, exchange) {
            return Ok(created);
        }
        let exchange = self.own_words.without(info.vendor(), sent, exchange);
        let exchange = exchange.as_ref();
        let body = self.document(exchange);
        let answer = AnswerContext::new(exchange, body.as_ref(), &self.words);
        let verdict = match self.verdict(&answer) {
            Some(verdict) => verdict,
            None => match self.success.created(sent, &answer) {
                Some(created) => return Ok(created),
                None => Verdict {
                    kind: ErrorKind::UnexpectedResponse,
                    effect: Effect::Unknown,
                    row: None,
                    message: Some(exchange.missing_id_message()),
                },
            },
        };
        Err(self.error(info, &answer, &verdict))
    }

    /// Returns the body of a successful answer to a login, a search or a check, if it is JSON.
    ///
    /// # Errors
    ///
    /// The verdict on an answer that is no success.
    pub(super) fn read(
        &self,
        info: &ProviderInfo,
        exchange: &Exchange,
    ) -> Result<Option<Value>, ProviderError> {
        let body = exchange.answer.json();
        let answer = AnswerContext::new(exchange, body.as_ref(), &self.words);
        let Some(mut verdict) = self.verdict(&answer) else { return Ok(body) };
        if let Some((kind, effect)) = exchange.kind_without_contact(verdict.kind) {
            (verdict.kind, verdict.effect) = (kind, effect);
        }
        Err(self.error(info, &answer, &verdict))
    }

    /// Returns the contact of an ordinary success, of which only some members are built. `None` means nothing about the answer.
    fn plain_success(&self, sent: &Prepared, exchange: &Exchange) -> Option<Created> {
        let names: Vec<&str> = self.members.as_ref()?.iter().map(String::as_str).collect();
        let body = exchange.plain_success(&names)?;
        let answer = AnswerContext::new(exchange, Some(&body), &self.words);
        if answer.status_in_body().is_some() || self.row_of(&answer).is_some() {
            return None;
        }
        self.success.created(sent, &answer)
    }

    /// Returns the body, which may be a number alone where the description says that the whole body is the id.
    fn document(&self, exchange: &Exchange) -> Option<Value> {
        let number = || {
            let text = exchange.answer.text();
            let number: u64 = text.trim().parse().ok()?;
            // An id that is not written like a number of JSON (`007`) would become another id.
            let is_id = self.success.is_whole_body() && number.to_string() == text.trim();
            is_id.then(|| Value::from(number))
        };
        exchange.answer.json().or_else(number)
    }

    fn row_of(&self, answer: &AnswerContext<'_>) -> Option<&Row> {
        self.rows.iter().find(|row| row.applies_to(answer))
    }

    /// Returns what a row says of an answer to a create. `None` if no row holds.
    #[cfg(feature = "testkit")]
    pub(super) fn documented(&self, exchange: &Exchange) -> Option<(ErrorKind, Effect)> {
        let body = self.document(exchange);
        let answer = AnswerContext::new(exchange, body.as_ref(), &self.words);
        self.row_of(&answer).map(|row| self.row_verdict(row, &answer))
    }

    /// Returns the verdict on an answer. `None` of a success.
    fn verdict(&self, answer: &AnswerContext<'_>) -> Option<Verdict<'_>> {
        if let Some(row) = self.row_of(answer) {
            let (kind, effect) = self.row_verdict(row, answer);
            return Some(Verdict { kind, effect, row: Some(row), message: None });
        }
        let CommonVerdict { kind, effect, message } = match answer.status_in_body() {
            // The contact may exist after a server error, also if the body denies it.
            Some(status) if !answer.is_server_error() => judge_status(status, false).into(),
            _ => answer.exchange.common_verdict(answer.body)?,
        };
        let (kind, effect) = self.with_doubt(answer, kind, effect);
        Some(Verdict { kind, effect, row: None, message })
    }

    fn row_verdict(&self, row: &Row, answer: &AnswerContext<'_>) -> (ErrorKind, Effect) {
        if answer.is_server_error() {
            return (row.kind, row.effect_of_server_error());
        }
        let hides_id = answer.is_success() && row.takes_doubt() && self.holds_id(answer);
        // A row about every conflict does not know of a request that is still in progress.
        let hides_progress = answer.status() == CONFLICT && !row.reads_content && is_in_progress(answer);
        if row.decides(answer) && !hides_id && !hides_progress {
            return (row.kind, row.effect);
        }
        if answer.is_success() && !row.reads_content {
            // Only the status spoke for an error.
            let (kind, effect) = (ErrorKind::UnexpectedResponse, Effect::Unknown);
            return answer.exchange.with_doubt(kind, effect);
        }
        self.with_doubt(answer, row.kind, row.effect)
    }

    /// Returns the kind and effect of an answer, in doubt if it may come from a create that was or will be applied.
    fn with_doubt(&self, answer: &AnswerContext<'_>, kind: ErrorKind, effect: Effect) -> (ErrorKind, Effect) {
        let (kind, effect) = answer.exchange.with_doubt(kind, effect);
        if answer.exchange.operation != Operation::Create || effect == Effect::Unknown {
            return (kind, effect);
        }
        if answer.is_success() && self.holds_id(answer) {
            return (ErrorKind::UnexpectedResponse, Effect::Unknown);
        }
        let may_be_in_progress =
            answer.status() == CONFLICT || (answer.is_success() && kind == ErrorKind::AlreadyExists);
        if may_be_in_progress && is_in_progress(answer) {
            return (ErrorKind::Interrupted, Effect::Unknown);
        }
        (kind, effect)
    }

    /// Returns whether an answer has the id of a contact that may have been created.
    fn holds_id(&self, answer: &AnswerContext<'_>) -> bool {
        self.success.id(answer).is_some() || answer.body.is_some_and(crate::error::holds_contact_id)
    }

    fn error(&self, info: &ProviderInfo, answer: &AnswerContext<'_>, verdict: &Verdict<'_>) -> ProviderError {
        let exchange = answer.exchange;
        let places = verdict.row.map(|row| row.existing.as_slice()).unwrap_or_default();
        let mut message = answer.message().clone();
        if verdict.kind == ErrorKind::AlreadyExists {
            message = match (places, answer.body) {
                ([], Some(body)) => message.with_existing_id_from(body),
                (places, _) => {
                    message.existing_id = id::first(places, answer).map(|id| id.as_str().to_owned());
                    message
                }
            };
        }
        let names_nobody = !places.is_empty() && message.existing_id.is_none();
        let mut error = exchange.error_without_doubt(info, verdict.kind, verdict.effect, message);
        if names_nobody {
            error = error.with_existing_contact(IdentifyingValues::default());
        }
        if let Some(message) = verdict.message {
            error = error.with_message(message);
        }
        if let Some(request_id) = self.request_id(answer) {
            error = error.with_request_id(Some(request_id));
        }
        if let Some(hint) =
            hint::for_answer(exchange.operation, verdict.kind, verdict.effect, answer.status())
        {
            error = error.with_hint(hint);
        }
        self.with_wait(error, answer, verdict)
    }

    /// Returns the vendor's id of the request at the places of the description.
    fn request_id(&self, answer: &AnswerContext<'_>) -> Option<String> {
        let mut places = self.words.request_id.iter();
        let id = places.find_map(|place| id::texts(place, answer).into_iter().next())?;
        (is_request_id(&id) && answer.exchange.redactor().allows_id(&id)).then_some(id)
    }

    /// Adds how long the vendor asks to wait.
    fn with_wait(
        &self,
        error: ProviderError,
        answer: &AnswerContext<'_>,
        verdict: &Verdict<'_>,
    ) -> ProviderError {
        let own = verdict.row.map(|row| row.wait.as_slice()).unwrap_or_default();
        let is_quota = verdict.row.is_some() && verdict.kind == ErrorKind::QuotaExhausted;
        let is_too_many =
            answer.status() == TOO_MANY_REQUESTS || answer.status_in_body() == Some(TOO_MANY_REQUESTS);
        let waits = match own {
            [] if is_too_many && !is_quota => self.wait.as_slice(),
            own => own,
        };
        let until = waits.iter().find_map(|wait| wait.until(answer));
        let retry_after = wait::retry_after(waits, answer, is_quota);
        error.with_retry_at(until).with_retry_after(retry_after)
    }
}

/// Returns whether the message reports that an earlier request is still being processed.
fn is_in_progress(answer: &AnswerContext<'_>) -> bool {
    reports_request_in_progress(answer.message())
}
