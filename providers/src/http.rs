//! The HTTP client that all adapters share, and the only code that sends. One call is one exchange: it follows no redirect, sends
//! once, limits the length of the answer, and distinguishes a request that was not sent from one that may have been applied.

mod answer;
mod base_url;
mod list;
mod login_page;
mod members;
#[cfg(feature = "testkit")]
mod observer;
mod redirect_target;
mod request;
mod unreachable;

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::redirect;
use thiserror::Error;

pub use self::answer::{Answer, End};
pub(crate) use self::answer::{BeforeJson, duration_between, is_request_id, until_date};
pub use self::base_url::{BaseUrl, BaseUrlError, is_this_machine};
pub use self::list::JsonList;
pub(crate) use self::login_page::is_login_page;
#[cfg(feature = "testkit")]
pub use self::observer::{Observer, Seen};
pub(crate) use self::redirect_target::redirect_target;
pub(crate) use self::request::Request;
use self::unreachable::Cause;
pub use crate::authorization::Authorization;
use crate::clock::SharedClock;
use crate::error::{Effect, ErrorKind};

/// A limit on the bytes of an answer's body that are read, after decompression.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// A limit on the bytes of a list of all contacts that are read, after decompression: about 200,000 of emnify's contacts.
pub const LIST_LIMIT: usize = 64 * BODY_LIMIT;
/// A limit on the time to connect, within the request's own timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The time for which an idle connection is kept. Common servers keep theirs longer, so that few requests meet a closed one.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The shared client: one pool of connections per host, for all providers that hold a clone of it.
#[derive(Debug, Clone)]
pub struct Http {
    client: Arc<RwLock<reqwest::Client>>,
    clock: SharedClock,
    is_offline: bool,
    #[cfg(feature = "testkit")]
    observer: Option<Arc<dyn Observer>>,
}

/// Error of a client that cannot be built, because TLS cannot be set up.
#[derive(Debug, Error)]
#[error("the HTTP client cannot be set up")]
pub struct HttpError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Error of a request without an answer.
#[derive(Debug)]
pub(crate) struct SendError {
    pub(crate) kind: ErrorKind,
    pub(crate) effect: Effect,
    pub(crate) message: Cow<'static, str>,
    /// Replaces the hint of the kind.
    pub(crate) hint: Option<&'static str>,
    pub(crate) source: Option<reqwest::Error>,
}

impl Http {
    /// Returns a client for all providers of a process.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new(clock: SharedClock) -> Result<Self, HttpError> {
        Ok(Self {
            client: Arc::new(RwLock::new(new_client()?)),
            clock,
            is_offline: false,
            #[cfg(feature = "testkit")]
            observer: None,
        })
    }

    /// Makes this clone of the client send nothing: each request fails before a connection is opened. Other clones send.
    ///
    /// It is for providers that are only for plans.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.is_offline = true;
        self
    }

    /// Adds an observer to this clone of the client. Other clones are not observed.
    ///
    /// The observer receives credentials and contact data: it is for contract tests, not for a program's log.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn observed(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Makes every later request of all clones of this client use a new connection. Requests in flight keep theirs.
    ///
    /// It is for a connection whose last answer belonged to another request: its next answer would be the wrong one, too.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up. The connections stay in use.
    pub fn discard_connections(&self) -> Result<(), HttpError> {
        let client = new_client()?;
        // A dropped client closes its idle connections and accepts none back.
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
        Ok(())
    }

    fn client(&self) -> reqwest::Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the client's clock.
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends a request once and reads the answer.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, SendError> {
        let body_limit = request.body_limit;
        let client = self.client();
        let request = request.build(&client)?;
        #[cfg(feature = "testkit")]
        if let Some(observer) = &self.observer {
            let observed = Seen::from_request(&request);
            let result = Box::pin(self.exchange(&client, request, body_limit)).await;
            observer.exchanged(observed.with_result(&result));
            return result;
        }
        self.exchange(&client, request, body_limit).await
    }

    /// Executes the request. No other code sends.
    async fn exchange(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
        body_limit: usize,
    ) -> Result<Answer, SendError> {
        if self.is_offline {
            return Err(SendError::offline());
        }
        let response = client.execute(request).await.map_err(SendError::from_reqwest)?;
        Ok(Answer::read(response, body_limit).await)
    }
}

/// Returns a client that trusts the roots that Mozilla trusts.
fn new_client() -> Result<reqwest::Client, HttpError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let tls = tls(roots).map_err(|error| HttpError(error.into()))?;
    client_with(tls, CONNECT_TIMEOUT)
}

fn client_with(tls: rustls::ClientConfig, connect_timeout: Duration) -> Result<reqwest::Client, HttpError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .tcp_nodelay(true)
        .user_agent(concat!("unicontact/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| HttpError(error.without_url().into()))
}

/// Returns a TLS configuration with ring that trusts these roots. It uses no system library and no process-wide default.
fn tls(roots: rustls::RootCertStore) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

impl SendError {
    /// Returns the error of a client that sends nothing.
    fn offline() -> Self {
        Self {
            kind: ErrorKind::Config,
            effect: Effect::NotSent,
            message: "this provider is for plans only, and sends nothing".into(),
            hint: None,
            source: None,
        }
    }

    fn from_reqwest(error: reqwest::Error) -> Self {
        if error.is_connect() && !error.is_builder() {
            return Self::from_connect_error(error);
        }
        let (kind, effect, message) = if error.is_builder() {
            (ErrorKind::Config, Effect::NotSent, "the request cannot be put together")
        } else if error.is_timeout() {
            (ErrorKind::Interrupted, Effect::Unknown, "no answer came in time")
        } else {
            (ErrorKind::Interrupted, Effect::Unknown, "the connection broke before the answer came")
        };
        Self { kind, effect, message: message.into(), hint: None, source: Some(error.without_url()) }
    }

    fn from_connect_error(error: reqwest::Error) -> Self {
        let cause = Cause::from_error(&error);
        Self {
            kind: ErrorKind::Unreachable,
            effect: Effect::NotSent,
            message: unreachable::message(cause, error.url()).into(),
            hint: Some(cause.hint()),
            source: Some(error.without_url()),
        }
    }
}
