//! Selects the providers that `unicontact contract compare` and `record` send to.
//!
//! Without both `--live` and `--yes`, every provider must be on this machine. This is checked before anything is sent,
//! including logins. No fixture can change an address or a credential afterwards.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};
use unicontact::config::{Configuration, ConfiguredProvider, Sources};
use unicontact::providers::contact::Country;
use unicontact::providers::http::{BaseUrl, Http};
use unicontact::providers::{Description, Provider};
use unicontact_contract::{ConnectError, Fixtures, LiveCalls, LiveProvider};
use unicontact_sandbox::{Options, Sandbox, configuration_for};

use super::fixtures::{first_fixture, location};
use super::scenarios;
use crate::arguments::{Common, ContractLive};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::{output, sources};

/// The selected providers, and the sandbox that runs as long as they are used.
pub(crate) struct ContractTargets {
    pub(super) all: Vec<ContractTarget>,
    sandbox: Option<Sandbox>,
}

/// A selected provider.
pub(crate) struct ContractTarget {
    configured: ConfiguredProvider,
    /// Loaded again with the keys of each fixture.
    sources: Sources,
    /// Whether the provider is a stand-in of the sandbox in this process.
    is_stand_in: bool,
    /// The selected scenarios; all if empty.
    scenarios: Vec<String>,
}

impl ContractTargets {
    /// Selects the providers of these vendors that the arguments name. Sends nothing.
    pub(super) async fn select(
        common: &Common,
        live: &ContractLive,
        fixtures: &Fixtures,
        vendors: &[String],
    ) -> Result<Self, Failure> {
        let mut targets = match common.to.iter().find(|to| to.contains("://")) {
            Some(url) => stand_in_at(url, common, live)?,
            None if common.to.is_empty() => stand_ins(common).await?,
            None => configured(common)?,
        };
        if common.to.is_empty() || !live.source.vendor.is_empty() {
            targets.all.retain(|target| vendors.iter().any(|vendor| vendor == target.vendor()));
        }
        if let Some(vendor) = vendors.iter().find(|vendor| {
            fixtures.of_vendor(vendor).next().is_none()
                && targets.all.iter().any(|it| it.vendor() == **vendor)
        }) {
            return Err(Failure::new(
                FailureCode::InvalidInput,
                format!("{vendor} has no fixture, so there is no call to send; {}", first_fixture(vendor)),
            ));
        }
        if targets.all.is_empty() {
            return Err(Failure::new(
                FailureCode::Usage,
                "no provider of --to belongs to a vendor of --vendor; change one of the two selections",
            ));
        }
        for target in &targets.all {
            if !vendors.iter().any(|vendor| vendor == target.vendor()) {
                let (name, vendor) = (target.provider(), target.vendor());
                let folder = location(&live.source);
                return Err(Failure::new(
                    FailureCode::Usage,
                    format!(
                        "the provider {name} is of the vendor {vendor}, which has no fixtures in {folder}; name a folder that has \
                         them with --fixtures DIR, or {}",
                        first_fixture(vendor)
                    ),
                ));
            }
        }
        let selected = targets.all.iter().map(LiveProvider::vendor).collect();
        scenarios::require_known(&live.scenario, fixtures, &selected)?;
        targets.all.iter_mut().for_each(|target| target.scenarios.clone_from(&live.scenario));
        if !(live.live && live.yes) {
            targets.require_this_machine(fixtures)?;
        }
        Ok(targets)
    }

    fn require_this_machine(&self, fixtures: &Fixtures) -> Result<(), Failure> {
        let remote = self.all.iter().filter(|target| !target.is_on_this_machine());
        let consequences: Vec<String> = remote
            .map(|target| {
                let count = target.calls(fixtures).creates();
                let contacts = output::counted(count as u64, "contact", "contacts");
                format!("{contacts} would be created at {} ({})", target.provider(), target.hosts())
            })
            .collect();
        if consequences.is_empty() {
            return Ok(());
        }
        Err(Failure::new(
            FailureCode::NotConfirmed,
            format!(
                "{}; nothing was sent. The contacts would not be removed again. To create them, add --live --yes",
                consequences.join(", ")
            ),
        ))
    }

    /// Stops the sandbox of this process.
    pub(super) async fn stop(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop();
            sandbox.stopped().await;
        }
    }
}

