//! `unicontact create`: one contact to every provider.
//!
//! Its rule: the first Ctrl-C begins nothing new and waits for what is under way; the second stops at once, and
//! what may have been sent is told as in doubt. From the first request on, every way to end tells the outcomes.

use std::io::IsTerminal;
use std::time::Duration;

use unicontact::providers::UnifiedContact;
use unicontact::{FanOut, Policy, Report, Running};

use crate::arguments::{Common, Create, Format, PolicyArgument};
use crate::exit::{Exit, Failure};
use crate::signals::Signals;
use crate::{input, output, sources};

/// How long nobody is told that it takes long.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run(common: &Common, create: &Create) -> Result<Exit, Failure> {
    let contact = input::contact(&create.contact)?;
    let policy = match create.policy {
        PolicyArgument::All => Policy::All,
        PolicyArgument::Any => Policy::Any,
        PolicyArgument::FirstFailure => Policy::FirstFailure,
    };
    let configuration = sources::configuration(common)?;
    let mut fan_out = super::fan_out(&configuration, policy)?;
    if let Some(journal) = super::journal(&configuration)? {
        fan_out = fan_out.with_journal(journal);
    }
    if create.again {
        fan_out = fan_out.again();
    }
    let mut signals = Signals::register()?;
    let report = deliver(&fan_out, contact, &mut signals).await;
    let written = match common.format {
        Format::Json => output::json_text(&report).and_then(|text| output::told_once(&text)),
        Format::Human => output::told_once(output::report(&report, &fan_out).text()),
    };
    let exit = Exit::from(report.verdict(policy));
    Ok(match written {
        Ok(()) => exit,
        Err(error) => {
            output::unwritten(&[report], common.format, &error);
            exit.untold()
        }
    })
}

async fn deliver(fan_out: &FanOut, contact: UnifiedContact, signals: &mut Signals) -> Report {
    let mut running = fan_out.start(contact);
    loop {
        tokio::select! {
            () = running.ended() => return running.finish().await,
            () = signals.next() => break,
            () = tokio::time::sleep(PATIENCE) => tell_waiting(&running),
        }
    }
    running.stop();
    output::message(output::STOPPING);
    tokio::select! {
        () = running.ended() => running.finish().await,
        () = signals.next() => running.abandon(),
    }
}

/// Says on a terminal whom it is waiting for.
fn tell_waiting(running: &Running) {
    if std::io::stderr().is_terminal() {
        let names: Vec<&str> = running.waiting_for().collect();
        output::message(&format!("waiting for {} (Ctrl-C stops)", names.join(", ")));
    }
}
