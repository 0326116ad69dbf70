//! Whom `unicontact contract compare` and `record` ask.
//!
//! Its rule: nothing is asked of anybody but this machine unless both `--live` and `--yes` say so, and that is settled
//! before anything is sent, a login included. No fixture changes an address or a credential afterwards.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};
use unicontact::config::{Configuration, ConfiguredProvider, Sources};
use unicontact::providers::Provider;
use unicontact::providers::contact::Country;
use unicontact::providers::http::{BaseUrl, Http};
use unicontact_contract::{Fixtures, Live, NotConnected, Questions};
use unicontact_sandbox::{Options, Sandbox, configuration_for};

use crate::arguments::{Common, ContractLive};
use crate::exit::Failure;
use crate::sources;

/// Everybody who is asked, and the stand-ins that must run until they were.
pub(crate) struct Targets {
    pub(super) all: Vec<Target>,
    sandbox: Option<Sandbox>,
}

/// One provider that is asked.
pub(crate) struct Target {
    configured: ConfiguredProvider,
    /// Read again with what a fixture wants on top.
    sources: Sources,
    /// Whether it is one of the sandbox in this process.
    is_stand_in: bool,
}

impl Targets {
    /// The providers that the arguments name, of these vendors. Nothing is sent.
    pub(super) async fn of(
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
        if targets.all.is_empty() {
            return Err(Failure::new("no provider that is named is of a vendor that is named"));
        }
        for target in &targets.all {
            if !vendors.iter().any(|vendor| vendor == target.vendor()) {
                let (name, vendor) = (target.provider(), target.vendor());
                return Err(Failure::new(format!("there are no fixtures of {vendor}, the vendor of {name}")));
            }
        }
        if !(live.live && live.yes) {
            targets.refuse_real_vendors(fixtures)?;
        }
        Ok(targets)
    }

    fn refuse_real_vendors(&self, fixtures: &Fixtures) -> Result<(), Failure> {
        let real = self.all.iter().filter(|target| !target.is_on_this_machine());
        let told: Vec<String> = real
            .map(|target| {
                let count = Questions::of(fixtures, target).creates();
                let plural = if count == 1 { "" } else { "s" };
                format!(
                    "{count} contact{plural} would be created at {} ({})",
                    target.provider(),
                    target.hosts()
                )
            })
            .collect();
        if told.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{}; nothing was sent. What is created there stays there. If that is meant, add --live --yes",
            told.join(", ")
        )))
    }

    /// Stops the stand-ins of this process.
    pub(super) async fn stop(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop();
            sandbox.stopped().await;
        }
    }
}

impl Target {
    /// Where it is, for people: never a query, never a credential.
    pub(super) fn source(&self) -> String {
        if self.is_stand_in {
            return "the sandbox of unicontact".to_owned();
        }
        if self.is_on_this_machine() {
            return "a server on the machine of whoever recorded it".to_owned();
        }
        self.hosts()
    }

    pub(super) fn is_on_this_machine(&self) -> bool {
        self.configured.addresses().into_iter().all(BaseUrl::is_this_machine)
    }

    /// How long this many requests take, at the pace that the provider is configured for.
    pub(super) fn pace(&self, requests: usize) -> Duration {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        let pace = Duration::from_secs(1).checked_div(self.configured.settings.requests_per_second);
        pace.unwrap_or_default().saturating_mul(requests)
    }

    fn hosts(&self) -> String {
        let mut hosts: Vec<&str> = self.configured.addresses().into_iter().map(BaseUrl::host).collect();
        hosts.dedup();
        hosts.join(", ")
    }
}

impl Live for Target {
    fn provider(&self) -> &str {
        &self.configured.name
    }

    fn vendor(&self) -> &str {
        &self.configured.vendor
    }

