//! `unicontact queue letters`: lists, shows, replays and deletes messages that could not be delivered.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::json;
use unicontact::queue::{AuditAct, DeadLetter, Queue, QueueErrorKind};

use super::{person_name, with_queue};
use crate::arguments::{Common, Format, Letters, OnQueue, SelectLetters};
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Cell, Page, Table, local_second};

pub(super) async fn run(common: &Common, letters: &Letters) -> Result<Exit, Failure> {
    match letters {
        Letters::List(on_queue) => list(common, on_queue).await,
        Letters::Show { number, on_queue } => show(common, *number, on_queue).await,
        Letters::Replay(select) => change(common, select, AuditAct::Replayed).await,
        Letters::Purge(select) => change(common, select, AuditAct::LettersPurged).await,
    }
}

async fn list(common: &Common, on_queue: &OnQueue) -> Result<Exit, Failure> {
    let letters = with_queue(common, on_queue, async |_, queue| all(common, queue).await).await?;
    match common.format {
        Format::Json => {
            for letter in &letters {
                output::json(&listed(letter))?;
            }
        }
        Format::Human => output::page(&page(&letters))?,
    }
    Ok(Exit::Done)
}

/// Prints the message itself, which nothing else shows.
async fn show(common: &Common, number: u64, on_queue: &OnQueue) -> Result<Exit, Failure> {
    let letter = with_queue(common, on_queue, async |_, queue| letter(queue, number).await).await?;
    if common.format == Format::Json {
        let mut shown = listed(&letter);
        shown["message"] = String::from_utf8_lossy(&letter.payload).into();
        output::json(&shown)?;
        return Ok(Exit::Done);
    }
    output::message(&format!("{}, {}: {}", letter.provider, local_second(letter.at), letter.reason));
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&letter.payload)?;
    stdout.write_all(b"\n")?;
    Ok(Exit::Done)
}

/// Replays or deletes the selected letters.
async fn change(common: &Common, select: &SelectLetters, act: AuditAct) -> Result<Exit, Failure> {
    with_queue(common, &select.on_queue, async |_, queue| {
        let letters =
            if select.all { all(common, queue).await? } else { numbered(queue, &select.numbers).await? };
        if letters.is_empty() {
            output::message("There are no dead letters.");
            return Ok(Exit::Done);
        }
        if act == AuditAct::LettersPurged && !select.yes {
            let count = output::counted(letters.len() as u64, "dead letter is", "dead letters are");
            let warning = format!(
                "{count} deleted with the contacts in them; import the contacts again if they must be sent."
            );
            ask::confirm(&warning, "Delete them?", "deleted")?;
        }
        change_all(common, queue, &letters, act, select.by.as_deref()).await
    })
    .await
}

async fn change_all(
    common: &Common,
    queue: &Queue,
    letters: &[DeadLetter],
    act: AuditAct,
    by: Option<&str>,
) -> Result<Exit, Failure> {
    let mut changed: BTreeMap<&str, u64> = BTreeMap::new();
    let mut exit = Exit::Done;
    let mut failure = None;
    for letter in letters {
        let result = match act {
            AuditAct::Replayed => queue.replay(letter).await,
            _ => queue.delete_dead_letter(letter).await.map(drop),
        };
        match result {
            Ok(()) => *changed.entry(&letter.provider).or_default() += 1,
            Err(error) if error.kind() == QueueErrorKind::Unfit => {
                output::message(&error.to_string());
                exit = Exit::Incomplete;
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    // Also after an error: what was changed stays so.
    for (provider, count) in &changed {
        queue.record_letters(act, provider, person_name(by), *count).await?;
    }
    if let Some(error) = failure {
        return Err(error.into());
    }
    let total: u64 = changed.values().sum();
    match common.format {
        Format::Json => output::json(&json!({act.as_str(): total}))?,
        Format::Human if act == AuditAct::Replayed => {
            output::data(&format!(
                "{} queued again.",
                output::counted(total, "dead letter is", "dead letters are")
            ))?;
        }
        Format::Human => {
            output::data(&format!(
                "{} deleted.",
                output::counted(total, "dead letter is", "dead letters are")
            ))?;
        }
    }
    Ok(exit)
}

/// Returns the dead letters of the chosen providers, the oldest first.
async fn all(common: &Common, queue: &Queue) -> Result<Vec<DeadLetter>, Failure> {
    let mut reader = queue.dead_letters(None);
    let mut letters = Vec::new();
    while let Some(letter) = reader.next().await? {
        if common.to.is_empty() || common.to.contains(&letter.provider) {
            letters.push(letter);
        }
    }
    Ok(letters)
}

async fn numbered(queue: &Queue, numbers: &[u64]) -> Result<Vec<DeadLetter>, Failure> {
    let mut letters = Vec::new();
    for number in numbers {
        letters.push(letter(queue, *number).await?);
    }
    Ok(letters)
}

async fn letter(queue: &Queue, number: u64) -> Result<DeadLetter, Failure> {
    let missing = || {
        Failure::new(
            FailureCode::NotFound,
            format!("there is no dead letter {number}; see unicontact queue letters list"),
        )
    };
    queue.dead_letter(number).await?.ok_or_else(missing)
}

fn listed(letter: &DeadLetter) -> serde_json::Value {
    json!({
        "number": letter.number,
        "provider": letter.provider,
        "at": letter.at,
        "reason": letter.reason,
        "bytes": letter.payload.len(),
    })
}

fn page(letters: &[DeadLetter]) -> Page {
    let mut page = Page::default();
    if letters.is_empty() {
        page.line("There are no dead letters.");
        return page;
    }
    let mut table = Table::with_columns(&["number", "time", "provider", "bytes", "reason"]);
    for letter in letters {
        let bytes = letter.payload.len().to_string();
        let (number, time) = (letter.number.to_string(), local_second(letter.at));
        table.row([number, time, letter.provider.clone(), bytes, letter.reason.clone()].map(Cell::new));
    }
    page.table(&table);
    page.blank_line();
    page.line("Look at one: unicontact queue letters show NUMBER. Queue it again: unicontact queue letters replay NUMBER. Delete it: unicontact queue letters purge NUMBER.");
    page
}
