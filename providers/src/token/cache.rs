//! The cache of an access token.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;

use super::renewal::Renewal;
use crate::authorization::Authorization;
use crate::error::{ErrorKind, ProviderError};
use crate::prepared::Prepared;
use crate::secret::Secret;

/// The time before its expiry in which a token is not used.
const MARGIN: Duration = Duration::from_secs(30);
/// The time for which refused credentials are not tried again.
const REFUSAL_BACKOFF: Duration = Duration::from_mins(1);

/// An access token.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token itself.
    pub secret: Secret,
    /// The time at which it expires, if known.
    pub expires_at: Option<Timestamp>,
}

/// The access token that all deliveries of a provider share. At most one fetch runs at a time, and the others wait for it.
///
/// Credentials that the vendor refused are not tried again for a minute: vendors lock accounts after some failed logins.
///
/// ```
/// use unicontact_providers::token::{Token, TokenCache};
/// use unicontact_providers::{ProviderError, Secret};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let cache = TokenCache::default();
/// let now = jiff::Timestamp::UNIX_EPOCH;
/// let secret = cache.get(now, async { Ok(Token::new("fetched".into())) }).await?;
/// assert_eq!(secret.expose(), "fetched");
/// # Ok::<(), ProviderError>(())
/// # }).unwrap();
/// ```
#[derive(Default)]
pub struct TokenCache {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    refused: Option<(Timestamp, ProviderError)>,
}

impl TokenCache {
    /// Returns a cache with a token from the configuration, if there is one.
    pub fn new(token: Option<Token>) -> Self {
        Self { state: Mutex::new(State { token, refused: None }) }
    }

    /// Returns the cached token, or the one that `fetch` returns. A token is not used in its last 30 seconds.
    ///
    /// # Errors
    ///
    /// The error of the fetch. `unauthenticated` is returned again for a minute without another fetch, and `rate_limited` for the
    /// time that the vendor asks for.
    pub async fn get<F>(&self, now: Timestamp, fetch: F) -> Result<Secret, ProviderError>
    where
        F: Future<Output = Result<Token, ProviderError>> + Send,
    {
        let mut state = self.state.lock().await;
        if let Some(token) = state.token.as_ref().filter(|token| token.is_usable(now)) {
            return Ok(token.secret.clone());
        }
        if let Some((until, error)) = &state.refused
            && now < *until
        {
            return Err(error.repeated());
        }
        match fetch.await {
            Ok(token) => {
                let secret = token.secret.clone();
                *state = State { token: Some(token), refused: None };
                Ok(secret)
            }
            Err(error) => {
                if let Some(backoff) = backoff(&error) {
                    let until = now.checked_add(backoff).unwrap_or(Timestamp::MAX);
                    state.refused = Some((until, error.repeated()));
                }
                Err(error)
            }
        }
    }

    /// Discards the token of a request that the vendor refused, in whatever header or query member it was sent, and returns
    /// whether another one can be fetched.
    pub async fn invalidate_sent(&self, sent: &Prepared, is_renewable: bool) -> Renewal {
        if !is_renewable || sent.authorizations().is_empty() {
            return Renewal::Unavailable;
        }
        self.invalidate_in(sent.authorizations()).await;
        Renewal::Available
    }

    /// Discards the token if it is a part of one of these credentials, which the vendor refused.
    pub(crate) async fn invalidate_in(&self, authorizations: &[Authorization]) {
        let mut state = self.state.lock().await;
        let is_sent = |token: &Token| authorizations.iter().any(|it| it.holds(&token.secret));
        if state.token.as_ref().is_some_and(is_sent) {
            state.token = None;
        }
    }

    /// Discards a token that the vendor refused, unless it was replaced in the meantime.
    pub async fn invalidate(&self, secret: &Secret) {
        let mut state = self.state.lock().await;
        if state.token.as_ref().is_some_and(|token| token.secret == *secret) {
            state.token = None;
        }
    }
}

/// Returns the time for which a failed login is not tried again.
fn backoff(error: &ProviderError) -> Option<Duration> {
    match error.kind() {
        ErrorKind::Unauthenticated => Some(REFUSAL_BACKOFF),
        ErrorKind::RateLimited => error.retry_after(),
        _ => None,
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenCache(..)")
    }
}

impl Token {
    /// Returns a token without a known expiry.
    pub fn new(secret: Secret) -> Self {
        Self { secret, expires_at: None }
    }

    fn is_usable(&self, now: Timestamp) -> bool {
        self.expires_at.and_then(|end| end.checked_sub(MARGIN).ok()).is_none_or(|end| now < end)
    }

