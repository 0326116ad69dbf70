//! A described vendor as the contract suite tests it: its answers are made of the description alone.

mod answers;
mod unconnected;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use self::answers::Answers;
use self::unconnected::Unconnected;
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
use crate::draft::Method;
use crate::error::{Effect, ErrorKind, Operation};
use crate::exchange::Exchange;
use crate::http::{Answer, BaseUrl, Http};
use crate::provider::{ContactProvider, Provider};
use crate::secret::Secret;
use crate::testkit::{Preparation, Subject, full_contact};
use crate::token::NoStore;

/// Where the suite's server answers logins.
const LOGIN: &str = "/suite-login";
/// The token that a login issues.
const TOKEN: &str = "fake-issued-token";
/// The address of a vendor that is not asked.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A described vendor as [`testkit::run`](crate::testkit::run) tests it, with made-up keys.
///
/// Its answers come from the description, so the suite tests the reader of descriptions and the description's consistency. Whether
/// the vendor answers so, only fixtures say.
///
/// ```no_run
/// use unicontact_providers::{DescribedSubject, Description, testkit};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let hubspot = Description::bundled("hubspot").ok_or("this build has no HubSpot")?;
/// testkit::run(&DescribedSubject::new(hubspot)?).await?.assert_kept();
/// # Ok(())
/// # }
/// ```
pub struct DescribedSubject {
    description: Arc<Description>,
    keys: Map<String, Value>,
    account: AccountValues,
    http: Http,
}

impl DescribedSubject {
    /// Returns the vendor of a description.
    ///
    /// # Errors
    ///
    /// When a provider cannot be connected with made-up keys.
    pub fn new(description: Arc<Description>) -> Result<Self, ConfigError> {
        let keys = description.made_up_keys(&Map::new());
        let account = AccountValues::read(&description.rules.account, &mut keys.clone())?;
        let http = Http::new(Arc::new(SystemClock))
            .map_err(|error| ConfigProblem::new("base_url", format!("cannot be reached: {error}")))?;
        let subject = Self { description, keys, account, http };
        subject.try_connect(NOWHERE, Duration::from_secs(1))?;
        Ok(subject)
    }

    fn try_connect(&self, url: &str, timeout: Duration) -> Result<Provider, ConfigError> {
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

    /// Returns the answers of the vendor to requests with the suite's contact.
    fn answers(&self) -> Answers<'_> {
        let Description { rules, .. } = &*self.description;
        let mapper = Mapper::new(self.description.vendor(), self.description.title(), rules, &self.account);
        Answers { rules, account: &self.account, mapped: mapper.map(&full_contact(), None).ok() }
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

impl Subject for DescribedSubject {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        match self.try_connect(&base_url.to_string(), timeout) {
            Ok(provider) => Box::new(provider),
            Err(error) => Box::new(Unconnected::new(&self.description, &error)),
        }
    }

    fn created(&self, id: &str) -> Answer {
        self.answers().created(id)
    }

    fn secrets(&self) -> Vec<String> {
        let of_account = self.account.secrets().map(|secret| secret.expose().to_owned());
        let issued = self.token().map(|_| TOKEN.to_owned());
        of_account.chain(self.pairs()).chain(issued).collect()
    }

    fn refused(&self, message: &str) -> Option<Answer> {
        self.answers().refused(message)
    }

    fn preparations(&self) -> Vec<Preparation> {
        let login = |token| Preparation::new(Method::Post, LOGIN, answers::issued(token, TOKEN));
        self.token().map(login).into_iter().collect()
    }

    fn reading_posts(&self) -> Vec<String> {
        self.answers().reading_posts()
    }

    fn checked(&self) -> Answer {
        self.answers().checked()
    }

    fn found(&self, id: &str) -> Option<Answer> {
        self.answers().found(id)
    }

    fn found_nothing(&self) -> Option<Answer> {
        self.answers().found_nothing()
    }

    fn documented(&self, status: u16) -> Option<(ErrorKind, Effect)> {
        self.answers().documented(status)
    }

    fn documented_answer(&self, answer: &Answer) -> Option<(ErrorKind, Effect)> {
        let judge = Judge::new(&self.description.rules, &self.account);
        let exchange = Exchange::new(Operation::Create, Value::Null, answer.clone(), Timestamp::UNIX_EPOCH);
        judge.documented(&exchange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    #[tokio::test(flavor = "multi_thread")]
    async fn every_bundled_vendor_keeps_the_rules() {
        let mut runs = tokio::task::JoinSet::new();
        for name in Description::bundled_names() {
            let subject = DescribedSubject::new(Description::bundled(name).unwrap()).unwrap();
            runs.spawn(async move { (name, testkit::run(&subject).await.unwrap()) });
        }
        let reports = runs.join_all().await.into_iter().filter(|(_, report)| !report.is_kept());
        let broken: Vec<String> = reports.map(|(name, report)| format!("{name}\n{report}")).collect();
        assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    }
}
