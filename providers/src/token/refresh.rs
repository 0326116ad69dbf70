//! Renews access tokens with a refresh token (OAuth 2.0).
//!
//! A refresh token may be valid for one use. Of all processes that share the store, one renewal at a time loads the newest token,
//! exchanges it and saves the next one. A token is used only after the store proved writable; a next token that cannot be saved is
//! kept in memory until it can.
//!
//! The exchange and the save run in a task of their own, because the answer to a renewal is the only copy of the next token: a
//! renewal that was sent completes even if its delivery is dropped.

use std::io;
use std::panic;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tracing::Instrument as _;
use url::Url;
use url::form_urlencoded::Serializer;

use super::cache::Token;
use super::grant::{GrantReader, read_grant};
use super::refresh_store::RefreshTokenStore;
use crate::authorization::Authorization;
use crate::background;
use crate::connection::Connection;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::secret::Secret;

/// The configuration key that every error of the store names.
const KEY: &str = "refresh_token_store";
/// The time between two attempts to take the lock.
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// A refresh token with the client and the endpoint that renew access tokens. Clones share the newest token.
#[derive(Debug, Clone)]
pub struct RefreshTokens {
    url: Url,
    configured: Secret,
    client_id: Secret,
    client_secret: Secret,
    /// Whether the client is named in `Authorization` instead of the form.
    is_client_in_header: bool,
    /// Further members of the form.
    form: Vec<(String, Secret)>,
    reader: GrantReader,
    store: Arc<dyn RefreshTokenStore>,
    newest: Arc<Mutex<Option<Newest>>>,
}

/// The newest refresh token that this process received.
#[derive(Debug)]
struct Newest {
    token: Secret,
    is_saved: bool,
}

/// A running renewal. It excludes every other renewal with the same store.
struct Renewal {
    refresh: RefreshTokens,
    connection: Connection,
    // Dropped before `newest`, so that the next renewal of this process can take it.
    _lock: Box<dyn Send>,
    newest: OwnedMutexGuard<Option<Newest>>,
}

impl RefreshTokens {
    /// Returns the configured refresh token for the token endpoint `url`. `store` stores its successors.
    pub fn new(
        url: Url,
        configured: Secret,
        client_id: Secret,
        client_secret: Secret,
        store: Arc<dyn RefreshTokenStore>,
    ) -> Self {
        Self {
            url,
            configured,
            client_id,
            client_secret,
            is_client_in_header: false,
            form: Vec::new(),
            reader: GrantReader::default(),
            store,
            newest: Arc::default(),
        }
    }

    /// Sends the client's id and secret as Basic authorization instead of in the form.
    #[must_use]
    pub fn with_client_in_header(mut self) -> Self {
        self.is_client_in_header = true;
        self
    }

    /// Adds members to the form.
    #[must_use]
    pub fn with_form(mut self, members: impl IntoIterator<Item = (String, Secret)>) -> Self {
        self.form.extend(members);
        self
    }

    /// Sets how the tokens are read, for an endpoint that does not name them as OAuth 2.0 does.
    #[must_use]
    pub(crate) fn with_reader(mut self, reader: GrantReader) -> Self {
        self.reader = reader;
        self
    }

    /// Returns the form that exchanges `refresh_token`, and the secrets in it.
    fn request(&self, refresh_token: &Secret) -> (Secret, Vec<&str>) {
        let mut form = Serializer::new(String::new());
        let mut secrets = vec![self.client_id.expose(), self.client_secret.expose()];
        form.append_pair("grant_type", "refresh_token");
        if !self.is_client_in_header {
            form.append_pair("client_id", self.client_id.expose());
            form.append_pair("client_secret", self.client_secret.expose());
        }
        form.append_pair("refresh_token", refresh_token.expose());
        for (name, value) in &self.form {
            form.append_pair(name, value.expose());
            secrets.push(value.expose());
        }
        (Secret::from(form.finish()), secrets)
    }

    /// Returns the client as a credential, where it is not in the form.
    fn client(&self) -> Option<Authorization> {
        let (user, password) = (self.client_id.clone(), self.client_secret.clone());
        self.is_client_in_header.then_some(Authorization::Basic { user, password })
    }

    /// Fetches an access token, and stores the refresh token that comes with it.
    ///
    /// A future that is dropped before the exchange uses no token. Dropped later, the exchange completes in its task.
    ///
    /// # Errors
    ///
    /// `unauthenticated` when the vendor refuses the refresh token, `config` when the store cannot be used, `unreachable` when
    /// another process holds its lock; otherwise the error of the request.
    pub async fn renew(&self, connection: &Connection) -> Result<Token, ProviderError> {
        let newest = Arc::clone(&self.newest).lock_owned().await;
        let lock = match self.lock(connection).await {
            // No other process can use a token that only this one has.
            Err(error) if error.kind() == ErrorKind::Config && unsaved(newest.as_ref()).is_some() => {
                Box::new(())
            }
            lock => lock?,
        };
        let mut renewal =
            Renewal { refresh: self.clone(), connection: connection.clone(), _lock: lock, newest };
        let current = renewal.prepare()?;
        let task = background::spawn(renewal.run(current).in_current_span());
        task.await.unwrap_or_else(|end| {
            if let Ok(cause) = end.try_into_panic() {
                panic::resume_unwind(cause);
            }
            let message = "the program is ending, and the renewal with it";
            Err(connection.error(Operation::Authenticate, ErrorKind::Interrupted, message))
        })
    }

