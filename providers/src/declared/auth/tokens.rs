//! Access tokens that a provider fetches: by a login, for its client, or with a refresh token.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::authorization::Authorization;
use crate::connection::Connection;
use crate::declared::account_values::AccountValues;
use crate::declared::credential::{CLIENT_ID, CLIENT_SECRET, Expiry, Grant, REFRESH_TOKEN, TokenRequest};
use crate::declared::judge::Judge;
use crate::declared::read_path::ReadPath;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::prepared::Prepared;
use crate::secret::Secret;
use crate::token::{
    GrantReader, GrantedTokens, RefreshTokenStore, RefreshTokens, Renewal, Token, TokenCache,
};

/// No token lives as many seconds as have passed since 1970.
const LEAST_EPOCH: f64 = 1e9;

/// The access tokens of one provider.
pub(in crate::declared) struct Tokens {
    request: TokenRequest,
    url: Url,
    account: AccountValues,
    cache: TokenCache,
    /// The source of the tokens, where they are fetched with a refresh token.
    refresh: Option<RefreshTokens>,
}

impl Tokens {
    /// Returns the tokens that a request to `url` fetches. `store` keeps refresh tokens.
    pub(in crate::declared) fn new(
        request: &TokenRequest,
        url: Url,
        account: &AccountValues,
        store: Arc<dyn RefreshTokenStore>,
    ) -> Self {
        let mut tokens = Self {
            request: request.clone(),
            url,
            account: account.clone(),
            cache: TokenCache::default(),
            refresh: None,
        };
        tokens.refresh = tokens.refresh_tokens(store);
        tokens
    }

    fn refresh_tokens(&self, store: Arc<dyn RefreshTokenStore>) -> Option<RefreshTokens> {
        if self.request.grant != Grant::RefreshToken {
            return None;
        }
        let secret = |key| self.account.text(key).map(Secret::from);
        let (id, secret, configured) = (secret(CLIENT_ID)?, secret(CLIENT_SECRET)?, secret(REFRESH_TOKEN)?);
        let reader = TokenReader::new(&self.request);
        let tokens = RefreshTokens::new(self.url.clone(), configured, id, secret, store)
            .with_form(self.form())
            .with_reader(GrantReader::new(move |body, at| reader.read(body, at)));
        Some(if self.request.sends_basic { tokens.with_client_in_header() } else { tokens })
    }

    /// Returns a token that can be used.
    pub(in crate::declared) async fn get(
        &self,
        connection: &Connection,
        judge: &Judge,
    ) -> Result<Secret, ProviderError> {
        self.cache.get(connection.http.now(), self.fetch(connection, judge)).await
    }

    /// Discards the token of a request that the vendor refused.
    pub(in crate::declared) async fn invalidate_sent(&self, sent: &Prepared) -> Renewal {
        self.cache.invalidate_sent(sent, true).await
    }

    /// Discards the token if it is a part of these credentials.
    pub(in crate::declared) async fn invalidate_in(&self, authorizations: &[Authorization]) {
        self.cache.invalidate_in(authorizations).await;
    }

    async fn fetch(&self, connection: &Connection, judge: &Judge) -> Result<Token, ProviderError> {
        match &self.refresh {
            Some(refresh) => refresh.renew(connection).await,
            None => self.log_in(connection, judge).await,
        }
    }

    async fn log_in(&self, connection: &Connection, judge: &Judge) -> Result<Token, ProviderError> {
        let exchange = self.request_token(connection).await?;
        let body = judge.read(&connection.info, &exchange)?;
        let granted = body.map(|body| TokenReader::new(&self.request).read(&body, exchange.answered_at));
        granted.and_then(|granted| granted.access_token).ok_or_else(|| {
            let kind = match self.request.grant {
                Grant::Login => ErrorKind::Unauthenticated,
                Grant::ClientCredentials | Grant::RefreshToken => ErrorKind::UnexpectedResponse,
            };
            let message =
                format!("the answer to the login holds no token at `{}`", self.request.path.as_str());
            exchange.no_readable_token(&connection.info, kind, &message)
        })
    }

