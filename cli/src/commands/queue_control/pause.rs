//! `unicontact queue pause` and `unicontact queue resume`.

use serde_json::json;

use super::{check_provider, person_name, with_queue};
use crate::arguments::{Common, Format, Operator, QueuePause};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn pause(common: &Common, pause: &QueuePause) -> Result<Exit, Failure> {
    let Operator { provider, by, on_queue } = &pause.operator;
    let by = person_name(by.as_deref());
    let was_paused = with_queue(common, on_queue, async |configuration, queue| {
        check_provider(configuration, queue, provider).await?;
        Ok(queue.pause(provider, &pause.reason, by.as_deref()).await?)
    })
    .await?;
    match common.format {
        Format::Json => {
            output::json(&json!({"provider": provider, "paused": true, "was_paused": was_paused}))?;
        }
        Format::Human if was_paused => {
            output::data(&format!(
                "{provider} was paused already; the new reason replaces the earlier one."
            ))?;
        }
        Format::Human => output::data(&format!(
            "{provider} is paused: workers begin no request to it until you end the pause: unicontact queue resume {provider}"
        ))?,
    }
    Ok(Exit::Done)
}

pub(super) async fn resume(common: &Common, operator: &Operator) -> Result<Exit, Failure> {
    let Operator { provider, by, on_queue } = operator;
    let by = person_name(by.as_deref());
    let was_paused = with_queue(common, on_queue, async |configuration, queue| {
        check_provider(configuration, queue, provider).await?;
        Ok(queue.resume(provider, by.as_deref()).await?)
    })
    .await?;
    match common.format {
        Format::Json => output::json(&json!({"provider": provider, "was_paused": was_paused}))?,
        Format::Human if was_paused => output::data(&format!("{provider} is resumed."))?,
        Format::Human => output::data(&format!("{provider} was not paused."))?,
    }
    Ok(Exit::Done)
}
