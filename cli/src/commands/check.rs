//! `unicontact check`: checks the configuration and, with `--online`, the credentials. It changes no data.
//!
//! Where a vendor documents no request that proves its credentials without changing data, they count as not checked.

use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use unicontact::Policy;
use unicontact::config::{Configuration, ConfiguredProvider};
use unicontact::providers::http::BaseUrl;
use unicontact::providers::{ContactProvider, ErrorKind};

use crate::arguments::{Check, Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::{Checked, Page};
use crate::{output, sources};

pub(super) async fn run(common: &Common, check: &Check) -> Result<Exit, Failure> {
    let configuration = sources::configuration(common)?;
    warn_about_placeholders(&configuration);
    let fan_out = super::setup::fan_out(&configuration, Policy::All)?;
    if !check.online {
        let targets = fan_out.pipelines().iter().map(AsRef::as_ref);
        match common.format {
            Format::Json => {
                let names: Vec<&str> =
                    fan_out.pipelines().iter().map(|it| it.provider().info().name()).collect();
                let mut json = json!({"configuration": "good", "providers": names});
                let hosts: Map<String, Value> = described_hosts(&configuration)
                    .map(|(name, hosts)| (name.to_owned(), json!(hosts)))
                    .collect();
                if !hosts.is_empty() {
                    json["hosts"] = hosts.into();
                }
                output::json(&json)?;
            }
            Format::Human => {
                let mut page = Page::default();
                page.table(&output::configured(&configuration.vendors, targets));
                for (name, hosts) in described_hosts(&configuration) {
                    page.line(&format!("{name} sends its credentials to {}.", hosts.join(" and ")));
                }
                output::page(&page)?;
                output::note(
                    "The configuration is good. To check the credentials at the vendors, add --online.",
                );
            }
        }
        return Ok(Exit::Done);
    }
    let checks = fan_out.pipelines().iter().map(async |target| (&**target, target.provider().check().await));
    let checks: Vec<Checked<'_>> = join_all(checks).await;
    match common.format {
        Format::Json => output::json(&json!({"providers": checks.iter().map(as_json).collect::<Vec<_>>()}))?,
        Format::Human => {
            output::page(&output::checks(&checks))?;
        }
    }
    Ok(if checks.iter().all(is_good_or_unchecked) { Exit::Done } else { Exit::Incomplete })
}

/// Returns the providers whose vendor has a description, each with the hosts that get its credentials.
fn described_hosts(configuration: &Configuration) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let is_described = |provider: &&ConfiguredProvider| {
        let vendor = configuration.vendors.by_name(&provider.vendor);
        vendor.is_some_and(|vendor| vendor.description().is_some())
    };
    configuration.providers.iter().filter(is_described).map(|provider| {
        let mut hosts: Vec<&str> = provider.addresses().into_iter().map(BaseUrl::host).collect();
        hosts.dedup();
        (provider.name.as_str(), hosts)
    })
}

fn warn_about_placeholders(configuration: &Configuration) {
    for provider in &configuration.providers {
        for key in &provider.placeholders {
            let (vendor, name) = (&provider.vendor, &provider.name);
            output::message(&format!(
                "warning: providers.{vendor}.{name}.{key} is still replace-me: set your credential"
            ));
        }
    }
    for key in configuration.queue.iter().flat_map(|queue| &queue.placeholders) {
        output::warning(&format!("queue.{key} is still replace-me: set your credential"));
    }
}

fn is_good_or_unchecked((_, result): &Checked<'_>) -> bool {
    match result {
        Ok(()) => true,
        Err(error) => error.kind() == ErrorKind::Unsupported,
    }
}

fn as_json((target, result): &Checked<'_>) -> Value {
    let credentials = match result {
        Ok(()) => "good",
        Err(error) if error.kind() == ErrorKind::Unsupported => "not_checked",
        Err(_) => "bad",
    };
    let info = target.provider().info();
    let mut json = json!({"provider": info.name(), "vendor": info.vendor(), "credentials": credentials});
    if let Some(file) = target.description_file() {
        json["description"] = json!(file.to_string_lossy());
    }
    if let Err(error) = result {
        json["error"] = json!(error);
    }
    json
}
