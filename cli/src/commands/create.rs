//! `unicontact create`: one contact to every provider.
//!
//! Its rule: the first Ctrl-C begins nothing new and waits for what is under way; the second stops at once, and
//! what may have been sent is told as in doubt.

use unicontact::providers::UnifiedContact;
use unicontact::{FanOut, Policy, Report};

use crate::arguments::{Common, Create, Format, PolicyArgument};
use crate::exit::{Exit, Failure};
use crate::{input, output};

pub(super) async fn run(common: &Common, create: &Create) -> Result<Exit, Failure> {
    let contact = input::contact(&create.contact)?;
    let policy = match create.policy {
        PolicyArgument::All => Policy::All,
        PolicyArgument::Any => Policy::Any,
        PolicyArgument::FirstFailure => Policy::FirstFailure,
    };
    let fan_out = super::fan_out(&super::configuration(common)?, policy)?;
    let report = deliver(&fan_out, contact).await;
    match common.format {
        Format::Json => output::json(&report)?,
        Format::Human => output::data(&output::report(&report))?,
    }
    Ok(report.verdict(policy).into())
}

async fn deliver(fan_out: &FanOut, contact: UnifiedContact) -> Report {
    let mut running = fan_out.start(contact);
    tokio::select! {
        () = running.ended() => return running.finish().await,
        _ = tokio::signal::ctrl_c() => {}
    }
    running.stop();
    output::message(
        "Stopping: nothing new is sent, what is under way comes to its end. Ctrl-C again stops at once.",
    );
    tokio::select! {
        () = running.ended() => running.finish().await,
        _ = tokio::signal::ctrl_c() => running.abandon(),
    }
}
