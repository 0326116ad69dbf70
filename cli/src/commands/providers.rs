//! `unicontact providers`: the vendors of this build, and the providers that are configured.
//!
//! Its rule: it works without a configuration, and then shows the vendors alone.

use serde_json::{Value, json};
use unicontact::providers::{ContactProvider, VENDORS};
use unicontact::{FanOut, Policy};

use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) fn run(common: &Common) -> Result<Exit, Failure> {
    let wants_configuration =
        common.config.is_some() || !common.to.is_empty() || std::path::Path::new("unicontact.toml").exists();
    let fan_out = if wants_configuration {
        Some(super::fan_out(&super::configuration(common)?, Policy::All)?)
    } else {
        None
    };
    match common.format {
        Format::Json => output::json(&as_json(fan_out.as_ref()))?,
        Format::Human => {
            output::data(&output::vendors())?;
            if let Some(fan_out) = &fan_out {
                let targets = fan_out.targets().iter().map(AsRef::as_ref);
                output::data(&format!("\n{}", output::configured(targets)))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn as_json(fan_out: Option<&FanOut>) -> Value {
    let vendors: Vec<Value> = VENDORS
        .iter()
        .map(|vendor| {
            json!({
                "vendor": vendor.name,
                "title": vendor.title,
                "dedupe": (!vendor.dedupe.is_empty()).then_some(vendor.dedupe),
                "find": vendor.find,
                "check": vendor.check,
                "fields": vendor.fields,
            })
        })
        .collect();
    let providers: Vec<Value> = fan_out
        .into_iter()
        .flat_map(FanOut::targets)
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
