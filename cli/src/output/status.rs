//! The status of the queue, as text or documented JSON.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use unicontact::Outcome;
use unicontact::bulk::Counts;
use unicontact::circuit_breaker::OpenReason;
use unicontact::journal::Holder;
use unicontact::providers::ErrorKind;
use unicontact::queue::{ProviderStatus, Status};

use super::pauses::pause_message;
use super::table::Cell;
use super::time::duration_in_words;
use super::{Page, Table, counted, json_text};
use crate::arguments::Format;

#[derive(Serialize)]
struct StatusView<'a> {
    queue: &'a str,
    providers: BTreeMap<&'a str, ProviderView<'a>>,
    workers: &'a [Holder],
    dead_letters: u64,
    /// The number of records that cannot be read.
    #[serde(skip_serializing_if = "is_zero")]
    unreadable: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct ProviderView<'a> {
    waiting: u64,
    in_flight: u64,
    oldest_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcomes: Option<Counts>,
    #[serde(skip_serializing_if = "is_zero")]
    overruns: u64,
    paused: Option<PauseView<'a>>,
}

#[derive(Serialize)]
struct PauseView<'a> {
    kind: &'static str,
    reason: &'a str,
    hint: &'a str,
    resumes: Option<String>,
}

/// Returns the status of the queue.
pub(crate) fn status(status: &Status, format: Format) -> io::Result<String> {
    match format {
        Format::Json => json_text(&view(status)),
        Format::Human => Ok(page(status).text().to_owned()),
    }
}

fn view(status: &Status) -> StatusView<'_> {
    let provider = |(name, provider)| {
        let provider: &ProviderStatus = provider;
        let name: &String = name;
        let view = ProviderView {
            waiting: provider.waiting,
            in_flight: provider.in_flight,
            oldest_seconds: provider.oldest.map(|age| age.as_secs()),
            outcomes: provider.outcomes,
            overruns: provider.overruns,
            paused: provider.open_reason.as_ref().map(pause_view),
        };
        (name.as_str(), view)
    };
    StatusView {
        queue: &status.queue,
        providers: status.providers.iter().map(provider).collect(),
        workers: &status.workers,
        dead_letters: status.dead_letters,
        unreadable: status.unreadable.len() as u64,
    }
}

fn pause_view(pause: &OpenReason) -> PauseView<'_> {
    PauseView {
        kind: pause.kind_name(),
        reason: &pause.message,
        hint: &pause.hint,
        resumes: pause.half_open_at.as_ref().map(|time| time.timestamp().to_string()),
    }
}

fn page(status: &Status) -> Page {
    let mut page = Page::default();
    if status.providers.is_empty() {
        page.line("Nothing waits in the queue.");
    } else {
        page.table(&table(status));
    }
    let paused: Vec<&OpenReason> =
        status.providers.values().filter_map(|it| it.open_reason.as_ref()).collect();
    if !paused.is_empty() {
        page.blank_line();
    }
    for pause in paused {
        page.line(&format!("{}. {}", pause_message(pause), pause.hint));
    }
    page.blank_line();
    page.line(&workers(&status.workers));
    if status.dead_letters > 0 {
        page.line(&dead_letters_message(status.dead_letters));
    }
    for (name, provider) in status.providers.iter().filter(|(_, provider)| provider.overruns > 0) {
        page.line(&overruns(name, provider.overruns));
    }
    if !status.unreadable.is_empty() {
        page.line(&counted(
            status.unreadable.len() as u64,
            "record of the journal cannot be read and is not counted.",
            "records of the journal cannot be read and are not counted.",
        ));
    }
    page
}

fn overruns(provider: &str, count: u64) -> String {
    let deliveries = counted(count, "delivery was", "deliveries were");
    format!(
        "{provider}: {deliveries} attempted after another worker had taken over; look at the vendor for second contacts: unicontact \
         deliveries list --queue --to {provider} --format json shows them with overruns."
    )
}

/// Returns whether a person has to look at something that no worker mends: refused credentials or a wrong configuration, dead letters,
/// damaged records, overruns, or deliveries that wait for a worker while none runs.
pub(crate) fn needs_person(status: &Status) -> bool {
    let is_refused = |kind| matches!(kind, ErrorKind::Unauthenticated | ErrorKind::Config);
    let of_provider = |provider: &ProviderStatus| {
        let is_paused = provider.open_reason.as_ref().and_then(|reason| reason.kind).is_some_and(is_refused);
        let is_left_alone = status.workers.is_empty() && provider.waiting + provider.in_flight > 0;
        is_paused || is_left_alone || provider.overruns > 0
    };
    let has_damaged = status.unreadable.iter().any(|record| !record.is_newer);
    status.dead_letters > 0 || has_damaged || status.providers.values().any(of_provider)
}

fn table(status: &Status) -> Table {
    let has_outcomes = status.providers.values().any(|provider| provider.outcomes.is_some());
    let outcomes: Vec<Outcome> = if has_outcomes { Outcome::ALL.to_vec() } else { Vec::new() };
    let words = outcomes.iter().map(|outcome| outcome.as_str());
    let columns: Vec<&str> =
        ["provider", "waiting", "in flight", "oldest"].into_iter().chain(words).collect();
    let mut table = Table::with_columns(&columns);
    for (name, provider) in &status.providers {
        let first = [
            Cell::new(name),
            Cell::new(provider.waiting),
            Cell::new(provider.in_flight),
            Cell::new(provider.oldest.map(duration_in_words).unwrap_or_default()),
        ];
        let counts = provider.outcomes.unwrap_or_default();
        table.row(first.into_iter().chain(outcomes.iter().map(|outcome| Cell::new(counts.get(*outcome)))));
    }
    table
}

fn workers(workers: &[Holder]) -> String {
    let names: Vec<&str> = workers.iter().map(|worker| worker.name.as_str()).collect();
    match names.len() {
        0 => "No worker is running. Start one: unicontact worker --queue URL".to_owned(),
        1 => format!("1 worker: {}", names.join(", ")),
        count => format!("{count} workers: {}", names.join(", ")),
    }
}

/// Returns the message about messages that could not be read.
pub(crate) fn dead_letters_message(count: u64) -> String {
    let messages = counted(count, "message", "messages");
    format!("{messages} could not be delivered; look at them: unicontact queue letters list")
}

/// Returns the end of a message about deliveries in doubt that are not in the queue.
pub(crate) fn doubts_requeued_from(time: Timestamp) -> String {
    let time = time.strftime("%Y-%m-%d %H:%M:%SZ");
    format!("in doubt and not in the queue: workers look for them and queue them again from {time} on.")
}
