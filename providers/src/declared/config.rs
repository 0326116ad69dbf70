//! The keys of a provider whose vendor is described.

mod keys;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use self::keys::OwnKeys;
pub(super) use self::keys::REFRESH_TOKEN_STORE;
use super::account_kind::is_dots;
use super::account_values::AccountValues;
use super::auth::{chosen, missing_keys};
use super::credential::{Credential, Grant, TokenRequest};
use super::description::Description;
use super::provider::{Access, Declared};
use super::request::{address, filled_address};
use super::template::Template;
use super::wait::is_time_zone;
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::ConnectionOptions;
use crate::http::{BaseUrl, BaseUrlError, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::token::{NoStore, RefreshTokenFile, RefreshTokenStore};
use crate::vendor::VendorConfig;

/// The configuration of a provider whose vendor is described.
#[derive(Clone)]
struct DeclaredConfig {
    description: Arc<Description>,
    account: AccountValues,
    /// The API's address, unless it cannot be made of the keys.
    base: Result<BaseUrl, ConfigProblem>,
    /// Where the token is fetched, if the chosen credential has one.
    token_url: Result<Option<BaseUrl>, ConfigProblem>,
    refresh_token_store: Option<PathBuf>,
    accepts_overwrite: bool,
}

impl Description {
    /// Reads the keys of a provider. A number or a boolean may be written as text, as environment variables write it.
    ///
    /// # Errors
    ///
    /// The first key that is unknown, missing or of another type. The message repeats no value.
    pub fn read(self: &Arc<Self>, keys: Map<String, Value>) -> Result<Box<dyn VendorConfig>, ConfigProblem> {
        Ok(Box::new(DeclaredConfig::read(Arc::clone(self), keys)?))
    }
}

impl Declared {
    /// Returns the adapter that these configuration keys describe, which sends through `http`.
    ///
    /// # Errors
    ///
    /// The keys that are wrong.
    pub fn connect(
        description: Arc<Description>,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Self, ConfigError> {
        DeclaredConfig::read(description, keys)?.connect_to(options, http, None)
    }
}

impl DeclaredConfig {
    fn read(description: Arc<Description>, mut keys: Map<String, Value>) -> Result<Self, ConfigProblem> {
        keys.retain(|_, value| !value.is_null());
        keys::check_names(&description, &keys)?;
        let own = OwnKeys::take(&mut keys)?;
        let rules = &description.rules;
        let account = AccountValues::read(&rules.account, &mut keys)?;
        keys::check_required(&rules.account, &account)?;
        let base = match own.base_url {
            Some(own) => Ok(own),
            None => filled_address(&rules.base, &rules.account, &account)
                .map_err(|message| ConfigProblem::new("base_url", message)),
        };
        let token = chosen(&rules.credentials, &account).and_then(|credential| credential.token.as_ref());
        let token_url = match (token, own.token_url) {
            (None, _) => Ok(None),
            (Some(_), Some(own)) => Ok(Some(own)),
            (Some(token), None) => token_address(&description, token, base.as_ref().ok(), &account),
        };
        Ok(Self {
            description,
            account,
            base,
            token_url,
            refresh_token_store: own.refresh_token_store,
            accepts_overwrite: own.accept_overwrite,
        })
    }

    fn credential(&self) -> Option<&Credential> {
        chosen(&self.description.rules.credentials, &self.account)
    }

    /// Returns the request for a token, if the refresh token is another one after each use.
    fn rotating(&self) -> Option<&TokenRequest> {
        let token = self.credential()?.token.as_ref()?;
        (token.grant == Grant::RefreshToken && token.rotates).then_some(token)
    }

    /// Returns the problems of the keys. `has_store` is whether the caller stores refresh tokens.
    fn check(&self, has_store: bool) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        problems.extend(self.credential_problem());
        problems.extend(self.base.as_ref().err().cloned());
        problems.extend(self.token_url.as_ref().err().cloned());
        problems.extend(self.path_problems());
        problems.extend(self.dots_problems());
        problems.extend(self.zone_problems());
        problems.extend(self.overwrite_problem());
        if self.rotating().is_some() && !has_store && self.refresh_token_store.is_none() {
            let message =
                "is missing: set a file for the next refresh token, since each may be good for one use only";
            problems.push(ConfigProblem::new("refresh_token_store", message));
        }
        problems
    }

    fn credential_problem(&self) -> Option<ConfigProblem> {
        if self.credential().is_some() {
            return None;
        }
        let rules = &self.description.rules;
        let key = rules.credentials.iter().flat_map(Credential::keys).find(|key| !self.account.is_set(key));
        let message = missing_keys(&rules.credentials, &rules.account);
        Some(ConfigProblem::new(key.unwrap_or_default(), message))
    }

    /// Returns the keys that are not set and without which a path cannot be made.
    fn path_problems(&self) -> Vec<ConfigProblem> {
        let rules = &self.description.rules;
        let check = rules.check.iter().map(|check| (&check.request.path, "[check]"));
        let paths = [(&rules.create.path, "[create]")].into_iter().chain(check);
        let is_missing =
            |hole: &&str| rules.account.key_of_hole(hole).is_some() && !self.account.is_set_hole(hole);
        paths
            .filter_map(|(path, table)| {
                let hole = path.holes().find(is_missing)?;
                let message = format!("is missing: the path of {table} in the description needs it");
                Some(ConfigProblem::new(hole.to_owned(), message))
            })
            .collect()
    }

    /// Returns the keys whose values would make other paths than those of the description.
    fn dots_problems(&self) -> Vec<ConfigProblem> {
        let rules = &self.description.rules;
        let reads = rules.check.iter().map(|check| &check.request.path);
        let reads = reads.chain(rules.finds.iter().map(|find| &find.request.path));
        let text = |hole: &str| self.account.text(hole);
        let leads_elsewhere = |path: &&Template| {
            let filled = path.fill(|hole| Some(text(hole).unwrap_or_default()));
            filled.is_some_and(|path| path.split('/').any(is_dots))
        };
        let paths = std::iter::once(&rules.create.path).chain(reads).filter(leads_elsewhere);
        let keys: BTreeSet<&str> = paths
            .flat_map(Template::holes)
            .filter(|hole| text(hole).is_some_and(|text| is_dots(&text)))
            .collect();
        let message = "expected one part of a path, which is never `.` or `..`";
        keys.into_iter().map(|key| ConfigProblem::new(key.to_owned(), message)).collect()
    }

    /// Returns the keys that should name a time zone and do not.
    fn zone_problems(&self) -> Vec<ConfigProblem> {
        let is_wrong = |zone: &&Template| {
            let name = zone.fill(|hole| self.account.text(hole));
            !name.is_some_and(|name| is_time_zone(&name))
        };
        let wrong = self.description.rules.zones().filter(is_wrong);
        let keys: BTreeSet<&str> =
            wrong.flat_map(Template::holes).filter_map(|hole| hole.split('.').next()).collect();
        let message = "not a time zone (expected an IANA name such as Europe/Berlin)";
        keys.into_iter().map(|key| ConfigProblem::new(key.to_owned(), message)).collect()
    }

    fn overwrite_problem(&self) -> Option<ConfigProblem> {
        let keys = &self.description.capabilities().overwrites;
        if keys.is_empty() || self.accepts_overwrite {
            return None;
        }
        let message = format!(
            "is missing: a create at {} replaces a contact that has the same {}. Set it to true if that may happen",
            self.description.title(),
            keys.join(" or ").replace('_', " ")
        );
        Some(ConfigProblem::new("accept_overwrite", message))
    }

    /// Returns the adapter. `store` keeps refresh tokens; without it, the file of the configuration does.
    fn connect_to(
        &self,
        options: ConnectionOptions,
        http: Http,
        store: Option<Arc<dyn RefreshTokenStore>>,
    ) -> Result<Declared, ConfigError> {
        ConfigError::unless_empty(self.check(store.is_some()))?;
        let file = || {
            let path = self.refresh_token_store.as_ref()?;
            Some(Arc::new(RefreshTokenFile::new(path)) as Arc<dyn RefreshTokenStore>)
        };
        let token_url = self.token_url.clone()?.map(|url| url.join(&[]));
        let access = Access {
            account: self.account.clone(),
            base: self.base.clone()?,
            token: token_url.map(|url| (url, store.or_else(file).unwrap_or_else(|| Arc::new(NoStore)))),
        };
        Declared::new(Arc::clone(&self.description), access, options, http)
    }
}

/// Returns where a token is fetched: below the base, or at an address of its own.
fn token_address(
    description: &Description,
    token: &TokenRequest,
    base: Option<&BaseUrl>,
    account: &AccountValues,
) -> Result<Option<BaseUrl>, ConfigProblem> {
    let problem = |message: String| ConfigProblem::new("token_url", message);
    if token.url.as_str().starts_with('/') {
        // Without a base, that problem is reported.
        let Some(base) = base else {
            return Ok(None);
        };
        let url = address(base, &token.url, &[], &|name, _| account.text(name));
        let text = url.ok_or_else(|| problem("cannot be made of these keys".to_owned()))?;
        let parsed = text.as_str().parse();
        return parsed.map(Some).map_err(|error: BaseUrlError| problem(format!("cannot be made: {error}")));
    }
    filled_address(&token.url, &description.rules.account, account).map(Some).map_err(problem)
}

impl VendorConfig for DeclaredConfig {
    fn addresses(&self) -> Vec<&BaseUrl> {
        let token_url = self.token_url.as_ref().ok().and_then(Option::as_ref);
        self.base.iter().chain(token_url).collect()
    }

    fn account_keys(&self) -> Vec<(&str, String)> {
        let account = &self.description.rules.account;
        let keys: BTreeSet<&str> = self
            .description
            .rules
            .create
            .path
            .holes()
            .filter_map(|hole| account.key_of_hole(hole))
            .filter(|key| !key.is_secret)
            .map(|key| key.name.as_str())
            .collect();
        keys.into_iter().filter_map(|key| Some((key, self.account.text(key)?))).collect()
    }

    fn secrets(&self) -> Vec<(&str, Option<&Secret>)> {
        let keys = self.description.rules.account.keys.iter().filter(|key| key.is_secret);
        keys.map(|key| (key.name.as_str(), self.account.secret(&key.name))).collect()
    }

    fn derived_keys(&self) -> Vec<(&str, String)> {
        let keys = self.description.rules.account.keys.iter();
        let derived = keys.filter(|key| key.derive.is_some() && !key.is_secret);
        derived.filter_map(|key| Some((key.name.as_str(), self.account.text(&key.name)?))).collect()
    }

    fn store(&self) -> Option<&Path> {
        self.refresh_token_store.as_deref()
    }

    fn resolve_paths(&mut self, directory: &Path, provider: &str) {
        if self.rotating().is_none() && self.refresh_token_store.is_none() {
            return;
        }
        let unnamed = || PathBuf::from(format!(".unicontact-{provider}-refresh-token"));
        let store = self.refresh_token_store.take().unwrap_or_else(unnamed);
        self.refresh_token_store = Some(directory.join(store));
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        self.check(false)
    }

    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        self.connect_to(options, http, None).map(Provider::from)
    }

    fn connect_with_store(
        &self,
        options: ConnectionOptions,
        http: Http,
        store: Arc<dyn RefreshTokenStore>,
    ) -> Result<Provider, ConfigError> {
        self.connect_to(options, http, Some(store)).map(Provider::from)
    }
}

impl fmt::Debug for DeclaredConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeclaredConfig")
            .field("vendor", &self.description.vendor())
            .finish_non_exhaustive()
    }
}
