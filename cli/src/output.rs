//! What people and programs read.
//!
//! Its rule: a reader who goes away early is no error, unless what he misses is told only once; colour is only for a terminal, and `NO_COLOR` is obeyed.

mod compared;
mod contract;
mod csv;
mod deliveries;
mod doubts;
mod drafts;
mod dropped;
mod exported;
mod identity;
mod imported;
mod known;
mod lines;
mod listed;
pub(crate) mod next_command;
mod numbers;
mod pace;
mod page;
mod plain;
mod planned;
mod progress;
mod providers;
#[cfg(feature = "jetstream")]
mod queued;
mod reasons;
mod records;
mod resume;
#[cfg(feature = "jetstream")]
mod status;
mod story;
mod table;
mod time;
mod unwritten;
mod verified;
#[cfg(feature = "jetstream")]
mod worked;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

pub(crate) use self::compared::{compared, recorded};
pub(crate) use self::contract::replayed;
pub(crate) use self::csv::csv_line;
pub(crate) use self::deliveries::{report, report_of_contact};
pub(crate) use self::doubts::{look_again, waiting_until};
pub(crate) use self::drafts::plan;
pub(crate) use self::dropped::{NotesState, dropped, many_bad_cells, suggestions, unused_channels};
pub(crate) use self::exported::exported;
pub(crate) use self::identity::{RECORDED_BY_CONTENT, no_id_column, no_ids, other_method};
pub(crate) use self::imported::{changed_pauses, imported, paused, retried};
pub(crate) use self::known::{delivered_earlier, recognized, repeated};
pub(crate) use self::listed::{Listed, Sum, first_address, listed, sum};
pub(crate) use self::numbers::numbers_not_e164;
pub(crate) use self::page::Page;
pub(crate) use self::plain::in_one_line;
pub(crate) use self::planned::{planned, planned_json};
pub(crate) use self::progress::{Advance, ProgressLines};
pub(crate) use self::providers::{checks, configured, vendors};
#[cfg(feature = "jetstream")]
pub(crate) use self::queued::{IntoQueue, filling, queued};
pub(crate) use self::reasons::{reasons, waiting};
pub(crate) use self::records::{record, resolving};
pub(crate) use self::resume::{Resume, exact};
#[cfg(feature = "jetstream")]
pub(crate) use self::status::status;
pub(crate) use self::table::Table;
pub(crate) use self::time::local_minute;
pub(crate) use self::unwritten::unwritten;
pub(crate) use self::verified::{adopted, verified, verified_counts};
#[cfg(feature = "jetstream")]
pub(crate) use self::worked::{WorkDone, worked, working};

/// What is said at the first Ctrl-C.
pub(crate) const STOPPING: &str =
    "Stopping: nothing new is sent, what is under way comes to its end. Ctrl-C again stops at once.";

/// Writes a page for a person.
pub(crate) fn page(page: &Page) -> io::Result<()> {
    data(page.text())
}

/// Writes what is told once and only here: a reader that went away is an error, too.
pub(crate) fn told_once(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes what a program reads, as it is.
pub(crate) fn data(text: &str) -> io::Result<()> {
    ignoring_a_closed_pipe(writeln!(io::stdout().lock(), "{text}"))
}

/// One JSON document on a line.
pub(crate) fn json_text(value: &impl Serialize) -> io::Result<String> {
    Ok(plain::in_json(&serde_json::to_string(value)?).into())
}

/// Writes one JSON document on a line.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    data(&json_text(value)?)
}

/// Writes one JSON document over several lines.
pub(crate) fn pretty_json(value: &impl Serialize) -> io::Result<()> {
    data(&plain::in_json(&serde_json::to_string_pretty(value)?))
}

/// Writes a message for a person. When even that fails there is nobody left to tell.
pub(crate) fn message(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", plain::in_lines(text));
}

/// Returns `once`, or `4 times`.
pub(crate) fn often(times: u64) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times") }
}

/// The names of the files that each message is about, in the order of the messages.
#[derive(Default)]
pub(crate) struct FileMessages(Vec<(String, Vec<String>)>);

impl FileMessages {
    pub(crate) fn add(&mut self, name: &str, text: String) {
        match self.0.iter_mut().find(|(message, _)| *message == text) {
            Some((_, names)) => names.push(name.to_owned()),
            None => self.0.push((text, vec![name.to_owned()])),
        }
    }

    /// Returns each message once, with the first of its files and how many more there are.
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

/// Whether stdout takes colours.
pub(crate) fn colours_stdout() -> bool {
    io::stdout().is_terminal() && !no_color()
}

/// Whether stderr takes colours.
pub(crate) fn colours_stderr() -> bool {
    io::stderr().is_terminal() && !no_color()
}

fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn ignoring_a_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
