//! What every adapter has, whatever the vendor: a name, an address, a timeout, the shared client.
//!
//! Its rule: it adds no judgement of its own. A failed send becomes an error here, an answer becomes an
//! [`Exchange`] for the adapter to interpret.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::contact::Country;
use crate::draft::{Draft, Method};
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Authorization, BaseUrl, Body, Http, Request};
use crate::provider_info::ProviderInfo;

/// What the caller settles for every provider, beside the vendor's own configuration.
#[derive(Debug, Clone)]
pub struct Common {
    /// The provider's name.
    pub name: String,
    /// The longest that one attempt may take.
    pub timeout: Duration,
    /// The country that numbers without a country code belong to.
    pub default_region: Option<Country>,
}

/// A connection to one vendor's API: what an adapter sends through.
#[derive(Debug)]
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
    pub fn new(common: Common, vendor: &'static str, base_url: BaseUrl, http: Http) -> Self {
        let Common { name, timeout, default_region } = common;
        Self { info: ProviderInfo::new(name, vendor), base_url, default_region, http, timeout }
    }

    /// Sends a draft as it is. One exchange, whatever comes of it.
    ///
    /// # Errors
    ///
    /// When no answer came: `unreachable` (nothing was sent) or `interrupted` (it may have been applied).
    pub async fn send_draft(
        &self,
        operation: Operation,
        draft: Draft,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        let body = Body::Json(draft.body_bytes());
        self.send(operation, draft.method, draft.url, body, draft.body, authorization).await
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
        let body = Body::Json(json.to_string().into_bytes());
        self.send(operation, Method::Post, url, body, json, authorization).await
    }

    /// Reads.
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
        self.send(operation, Method::Get, url, Body::Empty, Value::Null, authorization).await
    }

    /// One exchange. `sent` is what no message may repeat.
    pub(crate) async fn send(
        &self,
        operation: Operation,
        method: Method,
        url: Url,
        body: Body,
        sent: Value,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        let request =
            Request { method, url, body, authorization: authorization.clone(), timeout: self.timeout };
        let sent_at = self.http.now();
        match self.http.send(request).await {
            Ok(answer) => {
                let exchange = Exchange::new(operation, sent, answer, sent_at)
                    .answered_at(self.http.now())
                    .authorized_by(authorization);
                tracing::debug!(
                    provider = self.info.name(),
                    operation = operation.as_str(),
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
                    operation = operation.as_str(),
                    kind = error.kind().as_str(),
                    effect = error.effect().as_str(),
                    "No answer came"
                );
                Err(error)
            }
        }
    }

    /// An error that has nothing to do with any answer. Its effect is `not_sent`.
    pub fn error(&self, operation: Operation, kind: ErrorKind, message: impl Into<String>) -> ProviderError {
        ProviderError::new(&self.info, operation, kind, Effect::NotSent).with_message(message)
    }
}