    async fn request_token(&self, connection: &Connection) -> Result<Exchange, ProviderError> {
        let (operation, url) = (Operation::Authenticate, self.url.clone());
        if let Some(body) = self.request.body.as_ref().filter(|_| !self.request.is_form) {
            let body = body.fill(&|hole| self.account.json(hole)).unwrap_or_else(|| json!({}));
            return connection.post(operation, url, body, self.client()).await;
        }
        let (form, secrets) = self.login_form();
        connection.post_form_as(operation, url, form, secrets, self.client()).await
    }

    /// Returns the form of a login, and its values.
    fn login_form(&self) -> (Secret, Value) {
        let mut form = Serializer::new(String::new());
        let mut secrets = Vec::new();
        for (name, value) in self.client_form().into_iter().chain(self.form()) {
            form.append_pair(&name, value.expose());
            secrets.push(value.expose().to_owned());
        }
        (Secret::from(form.finish()), json!(secrets))
    }

    /// Returns the client as a credential, where the form does not name it.
    fn client(&self) -> Option<Authorization> {
        let secret = |key| self.account.text(key).map(Secret::from);
        if !self.request.sends_basic {
            return None;
        }
        Some(Authorization::Basic { user: secret(CLIENT_ID)?, password: secret(CLIENT_SECRET)? })
    }

    /// Returns the members of the form that the grant itself has.
    fn client_form(&self) -> Vec<(String, Secret)> {
        if self.request.grant != Grant::ClientCredentials || self.request.body.is_some() {
            return Vec::new();
        }
        let mut form = vec![("grant_type".to_owned(), Secret::from("client_credentials"))];
        if !self.request.sends_basic {
            let member = |key: &str| Some((key.to_owned(), Secret::from(self.account.text(key)?)));
            form.extend([CLIENT_ID, CLIENT_SECRET].into_iter().filter_map(member));
        }
        form
    }

    /// Returns the scopes, and the members of the form that the description names.
    fn form(&self) -> Vec<(String, Secret)> {
        let account = |hole: &str| self.account.text(hole);
        let scopes: Vec<String> =
            self.request.scopes.iter().filter_map(|scope| scope.fill(account)).collect();
        let scope = (!scopes.is_empty()).then(|| ("scope".to_owned(), Secret::from(scopes.join(" "))));
        let named = self
            .request
            .form
            .iter()
            .filter_map(|(name, text)| Some((name.clone(), Secret::from(text.fill(account)?))));
        scope.into_iter().chain(self.body_as_form()).chain(named).collect()
    }

    /// Returns the members of the body, where it travels as a form.
    fn body_as_form(&self) -> Vec<(String, Secret)> {
        let body = self.request.body.as_ref().filter(|_| self.request.is_form);
        let filled = body.and_then(|body| body.fill(&|hole| self.account.json(hole)));
        let Some(Value::Object(members)) = filled else {
            return Vec::new();
        };
        let text = |value: &Value| unicontact_model::id_text(value);
        members.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?.into()))).collect()
    }
}

/// Reads the tokens of an answer.
struct TokenReader {
    token: ReadPath,
    refresh_token: Option<ReadPath>,
    expires: Expiry,
}

impl TokenReader {
    fn new(request: &TokenRequest) -> Self {
        // A refresh token stands beside the access token.
        let path = match request.path.as_str().rsplit_once('.') {
            Some((parent, _)) => format!("{parent}.{REFRESH_TOKEN}"),
            None => REFRESH_TOKEN.to_owned(),
        };
        Self {
            token: request.path.clone(),
            refresh_token: ReadPath::parse(&path).ok(),
            expires: request.expires.clone(),
        }
    }

    fn read(&self, body: &Value, answered_at: Timestamp) -> GrantedTokens {
        let token = self.token.first_text(body).map(Secret::from);
        let refresh_token = self.refresh_token.as_ref().and_then(|path| path.first_text(body));
        GrantedTokens {
            access_token: token.map(|secret| self.token(secret, body, answered_at)),
            refresh_token: refresh_token.map(Secret::from),
        }
    }