impl ContractTarget {
    /// Returns the calls of the selected scenarios.
    pub(super) fn calls<'a>(&self, fixtures: &'a Fixtures) -> LiveCalls<'a> {
        let mut calls = LiveCalls::new(fixtures, self);
        calls.retain_scenarios(|scenario| scenarios::is_selected(scenario, &self.scenarios));
        calls
    }

    /// Describes the system for the provenance of a fixture, without queries and credentials.
    pub(super) fn source(&self) -> String {
        if self.is_stand_in {
            return "the sandbox of unicontact".to_owned();
        }
        if self.is_on_this_machine() {
            return "a server on the machine on which it was recorded".to_owned();
        }
        self.hosts()
    }

    pub(super) fn is_on_this_machine(&self) -> bool {
        self.configured.addresses().into_iter().all(BaseUrl::is_this_machine)
    }

    /// Returns the time that this number of requests takes at the provider's configured rate.
    pub(super) fn pace(&self, requests: usize) -> Duration {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        let interval = Duration::from_secs(1).checked_div(self.configured.settings.requests_per_second);
        interval.unwrap_or_default().saturating_mul(requests)
    }

    fn hosts(&self) -> String {
        let mut hosts: Vec<&str> = self.configured.addresses().into_iter().map(BaseUrl::host).collect();
        hosts.dedup();
        hosts.join(", ")
    }
}

impl LiveProvider for ContractTarget {
    fn provider(&self) -> &str {
        &self.configured.name
    }

    fn vendor(&self) -> &str {
        &self.configured.vendor
    }

    fn credentials(&self) -> BTreeSet<String> {
        self.configured.credentials.iter().cloned().collect()
    }

    fn is_described(&self) -> bool {
        let has_file = self.configured.description_file.is_some();
        has_file || Description::bundled(&self.configured.vendor).is_some()
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let mut configured = self.with_keys(keys)?;
        configured.settings.default_region = default_region;
        configured.connect(&http).map_err(|error| ConnectError(error.to_string()))
    }
}

impl ContractTarget {
    /// Returns the configuration of the provider with these keys in addition to its own.
    fn with_keys(&self, keys: &Map<String, Value>) -> Result<ConfiguredProvider, ConnectError> {
        let ConfiguredProvider { name, vendor, .. } = &self.configured;
        let mut sources = self.sources.clone();
        for (key, value) in keys {
            let path = format!("providers.{vendor}.{name}.{key}");
            sources
                .flags
                .extend(flags(path, value).map_err(|problem| ConnectError(format!("{key}: {problem}")))?);
        }
        let configuration = Configuration::load(&sources).map_err(|error| {
            let prefix = format!("providers.{vendor}.{name}.");
            let mistakes = error.mistakes.iter().map(|mistake| {
                let key = mistake.path.strip_prefix(&prefix).unwrap_or(&mistake.path);
                format!("{key}: {}", mistake.message)
            });
            ConnectError(mistakes.collect::<Vec<_>>().join("; "))
        })?;
        let found = configuration.providers.into_iter().find(|provider| provider.name == *name);
        let found = found.ok_or_else(|| ConnectError(format!("{name} is no longer configured")))?;
        if !found.is_same_access(&self.configured) {
            return Err(ConnectError("it would change an address or a credential".to_owned()));
        }
        Ok(found)
    }
}

