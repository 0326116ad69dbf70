//! Sends requests that change nothing, with the provider's credentials.

use serde_json::Value;

use super::auth::Credentials;
use super::judge::{Judge, hint_for_answer};
use super::request::FilledRequest;
use crate::body::BodyEncoding;
use crate::connection::Connection;
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{End, Request};

/// A provider's connection, with what a request of it needs.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) connection: &'a Connection,
    pub(super) credentials: &'a Credentials,
    pub(super) judge: &'a Judge,
}

impl Reader<'_> {
    /// Sends a request and returns the answer with its verdict: the body of a success, or the error. A token that the vendor
    /// refuses is fetched anew once. No message repeats a text of `sent`.
    pub(super) async fn read(
        self,
        operation: Operation,
        request: &FilledRequest,
        sent: &Value,
    ) -> Result<(Exchange, Result<Option<Value>, ProviderError>), ProviderError> {
        let mut is_renewed = false;
        loop {
            let authorizations = self.credentials.authorizations(self.connection, self.judge).await?;
            let mut headers = request.headers.clone();
            headers.extend_from_slice(self.credentials.plain_headers());
            let sending = Request {
                headers,
                body: request.body.as_ref().map(|body| BodyEncoding::Json.bytes_of(body)),
                authorizations: authorizations.clone(),
                ..Request::new(request.method, request.url.clone(), self.connection.timeout())
            };
            let exchange = self.connection.read(operation, sending, sent.clone()).await?;
            let verdict = self.judge.read(&self.connection.info, &exchange);
            match (verdict, self.credentials.tokens()) {
                (Err(error), Some(tokens)) if error.kind() == ErrorKind::Unauthenticated => {
                    tokens.invalidate_in(&authorizations).await;
                    if is_renewed {
                        return Ok((exchange, Err(error.with_renewed_credential())));
                    }
                    is_renewed = true;
                }
                (verdict, _) => return Ok((exchange, verdict)),
            }
        }
    }

    /// Returns the body of a success that was read whole. Everything else is no answer.
    pub(super) fn whole(
        self,
        exchange: &Exchange,
        verdict: Result<Option<Value>, ProviderError>,
    ) -> Result<Value, ProviderError> {
        let message = match (verdict?, exchange.answer.end()) {
            (Some(body), End::Whole) => return Ok(body),
            (_, End::Capped) => "the answer is too long to be read",
            (_, End::Cut) => "the answer broke off in the middle",
            (None, End::Whole) if exchange.answer.is_html() => "a web page came back instead of JSON",
            (None, End::Whole) => "the answer is not JSON",
        };
        Err(self.unexpected(exchange, message))
    }

    /// Returns the error of an answer that the description does not describe.
    pub(super) fn unexpected(self, exchange: &Exchange, message: impl Into<String>) -> ProviderError {
        let info = &self.connection.info;
        let error =
            exchange.error(info, ErrorKind::UnexpectedResponse, Effect::NotSent).with_message(message);
        match hint_for_answer(exchange.operation, error.kind(), error.effect(), exchange.answer.status()) {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}
