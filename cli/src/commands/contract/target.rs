//! Selects the providers that `unicontact contract compare` and `record` send to.
//!
//! Without both `--live` and `--yes`, every provider must be on this machine. This is checked before anything is sent,
//! including logins.

use std::time::Duration;

use unicontact::config::{Configuration, ConfiguredProvider, Sources};
use unicontact::providers::http::BaseUrl;
use unicontact_contract::{Fixtures, LiveCalls, LiveProvider};
use unicontact_sandbox::{Options, Sandbox, configuration_for};

use super::fixtures::{first_fixture, location};
use super::purpose::{Purpose, refusals};
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
    pub(super) configured: ConfiguredProvider,
    /// Loaded again with the keys of each fixture.
    pub(super) sources: Sources,
    /// Whether the provider is a stand-in of the sandbox in this process.
    pub(super) is_stand_in: bool,
    /// The selected scenarios; all if empty.
    pub(super) scenarios: Vec<String>,
}

impl ContractTargets {
    /// Selects the providers of these vendors that the arguments name. Sends nothing.
    pub(super) async fn select(
        common: &Common,
        live: &ContractLive,
        fixtures: &Fixtures,
        vendors: &[String],
        purpose: Purpose,
    ) -> Result<Self, Failure> {
        if live.live && common.to.is_empty() {
            return Err(Failure::new(
                FailureCode::Usage,
                "--live sends to a provider of the configuration, and none is named; name it with --to NAME",
            ));
        }
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
            return Err(no_target(common, vendors));
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
            targets.require_this_machine(fixtures, purpose)?;
        }
        Ok(targets)
    }

    fn require_this_machine(&self, fixtures: &Fixtures, purpose: Purpose) -> Result<(), Failure> {
        let remote = self.all.iter().filter(|target| !target.is_on_this_machine());
        let consequences: Vec<String> = remote
            .map(|target| consequence(&purpose.calls(fixtures, target, &target.scenarios), target))
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

/// Returns the failure of a selection without a provider.
fn no_target(common: &Common, vendors: &[String]) -> Failure {
    let message = if common.to.iter().all(|to| to.contains("://")) {
        format!(
            "the command has no stand-in for {}; configure a provider of this vendor, and name it with --to NAME",
            vendors.join(", ")
        )
    } else {
        "no provider of --to belongs to a vendor of the fixtures or of --vendor; change one of the selections"
            .to_owned()
    };
    Failure::new(FailureCode::Usage, message)
}

/// Returns what the calls to a provider would do there.
fn consequence(calls: &LiveCalls<'_>, target: &ContractTarget) -> String {
    let contacts = output::counted(calls.creates() as u64, "contact", "contacts");
    let more = match calls.creates_if_accepted() {
        0 => String::new(),
        more => format!(" and {more} more if the vendor now accepts what it refused"),
    };
    let refusals = refusals(calls.refusals());
    let refusals = refusals.map_or_else(String::new, |refusals| format!(", {refusals} would be provoked"));
    format!("{contacts} would be created at {} ({}){more}{refusals}", target.provider(), target.hosts())
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
