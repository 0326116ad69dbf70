//! `unicontact plan`: shows the requests for a contact. Without `--online` it sends nothing, with `--online` only reads.

use serde::Serialize;
use unicontact::Policy;

use super::setup;
use crate::arguments::{Common, Format, Plan};
use crate::exit::{Exit, Failure};
use crate::{input, output, sources};

/// A plan of providers that are not configured.
#[derive(Serialize)]
struct MadeUpPlan<'a> {
    #[serde(flatten)]
    plan: &'a unicontact::Plan,
    made_up_settings: bool,
}

pub(super) async fn run(common: &Common, plan: &Plan) -> Result<Exit, Failure> {
    let contact = input::contact(&plan.contact)?.contact;
    // With --online the vendors are asked, so their own providers are needed.
    let (configuration, made_up_settings) = if plan.online {
        (sources::configuration(common)?, false)
    } else {
        let of_plan = sources::configuration_for_plan(common)?;
        (of_plan.configuration, of_plan.has_made_up_settings)
    };
    let fan_out = setup::fan_out(&configuration, Policy::All)?;
    let planned = fan_out.plan(&contact, plan.online).await;
    match common.format {
        Format::Json if made_up_settings => output::json(&MadeUpPlan { plan: &planned, made_up_settings })?,
        Format::Json => output::json(&planned)?,
        Format::Human => output::page(&output::plan(&planned, output::contact_name(&contact).as_deref()))?,
    }
    Ok(if planned.is_complete() { Exit::Done } else { Exit::Incomplete })
}