    fn token(&self, secret: Secret, body: &Value, answered_at: Timestamp) -> Token {
        let end_after = |life: Duration| answered_at.checked_add(life).ok();
        let expires_at = match &self.expires {
            Expiry::Jwt => return Token::from_jwt(secret),
            Expiry::After(life) => end_after(*life),
            Expiry::Usual => {
                let usual = body.get("expires_in").and_then(unicontact_model::scalar_text);
                usual.and_then(|text| end_of(&text, 1.0, answered_at))
            }
            Expiry::At { path, is_milliseconds } => {
                let factor = if *is_milliseconds { 0.001 } else { 1.0 };
                path.first_text(body).and_then(|text| end_of(&text, factor, answered_at))
            }
        };
        Token { secret, expires_at }
    }
}

/// Returns when a token ends: at a time, or after a number of seconds or, with a `factor`, of other units. A number that is too
/// large for a lifetime counts from 1970.
fn end_of(text: &str, factor: f64, answered_at: Timestamp) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let seconds = text.parse::<f64>().ok()? * factor;
    let from = if seconds < LEAST_EPOCH { answered_at } else { Timestamp::UNIX_EPOCH };
    from.checked_add(Duration::try_from_secs_f64(seconds).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::json_template::JsonTemplate;
    use crate::declared::time_span;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn read(path: &str, expires: Expiry, body: &Value) -> (Option<Token>, Option<Secret>) {
        let request = TokenRequest {
            grant: Grant::Login,
            url: crate::declared::template::Template::new("/login"),
            sends_basic: false,
            body: Some(JsonTemplate::Literal(Value::Null)),
            form: Vec::new(),
            is_form: false,
            path: ReadPath::parse(path).unwrap(),
            expires,
            rotates: false,
            scopes: Vec::new(),
        };
        let granted = TokenReader::new(&request).read(body, at(1_000));
        (granted.access_token, granted.refresh_token)
    }

    #[test]
    fn each_way_to_say_when_a_token_ends_is_read() {
        let body = json!({"data": {"token": "h.eyJleHAiOjE3MDAwMDA5MDB9.s", "refresh_token": "next", "life": 90_000, "ends": "60", "at": "1970-01-01T00:20:00Z", "epoch": 1_700_000_000_500_i64}, "expires_in": "30.5"});
        let path = |text: &str| ReadPath::parse(text).unwrap();
        for (expires, end) in [
            (Expiry::Usual, Some(1_030)),
            (Expiry::After(time_span::parse("2h").unwrap()), Some(8_200)),
            (Expiry::At { path: path("data.life"), is_milliseconds: true }, Some(1_090)),
            (Expiry::At { path: path("data.ends"), is_milliseconds: false }, Some(1_060)),
            (Expiry::At { path: path("data.none"), is_milliseconds: false }, None),
            (Expiry::At { path: path("data.at"), is_milliseconds: false }, Some(1_200)),
            (Expiry::At { path: path("data.epoch"), is_milliseconds: true }, Some(1_700_000_000)),
            (Expiry::Jwt, Some(1_700_000_900)),
        ] {
            let (token, refresh_token) = read("data.token", expires.clone(), &body);
            let token = token.unwrap();
            assert_eq!(token.expires_at.map(Timestamp::as_second), end, "{expires:?}");
            assert_eq!(refresh_token, Some("next".into()));
            assert!(token.secret.expose().starts_with("h."));
        }
    }

    #[test]
    fn a_life_that_is_no_time_is_unknown_and_a_missing_token_is_none() {
        for life in [json!(-5), json!("soon"), json!(1e300), json!(null), json!({})] {
            let (token, refresh_token) = read("t", Expiry::Usual, &json!({"t": "x", "expires_in": life}));
            assert_eq!((token.unwrap().expires_at, refresh_token), (None, None), "{life}");
        }
        for body in [json!({}), json!({"t": ""}), json!({"t": null}), json!([]), json!("t")] {
            assert!(read("t", Expiry::Usual, &body).0.is_none(), "{body}");
        }
    }
}