    /// Takes the store's lock, or fails after the timeout of a request.
    async fn lock(&self, connection: &Connection) -> Result<Box<dyn Send>, ProviderError> {
        let mut waited = Duration::ZERO;
        loop {
            match self.store.try_lock() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if waited >= connection.timeout() {
                        return Err(lock_error(connection, error));
                    }
                }
                lock => {
                    return lock.map_err(|error| store_error(connection, "its lock cannot be taken", error));
                }
            }
            connection.http.clock().sleep(LOCK_RETRY_INTERVAL).await;
            waited = waited.saturating_add(LOCK_RETRY_INTERVAL);
        }
    }
}

impl Renewal {
    /// Returns the token to use, after the store proved writable.
    fn prepare(&mut self) -> Result<Secret, ProviderError> {
        if let Some(unsaved) = unsaved(self.newest.as_ref()).cloned() {
            // If the store is still not writable, another renewal in memory adds no risk.
            self.store_token(unsaved.clone());
            return Ok(unsaved);
        }
        let RefreshTokens { store, configured, .. } = &self.refresh;
        let saved = store
            .load(configured)
            .map_err(|error| store_error(&self.connection, "the kept refresh token cannot be read", error))?;
        store.check_writable().map_err(|error| {
            store_error(&self.connection, "the next refresh token could not be kept", error)
        })?;
        let known = || self.newest.as_ref().map(|newest| newest.token.clone());
        Ok(saved.or_else(known).unwrap_or_else(|| configured.clone()))
    }

    async fn run(mut self, current: Secret) -> Result<Token, ProviderError> {
        match self.exchange(&current).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                match self.saved_by_another(&current) {
                    Some(newer) => self.exchange(&newer).await,
                    None => Err(error),
                }
            }
            result => result,
        }
    }

    /// Returns the token that another process has saved since `current` was loaded, which is possible without a lock.
    fn saved_by_another(&self, current: &Secret) -> Option<Secret> {
        if unsaved(self.newest.as_ref()).is_some() {
            return None;
        }
        let kept = self.refresh.store.load(&self.refresh.configured).ok()??;
        (kept != *current).then_some(kept)
    }

    async fn exchange(&mut self, refresh_token: &Secret) -> Result<Token, ProviderError> {
        let (form, secrets) = self.refresh.request(refresh_token);
        let secrets = json!([secrets, refresh_token.expose()]);
        let (url, client) = (self.refresh.url.clone(), self.refresh.client());
        let operation = Operation::Authenticate;
        let exchange = self.connection.post_form_as(operation, url, form, secrets, client).await?;
        let grant = read_grant(&self.connection.info, &exchange, &self.refresh.reader)?;
        if let Some(next) = grant.refresh_token.filter(|next| next != refresh_token) {
            self.store_token(next);
        }
        grant.access_token
    }

    /// Saves `token`, or keeps it in memory until it can be saved.
    fn store_token(&mut self, token: Secret) {
        let provider = self.connection.info.name();
        let newest = self.newest.insert(Newest { token, is_saved: false });
        match self.refresh.store.save(&self.refresh.configured, &newest.token) {
            Ok(()) => {
                newest.is_saved = true;
                tracing::info!(provider, "The newest refresh token was kept");
            }
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                // There is no place to try again.
                newest.is_saved = true;
                tracing::warn!(
                    provider,
                    key = KEY,
                    "The vendor replaced the refresh token, and the next one is in memory only: set refresh_token_store, and say \
                     `rotates = true` in the vendor's description"
                );
            }
            Err(error) => tracing::error!(
                provider,
                key = KEY,
                kind = %error.kind(),
                "The newest refresh token cannot be saved and is in memory only: make the place of \
                 refresh_token_store writable while this program runs, or else authorize it at the vendor again"
            ),
        }
    }
}

/// Returns the token that only this process has.
fn unsaved(newest: Option<&Newest>) -> Option<&Secret> {
    newest.filter(|newest| !newest.is_saved).map(|newest| &newest.token)
}

fn store_error(connection: &Connection, what: &str, error: io::Error) -> ProviderError {
    let message = format!("{KEY}: {what}: {}", error.kind());
    connection.error(Operation::Authenticate, ErrorKind::Config, message).with_source(error)
}

/// Returns the error of a lock that another process holds. It is `unreachable`: nothing was sent, and a later attempt is safe.
fn lock_error(connection: &Connection, error: io::Error) -> ProviderError {
    let message = format!("{KEY}: another process has held its lock for longer than an attempt may take");
    connection.error(Operation::Authenticate, ErrorKind::Unreachable, message).with_source(error)
}
