//! `unicontact queue purge`: takes the deliveries that wait for a paused provider out of the queue.

use serde::Serialize;
use unicontact::journal::Act;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::queue::{Purge, PurgeOutcome, Queue};

use super::{check_provider, person_name, with_queue};
use crate::arguments::{Common, Format, Operator, QueuePurge};
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;
use crate::signals::Signals;

/// The number of messages after which the progress is printed.
const PROGRESS: u64 = 10_000;

/// The messages that were looked at, by what happened to them.
#[derive(Debug, Default, Serialize)]
struct Counts {
    purged: u64,
    finished: u64,
    left: u64,
    unreadable: u64,
}

pub(super) async fn run(common: &Common, purge: &QueuePurge) -> Result<Exit, Failure> {
    let Operator { provider, by, on_queue } = &purge.operator;
    let by = person_name(by.as_deref());
    with_queue(common, on_queue, async |configuration, queue| {
        check_provider(configuration, queue, provider).await?;
        if !purge.yes {
            confirm(queue, provider).await?;
        }
        let configured = configuration.providers.iter().find(|configured| configured.name == *provider);
        let not_here = || {
            Failure::new(
                FailureCode::Usage,
                format!(
                    "{provider} is not configured here; run the command with a configuration that has it"
                ),
            )
        };
        let vendor = configured.ok_or_else(not_here)?.vendor.clone();
        let act = Act { by: by.clone(), note: Some(purge.reason.clone()), ..Act::new(SystemClock.now()) };
        let purging = queue.purge(provider, &vendor, act).await?;
        purge_all(common, purging, provider).await
    })
    .await
}

async fn confirm(queue: &Queue, provider: &str) -> Result<(), Failure> {
    let status = queue.status(false).await?;
    let waiting = status.providers.get(provider).map_or(0, |provider| provider.waiting + provider.in_flight);
    let deliveries = output::counted(waiting, "delivery waits", "deliveries wait");
    let warning = format!("{deliveries} for {provider} and will not be sent until you queue them again.");
    ask::confirm(&warning, "Take them out of the queue?", "purged")
}

async fn purge_all(common: &Common, mut purging: Purge, provider: &str) -> Result<Exit, Failure> {
    let mut signals = Signals::register()?;
    let mut counts = Counts::default();
    loop {
        let next = tokio::select! {
            biased;
            () = signals.next() => {
                output::message("Stopped. What is purged so far stays so; run the command again for the rest.");
                purging.record().await?;
                print(common, &counts, provider)?;
                return Ok(Exit::Incomplete);
            }
            next = purging.next() => next?,
        };
        let Some(message) = next else { break };
        match message.outcome {
            PurgeOutcome::Purged => {
                counts.purged += 1;
                if let Some(contact) = &message.contact {
                    name(common, provider, contact)?;
                }
            }
            PurgeOutcome::Finished => counts.finished += 1,
            PurgeOutcome::Left => counts.left += 1,
            _ => counts.unreadable += 1,
        }
        let looked_at = counts.purged + counts.finished + counts.left + counts.unreadable;
        if looked_at.is_multiple_of(PROGRESS) {
            output::message(&format!("{looked_at} messages looked at"));
        }
    }
    print(common, &counts, provider)?;
    let is_complete = counts.left == 0 && counts.unreadable == 0;
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

fn name(common: &Common, provider: &str, contact: &str) -> Result<(), Failure> {
    match common.format {
        Format::Json => {
            output::json(&serde_json::json!({"purged": {"provider": provider, "contact": contact}}))?;
        }
        Format::Human => output::data(&format!("{provider}/{contact}"))?,
    }
    Ok(())
}

fn print(common: &Common, counts: &Counts, provider: &str) -> Result<(), Failure> {
    if common.format == Format::Json {
        output::json(counts)?;
        return Ok(());
    }
    let Counts { purged, finished, left, unreadable } = counts;
    output::data(&format!("{} purged.", output::counted(*purged, "delivery is", "deliveries are")))?;
    if *finished > 0 {
        output::data(&format!(
            "{} finished already.",
            output::counted(*finished, "delivery was", "deliveries were")
        ))?;
    }
    if *left > 0 {
        let left = output::counted(*left, "delivery stays", "deliveries stay");
        output::data(&format!("{left} in the queue: a worker has it, or it may be at the vendor."))?;
    }
    if *unreadable > 0 {
        let unreadable = output::counted(*unreadable, "message stays", "messages stay");
        output::data(&format!("{unreadable} in the queue that this version cannot read."))?;
    }
    if *purged > 0 {
        output::data(&format!(
            "Queue them again: unicontact deliveries retry --queue --outcome pending --to {provider}"
        ))?;
    }
    Ok(())
}
