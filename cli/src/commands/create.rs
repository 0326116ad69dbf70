//! `unicontact create`: sends one contact to every provider.
//!
//! The first signal drains the delivery, the second one aborts it. A request that was aborted in flight is in doubt.
//! Invariant: from the first request on, every way to end prints the outcomes.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use jiff::Timestamp;
use unicontact::bulk::{Import, SourceRow};
use unicontact::providers::clock::{Clock, SystemClock, sleep_until};
use unicontact::{Delivery, FanOut, Policy, Report, Running};

use super::{identity_method, setup};
use crate::arguments::{Common, ContactFlags, ContactSource, Create, Format, PolicyArgument};
use crate::command_line::quoted;
use crate::exit::{Exit, Failure};
use crate::signals::Signals;
use crate::summary::journal_time;
use crate::{input, output, sources};

/// The time after which a message names the providers that have not answered.
const SLOW: Duration = Duration::from_secs(3);
/// The shortest time between two look-ups of a delivery in doubt.
const MIN_WAIT: Duration = Duration::from_secs(1);

pub(super) async fn run(common: &Common, create: &Create) -> Result<Exit, Failure> {
    let row = input::contact(&create.contact)?;
    let contact = &row.contact;
    let policy = match create.policy {
        PolicyArgument::All => Policy::All,
        PolicyArgument::Any => Policy::Any,
        PolicyArgument::FirstFailure => Policy::FirstFailure,
    };
    let configuration = sources::configuration(common)?;
    let identify_by = create.recognition.identify_by.unwrap_or(configuration.identify_by);
    let mut fan_out = setup::fan_out(&configuration, policy)?.with_identify_by(identify_by);
    if let Some(journal) = setup::journal(common, &configuration, "create").await? {
        fan_out = fan_out.with_journal(Arc::clone(&journal));
        identity_method::set(&*journal, identify_by, create.recognition.yes, async |recorded| {
            let import = Import::new(fan_out.clone());
            let contacts = stream::iter([contact.clone()]);
            Ok(Some(import.count_unknown_without(recorded, contacts).await?))
        })
        .await?;
    }
    // A later look-up must not send the contact again.
    let look_up = fan_out.clone();
    if create.again {
        if create.before.is_none() {
            let began = journal_time(SystemClock.now());
            output::message(&format!(
                "If this run is interrupted, continue with the same command and --before {began}"
            ));
        }
        fan_out = fan_out.resend_delivered_before(create.before.unwrap_or(Timestamp::MAX));
    }
    if create.again_doubts {
        fan_out = fan_out.resend_doubts();
    }
    let mut signals = Signals::register()?;
    let mut delivery = InterruptibleDelivery { signals: &mut signals, is_stopped: false };
    let mut report = delivery.deliver(&fan_out, row.clone()).await;
    if create.wait {
        delivery.wait_for_doubts(&look_up, &row, &mut report).await;
    }
    let written = match common.format {
        Format::Json => output::json_text(&report).and_then(|text| output::final_data(&text)),
        Format::Human => {
            let name = output::contact_name(contact);
            let reasons = plan_with_reasons(common, &create.contact);
            output::final_data(output::report(&report, name.as_deref(), &fan_out, Some(&reasons)).text())
        }
    };
    let exit = Exit::from(report.verdict(policy));
    Ok(match written {
        Ok(()) => exit,
        Err(error) => {
            output::reports_on_stderr(&[report], common.format, &error);
            exit.after_write_error()
        }
    })
}

/// Returns the command that shows the reasons of all losses: the same command again skips the contact and shows none. It has no
/// `--set`, whose values may be secrets.
fn plan_with_reasons(common: &Common, source: &ContactSource) -> String {
    let ContactFlags { name, email, phone, organization, title, notes, external_id, kind } = &source.flags;
    let mut words = vec!["plan".to_owned()];
    words.extend(source.file.as_ref().map(|path| path.display().to_string()));
    let lists = [("--email", email), ("--phone", phone)];
    let of_lists = lists.into_iter().flat_map(|(flag, values)| values.iter().map(move |value| (flag, value)));
    let texts = [
        ("--organization", organization),
        ("--title", title),
        ("--notes", notes),
        ("--external-id", external_id),
        ("--kind", kind),
    ];
    let of_texts = texts.into_iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?)));
    let name = name.iter().map(|name| ("--name", name));
    words.extend(
        name.chain(of_lists).chain(of_texts).flat_map(|(flag, value)| [flag.to_owned(), value.clone()]),
    );
    if !common.to.is_empty() {
        words.extend(["--to".to_owned(), common.to.join(",")]);
    }
    if let Some(path) = &common.config {
        words.extend(["--config".to_owned(), path.display().to_string()]);
    }
    words.push("--verbose".to_owned());
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("unicontact {}", words.join(" "))
}

/// Delivers one contact until signals stop it.
struct InterruptibleDelivery<'a> {
    signals: &'a mut Signals,
    is_stopped: bool,
}

impl InterruptibleDelivery<'_> {
    async fn deliver(&mut self, fan_out: &FanOut, row: SourceRow) -> Report {
        let name = output::contact_name(&row.contact);
        let mut running = fan_out.start(row).await;
        loop {
            tokio::select! {
                () = running.ended() => return running.finish().await,
                () = self.signals.next() => break,
                () = tokio::time::sleep(SLOW) => print_waiting(name.as_deref(), &running),
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

    /// Looks up the deliveries in doubt at their times, until none is left that a look-up can resolve.
    async fn wait_for_doubts(&mut self, fan_out: &FanOut, row: &SourceRow, report: &mut Report) {
        while let Some(until) = next_look_up(report).filter(|_| !self.is_stopped) {
            output::note(&output::waiting_until(output::contact_name(&row.contact).as_deref(), until));
            tokio::select! {
                () = sleep_until(&SystemClock, until) => {}
                () = self.signals.next() => return,
            }
            let names: Vec<String> = due(report).map(|delivery| delivery.provider.clone()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let later = self.deliver(&fan_out.only(&names), row.clone()).await;
            replace(report, later);
        }
    }
}

/// Returns the time of the next look-up, at least a second from now.
fn next_look_up(report: &Report) -> Option<Timestamp> {
    let first = report.deliveries.iter().filter_map(|delivery| delivery.look_again_at).min()?;
    let earliest = SystemClock.now().saturating_add(MIN_WAIT).unwrap_or(first);
    Some(first.max(earliest))
}

/// Returns the deliveries in doubt whose look-up is due.
fn due(report: &Report) -> impl Iterator<Item = &Delivery> {
    let now = SystemClock.now();
    report.deliveries.iter().filter(move |delivery| delivery.look_again_at.is_some_and(|time| time <= now))
}

/// Replaces earlier deliveries by later ones and adds up their attempts.
fn replace(report: &mut Report, later: Report) {
    for mut delivery in later.deliveries {
        let mut earlier = report.deliveries.iter_mut();
        if let Some(earlier) = earlier.find(|earlier| earlier.provider == delivery.provider) {
            delivery.attempts += earlier.attempts;
            *earlier = delivery;
        }
    }
}

/// Prints on a terminal which providers have not answered.
fn print_waiting(name: Option<&str>, running: &Running) {
    if std::io::stderr().is_terminal() {
        let names: Vec<&str> = running.waiting_for().collect();
        let whose = name.map(|name| format!("{name}: ")).unwrap_or_default();
        output::note(&format!("{whose}waiting for {}; press Ctrl-C to stop", names.join(", ")));
    }
}
