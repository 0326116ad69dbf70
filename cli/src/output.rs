//! Output of the command: pages and tables for people, JSON for programs, messages on stderr.
//!
//! Invariants: text for people has no control characters but those of its colours. A
//! reader that closes stdout early is an error only for output that is printed nowhere else.

mod contact_fates;
mod contract;
mod csv;
mod deliveries;
mod doubts;
mod fallback;
mod fates;
mod identity;
mod line;
mod listed;
mod messages;
mod mistake;
mod names;
pub(crate) mod next_command;
mod page;
mod pauses;
mod plain;
mod plan;
mod progress;
mod progress_bars;
mod provider_error;
mod providers;
mod records;
#[cfg(feature = "jetstream")]
mod status;
mod story;
mod style;
mod table;
mod throughput;
mod time;
mod unreadable;
mod vendors;
mod verified;

use std::io::{self, Write};

use serde::Serialize;
use tracing::Level;

use crate::arguments::Detail;

pub(crate) use self::contract::replayed;
pub(crate) use self::csv::csv_line;
pub(crate) use self::deliveries::{counts_and_problems, heading, report, result};
pub(crate) use self::doubts::{key_for_person, look_again, look_again_for_all, waiting_until};
pub(crate) use self::fallback::reports_on_stderr;
pub(crate) use self::fates::{FateCell, FateRow, fates};
pub(crate) use self::identity::{RECORDED_BY_CONTENT, no_id_column, no_ids, other_method};
pub(crate) use self::line::{Line, cut};
pub(crate) use self::listed::{Listed, Sum, listed, sum};
pub(crate) use self::messages::log_as_json as log_messages_as_json;
pub(crate) use self::mistake::Mistake;
pub(crate) use self::names::{contact_name, delivery_name, first_address, note_vendors, vendor_title};
pub(crate) use self::page::{CONTINUATION, Page};
pub(crate) use self::pauses::{MINUTE, pause_changes};
pub(crate) use self::plain::in_one_line;
pub(crate) use self::plan::{add_fates, overwrites, plan};
pub(crate) use self::progress::{ImportProgress, ProgressLines, outcome_counts};
pub(crate) use self::providers::{Checked, checks, configured};
pub(crate) use self::records::{needs_person, record, resolving};
#[cfg(feature = "jetstream")]
pub(crate) use self::status::{
    dead_letters_message, doubts_requeued_from, needs_person as status_needs_person, status,
};
pub(crate) use self::style::{Stream, Style, configure, detail, limit};
pub(crate) use self::table::{Cell, Table, outcome_style};
#[cfg(feature = "jetstream")]
pub(crate) use self::time::local_second;
pub(crate) use self::time::{duration_in_words, local_minute};
pub(crate) use self::unreadable::unreadable_lines;
pub(crate) use self::vendors::{SECOND_CREATE, facts, holdings, second_create, vendors};
pub(crate) use self::verified::{adopted, doubts_of, not_compared, verified, verified_counts};

/// The message at the first Ctrl-C.
pub(crate) const STOPPING: &str =
    "Stopping: no further requests begin; waiting for those in flight. Ctrl-C again stops at once.";

/// Writes a page for a person.
pub(crate) fn page(page: &Page) -> io::Result<()> {
    data(page.text())
}

/// Writes output that is printed nowhere else. A closed pipe is an error, too.
pub(crate) fn final_data(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes text to stdout. A closed pipe is no error.
pub(crate) fn data(text: &str) -> io::Result<()> {
    ignore_closed_pipe(writeln!(io::stdout().lock(), "{text}"))
}

/// Returns a JSON document on one line.
pub(crate) fn json_text(value: &impl Serialize) -> io::Result<String> {
    Ok(plain::in_json(&serde_json::to_string(value)?).into())
}

/// Writes a JSON document on one line.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    data(&json_text(value)?)
}

/// Writes an indented JSON document.
pub(crate) fn pretty_json(value: &impl Serialize) -> io::Result<()> {
    data(&plain::in_json(&serde_json::to_string_pretty(value)?))
}

