//! Renews access tokens with a refresh token (OAuth 2.0).
//!
//! A refresh token may be good for one use. One renewal at a time, of all processes that share the store, goes from loading the
//! newest token to saving the next. No token is spent unless the store proved writable, and a token that cannot be saved all
//! the same is kept in memory until it can.
//!
//! The exchange and the save run in a task of their own, although adapters spawn nothing else: the answer to a renewal is the
//! only copy of the next token, so a renewal that was sent is finished even if its delivery is dropped.

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
use super::grant::read_grant;
use super::refresh_store::RefreshTokenStore;
use crate::background;
use crate::connection::Connection;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::secret::Secret;

/// The configuration key that every trouble with the store is told by.
const KEY: &str = "refresh_token_store";
/// How long to wait before the lock is tried again.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// A refresh token, and what it takes to renew access tokens with it. Clones share the newest token.
#[derive(Debug, Clone)]
pub struct RefreshTokens {
    url: Url,
    configured: Secret,
    client_id: Secret,
    client_secret: Secret,
    store: Arc<dyn RefreshTokenStore>,
    newest: Arc<Mutex<Option<Newest>>>,
}

/// The newest refresh token that came to this process.
#[derive(Debug)]
struct Newest {
    token: Secret,
    is_saved: bool,
}

/// A renewal under way. While it lives nobody else renews.
struct Renewal {
    refresh: RefreshTokens,
    connection: Connection,
    // Given back before `newest`, so that the next of this process finds it free.
    _lock: Box<dyn Send>,
    newest: OwnedMutexGuard<Option<Newest>>,
}

impl RefreshTokens {
    /// Returns the configured refresh token for the token endpoint `url`. `store` keeps its successors.
    pub fn new(
        url: Url,
        configured: Secret,
        client_id: Secret,
        client_secret: Secret,
        store: Arc<dyn RefreshTokenStore>,
    ) -> Self {
        Self { url, configured, client_id, client_secret, store, newest: Arc::default() }
    }

    /// Fetches an access token, and keeps the refresh token that comes with it.
    ///
    /// A future that is dropped before the exchange spends nothing; dropped later, the exchange is finished in a task.
    ///
    /// # Errors
    ///
    /// `unauthenticated` when the vendor refuses the refresh token, `config` when the store cannot be used, `unreachable` when
    /// another process holds its lock; otherwise the error of the request.
    pub async fn renew(&self, connection: &Connection) -> Result<Token, ProviderError> {
        let newest = Arc::clone(&self.newest).lock_owned().await;
        let lock = match self.lock(connection).await {
            // No other process can spend a token that never left this one.
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

    /// The store's lock, tried for as long as one attempt may take.
    async fn lock(&self, connection: &Connection) -> Result<Box<dyn Send>, ProviderError> {
        let mut waited = Duration::ZERO;
        loop {
            match self.store.try_lock() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if waited >= connection.timeout() {
                        return Err(held_by_another(connection, error));
                    }
                }
                lock => {
                    return lock.map_err(|error| cannot(connection, "its lock cannot be taken", error));
                }
            }
            connection.http.clock().sleep(BETWEEN_TRIES).await;
            waited = waited.saturating_add(BETWEEN_TRIES);
        }
    }
}

impl Renewal {
    /// The token to spend, once the place for the next proved writable.
    fn prepare(&mut self) -> Result<Secret, ProviderError> {
        if let Some(unsaved) = unsaved(self.newest.as_ref()).cloned() {
            // If the place is still unwritable, going on in memory puts nothing more at risk.
            self.keep(unsaved.clone());
            return Ok(unsaved);
        }
        let RefreshTokens { store, configured, .. } = &self.refresh;
        let saved = store
            .load(configured)
            .map_err(|error| cannot(&self.connection, "the kept refresh token cannot be read", error))?;
        store
            .check_writable()
            .map_err(|error| cannot(&self.connection, "the next refresh token could not be kept", error))?;
        let known = || self.newest.as_ref().map(|newest| newest.token.clone());
        Ok(saved.or_else(known).unwrap_or_else(|| configured.clone()))
    }

    async fn run(mut self, current: Secret) -> Result<Token, ProviderError> {
        match self.exchange(&current).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                match self.kept_by_another(&current) {
                    Some(newer) => self.exchange(&newer).await,
                    None => Err(error),
                }
            }
            result => result,
        }
    }

    /// What another process has kept since `current` was loaded, which only a store without a lock lets happen.
    fn kept_by_another(&self, current: &Secret) -> Option<Secret> {
        if unsaved(self.newest.as_ref()).is_some() {
            return None;
        }
        let kept = self.refresh.store.load(&self.refresh.configured).ok()??;
        (kept != *current).then_some(kept)
    }

    async fn exchange(&mut self, refresh_token: &Secret) -> Result<Token, ProviderError> {
        let RefreshTokens { url, client_id, client_secret, .. } = &self.refresh;
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("client_id", client_id.expose())
            .append_pair("client_secret", client_secret.expose())
            .append_pair("refresh_token", refresh_token.expose())
            .finish();
        let secrets = json!([client_id.expose(), client_secret.expose(), refresh_token.expose()]);
        let exchange = self
            .connection
            .post_form(Operation::Authenticate, url.clone(), Secret::from(form), secrets)
            .await?;
        let grant = read_grant(&self.connection.info, &exchange)?;
        if let Some(next) = grant.refresh_token.filter(|next| next != refresh_token) {
            self.keep(next);
        }
        let life = grant.expires_in.map(Duration::from_secs);
        Ok(Token {
            secret: grant.access_token?,
            expires_at: life.and_then(|life| exchange.answered_at.checked_add(life).ok()),
        })
    }

    /// Saves `token`, or at least remembers that it is to be saved.
    fn keep(&mut self, token: Secret) {
        let provider = self.connection.info.name();
        let newest = self.newest.insert(Newest { token, is_saved: false });
        match self.refresh.store.save(&self.refresh.configured, &newest.token) {
            Ok(()) => {
                newest.is_saved = true;
                tracing::info!(provider, "The newest refresh token was kept");
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

/// The token that only this process knows.
fn unsaved(newest: Option<&Newest>) -> Option<&Secret> {
    newest.filter(|newest| !newest.is_saved).map(|newest| &newest.token)
}

fn cannot(connection: &Connection, what: &str, error: io::Error) -> ProviderError {
    let message = format!("{KEY}: {what}: {}", error.kind());
    connection.error(Operation::Authenticate, ErrorKind::Config, message).with_source(error)
}

/// `unreachable`, since nothing was sent and trying again later is safe and likely to help.
fn held_by_another(connection: &Connection, error: io::Error) -> ProviderError {
    let message = format!("{KEY}: another process has held its lock for longer than an attempt may take");
    connection.error(Operation::Authenticate, ErrorKind::Unreachable, message).with_source(error)
}
