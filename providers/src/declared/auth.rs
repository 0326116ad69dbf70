//! The credentials of one provider: what of them a draft names, and their values for each request.

mod tokens;

use super::account::Account;
use super::account_values::AccountValues;
use super::credential::{Credential, TOKEN};
use super::judge::Judge;
use super::template::Template;
use crate::authorization::Authorization;
use crate::connection::Connection;
use crate::draft::{Draft, Header, HeaderText};
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::secret::Secret;

pub(super) use self::tokens::Tokens;

/// The credentials of one provider. `Debug` shows none.
pub(super) struct Credentials {
    places: Vec<CredentialPlace>,
    /// Headers of the credential without a hole, which are no secret.
    plain: Vec<Header>,
    account: AccountValues,
    source: Source,
}

/// Where the values come from.
enum Source {
    /// The account alone.
    Account(Vec<Authorization>),
    Token(Box<Tokens>),
}

/// Where a credential goes.
enum CredentialPlace {
    Bearer(Template),
    Basic(Template, Template),
    /// `Authorization` with a scheme of the vendor's own.
    Scheme(String, Template),
    Header(String, Template),
    Query(String, Template),
}

/// Returns the first alternative whose keys are all set.
pub(super) fn chosen<'a>(credentials: &'a [Credential], account: &AccountValues) -> Option<&'a Credential> {
    credentials.iter().find(|credential| credential.keys().iter().all(|key| account.is_set(key)))
}

/// Returns the message about a provider of which no alternative has all of its keys.
pub(super) fn missing_keys(credentials: &[Credential], account: &Account) -> String {
    let names = |credential: &Credential| {
        let keys = credential.keys();
        let is_open = |key: &&String| account.key(key).is_some_and(|key| key.default.is_none());
        join(keys.iter().filter(is_open).map(String::as_str), "and")
    };
    let alternatives: Vec<String> = credentials.iter().map(names).collect();
    format!("is missing: set {}", alternatives.join(", or "))
}

fn join<'a>(names: impl Iterator<Item = &'a str>, word: &str) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [others @ .., before, last] => {
            let others = [others, &[*before]].concat().join(", ");
            format!("{others} {word} {last}")
        }
        names => names.concat(),
    }
}

impl Credentials {
    /// Returns the credentials of an alternative. `tokens` fetches its token, if it has one. `None` if a key is not set.
    pub(super) fn new(
        credential: &Credential,
        account: &AccountValues,
        tokens: Option<Tokens>,
    ) -> Option<Self> {
        let (open, literal): (Vec<_>, Vec<_>) =
            credential.headers.iter().partition(|(_, template)| template.holes().next().is_some());
        let mut places: Vec<CredentialPlace> = Vec::new();
        places.extend(credential.bearer.iter().cloned().map(CredentialPlace::Bearer));
        places.extend(
            credential
                .basic
                .iter()
                .map(|(user, password)| CredentialPlace::Basic(user.clone(), password.clone())),
        );
        places.extend(open.into_iter().map(|(name, template)| CredentialPlace::of_header(name, template)));
        let query = credential.query.iter();
        places.extend(query.map(|(name, text)| CredentialPlace::Query(name.clone(), text.clone())));
        let plain = literal.into_iter().map(|(name, template)| Header {
            name: name.clone().into(),
            value: HeaderText::Plain(template.as_str().to_owned().into()),
        });
        let source = match tokens {
            Some(tokens) => Source::Token(Box::new(tokens)),
            None => Source::Account(filled(&places, &|hole| account.text(hole))?),
        };
        Some(Self { plain: plain.collect(), places, account: account.clone(), source })
    }

    /// Returns the draft with every credential named.
    pub(super) fn name_in(&self, draft: Draft) -> Draft {
        let mut draft = draft;
        for header in &self.plain {
            if let HeaderText::Plain(text) = &header.value {
                draft = draft.with_header(header.name.clone(), text.clone());
            }
        }
        self.places.iter().fold(draft, |draft, place| match place {
            CredentialPlace::Bearer(_) => draft.with_secret_header("authorization", "Bearer"),
            CredentialPlace::Basic(..) => draft.with_secret_header("authorization", "Basic"),
            CredentialPlace::Scheme(scheme, _) => draft.with_secret_header("authorization", scheme.clone()),
            CredentialPlace::Header(name, _) => draft.with_secret_header(name.clone(), ""),
            CredentialPlace::Query(name, _) => draft.with_secret_query(name.clone()),
        })
    }

    /// Returns the headers of the credential that are no secret.
    pub(super) fn plain_headers(&self) -> &[Header] {
        &self.plain
    }

    /// Returns the credentials of a request. A token is fetched where there is none that can be used.
    pub(super) async fn authorizations(
        &self,
        connection: &Connection,
        judge: &Judge,
    ) -> Result<Vec<Authorization>, ProviderError> {
        let tokens = match &self.source {
            Source::Account(authorizations) => return Ok(authorizations.clone()),
            Source::Token(tokens) => tokens,
        };
        let token = tokens.get(connection, judge).await?;
        let value = |hole: &str| {
            if hole == TOKEN { Some(token.expose().to_owned()) } else { self.account.text(hole) }
        };
        filled(&self.places, &value).ok_or_else(|| {
            let message = "a key of the credential has no value";
            connection.error(Operation::Authenticate, ErrorKind::Config, message)
        })
    }

    /// Returns the tokens, if the credential has one.
    pub(super) fn tokens(&self) -> Option<&Tokens> {
        match &self.source {
            Source::Account(_) => None,
            Source::Token(tokens) => Some(tokens),
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Credentials(..)")
    }
}

fn filled(places: &[CredentialPlace], value: &dyn Fn(&str) -> Option<String>) -> Option<Vec<Authorization>> {
    places.iter().map(|place| place.fill(value)).collect()
}

impl CredentialPlace {
    fn of_header(name: &str, template: &Template) -> Self {
        let scheme = template.as_str().split_once(' ').filter(|(scheme, _)| !scheme.contains('{'));
        match scheme {
            Some((scheme, rest)) if name == "authorization" && !scheme.is_empty() => {
                Self::Scheme(scheme.to_owned(), Template::new(rest))
            }
            _ => Self::Header(name.to_owned(), template.clone()),
        }
    }

    fn fill(&self, value: &dyn Fn(&str) -> Option<String>) -> Option<Authorization> {
        let secret = |template: &Template| template.fill(value).map(Secret::from);
        Some(match self {
            Self::Bearer(token) => Authorization::Bearer(secret(token)?),
            Self::Basic(user, password) => {
                Authorization::Basic { user: secret(user)?, password: secret(password)? }
            }
            Self::Scheme(scheme, text) => {
                Authorization::Scheme { scheme: scheme.clone().into(), credentials: secret(text)? }
            }
            Self::Header(name, text) => {
                Authorization::Header { name: name.clone().into(), value: secret(text)? }
            }
            Self::Query(name, text) => {
                Authorization::Query { name: name.clone().into(), value: secret(text)? }
            }
        })
    }
}
