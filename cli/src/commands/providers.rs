//! `unicontact providers`: lists the vendors of this build and the configured providers. Without a configuration it lists the
//! vendors alone.

use std::path::Path;

use serde_json::{Value, json};
use unicontact::config::FILE_NAME;
use unicontact::providers::{ContactProvider, VENDORS};
use unicontact::{FanOut, Policy};

use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::Page;
use crate::{output, sources};

pub(super) fn run(common: &Common) -> Result<Exit, Failure> {
    let is_configured = sources::name_a_provider(common) || Path::new(FILE_NAME).exists();
    let fan_out = if is_configured {
        Some(super::setup::fan_out(&sources::configuration(common)?, Policy::All)?)
    } else {
        None
    };
    match common.format {
        Format::Json => output::json(&as_json(fan_out.as_ref()))?,
        Format::Human => {
            let mut page = Page::default();
            page.append(&output::vendors());
            if let Some(fan_out) = &fan_out {
                page.blank_line();
                page.table(&output::configured(fan_out.pipelines().iter().map(AsRef::as_ref)));
            }
            output::page(&page)?;
        }
    }
    Ok(Exit::Done)
}

fn as_json(fan_out: Option<&FanOut>) -> Value {
    let vendors: Vec<Value> = VENDORS
        .iter()
        .map(|vendor| {
            let capabilities = vendor.capabilities();
            json!({
                "vendor": vendor.name(),
                "title": vendor.title(),
                "dedupe": vendor.dedupe_key(),
                "find": capabilities.find,
                "check": capabilities.check,
                "fields": capabilities.fields,
            })
        })
        .collect();
    let providers: Vec<Value> = fan_out
        .into_iter()
        .flat_map(FanOut::pipelines)
        .map(|target| {
            let (info, capabilities) = (target.provider().info(), target.provider().capabilities());
            json!({
                "provider": info.name(),
                "vendor": info.vendor(),
                "dedupe": capabilities.dedupe,
                "find": capabilities.find,
                "check": capabilities.check,
            })
        })
        .collect();
    json!({"vendors": vendors, "providers": providers})
}