/// Writes a message to stderr.
pub(crate) fn message(text: &str) {
    messages::write(Level::INFO, text, || plain::in_lines(text));
}

/// Writes a warning to stderr.
pub(crate) fn warning(text: &str) {
    messages::write(Level::WARN, text, || plain::in_lines(&format!("warning: {text}")));
}

/// Writes an error to stderr. On a terminal, its lines are folded between words.
pub(crate) fn error(text: &str) {
    if messages::are_json() {
        return messages::write(Level::ERROR, text, String::new);
    }
    let mut line = Line::default().styled(Style::Bad, "error:").text(" ");
    for text in text.split('\n') {
        styled_message(&line.text(text), CONTINUATION);
        line = Line::default();
    }
}

/// Writes an error to stderr as one JSON object.
pub(crate) fn json_error(code: &str, message: &str, hint: Option<&str>, mistakes: &[Mistake]) {
    let mut error = serde_json::json!({"code": code, "message": message});
    if !mistakes.is_empty() {
        error["mistakes"] = serde_json::json!(mistakes);
    }
    if let Some(hint) = hint {
        error["hint"] = hint.into();
    }
    let json = serde_json::json!({"error": error}).to_string();
    let _ = writeln!(io::stderr().lock(), "{}", plain::in_json(&json));
}

/// Writes a message that [`Detail::Quiet`] omits.
pub(crate) fn note(text: &str) {
    if detail() > Detail::Quiet {
        message(text);
    }
}

/// Writes a message with colours to stderr. On a terminal, it is folded between words.
pub(crate) fn styled_message(line: &Line, indent: usize) {
    messages::write(Level::INFO, &line.plain(), || page::folded(line, Stream::Stderr, indent));
}

/// Writes a message with colours to stderr that is never folded, such as a command to copy.
pub(crate) fn unfolded_message(line: &Line) {
    messages::write(Level::INFO, &line.plain(), || line.render(Stream::Stderr));
}

/// Returns `once`, or `4 times`.
pub(crate) fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Returns a count with the words for one, or for several.
pub(crate) fn counted(count: u64, of_one: &str, of_several: &str) -> String {
    format!("{count} {}", if count == 1 { of_one } else { of_several })
}

/// Returns `line 3 is`, or `lines 3, 7 and 4 more are`. `first` has the first of `count` lines.
pub(crate) fn lines_are(first: &[u64], count: usize) -> Option<String> {
    const MAX_LINES: usize = 5;
    let named: Vec<String> = first.iter().take(MAX_LINES).map(u64::to_string).collect();
    let more = count - named.len();
    match named.as_slice() {
        [] => None,
        [line] if more == 0 => Some(format!("line {line} is")),
        _ if more > 0 => Some(format!("lines {} and {more} more are", named.join(", "))),
        _ => Some(format!("lines {} are", named.join(", "))),
    }
}

/// Returns `acme, iot and jakarta`.
pub(crate) fn and_list(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Returns the name of a column: `column 3 (Email 2)`.
pub(crate) fn column_name(column: Option<u64>, field: &str) -> String {
    let name = field.escape_debug();
    match column {
        Some(column) => format!("column {column} ({name})"),
        None => name.to_string(),
    }
}

/// Messages with the names of the files to which each applies, in the order of the messages.
#[derive(Default)]
pub(crate) struct FileMessages(Vec<(String, Vec<String>)>);

impl FileMessages {
    pub(crate) fn add(&mut self, name: &str, text: String) {
        match self.0.iter_mut().find(|(message, _)| *message == text) {
            Some((_, names)) => names.push(name.to_owned()),
            None => self.0.push((text, vec![name.to_owned()])),
        }
    }

    /// Returns each message once, with its first file and the number of further files.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(text, names)| format!("{}: {text}", first_and_more(names)))
    }
}

/// Returns `a.vcf and 257 more`.
pub(crate) fn first_and_more(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    }
}

fn ignore_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