    /// Returns a JSON Web Token, which expires at its `exp`. The signature is not verified.
    pub fn from_jwt(secret: Secret) -> Self {
        let expires_at = jwt_expiry(secret.expose());
        Self { secret, expires_at }
    }
}

fn jwt_expiry(token: &str) -> Option<Timestamp> {
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let end = claims.get("exp")?;
    let seconds = end.as_i64().or_else(|| end.as_str().and_then(|text| text.parse().ok()))?;
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::draft::{Draft, Method};
    use crate::error::{Effect, Operation};
    use crate::provider_info::ProviderInfo;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn token(text: &str, expires_at: Option<i64>) -> Token {
        Token { secret: Secret::from(text), expires_at: expires_at.map(at) }
    }

    #[tokio::test]
    async fn concurrent_gets_share_one_fetch() {
        let cache = TokenCache::default();
        let fetches = AtomicU32::new(0);
        let get = || {
            cache.get(at(0), async {
                fetches.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(token("one", None))
            })
        };
        let (first, second, third) = tokio::join!(get(), get(), get());
        assert!(first.is_ok() && second.is_ok() && third.is_ok());
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_token_is_not_used_in_its_last_half_minute() {
        let cache = TokenCache::new(Some(token("old", Some(100))));
        let fresh = async || Ok(token("new", None));
        assert_eq!(cache.get(at(69), fresh()).await.unwrap().expose(), "old");
        assert_eq!(cache.get(at(70), fresh()).await.unwrap().expose(), "new");
    }

    #[tokio::test]
    async fn refused_credentials_are_not_tried_again_for_a_minute() {
        let cache = TokenCache::default();
        let fetches = AtomicU32::new(0);
        let get = |now| {
            let fetches = &fetches;
            cache.get(at(now), async move {
                fetches.fetch_add(1, Ordering::SeqCst);
                let info = ProviderInfo::new("iot", "emnify");
                let kind = ErrorKind::Unauthenticated;
                Err(ProviderError::new(&info, Operation::Authenticate, kind, Effect::Refused))
            })
        };
        assert!(get(0).await.is_err());
        assert!(get(59).await.is_err());
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
        assert!(get(60).await.is_err());
        assert_eq!(fetches.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn only_the_refused_token_is_discarded() {
        let cache = TokenCache::new(Some(token("current", None)));
        cache.invalidate(&Secret::from("older")).await;
        let kept = cache.get(at(0), async { Ok(token("new", None)) }).await;
        assert_eq!(kept.unwrap().expose(), "current");
        cache.invalidate(&Secret::from("current")).await;
        let fetched = cache.get(at(0), async { Ok(token("new", None)) }).await;
        assert_eq!(fetched.unwrap().expose(), "new");
    }

    #[tokio::test]
    async fn a_refused_token_is_discarded_wherever_it_was_sent() {
        let url = "https://crm.example/people".parse().unwrap();
        let draft = Draft::new(Method::Post, url, Value::Null);
        let prepared = |authorization| Prepared::new(draft.clone()).with_authorization(authorization);
        for authorization in [
            Authorization::Scheme { scheme: "Token".into(), credentials: "key=current".into() },
            Authorization::Header { name: "x-session".into(), value: "current".into() },
            Authorization::Query { name: "session".into(), value: "current".into() },
            Authorization::Basic { user: "current".into(), password: "".into() },
        ] {
            let cache = TokenCache::new(Some(token("current", None)));
            let sent = prepared(authorization);
            assert_eq!(cache.invalidate_sent(&sent, false).await, Renewal::Unavailable);
            assert_eq!(
                cache.invalidate_sent(&Prepared::new(draft.clone()), true).await,
                Renewal::Unavailable
            );
            assert_eq!(cache.get(at(0), async { Ok(token("new", None)) }).await.unwrap().expose(), "current");
            assert_eq!(cache.invalidate_sent(&sent, true).await, Renewal::Available);
            assert_eq!(cache.get(at(0), async { Ok(token("new", None)) }).await.unwrap().expose(), "new");
        }
    }

    #[test]
    fn only_a_web_token_has_a_readable_expiry() {
        let claims = URL_SAFE_NO_PAD.encode(br#"{"exp":1700000900,"sid":169}"#);
        assert_eq!(jwt_expiry(&format!("h.{claims}.s")), Some(at(1_700_000_900)));
        for other in ["", "opaque", "a.b.c", "..", "h.e30.s"] {
            assert_eq!(jwt_expiry(other), None, "{other}");
        }
    }
}
