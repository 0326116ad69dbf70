//! A provider's HTTP connection: its name, address and timeout, and the shared client.
//!
//! It judges nothing: a request without an answer becomes an error here, and an answer becomes an [`Exchange`] for the adapter
//! to interpret.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::authorization::Authorization;
use crate::body::BodyEncoding;
use crate::contact::Country;
use crate::cow_str::CowStr;
use crate::draft::{Header, HeaderText, Method};
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{BaseUrl, Http, LIST_LIMIT, Request};
use crate::prepared::Prepared;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::send_permit::SendPermit;

/// The options of a provider that do not depend on its vendor.
#[derive(Debug, Clone)]
pub struct ConnectionOptions {
    /// The provider's name.
    pub name: String,
    /// A limit on the duration of one request.
    pub timeout: Duration,
    /// The country of telephone numbers without a country code.
    pub default_region: Option<Country>,
}

impl ConnectionOptions {
    /// Returns the options of a provider with a timeout of 20 seconds and no region.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), timeout: Duration::from_secs(20), default_region: None }
    }

    /// Sets the limit on the duration of one request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the country of telephone numbers without a country code.
    #[must_use]
    pub fn with_default_region(mut self, region: Option<Country>) -> Self {
        self.default_region = region;
        self
    }
}

/// A connection to one vendor's API, through which an adapter sends. A clone shares the client.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Vendor and configured name.
    pub info: ProviderInfo,
    /// The address of the vendor's API.
    pub base_url: BaseUrl,
    /// The country of telephone numbers without a country code.
    pub default_region: Option<Country>,
    pub(crate) http: Http,
    timeout: Duration,
    secrets: Arc<[Secret]>,
}

impl Connection {
    /// Returns a connection to `vendor` at `base_url`.
    pub fn new(options: ConnectionOptions, vendor: impl Into<CowStr>, base_url: BaseUrl, http: Http) -> Self {
        let ConnectionOptions { name, timeout, default_region } = options;
        let info = ProviderInfo::new(name, vendor);
        Self { info, base_url, default_region, http, timeout, secrets: Arc::default() }
    }

    /// Sets secrets that no message repeats, beside the credentials of each request.
    #[must_use]
    pub(crate) fn with_secrets(mut self, secrets: Vec<Secret>) -> Self {
        self.secrets = secrets.into();
        self
    }

    /// Sends a prepared create once, and uses the permit immediately before. Returns every answer as an exchange.
    ///
    /// # Errors
    ///
    /// `config` when a look-up of the draft is open, a credential that it names is missing, or the permit is used. When no
    /// answer came: `unreachable` (nothing was sent) or `interrupted` (it may have been applied).
    pub async fn send_prepared(
        &self,
        prepared: &Prepared,
        permit: &SendPermit,
    ) -> Result<Exchange, ProviderError> {
        permit.hold();
        let request = self.request(Operation::Create, prepared)?;
        permit.begin(&self.info)?;
        self.exchange(Operation::Create, request, Arc::clone(&prepared.draft().body)).await
    }

    /// Sends a prepared request that only reads: a search or a check with a method, headers or a body of its own. Creates go through
    /// [`send_prepared`](Self::send_prepared).
    ///
    /// # Errors
    ///
    /// `config` as [`send_prepared`](Self::send_prepared), or when no answer came.
    pub async fn read_prepared(
        &self,
        operation: Operation,
        prepared: &Prepared,
    ) -> Result<Exchange, ProviderError> {
        let request = self.request(operation, prepared)?;
        self.read(operation, request, Arc::clone(&prepared.draft().body)).await
    }

    /// Returns the request of a complete draft. A body that is JSON `null` is not sent.
    fn request(&self, operation: Operation, prepared: &Prepared) -> Result<Request, ProviderError> {
        let draft = prepared.draft();
        if let Some(message) = incomplete(prepared) {
            return Err(self.error(operation, ErrorKind::Config, message));
        }
        let has_body = draft.encoding != BodyEncoding::Json || !draft.body.is_null();
        Ok(Request {
            headers: draft.headers.clone(),
            body: has_body.then(|| draft.body_bytes()),
            authorizations: prepared.authorizations().to_vec(),
            ..Request::new(draft.method, draft.url.clone(), self.timeout)
        })
    }

