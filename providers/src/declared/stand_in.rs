//! A described vendor on this machine, whose answers are made of the description alone. The contract suite tests an adapter with
//! it.

mod answers;
mod required;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use self::answers::Answers;
use super::account_values::AccountValues;
use super::auth::chosen;
use super::credential::{Credential, TokenRequest};
use super::description::Description;
use super::draft::Mapper;
use super::judge::Judge;
use crate::authorization::Authorization;
use crate::clock::SystemClock;
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::ConnectionOptions;
use crate::contact::UnifiedContact;
use crate::error::{Effect, ErrorKind, Operation};
use crate::exchange::Exchange;
use crate::http::{Answer, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::token::NoStore;

/// Where the suite's server answers logins.
const LOGIN: &str = "/suite-login";
/// The token that a login issues.
const TOKEN: &str = "fake-issued-token";
/// The address of a vendor that is not asked.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A described vendor with made-up keys, and the contact that is sent to it.
pub(crate) struct StandIn {
    description: Arc<Description>,
    keys: Map<String, Value>,
    account: AccountValues,
    http: Http,
    contact: UnifiedContact,
}

impl StandIn {
    /// Returns the vendor of a description.
    ///
    /// # Errors
    ///
    /// When a provider cannot be connected with made-up keys.
    pub(crate) fn new(description: Arc<Description>, contact: UnifiedContact) -> Result<Self, ConfigError> {
        let keys = description.made_up_keys(&Map::new());
        let account = AccountValues::read(&description.rules.account, &mut keys.clone())?;
        let http = Http::new(Arc::new(SystemClock))
            .map_err(|error| ConfigProblem::new("base_url", format!("cannot be reached: {error}")))?;
        let contact = required::completed(contact, &description, &account);
        let stand_in = Self { description, keys, account, http, contact };
        stand_in.connect(NOWHERE, Duration::from_secs(1))?;
        Ok(stand_in)
    }

    pub(crate) fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// Returns the contact that is sent: it has what the vendor requires.
    pub(crate) fn contact(&self) -> &UnifiedContact {
        &self.contact
    }

    /// Returns a provider that sends to `url`.
    pub(crate) fn connect(&self, url: &str, timeout: Duration) -> Result<Provider, ConfigError> {
        let url = url.trim_end_matches('/');
        let mut keys = self.keys.clone();
        keys.insert("base_url".to_owned(), url.into());
        if self.token().is_some() {
            keys.insert("token_url".to_owned(), format!("{url}{LOGIN}").into());
        }
        let options = ConnectionOptions::new("tested").with_timeout(timeout);
        self.description.read(keys)?.connect_with_store(options, self.http.clone(), Arc::new(NoStore))
    }

    fn credential(&self) -> Option<&Credential> {
        chosen(&self.description.rules.credentials, &self.account)
    }

    fn token(&self) -> Option<&TokenRequest> {
        self.credential()?.token.as_ref()
    }

    /// Returns the path of the login and its answer, if the credential has one.
    pub(crate) fn login(&self) -> Option<(&'static str, Answer)> {
        self.token().map(|token| (LOGIN, answers::issued(token, TOKEN)))
    }

    /// Returns every credential in every form in which it is sent.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let of_account = self.account.secrets().map(|secret| secret.expose().to_owned());
        let issued = self.token().map(|_| TOKEN.to_owned());
        of_account.chain(self.pairs()).chain(issued).collect()
    }

    /// Returns what a row of the description says of an answer to a create.
    pub(crate) fn documented_answer(&self, answer: &Answer) -> Option<(ErrorKind, Effect)> {
        let judge = Judge::new(&self.description.rules, &self.account);
        let exchange = Exchange::new(Operation::Create, Value::Null, answer.clone(), Timestamp::UNIX_EPOCH);
        judge.documented(&exchange)
    }

    /// Returns the answers of the vendor to requests with the contact.
    pub(crate) fn answers(&self) -> Answers<'_> {
        let Description { rules, .. } = &*self.description;
        let mapper = Mapper::new(self.description.vendor(), self.description.title(), rules, &self.account);
        Answers { rules, account: &self.account, mapped: mapper.map(&self.contact, None).ok() }
    }

    /// Returns user name and password as a Basic authorization sends them.
    fn pairs(&self) -> Vec<String> {
        let fill = |template: &super::template::Template| {
            template.fill(|hole| self.account.text(hole)).map(Secret::from)
        };
        let pair = self.credential().and_then(|credential| credential.basic.as_ref());
        let pair = pair.and_then(|(user, password)| Some((fill(user)?, fill(password)?)));
        let pair = pair.map(|(user, password)| Authorization::Basic { user, password });
        let texts = pair.iter().flat_map(Authorization::secrets);
        // A user name is shown where it is no secret.
        texts.filter(|text| text.ends_with('=') || self.is_secret(text)).collect()
    }

    fn is_secret(&self, text: &str) -> bool {
        self.account.secrets().any(|secret| text.contains(secret.expose()))
    }
}