    fn credentials(&self) -> BTreeSet<String> {
        self.configured.credentials.iter().cloned().collect()
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, NotConnected> {
        let mut configured = self.with(keys)?;
        configured.settings.default_region = default_region;
        configured.connect(&http).map_err(|error| NotConnected(error.to_string()))
    }
}

impl Target {
    /// The same provider with these keys on top of its own.
    fn with(&self, keys: &Map<String, Value>) -> Result<ConfiguredProvider, NotConnected> {
        let ConfiguredProvider { name, vendor, .. } = &self.configured;
        let mut sources = self.sources.clone();
        for (key, value) in keys {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                _ => return Err(NotConnected(format!("{key}: neither text, number, true nor false"))),
            };
            sources.flags.push((format!("providers.{vendor}.{name}.{key}"), text));
        }
        let configuration = Configuration::load(&sources).map_err(|error| {
            let of_this = format!("providers.{vendor}.{name}.");
            let mistakes = error.mistakes.iter().map(|mistake| {
                let key = mistake.path.strip_prefix(&of_this).unwrap_or(&mistake.path);
                format!("{key}: {}", mistake.message)
            });
            NotConnected(mistakes.collect::<Vec<_>>().join("; "))
        })?;
        let found = configuration.providers.into_iter().find(|provider| provider.name == *name);
        let found = found.ok_or_else(|| NotConnected(format!("{name} is no longer configured")))?;
        if !found.is_same_access(&self.configured) {
            return Err(NotConnected("it would change an address or a credential".to_owned()));
        }
        Ok(found)
    }
}

/// Those of the configuration.
fn configured(common: &Common) -> Result<Targets, Failure> {
    let sources = sources::sources(common)?;
    let providers = sources::configuration(common)?.providers;
    let target = |configured| Target { configured, sources: sources.clone(), is_stand_in: false };
    Ok(Targets { all: providers.into_iter().map(target).collect(), sandbox: None })
}

/// Those of a sandbox in this process.
async fn stand_ins(common: &Common) -> Result<Targets, Failure> {
    let sandbox = Sandbox::start(Options { port: 0, ..Options::default() })
        .await
        .map_err(|error| Failure::new(format!("the stand-ins cannot be started: {error}")))?;
    let text = Some(sandbox.configuration());
    let sources = Sources { text, flags: sources::settings(common)?, ..Sources::default() };
    let providers = Configuration::load(&sources)?.providers;
    let target = |configured| Target { configured, sources: sources.clone(), is_stand_in: true };
    Ok(Targets { all: providers.into_iter().map(target).collect(), sandbox: Some(sandbox) })
}

/// One at that address, with an account of the sandbox.
fn stand_in_at(url: &str, common: &Common, live: &ContractLive) -> Result<Targets, Failure> {
    let vendor = vendor_at(url, common, live)?;
    let text = Some(configuration_for(|_| url.to_owned()));
    let mut sources = Sources { text, flags: sources::settings(common)?, ..Sources::default() };
    for provider in Configuration::load(&sources)?.providers {
        // Stronger than what `--set` says.
        let key = format!("providers.{}.{}.base_url", provider.vendor, provider.name);
        sources.flags.push((key, url.to_owned()));
    }
    let mut providers = Configuration::load(&sources)?.providers;
    providers.retain(|provider| provider.vendor == vendor);
    let target = |configured| Target { configured, sources: sources.clone(), is_stand_in: false };
    Ok(Targets { all: providers.into_iter().map(target).collect(), sandbox: None })
}

/// The vendor whose stand-in the URL is.
fn vendor_at<'a>(url: &str, common: &Common, live: &'a ContractLive) -> Result<&'a str, Failure> {
    let [vendor] = live.source.vendor.as_slice() else {
        return Err(Failure::new("--to URL is one vendor's stand-in: say which with --vendor VENDOR"));
    };
    if common.to.len() > 1 {
        return Err(Failure::new("--to URL stands alone: one stand-in at a time"));
    }
    let parsed: BaseUrl = url.parse().map_err(|error| Failure::new(format!("--to: {error}")))?;
    if !parsed.is_this_machine() {
        return Err(Failure::new(
            "--to URL is a stand-in on this machine. Another vendor needs credentials: configure a provider with that \
             base_url, and name it with --to NAME --live --yes",
        ));
    }
    Ok(vendor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target() -> Target {
        let text = Some(configuration_for(|_| "http://127.0.0.1:9".to_owned()));
        let sources = Sources { text, ..Sources::default() };
        let providers = Configuration::load(&sources).unwrap().providers;
        let configured = providers.into_iter().find(|it| it.vendor == "smarttask").unwrap();
        Target { configured, sources, is_stand_in: false }
    }

    #[test]
    fn whatever_a_fixture_sets_the_access_stays_the_same() {
        for (key, value) in [
            ("base_url", "http://127.0.0.1:10"),
            ("token_url", "http://127.0.0.1:10"),
            ("access_token", "another"),
            ("client_id", "another"),
        ] {
            let keys = Map::from_iter([(key.to_owned(), json!(value))]);
            assert!(target().with(&keys).is_err(), "{key}");
        }
        let keys = Map::from_iter([("use_created".to_owned(), json!(false))]);
        assert!(target().with(&keys).is_ok());
    }
}
