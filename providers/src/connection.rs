//! What every adapter has, whatever the vendor: a name, an address, a timeout, the shared client.
//!
//! Its rule: it adds no judgement of its own. A failed send becomes an error here, an answer becomes an
//! [`Exchange`] for the adapter to interpret.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::contact::Country;
use crate::created::Created;
use crate::draft::{Draft, FieldFate, Header, HeaderText, LookUp, Method, json_bytes};
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Authorization, BODY_LIMIT, BaseUrl, Body, Http, LIST_LIMIT, Request};
use crate::preparation::preparing;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::token::TokenCache;

const JSON: &str = "application/json";

/// What the caller settles for every provider, beside the vendor's own configuration.
#[derive(Debug, Clone)]
pub struct ConnectionOptions {
    /// The provider's name.
    pub name: String,
    /// The longest that one attempt may take.
    pub timeout: Duration,
    /// The country that numbers without a country code belong to.
    pub default_region: Option<Country>,
}

/// A connection to one vendor's API: what an adapter sends through. A clone shares the client.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Vendor and configured name.
    pub info: ProviderInfo,
    /// Where the vendor's API lives.
    pub base_url: BaseUrl,
    /// The country that numbers without a country code belong to.
    pub default_region: Option<Country>,
    pub(crate) http: Http,
    timeout: Duration,
}

impl Connection {
    /// A connection to `vendor` at `base_url`.
    pub fn new(common: ConnectionOptions, vendor: &'static str, base_url: BaseUrl, http: Http) -> Self {
        let ConnectionOptions { name, timeout, default_region } = common;
        Self { info: ProviderInfo::new(name, vendor), base_url, default_region, http, timeout }
    }

    /// The draft of a POST with a JSON body, and with a credential of `scheme` (`Bearer`, `Basic`).
    pub fn draft(
        &self,
        url: Url,
        scheme: &'static str,
        (body, fields): (Value, Vec<FieldFate>),
        lookups: Vec<LookUp>,
    ) -> Draft {
        let headers = vec![
            json_header("accept"),
            Header { name: "authorization", value: HeaderText::Secret(scheme) },
            json_header("content-type"),
        ];
        Draft { method: Method::Post, url, headers, body, lookups, fields }
    }

    /// Sends a draft as it is, headers included. One exchange, whatever comes of it.
    ///
    /// # Errors
    ///
    /// `config` when a look-up of the draft is still open. When no answer came: `unreachable` (nothing was sent) or
    /// `interrupted` (it may have been applied).
    pub async fn send_draft(
        &self,
        operation: Operation,
        draft: Draft,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        if !draft.lookups.is_empty() {
            return Err(self.error(operation, ErrorKind::Config, "a look-up of the draft is still open"));
        }
        let body = Body::Bytes(draft.body_bytes());
        let headers = draft.headers;
        self.send(operation, draft.method, draft.url, headers, body, draft.body, authorization).await
    }

    /// A create with a bearer token: sent once, judged by `interpret`, and the token thrown away if it was refused.
    pub(crate) async fn create_with_token(
        &self,
        draft: Draft,
        tokens: &TokenCache,
        token: Secret,
        can_be_renewed: bool,
        interpret: impl Fn(&Exchange) -> Result<Created, ProviderError> + Send,
    ) -> Result<Created, ProviderError> {
        let authorization = Some(Authorization::Bearer(token.clone()));
        let exchange = self.send_draft(Operation::Create, draft, authorization).await?;
        match interpret(&exchange) {
            Ok(created) => Ok(created),
            Err(error) => Err(tokens.judge(error, &token, can_be_renewed).await),
        }
    }

    /// Sends a JSON body.
    ///
    /// # Errors
    ///
    /// When no answer came.
    pub async fn post(
        &self,
        operation: Operation,
        url: Url,
        json: Value,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        let body = Body::Bytes(json_bytes(&json));
        let headers = vec![json_header("accept"), json_header("content-type")];
        self.send(operation, Method::Post, url, headers, body, json, authorization).await
    }

    /// Reads. A list of all contacts ([`Operation::List`]) may be longer than other answers ([`LIST_LIMIT`]).
    ///
    /// # Errors
    ///
    /// When no answer came.
    pub async fn get(
        &self,
        operation: Operation,
        url: Url,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        let headers = vec![json_header("accept")];
        self.send(operation, Method::Get, url, headers, Body::Empty, Value::Null, authorization).await
    }

    /// One exchange. `sent` is what no message may repeat.
    #[expect(clippy::too_many_arguments, reason = "it is what a request consists of")]
    pub(crate) async fn send(
        &self,
        operation: Operation,
        method: Method,
        url: Url,
        headers: Vec<Header>,
        body: Body,
        sent: Value,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        let request = Request {
            method,
            url,
            headers,
            body,
            authorization: authorization.clone(),
            timeout: self.timeout,
            body_limit: if operation == Operation::List { LIST_LIMIT } else { BODY_LIMIT },
        };
        let sent_at = self.http.now();
        let sending = self.http.send(request);
        let result = match operation {
            Operation::Create => sending.await,
            _ => preparing(sending).await,
        };
        match result {
            Ok(answer) => {
                let exchange = Exchange::new(operation, sent, answer, sent_at)
                    .answered_at(self.http.now())
                    .authorized_by(authorization);
                tracing::debug!(
                    provider = self.info.name(),
                    operation = operation.in_words(),
                    status = exchange.answer.status(),
                    "The vendor answered"
                );
                Ok(exchange)
            }
            Err(failure) => {
                let error = ProviderError::new(&self.info, operation, failure.kind, failure.effect)
                    .with_message(failure.message);
                let error = match failure.source {
                    Some(source) => error.with_source(source),
                    None => error,
                };
                tracing::debug!(
                    provider = self.info.name(),
                    operation = operation.in_words(),
                    kind = error.kind().as_str(),
                    effect = error.effect().as_str(),
                    "No answer came"
                );
                Err(error)
            }
        }
    }

    /// Makes every later request use a new connection. See [`Http::discard_connections`].
    pub fn discard_connections(&self) {
        match self.http.discard_connections() {
            Ok(()) => tracing::warn!(
                provider = self.info.name(),
                "The connections are closed: an answer may belong to another request"
            ),
            Err(error) => tracing::error!(
                provider = self.info.name(),
                %error,
                "The connections could not be closed: an answer may belong to another request"
            ),
        }
    }

    /// The longest that one attempt may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// An error that has nothing to do with any answer. Its effect is `not_sent`.
    pub fn error(&self, operation: Operation, kind: ErrorKind, message: impl Into<String>) -> ProviderError {
        ProviderError::new(&self.info, operation, kind, Effect::NotSent).with_message(message)
    }
}

fn json_header(name: &'static str) -> Header {
    Header { name, value: HeaderText::Plain(JSON) }
}
