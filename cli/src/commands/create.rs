//! `unicontact create`: one contact to every provider.
//!
//! Its rule: the first Ctrl-C begins nothing new and waits for what is under way; the second stops at once, and
//! what may have been sent is told as in doubt. From the first request on, every way to end tells the outcomes.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use jiff::Timestamp;
use unicontact::bulk::Import;
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{Clock, SystemClock, sleep_until};
use unicontact::{Delivery, FanOut, Policy, Report, Running};

use super::identity_method;
use crate::arguments::{Common, Create, Format, PolicyArgument};
use crate::exit::{Exit, Failure};
use crate::signals::Signals;
use crate::{input, output, sources};

/// How long nobody is told that it takes long.
const PATIENCE: Duration = Duration::from_secs(3);
/// The shortest time between two deliveries of what is in doubt.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

pub(super) async fn run(common: &Common, create: &Create) -> Result<Exit, Failure> {
    let contact = input::contact(&create.contact)?;
    let policy = match create.policy {
        PolicyArgument::All => Policy::All,
        PolicyArgument::Any => Policy::Any,
        PolicyArgument::FirstFailure => Policy::FirstFailure,
    };
    let configuration = sources::configuration(common)?;
    let identify_by = create.recognition.identify_by.unwrap_or(configuration.identify_by);
    let mut fan_out = super::fan_out(&configuration, policy)?.with_identify_by(identify_by);
    if let Some(journal) = super::journal(common, &configuration, "create").await? {
        fan_out = fan_out.with_journal(Arc::clone(&journal));
        identity_method::settle(&*journal, identify_by, create.recognition.yes, async |recorded| {
            let import = Import::new(fan_out.clone());
            let contacts = stream::iter([contact.clone()]);
            Ok(Some(import.count_unknown_without(recorded, contacts).await?))
        })
        .await?;
    }
    // What is in doubt afterwards is not sent once more again.
    let later = fan_out.clone();
    if create.again {
        if create.before.is_none() {
            let began = output::exact(SystemClock.now());
            output::message(&format!(
                "If this run is interrupted, go on with the same command and --before {began}"
            ));
        }
        fan_out = fan_out.resend_delivered_before(create.before.unwrap_or(Timestamp::MAX));
    }
    if create.again_doubts {
        fan_out = fan_out.resend_doubts();
    }
    let mut signals = Signals::register()?;
    let mut delivering = Delivering { signals: &mut signals, is_stopped: false };
    let mut report = delivering.deliver(&fan_out, contact.clone()).await;
    if create.wait {
        delivering.wait_for_doubts(&later, &contact, &mut report).await;
    }
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

/// Deliveries of one contact, which signals can stop.
struct Delivering<'a> {
    signals: &'a mut Signals,
    is_stopped: bool,
}

impl Delivering<'_> {
    async fn deliver(&mut self, fan_out: &FanOut, contact: UnifiedContact) -> Report {
        let mut running = fan_out.start(contact).await;
        loop {
            tokio::select! {
                () = running.ended() => return running.finish().await,
                () = self.signals.next() => break,
                () = tokio::time::sleep(PATIENCE) => tell_waiting(&running),
            }
        }
        self.is_stopped = true;
        running.stop();
        output::message(output::STOPPING);
        tokio::select! {
            () = running.ended() => running.finish().await,
            () = self.signals.next() => running.abandon(),
        }
    }

    /// Delivers again what is in doubt, each time when looking for it is worth it, until nothing is left for which it is.
    async fn wait_for_doubts(&mut self, fan_out: &FanOut, contact: &UnifiedContact, report: &mut Report) {
        while let Some(until) = first_look(report).filter(|_| !self.is_stopped) {
            output::message(&output::waiting_until(until));
            tokio::select! {
                () = sleep_until(&SystemClock, until) => {}
                () = self.signals.next() => return,
            }
            let names: Vec<String> = due(report).map(|delivery| delivery.provider.clone()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let later = self.deliver(&fan_out.only(&names), contact.clone()).await;
            replace(report, later);
        }
    }
}

/// When the first delivery in doubt is worth looking for, and not before a second from now.
fn first_look(report: &Report) -> Option<Timestamp> {
    let first = report.deliveries.iter().filter_map(|delivery| delivery.look_again_at).min()?;
    let earliest = SystemClock.now().saturating_add(SHORTEST_WAIT).unwrap_or(first);
    Some(first.max(earliest))
}

/// The deliveries in doubt that are worth looking for now.
fn due(report: &Report) -> impl Iterator<Item = &Delivery> {
    let now = SystemClock.now();
    report.deliveries.iter().filter(move |delivery| delivery.look_again_at.is_some_and(|time| time <= now))
}

/// Puts later deliveries in the place of the earlier ones, with the attempts of both.
fn replace(report: &mut Report, later: Report) {
    for mut delivery in later.deliveries {
        let mut earlier = report.deliveries.iter_mut();
        if let Some(earlier) = earlier.find(|earlier| earlier.provider == delivery.provider) {
            delivery.attempts += earlier.attempts;
            *earlier = delivery;
        }
    }
}

/// Says on a terminal whom it is waiting for.
fn tell_waiting(running: &Running) {
    if std::io::stderr().is_terminal() {
        let names: Vec<&str> = running.waiting_for().collect();
        output::message(&format!("waiting for {} (Ctrl-C stops)", names.join(", ")));
    }
}
