//! The sum of an import.
//!
//! Its rule: what programs read has the shape that is documented, and nothing else in it.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use unicontact::Outcome;
use unicontact::bulk::{Counts, Summary};
use unicontact::circuit_breaker::OpenReason;

use super::progress::counted;
use super::table::Cell;
use super::{Page, Resume, Table, json_text};
use crate::arguments::Format;
use crate::commands::{DroppedCells, NumbersNotE164, Reasons};

const MINUTE: &str = "%Y-%m-%d %H:%M %:z";

#[derive(Serialize)]
struct Imported<'a> {
    read: u64,
    rejects: u64,
    providers: &'a Summary,
    #[serde(skip_serializing_if = "DroppedCells::is_empty")]
    dropped: &'a DroppedCells,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    numbers_not_e164: BTreeMap<&'a str, &'a NumbersNotE164>,
}

/// The sum, with the rows that were no contacts. People read the reasons below it.
pub(crate) fn imported(
    summary: &Summary,
    (contacts, rejects): (u64, u64),
    dropped: &DroppedCells,
    format: Format,
    (reasons, lines): (&Reasons, &[String]),
) -> io::Result<String> {
    let read = contacts + rejects;
    if format == Format::Json {
        let numbers_not_e164 = numbers_not_e164(reasons);
        return json_text(&Imported { read, rejects, providers: summary, dropped, numbers_not_e164 });
    }
    let mut page = Page::default();
    page.line(&format!("{read} read, {rejects} of them no contacts"));
    page.blank_line();
    let words = Outcome::ALL.map(Outcome::as_str);
    let columns: Vec<&str> = std::iter::once("provider").chain(words).collect();
    let mut table = Table::with_columns(&columns);
    for (name, counts) in &summary.providers {
        let counted = Outcome::ALL.map(|outcome| Cell::new(counts.get(outcome)));
        table.row(std::iter::once(Cell::new(name)).chain(counted));
    }
    page.table(&table);
    if !lines.is_empty() {
        page.blank_line();
    }
    for line in lines {
        page.line(line);
    }
    Ok(page.text().to_owned())
}

/// Returns the numbers that are not in E.164 by the names of the providers that have any.
fn numbers_not_e164(reasons: &Reasons) -> BTreeMap<&str, &NumbersNotE164> {
    let providers = reasons.providers.iter().filter(|provider| !provider.numbers.is_empty());
    providers.map(|provider| (&*provider.name, &provider.numbers)).collect()
}

/// The sum of what was delivered once more, in one line.
pub(crate) fn retried(summary: &Summary, contacts: u64) -> String {
    let of_provider = |(name, counts): &(String, Counts)| {
        let words: Vec<String> = counted(counts).collect();
        (!words.is_empty()).then(|| format!("{name}: {}", words.join(", ")))
    };
    let providers: Vec<String> = summary.providers.iter().filter_map(of_provider).collect();
    format!("{contacts} contacts retried; {}", providers.join("; "))
}

/// That a provider is paused, while the others go on.
pub(super) fn paused_now(pause: &OpenReason) -> String {
    match &pause.half_open_at {
        Some(time) => {
            format!("{} is paused until {}: {}", pause.provider, time.strftime(MINUTE), pause.message)
        }
        None => format!("{} is paused: {}", pause.provider, pause.message),
    }
}

/// Which providers are tried again, and which are paused now, a line for each.
pub(crate) fn changed_pauses(before: &[OpenReason], now: &[OpenReason]) -> Vec<String> {
    let is_same = |one: &OpenReason, other: &OpenReason| {
        one.provider == other.provider && one.half_open_at == other.half_open_at
    };
    let is_in = |pauses: &[OpenReason], pause: &OpenReason| pauses.iter().any(|it| is_same(it, pause));
    let ended = before.iter().filter(|pause| !is_in(now, pause));
    let begun = now.iter().filter(|pause| !is_in(before, pause));
    ended.map(|pause| format!("{} is tried again", pause.provider)).chain(begun.map(paused_now)).collect()
}

/// Why a provider is paused at the end, and how to go on.
pub(crate) fn paused(pause: &OpenReason, summary: &Summary, resume: &Resume) -> String {
    let mut providers = summary.providers.iter();
    let counts =
        providers.find(|(name, _)| *name == pause.provider).map(|(_, counts)| *counts).unwrap_or_default();
    let in_a_row = if pause.consecutive_failures > 1 {
        format!(" ({} failures in a row)", pause.consecutive_failures)
    } else {
        String::new()
    };
    let again = match &pause.retry_at {
        Some(until) => format!("It will work again at {}.", until.strftime(MINUTE)),
        None => pause.hint.clone().into_owned(),
    };
    let go_on = resume.sentence();
    format!(
        "{} is paused{in_a_row}: {}\n  {} failed, {} pending. {again} {go_on}",
        pause.provider, pause.message, counts.failed, counts.pending
    )
}
