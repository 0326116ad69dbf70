//! `unicontact providers`: lists the configured providers and what their vendors can store. Without a configuration it shows the
//! Rust adapters.

use std::path::Path;

use serde_json::{Value, json};
use unicontact::config::{Configuration, FILE_NAME};
use unicontact::providers::{ContactProvider, VENDORS, Vendor};
use unicontact::{FanOut, Pipeline, Policy};

use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::Page;
use crate::{output, sources};

pub(super) fn run(common: &Common) -> Result<Exit, Failure> {
    let is_configured = sources::name_a_provider(common) || Path::new(FILE_NAME).exists();
    let configuration = if is_configured { Some(sources::configuration(common)?) } else { None };
    let vendors = configuration.as_ref().map_or_else(adapters, vendors_of);
    let fan_out = configuration.as_ref().map(|it| super::setup::fan_out(it, Policy::All)).transpose()?;
    let targets = fan_out.as_ref().map(FanOut::pipelines).unwrap_or_default();
    match common.format {
        Format::Json => output::json(&json!({
            "vendors": with_adapters(vendors).iter().map(vendor_as_json).collect::<Vec<_>>(),
            "providers": targets.iter().map(|target| provider_as_json(target)).collect::<Vec<_>>(),
        }))?,
        Format::Human => {
            let mut page = Page::default();
            page.append(&output::vendors(&vendors));
            if let Some(configuration) = configuration.as_ref().filter(|_| !targets.is_empty()) {
                let targets = targets.iter().map(AsRef::as_ref);
                page.blank_line();
                page.table(&output::configured(&configuration.vendors, targets));
            }
            output::page(&page)?;
            output::note("To list all vendors: unicontact vendors");
        }
    }
    Ok(Exit::Done)
}

/// Returns the vendors with Rust adapters.
fn adapters() -> Vec<Vendor> {
    VENDORS.iter().copied().cloned().collect()
}

/// Returns the vendors of the configured providers, each once.
fn vendors_of(configuration: &Configuration) -> Vec<Vendor> {
    let mut vendors: Vec<Vendor> = Vec::new();
    for provider in &configuration.providers {
        if !vendors.iter().any(|vendor| vendor.name() == provider.vendor) {
            vendors.extend(configuration.vendors.by_name(&provider.vendor));
        }
    }
    vendors
}

/// Returns all Rust adapters, then the others of the vendors.
fn with_adapters(vendors: Vec<Vendor>) -> Vec<Vendor> {
    let others = vendors.into_iter().filter(|vendor| vendor.description().is_some());
    adapters().into_iter().chain(others).collect()
}

fn vendor_as_json(vendor: &Vendor) -> Value {
    let capabilities = vendor.capabilities();
    let mut json = json!({
        "vendor": vendor.name(),
        "title": vendor.title(),
        "source": vendor.source().as_str(),
        "dedupe": vendor.dedupe_key(),
        "find": capabilities.find,
        "check": capabilities.check,
        "fields": capabilities.fields,
    });
    if let Some(description) = vendor.description() {
        json["overwrites"] = json!(capabilities.overwrites);
        json["weakest_source"] = json!(description.weakest_source().as_str());
    }
    add_description(&mut json, vendor.source().file());
    json
}

fn provider_as_json(target: &Pipeline) -> Value {
    let (info, capabilities) = (target.provider().info(), target.provider().capabilities());
    let mut json = json!({
        "provider": info.name(),
        "vendor": info.vendor(),
        "dedupe": capabilities.dedupe,
        "find": capabilities.find,
        "check": capabilities.check,
    });
    add_description(&mut json, target.description_file());
    json
}

/// Adds the file that describes a vendor.
fn add_description(json: &mut Value, file: Option<&Path>) {
    if let Some(file) = file {
        json["description"] = json!(file.to_string_lossy());
    }
}