/// Returns the flags that set a key to this value, one for each member of a table.
fn flags(path: String, value: &Value) -> Result<Vec<(String, String)>, &'static str> {
    match value {
        Value::String(text) => Ok(vec![(path, text.clone())]),
        Value::Bool(_) | Value::Number(_) => Ok(vec![(path, value.to_string())]),
        Value::Object(table) => {
            let members = table.iter().map(|(name, value)| flags(format!("{path}.{name}"), value));
            Ok(members.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Value::Null | Value::Array(_) => Err("write a text, a number, true, false or a table of them"),
    }
}

/// Returns the providers of the configuration.
fn configured(common: &Common) -> Result<ContractTargets, Failure> {
    let sources = sources::sources(common)?;
    let providers = sources::configuration(common)?.providers;
    let target = |configured| ContractTarget {
        configured,
        sources: sources.clone(),
        is_stand_in: false,
        scenarios: Vec::new(),
    };
    Ok(ContractTargets { all: providers.into_iter().map(target).collect(), sandbox: None })
}

/// Starts a sandbox in this process and returns its stand-ins.
async fn stand_ins(common: &Common) -> Result<ContractTargets, Failure> {
    let sandbox = Sandbox::start(Options { port: 0, ..Options::default() }).await.map_err(|error| {
        Failure::new(FailureCode::System, format!("the stand-ins cannot be started: {error}"))
    })?;
    let text = Some(sandbox.configuration());
    let sources = Sources { text, flags: sources::settings(common)?, ..Sources::default() };
    let providers = Configuration::load(&sources)?.providers;
    let target = |configured| ContractTarget {
        configured,
        sources: sources.clone(),
        is_stand_in: true,
        scenarios: Vec::new(),
    };
    Ok(ContractTargets { all: providers.into_iter().map(target).collect(), sandbox: Some(sandbox) })
}

/// Returns the stand-in at a URL on this machine, with an account of the sandbox.
fn stand_in_at(url: &str, common: &Common, live: &ContractLive) -> Result<ContractTargets, Failure> {
    let vendor = vendor_at(url, common, live)?;
    let text = Some(configuration_for(&Options::default().vendors, |_| url.to_owned()));
    let mut sources = Sources { text, flags: sources::settings(common)?, ..Sources::default() };
    for provider in Configuration::load(&sources)?.providers {
        // Overrides `--set`.
        let key = format!("providers.{}.{}.base_url", provider.vendor, provider.name);
        sources.flags.push((key, url.to_owned()));
    }
    let mut providers = Configuration::load(&sources)?.providers;
    providers.retain(|provider| provider.vendor == vendor);
    let target = |configured| ContractTarget {
        configured,
        sources: sources.clone(),
        is_stand_in: false,
        scenarios: Vec::new(),
    };
    Ok(ContractTargets { all: providers.into_iter().map(target).collect(), sandbox: None })
}

/// Returns the vendor of the stand-in at a URL.
fn vendor_at<'a>(url: &str, common: &Common, live: &'a ContractLive) -> Result<&'a str, Failure> {
    let [vendor] = live.source.vendor.as_slice() else {
        return Err(Failure::new(
            FailureCode::Usage,
            "--to URL is the stand-in of one vendor; name it with --vendor VENDOR",
        ));
    };
    if common.to.len() > 1 {
        return Err(Failure::new(FailureCode::Usage, "--to URL allows no other --to; remove the others"));
    }
    let parsed: BaseUrl =
        url.parse().map_err(|error| Failure::new(FailureCode::Usage, format!("--to: {error}")))?;
    if !parsed.is_this_machine() {
        return Err(Failure::new(
            FailureCode::Usage,
            "--to URL must be a stand-in on this machine. For another host, configure a provider with that base_url and \
             its credentials, and name it with --to NAME --live --yes",
        ));
    }
    Ok(vendor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target() -> ContractTarget {
        let vendors = Options::default().vendors;
        let text = Some(configuration_for(&vendors, |_| "http://127.0.0.1:9".to_owned()));
        let sources = Sources { text, ..Sources::default() };
        let providers = Configuration::load(&sources).unwrap().providers;
        let configured = providers.into_iter().find(|it| it.vendor == "smarttask").unwrap();
        ContractTarget { configured, sources, is_stand_in: false, scenarios: Vec::new() }
    }

    #[test]
    fn a_fixture_cannot_change_addresses_or_credentials() {
        for (key, value) in [
            ("base_url", "http://127.0.0.1:10"),
            ("token_url", "http://127.0.0.1:10"),
            ("access_token", "another"),
            ("client_id", "another"),
        ] {
            let keys = Map::from_iter([(key.to_owned(), json!(value))]);
            assert!(target().with_keys(&keys).is_err(), "{key}");
        }
        let keys = Map::from_iter([("use_created".to_owned(), json!(false))]);
        assert!(target().with_keys(&keys).is_ok());
    }

    #[test]
    fn a_table_of_a_fixture_is_set_member_by_member() {
        let table = json!({"score": "51c27e", "colours": {"eye": 7}});
        let expected = [("a.colours.eye", "7"), ("a.score", "51c27e")];
        let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec();
        let mut flags = flags("a".to_owned(), &table).unwrap();
        flags.sort();
        assert_eq!(flags, expected);
        assert!(super::flags("a".to_owned(), &json!({"list": [1]})).is_err());
    }
}
