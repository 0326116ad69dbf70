//! The human output of the story of a delivery: a line for each event.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use unicontact::Outcome;
use unicontact::journal::{
    AttemptResult, LookResult, Record, RecordState, ResolutionWord, RunId, Story, StoryEntry, StoryEvent,
};
use unicontact::providers::ContactId;

use super::Table;
use super::table::Cell;
use super::time::{duration_in_words, local_second};

/// A line of the story.
struct Line {
    at: Timestamp,
    event: &'static str,
    details: String,
    who: String,
}

/// Returns the events, and the present state of the delivery.
pub(super) fn story(record: &Record, story: &Story) -> Table {
    let mut table = Table::with_columns(&["time", "event", "details", "by"]).with_unbroken_columns(0..2);
    let ends_with_act = story.entries.last().is_some_and(is_act);
    let last = (!ends_with_act).then(|| state(record, story));
    for line in story.entries.iter().map(|entry| line(entry, story)).chain(last) {
        table.row([local_second(line.at), line.event.to_owned(), line.details, line.who].map(Cell::new));
    }
    table.with_unbroken_words([2, 3])
}

/// Returns the number of dropped entries as a sentence.
pub(super) fn omitted(story: &Story) -> Option<String> {
    (story.omitted > 0).then(|| format!("{} older attempts and looks are not kept.", story.omitted))
}

fn is_act(entry: &StoryEntry) -> bool {
    matches!(
        entry.event,
        StoryEvent::Resolved { .. } | StoryEvent::Purged { .. } | StoryEvent::Reopened { .. }
    )
}

fn line(entry: &StoryEntry, story: &Story) -> Line {
    let (event, details, who) = match &entry.event {
        StoryEvent::Attempt { duration, result, error } => {
            ("attempt", attempt(*result, error.as_ref(), *duration), run(entry.run, story))
        }
        StoryEvent::Look { result, id, candidates, error } => {
            ("look", look(*result, id.as_ref(), candidates, error.as_ref()), run(entry.run, story))
        }
        StoryEvent::Interrupted => (
            "interrupted",
            "the run was ended before it recorded how this ended".to_owned(),
            run(entry.run, story),
        ),
        StoryEvent::Resolved { resolution, id, by, note } => {
            ("resolved", noted(&resolved(*resolution, id.as_ref()), note.as_deref()), person(by.as_deref()))
        }
        StoryEvent::Purged { by, note } => {
            ("purged", noted("taken out of the queue", note.as_deref()), person(by.as_deref()))
        }
        StoryEvent::Reopened { by, note } => {
            ("reopened", noted("the resolution was taken back", note.as_deref()), person(by.as_deref()))
        }
    };
    Line { at: entry.at, event, details, who }
}

fn attempt(result: AttemptResult, error: Option<&Value>, duration: Duration) -> String {
    let took = duration_in_words(duration);
    match (result, error) {
        (AttemptResult::Created, _) => format!("created, {took}"),
        (AttemptResult::Existing, _) => format!("the vendor had it before, {took}"),
        (AttemptResult::CutOff, _) => format!("cut off while the answer was awaited, {took}"),
        (AttemptResult::Failed, Some(error)) => format!("{}, {took}", failure(error)),
        (AttemptResult::Failed, None) => format!("failed, {took}"),
    }
}

fn look(
    result: LookResult,
    id: Option<&ContactId>,
    candidates: &[ContactId],
    error: Option<&Value>,
) -> String {
    match result {
        LookResult::Found => format!("found as {}", id.map_or("-", ContactId::as_str)),
        LookResult::Nothing => "nothing found".to_owned(),
        LookResult::Unclear => {
            let ids: Vec<&str> = candidates.iter().map(ContactId::as_str).collect();
            format!("unclear: {} may be it", ids.join(", "))
        }
        LookResult::Failed => match error {
            Some(error) => format!("failed: {}", cause(error, "")),
            None => "failed: no answer in time".to_owned(),
        },
    }
}

/// Returns the text of an attempt's error: why it failed, and the possible effect.
fn failure(error: &Value) -> String {
    cause(
        error,
        match error.get("effect").and_then(Value::as_str) {
            Some("unknown") => " (it may have been created)",
            Some("refused") => " (nothing was created)",
            Some("not_sent") => " (nothing was sent)",
            _ => "",
        },
    )
}

/// Returns the text of an error: its kind, the vendor's code and message, the effect and the request.
fn cause(error: &Value, effect: &str) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let kind = text("kind").unwrap_or("failed");
    let status = error.get("status").and_then(Value::as_u64).map(|status| format!(", HTTP {status}"));
    let code = text("code").map(|code| format!(", code {code}"));
    let message = text("message").map(|message| format!(": {message}"));
    let request = text("request_id").map(|id| format!(", request {id}"));
    let existing = text("existing_id").map(|id| format!(", existing contact {id}"));
    let [status, code, message] = [status, code, message].map(Option::unwrap_or_default);
    let [existing, request] = [existing, request].map(Option::unwrap_or_default);
    format!("{kind}{status}{code}{message}{effect}{existing}{request}")
}

fn resolved(resolution: ResolutionWord, id: Option<&ContactId>) -> String {
    match (resolution, id) {
        (ResolutionWord::Created, Some(id)) => format!("created as {id}"),
        (ResolutionWord::Created, None) => "created".to_owned(),
        (ResolutionWord::NotCreated, _) => "not created".to_owned(),
    }
}

fn noted(what: &str, note: Option<&str>) -> String {
    note.map_or_else(|| what.to_owned(), |note| format!("{what}: {note}"))
}

fn person(by: Option<&str>) -> String {
    by.unwrap_or("a person").to_owned()
}

/// Returns the command, the worker and the id of a run.
fn run(id: Option<RunId>, story: &Story) -> String {
    let Some(id) = id else { return "-".to_owned() };
    match story.run(id) {
        Some(run) => match &run.worker {
            Some(worker) => format!("{} {worker} ({id})", run.command),
            None => format!("{} ({id})", run.command),
        },
        None => id.to_string(),
    }
}

/// Returns the line of the present state.
fn state(record: &Record, story: &Story) -> Line {
    let (event, details) = match record.state {
        RecordState::Claimed(_) => ("claimed", "being sent, or cut off while it was".to_owned()),
        RecordState::Interrupted => {
            ("interrupted", "the run was ended before it recorded how this ended".to_owned())
        }
        RecordState::Settled(outcome) => (outcome.as_str(), settled(record, outcome)),
    };
    let who = if record.by_person { person(None) } else { run(record.run, story) };
    Line { at: record.changed_at, event, details, who }
}

fn settled(record: &Record, outcome: Outcome) -> String {
    let attempts = match record.attempts {
        0 => "no attempt in this run".to_owned(),
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    match &record.id {
        Some(id) if outcome.is_delivered() => format!("as {id}, {attempts}"),
        _ => attempts,
    }
}