    /// Sends a JSON body to read or to log in. Creates go through [`send_prepared`](Self::send_prepared).
    ///
    /// The answer to [`Operation::List`] may be longer than others ([`LIST_LIMIT`]), as with [`get`](Self::get).
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
        let request = Request {
            headers: vec![Header::json("accept"), Header::json("content-type")],
            body: Some(BodyEncoding::Json.bytes_of(&json)),
            authorizations: authorization.into_iter().collect(),
            ..Request::new(Method::Post, url, self.timeout)
        };
        self.read(operation, request, json).await
    }

    /// Sends a form to log in. No message repeats one of `secrets`, the values of the form.
    ///
    /// # Errors
    ///
    /// When no answer came.
    pub async fn post_form(
        &self,
        operation: Operation,
        url: Url,
        form: Secret,
        secrets: Value,
    ) -> Result<Exchange, ProviderError> {
        self.post_form_as(operation, url, form, secrets, None).await
    }

    /// Sends a form, as [`post_form`](Self::post_form) does, with a credential.
    pub(crate) async fn post_form_as(
        &self,
        operation: Operation,
        url: Url,
        form: Secret,
        secrets: Value,
        authorization: Option<Authorization>,
    ) -> Result<Exchange, ProviderError> {
        let request = Request {
            headers: vec![Header::json("accept"), Header::form()],
            body: Some(form.expose().as_bytes().to_vec()),
            authorizations: authorization.into_iter().collect(),
            ..Request::new(Method::Post, url, self.timeout)
        };
        self.read(operation, request, secrets).await
    }

    /// Sends a `GET`. The answer to [`Operation::List`] may be longer than others ([`LIST_LIMIT`]).
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
        let request = Request {
            headers: vec![Header::json("accept")],
            authorizations: authorization.into_iter().collect(),
            ..Request::new(Method::Get, url, self.timeout)
        };
        self.read(operation, request, Value::Null).await
    }

    /// Sends a request that creates no contact. The operation sets the limit on the answer's length. No message repeats a text of
    /// `sent` or a credential of the request.
    pub(crate) async fn read(
        &self,
        operation: Operation,
        mut request: Request,
        sent: impl Into<Arc<Value>>,
    ) -> Result<Exchange, ProviderError> {
        if operation == Operation::Create {
            return Err(self.error(
                operation,
                ErrorKind::Config,
                "a create is sent as a prepared request only",
            ));
        }
        if operation == Operation::List {
            request.body_limit = LIST_LIMIT;
        }
        self.exchange(operation, request, sent.into()).await
    }

    /// Sends a request. No message repeats a text of `sent` or a credential of the request.
    async fn exchange(
        &self,
        operation: Operation,
        request: Request,
        sent: Arc<Value>,
    ) -> Result<Exchange, ProviderError> {
        let authorizations = request.authorizations.clone();
        let sent_at = self.http.now();
        match self.http.send(request).await {
            Ok(answer) => {
                let exchange = Exchange::new(operation, sent, answer, sent_at)
                    .answered_at(self.http.now())
                    .authorized_by(authorizations)
                    .with_secrets(Arc::clone(&self.secrets));
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
                let error = match failure.hint {
                    Some(hint) => error.with_hint(hint),
                    None => error,
                };
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

    /// Returns the limit on the duration of one request.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns an error without an answer. Its effect is `not_sent`.
    pub fn error(&self, operation: Operation, kind: ErrorKind, message: impl Into<String>) -> ProviderError {
        ProviderError::new(&self.info, operation, kind, Effect::NotSent).with_message(message)
    }
}

/// Returns why the request cannot be sent yet. A draft names every credential, so that a plan shows them all.
fn incomplete(prepared: &Prepared) -> Option<&'static str> {
    let (draft, authorizations) = (prepared.draft(), prepared.authorizations());
    let has_header = |name: &str| {
        authorizations.iter().any(|authorization| {
            authorization.header_name().is_some_and(|own| own.eq_ignore_ascii_case(name))
        })
    };
    let has_query = |name: &str| {
        authorizations.iter().any(|authorization| authorization.query().is_some_and(|(own, _)| own == name))
    };
    let is_open = |header: &Header| match &header.value {
        // A draft whose key is not set is refused for that reason.
        HeaderText::Plain(_) | HeaderText::IdempotencyKey => false,
        HeaderText::Secret(_) => !has_header(&header.name),
    };
    let is_named = |authorization: &Authorization| match (authorization.header_name(), authorization.query())
    {
        (Some(name), _) => draft.headers.iter().any(|header| {
            header.name.eq_ignore_ascii_case(name) && matches!(header.value, HeaderText::Secret(_))
        }),
        (None, Some((name, _))) => draft.secret_query.iter().any(|own| own == name),
        (None, None) => false,
    };
    if !draft.lookups.is_empty() {
        Some("a look-up of the draft is still open")
    } else if draft.takes_idempotency_key()
        || draft.headers.iter().any(is_open)
        || draft.secret_query.iter().any(|name| !has_query(name))
    {
        Some("the draft names a credential or a key that the prepared request does not have")
    } else if !authorizations.iter().all(is_named) {
        Some(
            "the draft does not name a credential of the prepared request: add with_secret_header or with_secret_query",
        )
    } else {
        None
    }
}
